# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts on many objects in one task: brake, journal, send in chunks, one result each. Knows no kind of object."""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, TypeVar, Union

from ..connection.transport import CONNECTIONS
from ..model.call import Request
from ..model.plan import Wanted
from ..safe_files import replace_file
from ..targets import terminal_text
from .call import Call
from .guard import brake, digest, warn_in_check_mode
from .journal import Journal, journal_of
from .spec import Spec

CHUNK = 1000

# The option details. With auto, a result has every row up to so many objects, above that so many of the largest.
AUTO, EVERY, NONE = "auto", "true", "false"
MOST_ROWS, LARGEST = 1000, 100

MANY = Spec(
    {
        "chunk_size": {"type": "int"},
        "connections": {"type": "int", "default": CONNECTIONS},
        "continue_on_error": {"type": "bool", "default": True},
        "details": {"type": "str", "choices": [AUTO, EVERY, NONE], "default": AUTO},
        "rows_file": {"type": "path"},
    }
)

Ident = Union[int, str]
Row = Dict[str, Any]
NOTHING_WANTED = Wanted()
Listed = TypeVar("Listed")


@dataclass
class Item:
    """One object and what is to be done with it; ``before`` and ``after`` hold the properties that change.

    ``alone``: {act: requests for this object alone} of the acts that no bulk call does. ``wanted``: what it was planned
    by.
    """

    id: Ident
    row: Row
    acts: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    alone: dict[str, list[Request]] = field(default_factory=dict)
    wanted: Wanted = NOTHING_WANTED
    error: str | None = None
    left_out: bool = False


# {id: why an object is not as wanted; None where somebody else has made it so}; objects that are as wanted by this call
# are not in it.
Errors = Dict[Ident, Union[str, None]]


def no_notes(_item: Item) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class View:
    """How objects are named and shown in a result.

    :param plural: the key of their list in the result, and the word in messages.
    :param report: function (row) -> dict that the result has for each.
    :param columns: function (row) -> text that a diff shows of each, in columns.
    :param bytes: function (item) -> what its acts set free; None where they never free anything.
    :param size: function (item) -> by what the largest are found; None where the first will do.
    :param sums: {name: function (item) -> number} of what results add up over all objects.
    :param noted: function (item) -> dict that the journal has of it besides.
    :param marks: function (item) -> what tells it apart in the journal, on both of its lines, where that is not
        ``plural`` and its id.
    :param left: function (row) -> dict that the result has of one that is left alone; ``report`` unless told.
    """

    plural: str
    report: Callable[[Row], dict[str, Any]]
    columns: Callable[[Row], str]
    bytes: Callable[[Item], int] | None = None
    size: Callable[[Item], int] | None = None
    sums: Mapping[str, Callable[[Item], int]] = field(default_factory=dict)
    noted: Callable[[Item], dict[str, Any]] = no_notes
    marks: Callable[[Item], dict[str, Any]] = no_notes
    left: Callable[[Row], dict[str, Any]] | None = None

    def report_left(self, row: Row) -> dict[str, Any]:
        return (self.left or self.report)(row)


@dataclass(frozen=True)
class Act:
    """One thing that is done to many objects.

    :param name: as results call it.
    :param send: function (items) -> Errors, after doing it to a chunk.
    :param requests: function (items) -> the requests that change a chunk, each as "METHOD path". Check mode lists them.
    :param chunk: how many objects are sent at a time unless the option chunk_size tells.
    :param irreversible: it cannot be undone, so max_changes has a default, and ``look_again`` is required.
    :param look_again: function (items) -> Errors of what must not be done any more, with the reason. Called right
        before each chunk is sent: between the plan and the last of many chunks owners may have changed their mind.
    :param most: the most objects that one request of ``look_again`` reads; a chunk never has more.
    :param at_once: how many requests with so many objects make a chunk that is looked at, sent and waited for together,
        unless the option chunk_size tells how many objects that are.
    """

    name: str
    send: Callable[[list[Item]], Errors]
    requests: Callable[[list[Item]], list[str]]
    chunk: int = CHUNK
    irreversible: bool = False
    look_again: Callable[[list[Item]], Errors] | None = None
    most: int | None = None
    at_once: int = 1

    def __post_init__(self) -> None:
        if self.irreversible and self.look_again is None:
            raise ValueError(f"{self.name}: what cannot be undone must be looked at right before")

    def size(self, chunk_size: int | None) -> int:
        """Objects in one request, for the option chunk_size."""
        size = chunk_size or self.chunk
        return size if self.most is None else min(size, self.most)

    def chunks(self, items: Sequence[Item], chunk_size: int | None) -> Iterator[list[Item]]:
        """Those of the items that this is done to, in chunks. One that has failed meanwhile is left out."""
        mine = [one for one in items if self.name in one.acts and one.error is None and not one.left_out]
        size = self.size(chunk_size) * (self.at_once if chunk_size is None else 1)
        yield from pieces(mine, size if self.most is None else min(size, self.most))

    def parts(self, chunk: list[Item], chunk_size: int | None) -> Iterator[list[Item]]:
        """What of a chunk goes in one request each."""
        return pieces(chunk, self.size(chunk_size))


