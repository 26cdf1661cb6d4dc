# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of a checkpoint a pattern fits, as the clean-up task reads it: like Python's glob on the storage."""

from __future__ import annotations

import fnmatch

# The one pattern that the clean-up task takes for everything, names that begin with a dot too.
EVERYTHING = "**/*"


def matching(resources, globs):
    """The part of ``resources``, {path: bytes}, that goes with one of the globs. A folder's path ends with a slash."""
    found = effective(globs)
    if found == [EVERYTHING]:
        return dict(resources)
    patterns = [parts(one) for one in found]
    return {path: count for path, count in resources.items() if any(reaches(*one, path.split("/")) for one in patterns)}


def effective(globs):
    """The globs to send. Where one fits the checkpoint's own folder, the one that stands for everything takes their
    place: the task would remove the folder and then fail, as it looks into it."""
    if any(one.strip() == EVERYTHING or parts(one) == ([], True) for one in globs or ()):
        return [EVERYTHING]
    return list(globs or ())


def parts(glob: str) -> tuple[list[str], bool]:
    """(its parts, whether it fits folders only)."""
    found = [one for one in glob.strip().split("/") if one not in ("", ".")]
    folders = glob.strip().endswith("/")
    # At the end it fits the folder itself, which goes with all that is in it.
    while found and found[-1] == "**":
        found.pop()
        folders = True
    return found, folders


def reaches(pattern, folders, names):
    """Whether a pattern fits a path of these names, or one of the folders above it. A folder has '' as last name."""
    if not pattern:
        return bool(names) or not folders
    if pattern[0] == "**" and reaches(pattern[1:], folders, names):
        return True
    if not names or not names[0] or not fits(names[0], pattern[0]):
        return False
    return reaches(pattern if pattern[0] == "**" else pattern[1:], folders, names[1:])


def fits(name, part):
    if not any(sign in part for sign in "*?["):
        return name == part
    return (part.startswith(".") or not name.startswith(".")) and fnmatch.fnmatchcase(name, part)
