# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger that was lost, cut, broken, or is somebody else's: nothing is deleted for it, and a sentence says why."""

from __future__ import annotations

import json
from copy import deepcopy
from unittest import mock

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config import work
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.stack import META, PURPOSE
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.user_setting import KEPT

from .stage import SETTING, act_of, stage

PLACE = KEPT + PURPOSE + "s"
DOCUMENT = {
    "version": 1,
    "stack": "s",
    "users": {"ana": {"display_name": "Ana"}, "ben": {}},
    "groups": {"vision": {"members": ["ana"]}, "nlp": {}},
    "workspaces": {
        "vision": {
            "projects": {"detr": {"description": "d"}, "old": {}},
            "templates": {"gpu": {"config": {"resources": {"slots_per_trial": 4}}}},
            "policies": {"EXPERIMENT": {"constraints": {"resources": {"max_slots": 8}}}},
        },
        "nlp": {},
    },
    "message": {"text": "hello"},
}
# What the document has no more, so that prune would take it away.
LEFT = deepcopy(DOCUMENT)
for part, name in ((LEFT["users"], "ben"), (LEFT["groups"], "nlp"), (LEFT["workspaces"], "nlp"), (LEFT, "message")):
    del part[name]
del LEFT["workspaces"]["vision"]["projects"]["old"]
PRUNED = {"users/ben", "groups/nlp", "workspaces/nlp", "message", "workspaces/vision/projects/old"}
FOREIGN = "it is there, and this stack did not make it. List its address under adopt to take it over."
LOST = "the ledger has lost entries. Adopt what is there with adopt=all first."


@pytest.fixture
def made():
    with stage() as one:
        one.apply(DOCUMENT)
        yield one


def entries(made, place=PLACE):
    settings = made.by_hand("GET", SETTING)["settings"]
    return {one["key"]: json.loads(one["value"]) for one in settings if one["storagePath"] == place}


def write(made, marks, place=PLACE):
    """Set what a ledger has to these values, None takes away."""
    settings = [
        {"key": key, "storagePath": place, "value": "" if value is None else json.dumps(value)}
        for key, value in marks.items()
    ]
    made.by_hand("POST", SETTING, {"settings": settings})


def taking(result):
    return {one["address"] for one in result["plan"] if one["op"] in ("delete", "archive", "switch_off")}


def blocked(result):
    return {one["address"]: one["blocked"] for one in result["plan"] if one["blocked"]}


def test_a_whole_ledger_prunes(made):
    """What the others are told from."""
    assert taking(made.plan(LEFT, prune="owned")) == PRUNED
    assert blocked(made.plan(LEFT, prune="owned")) == {}
    made.apply(LEFT, prune="owned", max_deletions=9)
    assert made.plan(LEFT, prune="owned")["plan"] == []


def reset(made):
    """The web UI's "reset"."""
    made.by_hand("POST", SETTING + "/reset")
    return {}


def another_account(made):
    made.user("other", admin=True)
    return {"account": "other"}


@pytest.mark.parametrize("lose", [reset, another_account])
def test_without_its_ledger_all_is_foreign(made, lose):
    account = lose(made)
    plan = made.plan(LEFT, prune="owned", **account)
    assert set(blocked(plan).values()) == {FOREIGN}
    assert {"users/ana", "groups/vision", "workspaces/vision", "workspaces/vision/projects/detr"} <= set(blocked(plan))
    assert taking(plan) == set()
    assert FOREIGN in made.refuse(LEFT, prune="owned", max_deletions=9, **account)
    # Taking all of it over heals it, and deletes nothing: what the document does not name stays foreign.
    adopting = made.plan(LEFT, prune="owned", adopt="all", **account)
    assert adopting["requests"] == []
    assert adopting["summary"]["adopt"] == 5
    made.apply(LEFT, prune="owned", adopt="all", **account)
    assert made.plan(LEFT, prune="owned", **account)["plan"] == []
    assert made.plan({**LEFT, "groups": {}}, prune="owned", **account)["summary"]["delete"] == 1


