# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file, or an archive of all, as an info module shows it or writes it to disk."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from typing import Any

from ..errors import BadOption, DeterminedError, NotFound, OddAnswer, Refused
from ..safe_files import SHARED, UnsafePlace, readable, replace_file
from ..wording import some_of
from .storing import file_digest

# A longer file would only make the result unwieldy; it can be written to disk.
MOST_SHOWN = 4 << 20
NAMED = 10


def read_later(path: str | None, place: Place | None) -> dict[str, Any]:
    """What check mode says where an earlier task would make the experiment."""
    what: dict[str, Any] = {"files": []} if path is None else {"file": {"path": path, **NOT_KNOWN}}
    if place is None:
        return {"changed": False, "requests": [], **what}
    diff = {"before": {}, "after": {"sha256": None}}
    return {"changed": True, "requests": [], **what, "dest": place.path, "bytes": None, "sha256": None, "diff": diff}


def no_file(path: str, problem: str, tree: list[dict[str, Any]]) -> NotFound:
    inside = [row["path"] for row in tree if not row["is_folder"] and row["path"].startswith(path + "/")]
    files = inside or [row["path"] for row in tree if not row["is_folder"]]
    hint = f"There are: {some_of([readable(one) for one in files], NAMED)}." if files else "It has no files."
    return NotFound(problem, hint, option="path")


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
