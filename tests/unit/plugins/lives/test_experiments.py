# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts on many experiments, and reading them: what is chosen, sent and told."""

from __future__ import annotations

import pytest

from tests.unit.plugins.lives.stage import Stage, Step, stage

SEEDED = {"experiments": 40, "agents": 3, "checkpoints": 60}
NESTED = {"searcher": {"name": "single", "metric": "loss"}, "entrypoint": "true"}


def many(label="", steady=True, **options):
    return Step("det_experiments", options, label, steady=steady)


def info(label="", **options):
    return Step("det_experiment_info", options, label)


def label_meanwhile(ident: int, *labels: str):
    def change(here: Stage):
        here.ask("PATCH", f"/api/v1/experiments/{ident}", {"labels": list(labels)})

    return change


SELECTED = {
    "all": {"project": ["*/*"], "limit": 3},
    "workspace": {"workspace": ["Vision"]},
    "workspaces by pattern": {"workspace": ["S*", "Play*"]},
    "project": {"project": ["Language/translation", "Vision/detection"]},
    "project by pattern": {"project": ["Vision/s*"]},
    "project id": {"project_id": [6, 7]},
    "states": {"states": ["CANCELED", "ERROR"]},
    "active states": {"states": ["QUEUED", "RUNNING"]},
    "owners": {"owners": ["grace.lin", "ada.winter"]},
    "labels all": {"labels_all": ["sweep", "nightly"]},
    "labels any": {"labels_any": ["sweep", "debug"]},
    "labels none": {"labels_none": ["sweep", "nightly", "paper"], "project": ["Language/*"]},
    "several projects, the first": {"project": ["Speech/*", "Language/*"], "limit": 4},
    "several projects, the last": {"workspace": ["Vision", "Language"], "limit": 3, "descending": True},
    "expired": {"expired_label": "expires"},
    "expired, another prefix": {"expired_label": "until"},
    "archived": {"archived": True},
    "not archived": {"archived": False, "workspace": ["Recommenders"]},
    "managed": {"unmanaged": False},
    "unmanaged": {"unmanaged": True, "project_id": [4]},
    "name": {"name": "GPT2"},
    "name with a sign in it": {"name": "gpt2%c4"},
    "name without a pattern": {"name": "dlrm-movielens"},
    "started before": {"started_before": "300d"},
    "started after": {"started_after": "40d"},
    "ended before": {"ended_before": "26w"},
    "ended after": {"ended_after": "3d"},
    "times": {"started_after": "2001-01-01", "ended_before": "2002-01-01T00:00:00Z"},
    "together": {"workspace": ["Language"], "states": ["COMPLETED"], "archived": False, "ended_before": "100d"},
    "by name": {"project_id": [8], "order": "name"},
    "largest first": {"states": ["COMPLETED"], "order": "checkpoint_bytes", "descending": True, "limit": 4},
    "last ids": {"states": ["COMPLETED"], "descending": True, "limit": 2},
    "by their ends": {"states": ["COMPLETED"], "order": "end_time", "limit": 3},
    "by their starts": {"states": ["CANCELED"], "order": "start_time", "descending": True},
    "where a number": {"where": [{"column": "checkpointCount", "operator": ">=", "value": 4}]},
    "where another number": {"where": [{"column": "numTrials", "operator": "!=", "value": 1}]},
    "where a text": {"where": [{"column": "searcherType", "value": "random"}]},
    "where a text is in": {"where": [{"column": "description", "operator": "contains", "value": "learning rate"}]},
    "where a text is not in": {
        "where": [
            {"column": "name", "operator": "notContains", "value": "2"},
            {"column": "tags", "operator": "notEmpty"},
        ]
    },
    "where empty": {"project_id": [5], "where": [{"column": "tags", "operator": "isEmpty"}]},
    "where of a hyperparameter": {"where": [{"column": "hp.learning_rate", "operator": "<", "value": 0.001}]},
    "nothing": {"project_id": [5], "states": ["STOPPING_KILLED"]},
}
WRONG = {
    "no condition": {"order": "name"},
    "an empty list": {"owners": []},
    "an empty text": {"name": ""},
    "null": {"project_id": None},
    "nobody": {"owners": ["nobody"]},
    "no project": {"project": ["Vision/nothing"]},
    "no workspace": {"workspace": ["Nowhere"]},
    "no project of that id": {"project_id": [99]},
    "a project without a workspace": {"project": ["segmentation"]},
    "no state": {"states": ["DONE"]},
    "no time": {"ended_before": "soon"},
    "no column": {"where": [{"column": "nothing", "value": 1}]},
    "a column of another type": {"where": [{"column": "checkpointCount", "value": "many"}]},
    "no value": {"where": [{"column": "name", "operator": "contains"}]},
    "two places": {"workspace": ["Vision"], "project": ["Vision/detection"]},
    "no limit": {"project": ["*/*"], "limit": 0},
    "a label that is two": {"labels_any": ["a,b"]},
}


def test_what_is_selected(live):
    fields = ["id", "name", "state", "labels"]
    steps = [info(label, select=select, fields=fields) for label, select in {**SELECTED, **WRONG}.items()]
    with stage(**SEEDED) as here:
        live("select", here, steps)


