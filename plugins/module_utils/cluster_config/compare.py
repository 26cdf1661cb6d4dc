# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three-way comparison by field: what the document says (D), what is there (L), and what was last set (A).

Only hashes of A are kept, so that it can be told who has changed a field, but not what it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from ..kinds.workspace_parts import MASKED
from ..model.field import NOTHING, Field, Fixed, Merge, element_key, sort_set
from ..model.row import Row
from .document import Entry
from .stack import SLOW_HASH, Owned, Stack
from .values import MISSING, Additive, Path, fill_paths

Identify = Callable[[str, str], Any]


class Reason(Enum):
    """Why a field is changed, as the plan says it."""

    NEW = "new in the document"
    DOCUMENT = "the document changed"
    BY_HAND = "changed by hand"
    BOTH = "both changed"
    LEFT = "no longer in the document"
    SECRET = "secret, changed"


SECRET_PARTS = "*"
ARCHIVED = "archived"
DRIFT = (Reason.BY_HAND, Reason.BOTH)


@dataclass
class Comparison:
    """What comparing one object gives.

    :param values: {field: exact value} to plan with; fields that are as wanted are in it too.
    :param secrets: secret fields that must be sent to an object that is there.
    :param reasons: {field: Reason} of what differs.
    :param fields: {field: function () -> hash} that the ledger is to have afterwards, when the ids of all are known.
    :param parts: {field: function () -> hashes of its elements}.
    :param kept: {field: elements that others have put there and that stay}.
    :param notes: sentences.
    :param blocked: why the object cannot be brought about, or empty.
    """

    values: dict[str, Any] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    reasons: dict[str, Reason] = field(default_factory=dict)
    fields: dict[str, Callable[[], str]] = field(default_factory=dict)
    parts: dict[str, Callable[[], list[str]]] = field(default_factory=dict)
    kept: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    blocked: str = ""


