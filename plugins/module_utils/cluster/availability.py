# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and slots on and off: drained, so that what runs goes on to its end, or disabled, which kills it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Callable, NoReturn

from ..engine.call import Call
from ..engine.many import Act, Errors, Ident, Item, Many, Row, View, change_many
from ..engine.spec import Spec
from ..errors import ApiError, DeterminedError, Refused, WaitTimeout, WrongState
from ..store.parallel import ahead
from ..store.wait import poll
from ..wording import some_of

ACTS = ("enabled", "drained", "disabled")
# What runs is in the result; a message names so many of it.
NAMED = 3

AVAILABILITY = Spec(
    {
        "state": {"type": "str", "choices": list(ACTS), "required": True},
        "kill": {"type": "bool", "default": False},
    }
)


@dataclass(frozen=True)
class Places:
    """Agents, or slots.

    :param view: how they are shown.
    :param path: function (row) -> path.
    :param read: function () -> {id: row} as they are now, of the ones that are meant and are there.
    :param word: what one is called.
    """

    view: View
    path: Callable[[Row], str]
    read: Callable[[], dict[Ident, Row]]
    word: str


def plan_one(state: str, kill: bool, row: Row) -> list[str]:
    """The acts that bring one to a state.

    One that is off takes nothing new and runs nothing, so it is as good as drained. Turning it off without a kill goes
    by way of draining: otherwise a task that came after the look would be killed.
    """
    if state == "enabled":
        return [] if row["enabled"] else ["enabled"]
    if state == "drained":
        return ["drained"] if row["enabled"] else []
    if row["state"] == "disabled":
        return []
    return ["drained", "disabled"] if row["enabled"] and not kill else ["disabled"]


def busy(row: Row) -> bool:
    return bool(row["tasks"])


def names(tasks: Iterable[Row]) -> str:
    return some_of([f"{one['name']} ({one['id']})" for one in tasks], NAMED)


def change_places(
    call: Call, places: Places, rows: list[Row], skipped: Sequence[tuple[dict[str, Any], str]] = ()
) -> dict[str, Any]:
    """Bring the rows to the state that the options say, and wait until nothing runs there any more."""
    params = call.params
    state, kill = params["state"], params["kill"]
    if state == "disabled" and not kill:
        refuse_busy(places, [row for row in rows if busy(row)])
    many = Many()
    for shown, reason in skipped:
        many.skip(shown, reason)
    for row in rows:
        acts = plan_one(state, kill, row)
        many.add(row["id"], row, acts, {"state": row["state"]}, {"state": state})
    result = change_many(call, places.view, many, [place_act(call, places, name) for name in ACTS])
    left = [row for row in rows if busy(row)]
    may_wait = params["wait"] and not call.check_mode and not result.get("failed")
    if may_wait and state != "enabled" and (left or result["changed"]):
        left = wait_idle(call, places, {row["id"] for row in rows})
    result["running"] = [] if state == "enabled" else running_on(left)
    return result


def running_on(rows: Iterable[Row]) -> list[Row]:
    return [dict(task, place=row["id"]) for row in rows for task in row["tasks"]]


def refuse_busy(places: Places, rows: list[Row]) -> None:
    if rows:
        raise Refused(
            "{} {} run{} tasks: {}.".format(
                places.word if len(rows) == 1 else places.view.plural,
                ", ".join(str(row["id"]) for row in rows),
                "s" if len(rows) == 1 else "",
                "; ".join(names(row["tasks"]) for row in rows[:NAMED]) + ("; …" if len(rows) > NAMED else ""),
            ),
            "State drained lets them end and waits for that; kill: true ends them.",
        )


def kills_tasks(call: Call) -> bool:
    """Whether what runs may be ended; a module without the option never does."""
    return bool(call.params.get("kill"))


def place_act(call: Call, places: Places, name: str) -> Act:
    word = "enable" if name == "enabled" else "disable"
    kills = name == "disabled" and kills_tasks(call)
    return Act(
        name,
        lambda items: perform(call, places, name, items),
        lambda items: [f"POST {places.path(one.row)}/{word}" for one in items],
        irreversible=kills,
        look_again=(lambda items: look_again(places, items)) if kills else None,
    )


def look_again(places: Places, items: list[Item]) -> Errors:
    """Errors of those that are not there any more, or are off by somebody else and run nothing."""
    now = places.read()
    found: Errors = {}
    for one in items:
        row = now.get(one.id)
        if row is None:
            found[one.id] = "it is not connected any more"
        elif row["state"] == "disabled" and not busy(row):
            found[one.id] = None
    return found


def perform(call: Call, places: Places, act: str, chunk: list[Item]) -> Errors:
    """Do one act to a chunk. Returns {id: error} of those that failed."""
    errors: Errors = {}
    if act == "disabled" and not kills_tasks(call):
        now = places.read()
        came = "{} was started there meanwhile, so it is only draining; run again with state drained to wait"
        errors = {
            one.id: came.format(names(now[one.id]["tasks"])) for one in chunk if one.id in now and busy(now[one.id])
        }
    sent = ahead(
        lambda one: (one.id, switch(call, act, one.id, places.path(one.row))),
        [one for one in chunk if one.id not in errors],
    )
    return {**errors, **{ident: text for ident, text in sent if text}}


def switch(call: Call, act: str, ident: Ident, path: str) -> str | None:
    """Send it; why that failed, or None. One without a connection is waited for, as it cannot be switched."""

    def done() -> bool:
        try:
            if act == "enabled":
                call.client.post(path + "/enable", repeatable=True)
            else:
                call.client.post(path + "/disable", {"drain": act == "drained"}, repeatable=True)
        except WrongState:
            if call.params["wait"]:
                return False
            raise
        return True

    try:
        poll(done, call.params["wait_timeout"], f"{ident} is connected", "Start it, then run again.")
    except (ApiError, WaitTimeout) as error:
        return error.msg
    return None


def wait_idle(call: Call, places: Places, ids: set[Ident]) -> list[Row]:
    """Wait until nothing runs on them. Fails at once when one does not stay off, since then that never comes."""
    left: list[Row] = []

    def idle() -> bool:
        now = places.read()
        gone = sorted(ids - set(now), key=str)
        if gone:
            lost(places, gone, "is not connected any more, and comes back enabled")
        on = [ident for ident, row in now.items() if ident in ids and row["enabled"]]
        if on:
            lost(places, on, "was enabled again, by somebody or by a restart of the master")
        left[:] = [row for ident, row in now.items() if ident in ids and busy(row)]
        return not left

    try:
        poll(idle, call.params["wait_timeout"], f"nothing runs on the {places.view.plural} any more")
    except WaitTimeout as error:
        call.progress(running=running_on(left))
        text = "; ".join(f"on {row['id']}: {names(row['tasks'])}" for row in left[:NAMED])
        if len(left) > NAMED:
            text += f"; and on {len(left) - NAMED} more"
        raise WaitTimeout(f"{error.msg} Still there, {text}.", "It stays off; run again to wait further.") from error
    return left


def lost(places: Places, ids: Iterable[Ident], what: str) -> NoReturn:
    shown = ", ".join(map(str, ids))
    raise DeterminedError(f"{places.word} {shown} {what}.", "Run again when it is there.", code="not_off_any_more")