def cut(made):
    """Entries are gone, as of a master that was restored by halves."""
    write(made, {key: None for key in sorted(entries(made)) if key.startswith(("group/", "project/"))})


def behead(made):
    write(made, {META: None})


def break_shapes(made):
    keys = [key for key in sorted(entries(made)) if key.startswith(("group/", "project/", "user/"))]
    shapes = [[1], "text", {"f": 3}, {"n": 5, "f": {}}, {"n": "a", "p": "b", "f": {}}, {"n": "a", "f": {}, "e": []}]
    write(made, dict(zip(keys, shapes, strict=False)))


@pytest.mark.parametrize("damage", [cut, behead, break_shapes])
def test_a_damaged_ledger_deletes_nothing(made, damage):
    damage(made)
    plan = made.plan(LEFT, prune="owned")
    assert LOST in blocked(plan).values()
    assert set(blocked(plan).values()) <= {LOST, FOREIGN}
    assert taking(plan) <= set(blocked(plan))
    assert any(text in made.refuse(LEFT, prune="owned", max_deletions=9) for text in (LOST, FOREIGN))
    # Who says so takes what is left for the whole.
    adds = {"version": 1, "stack": "s", "users": {"new": {}}}
    made.apply(adds)
    assert LOST in blocked(made.plan(LEFT, prune="owned")).values()
    made.apply(LEFT, adopt="all")
    assert blocked(made.plan(LEFT, prune="owned")) == {}


def test_secrets_are_not_sent_again_for_a_lost_head():
    """Their hashes need the salt that was in it; a password that is sent ends all sessions of its user."""
    with stage() as made:
        document = {"version": 1, "stack": "s", "users": {"ana": {"password": {"secret": "p"}}}}
        made.apply(document, secrets={"p": "first-Secret1"})
        behead(made)
        assert made.plan(document, secrets={"p": "first-Secret1"}, adopt="all")["requests"] == []
        behead(made)
        made.apply({**document, "groups": {"g": {}}}, secrets={"p": "first-Secret1"})
        assert made.plan(document, secrets={"p": "first-Secret1"}, adopt="all")["requests"] == []
        made.apply(document, secrets={"p": "first-Secret1"}, adopt="all")
        assert len(made.plan(document, secrets={"p": "other-Secret1"})["requests"]) == 1


def test_a_name_that_looks_like_a_mark(made):
    """A template has its name for its id."""
    names = {name: {"config": {}} for name in ("what?", "?", "?1", "meta")}
    made.apply({**LEFT, "templates": names})
    assert {f"template/{name}" for name in names} <= set(entries(made))
    assert made.plan({**LEFT, "templates": names})["requests"] == []
    plan = made.plan({**LEFT, "templates": {}}, prune="owned")
    assert {one["address"] for one in plan["plan"] if one["op"] == "delete"} >= {f"templates/{name}" for name in names}


def test_a_run_that_was_killed_leaves_no_damage(made):
    """The number of entries is written with them, so that a loss is told from a run that ended in the middle."""
    document = {**LEFT, "groups": {}}
    lock = KEPT + "lock/s"
    skip = 0
    while made.plan(document, prune="owned")["requests"]:
        skip += 1
        made.control.fault("status", method="POST", path=SETTING, skip=skip, count=None)
        made.run(document, mode="apply", prune="owned", max_deletions=9)
        made.control.no_faults()
        write(made, dict.fromkeys(entries(made, lock)), lock)
        head = entries(made)
        assert head[META]["count"] <= sum(1 for key in head if key != META and "?" not in key)
        assert blocked(made.plan(document, prune="owned")) == {}
    assert skip == 3
    made.apply(document, prune="owned", max_deletions=9)
    assert not [key for key in entries(made) if key.startswith(("group/", "cluster_message/"))]


def test_another_form_is_refused(made):
    write(made, {META: {**entries(made)[META], "v": 2}})
    expected = "The ledger of the stack s has the form 2; this release knows 1."
    assert expected in made.refuse(LEFT, prune="owned", max_deletions=9)
    assert expected in made.run(LEFT, mode="plan")["msg"]


