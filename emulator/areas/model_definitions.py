# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an experiment as the API shows them."""

from __future__ import annotations

import base64
import re

from .. import clock
from ..refusals import absent
from . import experiments, files

# What a file begins with -> its type, in the order in which the master looks.
_BEGINNINGS = (
    (rb"\s*(?i:<!doctype html|<html|<head|<script|<body|<title|<table|<h1|<div|<!--)[ >]", "text/html; charset=utf-8"),
    (rb"\s*<\?xml", "text/xml; charset=utf-8"),
    (rb"%PDF-", "application/pdf"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"\x1f\x8b\x08", "application/x-gzip"),
    (rb"PK\x03\x04", "application/zip"),
)
_TEXT = "text/plain; charset=utf-8"


def content_type(content: bytes) -> str:
    """What the master takes a file for: it looks at its beginning only, not at its name."""
    for beginning, kind in _BEGINNINGS:
        if re.match(beginning, content):
            return kind
    binary = re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", content[:512])
    return "application/octet-stream" if binary else _TEXT


def _rows(call, request) -> list:
    """The files of an experiment; 500 where there are none."""
    experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    rows = files.rows_of(call.db, request["experimentId"])
    if not rows:
        raise absent("files")
    return rows


def _node(row, nested: list) -> dict:
    path = row["path"].rstrip("/")
    return {
        "path": path,
        "name": path.rsplit("/", 1)[-1],
        "modifiedTime": clock.text(row["modified"] * clock.SECOND),
        "contentLength": len(row["content"]),
        "isDir": bool(row["is_dir"]),
        "contentType": content_type(row["content"]),
        "files": nested,
    }


def tree(call, request):
    rows = _rows(call, request)
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
    for row in _rows(call, request):
        if row["path"] == request["path"] and not row["is_dir"]:
            return {"file": base64.b64encode(row["content"]).decode()}
    raise absent("file")


def read_all(call, request):
    experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    return {"b64Tgz": base64.b64encode(files.packed(call.db, request["experimentId"])).decode()}
