# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an experiment as the API shows them."""

from __future__ import annotations

import base64
import mimetypes

from .. import clock
from ..refusals import absent
from . import experiments, files


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
    experiments.find(call, request["experimentId"])
    rows = files.rows_of(call.db, request["experimentId"])
    if not rows:
        raise absent("files")
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
    experiments.find(call, request["experimentId"])
    for row in files.rows_of(call.db, request["experimentId"]):
        if row["path"] == request["path"] and not row["is_dir"]:
            return {"file": base64.b64encode(row["content"]).decode()}
    raise absent("file")


def read_all(call, request):
    experiments.find(call, request["experimentId"])
    return {"b64Tgz": base64.b64encode(files.packed(call.db, request["experimentId"])).decode()}
