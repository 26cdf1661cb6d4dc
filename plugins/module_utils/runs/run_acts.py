# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be done to many runs: the master's bulk operations, metadata one by one, and the look afterwards."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Callable

from ..checkpoints.checkpoints import merged
from ..connection.client import Client
from ..engine.call import Call
from ..engine.many import Act, Errors, Ident, Item, Row
from ..engine.settle import send_bulk, send_each
from ..errors import WaitTimeout
from ..kinds.experiment_parts import is_active, is_ending, is_over, is_paused
from ..selection.run_select import BRIEF, IDS_A_SEARCH, RUNS, read_runs
from ..store.wait import poll


@dataclass(frozen=True)
class RunCall:
    """An act of the master on many runs.

    :param act: its name in results, and the state that it brings about where it is one.
    :param word: of the operation.
    :param after: {field: value} of a run afterwards.
    :param seen: function (row) -> whether a run is so already; None where only the plan knows.
    """

    act: str
    word: str
    after: dict[str, Any] = field(default_factory=dict)
    seen: Callable[[Row], bool] | None = None
    irreversible: bool = False

    @property
    def path(self) -> str:
        return f"{RUNS.path}/{self.word}"


def is_archived(row: Row) -> bool:
    return bool(row["archived"])


def is_shown(row: Row) -> bool:
    return not row["archived"]


# In the order in which they are done; metadata, which has no bulk operation, comes after the move.
CALLS = {
    one.act: one
    for one in (
        RunCall("unarchived", "unarchive", {"archived": False}, is_shown),
        RunCall("move", "move"),
        RunCall("metadata", "{id}/metadata"),
        RunCall("active", "resume", {"state": "ACTIVE"}, is_active),
        RunCall("paused", "pause", {"state": "PAUSED"}, is_paused),
        RunCall("killed", "kill", {"state": "CANCELED"}, is_over, irreversible=True),
        RunCall("archived", "archive", {"archived": True}, is_archived),
        RunCall("absent", "delete", irreversible=True),
    )
}
ORDER = tuple(CALLS)


def run_acts(call: Call, look_again: Callable[[list[Item]], Errors]) -> list[Act]:
    """All acts, in their order. ``look_again``: as in Act, for those that cannot be undone."""
    return [
        metadata_act(call, one) if one.act == "metadata" else bulk_act(call, one, look_again) for one in CALLS.values()
    ]


def bulk_act(call: Call, one: RunCall, look_again: Callable[[list[Item]], Errors]) -> Act:
    return Act(
        one.act,
        lambda items: send(call, one, items),
        lambda items: [f"POST {one.path}"] * len(by_project(one.act, items)),
        irreversible=one.irreversible,
        look_again=look_again if one.irreversible else None,
        most=IDS_A_SEARCH if one.irreversible else None,
    )


def metadata_act(call: Call, one: RunCall) -> Act:
    def path(item: Item) -> str:
        return one.path.format(id=item.id)

    return Act(
        one.act,
        lambda items: send_each(
            items,
            lambda item: set_metadata(call, item, path(item)),
            lambda doubtful: as_wanted(call, one, doubtful),
        ),
        lambda items: ["POST " + path(item) for item in items],
    )


def set_metadata(call: Call, item: Item, path: str) -> None:
    """The master takes all of the metadata only: what the options leave alone is read right before."""
    wanted = item.after["metadata"]
    if not is_exact(call):
        have = call.client.get(path).get("metadata") or {}
        wanted = merged(have, call.params["metadata"])
        if wanted == have:
            return
    call.client.post(path, {"metadata": wanted}, repeatable=True)


def is_exact(call: Call) -> bool:
    return bool(call.params["metadata_mode"] == "exact")


def metadata_of(row: Row) -> dict[str, Any]:
    return row.get("metadata") or {}


def send(call: Call, one: RunCall, items: list[Item]) -> Errors:
    """Do one act to a chunk, in a request for each project."""
    errors: Errors = {}
    for project, part in by_project(one.act, items).items():

        def request(ids: list[Ident], project: int = project, part: list[Item] = part) -> Any:
            place = {"projectId": project}
            if one.act == "move":
                place = {"sourceProjectId": project, "destinationProjectId": part[0].after["project_id"]}
            return call.client.post(one.path, {"runIds": ids, **place})

        def look(doubtful: list[Item]) -> Set[Ident]:
            return as_wanted(call, one, doubtful)

        # What is deleted is not sent again unseen. Others of an experiment are moved along with it.
        errors.update(send_bulk(part, request, look, one.act != "absent", others=one.act == "move"))
    if one.act == "killed" and call.params["wait"]:
        errors.update(wait_ended(call, [item for item in items if item.id not in errors]))
    return errors


def by_project(act: str, items: list[Item]) -> dict[int, list[Item]]:
    """The items by the project that they are in when it is their turn."""
    found: dict[int, list[Item]] = {}
    for one in items:
        moved = "move" in one.acts and ORDER.index(act) > ORDER.index("move")
        found.setdefault(one.after["project_id"] if moved else one.row["project_id"], []).append(one)
    return found


def as_wanted(call: Call, one: RunCall, items: list[Item]) -> Set[Ident]:
    """The ids of those that a look finds as the act should leave them."""
    rows = read_rows(call.client, [item.id for item in items])
    if one.act == "absent":
        return {item.id for item in items} - set(rows)
    return {item.id for item in items if item.id in rows and reached(call, one, rows[item.id], item)}


def read_rows(client: Client, ids: list[Ident]) -> dict[Ident, Row]:
    """{id: run} of just these that are there; one request for 500."""
    asked = set(ids)
    return {row["id"]: row for row in read_runs(client, sorted(map(int, asked)), BRIEF) if row["id"] in asked}


def reached(call: Call, one: RunCall, row: Row, item: Item) -> bool:
    if one.act == "move":
        return bool(row["project_id"] == item.after["project_id"])
    if one.act == "metadata":
        have = metadata_of(row)
        return have == (item.after["metadata"] if is_exact(call) else merged(have, call.params["metadata"]))
    return is_ending(row) if one.act == "killed" else one.seen is not None and one.seen(row)


def wait_ended(call: Call, items: list[Item]) -> Errors:
    """{id: reason} of those that do not end in time."""
    left = {one.id for one in items}

    def done() -> bool:
        rows = read_rows(call.client, list(left))
        left.intersection_update(ident for ident, row in rows.items() if not is_over(row))
        return not left

    if not left:
        return {}
    try:
        poll(done, call.params["wait_timeout"], f"{len(items)} runs have ended")
    except WaitTimeout:
        return dict.fromkeys(left, "killed, and still running; it goes on")
    return {}
