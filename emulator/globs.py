# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of a checkpoint go with a pattern, as with Python's glob on a folder that holds them."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

EVERYTHING = "**/*"


def kept(files: dict[str, int], globs: Iterable[str]) -> dict[str, int]:
    """What is left of the files (path -> bytes; the path of a folder ends with a slash)."""
    patterns = [glob.strip() for glob in globs]
    if EVERYTHING in patterns:
        return {}
    return {path: size for path, size in files.items() if not any(_goes(path, pattern) for pattern in patterns)}


def _goes(path: str, pattern: str) -> bool:
    """Whether the pattern fits the path or a folder above it, the checkpoint's own too, as what is in it goes."""
    wanted = [part for part in pattern.split("/") if part not in ("", ".")]
    only_folders = pattern.endswith("/")
    names = path.rstrip("/").split("/")
    deepest_folder = len(names) if path.endswith("/") else len(names) - 1
    ends = {0}
    for position, part in enumerate(wanted):
        last = position == len(wanted) - 1
        if part == "**":
            ends = {end for start in ends for end in _any_depth(names, start)}
            # As the last part it fits folders, whose files go with them, and so all files whatever their names.
            only_folders = only_folders or last
        else:
            ends = {end + 1 for end in ends if end < len(names) and _fits(names[end], part)}
    return any(end <= deepest_folder or not only_folders for end in ends)


def _any_depth(names: list[str], start: int) -> Iterator[int]:
    yield start
    for position in range(start, len(names)):
        if names[position].startswith("."):
            return
        yield position + 1


def _fits(name: str, part: str) -> bool:
    if not set("*?[") & set(part):
        return name == part
    return (part.startswith(".") or not name.startswith(".")) and fnmatch.fnmatchcase(name, part)
