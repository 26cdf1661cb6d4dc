# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that were sent with an experiment (its model definition): listed, one read, one or all written to disk."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..downloads.archives import Allowance, damage_told, look_through_tar
from ..downloads.storing import file_digest
from ..errors import BadOption, DeterminedError, NotFound, OddAnswer, Refused, ServerError
from ..safe_files import SHARED, UnsafePlace, readable, replace_file
from ..store.answers import check_fields, read_object, read_rows
from ..wording import some_of

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

EXPERIMENTS = "/api/v1/experiments"
# A longer file would only make the result unwieldy; it can be written to disk.
MOST_SHOWN = 4 << 20
NODE = {"isDir": bool, "contentLength": int}
NAMED = 10


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


def read_later(path: str | None, place: Place | None) -> dict[str, Any]:
    """What check mode says where an earlier task would make the experiment."""
    what: dict[str, Any] = {"files": []} if path is None else {"file": {"path": path, **NOT_KNOWN}}
    if place is None:
        return {"changed": False, "requests": [], **what}
    diff = {"before": {}, "after": {"sha256": None}}
    return {"changed": True, "requests": [], **what, "dest": place.path, "bytes": None, "sha256": None, "diff": diff}


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


def no_file(path: str, problem: str, tree: list[dict[str, Any]]) -> NotFound:
    inside = [row["path"] for row in tree if not row["is_folder"] and row["path"].startswith(path + "/")]
    files = inside or [row["path"] for row in tree if not row["is_folder"]]
    hint = f"There are: {some_of([readable(one) for one in files], NAMED)}." if files else "It has no files."
    return NotFound(problem, hint, option="path")


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


def decoded(answer: dict[str, Any], name: str, request: str) -> bytes:
    try:
        return base64.b64decode(answer[name], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise OddAnswer(request, f"has no {name} in base64") from None


# What is told


NOT_KNOWN = dict.fromkeys(("bytes", "sha256", "content", "text"))


def told(content: bytes, shown: bool) -> dict[str, Any]:
    """A file's content for the result. ``shown``: with the content, for which it must not be too long."""
    facts = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if not shown:
        return facts
    if len(content) > MOST_SHOWN:
        raise Refused(
            f"The file has {len(content)} bytes, and a result shows {MOST_SHOWN} at the most.",
            "Give dest, to have it written to disk.",
        )
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None
    return {**facts, "content": base64.b64encode(content).decode(), "text": text}


# Where it goes


def check_path(path: str) -> None:
    """Raise BadOption for what can be no path below a folder."""
    parts = path.split("/")
    if not path or not path.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise BadOption(
            "path", path, "is no path of a file below a folder.", "Write it as files shows it: lib/util.py."
        )


@dataclass(frozen=True)
class Place:
    """A file on the disk, checked before anything is read from the master."""

    given: str
    force: bool

    def __post_init__(self) -> None:
        parent, path = os.path.dirname(self.path), self.path
        if not os.path.isdir(parent):
            raise BadOption("dest", self.given, f"there is no folder {readable(parent)}.")
        if not os.access(parent, os.W_OK | os.X_OK):
            raise BadOption("dest", self.given, f"nothing can be written to {readable(parent)}.")
        if os.path.islink(path):
            raise BadOption("dest", self.given, "is a link.", "Name what it points to.")
        if os.path.lexists(path) and not os.path.isfile(path):
            raise BadOption("dest", self.given, "is no plain file, so it cannot be replaced.", "Name the file.")

    @property
    def path(self) -> str:
        return os.path.abspath(os.path.expanduser(self.given))

    def put(self, content: bytes, check_mode: bool) -> dict[str, Any]:
        """Give the file this content. Returns what the result says of it; raises Refused where it has another."""
        wanted, have = hashlib.sha256(content).hexdigest(), self.digest()
        result = {
            "changed": have != wanted,
            "dest": self.path,
            "bytes": len(content),
            "sha256": wanted,
            "diff": {"before": {"sha256": have} if have else {}, "after": {"sha256": wanted}},
        }
        if have is not None and have != wanted and not self.force:
            raise Refused(
                f"{readable(self.path)} is there and holds something else.",
                "Take another dest, or force to replace it.",
            )
        if have != wanted and not check_mode:
            try:
                replace_file(self.path, content, SHARED)
            except OSError as error:
                raise self.unusable(error) from error
        return result

    def digest(self) -> str | None:
        """The SHA-256 of what is there, None where nothing is."""
        try:
            return file_digest(self.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self.unusable(error) from error

    def unusable(self, error: OSError) -> DeterminedError:
        verb = "cannot be used" if isinstance(error, UnsafePlace) else "cannot be read or written"
        return DeterminedError(f"{readable(self.path)} {verb}: {error.strerror}.", code="disk")
