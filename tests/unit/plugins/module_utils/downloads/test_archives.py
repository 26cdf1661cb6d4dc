# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives that are not what they should be: damaged, leading outside, larger than the master's record."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from contextlib import nullcontext

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads import archives, storing
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads import coming as comings
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.archives import Allowance
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.coming import Broken, Unsafe
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Unreachable

from tests.unit.plugins.module_utils.checkpoints.made import (
    FILES,
    SIZES,
    below,
    coming,
    entry,
    packed,
    signed,
    sparse,
    tar,
)  # fmt: skip

MIB = 1 << 20
FORMS = ("tar", "tgz", "zip")


@pytest.mark.parametrize("size", [1, 999, 1000, 1001, 1 << 20])
def test_pieces_are_read_as_a_file(size):
    data = bytes(range(256)) * 20
    stream = coming(data, len(data))
    assert b"".join(iter(lambda: stream.read(size), b"")) == data
    stream.finish()
    assert stream.count == len(data)


def test_fewer_bytes_than_told():
    with pytest.raises(Broken, match="5 of 6 bytes"):
        coming(b"12345", 6).finish()


def test_progress_is_said(monkeypatch):
    monkeypatch.setattr(comings, "SAY_EVERY", 0)
    said = []
    coming(b"x" * 2500, said=said).finish()
    assert said == ["0 of about 0 MiB"] * 3


def unpack(data, folder, sizes=None):
    sizes = SIZES if sizes is None else sizes
    return storing.unpack(coming(data, len(data), sizes=sizes), str(folder), Allowance(sizes))


def store(data, folder, form, sizes=None):
    """What is found in an archive that is stored as it is."""
    sizes = SIZES if sizes is None else sizes
    allowance, path = Allowance(sizes), str(folder / "archive")
    digest = storing.store(coming(data, len(data), sizes=sizes), path, form, allowance)
    assert digest == storing.file_digest(path)
    assert (folder / "archive").read_bytes() == data
    return allowance.found


def test_unpacked(tmp_path):
    digests = unpack(tar(entries=[entry("state", type=tarfile.DIRTYPE)]), tmp_path)
    assert below(tmp_path) == FILES
    assert digests == {name: storing.file_digest(tmp_path / name) for name in FILES}


@pytest.mark.parametrize("form", FORMS)
def test_stored(tmp_path, form):
    assert store(packed(form), tmp_path, form) == SIZES


