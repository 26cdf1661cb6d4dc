# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which object of the cluster an entry of the document means, and which owned objects no entry means any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..errors import Ambiguous
from ..model.row import Row
from .document import Document, Entry, address_of, names_in, segment
from .sections import SECTIONS, WORKSPACES, Form, Section
from .sections import Leaving as LeavingWord
from .stack import Owned, Stack, key_of, pending_key
from .world import CLUSTER, World, built_in_workspace


@dataclass(eq=False)
class Leaving:
    """An owned object that no entry means. ``row`` None: it is gone. ``holder``: the row of what holds it."""

    section: Section
    address: str
    key: str
    owned: Owned
    row: Row | None
    holder: Row = field(default_factory=dict)
    keys: Row = field(default_factory=dict)


class Matches:
    """``rows``: {address: row or None} of the entries of listed objects. ``problems``: {address: why it cannot be
    told}. ``by_hand``: addresses of objects that bear another name than the stack gave them."""

    def __init__(self, document: Document, world: World, stack: Stack) -> None:
        self.document, self.world, self.stack = document, world, stack
        self.rows: dict[str, Row | None] = {}
        self.problems: dict[str, str] = {}
        self.by_hand: set[str] = set()
        self.taken: dict[str, str] = {}
        # {key of an object: address} of the entries that it is to become.
        self.origins: dict[str, str] = {}
        self._gone: dict[str, set[tuple[str, int]]] = {}

    def find(self, entries: Iterable[Entry]) -> None:
        """Match holders before what they hold."""
        listed = [entry for entry in entries if entry.section.is_listed]
        for inside in (False, True):
            part = [entry for entry in listed if (entry.holder is not None) is inside]
            for entry in part:
                self.note_origin(entry)
            for entry in part:
                self.match(entry)
            for entry in part:
                if self.rows[entry.address] is None and entry.address not in self.problems:
                    self.match_by_ledger(entry)

    def match(self, entry: Entry) -> None:
        holder = self.holder_row(entry)
        try:
            found = self.of_name(entry, entry.name, holder)
            old = self.came_from(entry, holder)
        except Ambiguous as error:
            self.rows[entry.address] = None
            self.problems[entry.address] = error.result()["msg"]
            return
        if found is not None and old is not None and found is not old:
            if self.origins.get(self.key_of(entry, found), entry.address) != entry.address:
                # The one that has the name now is to become another one: they change places, or move up.
                found = None
            else:
                self.problems[entry.address] = f"both it and {entry.came_from!r}, which it is to come from, are there."
        self.take(entry, found if found is not None else old)

    def note_origin(self, entry: Entry) -> None:
        """Keep which object is to become this entry."""
        with suppress(Ambiguous):
            old = self.came_from(entry, self.holder_row(entry))
            if old is not None:
                self.origins.setdefault(self.key_of(entry, old), entry.address)

    def key_of(self, entry: Entry, row: Row) -> str:
        return key_of(entry.kind, row[entry.kind.ident])

    def is_done(self, entry: Entry, holder: Row | None) -> bool:
        """Whether the stack has brought the object here from there already."""
        row = self.of_name(entry, entry.name, holder)
        owned = self.stack.owned.get(self.key_of(entry, row)) if row is not None else None
        return owned is not None and owned.origin == entry.came_from

    def take(self, entry: Entry, row: Row | None) -> None:
        self.rows[entry.address] = row
        if row is None:
            return
        key = self.key_of(entry, row)
        first = self.taken.setdefault(key, entry.address)
        if first != entry.address:
            self.problems[entry.address] = f"it is the same object as {first}."

    def holder_row(self, entry: Entry) -> Row | None:
        """The row of what holds it; None where that is not there."""
        if entry.holder is None:
            return self.cluster_holder(entry.section)
        if entry.holder.address in self.rows:
            return self.rows[entry.holder.address]
        # The options leave the holder itself out.
        self.match(entry.holder)
        return self.rows[entry.holder.address]

    def cluster_holder(self, section: Section) -> Row:
        """What holds the objects that the document itself has."""
        scope = section.kind.scope
        return built_in_workspace(self.world, scope.kind) if section.built_in_holder and scope else CLUSTER

    def of_name(self, entry: Entry, name: str, holder: Row | None) -> Row | None:
        scope = entry.kind.scope
        if scope is not None and scope.unique and holder is None:
            return None
        one = next((one for one in entry.kind.fields if one.name == entry.kind.key), None)
        return self.world.of_name(entry.kind, one.normal(name) if one is not None else name, holder)

    def came_from(self, entry: Entry, holder: Row | None) -> Row | None:
        """The object that the entry was before: a name in the same place, or the address of another place."""
        if entry.came_from is None or self.is_done(entry, holder):
            return None
        if "/" not in entry.came_from:
            return self.of_name(entry, entry.came_from, holder)
        parts = names_in(entry.came_from)
        if entry.holder is None or len(parts) != 4 or parts[0] != entry.holder.section.name:
            return self.of_name(entry, parts[-1], holder)
        place = self.world.of_name(entry.holder.kind, parts[1], CLUSTER)
        return self.of_name(entry, parts[3], place) if place is not None else None

    def match_by_ledger(self, entry: Entry) -> None:
        """The object that the stack knows by this name though somebody has renamed it."""
        holder = self.holder_row(entry)
        if holder is None or entry.came_from is not None:
            return
        parent = holder.get("id", 0) if entry.holder is not None else 0
        for key in self.keys_by_name.get((entry.kind.name, entry.name, parent), ()):
            if key in self.taken:
                continue
            row = self.row_of_key(entry.section, key)
            if row is not None:
                self.by_hand.add(entry.address)
                self.take(entry, row)
                return

    @cached_property
    def renamed(self) -> dict[tuple[str, str], str]:
        """{(kind, name on the master): name in the document} of the objects whose names differ, once all are found."""
        entries = ((entry, self.rows.get(entry.address)) for entry in self.document.entries.values())
        found = ((entry, row[entry.kind.key]) for entry, row in entries if row is not None)
        return {(entry.kind.name, name): entry.name for entry, name in found if name != entry.name}

    @cached_property
    def keys_by_name(self) -> dict[tuple[str, str, int], list[str]]:
        """{(kind, name in the document, id of what holds it): keys} of what the stack owns."""
        found: dict[tuple[str, str, int], list[str]] = {}
        for key, owned in self.stack.owned.items():
            found.setdefault((key.partition("/")[0], owned.name, owned.parent), []).append(key)
        return found

    def names_of_gone(self, section: Section) -> set[tuple[str, int]]:
        """(name in the document, id of what holds it) of the owned objects that are not there any more."""
        if section.kind.name not in self._gone:
            start = section.kind.name + "/"
            self._gone[section.kind.name] = {
                (owned.name, owned.parent)
                for key, owned in self.stack.owned.items()
                if key.startswith(start) and self.row_of_key(section, key) is None
            }
        return self._gone[section.kind.name]

    def is_pending(self, entry: Entry) -> bool:
        """Whether an earlier run was about to make it when it ended."""
        holder = self.holder_row(entry) if entry.section.is_listed else None
        parent = (holder or {}).get("id", 0) if entry.holder is not None else 0
        return pending_key(entry.kind, parent, entry.name) in self.stack.pending

    # What left the document

    def row_of_key(self, section: Section, key: str) -> Row | None:
        ident: Any = key.partition("/")[2]
        if section.kind.ident != section.kind.key:
            if not ident.isdecimal():
                return None
            ident = int(ident)
        return self.world.of_id(section.kind, ident)

    def leaving(self, covers: Callable[[str], bool]) -> list[Leaving]:
        """The owned objects that no entry means, holders first; those inside of one that is archived stay in it."""
        found: list[Leaving] = []
        names = {entry.address for entry in self.document.entries.values()}
        gone: set[int] = set()
        for key, owned in sorted(self.stack.owned.items(), key=lambda one: rank_of_key(one[0])):
            if key in self.taken:
                continue
            one = self.leave(key, owned)
            if one is None or (owned.parent in gone and one.section.inside):
                continue
            section = one.section
            # An object that is gone is forgotten, also where another one has its address.
            if one.address in names and (one.row is not None or not section.is_listed):
                continue
            deletes = self.document.leaving_of(section) is LeavingWord.DELETE
            if section.name == WORKSPACES and one.row is not None and not deletes:
                # What is archived keeps what is in it; what is deleted must be empty.
                gone.add(one.row["id"])
            if covers(one.address):
                found.append(one)
        return found

    def address_of(self, key: str, owned: Owned) -> str:
        """The address of what an entry of the ledger stands for; the key of what this release does not know."""
        one = self.leave(key, owned)
        return key if one is None else one.address

    def leave(self, key: str, owned: Owned) -> Leaving | None:
        section = section_of_key(key, owned)
        if section is None:
            return None
        leave = self.leave_listed if section.is_listed else self.leave_single
        return leave(section, key, owned)

    def leave_listed(self, section: Section, key: str, owned: Owned) -> Leaving | None:
        row = self.row_of_key(section, key)
        if row is None:
            return Leaving(
                section, address_of(section, owned.name, self.place_of(section, owned.parent)), key, owned, None
            )
        holder = self.holder_of_row(section, row)
        scope = section.kind.scope
        parent = holder.get("id", 0) if scope is not None else 0
        address = address_of(section, row[section.kind.key], self.place_of(section, parent))
        return Leaving(section, address, key, owned, row, holder)

    def leave_single(self, section: Section, key: str, owned: Owned) -> Leaving | None:
        parts = key.split("/")
        keys = {section.select: parts[2]} if section.form is Form.EACH and len(parts) == 3 else {}
        if not parts[1].isdecimal() or keys not in section.all_keys(self.world):
            # Nobody of ours has written that.
            return None
        ident = int(parts[1])
        place = self.place_of(section, ident)
        holder: Row | None = CLUSTER
        if ident and section.kind.scope is not None:
            holder = self.world.of_id(section.kind.scope.kind, ident)
        address = address_of(section, str(next(iter(keys.values()), "")), place)
        if holder is None:
            return Leaving(section, address, key, owned, None)
        row = self.world.one_single(section.kind, holder, keys)
        return Leaving(section, address, key, owned, row, holder, keys)

    def holder_of_row(self, section: Section, row: Row) -> Row:
        scope = section.kind.scope
        ident = row.get(scope.column) if scope is not None else None
        found = self.world.of_id(scope.kind, ident) if scope is not None and ident else None
        return found if found is not None else CLUSTER

    def place_of(self, section: Section, parent: int) -> str:
        """The address of what holds it, by the name in the document or else on the master."""
        if not section.inside or not parent:
            return ""
        for entry in self.document.entries.values():
            if entry.section.name == section.inside and (self.rows.get(entry.address) or {}).get("id") == parent:
                return entry.address
        scope = section.kind.scope
        row = self.world.of_id(scope.kind, parent) if scope is not None else None
        return f"{section.inside}/{segment(row['name'] if row is not None else str(parent))}"


def section_of_key(key: str, owned: Owned) -> Section | None:
    """The section that an entry of the ledger is of; None of a kind that this release does not know."""
    kind = key.partition("/")[0]
    inside = bool(owned.parent)
    if not any(one.kind.name == kind and one.is_listed for one in SECTIONS):
        inside = key.split("/")[1:2] != ["0"]
    found = [one for one in SECTIONS if one.kind.name == kind and "/" in key]
    exact = [one for one in found if bool(one.inside) is inside]
    return (exact or found or [None])[0]


def rank_of_key(key: str) -> tuple[int, str]:
    kind = key.partition("/")[0]
    return next((one.rank for one in SECTIONS if one.kind.name == kind), 99), key
