# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints as archives: read while they come, unpacked safely, and looked into."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import time
import zipfile
import zlib

from ..errors import DeterminedError, Unreachable

MIME = {"tar": "application/x-tar", "tgz": "application/gzip", "zip": "application/zip"}
PIECE = 1 << 20
SAY_EVERY = 5.0
MIB = 1 << 20


class Unsafe(DeterminedError):
    """An archive holds what must not be unpacked. Nothing of it is kept."""

    code = "unsafe_archive"


class Broken(Unreachable):
    """An archive that came does not end as it should; the next attempt may bring a whole one."""


class Coming:
    """An answer's pieces as a file to read from, counted, and told of now and then.

    :param expected: bytes, None where they are not told.
    :param about: bytes to compare with in what is said.
    """

    def __init__(self, expected, pieces, about, say):
        self.expected, self.count = expected, 0
        self._pieces, self._rest = pieces, b""
        self._about, self._say, self._said = about, say, time.monotonic()

    def read(self, size):
        """``size`` bytes, fewer at the end only."""
        parts, missing = [], size
        while missing > 0:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    break
                self._arrived(len(self._rest))
            parts.append(self._rest[:missing])
            self._rest = self._rest[missing:]
            missing -= len(parts[-1])
        return b"".join(parts)

    def _arrived(self, size):
        self.count += size
        now = time.monotonic()
        if now - self._said >= SAY_EVERY:
            self._said = now
            self._say(f"{self.count // MIB} of about {self._about // MIB} MiB")

    def finish(self):
        """Read what is left and see that it is all."""
        while self.read(PIECE):
            pass
        if self.expected is not None and self.count != self.expected:
            raise Broken(f"{self.count} of {self.expected} bytes came.")


def store(coming, path):
    """Write all that comes to a file. Returns its SHA-256."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        while True:
            piece = coming.read(PIECE)
            if not piece:
                break
            digest.update(piece)
            file.write(piece)
        coming.finish()
        settle(file)
    return digest.hexdigest()


def unpack(coming, folder):
    """Write the files of a tar archive that comes below ``folder``. Returns {path: SHA-256}.

    Nothing but files and folders is made, and nothing outside.
    """
    digests = {}
    try:
        with tarfile.open(fileobj=coming, mode="r|", bufsize=PIECE) as archive:
            for member in archive:
                name = safe_name(member.name)
                if member.isdir():
                    continue
                if not member.isreg():
                    raise Unsafe(f"The archive holds {member.name!r}, which is no file.")
                digests[name] = write_member(archive.extractfile(member), os.path.join(folder, name), member)
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise Broken(f"The archive breaks off or is damaged: {error}.") from error
    coming.finish()
    return digests


def write_member(source, path, member):
    digest, left = hashlib.sha256(), member.size
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except (FileExistsError, NotADirectoryError) as error:
        raise Unsafe(f"The archive holds {member.name!r} twice, or as a file and as a folder.") from error
    with open(handle, "wb") as file:
        while left > 0:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise Broken(f"The archive breaks off in {member.name!r}.")
            digest.update(piece)
            file.write(piece)
            left -= len(piece)
        settle(file)
    return digest.hexdigest()


def settle(file):
    """On the disk before it gets its name."""
    file.flush()
    os.fsync(file.fileno())


def safe_name(name):
    """A member's path below the folder. Raises Unsafe for one that leads elsewhere or cannot stand in a list."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    strange = any(ord(sign) < 32 or sign in "\\\x7f" for sign in name)
    if name.startswith("/") or ".." in parts or strange or not parts:
        raise Unsafe(f"The archive holds {name!r}, which does not stay in its folder or is no plain name.")
    return "/".join(parts)


def contents(path, form):
    """{path: bytes} of the files of an archive on the disk, which is read to its end where its form demands it."""
    try:
        if form == "zip":
            with zipfile.ZipFile(path) as archive:
                return {one.filename: one.file_size for one in archive.infolist() if not one.is_dir()}
        with gzip.open(path) if form == "tgz" else open(path, "rb") as file:
            with tarfile.open(fileobj=file, mode="r|" if form == "tgz" else "r:") as archive:
                found = {member.name: member.size for member in archive if member.isreg()}
            # The checksum of what is packed stands at its very end.
            while form == "tgz" and file.read(PIECE):
                pass
            return found
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Broken(f"The archive breaks off or is damaged: {error}.") from error


def file_digest(path):
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()
