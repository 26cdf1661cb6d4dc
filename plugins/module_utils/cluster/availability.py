# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents and slots on and off: drained, so that what runs goes on to its end, or disabled, which kills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from ..engine.bulk import Objects, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Errors, Ident, Item, Row, View, change_many
from ..engine.settle import send_each
from ..engine.spec import Spec
from ..errors import DeterminedError, Refused, WaitTimeout, WrongState
from ..kinds.agent import AGENT
from ..model.kind import Kind
from ..model.plan import Wanted
from ..store.wait import poll
from ..wording import some_of

# What runs is in the result; a message names so many of it.
NAMED = 3

AVAILABILITY = Spec(
    {
        "state": {"type": "str", "choices": AGENT.states(), "required": True},
        "kill": {"type": "bool", "default": False},
    }
)


@dataclass(frozen=True)
class Places:
    """Agents, or slots.

    :param view: how they are shown.
    :param read: function () -> rows of the ones that are meant, as they are now.
    """

    kind: Kind
    view: View
    read: Callable[[], Iterable[Row]]

    @property
    def word(self) -> str:
        return self.kind.name.capitalize()


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
    objects = describe_places(call, places)
    many = plan_rows(objects, rows, Wanted({}, state, force=kill), places.view)
    for shown, reason in skipped:
        many.skip(shown, reason)
    result = change_many(call, places.view, many, acts_of(call, objects))
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


# Sending


def describe_places(call: Call, places: Places) -> Objects:
    """Agents or slots that are switched. Whatever a module without the option kill does ends no task."""
    kill = bool(call.params.get("kill"))
    objects = Objects(
        places.kind,
        lambda _ids: places.read(),
        senders={state: switcher(call, state) for state in places.kind.states()},
        final=("disabled",) if kill else (),
    )
    if kill:
        return objects
    return replace(objects, chunk_senders={"disabled": lambda items: disable_idle(call, objects, items)})


def switcher(call: Call, state: str) -> Callable[[Item], None]:
    """Function (item) that switches it. One without a connection cannot be switched, so it is waited for."""

    def switch(item: Item) -> None:
        def done() -> bool:
            try:
                for one in item.alone[state]:
                    call.client.request(one.method, one.path, body=one.body, repeatable=one.repeatable)
            except WrongState:
                if call.params["wait"]:
                    return False
                raise
            return True

        poll(done, call.params["wait_timeout"], f"{item.id} is connected", "Start it, then run again.")

    return switch


def disable_idle(call: Call, objects: Objects, items: list[Item]) -> Errors:
    """Disable what runs nothing; the tasks of the others would be killed."""
    rows = objects.rows(items)
    came = "{} was started there meanwhile, so it is only draining; run again with state drained to wait"
    errors: Errors = {
        one.id: came.format(names(rows[one.id]["tasks"])) for one in items if one.id in rows and busy(rows[one.id])
    }
    idle = [one for one in items if one.id not in errors]
    return {**errors, **send_each(idle, switcher(call, "disabled"), None, call.params["connections"])}


# Waiting


def wait_idle(call: Call, places: Places, ids: set[Ident]) -> list[Row]:
    """Wait until nothing runs on them. Fails at once when one does not stay off, since then that never comes."""
    left: list[Row] = []

    def idle() -> bool:
        now = {row["id"]: row for row in places.read()}
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
