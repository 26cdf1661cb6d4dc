# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done to many experiments: the master's bulk operations, labels one by one, and the look afterwards."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Callable

from ..engine.call import Call
from ..engine.many import Act, Errors, Ident, Item
from ..engine.settle import send_bulk, send_each
from ..errors import WaitTimeout
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import delete_failed, is_deleting, is_ending
from ..model.field import Bulk
from ..selection.search import IDS_A_REQUEST, read_ids
from ..selection.select import BRIEF
from ..store.wait import poll
from .labels import change_labels, changed_labels, has_labels, label_requests


def bulk_calls() -> list[Bulk | None]:
    """The bulk operations, in the order in which they are done; None is where labels have their place."""
    verbs = [one for one in EXPERIMENT.verbs if one.bulk is not None]
    found: list[Bulk | None] = [one.bulk for one in verbs if one.first]
    found += [one.bulk for one in EXPERIMENT.fields if one.bulk is not None or one.name == "labels"]
    found += [one.bulk for one in verbs if not one.first]
    return [*found, EXPERIMENT.bulk_delete]


def experiment_acts(call: Call, look_again: Callable[[list[Item]], Errors]) -> list[Act]:
    """All acts, in their order. ``look_again``: as in Act, for those that cannot be undone."""
    return [label_act(call) if one is None else bulk_act(call, one, look_again) for one in bulk_calls()]


def retention_act(call: Call, look_again: Callable[[list[Item]], Errors]) -> Act:
    """The act of det_log_retention: logs that are due by it are gone for good."""
    (one,) = [one for one in bulk_calls() if one is not None and one.act == "log_retention"]
    return bulk_act(call, one, look_again, irreversible=True)


def bulk_act(
    call: Call, one: Bulk, look_again: Callable[[list[Item]], Errors], irreversible: bool | None = None
) -> Act:
    final = one.irreversible if irreversible is None else irreversible
    return Act(
        one.act,
        (lambda items: delete(call, one, items)) if one.act == "absent" else (lambda items: send(call, one, items)),
        lambda _items: [f"{one.call.method} {one.call.path}"],
        chunk=one.chunk,
        irreversible=final,
        look_again=look_again if final else None,
        most=IDS_A_REQUEST if final else None,
    )


def label_act(call: Call) -> Act:
    def set_labels(item: Item) -> None:
        change_labels(call.client, int(item.id), *changed_labels(item))

    return Act(
        "labels",
        lambda items: send_each(items, set_labels, lambda doubtful: as_wanted(call, "labels", doubtful)),
        lambda items: [line for one in items for line in label_requests(int(one.id), *changed_labels(one))],
    )


def send(call: Call, one: Bulk, items: list[Item], once_more: bool = True) -> Errors:
    """Send one bulk call for items that want the same."""

    def request(ids: list[Ident]) -> Any:
        body = one.call.wrap((ids, wanted_value(one, items[0])))
        return call.client.request(one.call.method, one.call.path, body=body)

    return send_bulk(items, request, lambda doubtful: as_wanted(call, one.act, doubtful), once_more)


# {act: the property of the plan that it brings about}
VALUES = {one.bulk.act: one.name for one in EXPERIMENT.fields if one.bulk is not None}


def wanted_value(one: Bulk, item: Item) -> Any:
    """What an act sets; None for a state."""
    return item.after[VALUES[one.act]] if one.act in VALUES else None


def as_wanted(call: Call, act: str, items: list[Item]) -> Set[Ident]:
    """The ids of those that a look finds as the act should leave them."""
    rows = read_rows(call, [one.id for one in items])
    if act == "absent":
        return {one.id for one in items if is_going(rows.get(one.id))}
    return {one.id for one in items if one.id in rows and reached(act, rows[one.id], one)}


def read_rows(call: Call, ids: list[Ident]) -> dict[Ident, dict[str, Any]]:
    """{id: experiment} of just these that are there; one request for 200."""
    asked = set(ids)
    return {row["id"]: row for row in read_ids(call.client, sorted(map(int, asked)), BRIEF) if row["id"] in asked}


def reached(act: str, row: dict[str, Any], item: Item) -> bool:
    """Whether an experiment is as an act leaves it, or on its way there."""
    if act == "labels":
        return has_labels(row, *changed_labels(item))
    if act == "move":
        return bool(row["project_id"] == item.after["project_id"])
    if act == "log_retention":
        return bool(row["log_retention_days"] == item.after["log_retention_days"])
    return is_ending(row) if act in ("canceled", "killed") else bool(EXPERIMENT.verb(act).seen(row))


def is_going(row: dict[str, Any] | None) -> bool:
    return row is None or is_deleting(row)


# Deleting


def delete(call: Call, one: Bulk, items: list[Item]) -> Errors:
    """Delete a chunk and wait for its end. One that fails takes its chunk along, so these are tried again alone."""
    # Not sent again unseen: whether it may be deleted was asked before the first time.
    errors = send(call, one, items, once_more=False)
    started = [item for item in items if item.id not in errors]
    if not call.params["wait"]:
        return errors
    failed = wait_gone(call, [item.id for item in started])
    for item in started if len(started) > 1 else ():
        if item.id in failed and failed[item.id] == FAILED:
            again = send(call, one, [item], once_more=False)
            failed[item.id] = again.get(item.id) or wait_gone(call, [item.id]).get(item.id)
    errors.update({ident: text for ident, text in failed.items() if text})
    return errors


FAILED = "its deletion failed"


def wait_gone(call: Call, ids: list[Ident]) -> Errors:
    """{id: reason} of those that do not go: their deletion failed, or did not end in time."""
    failed: Errors = {}
    left = set(ids)

    def done() -> bool:
        rows = read_rows(call, list(left))
        left.intersection_update(rows)
        for ident, row in rows.items():
            if delete_failed(row):
                failed[ident] = FAILED
                left.discard(ident)
        return not left

    if not left:
        return failed
    try:
        poll(done, call.params["wait_timeout"], f"{len(ids)} experiments are gone")
    except WaitTimeout:
        failed.update(dict.fromkeys(left, "still being deleted; it goes on"))
    return failed