def test_who_looks_for_something_finds_it_under_the_same_conditions(live):
    """What is done to a selection is done to what det_experiment_info shows of it."""
    with stage(**SEEDED) as here:
        for label, select in SELECTED.items():
            found = here.run("det_experiment_info", {"select": select, "fields": ["id"]})
            acted = here.run("det_experiments", {"select": select, "labels_add": ["new"]}, check=True)
            assert sorted(one["id"] for one in found["experiments"]) == acted["changed_ids"], label
            counted = here.run("det_experiment_info", {"select": select, "count": True})
            assert counted["count"] == len(found["experiments"]), label


def test_experiments_are_told(live):
    steps = [
        info("by id", ids=[15]),
        info("all that is gathered", ids=[7], gather=["config", "trials", "checkpoints", "metrics"]),
        info("gathered of several", ids=[8, 9, 1], gather=["trials", "checkpoints"], fields=["name"]),
        info("log fields", ids=[10], gather=["log_fields"]),
        info("some fields", ids=[1, 2], fields=["id", "owner", "project", "duration"]),
        info("no such field", ids=[1], fields=["id", "nothing"]),
        info("no such experiment", ids=[1, 999]),
        info("no ids", ids=[]),
        info("the same twice", ids=[2, 2], fields=["id"]),
        info("counted", select={"states": ["COMPLETED"]}, count=True),
        info("counted by id", ids=[1, 2], count=True),
    ]
    with stage(**SEEDED) as here:
        live("experiment_info", here, steps)


STATES = [
    many("archive", ids=[1, 9, 2], state="archived"),
    many("unarchive", ids=[1, 2, 5], state="unarchived"),
    many("archive what has not ended", ids=[10, 12], state="archived"),
    many("move", ids=[1, 9], project="Speech/synthesis"),
    many("move by id", ids=[1, 9, 10], project_id=5),
    many("move to where they are", ids=[1, 9], project="Language/pretraining"),
    many("move an archived one", ids=[11, 12], project_id=5),
    many("no such project", ids=[1], project="Speech/nothing"),
    many("retain", ids=[1, 2], log_retention_days=7),
    many("retain for ever", ids=[1], log_retention_days=-1),
    many("retain out of range", ids=[1], log_retention_days=40000),
    many("label", ids=[1, 5, 18], labels_add=["x", "nightly"]),
    many("unlabel", ids=[1, 5, 18], labels_remove=["x", "paper"]),
    many("relabel", ids=[1, 5], labels_add=["y"], labels_remove=["nightly"]),
    many("add and remove the same", ids=[1], labels_add=["y"], labels_remove=["y"]),
    many("a label that slips", ids=[20], labels_add=["Keep "]),
    many("a label that slips keeps too", ids=[20, 22], state="absent", max_changes=1),
    many("several at once", ids=[18, 25], labels_add=["z"], state="archived", log_retention_days=3, project_id=8),
    many("pause", ids=[10, 17, 12], state="paused"),
    many("activate", ids=[10, 17, 12], state="active"),
    many("cancel", ids=[10, 12], state="canceled"),
    many("kill", ids=[17, 12], state="killed"),
    many("go on", ids=[10, 12, 1], state="continued"),
    many("nothing to do", ids=[1]),
    many("no ids", ids=[], state="archived"),
    many("not there", ids=[12, 999], state="archived"),
    many("not there, to be gone", ids=[999], state="absent"),
    many("delete", ids=[13, 16, 15], state="absent"),
    many("delete what is kept", ids=[4, 19], state="absent"),
    many("delete what is kept by another label", ids=[33, 6], state="absent", keep_labels=["pap*"]),
    many("delete nothing", ids=[37], state="absent", max_changes=0),
    many("delete with a wrong digest", ids=[37], state="absent", confirm="0123456789abcdef"),
    many("delete without a digest", ids=[1, 37, 39], state="absent", confirm_above=1),
    many("delete few without a digest", ids=[37], state="absent", confirm_above=1),
    many("delete what has not ended", ids=[10, 17], state="absent"),
    many("delete a selection", select={"project": ["Speech/*"], "ended_before": "14d"}, state="absent", details=False),
    many("in chunks", select={"workspace": ["Vision"]}, state="archived", chunk_size=2),
    many("without chunks", select={"workspace": ["Vision"]}, state="unarchived", chunk_size=0),
    many("not for long", ids=[31], state="absent", wait=False, steady=False),
]  # fmt: skip


def test_acts_on_many(live):
    with stage(**SEEDED) as here:
        live("experiments", here, STATES)


@pytest.mark.parametrize("on_error", [True, False])
def test_what_fails_is_told(live, on_error):
    def refuse(here):
        answer = {"status": 500, "body": {"error": {"error": "full"}}}
        here.place.control.fault("status", method="POST", path="/experiments/archive$|/labels|/move", count=3, **answer)

    options = {"ids": [1, 5, 9], "state": "archived", "project_id": 3, "chunk_size": 1, "continue_on_error": on_error}
    with stage(**SEEDED) as here:
        steps = [Step("det_experiments", options, "some refused", refuse, steady=False, predicted=False)]
        live(f"refused_{'go_on' if on_error else 'stop'}", here, steps)