class Comparer:
    """Compares one entry with the row of its object.

    :param identify: function (kind, name) -> what stands for another object in hashes: its id, so that a rename of it
        is no change.
    :param owned: what the ledger has of it, or None.
    """

    def __init__(self, entry: Entry, row: Row | None, owned: Owned | None, stack: Stack, identify: Identify) -> None:
        self.entry, self.row, self.stack, self.identify = entry, row, stack, identify
        self.owned = owned or Owned()
        self.result = Comparison()

    def compare(self, fields: tuple[Field, ...], conflict: str) -> Comparison:
        for one in fields:
            if one.name in self.entry.ignore:
                continue
            if one.name in self.entry.values:
                self.compare_field(one, self.entry.values[one.name], conflict)
            elif self.row is not None and self.was_set(one):
                self.leave_field(one)
        return self.result

    def compare_state(self, wanted: str, conflict: str) -> str:
        """The state to plan with, archived, unarchived or present, which leaves it. Who has changed it is told as of a
        field, under the name of the column."""
        result, name = self.result, f"{self.entry.kind.name}.{ARCHIVED}"
        result.fields[ARCHIVED] = partial(self.stack.hash, name, self.entry.state == "archived")
        if self.row is None or (wanted == "archived") is bool(self.row.get(ARCHIVED)) or wanted == "present":
            return wanted
        before = self.owned.fields.get(ARCHIVED)
        there, target = self.stack.hash(name, bool(self.row.get(ARCHIVED))), result.fields[ARCHIVED]()
        reason = self.reason(before, there, target)
        if reason in DRIFT and conflict != "overwrite":
            result.notes.append("It was archived or unarchived by hand, and that is kept.")
            if conflict == "fail":
                result.blocked = "it was archived or unarchived by hand, and on_conflict is fail."
            result.fields[ARCHIVED] = partial(self.owned.fields.__getitem__, ARCHIVED)
            return "present"
        result.reasons[ARCHIVED] = reason
        return wanted

    # What the document says

    def compare_field(self, one: Field, value: Any, conflict: str) -> None:
        result = self.result
        if value is MISSING:
            if self.row is None and not one.secret:
                result.blocked = needs(self.entry.secrets[one.name])
            self.keep_hash(one)
        elif one.secret:
            self.compare_secret(one, value)
        elif isinstance(value, Additive):
            self.compare_additive(one, value.value)
        else:
            self.compare_exact(one, value, conflict)

    def compare_exact(self, one: Field, value: Any, conflict: str) -> None:
        """A value that takes the place of what is there."""
        result = self.result
        target = one.target(None, value, "exact")
        unknown = self.unknown_paths(one)
        if unknown and self.row is not None:
            # What was not given is not compared.
            target = fill_paths(target, self.have(one), unknown)
        if target is NOTHING:
            result.blocked = f"{one.name}: the master cannot take a value away."
            return
        if self.row is None:
            if unknown:
                result.blocked = needs(self.entry.secrets[one.name])
            result.values[one.name], result.reasons[one.name] = value, Reason.NEW
            self.set_hash(one, target)
            return
        have, before = self.have(one), self.owned.fields.get(one.name)
        if one.same(have, target):
            self.set_hash(one, target, unchanged=True)
            self.compare_secret_parts(one, value, target)
            return
        reason = self.reason(before, self.hash(one, have), self.hash(one, target))
        if reason in DRIFT and conflict != "overwrite":
            result.notes.append(f"{one.name} was changed by hand and is kept.")
            if conflict == "fail":
                result.blocked = f"{one.name} was changed by hand, and on_conflict is fail."
            self.keep_hash(one)
            return
        if self.entry.secrets.get(one.name):
            result.blocked = needs(self.entry.secrets[one.name])
        result.values[one.name], result.reasons[one.name] = value, reason
        self.set_hash(one, target)

    def unknown_paths(self, one: Field) -> list[Path]:
        """Where the value names secrets that were not given."""
        missing = self.entry.secrets.get(one.name, ())
        return [path for path, name in self.entry.hidden.get(one.name, {}).items() if name in missing]

    def set_hash(self, one: Field, target: Any, unchanged: bool = False) -> None:
        """Let the ledger have the hash of what is set. That of a readable secret is slow, so that it is kept where the
        value is as it was."""
        kept = unchanged and one.name in self.owned.fields
        if kept and (self.hashes_slowly(one) or self.unknown_paths(one)):
            self.keep_hash(one)
            return
        self.result.fields[one.name] = partial(self.hash, one, target)
        if one.merge is not Merge.WHOLE:
            self.result.parts[one.name] = partial(self.hash_items, one, target)
        secret = self.hash_of_parts(one, target)
        if secret is not None:
            self.result.fields[one.name + SECRET_PARTS] = secret

    def reason(self, before: str | None, there: str, wanted: str) -> Reason:
        if before is None:
            return Reason.NEW
        if there == before:
            return Reason.DOCUMENT
        return Reason.BY_HAND if wanted == before else Reason.BOTH

    def compare_additive(self, one: Field, value: Any, leaves: bool = False) -> None:
        """Elements, or items, that are to be there besides those of others; those that we put and that left go."""
        result = self.result
        wanted = ({} if one.merge is Merge.MAP else []) if one.empty(value) else one.normal(value)
        given, there = dict(items_of(one, wanted)), dict(items_of(one, self.have(one)))
        ours = set(self.owned.parts.get(one.name, ()))
        gone = [key for key, item in there.items() if key not in given and self.hash(one, item) in ours]
        after = {key: item for key, item in {**there, **given}.items() if key not in gone}
        if not leaves:
            result.parts[one.name] = partial(self.hash_items, one, wanted)
            result.kept[one.name] = [there[key] for key in there if key not in given and key not in gone]
        if after == there:
            return
        result.values[one.name] = value_of(one, after)
        missing = [self.hash(one, item) in ours for key, item in given.items() if there.get(key) != item]
        if not missing:
            result.reasons[one.name] = Reason.LEFT
        elif all(missing):
            result.reasons[one.name] = Reason.BY_HAND
        else:
            result.reasons[one.name] = Reason.DOCUMENT if ours else Reason.NEW

    # Secrets

    def compare_secret(self, one: Field, value: str) -> None:
        """What is written only: sent when the object is made, and when another value was set the last time."""
        result = self.result
        if self.row is None:
            result.values[one.name], result.reasons[one.name] = value, Reason.NEW
        if self.stack.name is None:
            return
        before, wanted = self.owned.fields.get(one.name), self.hash(one, value or "")
        if self.row is not None and before is not None and before != wanted:
            result.values[one.name], result.reasons[one.name] = value, Reason.SECRET
            result.secrets.add(one.name)
        result.fields[one.name] = lambda: wanted

    def compare_secret_parts(self, one: Field, value: Any, target: Any) -> None:
        """Parts of a value that the master masks are compared with what was set the last time."""
        before, wanted = self.owned.fields.get(one.name + SECRET_PARTS), self.hash_of_parts(one, target)
        if before is not None and wanted is not None and before != wanted():
            self.result.values[one.name], self.result.reasons[one.name] = value, Reason.SECRET
            self.result.secrets.add(one.name)

    def hash_of_parts(self, one: Field, target: Any) -> Callable[[], str] | None:
        """Function () -> the hash of the secrets inside of a value; None where there are none."""
        parts = secret_parts(one, target)
        if not parts or self.stack.name is None:
            return None
        if MASKED in parts.values():
            kept = self.owned.fields.get(one.name + SECRET_PARTS)
            return None if kept is None else lambda: kept
        text = "\0".join(f"{key}={parts[key]}" for key in sorted(parts))
        return lambda: self.stack.hash_secret(self.hash_name(one), text)

    # What left the document

    def was_set(self, one: Field) -> bool:
        return one.name in self.owned.fields or one.name in self.owned.parts

    def leave_field(self, one: Field) -> None:
        """Take back what was set, unless somebody has changed it since."""
        result = self.result
        if one.name in self.owned.parts:
            self.compare_additive(one, None, leaves=True)
            return
        if one.secret:
            return
        have = self.have(one)
        if self.hash(one, have) != self.owned.fields[one.name]:
            result.notes.append(f"{one.name} left the document and was changed by hand since: it is left as it is.")
            return
        target = one.target(have, None, "exact")
        if target is NOTHING or isinstance(one.change, Fixed):
            result.notes.append(f"{one.name} left the document, and cannot be taken away: it is left as it is.")
        elif not one.same(have, target):
            result.values[one.name], result.reasons[one.name] = None, Reason.LEFT

    def keep_hash(self, one: Field) -> None:
        """Let the ledger say of the field what it says now."""
        for name in (one.name, one.name + SECRET_PARTS):
            if name in self.owned.fields:
                self.result.fields[name] = partial(self.owned.fields.__getitem__, name)
        if one.name in self.owned.parts:
            self.result.parts[one.name] = partial(self.owned.parts.__getitem__, one.name)

    # Hashes

    def have(self, one: Field) -> Any:
        have = (self.row or {}).get(one.name)
        return sort_set(have) if one.merge is Merge.SET else have

    def hash_name(self, one: Field) -> str:
        return f"{self.entry.kind.name}.{one.name}"

    def hash(self, one: Field, value: Any) -> str:
        """The hash of a value whose secrets are masked and whose names of other objects are ids. A readable secret, as
        an address that may hold one, is hashed slowly."""
        if self.stack.name is None:
            return ""
        if one.hidden and isinstance(value, str):
            return self.stack.hash_secret(self.hash_name(one), value)
        canonical = self.canonical(one, value)
        if self.hashes_slowly(one):
            return self.stack.hash_secret(self.hash_name(one), json.dumps(canonical, sort_keys=True, default=str))
        return self.stack.hash(self.hash_name(one), canonical)

    def hashes_slowly(self, one: Field) -> bool:
        """Whether a hash must be slow to guess: the value is a secret, names one, or did when it was set."""
        before = self.owned.fields.get(one.name, "")
        return one.hidden or (one.name in self.entry.hidden and not one.hidden_parts) or len(before) == SLOW_HASH

    def hash_items(self, one: Field, value: Any) -> list[str]:
        return sorted(self.hash(one, item) for _key, item in items_of(one, value))

    def canonical(self, one: Field, value: Any) -> Any:
        if one.empty(value):
            return None
        hidden = dict.fromkeys(secret_parts(one, value), MASKED)
        if hidden:
            value = {**value, **hidden}
        if not one.refers:
            return value
        kinds = [kind.name for kind in one.refers]
        if isinstance(value, list):
            return sorted((self.canonical_element(kinds, element) for element in value), key=repr)
        return self.canonical_element(kinds, value)

    def canonical_element(self, kinds: list[str], element: Any) -> Any:
        if isinstance(element, Mapping):
            return {key: self.named(key, part) if key in kinds else part for key, part in element.items()}
        return self.named(kinds[0], element)

    def named(self, kind: str, name: Any) -> Any:
        return f"{kind}/{self.identify(kind, name)}"


def needs(names: list[str]) -> str:
    return f"it needs the secret {', '.join(names)}, which was not given."


def items_of(one: Field, value: Any) -> list[tuple[Any, Any]]:
    """What tells the elements of a set, or the items of a dict, apart, with each; an item is the dict of it alone."""
    if one.merge is Merge.MAP:
        return [(key, {key: item}) for key, item in (value or {}).items()]
    return [(element_key(element), element) for element in value or ()]


def value_of(one: Field, items: Mapping[Any, Any]) -> Any:
    """The set, or the dict, of these elements or items."""
    if one.merge is Merge.MAP:
        return {key: part for item in items.values() for key, part in item.items()}
    return sort_set(list(items.values()))


def secret_parts(one: Field, value: Any) -> dict[str, Any]:
    """The secrets inside of a value, which the master masks."""
    if not isinstance(value, Mapping):
        return {}
    return {key: value[key] for key in one.hidden_parts if value.get(key) is not None}
