# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping the ledger of a stack while its plan is sent: a mark before something is made, its entry afterwards."""

from __future__ import annotations

from typing import Any

from ..connection.client import Client
from ..model.call import Later
from .act import Op, PlannedAct
from .compare import ARCHIVED, SECRET_PARTS
from .document import Entry
from .planning import Planner
from .sections import Form
from .stack import CHUNK, META, Owned, is_pending_key, key_of, pending_key, single_key, write_stack


class Bookkeeper:
    """Writes what the stack owns. Without a stack it does nothing."""

    def __init__(self, client: Client, planner: Planner) -> None:
        self.client, self.planner, self.stack = client, planner, planner.stack
        self.wrote = False

    def mark_pending(self, acts: list[PlannedAct]) -> None:
        """Say what is about to be made, before its first request."""
        marks = {
            self.pending_of(act.entry): {"pending": True} for act in acts if makes_id(act) and act.entry is not None
        }
        self.write(dict(marks))

    def remember(self, acts: list[PlannedAct]) -> None:
        """Bring the entries of these acts, which were done, to what is so now."""
        marks: dict[str, Any] = {}
        for act in acts:
            # What is put wins over what is forgotten: an object without an id comes back under the same key.
            if act.entry is None or act.entry.state == "absent":
                if act.key is not None and act.op not in (Op.LEAVE, Op.NONE) and not stays_owned(act):
                    marks.setdefault(act.key, None)
            else:
                self.remember_entry(act, act.entry, marks)
        self.write({key: value for key, value in marks.items() if self.is_news(key, value)})

    def is_news(self, key: str, value: Any) -> bool:
        """Whether the ledger says something else than a mark."""
        known = self.stack.owned.get(key)
        return key in self.stack.pending or value != (None if known is None else known.as_json())

    def remember_entry(self, act: PlannedAct, entry: Entry, marks: dict[str, Any]) -> None:
        if entry.section.form is Form.NAMED and self.pending_of(entry) in self.stack.pending:
            marks.setdefault(self.pending_of(entry), None)
        key = self.key_of(act, entry)
        if key is None:
            return
        if act.key is not None and act.key != key:
            marks.setdefault(act.key, None)
        found = self.owned_after(act, entry).as_json()
        if marks.get(key) is not None:
            # The acts of one object at two ranks add up.
            found["f"] = {**marks[key]["f"], **found["f"]}
        marks[key] = found

    def key_of(self, act: PlannedAct, entry: Entry) -> str | None:
        """The key that the object has now."""
        kind = act.kind
        if not entry.section.is_listed:
            holder = self.planner.holder_of(entry)
            return None if isinstance(holder, Later) else single_key(kind, holder, entry.keys)
        row = self.planner.made_rows.get(act.address) or act.row
        if row is None:
            return None
        return key_of(kind, entry.name if kind.ident == kind.key else row[kind.ident])

    def owned_after(self, act: PlannedAct, entry: Entry) -> Owned:
        fields = {name: make() for name, make in act.comparison.fields.items()}
        known = self.stack.owned.get(self.key_of(act, entry) or "")
        if known is not None and entry.section.later:
            # What another act of the object has set, at an earlier rank of this run or before, stays as it is.
            said = {ARCHIVED, *entry.values, *(name + SECRET_PARTS for name in entry.values)}
            fields = {**{name: one for name, one in known.fields.items() if name in said}, **fields}
        parts = {name: make() for name, make in act.comparison.parts.items()}
        return Owned(entry.name, self.parent_of(entry), fields, parts, entry.came_from or "", entry.protect)

    def parent_of(self, entry: Entry) -> Any:
        """The id of what holds it, 0 for the cluster; the name of what is not made yet."""
        if entry.holder is None:
            return 0
        holder = self.planner.holder_of(entry)
        return holder.name if isinstance(holder, Later) else holder.get("id", 0)

    def pending_of(self, entry: Entry) -> str:
        return pending_key(entry.kind, self.parent_of(entry), entry.name)

    def close(self, digest: str, whole: bool) -> None:
        """Say which plan was applied.

        ``whole``: all of the document is done, so that no mark of an earlier run stands for anything any more.
        """
        if whole:
            self.write(dict.fromkeys(self.stack.pending))
        if self.wrote or self.stack.damaged:
            serial = int(self.stack.meta.get("serial", 0)) + 1
            meta = {**self.stack.meta, "serial": serial, "digest": digest}
            self.write({META: meta})

    def write(self, marks: dict[str, Any]) -> None:
        """Write these marks, and how many entries there are then, so that a loss is seen."""
        if self.stack.name is None or not marks:
            return
        stack = self.stack
        if stack.is_new and not self.wrote:
            # After the loss of its head, the entries are those without what was hashed with the salt in it.
            marks = {**{key: entry.as_json() for key, entry in stack.owned.items()}, **marks}
        if stack.is_new and not self.wrote and len(marks) >= CHUNK:
            # The salt comes before what is hashed with it.
            self.send({META: self.stack.meta})
        self.wrote = True
        before = len(stack.owned)
        # What was lost stays so, until somebody takes what is left for the whole.
        lost = 0 if self.planner.choices.adopt == "all" else stack.lost
        count = before + lost + sum(self.change_of(key, value) for key, value in marks.items())
        head = {META: {**self.stack.meta, **marks.get(META, {}), "count": count}}
        rest = {key: value for key, value in marks.items() if key != META}
        # Many marks are more than one request: what was counted is there whichever of them arrive.
        self.send({**rest, **head} if count > before else {**head, **rest})

    def change_of(self, key: str, value: Any) -> int:
        """By how many entries a mark changes their number."""
        if key == META or is_pending_key(key):
            return 0
        return (value is not None) - (key in self.stack.owned)

    def send(self, marks: dict[str, Any]) -> None:
        write_stack(self.client, str(self.stack.name), marks)
        for key, value in marks.items():
            self.stack.keep(key, value)


def makes_id(act: PlannedAct) -> bool:
    return act.op in (Op.CREATE, Op.REPLACE) and act.section.form is Form.NAMED


def stays_owned(act: PlannedAct) -> bool:
    """Whether it can come back: it was put away, and not deleted."""
    return act.op in (Op.SWITCH_OFF, Op.ARCHIVE)