EVIL = {
    "above": [entry("../evil")],
    "above, inside": [entry("a/../../evil")],
    "from the root": [entry("/tmp/evil")],
    "a link": [entry("link", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [entry("link", type=tarfile.LNKTYPE, linkname="model.pt")],
    "a device": [entry("device", type=tarfile.CHRTYPE)],
    "a disk": [entry("device", type=tarfile.BLKTYPE)],
    "a pipe": [entry("pipe", type=tarfile.FIFOTYPE)],
    "an unknown kind": [entry("odd", type=b"Z")],
    "twice": [entry("model.pt")],
    "twice, spelled otherwise": [entry("./state//deep/optimizer.pt")],
    "a file as a folder": [entry("model.pt/inside")],
    "a line's end": [entry("a\nb")],
    "a terminal's command": [entry("a\x1b[31mb")],
    "a backslash": [entry("..\\evil")],
    "itself": [entry(".")],
    "too deep": [entry("a/" * 201 + "b")],
}


@pytest.mark.parametrize("entries", EVIL.values(), ids=EVIL)
def test_what_must_not_be_unpacked(tmp_path, entries):
    folder = tmp_path / "inside"
    folder.mkdir()
    with pytest.raises(Unsafe):
        unpack(tar(entries=entries), folder)
    assert set(below(tmp_path)) <= {f"inside/{name}" for name in FILES}


@pytest.mark.parametrize("form", ["tar", "tgz"])
@pytest.mark.parametrize("case", sorted(EVIL.keys() - {"a file as a folder"}))
def test_what_must_not_be_stored(tmp_path, case, form):
    data = tar(entries=EVIL[case], mode="w:gz" if form == "tgz" else "w")
    with pytest.raises(Unsafe):
        store(data, tmp_path, form)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a\nb", "model.pt"])
def test_a_zip_archive_that_must_not_be_stored(tmp_path, name):
    buffer = io.BytesIO(packed("zip"))
    expected = pytest.warns() if name in FILES else nullcontext()
    with expected, zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"")
    with pytest.raises(Unsafe):
        store(buffer.getvalue(), tmp_path, "zip")


FOLDERS = {"deep": ["a/" * 201], "above": ["../"], "many": [f"{number}/" for number in range(2000)]}


@pytest.mark.parametrize("names", FOLDERS.values(), ids=FOLDERS)
def test_folders_of_a_zip_archive(tmp_path, names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("./", "a/b/", *names):
            archive.mkdir(name)
    with pytest.raises(Unsafe):
        store(buffer.getvalue(), tmp_path, "zip")


@pytest.mark.parametrize(("count", "unsafe"), [(33, False), (40, True)])
def test_the_directory_of_a_zip_archive_is_no_larger_than_its_files_can_need(tmp_path, count, unsafe):
    """2 MiB for a record of one file; it is not read as a whole before that is known."""
    data = packed("zip", {f"{number:060000}": b"" for number in range(count)})
    with pytest.raises(Unsafe, match="larger than its files can need") if unsafe else nullcontext():
        assert len(store(data, tmp_path, "zip", {"a": 0})) == count


def test_a_link_in_a_zip_archive(tmp_path):
    buffer, link = io.BytesIO(), zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(Unsafe, match="no plain file"):
        store(buffer.getvalue(), tmp_path, "zip")


# What is larger than the record says


def zeros(size):
    return {"model.pt": bytes(size)}


RECORD = {"model.pt": 3}
LARGER = {
    "a file": tar(zeros(20 * MIB)),
    "a sparse file": sparse("model.pt", 1 << 40) + bytes(1024),
    "a sparse file of the right size": sparse("model.pt", 3) + bytes(1024),
    "another file": tar({"other": bytes(20 * MIB)}),
    "many other files": tar({f"other{number}": bytes(9 * MIB) for number in range(2)}),
    "many empty files": tar({f"other{number}": b"" for number in range(1100)}),
    "many folders": tar({}, [entry(f"folder{number}", type=tarfile.DIRTYPE) for number in range(2000)]),
    "what follows the end": tar(zeros(3)) + bytes(40 * MIB),
    "a name": tar({}, [entry("n" * (9 * MIB))], format=tarfile.GNU_FORMAT),
    "a header of a header": tar({}, [entry("x", pax_headers={"comment": "n" * (9 * MIB)})], format=tarfile.PAX_FORMAT),
    "a negative size": signed(bytearray(entry("x", size=-(1 << 20)).tobuf(tarfile.GNU_FORMAT))) + bytes(1024),
}


@pytest.mark.parametrize("data", LARGER.values(), ids=LARGER)
def test_more_than_the_record_says_is_not_unpacked(tmp_path, data):
    with pytest.raises(Unsafe):
        unpack(data, tmp_path, RECORD)
    assert sum(len(content) for content in below(tmp_path).values()) <= archives.MORE_BYTES + 3


@pytest.mark.parametrize("form", ["tar", "tgz"])
@pytest.mark.parametrize("data", LARGER.values(), ids=LARGER)
def test_more_than_the_record_says_is_not_stored(tmp_path, data, form):
    """Packed, 40 MiB of zeros are 40 KiB."""
    data = data if form == "tar" else gzip.compress(data, 1)
    with pytest.raises(Unsafe):
        store(data, tmp_path, form, RECORD)
    assert (not below(tmp_path)) or len(below(tmp_path)["archive"]) <= Allowance(RECORD).archive()


def test_a_zip_archive_with_more_than_the_record_says(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.pt", bytes(20 * MIB))
    with pytest.raises(Unsafe, match="more than the master's record says"):
        store(buffer.getvalue(), tmp_path, "zip", RECORD)


@pytest.mark.parametrize("expected", [1 << 40, None])
def test_an_answer_without_end(expected):
    """It is left as soon as too much is told, or has come."""
    most = Allowance(RECORD).archive()

    def endless():
        while True:
            yield bytes(MIB)

    taken = []
    with pytest.raises(Unsafe, match="more than its files can need"):
        comings.Coming(expected, (taken.append(1) or piece for piece in endless()), most, 1, print).finish()
    assert len(taken) <= most // MIB + 1
    assert bool(taken) == (expected is None)


def test_little_more_than_the_record_says_is_no_harm(tmp_path):
    """The file of metadata that the storage has besides, which no record counts."""
    data = tar({**FILES, "metadata.json": b"{}" * 1000}, [entry("state/deep", type=tarfile.DIRTYPE)])
    assert set(unpack(data, tmp_path)) == {*FILES, "metadata.json"}


@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_checkpoint_of_many_small_files(tmp_path, monkeypatch, layout):
    """What surrounds them is more than they are, and all that a record allows for."""
    monkeypatch.setattr(archives, "MORE_BYTES", 1 << 15)
    monkeypatch.setattr(archives, "MORE_ENTRIES", 0)
    longest = 90 if layout == tarfile.USTAR_FORMAT else 200
    files = {f"{'shard' * 10}/{number}/{'n' * (longest - 60)}": b"1" for number in range(200)}
    sizes = dict.fromkeys(files, 1)
    assert set(unpack(tar(files, format=layout), tmp_path, sizes)) == set(files)


# Names


@pytest.mark.parametrize("name", ["a\u2028b", "a\x85b", "caf\udce9", "größe", " a ", "-rf", "$(x)", "#a", "*"])
def test_odd_names_are_unpacked(tmp_path, name):
    data = tar({name: b"abc"}, format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape")
    assert list(unpack(data, tmp_path, {name: 3})) == [name]
    assert os.listdir(os.fsencode(tmp_path)) == [name.encode("utf-8", "surrogateescape")]


# Damage


@pytest.mark.parametrize("kept", [0.3, 0.9])
@pytest.mark.parametrize("form", FORMS)
def test_what_breaks_off_is_broken(tmp_path, kept, form):
    data = packed(form)
    with pytest.raises(Unreachable):
        store(data[: int(len(data) * kept)], tmp_path, form)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_what_breaks_off_is_not_unpacked(tmp_path, kept):
    data = tar()
    with pytest.raises(Unreachable):
        storing.unpack(coming(data[: int(len(data) * kept)], len(data)), str(tmp_path), Allowance(SIZES))


@pytest.mark.parametrize("form", ["tgz", "zip"])
def test_an_archive_without_its_end(tmp_path, form):
    with pytest.raises(Broken):
        store(packed(form)[:-30], tmp_path, form)


def pax(**headers):
    return tar({}, [entry("x", pax_headers=headers)], format=tarfile.PAX_FORMAT)


DAMAGED = {
    "noise": bytes(range(256)) * 8,
    "text": b"<html>" * 300,
    "a size that is none": pax(size="many"),
    "a negative size": pax(size="-5"),
    "a sparse map that is none": pax(**{"GNU.sparse.map": "a,b", "GNU.sparse.size": "3"}),
    "a sparse map without end": pax(**{"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}),
    "headers of headers": signed(bytearray(entry("x", type=tarfile.XHDTYPE).tobuf())) * 1500 + bytes(1024),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_damaged_archives(tmp_path, data):
    for act in (lambda: unpack(data, tmp_path, RECORD), lambda: store(data, tmp_path, "tar", RECORD)):
        try:
            act()
        except (Broken, Unsafe):
            continue
        # Some of these are read as a small file by some releases of Python.
        assert sum(len(content) for content in below(tmp_path).values()) < 20000
