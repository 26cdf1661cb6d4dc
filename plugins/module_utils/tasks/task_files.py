# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a task was started with (its context): listed, one read, one or all written to disk.

The master has no list of them, so that each run reads the archive, which holds at most 95 MiB packed."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..downloads.archives import Allowance, damage_told, tar_files
from ..downloads.one_file import Place, check_path, decoded, no_file, read_later, told
from ..errors import BadOption, NotFound
from .task_end import TASKS

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

# Unpacked. There is no record of the files to hold the archive against.
MOST_BYTES, MOST_FILES = 256 << 20, 100_000


def read_task_files(call: Call) -> dict[str, Any]:
    """The work of det_task_files_info."""
    params = call.params
    path, dest = params["path"], params["dest"]
    # The spec does not demand it, as check mode takes a null for what an earlier task would make.
    if params["task"] is None and not call.unmade:
        raise BadOption("task", None, "says which task is meant, and is left out.", "Give its id.")
    if path is not None:
        check_path(path)
    place = Place(dest, params["force"]) if dest is not None else None
    if call.unmade:
        return read_later(path, place)
    ident = params["task"]
    packed = read_context(call.client, ident)
    files, content = look_through(packed, path)
    result: dict[str, Any] = {"changed": False, "requests": []}
    if path is None:
        result["files"] = files
        if place is not None and not files:
            raise NotFound(f"Task {ident} has no files: none were sent with it.")
        content = packed
    else:
        if content is None:
            rows = [dict(row, is_folder=False) for row in files]
            raise no_file(path, f"{path!r} is not a file of task {ident}.", rows)
        result["file"] = {"path": path, **told(content, shown=place is None)}
    if place is not None:
        result.update(place.put(content or b"", call.check_mode))
    return result


def read_context(client: Client, ident: str) -> bytes:
    """The archive (tar.gz) of what a task was started with; empty where nothing was sent."""
    request = f"{TASKS}{quote_segment(ident, 'task')}/context_directory"
    return decoded(client.get(request), "b64Tgz", f"GET {request}")


def look_through(packed: bytes, path: str | None) -> tuple[list[dict[str, Any]], bytes | None]:
    """(rows of the files, by path; the content of the one at ``path``, None where there is none).

    Raises Unsafe for what is no plain file, leads out of its folder, or is more than is allowed.
    """
    if not packed:
        return [], None
    allowance = Allowance({}, MOST_BYTES, MOST_FILES)
    content = None
    with damage_told(), gzip.GzipFile(fileobj=io.BytesIO(packed), mode="rb") as unpacked:
        for name, pieces in tar_files(unpacked, allowance):
            held = []
            for piece in pieces:
                if name == path:
                    held.append(piece)
            if name == path:
                content = b"".join(held)
    rows = [{"path": name, "bytes": size} for name, size in allowance.found.items()]
    return sorted(rows, key=lambda row: str(row["path"]).split("/")), content
