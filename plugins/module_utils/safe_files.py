# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opening and writing files where others may have put something: no link is followed, no stranger's file is touched.

Whatever is refused is an UnsafePlace, an OSError whose ``strerror`` completes the sentence "… cannot be used: it …", so
that callers report it as they report a full disk.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PRIVATE = 0o600
# The umask takes its part from it.
SHARED = 0o666
PRIVATE_FOLDER = 0o700
# A pipe would wait for its other end, a terminal would become that of the process.
CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# Some file systems know no locks.
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class UnsafePlace(OSError):
    """What is at a path is a link, no plain file (or folder), or somebody else's."""


def readable(path: str) -> str:
    """A path for messages: as it is, or quoted where it holds what is not printable, such as line ends."""
    return path if path.isprintable() else ascii(path)


def read_file(path: str, most: int, private: bool = False) -> bytes:
    """The content of a plain file.

    :param most: bytes that are read at most; a larger file raises UnsafePlace.
    :param private: raise UnsafePlace where the file is not the caller's, or others may read it.
    :raises OSError: also FileNotFoundError.
    """
    handle = open_plain(path, os.O_RDONLY)
    with open(handle, "rb") as file:
        if private:
            demand_private(handle, path)
        content = file.read(most + 1)
    if len(content) > most:
        raise UnsafePlace(errno.EFBIG, f"it has more than {most} bytes", path)
    return content


def open_to_append(path: str) -> int:
    """A handle to a plain file of the caller's own, which is made where there is none. Only the owner may read it.

    The handle can be read too, which shows how the file ends. A device such as C(/dev/null) is taken as it is.
    """
    handle = open_careful(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE)
    try:
        kind = os.fstat(handle).st_mode
        if stat.S_ISREG(kind):
            demand_own(handle, path)
            os.fchmod(handle, PRIVATE)
        elif not stat.S_ISCHR(kind):
            raise no_file(path)
    except BaseException:
        os.close(handle)
        raise
    return handle


def create_file(path: str, mode: int = PRIVATE) -> int:
    """A handle to a file that was not there before. Raises FileExistsError, for a link too."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | CAREFUL, mode)
    if mode == PRIVATE:
        os.fchmod(handle, mode)
    return handle


def replace_file(path: str, content: bytes, mode: int = PRIVATE) -> None:
    """Give a file this content at once: whoever reads it sees the old or the new one as a whole.

    A link at ``path`` is replaced, not followed. Where the content cannot be written, all stays as it was.
    """
    partial = os.path.join(os.path.dirname(path), f".{os.path.basename(path)[:100]}.{secrets.token_hex(8)}")
    handle = create_file(partial, mode)
    try:
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise
    settle_folder(os.path.dirname(path))


def open_own_folder(path: str) -> int:
    """A handle to a folder of the caller's own, which is made, for the caller alone, where there is none.

    :raises UnsafePlace: for a link, a file, or somebody else's folder.
    """
    with suppress(FileExistsError):
        os.mkdir(path, PRIVATE_FOLDER)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | CAREFUL)
    except OSError as error:
        if os.path.islink(path):
            raise link_at(path) from error
        if error.errno == errno.ENOTDIR:
            raise UnsafePlace(errno.ENOTDIR, "it is no folder", path) from error
        raise
    try:
        demand_own(handle, path)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def locked_file(path: str) -> Iterator[None]:
    """Hold the lock of a file, which is made where there is none, and wait for it as long as another process has it.

    On file systems without locks nothing is held.
    """
    handle = open_to_append(path)
    try:
        lock(handle)
        yield
    finally:
        os.close(handle)


def lock(handle: int) -> None:
    """Wait for the lock of a handle. It ends with ``unlock``, or as the handle is closed."""
    set_lock(handle, fcntl.LOCK_EX)


def try_to_lock(handle: int) -> bool:
    """Whether the lock of a handle could be had at once."""
    try:
        set_lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(handle: int) -> None:
    set_lock(handle, fcntl.LOCK_UN)


def set_lock(handle: int, operation: int) -> None:
    try:
        fcntl.flock(handle, operation)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise


def write_all(handle: int, content: bytes) -> None:
    """Write to the end: one call may write a part only."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def settle_folder(path: str) -> None:
    """The names of a folder on the disk. Not every file system can do that, and none needs more than was asked."""
    with suppress(OSError):
        handle = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_plain(path: str, flags: int) -> int:
    """A handle to a plain file that is there."""
    handle = open_careful(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise no_file(path)
    return handle


def open_careful(path: str, flags: int, mode: int = PRIVATE) -> int:
    """A handle, not through a link, and without waiting for the other end of a pipe."""
    try:
        return os.open(path, flags | CAREFUL, mode)
    except OSError as error:
        if error.errno == errno.ELOOP and os.path.islink(path):
            raise link_at(path) from error
        if error.errno in (errno.ENXIO, errno.EISDIR):
            raise no_file(path) from error
        raise


def link_at(path: str) -> UnsafePlace:
    return UnsafePlace(errno.ELOOP, "it is a link, and links are not followed", path)


def no_file(path: str) -> UnsafePlace:
    return UnsafePlace(errno.EINVAL, "it is no plain file", path)


def demand_own(handle: int, path: str) -> None:
    """Raise UnsafePlace for what belongs to another user."""
    if os.fstat(handle).st_uid != os.geteuid():
        raise UnsafePlace(errno.EPERM, "it belongs to another user", path)


def demand_private(handle: int, path: str) -> None:
    """Raise UnsafePlace for what is not the caller's, or what others may read or change."""
    demand_own(handle, path)
    if os.fstat(handle).st_mode & 0o077:
        raise UnsafePlace(errno.EPERM, "others may read or change it", path)
