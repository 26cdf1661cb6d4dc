# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a stack remembers of the cluster: which objects it owns, and what it has set. Kept on the master itself.

Entries are keyed by the ids of objects, never by names or addresses, so that a rename or a move takes nothing away from
the stack. Values are kept as hashes, so that no secret is in it and no size is a problem. It lies in the settings of
the account, in the same database as what it describes: a master that was restored from a backup has the ledger of then.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..connection.client import Client
from ..engine.ledger import Ledger
from ..errors import Refused
from ..kinds.user_setting import KEPT, PATH
from ..model.kind import Kind
from ..model.row import Row

PURPOSE = "stack/"
META = "meta"
PENDING = "?"
FORMAT = 1
# Settings in one request: the master goes through them row by row in one transaction.
CHUNK = 1000
HASH_BYTES = 6
# Of a secret: some milliseconds, so that a list of likely ones takes its time.
SLOW = {"n": 2**11, "r": 8, "p": 1}
# Its length, and that of its text.
SLOW_BYTES, SLOW_HASH = 12, 16


@dataclass
class Owned:
    """One entry.

    :param name: the object's name in the document.
    :param parent: the id of what holds it; 0 for the cluster.
    :param fields: {field: hash of what was set}.
    :param parts: {field: hashes of the elements, or of the items, that were added to a set or a dict}.
    :param origin: what it was renamed or moved from, so that this is not done twice.
    :param protect: it was protected when it was last in the document.
    """

    name: str = ""
    parent: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    origin: str = ""
    protect: bool = False

    def as_json(self) -> Row:
        found: Row = {"n": self.name, "p": self.parent, "f": self.fields}
        if self.parts:
            found["e"] = {name: sorted(hashes) for name, hashes in self.parts.items()}
        if self.protect:
            found["k"] = True
        return {**found, "o": self.origin} if self.origin else found

    def without_secrets(self) -> Owned:
        """The entry without what is known of secrets."""
        fields = {name: one for name, one in self.fields.items() if len(one) != SLOW_HASH}
        parts = {name: [one for one in hashes if len(one) != SLOW_HASH] for name, hashes in self.parts.items()}
        return replace(self, fields=fields, parts=parts)


def read_owned(value: Any) -> Owned | None:
    """An entry as it was written; None of what is no such."""
    if not isinstance(value, Mapping) or not isinstance(value.get("f"), Mapping):
        return None
    name, parent, parts = value.get("n", ""), value.get("p", 0), value.get("e") or {}
    if not isinstance(name, str) or not isinstance(parent, int) or not isinstance(parts, Mapping):
        return None
    hashes = {one: texts_of(found) for one, found in parts.items() if isinstance(found, list)}
    fields = {str(one): found for one, found in value["f"].items() if isinstance(found, str)}
    return Owned(name, parent, fields, hashes, str(value.get("o", "")), value.get("k") is True)


def texts_of(values: list[Any]) -> list[str]:
    return [one for one in values if isinstance(one, str)]


def key_of(kind: Kind, ident: Any) -> str:
    return f"{kind.name}/{ident}"


def single_key(kind: Kind, holder: Row | None, keys: Mapping[str, Any]) -> str:
    """The key of a singleton or a relation: by the id of what holds it, and what selects it."""
    return "/".join([kind.name, str((holder or {}).get("id", 0)), *(str(one) for one in keys.values())])


def pending_key(kind: Kind, parent: Any, name: str) -> str:
    return f"{kind.name}/{PENDING}{parent}/{name}"


def is_pending_key(key: str) -> bool:
    """Whether it is that of a mark; what has its name for its id may begin like one."""
    rest = key.partition("/")[2]
    return rest.startswith(PENDING) and "/" in rest


class Stack:
    """The entries of one stack. ``name`` None: there is none, and nothing is owned nor remembered."""

    def __init__(self, name: str | None, settings: list[Row]) -> None:
        self.name = name
        self.owned: dict[str, Owned] = {}
        self.pending: set[str] = set()
        self.meta: Row = {}
        # {key: name of the stack} of what other stacks of the account own.
        self.elsewhere: dict[str, str] = {}
        place = KEPT + PURPOSE
        for one in settings:
            path = one["storagePath"]
            if not path.startswith(place):
                continue
            if path != place + str(name):
                if one["key"] != META and not is_pending_key(one["key"]):
                    self.elsewhere[one["key"]] = path[len(place) :]
            else:
                self.take(one["key"], parsed(one["value"]))
        self.is_new = not self.meta
        # A ledger that lost entries, or its head, says nothing about what is not in it.
        self.lost = max(self.meta.get("count", 0) - len(self.owned), 0)
        if self.is_new and self.owned:
            self.lost = 1
            # Secrets were hashed with the salt in its head.
            self.owned = {key: one.without_secrets() for key, one in self.owned.items()}
        if self.is_new:
            self.meta = {"v": FORMAT, "salt": base64.b64encode(os.urandom(12)).decode()}
        if self.meta.get("v") != FORMAT:
            raise Refused(
                f"The ledger of the stack {name} has the form {self.meta.get('v')!r}; this release knows {FORMAT}.",
                "Use the release of the collection that wrote it.",
            )

    def take(self, key: str, value: Any) -> None:
        if key == META:
            self.meta = read_meta(value)
        elif is_pending_key(key):
            self.pending.add(key)
        else:
            entry = read_owned(value)
            if entry is not None:
                self.owned[key] = entry

    def keep(self, key: str, value: Any) -> None:
        """Take what was written, so that the stack is as its ledger."""
        if value is None:
            self.owned.pop(key, None)
            self.pending.discard(key)
        else:
            self.take(key, value)

    @property
    def damaged(self) -> bool:
        return bool(self.owned) and self.lost > 0

    @property
    def salt(self) -> bytes:
        return str(self.meta.get("salt", "")).encode()

    def hash(self, name: str, value: Any) -> str:
        """The hash of a value. ``name``: kind and field."""
        text = f"{name}:{json.dumps(value, sort_keys=True, default=str)}".encode()
        digest = hashlib.blake2b(text, key=(self.name or "").encode()[:64], digest_size=HASH_BYTES).digest()
        return base64.b64encode(digest).decode()

    def hash_secret(self, name: str, value: str) -> str:
        """The hash of a secret, which is slow to guess."""
        text = f"{name}:{value}".encode()
        digest = hashlib.scrypt(text, salt=self.salt or b"-", dklen=SLOW_BYTES, **SLOW)
        return base64.b64encode(digest).decode()


def parsed(value: str) -> Any:
    """What a setting holds; None of what nobody of ours has written."""
    try:
        return json.loads(value)
    except ValueError:
        return None


def read_meta(value: Any) -> Row:
    """The head of a ledger: form, salt, serial, how many entries there were at the last write, digest of the plan."""
    if not isinstance(value, dict):
        return {}
    numbers = {name: value[name] if isinstance(value.get(name), int) else 0 for name in ("serial", "count")}
    return {**value, **numbers}


def read_settings(reader: Any) -> list[Row]:
    return reader.get(PATH)["settings"]


def write_stack(client: Client, name: str, marks: Mapping[str, Any]) -> None:
    """Set these marks of the ledger, and take away those whose value is None."""
    ledger, items = Ledger(client, PURPOSE + name), list(marks.items())
    for start in range(0, len(items), CHUNK):
        ledger.write(dict(items[start : start + CHUNK]))
