# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hidden folder beside a place in which a download is put together before it gets its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Refused
from ..safe_files import create_file, open_own_folder, readable, try_to_lock

# It says that the folder was made here, so that it may be emptied.
MARK = ".determined_ai.determined"
OLD = ".old"


class Workplace:
    """The folder beside ``dest``, this run's alone."""

    def __init__(self, dest: str) -> None:
        self.dest, self.path = dest, work_path(dest)

    def bring_back(self) -> None:
        """Give a folder its name again that stood aside as a run was killed, or that could not be replaced."""
        aside = os.path.join(self.path, OLD)
        if os.path.lexists(aside) and not os.path.lexists(self.dest):
            os.rename(aside, self.dest)

    def empty(self) -> None:
        """Take away what is left of an earlier attempt."""
        self.bring_back()
        for name in os.listdir(self.path):
            if name != MARK:
                remove(os.path.join(self.path, name))

    def put(self, staged: str) -> None:
        """Give what was fetched its name. A file is replaced in one step; a folder that is there steps aside first."""
        if not os.path.isdir(self.dest):
            os.replace(staged, self.dest)
            return
        os.rename(self.dest, os.path.join(self.path, OLD))
        os.rename(staged, self.dest)


def work_path(dest: str) -> str:
    return os.path.join(os.path.dirname(dest), f".{os.path.basename(dest)}.part")


def remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def check_workplace(dest: str) -> None:
    """Raise Refused where something stands in the place of the folder that was not left by an earlier run."""
    path = work_path(dest)
    if not os.path.lexists(path):
        return
    if os.path.islink(path) or not os.path.isdir(path) or os.lstat(path).st_uid != os.geteuid():
        raise foreign(dest)
    try:
        names = os.listdir(path)
    except OSError as error:
        raise foreign(dest) from error
    if names and MARK not in names:
        raise foreign(dest)


def foreign(dest: str) -> Refused:
    return Refused(
        f"{readable(work_path(dest))}, where {readable(dest)} is put together, was not made by this module.",
        "Remove it, or take another dest.",
    )


@contextmanager
def workplace(dest: str) -> Iterator[Workplace]:
    """A Workplace, gone afterwards. Raises Refused where another run has it, or where it is not this module's."""
    work = Workplace(dest)
    handle = claim(work)
    try:
        try:
            yield work
        finally:
            work.bring_back()
            shutil.rmtree(work.path, ignore_errors=True)
    finally:
        os.close(handle)


def claim(work: Workplace) -> int:
    """The handle that holds the lock of the folder, which bears the mark."""
    while True:
        check_workplace(work.dest)
        handle = open_own_folder(work.path)
        try:
            if not try_to_lock(handle):
                raise Refused(f"Another run is fetching to {readable(work.dest)} right now.")
            if is_still_there(work.path, handle):
                check_workplace(work.dest)
                mark(work.path)
                return handle
        except BaseException:
            os.close(handle)
            raise
        # The run that had it took it away meanwhile.
        os.close(handle)


def is_still_there(path: str, handle: int) -> bool:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(handle))


def mark(path: str) -> None:
    try:
        os.close(create_file(os.path.join(path, MARK)))
    except FileExistsError:
        return
