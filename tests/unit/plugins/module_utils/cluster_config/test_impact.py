# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan says of the experiments that a new limit of slots would have refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .stage import act_of, stage


def submit(made, project: int, slots: int, most: int | None = None, unmanaged: bool = False) -> int:
    resources = {"slots_per_trial": slots, **({} if most is None else {"max_slots": most})}
    config = {
        "name": f"asks-{slots}",
        "entrypoint": "true",
        "searcher": {"name": "single", "metric": "loss", "max_length": {"batches": 1}},
        "resources": resources,
    }
    body = {"config": json.dumps(config), "projectId": project, "unmanaged": unmanaged}
    return made.by_hand("POST", "/api/v1/experiments", body)["experiment"]["id"]


@pytest.fixture(scope="module")
def made():
    """Paused experiments of 2, 4 and 8 slots in vision and of 8 in the built-in workspace; one of 8 has ended."""
    with stage(agents=4) as one:
        place = one.workspace("vision")
        project = one.by_hand("POST", f"/api/v1/workspaces/{place}/projects", {"name": "p"})["project"]["id"]
        for slots in (2, 4):
            submit(one, project, slots)
        submit(one, project, 2, most=8)
        submit(one, 1, 8)
        one.by_hand("POST", f"/api/v1/experiments/{submit(one, project, 8)}/cancel")
        yield one


def policy(slots: Any, workload: str = "EXPERIMENT") -> dict:
    return {workload: {"constraints": {"resources": {"max_slots": slots}}}}


def notes(made, address, **document):
    return act_of(made.plan({"version": 1, **document}), address)["notes"]


AFTER = "They go on, and would be refused if they were submitted again."


def test_a_limit_of_a_workspace(made):
    address = "workspaces/vision/policies/EXPERIMENT"
    assert notes(made, address, workspaces={"vision": {"policies": policy(3)}}) == [
        f"2 experiment(s) that have not ended ask for more than 3 slots: 2 'asks-4', 3 'asks-2'. {AFTER}"
    ]
    assert notes(made, address, workspaces={"vision": {"policies": policy(8)}}) == []


def test_a_limit_of_the_cluster(made):
    assert notes(made, "policies/EXPERIMENT", policies=policy(4)) == [
        f"2 experiment(s) that have not ended ask for more than 4 slots: 3 'asks-2', 4 'asks-8'. {AFTER}"
    ]
    # Which counts for all workspaces, so that theirs are not asked.
    both = {"policies": policy(64), "workspaces": {"vision": {"policies": policy(1)}}}
    assert notes(made, "workspaces/vision/policies/EXPERIMENT", **both) == []


def test_nothing_is_read_without_a_new_limit(made):
    other = {"NTSC": {"constraints": {"resources": {"max_slots": 1}}}}
    documents = [{"policies": other}, {"policies": {"EXPERIMENT": {"invariant_config": {"max_restarts": 1}}}}]
    for document in documents:
        assert notes(made, f"policies/{next(iter(document['policies']))}", **document) == []
        assert [one for one in made.reads() if "experiments" in one] == []


def test_only_a_lower_limit_is_one():
    with stage(agents=4) as made:
        submit(made, 1, 4)
        made.apply({"version": 1, "policies": policy(2)})
        made.plan({"version": 1, "policies": policy(3)})
        assert [one for one in made.reads() if "experiments" in one] == []
        assert len(notes(made, "policies/EXPERIMENT", policies=policy(1))) == 1
