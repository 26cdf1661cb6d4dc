# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives and checkpoints for the tests of fetching."""

from __future__ import annotations

import io
import tarfile
import zipfile
from contextlib import contextmanager

from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.archives import Allowance
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.coming import Coming

UUID = "1387bb1c-bd0c-41bf-ad13-f191e3174576"
FILES = {"model.pt": b"m" * 3000, "state/deep/optimizer.pt": b"o" * 70000, "empty": b""}
SIZES = {name: len(data) for name, data in FILES.items()}


def entry(name, **more):
    made = tarfile.TarInfo(name)
    for key, one in more.items():
        setattr(made, key, one)
    return made


def tar(files=None, entries=(), mode="w", **options):
    """A tar archive of files, {name: bytes}, and then of bare headers."""
    files = FILES if files is None else files
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:
        for name, data in files.items():
            archive.addfile(entry(name, size=len(data)), io.BytesIO(data))
        for one in entries:
            archive.addfile(one)
    return buffer.getvalue()


def packed(form, files=None):
    files = FILES if files is None else files
    if form != "zip":
        return tar(files, mode="w:gz" if form == "tgz" else "w")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def sparse(name, size):
    """The header of a member of the old GNU kind that is said to have ``size`` bytes, and has none."""
    block = bytearray(entry(name, type=tarfile.GNUTYPE_SPARSE).tobuf(tarfile.GNU_FORMAT))
    block[386:398] = block[398:410] = b"00000000000\0"
    block[483:495] = b"%011o\0" % size
    return signed(block)


def signed(block):
    """A header with its checksum."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def pieces(data, size=1000):
    return iter([data[start : start + size] for start in range(0, len(data), size)])


def coming(data, expected=None, said=None, sizes=None):
    most = Allowance(SIZES if sizes is None else sizes).archive()
    return Coming(expected, pieces(data), most, len(data), (said if said is not None else []).append)


def below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Call:
    """A call whose master sends these answers, one an attempt."""

    def __init__(self, answers, attempts=1):
        self.answers = list(answers)
        self.params = {"attempts": attempts}
        self.client = self
        self.said = []
        self.say = self.said.append
        self.asked = []

    @contextmanager
    def download(self, path, accept):
        self.asked.append((path, accept))
        data, length = self.answers.pop(0)
        yield length, pieces(data)


def whole(form, files=None):
    data = packed("tar" if form == "folder" else form, files)
    return data, len(data)
