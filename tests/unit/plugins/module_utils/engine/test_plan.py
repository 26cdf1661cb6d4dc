# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is and what is wanted to requests."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.plan import NEW_ID, make_plan
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.resource import (
    Field,
    Parent,
    Request,
    Resource,
    Verb,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, NotFound, Refused
from ansible_collections.determined_ai.determined.plugins.module_utils.resources.experiment import EXPERIMENT
from hypothesis import given
from hypothesis import strategies as st

# A kind that has one of everything.


def frozen(current):
    return "it is archived." if current["archived"] else None


SHELF = Resource(
    kind="shelf", list="/shelves", rows="shelves", find=None, get="/shelves/{id}", unwrap="shelf",
    create=Request("POST", "/shelves"), delete=Request("DELETE", "/shelves/{id}"), frozen=frozen,
)  # fmt: skip
MOVE = "/boxes/{id}/move"
BOX = Resource(
    kind="box",
    list="/shelves/{parent}/boxes",
    rows="boxes",
    find=None,
    get="/boxes/{id}",
    unwrap="box",
    create=Request("POST", "/shelves/{parent}/boxes"),
    update=Request("PATCH", "/boxes/{id}"),
    delete=Request("DELETE", "/boxes/{id}"),
    born={"archived": False, "lit": True},
    parent=Parent("shelf", "shelf_id", SHELF, "shelfId", move=lambda to: Request("POST", MOVE, {"to": to})),
    fields=(
        Field("name", "name"),
        Field("text", "text", reset=""),
        Field("size", "inner.size", {"type": "int"}, change="newSize"),
        Field("tags", "tags", {"type": "list"}, reset=[], equal=lambda have, want: set(have or ()) == set(want)),
        Field("lit", "lit", {"type": "bool"}, send=lambda _box, lit: Request("PUT", "/boxes/{id}/lit", {"lit": lit}),
              creatable=False, even_frozen=True),
    ),
    verbs=(
        Verb("archived", Request("POST", "/boxes/{id}/archive"), lambda box: box["archived"], {"archived": True}),
        Verb("unarchived", Request("POST", "/boxes/{id}/unarchive"), lambda box: not box["archived"],
             {"archived": False}, first=True),
    ),
    frozen=frozen,
    holds=lambda box: box["holds"],
)  # fmt: skip
HERE, THERE = {"id": 1, "name": "here", "archived": False}, {"id": 2, "name": "there", "archived": False}
CURRENT = {
    "id": 7, "name": "n", "text": "t", "inner": {"size": 1}, "tags": ["a"], "lit": True, "archived": False,
    "shelfId": 1, "holds": None,
}  # fmt: skip


def box(**more):
    return {**CURRENT, **more}


def sent(plan):
    return [(step.request.method, step.request.path, step.request.body) for step in plan.steps]


def apply(plan, current):
    """What a master that does as it is told makes of a box."""
    for step in plan.steps:
        request, body = step.request, step.request.body or {}
        if request.method == "DELETE":
            return None
        if step.what == "create":
            missing = {"text": "", "tags": [], "inner": {}, "holds": None, "shelfId": HERE["id"]}
            current = {**missing, **BOX.born, **body, "id": 7}
        elif step.what == "move":
            current = {**current, "shelfId": body["to"]}
        elif step.verb is not None:
            current = {**current, **step.verb.shows}
        else:
            assert not frozen(current) or list(body) == ["lit"], "the master refuses to change what is archived"
            size = {"inner": {"size": body["newSize"]}} if "newSize" in body else {}
            current = {**current, **size, **{key: value for key, value in body.items() if key != "newSize"}}
    return current


options = st.fixed_dictionaries(
    {"name": st.sampled_from(["n", "m"])},
    optional={
        "text": st.sampled_from(["", None, "t", "u"]),
        "size": st.integers(1, 3),
        "tags": st.none() | st.lists(st.sampled_from("ab"), unique=True),
        "lit": st.booleans(),
    },
)
boxes = st.builds(
    box,
    text=st.sampled_from(["", "t"]),
    inner=st.builds(lambda size: {"size": size}, st.integers(1, 3)),
    tags=st.none() | st.lists(st.sampled_from("ab"), unique=True),
    lit=st.booleans(),
    archived=st.booleans(),
)


@given(st.none() | boxes, options, st.sampled_from(BOX.states()), st.sampled_from([HERE, THERE]))
def test_planning_again_after_the_plan_gives_no_steps(current, wanted, state, parent):
    try:
        plan = make_plan(BOX, current, wanted, state, HERE if current is None else parent)
    except Refused:
        assert current["archived"]
        return
    done = apply(plan, current)
    again = make_plan(BOX, done, wanted, state, HERE if current is None else parent)
    assert again.steps == ()
    assert again.before == again.after
    assert (plan.before == plan.after) == (plan.steps == ())
    if state != "absent":
        shown = {"size": (done.get("inner") or {}).get("size"), "shelf_id": done["shelfId"]}
        assert {key: norm(shown.get(key, done.get(key))) for key in plan.after} == {
            key: norm(value) for key, value in plan.after.items()
        }


def norm(value):
    return sorted(value) if isinstance(value, list) else value


@given(boxes, options, st.sampled_from(BOX.states()))
def test_a_plan_names_the_object(current, wanted, state):
    try:
        plan = make_plan(BOX, current, wanted, state, HERE)
    except Refused as refused:
        text = refused.msg
    else:
        text = ""
    assert text.startswith("box 7 (n)") or (
        plan.before["id"] == 7 and all("{" not in step.request.path for step in plan.steps)
    )


CASES = [
    ("make", None, {"name": "n"}, "present", [("POST", "/shelves/1/boxes", {"name": "n"})]),
    ("make archived", None, {"name": "n"}, "archived",
     [("POST", "/shelves/1/boxes", {"name": "n"}), ("POST", "/boxes/{id}/archive", None)]),
    ("make unarchived", None, {"name": "n"}, "unarchived", [("POST", "/shelves/1/boxes", {"name": "n"})]),
    ("born so", None, {"name": "n", "lit": True}, "present", [("POST", "/shelves/1/boxes", {"name": "n"})]),
    ("born otherwise", None, {"name": "n", "lit": False}, "present",
     [("POST", "/shelves/1/boxes", {"name": "n"}), ("PUT", "/boxes/{id}/lit", {"lit": False})]),
    ("nested", None, {"name": "n", "size": 3}, "present",
     [("POST", "/shelves/1/boxes", {"name": "n", "inner": {"size": 3}})]),
    ("as wanted", box(), {"name": "n", "text": "t", "tags": ["a"]}, "present", []),
    ("not managed", box(), {"name": "n"}, "present", []),
    ("all in one update", box(), {"name": "m", "text": None, "size": 2}, "present",
     [("PATCH", "/boxes/7", {"name": "m", "text": "", "newSize": 2})]),
    ("on its own", box(), {"lit": False, "text": "u"}, "present",
     [("PATCH", "/boxes/7", {"text": "u"}), ("PUT", "/boxes/7/lit", {"lit": False})]),
    ("unarchive, then change", box(archived=True), {"text": "u"}, "unarchived",
     [("POST", "/boxes/7/unarchive", None), ("PATCH", "/boxes/7", {"text": "u"})]),
    ("change, then archive", box(), {"text": "u"}, "archived",
     [("PATCH", "/boxes/7", {"text": "u"}), ("POST", "/boxes/7/archive", None)]),
    ("even archived", box(archived=True), {"lit": False}, "present", [("PUT", "/boxes/7/lit", {"lit": False})]),
    ("gone already", None, {"name": "n"}, "absent", []),
    ("delete", box(), {"text": "u"}, "absent", [("DELETE", "/boxes/7", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("current", "wanted", "state", "requests"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_requests(current, wanted, state, requests):
    assert sent(make_plan(BOX, current, wanted, state, HERE)) == requests


def test_move():
    plan = make_plan(BOX, box(), {"name": "n", "text": "u"}, "present", THERE)
    assert sent(plan) == [("POST", "/boxes/7/move", {"to": 2}), ("PATCH", "/boxes/7", {"text": "u"})]
    assert (plan.before["shelf_id"], plan.after["shelf_id"]) == (1, 2)


def test_parent_that_is_not_made_yet():
    assert sent(make_plan(BOX, None, {"name": "n"}, "present")) == [("POST", "/shelves/{parent}/boxes", {"name": "n"})]


REFUSED = [
    ("frozen", BOX, box(archived=True), {"text": "u"}, "present", HERE, "box 7 (n) cannot be changed: it is archived."),
    ("frozen, to move", BOX, box(archived=True), {}, "present", THERE, "box 7 (n) cannot be changed: it is archived."),
    ("full", BOX, box(holds="3 things"), {}, "absent", HERE, "it holds 3 things. Set force"),
    ("into a frozen one", BOX, box(), {}, "present", {**THERE, "archived": True},
     "shelf 2 (there) cannot be given a box"),
    ("made in a frozen one", BOX, None, {"name": "n"}, "present", {**HERE, "archived": True},
     "shelf 1 (here) cannot be given a box: it is archived."),
    ("alive", EXPERIMENT, {"id": 3, "state": "STATE_PAUSED", "archived": False}, {}, "archived", None,
     "experiment 3 cannot be archived: it has not ended (STATE_PAUSED)."),
    ("ended", EXPERIMENT, {"id": 3, "state": "STATE_ERROR", "archived": False}, {}, "paused", None, "it has ended"),
    ("elsewhere", EXPERIMENT, {"id": 3, "state": "STATE_RUNNING", "archived": False, "unmanaged": True}, {}, "killed",
     None, "it is unmanaged"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "current", "wanted", "state", "parent", "said"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_refused_before_anything_is_sent(resource, current, wanted, state, parent, said):
    with pytest.raises(Refused) as refused:
        make_plan(resource, current, wanted, state, parent)
    assert said in refused.value.msg


def test_force_deletes_with_what_is_in_it():
    assert len(make_plan(BOX, box(holds="3 things"), {}, "absent", HERE, force=True).steps) == 1


def test_a_value_that_cannot_be_taken_away():
    with pytest.raises(BadOption, match="size: the master cannot take a value away"):
        make_plan(BOX, box(), {"size": None}, "present", HERE)


def test_what_cannot_be_made():
    with pytest.raises(NotFound, match="no thing 'x'"):
        make_plan(Resource("thing", "/t/{id}", "/t", "ts", "t", None), None, {"name": "x"}, "present")


def test_the_id_of_a_new_object_is_not_known():
    assert NEW_ID in make_plan(BOX, None, {"name": "n", "lit": False}, "present", HERE).steps[1].request.path
