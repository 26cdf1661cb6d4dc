# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many objects of a kind: planned as one is, sent together, looked at before and after, waited for."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import bulk
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item, View
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Denied, WaitTimeout
from ansible_collections.determined_ai.determined.plugins.module_utils.model.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import Bulk, Elements, Field, Verb
from ansible_collections.determined_ai.determined.plugins.module_utils.model.kind import Collection, Kind
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import Column


def by_bulk(name, **more):
    def wrap(batch):
        return {"ids": batch.ids, "value": batch.value, "shared": batch.shared}

    return Bulk(Call("POST", "/boxes/" + name, wrap), **more)


def put_tags(_row, tags):
    return [(Call("PUT", "/boxes/{id}/tags"), {"tags": tags})]


def put_weights(batch):
    return dict(zip(batch.ids, batch.values, strict=True))


BOX = Kind(
    name="box",
    plural="boxes",
    source=Collection("/boxes", rows="boxes"),
    columns=tuple(Column(one, "") for one in ("id", "name", "state", "shelf", "open", "tags", "labels", "weight")),
    fields=(
        Field("shelf", create=None, act="move", bulk=by_bulk("move", apart="shelf"),
              refuses=lambda row: "it is open." if row["open"] else None),
        Field("tags", create=None, send=put_tags),
        Field("weight", create=None, bulk=Bulk(Call("POST", "/boxes/weigh", put_weights), each=True, silent=True)),
    ),
    verbs=(
        Verb("shut", None, lambda row: not row["open"], {"open": False}, first=True,
             bulk=by_bulk("shut", apart="shelf")),
        Verb("ended", None, lambda row: row["state"] == "OVER", {"state": "OVER"},
             reached=lambda row: row["state"] == "OVER", begun=lambda row: row["state"] in ("OVER", "ENDING"),
             bulk=by_bulk("end", irreversible=True, wait=True, apart="shelf")),
        Verb("sealed", Call("POST", "/boxes/{id}/seal"), lambda row: row["state"] == "SEALED", {"state": "SEALED"},
             way=lambda row, force: ("shut", "sealed") if row["open"] and not force else ("sealed",)),
    ),
    bulk_delete=by_bulk("delete", irreversible=True, wait=True, chunk=3),
    refuses_delete=lambda row: "it is open." if row["open"] else None,
    deleting=lambda row: row["state"] == "DELETING",
    failed=lambda row: "it is stuck." if row["state"] == "STUCK" else None,
    survives=True,
)  # fmt: skip
VIEW = View("boxes", lambda row: {"id": row["id"]}, lambda row: row["name"])


def box(ident, **more):
    return {"id": ident, "name": f"b{ident}", "state": "X", "shelf": 1, "open": False, "tags": ["a"], **more}


class Master:
    """Has boxes, and does with each request what ``does``, function (boxes, path, body), makes of it."""

    url = "https://det.example.org"

    def __init__(self, *boxes, does=lambda boxes, path, body: None):
        self.boxes = {one["id"]: dict(one) for one in boxes}
        self.does, self.sent, self.client = does, [], self
        self.params = {"wait": True, "wait_timeout": 0, "chunk_size": None, "continue_on_error": True, "connections": 1}

    def request(self, method, path, body=None, repeatable=None):
        self.sent.append((f"{method} {path}", body))
        self.does(self.boxes, path, body)
        return {"results": [{"id": ident, "error": ""} for ident in (body or {}).get("ids", ())]}

    def objects(self, **more):
        return bulk.Objects(BOX, lambda ids: [self.boxes[one] for one in ids if one in self.boxes], 9, **more)


def planned(master, wanted, **more):
    rows = [dict(one) for one in master.boxes.values()]
    return bulk.plan_rows(master.objects(), rows, wanted, VIEW, **more)


def act_of(master, name, **more):
    return next(one for one in bulk.acts_of(master, master.objects(**more)) if one.name == name)


