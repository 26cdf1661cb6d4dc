# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was fetched, kept beside it: a list of checksums that sha256sum can read, headed by what it is of."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from ..downloads.storing import file_digest
from ..safe_files import SHARED, read_file, replace_file

# Names are bytes, in which only a newline ends a line, and any byte may stand.
HEAD = re.compile(rb"# checkpoint ([0-9a-f-]{36}) as (\w+)")
LINE = re.compile(rb"(\\?)([0-9a-f]{64})  (.+)", re.DOTALL)
# As sha256sum writes the names that hold one of these, with a backslash before the line.
ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
PLAIN = {escaped: sign for sign, escaped in ESCAPES.items()}
# A line for each of a million files with long names.
LARGEST = 1 << 28


@dataclass(frozen=True)
class Record:
    """``digests``: {path: SHA-256}, the paths as seen from the folder in which ``dest`` stands."""

    uuid: str
    form: str
    digests: dict[str, str]

    def content(self) -> bytes:
        lines = [f"# checkpoint {self.uuid} as {self.form}".encode()]
        lines += [line_of(os.fsencode(path), digest.encode()) for path, digest in sorted(self.digests.items())]
        return b"\n".join(lines) + b"\n"


def line_of(name: bytes, digest: bytes) -> bytes:
    escaped = re.sub(rb"[\\\n\r]", lambda sign: ESCAPES[sign.group()], name)
    return (b"\\" if escaped != name else b"") + digest + b"  " + escaped


def record_path(dest: str) -> str:
    return dest + ".sha256"


def read_record(dest: str) -> Record | None:
    """The Record beside ``dest``; None where there is none, or what is there was not written for ``dest``."""
    try:
        head, *lines = read_file(record_path(dest), LARGEST).rstrip(b"\n").split(b"\n")
    except OSError:
        return None
    found, rows = HEAD.fullmatch(head), [LINE.fullmatch(line) for line in lines]
    if not found or not all(rows):
        return None
    digests = {name_in(row): row.group(2).decode() for row in rows if row}
    base = os.path.basename(dest)
    if not all(path == base or path.startswith(base + "/") for path in digests):
        return None
    return Record(found.group(1).decode(), found.group(2).decode(), digests)


def name_in(row: re.Match[bytes]) -> str:
    name = row.group(3)
    if row.group(1):
        name = re.sub(rb"\\[\\nr]", lambda escaped: PLAIN[escaped.group()], name)
    return os.fsdecode(name)


def write_record(dest: str, record: Record) -> None:
    """Put the Record beside ``dest``, whole or not at all."""
    replace_file(record_path(dest), record.content(), SHARED)


def is_as_recorded(dest: str, record: Record) -> bool:
    """Whether every file is there with the checksum it came with. A link is no file that came."""
    parent = os.path.dirname(dest)
    for path, digest in record.digests.items():
        try:
            if file_digest(os.path.join(parent, path)) != digest:
                return False
        except OSError:
            return False
    return bool(record.digests) or os.path.isdir(dest)


def strangers(dest: str, record: Record | None) -> list[str]:
    """What is below a folder and is no file of the Record, as paths below it. Raises OSError."""
    known = set(record.digests) if record else set()
    base = os.path.basename(dest)
    found = []
    for folder, folders, files in os.walk(dest, onerror=stop):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in files + links:
            path = os.path.relpath(os.path.join(folder, name), dest)
            if f"{base}/{path}" not in known:
                found.append(path)
    return sorted(found)


def stop(error: OSError) -> None:
    """A folder that cannot be read may hold anything."""
    raise error