def at_once(call: Call) -> int:
    """How many requests of a slow act are under way at a time: where the first failure ends the task, only one."""
    return int(call.params["connections"]) if call.params["continue_on_error"] else 1


def pieces(items: list[Item], size: int) -> Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


@dataclass
class Many:
    """The plan for all, and what became of it."""

    items: list[Item] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    done: dict[Ident, Item] = field(default_factory=dict)
    already_done: set[Ident] = field(default_factory=set)

    def add(self, ident: Ident, row: Row, acts: list[str], before: dict[str, Any], after: dict[str, Any]) -> None:
        if acts:
            self.items.append(Item(ident, row, acts, before, after))
        else:
            self.unchanged += 1

    def skip(self, shown: dict[str, Any], reason: str) -> None:
        """``shown``: a dict with its id, and with its name, owner, url and what else the result shall say of it."""
        self.skipped.append({"name": None, "owner": None, "url": None, **shown, "reason": reason})

    def changed(self, check_mode: bool) -> list[Item]:
        """What was changed, or would be."""
        return self.items if check_mode else list(self.done.values())

    def matched(self) -> int:
        return len(self.items) + len(self.skipped) + self.unchanged


def change_many(
    call: Call,
    view: View,
    many: Many,
    acts: Sequence[Act],
    guard_count: int | None = None,
    guard_noun: str | None = None,
) -> dict[str, Any]:
    """Carry the plan out, or predict it in check mode, and make the result.

    :param acts: all acts, in the order in which they are done.
    :param guard_count, guard_noun: what the brakes count where it is not the objects, and the word for it.
    """
    params = call.params
    plan_digest = digest([(one.id, one.acts, one.after) for one in many.items])
    matched = many.matched()
    call.progress(skipped_items=many.skipped, matched=matched, unchanged=many.unchanged)
    # Where nothing is to be done there is nothing to stop, whatever plan was confirmed.
    refused = None
    if many.items:
        final = any(act.irreversible and act.name in one.acts for act in acts for one in many.items)
        total = len(many.items) if guard_count is None else guard_count
        refused = warn_in_check_mode(call, lambda: brake(params, guard_noun or view.plural, total, plan_digest, final))
    planned = planned_requests(many, acts, params["chunk_size"])
    if not call.check_mode and many.items:
        with journal_of(call) as journal:
            carry_out(call, view, many, acts, journal)
    done = many.changed(call.check_mode)
    answer = {
        "changed": bool(done),
        "changed_ids": sorted(one.id for one in done),
        **result_rows(call, view, done),
        "skipped_items": many.skipped,
        "failed_items": many.failed,
        "matched": matched,
        "unchanged": many.unchanged + len(many.already_done.difference(many.done)),
        "plan_digest": plan_digest,
        "requests": in_brief(planned if call.check_mode else in_order(call.sent(), planned), params["details"]),
    }
    if view.sums:
        answer["totals"] = {name: sum(map(number, done)) for name, number in view.sums.items()}
    if refused is not None:
        answer["refused"] = refused
    if view.bytes:
        answer["reclaimed_bytes"] = sum(view.bytes(one) for one in done)
    if call.diff:
        answer["diff"] = {"before": table(view, done, "before"), "after": table(view, done, "after")}
    if many.failed:
        first = many.failed[0]
        answer["failed"] = True
        answer["failure"] = {"code": "some_failed"}
        answer["msg"] = "{} of {} {} failed, the first, {}: {}".format(
            len(many.failed), len(many.items), view.plural, first["id"], first["error"]
        )
    return answer


def result_rows(call: Call, view: View, items: list[Item]) -> dict[str, Any]:
    """The list of the objects, with before and after where the state does not say them."""
    state = [call.params.get("state")]
    rows = pick_rows(call, items, lambda one: result_row(view, one, changes=one.acts != state), view.size)
    return {} if rows is None else {view.plural: rows}


def pick_rows(
    call: Call, items: list[Listed], make: Callable[[Listed], Row], size: Callable[[Listed], int] | None = None
) -> list[Row] | None:
    """The rows that the option details wants of the items: all, of very many the largest, or None.

    Ansible walks through every value of a result and keeps them: 50,000 objects take it seconds and hundreds of MiB.
    """
    details = call.params["details"]
    if details == NONE:
        return None
    listed = items
    if details == AUTO and len(items) > MOST_ROWS:
        write_rows(call, map(make, items))
        listed = heapq.nlargest(LARGEST, items, key=size) if size else items[:LARGEST]
    return [make(one) for one in listed]