def test_each_is_planned_as_one_is():
    wanted = Wanted({"shelf": 2, "tags": Elements(add=["b"])}, "ended")
    boxes = [
        box(1),
        box(2, shelf=2, tags=["a", "b"], state="OVER"),
        box(3, open=True),
        box(4, shelf=2, state="OVER"),
    ]
    many = planned(Master(*boxes), wanted)
    assert [(one.id, one.acts) for one in many.items] == [(1, ["move", "tags", "ended"]), (4, ["tags"])]
    assert many.items[0].before == {"shelf": 1, "tags": ["a"], "state": "X"}
    assert many.items[0].after == {"shelf": 2, "tags": ["a", "b"], "state": "OVER"}
    assert [str(one) for one in many.items[0].alone["tags"]] == ["PUT /boxes/1/tags"]
    assert set(many.items[0].alone) == {"tags"}
    reason = "shelf cannot be changed: it is open."
    assert many.skipped == [{"id": 3, "name": None, "owner": None, "url": None, "reason": reason}]
    assert many.unchanged == 1


def test_what_is_spared_is_told_before_what_is_refused():
    def reasons(plans):
        assert [one.row["id"] for one in plans] == [1, 2]
        return {1: "spared", 2: "spared too"}

    many = planned(Master(box(1), box(2, open=True), box(3, shelf=2)), Wanted({"shelf": 2}), reasons=reasons)
    assert [(one["id"], one["reason"]) for one in many.skipped] == [(1, "spared"), (2, "spared too")]


def test_what_is_deleted_already_is_let_be():
    many = planned(Master(box(1), box(2, state="DELETING"), box(3, open=True)), Wanted(state="absent"))
    assert [(one.id, one.acts, one.before, one.after) for one in many.items] == [
        (1, ["absent"], {"state": "X"}, {"state": "absent"})
    ]
    assert [one["id"] for one in many.skipped] == [3]
    assert many.unchanged == 1


def test_what_shares_a_shelf_goes_together_also_after_a_move():
    wanted = Wanted({"shelf": 3}, "ended")

    def end(boxes, path, body):
        for ident in body["ids"]:
            boxes[ident].update(state="OVER")

    master = Master(box(1), box(2, shelf=2), box(3, shelf=3), does=end)
    many = planned(master, wanted)
    act = act_of(master, "ended")
    assert act.requests(many.items) == ["POST /boxes/end"]
    assert act.send(many.items) == {}
    assert master.sent == [("POST /boxes/end", {"ids": [1, 2, 3], "value": None, "shared": 3})]
    move = act_of(master, "move")
    assert move.requests(many.items[:2]) == ["POST /boxes/move"] * 2
    move.send(many.items[:2])
    assert [body for _line, body in master.sent[1:]] == [
        {"ids": [1], "value": 3, "shared": 1},
        {"ids": [2], "value": 3, "shared": 2},
    ]


def test_each_may_be_wanted_otherwise():
    shelves = {1: 2, 2: 3, 3: 3}
    master = Master(box(1), box(2), box(3))
    many = planned(master, lambda row: Wanted({"shelf": shelves[row["id"]]}))
    move = act_of(master, "move")
    assert move.requests(many.items) == ["POST /boxes/move"] * 2
    move.send(many.items)
    assert [(body["ids"], body["value"]) for _line, body in master.sent] == [([1], 2), ([2, 3], 3)]


def test_a_call_that_takes_a_value_for_each_is_one():
    master = Master(box(1), box(2))
    many = planned(master, lambda row: Wanted({"weight": row["id"] * 10}))
    act = act_of(master, "weight")
    assert act.requests(many.items) == ["POST /boxes/weigh"]
    assert act.send(many.items) == {}
    assert master.sent == [("POST /boxes/weigh", {1: 10, 2: 20})]


def test_a_call_that_says_nothing_of_single_objects():
    """It is refused as one, and what a look finds as wanted is done all the same."""

    def weigh(boxes, path, body):
        boxes[1]["weight"] = 10
        raise refusal(500, "Internal", "box 2 is nailed down", "POST", path)

    master = Master(box(1), box(2), does=weigh)
    errors = act_of(master, "weight").send(planned(master, Wanted({"weight": 10})).items)
    assert list(errors) == [2]
    assert "box 2 is nailed down" in errors[2]


def test_a_denied_call_stays_one():
    """Only a kind that knows a reason says more of it."""

    def deny(boxes, path, body):
        raise refusal(403, "PermissionDenied", "no", "POST", path)

    master = Master(box(1), does=deny)
    with pytest.raises(Denied):
        act_of(master, "ended").send(planned(master, Wanted(state="ended")).items)
    assert list(act_of(master, "weight").send(planned(master, Wanted({"weight": 10})).items)) == [1]


