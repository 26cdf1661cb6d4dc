# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that were sent with an experiment (its model definition)."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import tarfile

from ..deflate_size import gzip_size

SCHEMA = """
create table if not exists experiment_files (
    experiment_id integer not null references experiments (id),
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
        tar = _tar(rows_of(db, experiment_id))
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


def rows_of(db, experiment_id: int) -> list[sqlite3.Row]:
    """The files in their order."""
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
    rows = rows_of(db, experiment_id)
    return _gzipped(_tar(rows)) if rows else b""
