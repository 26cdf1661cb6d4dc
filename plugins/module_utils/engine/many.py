# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Acts on many objects in one task: brake, journal, send in chunks, one result each. Knows no kind of object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .guard import brake, digest
from .journal import Journal
from .spec import Spec

CHUNK = 1000

MANY = Spec(
    {
        "chunk_size": {"type": "int"},
        "continue_on_error": {"type": "bool", "default": True},
        "details": {"type": "bool", "default": True},
    }
)


@dataclass(frozen=True)
class Kind:
    """How objects of a kind are named and shown.

    :param plural: the key of their list in the result, and the word in messages.
    :param report: function (row) -> dict that the result has for each.
    :param columns: function (row) -> text that a diff shows of each, in columns.
    :param bytes: function (item) -> what its acts set free; None where they never free anything.
    :param noted: function (item) -> dict that the journal has of it besides.
    """

    plural: str
    report: Any
    columns: Any
    bytes: Any = None
    noted: Any = lambda item: {}


@dataclass
class Item:
    """One object and what is to be done with it; ``before`` and ``after`` hold the properties that change."""

    id: Any
    row: dict
    acts: list
    before: dict
    after: dict
    error: str | None = None


@dataclass
class Many:
    """The plan for all, and what became of it."""

    items: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    unchanged: int = 0
    failed: list = field(default_factory=list)
    done: dict = field(default_factory=dict)
    by_others: set = field(default_factory=set)

    def add(self, ident, row, acts, before, after):
        if acts:
            self.items.append(Item(ident, row, acts, before, after))
        else:
            self.unchanged += 1

    def skip(self, shown, reason):
        """``shown``: a dict with id, name and what else the result shall say of it."""
        self.skipped.append(dict(shown, reason=reason))

    def changed(self, check_mode):
        """What was changed, or would be."""
        return self.items if check_mode else list(self.done.values())

    def matched(self):
        return len(self.items) + len(self.skipped) + self.unchanged


def change_many(call, kind, many, acts, perform, request, sizes=(), irreversible=False, count=None, counted=None):
    """Carry the plan out, or predict it in check mode, and make the result.

    :param acts: all acts, in the order in which they are done.
    :param perform: function (act, items) -> {id: error} of those that are not as wanted afterwards; the error is None
        where they are so by somebody else's doing.
    :param request: function (act) -> the request that stands for it, as text.
    :param sizes: {act: items in one request} where it is not 1000.
    :param irreversible: it cannot be undone, so max_changes has a default.
    :param count, counted: what the brakes count where it is not the objects, and the word for it.
    """
    params = call.params
    plan_digest = digest([(one.id, one.acts, one.after) for one in many.items])
    call.progress(skipped_items=many.skipped, matched=many.matched(), unchanged=many.unchanged)
    if call.check_mode:
        # A plan that a brake stops can be looked at all the same.
        call.progress(**shown(kind, many.items, params))
    # Where nothing is to be done there is nothing to stop, whatever plan was confirmed.
    if many.items:
        brake(params, counted or kind.plural, len(many.items) if count is None else count, plan_digest, irreversible)
    if not call.check_mode and many.items:
        with Journal(params["journal"]) as journal:
            carry_out(call, kind, many, acts, perform, dict(sizes), journal)
    done = many.changed(call.check_mode)
    answer = {
        "changed": bool(done),
        "changed_ids": sorted(one.id for one in done),
        **shown(kind, done, params),
        "skipped_items": many.skipped,
        "failed_items": many.failed,
        "matched": many.matched(),
        "unchanged": many.unchanged + len(many.by_others.difference(many.done)),
        "plan_digest": plan_digest,
        "requests": predicted_requests(many, acts, request) if call.check_mode else call.sent(),
    }
    if kind.bytes:
        answer["reclaimed_bytes"] = sum(kind.bytes(one) for one in done)
    if call.diff:
        answer["diff"] = {"before": table(kind, done, "before"), "after": table(kind, done, "after")}
    if many.failed:
        first = many.failed[0]
        answer["failed"] = True
        answer["failure"] = {"code": "some_failed"}
        answer["msg"] = "{} of {} {} failed, the first, {}: {}".format(
            len(many.failed), len(many.items), kind.plural, first["id"], first["error"]
        )
    return answer


def shown(kind, items, params):
    """The list of the objects, with before and after where the state does not say them.

    Ansible walks through every value of a result: those two of 50,000 objects take it a second.
    """
    if not params["details"]:
        return {}
    state = [params.get("state")]
    return {kind.plural: [told(kind, one, changes=one.acts != state) for one in items]}


def told(kind, item, changes=True):
    row = dict(kind.report(item.row), acts=item.acts)
    return dict(row, before=item.before, after=item.after) if changes else row


def carry_out(call, kind, many, acts, perform, sizes, journal):
    """Act by act over all items. What was done is kept for the report of a failure that ends the task."""
    try:
        for act in acts:
            items = [one for one in many.items if act in one.acts and one.error is None]
            size = call.params["chunk_size"] or sizes.get(act, CHUNK)
            for start in range(0, len(items), size):
                errors = carry_out_chunk(act, items[start : start + size], kind, many, perform, journal)
                if any(errors.values()) and not call.params["continue_on_error"]:
                    return
    finally:
        call.progress(changed=bool(many.done), changed_ids=sorted(many.done), failed_items=many.failed)


def carry_out_chunk(act, chunk, kind, many, perform, journal):
    rows = (dict(entry(one), before=one.before, after=one.after, **kind.noted(one)) for one in chunk)
    journal.write("intent", act, rows)
    errors = perform(act, chunk)
    for one in chunk:
        one.error = errors.get(one.id)
        if one.error is None and one.id in errors:
            many.by_others.add(one.id)
        elif one.error is None:
            many.done[one.id] = one
        else:
            many.failed.append(dict(entry(one), act=act, error=one.error))
    journal.write("done", act, (dict(entry(one), error=one.error) for one in chunk))
    return errors


def entry(item):
    """What the journal and failures say of an object."""
    return {"id": item.id, "name": item.row.get("name"), "owner": item.row.get("username")}


def predicted_requests(many, acts, request):
    """One line for each kind of request that would be sent, with the number of objects."""
    counts = {act: sum(act in one.acts for one in many.items) for act in acts}
    return [
        f"{request(act)} ({count} {'times' if '{id}' in request(act) else 'ids'})"
        for act, count in counts.items()
        if count
    ]


def table(kind, items, side):
    """A line for each object and below it one for each property, so that a diff has before and after together."""
    lines = []
    for one in items:
        lines.append(f"{one.id!s:>8}  {kind.columns(one.row)}\n")
        lines += [f"{'':>8}  {name}: {value}\n" for name, value in sorted(getattr(one, side).items())]
    return "".join(lines)
