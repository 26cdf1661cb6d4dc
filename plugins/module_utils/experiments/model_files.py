# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that were sent with an experiment (its model definition): listed, one read, one or all written to disk."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..downloads.archives import Allowance, damage_told, look_through_tar
from ..downloads.one_file import Place, check_path, decoded, no_file, read_later, told
from ..errors import BadOption, NotFound, OddAnswer, ServerError
from ..safe_files import readable
from ..store.answers import check_fields, read_object, read_rows

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

EXPERIMENTS = "/api/v1/experiments"
NODE = {"isDir": bool, "contentLength": int}


def read_files(call: Call) -> dict[str, Any]:
    """The work of det_experiment_files_info."""
    params = call.params
    path, dest = params["path"], params["dest"]
    # The spec does not demand it, as check mode takes a null for what an earlier task would make.
    if params["experiment_id"] is None and not call.unmade:
        raise BadOption("experiment_id", None, "says which experiment is meant, and is left out.", "Give its id.")
    if path is not None:
        check_path(path)
    place = Place(dest, params["force"]) if dest is not None else None
    if call.unmade:
        return read_later(path, place)
    ident = params["experiment_id"]
    result: dict[str, Any] = {"changed": False, "requests": []}
    if path is None:
        result["files"] = read_tree(call.client, ident)
        content = read_archive(call.client, ident, result["files"]) if place is not None else b""
    else:
        content = read_file(call.client, ident, path)
        result["file"] = {"path": path, **told(content, shown=place is None)}
    if place is not None:
        result.update(place.put(content, call.check_mode))
    return result


# What the master has


def read_tree(client: Client, ident: int) -> list[dict[str, Any]]:
    """The files and folders of an experiment as rows, by path. None where it was made without files."""
    path = f"{EXPERIMENTS}/{ident}/file_tree"
    try:
        answer = client.get(path)
    except ServerError:
        # The master fails on a tree without a file, so the size of what was sent tells whether that is all.
        if has_files(client, ident):
            raise
        return []
    return sorted(rows_of(read_rows(answer, "files", f"GET {path}", "path", str), f"GET {path}"), key=by_path)


def has_files(client: Client, ident: int) -> bool:
    path = f"{EXPERIMENTS}/{ident}"
    return bool(read_object(client.get(path), "experiment", f"GET {path}", "id").get("modelDefinitionSize"))


def rows_of(nodes: list[dict[str, Any]], request: str) -> Iterator[dict[str, Any]]:
    """The entries of a tree and what is in its folders."""
    for node in nodes:
        check_fields(node, NODE, "a file", request)
        folder = node["isDir"]
        yield {
            "path": node["path"].rstrip("/"),
            "is_folder": folder,
            "bytes": 0 if folder else node["contentLength"],
            "modification_time": node.get("modifiedTime"),
            "content_type": None if folder else node.get("contentType"),
        }
        yield from rows_of(read_rows(node, "files", request, "path", str), request)


def by_path(row: dict[str, Any]) -> list[str]:
    """What sorts a folder right before what is in it."""
    return str(row["path"]).split("/")


def read_file(client: Client, ident: int, path: str) -> bytes:
    """The content of one file. Raises NotFound, which names the files that there are."""
    request = f"{EXPERIMENTS}/{ident}/file"
    try:
        answer = client.read(request, {"path": path})
    except ServerError:
        tree = read_tree(client, ident)
        found = [row for row in tree if row["path"] == path]
        if found and not found[0]["is_folder"]:
            raise
        problem = "is a folder" if found else "is no file"
        raise no_file(path, f"{path!r} {problem} of experiment {ident}.", tree) from None
    return decoded(answer, "file", f"POST {request}")


def read_archive(client: Client, ident: int, files: list[dict[str, Any]]) -> bytes:
    """All files as the master packs them, tar.gz. Raises Unsafe where that holds more, or other, than the tree says."""
    if not files:
        raise NotFound(f"Experiment {ident} has no files: none were sent with it.")
    request = f"{EXPERIMENTS}/{ident}/model_def"
    content = decoded(client.get(request), "b64Tgz", f"GET {request}")
    allowance = Allowance({row["path"] + "/" * row["is_folder"]: row["bytes"] for row in files})
    with damage_told(), gzip.GzipFile(fileobj=io.BytesIO(content), mode="rb") as unpacked:
        look_through_tar(unpacked, allowance)
    missing = [row["path"] for row in files if not row["is_folder"] and row["path"] not in allowance.found]
    if missing:
        raise OddAnswer(f"GET {request}", f"does not hold {readable(missing[0])}, which the tree of files names")
    return content
