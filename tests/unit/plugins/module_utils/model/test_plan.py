# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is and what is wanted to requests: by a kind that has one of everything."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, NotFound, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.project import PROJECT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.role_assignment import ROLE_ASSIGNMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.webhook import WEBHOOK
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Call, Later
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import (
    Change,
    Field,
    Fixed,
    Merge,
    Verb,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.model.kind import Collection, Kind, Scope
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted, make_plan
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import Column
from hypothesis import given
from hypothesis import strategies as st


def frozen(row):
    return "it is archived." if row["archived"] else None


def columns(*names):
    return tuple(Column(name, "A property.") for name in names)


SHELF = Kind(
    name="shelf", plural="shelves", source=Collection("/shelves", rows="shelves"), frozen=frozen,
    columns=columns("id", "name", "archived"), fields=(Field("name"),), create=Call("POST", "/shelves"),
)  # fmt: skip
BOX = Kind(
    name="box",
    plural="boxes",
    source=Collection("/shelves/{scope}/boxes", rows="boxes", one="/boxes/{id}", unwrap="box"),
    scope=Scope(
        SHELF,
        column="shelf_id",
        refuses=frozen,
        move=lambda to: (Call("POST", "/boxes/{id}/move"), {"to": to}),
    ),
    columns=columns(
        "id", "name", "text", "size", "tags", "lit", "glue", "color", "wood", "archived", "shelf_id", "holds"
    ),
    fields=(
        Field("name"),
        Field("text", reset=""),
        Field("size", "inner.size", {"type": "int"}, update="newSize"),
        Field("tags", option={"type": "list"}, merge=Merge.SET, add="addTags", remove="removeTags"),
        Field("lit", option={"type": "bool"}, create=None, mutable_when_archived=True,
              send=lambda _row, lit: [(Call("PUT", "/boxes/{id}/lit"), {"lit": lit})]),
        Field("glue", always_sent=True),
        Field("color", change=Change.RECREATE, update=None),
        Field("wood", change=Fixed("Make another box.")),
        Field("code", secret=True),
    ),
    verbs=(
        Verb("archived", Call("POST", "/boxes/{id}/archive"), lambda row: row["archived"], {"archived": True}),
        Verb("unarchived", Call("POST", "/boxes/{id}/unarchive"), lambda row: not row["archived"],
             {"archived": False}, first=True),
    ),
    create=Call("POST", "/shelves/{scope}/boxes", unwrap="box"),
    update=Call("PATCH", "/boxes/{id}"),
    delete=Call("DELETE", "/boxes/{id}"),
    defaults_on_create={"archived": False, "lit": True, "tags": [], "text": ""},
    frozen=frozen,
    force="force",
    dependents=lambda row: row["holds"],
)  # fmt: skip
HERE, THERE = {"id": 1, "name": "here", "archived": False}, {"id": 2, "name": "there", "archived": False}
CURRENT = {
    "id": 7, "name": "n", "text": "t", "size": 1, "tags": ["a"], "lit": True, "glue": "g", "color": "red",
    "wood": "oak", "archived": False, "shelf_id": 1, "holds": None,
}  # fmt: skip
G = {"glue": "g"}


def box(**more):
    return {**CURRENT, **more}


def plan_for(current, values, state="present", **more):
    return make_plan(BOX, current, Wanted(values, state, **{"scope": HERE, **more}))


def sent(plan):
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def apply(plan, current):
    """What a master that does as it is told makes of a box."""
    for step in plan.steps:
        request, body = step.request, dict(step.request.body or {})
        if request.method == "DELETE":
            current = None
        elif step.what == "create":
            size = body.pop("inner", {}).get("size")
            tags = body.pop("addTags", body.pop("tags", []))
            current = {
                **BOX.blank(),
                **BOX.defaults_on_create,
                **body,
                "size": size,
                "tags": tags,
                "id": 7,
                "shelf_id": HERE["id"],
            }
        elif step.what == "move":
            current = {**current, "shelf_id": body["to"]}
        elif step.verb is not None:
            current = {**current, **step.verb.result_fields}
        else:
            assert not frozen(current) or list(body) == ["lit"], "the master refuses to change what is archived"
            tags = sorted((set(current["tags"] or ()) | set(body.pop("addTags", ()))) - set(body.pop("removeTags", ())))
            size = body.pop("newSize", current["size"])
            current = {**current, "glue": None, **body, "size": size, "tags": tags}
    return current


tags = st.lists(st.sampled_from("ab"), unique=True).map(sorted)
options = st.fixed_dictionaries(
    {"name": st.sampled_from(["n", "m"])},
    optional={
        "text": st.sampled_from(["", None, "t", "u"]),
        "size": st.integers(1, 3),
        "tags": st.none() | tags,
        "lit": st.booleans(),
        "color": st.sampled_from(["red", "blue"]),
    },
)
boxes = st.builds(
    box, text=st.sampled_from(["", "t"]), size=st.integers(1, 3), tags=tags, lit=st.booleans(), archived=st.booleans()
)
modes = st.sampled_from(["exact", "append", "remove"])


@given(st.none() | boxes, options, st.sampled_from(BOX.states()), st.sampled_from([HERE, THERE]), modes)
def test_planning_again_after_the_plan_gives_no_steps(current, values, state, scope, mode):
    more = {"scope": HERE if current is None else scope, "modes": {"tags": mode}}
    try:
        plan = plan_for(current, values, state, **more)
    except Refused:
        assert current["archived"] or (state == "absent" and scope is THERE)
        return
    done = apply(plan, current)
    if plan.act == "replace":
        assert done["lit"] == BOX.defaults_on_create["lit"] or "lit" not in values
        values = {name: value for name, value in values.items() if name != "lit"}
        more["scope"] = HERE
    again = plan_for(done, values, "absent" if state == "absent" else "present", **more)
    assert again.steps == ()
    assert again.before == again.after
    assert (plan.before == plan.after) == (plan.steps == ())


@given(boxes, options, st.sampled_from(BOX.states()))
def test_a_plan_names_the_object(current, values, state):
    if current["archived"] and state in ("present", "archived"):
        values = {name: value for name, value in values.items() if name == "lit"}
    plan = plan_for(current, values, state)
    assert plan.before["id"] == 7
    assert all("{" not in step.request.path for step in plan.steps)


MADE = ("POST", "/shelves/1/boxes", {"name": "n"})
CASES = [
    ("make", None, {"name": "n"}, "present", [MADE]),
    ("make archived", None, {"name": "n"}, "archived", [MADE, ("POST", "/boxes/{id}/archive", None)]),
    ("make unarchived", None, {"name": "n"}, "unarchived", [MADE]),
    ("born so", None, {"name": "n", "lit": True}, "present", [MADE]),
    ("born otherwise", None, {"name": "n", "lit": False}, "present",
     [MADE, ("PUT", "/boxes/{id}/lit", {"lit": False})]),
    ("nested", None, {"name": "n", "size": 3}, "present",
     [("POST", "/shelves/1/boxes", {"name": "n", "inner": {"size": 3}})]),
    ("as wanted", box(), {"name": "n", "text": "t", "tags": ["a"]}, "present", []),
    ("not managed", box(), {"name": "n"}, "present", []),
    ("all in one update", box(), {"name": "m", "text": None, "size": 2}, "present",
     [("PATCH", "/boxes/7", {"name": "m", "text": "", "newSize": 2, **G})]),
    ("on its own", box(), {"lit": False, "text": "u"}, "present",
     [("PATCH", "/boxes/7", {"text": "u", **G}), ("PUT", "/boxes/7/lit", {"lit": False})]),
    ("what differs of a set", box(tags=["a", "b"]), {"tags": ["b", "c"]}, "present",
     [("PATCH", "/boxes/7", {"addTags": ["c"], "removeTags": ["a"], **G})]),
    ("an empty set", box(), {"tags": None}, "present", [("PATCH", "/boxes/7", {"removeTags": ["a"], **G})]),
    ("unarchive, then change", box(archived=True), {"text": "u"}, "unarchived",
     [("POST", "/boxes/7/unarchive", None), ("PATCH", "/boxes/7", {"text": "u", **G})]),
    ("change, then archive", box(), {"text": "u"}, "archived",
     [("PATCH", "/boxes/7", {"text": "u", **G}), ("POST", "/boxes/7/archive", None)]),
    ("even archived", box(archived=True), {"lit": False}, "present", [("PUT", "/boxes/7/lit", {"lit": False})]),
    ("made again", box(size=None, wood=None), {"color": "blue"}, "present",
     [("DELETE", "/boxes/7", None),
      ("POST", "/shelves/1/boxes", {"name": "n", "text": "t", "tags": ["a"], "glue": "g", "color": "blue"})]),
    ("gone already", None, {"name": "n"}, "absent", []),
    ("delete", box(), {"text": "u"}, "absent", [("DELETE", "/boxes/7", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("current", "values", "state", "requests"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_requests(current, values, state, requests):
    assert sent(plan_for(current, values, state)) == requests


def test_what_is_made_again_can_be_restored():
    *_rest, made = plan_for(box(size=None), {"color": "blue"}).steps
    assert made.undo.body["color"] == "red"
    assert made.undo.path == "/shelves/1/boxes"


@pytest.mark.parametrize(
    ("mode", "have", "after"), [("append", ["a"], ["a", "b"]), ("remove", ["a", "b"], ["a"]), ("exact", ["a"], ["b"])]
)
def test_modes_of_a_set(mode, have, after):
    assert plan_for(box(tags=have), {"tags": ["b"]}, modes={"tags": mode}).after["tags"] == after


def test_a_secret_is_sent_when_told_and_never_shown():
    assert plan_for(box(), {"code": "s3cret"}).steps == ()
    plan = plan_for(box(), {"code": "s3cret"}, secrets=frozenset(["code"]))
    assert sent(plan) == [("PATCH", "/boxes/7", {"code": "s3cret", **G})]
    assert "s3cret" not in repr((plan.before, plan.after))
    assert plan.before["code"] != plan.after["code"]


def test_move():
    plan = plan_for(box(), {"name": "n", "text": "u"}, scope=THERE)
    assert sent(plan) == [("POST", "/boxes/7/move", {"to": 2}), ("PATCH", "/boxes/7", {"text": "u", **G})]
    assert (plan.before["shelf_id"], plan.after["shelf_id"]) == (1, 2)


def test_a_scope_that_is_not_made_yet():
    assert sent(plan_for(None, {"name": "n"}, scope=None)) == [("POST", "/shelves/{scope}/boxes", {"name": "n"})]


def test_ids_that_are_not_known_yet_stand_in_the_body():
    field = Field("owner", encode=lambda value, context: context.find("user", value))
    kind = Kind("thing", "things", Collection("/t", rows="t"), columns("id", "name", "owner"), (field,),
                create=Call("POST", "/t"))  # fmt: skip
    assert make_plan(kind, None, Wanted({"owner": "ana"})).steps[0].request.body == {"owner": Later("user", "ana")}


def test_names_are_quoted_in_paths():
    kind = Kind("thing", "things", Collection("/t", rows="t"), columns("id", "name"), (Field("name"),),
                create=Call("PUT", "/t/{name}"))  # fmt: skip
    assert make_plan(kind, None, Wanted({"name": "a/b?c#d"})).steps[0].request.path == "/t/a%2Fb%3Fc%23d"


BUILT_IN = {"id": 1, "name": "Uncategorized", "immutable": True, "archived": False, "workspace_id": 1}
FAILED = {"id": 4, "name": "w", "state": "DELETE_FAILED", "archived": False,
          "error_message": 'violates foreign key constraint on table "webhooks"'}  # fmt: skip
REFUSED = [
    ("frozen", BOX, box(archived=True), {"text": "u"}, "present", HERE, "box 'n' (id 7) cannot be changed: it is arch"),
    ("frozen, to move", BOX, box(archived=True), {}, "present", THERE, "box 'n' (id 7) cannot be changed: it is arch"),
    ("full", BOX, box(holds="3 things"), {}, "absent", HERE, "it holds 3 things. Set force"),
    ("into a frozen one", BOX, box(), {}, "present", {**THERE, "archived": True},
     "shelf 'there' (id 2) cannot be given a box"),
    ("made in a frozen one", BOX, None, {"name": "n"}, "present", {**HERE, "archived": True},
     "shelf 'here' (id 1) cannot be given a box: it is archived."),
    ("fixed", BOX, box(), {"wood": "ash"}, "present", HERE, "wood cannot be changed: Make another box."),
    ("built in", WORKSPACE, BUILT_IN, {}, "absent", None,
     "workspace 'Uncategorized' (id 1) cannot be deleted: it is built in and immutable."),
    ("built in, to archive", PROJECT, BUILT_IN, {}, "archived", None, "cannot be archived: it is built in"),
    ("half deleted", WORKSPACE, FAILED, {"pinned": True}, "present", None, "Delete its webhooks, then delete it again"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "current", "values", "state", "scope", "said"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_refused_before_anything_is_sent(kind, current, values, state, scope, said):
    with pytest.raises(Refused) as refused:
        make_plan(kind, current, Wanted(values, state, scope=scope))
    assert said in refused.value.msg


def test_force_deletes_with_what_is_in_it():
    assert len(plan_for(box(holds="3 things"), {}, "absent", force=True).steps) == 1


def test_a_value_that_cannot_be_taken_away():
    with pytest.raises(BadOption, match="size: the master cannot take a value away"):
        plan_for(box(), {"size": None})


def test_what_cannot_be_made():
    kind = Kind("thing", "things", Collection("/t", rows="t"), columns("id", "name"))
    with pytest.raises(NotFound, match="no thing 'x'"):
        make_plan(kind, None, Wanted({"name": "x"}))


def test_masked_storage():
    values = {"checkpoint_storage": {"type": "s3", "bucket": "b", "secret_key": "SK", "prefix": None}}
    current = {"id": 1, "name": "w", "archived": False, "checkpoint_storage": {}}
    plan = make_plan(WORKSPACE, current, Wanted(values))
    assert plan.after["checkpoint_storage"] == {"type": "s3", "bucket": "b", "secret_key": "********"}
    assert plan.steps[0].request.body["checkpointStorageConfig"]["secret_key"] == "SK"
    current["checkpoint_storage"] = {"type": "s3", "bucket": "b", "secret_key": "********"}
    assert make_plan(WORKSPACE, current, Wanted(values)).steps == ()


@pytest.mark.parametrize("twice", [(Field("name"), Field("name")), (Field("other"),)])
def test_a_description_that_cannot_be_right(twice):
    with pytest.raises(ValueError, match="thing"):
        Kind("thing", "things", Collection("/t", rows="t"), columns("id", "name"), twice, update=Call("PUT", "/t"))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (WEBHOOK, {"name": "h", "url": "https://h/", "triggers": [{"task_log": "x"}]}),
        (ROLE_ASSIGNMENT, {"assignments": [{"user": "ana", "role": "Viewer"}]}),
    ],
)
@pytest.mark.parametrize("scope", [None, Later("workspace", "")], ids=["not known", "not made yet"])
def test_a_scope_that_is_not_there_is_not_the_whole_cluster(kind, values, scope):
    current = None if kind is WEBHOOK else {"assignments": []}
    plan = make_plan(kind, current, Wanted(values, scope=scope))
    assert Later("workspace", "") in list(leaves(plan.steps[0].request.body))


def leaves(value):
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from leaves(one)
    if not isinstance(value, (dict, list)):
        yield value
