# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that were sent with an experiment (its model definition)."""

from __future__ import annotations

import base64
import gzip
import io
import mimetypes
import tarfile

from .. import clock
from ..errors import internal

SCHEMA = """
create table if not exists experiment_files (
    experiment_id integer not null references experiments (id) on delete cascade,
    position integer not null,
    path text not null,
    is_dir integer not null,
    mode integer not null,
    modified integer not null,
    content blob not null,
    primary key (experiment_id, position)
);
"""
DIRECTORY = 53


def store(db, experiment_id: int, files: list[dict]) -> None:
    """Keep the files of a request, in their order."""
    for position, file in enumerate(files):
        db.insert(
            "experiment_files",
            experiment_id=experiment_id,
            position=position,
            path=file["path"],
            is_dir=file["type"] == DIRECTORY,
            mode=file["mode"],
            modified=file["mtime"],
            content=base64.b64decode(file["content"]),
        )


def copy(db, source: int, target: int) -> None:
    """Give an experiment the files of another."""
    db.run(
        "insert into experiment_files select ?, position, path, is_dir, mode, modified, content"
        " from experiment_files where experiment_id = ?",
        target,
        source,
    )


def _rows(db, experiment_id: int):
    return db.rows("select * from experiment_files where experiment_id = ? order by position", experiment_id)


def packed(db, experiment_id: int) -> bytes:
    """A gzipped tar of the files, empty if there are none."""
    rows = _rows(db, experiment_id)
    if not rows:
        return b""
    buffer = io.BytesIO()
    # No time stamp in the gzip header: the same files give the same bytes.
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w|") as tar:
        for row in rows:
            info = tarfile.TarInfo(row["path"])
            info.mode, info.mtime = row["mode"], row["modified"]
            info.type = tarfile.DIRTYPE if row["is_dir"] else tarfile.REGTYPE
            info.size = len(row["content"])
            tar.addfile(info, io.BytesIO(row["content"]))
    return buffer.getvalue()


def size(db, experiment_id: int) -> int:
    """Bytes of the packed files."""
    return len(packed(db, experiment_id))


def _node(row, nested: list) -> dict:
    path = row["path"].rstrip("/")
    kind = mimetypes.guess_type(path)[0] if not row["is_dir"] else None
    return {
        "path": path,
        "name": path.rsplit("/", 1)[-1],
        "modifiedTime": clock.text(row["modified"] * clock.SECOND),
        "contentLength": len(row["content"]),
        "isDir": bool(row["is_dir"]),
        "contentType": f"{kind if kind and kind != 'text/x-python' else 'text/plain'}; charset=utf-8",
        "files": nested,
    }


def tree(call, request):
    from .experiments import find

    find(call, request["experimentId"])
    rows = _rows(call.db, request["experimentId"])
    if not rows:
        raise internal("EOF")
    top: list[dict] = []
    folders: dict[str, list] = {"": top}
    for row in rows:
        path = row["path"].rstrip("/")
        nested: list[dict] = []
        if row["is_dir"]:
            folders[path] = nested
        folders.get(path.rpartition("/")[0], top).append(_node(row, nested))
    return {"files": top}


def read(call, request):
    from .experiments import find

    find(call, request["experimentId"])
    for row in _rows(call.db, request["experimentId"]):
        if row["path"] == request["path"] and not row["is_dir"]:
            return {"file": base64.b64encode(row["content"]).decode()}
    raise internal("file does not exist")


def model_definition(call, request):
    from .experiments import find

    find(call, request["experimentId"])
    return {"b64Tgz": base64.b64encode(packed(call.db, request["experimentId"])).decode()}
