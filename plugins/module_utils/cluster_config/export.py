# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the cluster to a document: what is there and not so by default, in the document's words and a stable order.

Built-in objects, users that are switched off, personal groups, ids and secrets are not in it. An object that is left
out and holds others is written without properties, as their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import NotFound
from ..model.field import NOTHING, Field, Merge, element_key
from ..model.kind import Kind
from ..model.row import Row
from .cluster_plan import Choices
from .document import VERSION, Entry, Reading, address_of
from .exported_secrets import ExportedSecrets
from .hidden import as_document_says, own_assignment
from .sections import SECTIONS, Form, Section, sections_in
from .stack import Stack, key_of, single_key
from .world import CLUSTER, World, built_in_workspace

SELECTS = ["all", "owned", "foreign"]


@dataclass
class Export:
    """``config``: the document. ``secrets``: what stands for secrets in it. ``left_out``: {address, why} of objects
    that no document can describe."""

    config: Row = field(default_factory=dict)
    secrets: ExportedSecrets = field(default_factory=ExportedSecrets)
    left_out: list[Row] = field(default_factory=list)


class Exporter:
    """One export. ``select``: see SELECTS; ``owned`` means the stack's, ``foreign`` no stack's of the account."""

    def __init__(self, world: World, stack: Stack, choices: Choices, select: str = "all") -> None:
        self.world, self.stack, self.choices, self.select = world, stack, choices, select
        self.result = Export()
        self.sections = [one for one in SECTIONS if self.is_in(one) and world.is_supported(one)]

    def is_in(self, section: Section) -> bool:
        """Whether the options leave the section in."""
        manage = self.choices.manage
        return manage is None or (section.inside or section.name) in manage

    def export(self) -> Export:
        self.preload()
        config: Row = {"version": VERSION}
        if self.stack.name is not None:
            config["stack"] = self.stack.name
        for section in self.sections_in(""):
            holder = built_in_workspace_of(self.world, section)
            found = self.read_section(section, holder, "")
            if found:
                config[section.name] = found
        self.result.config = config
        self.result.left_out.sort(key=lambda one: one["address"])
        return self.result

    def sections_in(self, holder: str) -> list[Section]:
        return [one for one in sections_in(holder).values() if one in self.sections]

    # Reading

    def preload(self) -> None:
        """Read details and singletons, several at a time."""
        details = []
        for section in self.sections:
            if section.is_listed and any(column.detail for column in section.kind.columns):
                details += [(section.kind, row) for row in self.rows_of(section, None)]
        self.world.detail_all(details)
        singles = []
        for section in self.sections:
            if section.form in (Form.EACH, Form.ONE):
                singles += [
                    (section.kind, holder, keys)
                    for holder in self.holders(section)
                    for keys in section.all_keys(self.world)
                ]
        self.world.single_all(singles)

    def holders(self, section: Section) -> list[Row]:
        holders = [one for one in self.sections if one.name == section.inside]
        return [row for one in holders for row in self.world.rows(one.kind)] if section.inside else [CLUSTER]

    def rows_of(self, section: Section, holder: Row | None) -> list[Row]:
        """The rows that a section has, in the order of names. ``holder`` None: wherever they are."""
        kind = section.kind
        rows = [row for row in self.world.rows(kind) if not (kind.gone(row) or kind.deleting(row))]
        if holder is not None and kind.scope is not None:
            place = holder.get("id", 0)
            rows = [row for row in rows if (row[kind.scope.column] or 0) == place]
        return sorted(rows, key=lambda row: (str(row[kind.key]), row[kind.ident]))

    # Writing

    def read_section(self, section: Section, holder: Row, place: str) -> Any:
        """What stands under the section's name; empty where nothing does."""
        if section.form is Form.NAMED:
            return dict(self.read_named(section, holder, place))
        found = {}
        for keys in section.all_keys(self.world):
            name = next(iter(keys.values()), "")
            values = self.read_single(section, holder, keys, address_of(section, name, place))
            if values:
                found[name] = values
        if section.form is Form.SET:
            return found.get("", {}).get(section.set_field.name)
        return found if section.form is Form.EACH else found.get("")

    def read_single(self, section: Section, holder: Row, keys: Row, address: str) -> Row:
        row, key = self.world.one_single(section.kind, holder, keys), single_key(section.kind, holder, keys)
        if row is None or not self.is_wanted(address, key):
            return {}
        if section.batch and section.inside:
            own = element_key(own_assignment(self.world))
            name = section.set_field.name
            row = {**row, name: [element for element in row[name] if element_key(element) != own]}
        row = as_document_says(self.world, section, row, {}, {})
        return self.checked(section, address, self.values_of(section, row, address, key), next(iter(keys.values()), ""))

    def read_named(self, section: Section, holder: Row, place: str) -> Iterator[tuple[str, Row]]:
        """(name, entry) of the objects of a section. Not those that share a name, which no document can tell apart."""
        rows = self.rows_of(section, holder)
        names = [row[section.kind.key] for row in rows]
        for name in dict.fromkeys(names):
            address = address_of(section, str(name), place)
            if names.count(name) > 1:
                self.leave_out(address, f"{names.count(name)} {section.kind.plural} have this name.")
                continue
            entry = self.read_object(section, rows[names.index(name)], address)
            if entry is not None:
                yield name, entry

    def read_object(self, section: Section, row: Row, address: str) -> Row | None:
        """The entry of one object; None where there is nothing to say of it."""
        kind = section.kind
        failed = kind.failed(row) if not kind.survives else None
        if failed:
            self.leave_out(address, failed)
            return None
        entry: Row | None = None
        key = key_of(kind, row[kind.ident])
        if not kind.builtin(row) and self.is_wanted(address, key):
            if any(column.detail for column in kind.columns):
                try:
                    row = self.world.detailed(kind, row)
                except NotFound:
                    # It was deleted while the cluster was read.
                    return None
            values = self.values_of(section, as_document_says(self.world, section, row, {}, {}), address, key)
            state = {"state": "archived"} if section.archives and row.get("archived") else {}
            entry = self.checked(section, address, {**state, **values}, str(row[kind.key]))
        inner = {}
        for below in section.inner.values():
            if below in self.sections and below.kind.scope is not None and not is_held_elsewhere(below, row):
                found = self.read_section(below, row, address)
                if found:
                    inner[below.name] = found
        return {**(entry or {}), **inner} if entry is not None or inner else None

    def is_wanted(self, address: str, key: str) -> bool:
        if not self.choices.covers(address):
            return False
        if self.select == "owned":
            return key in self.stack.owned
        return self.select == "all" or not (key in self.stack.owned or key in self.stack.elsewhere)

    def values_of(self, section: Section, row: Row, address: str, key: str) -> Row:
        """{field: value} of what is not so by default. Of what a stack owns only what it has set is the stack's."""
        found, owned = {}, self.stack.owned.get(key) if self.select == "owned" else None
        for one in section.fields:
            value = row.get(one.name)
            if owned is not None and one.name not in owned.fields and one.name not in owned.parts:
                continue
            if one.secret or one.once or is_default(section.kind, one, value):
                continue
            found[one.name] = self.result.secrets.take(one, value, address)
        return found

    def checked(self, section: Section, address: str, values: Row, name: str) -> Row | None:
        """The entry, if a document can hold it."""
        reading = Reading({})
        if section.form is not Form.NAMED or reading.is_name(section, address, name):
            reading.add(Entry(section, address, name), values)
        if reading.problems:
            self.leave_out(address, reading.problems[0].partition(": ")[2])
            return None
        return values

    def leave_out(self, address: str, why: str) -> None:
        if self.choices.covers(address):
            self.result.left_out.append({"address": address, "why": why})


def is_default(kind: Kind, one: Field, value: Any) -> bool:
    """Whether an object that is made without the field has this value."""
    if one.empty(value) or (one.reset is not NOTHING and value == one.reset):
        return True
    return (
        one.name in kind.defaults_on_create and value == kind.defaults_on_create[one.name] and one.merge is Merge.WHOLE
    )


def is_held_elsewhere(section: Section, holder: Row) -> bool:
    """Whether the document itself has what this holder holds: the built-in workspace's."""
    scope = section.kind.scope
    above = any(one.built_in_holder and one.kind is section.kind for one in SECTIONS)
    return above and scope is not None and scope.kind.builtin(holder) is not None


def built_in_workspace_of(world: World, section: Section) -> Row:
    """What holds the objects that the document itself has."""
    scope = section.kind.scope
    return built_in_workspace(world, scope.kind) if section.built_in_holder and scope is not None else CLUSTER