def test_a_head_of_a_wrong_shape_is_no_head(made):
    for head in ([1], "x", 5):
        write(made, {META: head})
        assert set(blocked(made.plan(LEFT, prune="owned")).values()) <= {LOST, FOREIGN}
    write(made, {META: {"v": 1, "salt": 5, "serial": "x", "count": "y"}})
    assert taking(made.plan(LEFT, prune="owned")) == PRUNED


STRANGE = ["gadget/5", "gadget", "workspace/\u00b2", "workspace/x", "project/1/2/3", "config_policy/x/y", "/", "a/b/c"]


def test_entries_of_unknown_kinds_stay(made):
    """A later release may have written them."""
    strange = {key: {"n": "thing", "p": 0, "f": {"size": "abcdefgh"}} for key in STRANGE}
    write(made, {**strange, META: {**entries(made)[META], "count": len(entries(made)) - 1 + len(strange)}})
    plan = made.plan(LEFT, prune="owned")
    assert taking(plan) == PRUNED
    made.apply(LEFT, prune="owned", max_deletions=9)
    left = entries(made)
    assert {key for key in strange if key.startswith(("gadget", "/", "a/"))} <= set(left)
    assert made.plan(LEFT, prune="owned")["requests"] == []


def test_an_object_of_another_stack_is_not_touched():
    with stage(rbac=True) as made:
        first = {**deepcopy(DOCUMENT), "stack": "first"}
        first["workspaces"]["vision"]["roles"] = [{"group": "vision", "role": "Viewer"}]
        made.apply(first)
        second = {**deepcopy(first), "stack": "second"}
        expected = "the stack first owns it. Let that forget it first, with mode=forget."
        plan = made.plan(second, adopt="all", prune="owned")
        owned = {one.partition("#")[0] for one in blocked(plan)}
        assert set(blocked(plan).values()) == {expected}
        assert owned == {
            "users/ana", "users/ben", "groups/vision", "groups/nlp", "workspaces/vision", "workspaces/nlp",
            "workspaces/vision/projects/detr", "workspaces/vision/projects/old", "workspaces/vision/templates/gpu",
            "workspaces/vision/policies/EXPERIMENT", "workspaces/vision/roles", "message",
        }  # fmt: skip
        assert expected in made.refuse(second, adopt="all", max_deletions=9)
        absent = {
            "version": 1,
            "stack": "second",
            "groups": {"nlp": {"state": "absent"}},
            "message": {"state": "absent"},
        }
        assert set(blocked(made.plan(absent)).values()) == {expected}
        assert expected in made.refuse(absent, max_deletions=9)
        # What is only added to a set of the other one is this one's own.
        adds = {"roles": {"add": [{"user": "ben", "role": "Viewer"}]}}
        shared = {"version": 1, "stack": "second", "workspaces": {"vision": adds}}
        assert act_of(made.plan(shared), "workspaces/vision/roles")["blocked"] is None
        made.run(mode="forget", stack="first")
        assert blocked(made.plan(second, adopt="all")) == {}


def test_fifty_thousand_entries(made):
    """A ledger that knows a large cluster of which hardly anything is left: refused, and in good time."""
    rest = [("group", number) for number in range(1000, 26000)] + [("project", number) for number in range(1000, 26000)]
    entry = json.dumps({"n": "thing", "p": 2, "f": {"name": "abcdefgh"}})
    many = [{"key": f"{kind}/{number}", "storagePath": PLACE, "value": entry} for kind, number in rest]
    settings = made.by_hand("GET", SETTING)["settings"]
    with mock.patch.object(work, "read_settings", return_value=[*settings, *many]):
        refused = made.refuse({**LEFT, "users": {f"u{number}": {} for number in range(500)}}, prune="owned")
    assert "25000 of the 25002 groups that the stack owns are not there." in refused
    # The same for what is there.
    here = [{**one, "key": one["key"].replace("project", "gadget").replace("group", "gizmo")} for one in many]
    with mock.patch.object(work, "read_settings", return_value=[*settings, *here]):
        assert taking(made.plan(LEFT, prune="owned")) == PRUNED
