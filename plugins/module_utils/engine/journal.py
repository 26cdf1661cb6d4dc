# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: a file that tells what was about to be sent, whatever happens to the run. det_undo reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

from ..errors import BadOption, DeterminedError
from ..model.plan import Plan, known_scope
from ..model.row import Row
from ..safe_files import lock, open_to_append, unlock, write_all
from ..store.send import Subject
from .call import Call
from .spec import Spec

JOURNAL = Spec({"journal": {"type": "path"}})


class Journal:
    """A file with a JSON line for each act: before it is sent, and what came of it.

    A line is on the disk before the request goes out; where it cannot be written, nothing is sent. The file may be
    shared by runs at the same time. Only its owner may read it, as it has names and labels of others.

    :param path: None for no journal.
    :param master: address of the master that the ids are of; ``run``: the id of the run, the same in all of its lines.
    """

    def __init__(self, path: str | None, master: str = "", run: str = "") -> None:
        self.path = path
        self._run = {"run": run, "master": master}
        self._handle: int | None = None

    def __enter__(self) -> Journal:
        if self.path:
            try:
                self._handle = open_to_append(os.path.expanduser(self.path))
            except OSError as error:
                raise BadOption("journal", self.path, f"cannot be written: {error.strerror}.") from error
        return self

    def __exit__(self, *error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)

    def write(self, phase: str, kind: str, act: str, rows: Iterable[dict[str, Any]]) -> None:
        """One line for each of ``rows``, dicts with id and whatever else is worth keeping.

        ``phase``: intent or done. ``kind``: what the objects are, in the plural, as ids are unique inside of it only.
        """
        if self._handle is None:
            return
        time = datetime.now(timezone.utc).isoformat()
        head = {"time": time, **self._run, "phase": phase, "kind": kind, "act": act}
        lines = [json.dumps({**head, **row}) + "\n" for row in rows]
        try:
            self._append(self._handle, "".join(lines).encode())
        except OSError as error:
            raise DeterminedError(
                f"The journal {self.path} cannot be written: {error.strerror}.",
                "Nothing was sent after the last line of it; free the disk and run again.",
                code="journal",
            ) from error

    @staticmethod
    def _append(handle: int, content: bytes) -> None:
        lock(handle)
        try:
            # A run that was killed, or a full disk, left half a line. What follows must not become a part of it.
            write_all(handle, (b"\n" if ends_amid_a_line(handle) else b"") + content)
            os.fsync(handle)
        finally:
            unlock(handle)


def ends_amid_a_line(handle: int) -> bool:
    """Whether a file's last line has no end; never of an empty file, or a device."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def journal_of(call: Call) -> Journal:
    """The journal that the options name; without one nothing is asked of the client."""
    path = call.params.get("journal")
    return Journal(path, call.client.url, call.run) if path else Journal(None)


@contextmanager
def noted(call: Call, subject: Subject, plan: Plan) -> Iterator[None]:
    """Note a plan for one object before the block sends it, and afterwards what came of it."""
    if not plan.steps:
        yield
        return
    with journal_of(call) as journal:
        kind = plan.kind.plural
        values = {"before": plan.before, "after": plan.after}
        journal.write("intent", kind, plan.act, [{**entry_of(plan, subject.current), **values}])
        try:
            yield
        except DeterminedError as error:
            journal.write("done", kind, plan.act, [{**entry_of(plan, subject.current), "error": error.msg}])
            raise
        journal.write("done", kind, plan.act, [{**entry_of(plan, subject.current), "error": None}])


def entry_of(plan: Plan, current: Row | None) -> Row:
    """What tells the object of a plan apart: its id, its name, the id of what holds it, the options that select it.

    The id is that before the change, and null of what is not made yet.
    """
    kind, wanted = plan.kind, plan.wanted
    row = plan.current or current or wanted.values
    entry = {"id": row.get(kind.ident) if kind.key else None, "name": row.get(kind.key)}
    if kind.scope is not None:
        holder = known_scope(wanted) or {}
        entry["scope"] = row[kind.scope.column] if row.get(kind.scope.column) else holder.get("id")
    return {**entry, "keys": dict(wanted.keys)} if wanted.keys else entry
