# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of model code as the master takes it."""

from __future__ import annotations

import base64
import os
import stat
import traceback
from collections.abc import Callable
from typing import Any

from .errors import BadOption
from .safe_files import readable
from .wording import some_of

try:
    import pathspec  # the patterns of .gitignore, as the CLI reads .detignore
except ImportError:
    pathspec = None
    PATHSPEC_ERROR = traceback.format_exc()
else:
    PATHSPEC_ERROR = None

LARGEST = 95 << 20
FILE, FOLDER = 48, 53
IGNORE_FILE = ".detignore"
IGNORED = (
    "__pycache__/", "*.py[co]", "*$py.class", "terraform", "terraform_data", "terraform.tfstate*",
    "terraform.tfvars*", ".terraform*", ".git/", ".vscode/", ".idea/", ".mypy_cache/",
)  # fmt: skip


# How many of what is left out a warning names.
NAMED = 5


def pack(folder: str, option: str = "model_folder", warn: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """The files below ``folder`` as a list of {path, type, mode, mtime, content in base64}.

    Left out are what .detignore names and what the CLI leaves out by itself, and with a warning what is no file: pipes,
    sockets, devices, links to folders, links that lead out of the folder. More than 95 MiB are refused, as the master's
    requests end there.

    :param option: the one that names the folder, for errors.
    :param warn: function (text) that is told of what is left out.
    """
    root = os.path.expanduser(folder)
    if not os.path.isdir(root):
        raise BadOption(option, folder, "there is no such folder.")
    if pathspec is None:
        raise BadOption(
            option, folder, "packing needs the Python library pathspec.", "Install it: pip install pathspec."
        )
    packing = Packing(root, option)
    packing.add_all()
    if packing.left_out and warn is not None:
        names = some_of([readable(name) for name in packing.left_out], NAMED)
        warn(f"{option} {folder}: left out is what is no plain file, or a link that leads out of the folder: {names}.")
    return packing.entries


class Packing:
    """A folder on its way into a list of entries."""

    def __init__(self, root: str, option: str) -> None:
        self.root, self.option = root, option
        self.real_root = os.path.realpath(root)
        self.ignored = ignore_patterns(root)
        self.entries: list[dict[str, Any]] = []
        self.left_out: list[str] = []
        self.size = 0

    def add_all(self) -> None:
        for parent, folders, files in os.walk(self.root, onerror=self.stop):
            at = os.path.relpath(parent, self.root)
            folders[:] = sorted(one for one in folders if not self.ignored.match_file(join(at, one) + "/"))
            for one in folders:
                self.add(os.path.join(parent, one), join(at, one), FOLDER)
            for one in sorted(files):
                if one != IGNORE_FILE and not self.ignored.match_file(join(at, one)):
                    self.add(os.path.join(parent, one), join(at, one), FILE)

    def add(self, path: str, name: str, kind: int) -> None:
        """Add a file or folder, or note that it is left out."""
        if self.leads_elsewhere(path, kind) or not is_unicode(name):
            self.left_out.append(name)
            return
        try:
            info = os.stat(path)
            if kind == FILE and not stat.S_ISREG(info.st_mode):
                self.left_out.append(name)
                return
            content = self.read(path) if kind == FILE else b""
        except OSError as error:
            raise self.cannot_be_read(path, error) from error
        self.entries.append(
            {
                "path": name,
                "type": kind,
                "mode": info.st_mode & 0o777,
                "mtime": str(int(info.st_mtime)),
                "uid": 0,
                "gid": 0,
                "content": base64.b64encode(content).decode(),
            }
        )

    def leads_elsewhere(self, path: str, kind: int) -> bool:
        """Whether it is a link to a folder, whose files are not sent, or to what is not in the folder."""
        if not os.path.islink(path):
            return False
        return kind == FOLDER or not os.path.realpath(path).startswith(self.real_root + os.sep)

    def read(self, path: str) -> bytes:
        """The content of a file, no more of it than can be sent."""
        # Between the look and this it may have become a pipe, which is not waited for.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            content = file.read(LARGEST + 1)
        self.size += (len(content) + 2) // 3 * 4
        if self.size > LARGEST:
            raise BadOption(
                self.option,
                self.root,
                f"its files are more than {LARGEST >> 20} MiB.",
                f"Name what is not needed in a file {IGNORE_FILE} in it.",
            )
        return content

    def stop(self, error: OSError) -> None:
        raise self.cannot_be_read(str(error.filename), error) from error

    def cannot_be_read(self, path: str, error: OSError) -> BadOption:
        hint = f"Name it in a file {IGNORE_FILE} if it is not needed."
        return BadOption(self.option, path, f"cannot be read: {error.strerror}.", hint)


def is_unicode(name: str) -> bool:
    """Whether a name can be sent: the API takes no other bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def join(at: str, name: str) -> str:
    return name if at == "." else at + "/" + name


def ignore_patterns(root: str) -> Any:
    """What is left out by its name. Only a newline ends a line: a name may hold what else Python takes for that."""
    lines = list(IGNORED)
    path = os.path.join(root, IGNORE_FILE)
    if os.path.isfile(path):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines += file.read().split("\n")
    return pathspec.GitIgnoreSpec.from_lines(lines)
