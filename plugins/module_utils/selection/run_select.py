# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runs: the options ids and select, made ready for the master's search of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..engine.spec import Spec
from ..kinds.run import RUN
from ..model.row import Column, Row
from ..store.answers import check_asked, check_fields, read_object, read_rows
from ..store.parallel import map_concurrently
from .columns import NUMBER
from .named import refuse_missing
from .search import Source, any_of, field, search_body
from .select import SELECT_OPTIONS, Selection, demand_a_condition, warn_of_lookalikes

RUN_STATES = ("ACTIVE", "RUNNING", "PAUSED", "COMPLETED", "CANCELED", "ERROR")
IDS_A_SEARCH = 500


def location(column: str) -> str:
    places = {
        "hp": "LOCATION_TYPE_RUN_HYPERPARAMETERS",
        "metadata": "LOCATION_TYPE_RUN_METADATA",
        "validation": "LOCATION_TYPE_VALIDATIONS",
        "training": "LOCATION_TYPE_TRAINING",
    }
    if "." not in column:
        return "LOCATION_TYPE_RUN"
    return places.get(column.split(".")[0], "LOCATION_TYPE_CUSTOM_METRIC")


def runs_of(answer: Any) -> list[dict[str, Any]]:
    """The runs of an answer, each with its experiment, of which conditions and results speak."""
    rows = read_rows(answer, "runs", RUNS.request)
    for row in rows:
        experiment = read_object(row, "experiment", RUNS.request, "id")
        check_fields(experiment, {"name": str}, "an experiment", RUNS.request)
    return rows


RUNS = Source(RUN, "/api/v1/runs", runs_of, location, "experimentName")

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
    narrows=("select",),
    objects=("ids",),
)


class RunSelection(Selection):
    """Options ``select`` of runs, made ready."""

    source = RUNS

    def __init__(
        self,
        client: Any,
        options: Mapping[str, Any],
        now: datetime | None = None,
        warn: Callable[[str], None] = lambda text: None,
    ) -> None:
        super().__init__(client, options, now, warn)
        if options.get("experiment_ids") is not None:
            self.fields.append(any_of([equals("experimentId", one) for one in options["experiment_ids"]]))


def equals(column: str, number: int) -> dict[str, Any]:
    return field(column, "=", number, NUMBER, RUNS)


def read_runs(client: Any, ids: list[int], columns: tuple[Column, ...]) -> list[Row]:
    """The runs of these ids that are there, by id, archived ones too."""
    read = RUNS.reader(columns, client.url)
    chunks = [ids[start : start + IDS_A_SEARCH] for start in range(0, len(ids), IDS_A_SEARCH)]

    def fetch(chunk: list[int]) -> list[Row]:
        wanted = [any_of([equals("id", one) for one in chunk])]
        rows = read(client.read(RUNS.path, search_body(wanted, True, None, len(chunk), source=RUNS)))
        check_asked(chunk, [row["id"] for row in rows], RUNS.request)
        return rows

    return [row for rows in map_concurrently(fetch, chunks) for row in rows]


# What a bulk change must know of a run; its metrics alone may be a hundred times as large.
BRIEF = RUN.only(
    "id", "local_id", "name", "labels", "state", "archived", "parent_archived", "unmanaged", "owner_id",
    "experiment_id", "multi_trial", "project", "project_id", "end_time", "checkpoint_count", "checkpoint_bytes",
    "metadata", "url",
)  # fmt: skip


def select_runs(call: Any) -> list[Row]:
    """The runs that the options ``ids`` or ``select`` name, with what a bulk change must know.

    Raises NotFound for ids that are not there, unless they are to be absent.
    """
    ids = call.params["ids"]
    if ids is None:
        options = call.params["select"] or {}
        demand_a_condition(options)
        rows = list(RunSelection(call.client, options, warn=call.warn).rows(BRIEF))
        warn_of_lookalikes(call, rows)
        return rows
    wanted = sorted(set(ids))
    rows = read_runs(call.client, wanted, BRIEF)
    warn_of_lookalikes(call, rows)
    missing = sorted(set(wanted) - {row["id"] for row in rows})
    refuse_missing(call.params, missing, "run")
    return rows