@pytest.mark.parametrize(("force", "acts"), [(False, ["shut", "sealed"]), (True, ["sealed"])])
def test_the_way_to_a_state(force, acts):
    many = planned(Master(box(1, open=True), box(2)), Wanted(state="sealed", force=force))
    assert [one.acts for one in many.items] == [acts, ["sealed"]]
    assert many.items[0].after == ({"state": "SEALED"} if force else {"open": False, "state": "SEALED"})


@pytest.mark.parametrize(("waits", "errors"), [(True, {1: "ended, and still running; it goes on"}), (False, {})])
def test_the_end_is_waited_for(waits, errors):
    wanted = Wanted(state="ended")
    master = Master(box(1))
    master.params["wait"] = waits
    assert act_of(master, "ended").send(planned(master, wanted).items) == errors


def test_a_deletion_that_takes_others_along_is_tried_again_alone():
    """The second is stuck for good, and takes along what is deleted with it."""

    def delete(boxes, path, body):
        for ident in body["ids"]:
            boxes[ident].update(state="STUCK")
            if 2 not in body["ids"]:
                del boxes[ident]

    wanted = Wanted(state="absent")
    master = Master(box(1), box(2), box(3), does=delete)
    errors = act_of(master, "absent").send(planned(master, wanted).items)
    assert errors == {2: bulk.FAILED}
    assert [body["ids"] for _line, body in master.sent] == [[1, 2, 3], [1], [2], [3]]


def test_deletions_under_way_together_are_looked_at_together():
    wanted = Wanted(state="absent")
    master = Master(*map(box, range(1, 8)), does=lambda boxes, path, body: [boxes.pop(one) for one in body["ids"]])
    master.params["connections"] = 2
    act = act_of(master, "absent")
    items = planned(master, wanted).items
    assert [len(one) for one in act.chunks(items, None)] == [6, 1]
    assert act.send(items[:6]) == {}
    assert sorted(body["ids"] for _line, body in master.sent) == [[1, 2, 3], [4, 5, 6]]
    # Whoever says how many gets a look before each request.
    assert [len(one) for one in act.chunks(items, 2)] == [2, 2, 2, 1]
    master.params["continue_on_error"] = False
    assert [len(one) for one in act_of(master, "absent").chunks(items, None)] == [3, 3, 1]


def test_a_deletion_that_does_not_end():
    wanted = Wanted(state="absent")
    master = Master(box(1), does=lambda boxes, path, body: boxes[1].update(state="DELETING"))
    act = act_of(master, "absent")
    assert act.send(planned(master, wanted).items) == {1: "still being deleted; it goes on"}


@pytest.mark.parametrize(
    ("state", "now", "found"),
    [
        ("ended", {}, "fits"),
        ("ended", {"state": "ENDING"}, None),
        ("ended", None, "there is no such box any more"),
        ("ended", {"labels": ["theirs"]}, "its labels got theirs"),
        ("absent", {}, "fits"),
        ("absent", {"open": True}, "it is open."),
        ("absent", {"state": "DELETING"}, None),
        ("absent", None, None),
        ("absent", {"name": "spared"}, "spared"),
    ],
)
def test_the_look_right_before(state, now, found):
    row = box(1, labels=[])
    master = Master(*([] if now is None else [{**row, **now}]))
    act = act_of(
        master,
        state,
        spared=lambda rows: {one["id"]: "spared" for one in rows if one["name"] == "spared"},
    )
    assert act.look_again([Item(1, row, [state], {}, {}, wanted=Wanted(state=state))]) == (
        {} if found == "fits" else {1: found}
    )


def test_a_field_that_is_final_is_looked_at_too():
    wanted = Wanted({"shelf": 2})
    row = box(1)
    looks = [
        act_of(Master({**row, **now}), "move", final=("move",)).look_again(
            [Item(1, row, ["move"], {}, {}, wanted=wanted)]
        )
        for now in ({}, {"shelf": 2}, {"open": True})
    ]
    assert looks == [{}, {1: None}, {1: "shelf cannot be changed: it is open."}]
    assert act_of(Master(), "move").look_again is None


def test_a_wait_without_anybody_asks_nothing(monkeypatch):
    def never(*_args):
        raise WaitTimeout("asked")

    monkeypatch.setattr(bulk, "poll", never)
    master = Master()
    objects = master.objects()
    assert bulk.wait_gone(master, objects, []) == {}
    assert bulk.wait_reached(master, objects, BOX.verb("ended"), []) == {}
