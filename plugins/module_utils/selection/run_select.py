# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runs: the options ids and select, made ready for the master's search of runs."""

from __future__ import annotations

from ..engine.spec import Spec
from .search import Source, ahead, any_of, field, search_body
from .select import SELECT_OPTIONS, Selection, demand_a_condition

RUN_STATES = ("ACTIVE", "RUNNING", "PAUSED", "COMPLETED", "CANCELED", "ERROR")
IDS_A_SEARCH = 500


def location(column):
    places = {
        "hp": "LOCATION_TYPE_RUN_HYPERPARAMETERS",
        "metadata": "LOCATION_TYPE_RUN_METADATA",
        "validation": "LOCATION_TYPE_VALIDATIONS",
        "training": "LOCATION_TYPE_TRAINING",
    }
    if "." not in column:
        return "LOCATION_TYPE_RUN"
    return places.get(column.split(".")[0], "LOCATION_TYPE_CUSTOM_METRIC")


def runs_of(answer):
    """The runs of an answer, with what conditions and results speak of taken from their experiment."""
    return [
        dict(row, name=row["experiment"]["name"], unmanaged=row["experiment"].get("unmanaged", False))
        for row in answer["runs"]
    ]


RUNS = Source("/api/v1/runs", runs_of, location, "experimentName")

RUN_SELECT = Spec(
    {
        "ids": {"type": "list", "elements": "int"},
        "select": {
            "type": "dict",
            "options": {
                **{name: option for name, option in SELECT_OPTIONS.items() if name != "expired_label"},
                "experiment_ids": {"type": "list", "elements": "int"},
                "states": {"type": "list", "elements": "str", "choices": list(RUN_STATES)},
            },
            "mutually_exclusive": [["workspace", "project", "project_id"]],
        },
    },
    mutually_exclusive=(("ids", "select"),),
)


class RunSelection(Selection):
    """Options ``select`` of runs, made ready."""

    source = RUNS

    def __init__(self, client, options, now=None, warn=lambda text: None):
        super().__init__(client, options, now, warn)
        if options.get("experiment_ids"):
            self.fields.append(any_of([equals("experimentId", one) for one in options["experiment_ids"]]))


def equals(column, number):
    return field(column, "=", number, "COLUMN_TYPE_NUMBER", RUNS)


def read_runs(client, ids):
    """The runs of these ids that are there, by id, archived ones too."""
    chunks = [ids[start : start + IDS_A_SEARCH] for start in range(0, len(ids), IDS_A_SEARCH)]

    def fetch(chunk):
        wanted = [any_of([equals("id", one) for one in chunk])]
        return runs_of(client.read(RUNS.path, search_body(wanted, True, None, len(chunk), source=RUNS)))

    return [row for rows in ahead(fetch, chunks) for row in rows]


def select_runs(call):
    """The runs that the options ``ids`` or ``select`` name, and the ids that are not there."""
    ids = call.params["ids"]
    if ids is None:
        options = call.params["select"] or {}
        demand_a_condition(options)
        return list(RunSelection(call.client, options, warn=call.warn).rows()), []
    wanted = sorted(set(ids))
    rows = read_runs(call.client, wanted)
    there = {row["id"] for row in rows}
    return rows, [one for one in wanted if one not in there]
