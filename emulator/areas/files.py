# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that were sent with an experiment (its model definition)."""

from __future__ import annotations

import base64
import gzip
import mimetypes
import tarfile

from .. import clock
from ..deflate_size import gzip_size
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
# Up to this many bytes the size is worked out exactly as the master's packing gives it.
EXACT = 65_536


def store(db, experiment_id: int, files: list[dict]) -> None:
    """Keep the files of a request, in their order, and their packed size with the experiment."""
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
    if files:
        tar = _tar(_rows(db, experiment_id))
        size = gzip_size(tar) if len(tar) <= EXACT else len(_gzipped(tar))
        db.update("experiments", experiment_id, model_definition_size=size)


def copy(db, source: int, target: int) -> None:
    """Give an experiment the files of another."""
    size = db.value("select model_definition_size from experiments where id = ?", source)
    db.update("experiments", target, model_definition_size=size)
    db.run(
        "insert into experiment_files select ?, position, path, is_dir, mode, modified, content"
        " from experiment_files where experiment_id = ?",
        target,
        source,
    )


def _rows(db, experiment_id: int):
    return db.rows("select * from experiment_files where experiment_id = ? order by position", experiment_id)


def _tar(rows) -> bytes:
    """The files in the plainest form of tar: folders without a slash, no padding to records."""
    parts = []
    for row in rows:
        info = dict(tarfile.TarInfo(row["path"]).get_info())
        info.update(mode=row["mode"], mtime=row["modified"], size=len(row["content"]))
        info["type"] = tarfile.DIRTYPE if row["is_dir"] else tarfile.REGTYPE
        header = bytearray(tarfile.TarInfo().create_ustar_header(info, "utf-8", "surrogateescape"))
        # Device numbers are written out for every kind of file; the checksum (148 to 156) counts itself as blanks.
        header[329:345] = b"0000000\0" * 2
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        parts += [bytes(header), row["content"], bytes(-len(row["content"]) % tarfile.BLOCKSIZE)]
    return b"".join([*parts, bytes(2 * tarfile.BLOCKSIZE)])


def _gzipped(data: bytes) -> bytes:
    # No time stamp in the header: the same files give the same bytes.
    return gzip.compress(data, mtime=0)


def packed(db, experiment_id: int) -> bytes:
    """A gzipped tar of the files, empty if there are none."""
    rows = _rows(db, experiment_id)
    return _gzipped(_tar(rows)) if rows else b""


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