def write_rows(call: Call, rows: Iterable[Row]) -> None:
    """All rows into the file that an option names, a JSON line each. All is done by now: a full disk is a warning."""
    path = call.params.get("rows_file")
    if not path or call.check_mode:
        return
    place = os.path.abspath(os.path.expanduser(path))
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        replace_file(place, "".join(json.dumps(row) + "\n" for row in rows).encode())
    except OSError as error:
        call.warn(f"The rows that are left out of the result cannot be written to {path}: {error.strerror}.")


def in_brief(requests: list[str], details: str) -> list[str]:
    """The requests, of very many the first."""
    more = len(requests) - MOST_ROWS
    return requests if details == EVERY or more <= 0 else [*requests[:MOST_ROWS], f"and {more} more"]


def result_row(view: View, item: Item, changes: bool = True) -> dict[str, Any]:
    row = dict(view.report(item.row), acts=item.acts)
    return dict(row, before=item.before, after=item.after) if changes else row


def carry_out(call: Call, view: View, many: Many, acts: Sequence[Act], journal: Journal) -> None:
    """Act by act over all items. What was done is kept for the report of a failure that ends the task."""
    try:
        for act in acts:
            for chunk in act.chunks(many.items, call.params["chunk_size"]):
                errors = carry_out_chunk(act, chunk, view, many, journal)
                if any(errors.values()) and not call.params["continue_on_error"]:
                    return
    finally:
        call.progress(changed=bool(many.done), changed_ids=sorted(many.done), failed_items=many.failed)


def carry_out_chunk(act: Act, chunk: list[Item], view: View, many: Many, journal: Journal) -> Errors:
    chunk = still_wanted(act, chunk, view, many)
    if not chunk:
        return {}
    rows = (
        {**entry(one), "before": one.before, "after": one.after, **view.noted(one), **view.marks(one)} for one in chunk
    )
    journal.write("intent", view.plural, act.name, rows)
    errors = act.send(chunk)
    for one in chunk:
        one.error = errors.get(one.id)
        if one.error is None and one.id in errors:
            many.already_done.add(one.id)
        elif one.error is None:
            many.done[one.id] = one
        else:
            many.failed.append(dict(entry(one), url=one.row.get("url"), act=act.name, error=one.error))
    journal.write(
        "done", view.plural, act.name, ({**entry(one), "error": one.error, **view.marks(one)} for one in chunk)
    )
    return errors


def still_wanted(act: Act, chunk: list[Item], view: View, many: Many) -> list[Item]:
    """What of the chunk a look right before it is sent leaves; the others are skipped, or are so by somebody else."""
    if act.look_again is None:
        return chunk
    reasons = act.look_again(chunk)
    for one in chunk:
        if one.id not in reasons:
            continue
        one.left_out = True
        reason = reasons[one.id]
        if reason is None:
            many.already_done.add(one.id)
        else:
            many.skip({"id": one.id, **view.report_left(one.row)}, f"changed after the plan was made: {reason}")
    return [one for one in chunk if not one.left_out]


def entry(item: Item) -> dict[str, Any]:
    """What the journal and failures say of an object."""
    return {"id": item.id, "name": item.row.get("name"), "owner": item.row.get("owner")}


def planned_requests(many: Many, acts: Sequence[Act], chunk_size: int | None) -> list[str]:
    """The requests that will be sent when none of them fails, in the form in which the client notes what was sent."""
    return [
        line
        for act in acts
        for chunk in act.chunks(many.items, chunk_size)
        for part in act.parts(chunk, chunk_size)
        for line in act.requests(part)
    ]


def in_order(sent: list[str], planned: list[str]) -> list[str]:
    """What was sent, in the order of the plan: several requests are under way at a time. Others come last."""
    places: dict[str, int] = {}
    for place, line in enumerate(planned):
        places.setdefault(line, place)
    return sorted(sent, key=lambda line: places.get(line, len(planned)))


def table(view: View, items: Sequence[Item], side: str) -> str:
    """A line for each object and below it one for each property, so that a diff has before and after together.

    Names and labels may hold anything, so no text makes a line of its own or steers the terminal.
    """
    lines = []
    for one in items:
        lines.append(f"{one.id!s:>8}  {view.columns(one.row)}")
        lines += [f"{'':>8}  {name}: {written(value)}" for name, value in sorted(getattr(one, side).items())]
    return "".join(terminal_text(line) + "\n" for line in lines)


def written(value: Any) -> str:
    """A value as users write it in YAML: null and true, lists and dicts in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
