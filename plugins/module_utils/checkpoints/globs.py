# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of a checkpoint a pattern fits, as the clean-up task reads it: like Python's glob on the storage."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache

# The one pattern that the clean-up task takes for everything, names that begin with a dot too.
EVERYTHING = "**/*"
ANY = "*"


def matching(resources: dict[str, int], globs: Iterable[str] | None) -> dict[str, int]:
    """The part of ``resources``, {path: bytes}, that goes with one of the globs. A folder's path ends with a slash."""
    found = effective(globs)
    if found == [EVERYTHING]:
        return dict(resources)
    patterns = [parts(one) for one in found]
    return {path: count for path, count in resources.items() if any(reaches(*one, path.split("/")) for one in patterns)}


def effective(globs: Iterable[str] | None) -> list[str]:
    """The globs to send. Where one fits the checkpoint's own folder, the one that stands for everything takes their
    place: the task would remove the folder and then fail, as it looks into it."""
    found = list(globs or ())
    if any(one.strip() == EVERYTHING or parts(one) == ([], True) for one in found):
        return [EVERYTHING]
    return found


def parts(glob: str) -> tuple[list[str], bool]:
    """(its parts, whether it fits folders only)."""
    found = [one for one in glob.strip().split("/") if one not in ("", ".")]
    folders = glob.strip().endswith("/")
    # At the end it fits the folder itself, which goes with all that is in it.
    while found and found[-1] == "**":
        found.pop()
        folders = True
    return found, folders


def reaches(pattern: list[str], folders: bool, names: list[str]) -> bool:
    """Whether a pattern fits a path of these names, or one of the folders above it. A folder has '' as last name.

    All places in the pattern at which the names read so far may have led are followed at once, so the work is at most
    the number of the names times that of the parts.
    """
    end = len(pattern)
    places = reached(pattern, {0})
    for name in names:
        if end in places:
            return True
        places = reached(pattern, {after(pattern, at) for at in places if name and fits(name, pattern[at])})
        if not places:
            return False
    return end in places and not folders


def after(pattern: list[str], at: int) -> int:
    """The place after a name was read at another: the two stars take any number of names."""
    return at if pattern[at] == "**" else at + 1


def reached(pattern: list[str], places: set[int]) -> set[int]:
    """These places, and those that follow two stars, which may take no name at all."""
    found = set()
    for place in places:
        at = place
        while at not in found:
            found.add(at)
            if at < len(pattern) and pattern[at] == "**":
                at += 1
    return found


def fits(name: str, part: str) -> bool:
    """Whether one name fits one part of a pattern. A star does not stand for the dot of a hidden file."""
    if not any(sign in part for sign in "*?["):
        return name == part
    return (part.startswith(".") or not name.startswith(".")) and fits_signs(name, signs(part))


def fits_signs(name: str, wanted: tuple[str | re.Pattern[str], ...]) -> bool:
    """Whether a name fits a list of signs. What the last star took is lengthened where the rest does not fit, and no
    star before it, as that could not help."""
    at, place, star, taken = 0, 0, None, 0
    while at < len(name):
        if place < len(wanted) and wanted[place] == ANY:
            star, taken = place, at
            place += 1
        elif place < len(wanted) and is_sign(name[at], wanted[place]):
            at, place = at + 1, place + 1
        elif star is not None:
            taken += 1
            at, place = taken, star + 1
        else:
            return False
    return all(one == ANY for one in wanted[place:])


def is_sign(sign: str, wanted: str | re.Pattern[str]) -> bool:
    return sign == wanted if isinstance(wanted, str) else bool(wanted.match(sign))


@lru_cache(maxsize=1024)
def signs(part: str) -> tuple[str | re.Pattern[str], ...]:
    """A part as ANY for a star, a pattern for what one sign may be, or the sign itself."""
    found: list[str | re.Pattern[str]] = []
    at = 0
    while at < len(part):
        end = at + 1
        if part[at] == "[":
            end = end_of_class(part, at)
        one = part[at:end]
        plain = one == ANY or (one != "?" and end == at + 1)
        found.append(one if plain else pattern_of(one))
        at = end
    return tuple(found)


def pattern_of(one: str) -> re.Pattern[str]:
    try:
        return re.compile(fnmatch.translate(one))
    except re.error:
        # Older releases of Python do not take a range that runs backwards, newer ones fit nothing by it.
        return re.compile("(?!)")


def end_of_class(part: str, start: int) -> int:
    """Where a class of signs, such as ``[!a-c]``, ends; after its bracket where it has no end and stands for itself."""
    first = start + (2 if part[start + 1 : start + 2] == "!" else 1)
    end = part.find("]", first + 1)
    return start + 1 if end < 0 else end + 1
