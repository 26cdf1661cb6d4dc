# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of model code as the master takes it."""

from __future__ import annotations

import base64
import os
import traceback

from ..errors import BadOption

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


def pack(folder, option="model_folder"):
    """The files below ``folder`` as a list of {path, type, mode, mtime, content in base64}.

    ``option``: the one that names the folder, for errors.
    Left out are what .detignore names and what the CLI leaves out by itself. More than 95 MiB are refused, as the
    master's requests end there.
    """
    root = os.path.expanduser(folder)
    if not os.path.isdir(root):
        raise BadOption(option, folder, "there is no such folder.")
    if pathspec is None:
        raise BadOption(
            option, folder, "packing needs the Python library pathspec.", "Install it: pip install pathspec."
        )
    ignored = ignore_patterns(root)
    entries, size = [], 0
    for parent, folders, files in os.walk(root):
        at = os.path.relpath(parent, root)
        folders[:] = sorted(one for one in folders if not ignored.match_file(join(at, one) + "/"))
        for one in folders:
            entries.append(entry(os.path.join(parent, one), join(at, one), FOLDER, option))
        for one in sorted(files):
            if one == IGNORE_FILE or ignored.match_file(join(at, one)):
                continue
            entries.append(entry(os.path.join(parent, one), join(at, one), FILE, option))
            size += len(entries[-1]["content"])
            if size > LARGEST:
                raise BadOption(
                    option,
                    folder,
                    f"its files are more than {LARGEST >> 20} MiB.",
                    f"Name what is not needed in a file {IGNORE_FILE} in it.",
                )
    return entries


def join(at, name):
    return name if at == "." else at + "/" + name


def ignore_patterns(root):
    lines = list(IGNORED)
    path = os.path.join(root, IGNORE_FILE)
    if os.path.isfile(path):
        with open(path, encoding="utf-8") as file:
            lines += file.read().splitlines()
    return pathspec.GitIgnoreSpec.from_lines(lines)


def entry(path, name, kind, option):
    content = b""
    try:
        info = os.stat(path)
        if kind == FILE:
            with open(path, "rb") as file:
                content = file.read()
    except OSError as error:
        hint = f"Name it in a file {IGNORE_FILE} if it is not needed."
        raise BadOption(option, path, f"cannot be read: {error.strerror}.", hint) from error
    return {
        "path": name,
        "type": kind,
        "mode": info.st_mode & 0o777,
        "mtime": str(int(info.st_mtime)),
        "uid": 0,
        "gid": 0,
        "content": base64.b64encode(content).decode(),
    }
