# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a journal says was done: read, held against the options, without what was taken back already."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Tuple

from ..connection.auth import parse_time
from ..errors import BadOption
from ..model.row import Row
from ..safe_files import open_plain
from ..when import moment

# No line of a journal comes near; more is no journal.
LONGEST_LINE = 16 * 1024 * 1024
# What tells an object apart: its kind in the plural, its id, what holds it, the options that select it.
Key = Tuple[str, Any, Any, str]


@dataclass
class JournalEntry:
    """One act on one object.

    ``order``: the place of its line, the larger the later. ``undoes``: the id of the run that it took back, None for
    an ordinary one. ``before``, ``after``: the properties that it changed.
    """

    run: str
    time: datetime
    order: int
    master: str
    kind: str
    act: str
    id: Any
    name: str | None
    scope: Any
    keys: Mapping[str, Any]
    before: Row
    after: Row
    undoes: str | None = None
    failed: bool = False
    taken_back: set[str] = field(default_factory=set)

    def key(self, ident: Any = None) -> Key:
        keys = json.dumps(self.keys, sort_keys=True)
        return self.kind, self.id if ident is None else ident, self.scope, keys

    def label(self) -> str:
        """The object as the option ``objects`` names it."""
        return f"{self.kind}/{self.id}"

    def left(self) -> set[str]:
        """The properties that it changed and that were not taken back."""
        changed = {name for name, value in self.after.items() if is_another(self.before.get(name), value)}
        return changed - self.taken_back

    def is_open(self) -> bool:
        """Whether there is something to take back, or to say why that cannot be."""
        return bool(self.left()) or not (self.before and self.after)


def is_another(one: Any, other: Any) -> bool:
    """Whether two values differ as JSON, where 1 and true do."""
    return json.dumps(one, sort_keys=True, default=str) != json.dumps(other, sort_keys=True, default=str)


@dataclass
class Reading:
    """A journal's entries, oldest first, and the number of lines that are none."""

    entries: list[JournalEntry] = field(default_factory=list)
    unreadable: int = 0


def read_journal(path: str) -> Reading:
    """Raises BadOption for a file that cannot be read.

    An act counts whose end is not told: its run may have been killed after it was sent. One that failed does not.
    """
    reading = Reading()
    begun: dict[tuple[str, str, str, str], JournalEntry] = {}
    for order, line in enumerate(lines_of(path)):
        row = record(line)
        try:
            if row is None or row["phase"] != "intent":
                told = begun.get(identity(row)) if row is not None and row["phase"] == "done" else None
                if told is not None and row is not None:
                    told.failed = row.get("error") is not None
                reading.unreadable += row is None
                continue
            entry = entry_of(row, order)
        except (KeyError, TypeError, ValueError):
            reading.unreadable += 1
            continue
        begun[identity(row)] = entry
        reading.entries.append(entry)
    reading.entries = [one for one in reading.entries if not one.failed]
    mark_taken_back(reading.entries)
    return reading


def lines_of(path: str) -> Iterator[bytes]:
    try:
        handle = open_plain(os.path.expanduser(path), os.O_RDONLY)
    except OSError as error:
        raise BadOption("journal", path, f"cannot be read: {error.strerror}.") from error
    with open(handle, "rb") as file:
        while line := file.readline(LONGEST_LINE):
            if line.strip():
                yield line


def record(line: bytes) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("phase"), str) else None


def identity(row: Row) -> tuple[str, str, str, str]:
    """What the two lines of an act have in common. What is made gets its id in between."""
    ident = None if row["act"] == "create" else row["id"]
    return row["run"], row["kind"], row["act"], json.dumps([ident, row.get("name"), row.get("scope"), row.get("keys")])


def entry_of(row: Row, order: int) -> JournalEntry:
    """Raises KeyError, TypeError and ValueError for a line that lacks something."""
    for name in ("time", "run", "master", "kind", "act"):
        if not isinstance(row[name], str):
            raise TypeError(name)
    for name, kind in (("name", str), ("undoes", str), ("scope", int)):
        if not isinstance(row.get(name), (kind, type(None))):
            raise TypeError(name)
    if not isinstance(row["before"], dict) or not isinstance(row["after"], dict):
        raise TypeError("before")
    if isinstance(row["id"], (dict, list)) or not isinstance(row.get("keys") or {}, dict):
        raise TypeError("id")
    return JournalEntry(
        row["run"], parse_time(row["time"]), order, row["master"], row["kind"], row["act"], row["id"], row.get("name"),
        row.get("scope"), row.get("keys") or {}, row["before"], row["after"], row.get("undoes"),
    )  # fmt: skip


def mark_taken_back(entries: list[JournalEntry]) -> None:
    """Note on each entry the properties that a later undo took back, which was not taken back itself."""
    undone: dict[tuple[str, Key, str], bool] = {}
    for one in sorted(entries, key=lambda one: -one.order):
        one.taken_back.update(name for name in one.after if undone.get((one.run, one.key(), name)))
        if one.undoes is not None:
            undone.update({(one.undoes, one.key(), name): True for name in one.left()})


class Choice:
    """The options that say which entries are meant."""

    def __init__(self, params: Mapping[str, Any], master: str) -> None:
        self.params = params
        self.master = params["from_master"] or master
        self.since = moment(params["since"], "since") if params["since"] is not None else None

    def fits(self, one: JournalEntry) -> bool:
        """Whether it is meant. What an undo did is meant only where its run is named."""
        runs, kinds, objects = (self.params[name] for name in ("runs", "kinds", "objects"))
        return (
            one.master == self.master
            and one.is_open()
            and (one.undoes is None if runs is None else one.run in runs)
            and (kinds is None or one.kind in kinds)
            and (objects is None or one.label() in objects)
            and (self.since is None or one.time >= self.since)
        )


def demand_known(params: Mapping[str, Any], entries: list[JournalEntry]) -> None:
    """Refuse runs and objects that the journal does not have: an undo of nothing would look like one that was done."""
    known = {"runs": {one.run for one in entries}, "objects": {one.label() for one in entries}}
    for option, names in known.items():
        for name in params[option] or ():
            if name not in names:
                raise BadOption(option, name, "nothing is noted of it.", "Look at the plan without this option.")
