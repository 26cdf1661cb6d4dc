# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an archive of a checkpoint holds: read safely, and never more than the master's record of its files says."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from .coming import PIECE, Broken, Unsafe

MIME = {"tar": "application/x-tar", "tgz": "application/gzip", "zip": "application/zip"}
# The storage holds a metadata.json that the record does not count; other files may have been put there by hand.
MORE_BYTES, MORE_ENTRIES = 16 << 20, 1000
# In an archive, for each file or folder: its header, padding to whole blocks, its name in up to four places.
BESIDE_AN_ENTRY, NAMES = 2048, 4
# tarfile reads what describes a member into the memory as a whole.
LARGEST_HEADER = 1 << 20
DEEPEST = 200
# What stands after the directory of a zip archive: a comment of 64 KiB at most, and where the directory is.
ZIP_END = 1 << 17
# What the libraries raise for archives that are damaged or made to harm.
DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, struct.error, gzip.BadGzipFile, EOFError, ValueError, IndexError,
    OverflowError, RecursionError, NotImplementedError,
)  # fmt: skip


class Readable(Protocol):
    """What can be read from."""

    def read(self, size: int) -> bytes: ...


class Allowance:
    """How much an archive may hold: the files of the master's record, and little besides.

    :param resources: {path: bytes} of the record; the path of a folder ends with a slash.
    :param more_bytes, more_entries: what it may hold that is not in the record, all where there is no record.
    """

    def __init__(
        self, resources: dict[str, int], more_bytes: int = MORE_BYTES, more_entries: int = MORE_ENTRIES
    ) -> None:
        self._more_bytes, self._more_entries = more_bytes, more_entries
        self._sizes = {path: size for path, size in resources.items() if not path.endswith("/")}
        self._known = sum(path.count("/") + 1 for path in resources)
        self._names = sum(len(path.encode("utf-8", "surrogatepass")) for path in resources)
        self._bytes = more_bytes
        self._entries = self._known + more_entries
        self.found: dict[str, int] = {}

    def content(self) -> int:
        """Bytes of the files."""
        return sum(self._sizes.values())

    def around(self) -> int:
        """Bytes that an archive may need for what is no content."""
        return (self._known + self._more_entries) * BESIDE_AN_ENTRY + NAMES * self._names

    def archive(self) -> int:
        """Bytes of the largest archive that is taken."""
        return self.content() + self.around() + self._more_bytes

    def take_file(self, name: str, size: int) -> str:
        """The path of a member, noted with its size. Raises Unsafe where it must not be there."""
        path = safe_name(name)
        self.take_entry()
        self._bytes -= max(0, size - self._sizes.get(path, 0))
        if size < 0 or self._bytes < 0:
            raise Unsafe(f"The archive holds more than the master's record says: {name!r} has {size} bytes.")
        if path in self.found:
            raise Unsafe(f"The archive holds {name!r} twice.")
        self.found[path] = size
        return path

    def take_folder(self, name: str) -> None:
        """A folder, which is not made for itself. Raises Unsafe where it must not be there."""
        self.take_entry()
        # The folder that all is in may stand in an archive too.
        if any(part not in ("", ".") for part in name.split("/")):
            safe_name(name)

    def take_entry(self) -> None:
        self._entries -= 1
        if self._entries < 0:
            raise Unsafe("The archive holds many more files or folders than the master's record says.")


def safe_name(name: str) -> str:
    """A member's path below the folder. Raises Unsafe for one that leads elsewhere or cannot stand in a list."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    strange = any(ord(sign) < 32 or sign in "\\\x7f" for sign in name)
    if name.startswith("/") or ".." in parts or strange or not 0 < len(parts) <= DEEPEST:
        raise Unsafe(f"The archive holds {name!r}, which does not stay in its folder or is no plain name.")
    return "/".join(parts)


class Headers:
    """The bytes of a tar archive. Raises Unsafe where there are too many at all, or too many between two files."""

    def __init__(self, source: Readable, most: int) -> None:
        self._source, self._most, self._count, self._until = source, most, 0, most

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._count += len(piece)
        if self._count > self._until:
            what = "It is larger than its files can need." if self._until == self._most else "It is no plain archive."
            raise Unsafe(f"The archive holds more than the master's record says. {what}")
        return piece

    def expect_header(self) -> None:
        """No more may be read from now on than describes one member."""
        self._until = min(self._most, self._count + PIECE + LARGEST_HEADER)

    def expect_content(self) -> None:
        self._until = self._most


@contextmanager
def damage_told() -> Iterator[None]:
    """Whatever the libraries make of a bad archive as Broken."""
    try:
        yield
    except DAMAGED as error:
        raise Broken(f"The archive breaks off or is damaged: {error}.") from error


def tar_files(source: Readable, allowance: Allowance) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(path, pieces) of each file of a tar archive as it comes. The pieces must be taken before the next file.

    :raises Unsafe: for anything but files and folders, and for what leads outside or is more than is allowed.
    :raises Broken: where it breaks off.
    """
    stream: Any = Headers(source, allowance.archive())
    stream.expect_header()
    with tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE, encoding="utf-8", errors="surrogateescape") as archive:
        for member in archive:
            if member.isdir():
                allowance.take_folder(member.name)
            elif not member.isreg() or member.issparse():
                raise Unsafe(f"The archive holds {member.name!r}, which is no plain file.")
            else:
                path = allowance.take_file(member.name, member.size)
                stream.expect_content()
                yield path, pieces(archive.extractfile(member), member)
            stream.expect_header()
    stream.expect_content()
    while stream.read(PIECE):
        pass


def pieces(source: IO[bytes] | None, member: tarfile.TarInfo) -> Iterator[bytes]:
    """The content of a member, all of it."""
    left = member.size
    while left > 0:
        piece = source.read(min(PIECE, left)) if source is not None else b""
        if not piece:
            raise Broken(f"The archive breaks off in {member.name!r}.")
        yield piece
        left -= len(piece)


def look_through_tar(source: Readable, allowance: Allowance) -> None:
    """Read a tar archive to its end and note what it holds."""
    for _path, content in tar_files(source, allowance):
        for _piece in content:
            pass


class ZipDirectory(io.FileIO):
    """A zip archive for its directory to be read. Raises Unsafe where that is larger than its files can need: zipfile
    takes it into the memory as a whole, and the number of its entries is what it says itself."""

    def __init__(self, path: str, most: int) -> None:
        super().__init__(path)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes | None:
        if size is not None and size > self._most + ZIP_END:
            raise Unsafe("The archive holds more than the master's record says. It is larger than its files can need.")
        return super().read(size)


def look_into_zip(path: str, allowance: Allowance) -> None:
    """Note what a zip archive on the disk holds, by its directory."""
    with damage_told(), ZipDirectory(path, allowance.around()) as file, zipfile.ZipFile(file) as archive:
        for one in archive.infolist():
            if one.is_dir():
                allowance.take_folder(one.filename)
            elif stat.S_IFMT(one.external_attr >> 16) not in (0, stat.S_IFREG):
                raise Unsafe(f"The archive holds {one.filename!r}, which is no plain file.")
            else:
                allowance.take_file(one.filename, one.file_size)
