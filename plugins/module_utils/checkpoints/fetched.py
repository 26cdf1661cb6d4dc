# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was fetched, kept beside it: a list of checksums that sha256sum can read, headed by what it is of."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from .archives import file_digest

HEAD = re.compile(r"# checkpoint ([0-9a-f-]{36}) as (\w+)")
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class Record:
    """``digests``: {path: SHA-256}, the paths as seen from the folder in which ``dest`` stands."""

    uuid: str
    form: str
    digests: dict

    def text(self):
        lines = [f"# checkpoint {self.uuid} as {self.form}"]
        lines += [f"{digest}  {path}" for path, digest in sorted(self.digests.items())]
        return "\n".join(lines) + "\n"


def record_path(dest):
    return dest + ".sha256"


def read_record(dest):
    """The Record beside ``dest``; None where there is none that can be read."""
    try:
        with open(record_path(dest), encoding="utf-8") as file:
            head, *lines = file.read().splitlines() or [""]
    except (OSError, UnicodeDecodeError):
        return None
    found, rows = HEAD.fullmatch(head), [LINE.fullmatch(line) for line in lines]
    if not found or not all(rows):
        return None
    return Record(found.group(1), found.group(2), {row.group(2): row.group(1) for row in rows})


def write_record(dest, record):
    """Put the Record beside ``dest``, whole or not at all."""
    path = record_path(dest)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(record.text())
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".part", path)


def is_as_recorded(dest, record):
    """Whether every file is there with the checksum it came with."""
    parent = os.path.dirname(dest)
    for path, digest in record.digests.items():
        file = os.path.join(parent, *path.split("/"))
        if not os.path.isfile(file) or file_digest(file) != digest:
            return False
    return bool(record.digests) or os.path.isdir(dest)


def strangers(dest, record):
    """The files below a folder that are not of the Record, as paths below it."""
    known = set(record.digests) if record else set()
    base = os.path.basename(dest)
    found = []
    for folder, _dirs, files in os.walk(dest):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), dest).replace(os.sep, "/")
            if f"{base}/{path}" not in known:
                found.append(path)
    return sorted(found)
