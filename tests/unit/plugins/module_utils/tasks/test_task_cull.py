# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are warned of, killed, or left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import unread
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks import task_cull
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_columns import TASK
from ansible_collections.determined_ai.determined.plugins.module_utils.when import rfc3339

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
OPTIONS = {
    "users": None,
    "pools": None,
    "workspaces": None,
    "description": None,
    "older_than": None,
    "idle_containers": None,
    "match": "all",
    "warn_before": None,
    "exempt_users": [],
    "exempt_descriptions": [],
}


def rules(**options):
    return task_cull.Rules(Call({**OPTIONS, **options}, options, True, lambda *dummy: None), NOW)


def row(hours=48, containers=("c1",), **more):
    made = {**unread(TASK), "id": "t1", "kind": "notebook", "name": "mine", "owner": "ana", "slots": 1}
    made.update(start_time=rfc3339(NOW - timedelta(hours=hours)), containers=list(containers))
    return {**made, **more}


@pytest.mark.parametrize(
    ("options", "task", "wanted"),
    [
        ({"older_than": "1d"}, row(48), ["older than 1d"]),
        ({"older_than": "1d"}, row(23), []),
        ({"older_than": "2026-01-30"}, row(48), ["older than 2026-01-30"]),
        ({"idle_containers": ["c1", "c9"]}, row(1), ["idle"]),
        ({"idle_containers": ["c9"]}, row(1), []),
        ({"idle_containers": []}, row(1), []),
        # All of its containers must be idle, and it must have one.
        ({"idle_containers": ["c1"]}, row(1, ("c1", "c2")), []),
        ({"idle_containers": ["c1"]}, row(1, ()), []),
        ({"older_than": "1d", "idle_containers": ["c1"]}, row(48), ["older than 1d", "idle"]),
        ({"older_than": "1d", "idle_containers": ["c1"]}, row(1), []),
        ({"older_than": "1d", "idle_containers": []}, row(48), []),
        ({"older_than": "1d", "idle_containers": ["c1"], "match": "any"}, row(1), ["idle"]),
        ({"older_than": "1d", "idle_containers": [], "match": "any"}, row(48), ["older than 1d"]),
    ],
)
def test_reasons(options, task, wanted):
    assert rules(**options).reasons(task) == wanted


def mark(hours):
    return {"t1": {"since": rfc3339(NOW - timedelta(hours=hours)), "kind": "notebook", "name": "mine", "owner": "ana"}}


def planned(rules, task, marks):
    judged = task_cull.judged(rules, task, marks.get(task["id"]))
    return task_cull.plan_culling(task_cull.describe_culled(None, None, rules), rules, [judged])


@pytest.mark.parametrize(
    ("options", "task", "marks", "acts"),
    [
        ({}, row(), {}, ["killed"]),
        ({"warn_before": "6h"}, row(), {}, ["warned"]),
        ({"warn_before": "6h"}, row(), mark(5), []),
        ({"warn_before": "6h"}, row(), mark(6), ["killed", "unmarked"]),
        # Not old enough, or used again: the next warning begins anew.
        ({"warn_before": "6h"}, row(1), mark(9), ["unmarked"]),
        ({"warn_before": "6h"}, row(1), {}, []),
        ({"warn_before": "6h", "exempt_users": ["ana"]}, row(), {}, []),
        ({"warn_before": "6h", "exempt_users": ["ana"]}, row(), mark(9), ["unmarked"]),
        ({"exempt_descriptions": ["^mi"]}, row(), {}, []),
        ({"exempt_descriptions": ["^ine"]}, row(), {}, ["killed"]),
    ],
)
def test_plan(options, task, marks, acts):
    many, waiting = planned(rules(older_than="1d", **options), task, marks)
    assert [one.acts for one in many.items] == ([acts] if acts else [])
    assert many.matched() == 1
    exempt = any(name.startswith("exempt") for name in options) and not acts
    assert [one["id"] for one in many.skipped] == (["t1"] if exempt else [])
    assert [one["id"] for one in waiting] == (["t1"] if marks and not acts else [])


def test_time_of_the_kill():
    many, _waiting = planned(rules(older_than="1d", warn_before="6h"), row(), {})
    assert many.items[0].row["kill_after"] == rfc3339(NOW + timedelta(hours=6))
    _many, (waits,) = planned(rules(older_than="1d", warn_before="6h"), row(), mark(5))
    assert waits["kill_after"] == rfc3339(NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"older_than": "soon"}, "older_than"),
        ({"older_than": "1d", "warn_before": "later"}, "warn_before"),
        ({"older_than": "1d", "exempt_descriptions": ["("]}, "exempt_descriptions"),
        ({"older_than": "1d", "description": "["}, "description"),
    ],
)
def test_bad_options(options, said):
    with pytest.raises(BadOption, match=said):
        rules(**options)
