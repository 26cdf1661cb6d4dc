# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An archive that comes, put on the disk as it is or unpacked, while it is looked at."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..safe_files import SHARED, create_file, open_plain
from .archives import Allowance, damage_told, look_into_zip, look_through_tar, tar_files
from .coming import PIECE, Coming, Copy, Unsafe


def store(coming: Coming, path: str, form: str, allowance: Allowance) -> str:
    """Write all that comes to a new file, and note in the allowance what is in it. Returns its SHA-256."""
    with open(create_file(path, SHARED), "wb") as file:
        copy: Any = Copy(coming, file)
        with damage_told():
            if form == "tar":
                look_through_tar(copy, allowance)
            elif form == "tgz":
                # Its end holds the checksum of what is packed, so it is read to the end.
                with gzip.GzipFile(fileobj=copy, mode="rb") as unpacked:
                    look_through_tar(unpacked, allowance)
        while copy.read(PIECE):
            pass
        coming.finish()
        settle(file)
    if form == "zip":
        look_into_zip(path, allowance)
    return str(copy.digest.hexdigest())


def unpack(coming: Coming, folder: str, allowance: Allowance) -> dict[str, str]:
    """Write the files of a tar archive that comes below ``folder``. Returns {path: SHA-256}.

    Nothing but files and folders is made, nothing outside, and no more than is allowed.
    """
    digests = {}
    with damage_told():
        for path, content in tar_files(coming, allowance):
            digests[path] = write_file(os.path.join(folder, path), content)
    coming.finish()
    return digests


def write_file(path: str, content: Iterator[bytes]) -> str:
    """Write a new file, and the folders above it. Returns its SHA-256."""
    digest = hashlib.sha256()
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = create_file(path, SHARED)
    except (FileExistsError, NotADirectoryError) as error:
        raise Unsafe(f"The archive holds {os.path.basename(path)!r} as a file and as a folder.") from error
    except UnicodeEncodeError as error:
        raise Unsafe(f"The archive holds {os.path.basename(path)!r}, which can be no name here.") from error
    with open(handle, "wb") as file:
        for piece in content:
            digest.update(piece)
            file.write(piece)
        settle(file)
    return digest.hexdigest()


def settle(file: BinaryIO) -> None:
    """On the disk before it gets its name."""
    file.flush()
    os.fsync(file.fileno())


def file_digest(path: str) -> str:
    """The SHA-256 of a plain file. Raises OSError, for a link too."""
    digest = hashlib.sha256()
    with open(open_plain(path, os.O_RDONLY), "rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()
