# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetching: archives that are not what they should be, places that are taken, which checkpoint is the best."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from contextlib import contextmanager

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints import archives, fetch, fetched
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    NotFound,
    Refused,
    Unreachable,
)

UUID = "1387bb1c-bd0c-41bf-ad13-f191e3174576"
FILES = {"model.pt": b"m" * 3000, "state/deep/optimizer.pt": b"o" * 70000, "empty": b""}
SIZES = {name: len(data) for name, data in FILES.items()}


def entry(name, **more):
    made = tarfile.TarInfo(name)
    for key, one in more.items():
        setattr(made, key, one)
    return made


def tar(files=None, entries=(), mode="w"):
    files = FILES if files is None else files
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in files.items():
            archive.addfile(entry(name, size=len(data)), io.BytesIO(data))
        for one in entries:
            archive.addfile(one)
    return buffer.getvalue()


def packed(form):
    if form != "zip":
        return tar(mode="w:gz" if form == "tgz" else "w")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def pieces(data, size=1000):
    return iter([data[start : start + size] for start in range(0, len(data), size)])


def coming(data, expected=None, said=None):
    return archives.Coming(expected, pieces(data), len(data), (said if said is not None else []).append)


def below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [1, 999, 1000, 1001, 1 << 20])
def test_pieces_are_read_as_a_file(size):
    data = bytes(range(256)) * 20
    stream = coming(data, len(data))
    assert b"".join(iter(lambda: stream.read(size), b"")) == data
    stream.finish()
    assert stream.count == len(data)


def test_fewer_bytes_than_told():
    with pytest.raises(archives.Broken, match="5 of 6 bytes"):
        coming(b"12345", 6).finish()


def test_progress_is_said(monkeypatch):
    monkeypatch.setattr(archives, "SAY_EVERY", 0)
    said = []
    coming(b"x" * 2500, said=said).finish()
    assert said == ["0 of about 0 MiB"] * 3


def test_unpacked(tmp_path):
    digests = archives.unpack(coming(tar(entries=[entry("state", type=tarfile.DIRTYPE)])), str(tmp_path))
    assert below(tmp_path) == FILES
    assert digests == {name: archives.file_digest(tmp_path / name) for name in FILES}


EVIL = {
    "above": [entry("../evil")],
    "above, inside": [entry("a/../../evil")],
    "from the root": [entry("/tmp/evil")],
    "a link": [entry("link", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [entry("link", type=tarfile.LNKTYPE, linkname="model.pt")],
    "a device": [entry("device", type=tarfile.CHRTYPE)],
    "a pipe": [entry("pipe", type=tarfile.FIFOTYPE)],
    "twice": [entry("model.pt")],
    "a file as a folder": [entry("model.pt/inside")],
    "a line's end": [entry("a\nb")],
    "a backslash": [entry("..\\evil")],
    "itself": [entry(".")],
}


@pytest.mark.parametrize("entries", EVIL.values(), ids=EVIL)
def test_what_must_not_be_unpacked(tmp_path, entries):
    folder = tmp_path / "inside"
    folder.mkdir()
    with pytest.raises(archives.Unsafe):
        archives.unpack(coming(tar(entries=entries)), str(folder))
    assert set(below(tmp_path)) <= {f"inside/{name}" for name in FILES}


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_what_breaks_off_is_not_unpacked(tmp_path, kept):
    data = tar()
    with pytest.raises(Unreachable):
        archives.unpack(coming(data[: int(len(data) * kept)], len(data)), str(tmp_path))


@pytest.mark.parametrize("form", ["tar", "tgz", "zip"])
def test_contents(tmp_path, form):
    path = tmp_path / "archive"
    path.write_bytes(packed(form))
    assert archives.contents(str(path), form) == SIZES


@pytest.mark.parametrize("form", ["tgz", "zip"])
def test_contents_of_a_part(tmp_path, form):
    path = tmp_path / "archive"
    path.write_bytes(packed(form)[:-30])
    with pytest.raises(archives.Broken):
        archives.contents(str(path), form)


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


def whole(form):
    data = packed("tar" if form == "folder" else form)
    return data, len(data)


@pytest.mark.parametrize("form", fetch.FORMS)
def test_fetched_and_checked(tmp_path, form):
    dest = str(tmp_path / "there")
    call = Call([whole(form)])
    record, count = fetch.download(call, UUID, SIZES, form, dest)
    assert call.asked == [(f"/checkpoints/{UUID}", archives.MIME["tar" if form == "folder" else form])]
    assert count == whole(form)[1]
    assert fetched.read_record(dest) == record
    assert fetched.is_as_recorded(dest, record)
    assert sorted(os.listdir(tmp_path)) == ["there", "there.sha256"]
    subprocess.run(["sha256sum", "--check", "--strict", "there.sha256"], cwd=tmp_path, check=True, capture_output=True)
    file = tmp_path / "there" / "model.pt" if form == "folder" else tmp_path / "there"
    file.write_bytes(b"changed")
    assert not fetched.is_as_recorded(dest, record)
    file.unlink()
    assert not fetched.is_as_recorded(dest, record)


@pytest.mark.parametrize("form", fetch.FORMS)
def test_what_breaks_off_is_begun_anew(tmp_path, form):
    data, length = whole(form)
    call = Call([(data[: length // 2], length), (data, length)], attempts=2)
    fetch.download(call, UUID, SIZES, form, str(tmp_path / "there"))
    assert "begun anew" in call.said[0]


@pytest.mark.parametrize("form", fetch.FORMS)
def test_a_part_never_takes_the_place(tmp_path, form):
    dest = tmp_path / "there"
    fetch.download(Call([whole(form)]), UUID, SIZES, form, str(dest))
    before = below(tmp_path)
    data, length = whole(form)
    broken = Call([(data[: length // 2], length)] * 2, attempts=2)
    with pytest.raises(Unreachable):
        fetch.download(broken, "another", SIZES, form, str(dest))
    assert below(tmp_path) == before
    assert len(broken.asked) == 2


@pytest.mark.parametrize("form", fetch.FORMS)
def test_files_that_the_storage_lacks(tmp_path, form):
    with pytest.raises(fetch.Incomplete, match=r"2 files .* the first, gone: missing instead of 5 bytes"):
        fetch.download(Call([whole(form)]), UUID, {**SIZES, "gone": 5, "model.pt": 1}, form, str(tmp_path / "there"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    dest = tmp_path / "there"
    fetch.download(Call([whole("folder")]), UUID, SIZES, "folder", str(dest))
    other = tar({"other": b"1"})
    fetch.download(Call([(other, len(other))]), "other", {"other": 1}, "folder", str(dest))
    assert set(below(tmp_path)) == {"there/other", "there.sha256"}


def test_a_folder_that_cannot_be_replaced_comes_back(tmp_path, monkeypatch):
    dest, staged, work = tmp_path / "there", tmp_path / "work" / "there", tmp_path / "work"
    staged.mkdir(parents=True)
    dest.mkdir()
    (dest / "kept").write_bytes(b"1")
    rename = os.rename

    def fails_once(source, target):
        if source == str(staged):
            raise OSError("no")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fails_once)
    with pytest.raises(OSError, match="no"):
        fetch.put(str(staged), str(dest), str(work))
    assert below(tmp_path) == {"there/kept": b"1"}


def test_two_at_once(tmp_path):
    part = tmp_path / ".there.part"
    part.mkdir()
    handle = os.open(part, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(Refused, match="Another run"):
        fetch.download(Call([whole("tar")]), UUID, SIZES, "tar", str(tmp_path / "there"))
    os.close(handle)
    # What it left when it was killed is no hindrance.
    (part / "there").write_bytes(b"half")
    fetch.download(Call([whole("tar")]), UUID, SIZES, "tar", str(tmp_path / "there"))
    assert not part.exists()


def test_places(tmp_path):
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_bytes(b"mine")
    folder.mkdir()
    fetch.refuse(str(folder), "folder", None, False)
    (folder / "mine").write_bytes(b"")
    record = fetched.Record(UUID, "folder", {"folder/mine": "0" * 64})
    fetch.refuse(str(folder), "folder", record, False)
    fetch.refuse(str(folder), "folder", None, True)
    fetch.refuse(str(file), "tgz", None, True)
    fetch.refuse(str(tmp_path / "new"), "tgz", None, False)
    for dest, form in ((folder, "folder"), (file, "tgz")):
        with pytest.raises(Refused, match="not fetched"):
            fetch.refuse(str(dest), form, None, False)
    link = tmp_path / "link"
    link.symlink_to(folder)
    for dest, form in ((folder, "tgz"), (file, "folder"), (tmp_path / "no" / "where", "tgz"), (link, "folder")):
        with pytest.raises(BadOption):
            fetch.refuse(str(dest), form, None, True)


def test_space(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    fetch.demand_space(str(tmp_path / "there"), 1)
    with pytest.raises(Refused, match="are free"):
        fetch.demand_space(str(tmp_path / "there"), free * 2)


@pytest.mark.parametrize("text", ["", "nonsense", f"# checkpoint {UUID} as tar\nnonsense\n", "# checkpoint x as tar\n"])
def test_a_record_that_is_none(tmp_path, text):
    (tmp_path / "there.sha256").write_text(text)
    assert fetched.read_record(str(tmp_path / "there")) is None


def checkpoint(ident, metric, accuracy=None, smaller=True):
    return {
        "uuid": ident,
        "reportTime": ident,
        "training": {
            "searcherMetric": metric,
            "validationMetrics": {"avgMetrics": {"accuracy": accuracy} if accuracy is not None else None},
            "experimentConfig": {"searcher": {"smaller_is_better": smaller}},
        },
    }


ROWS = [checkpoint("a", 3, 0.1), checkpoint("b", 1, 0.9), checkpoint("c", None), checkpoint("d", 2)]


@pytest.mark.parametrize(
    ("rows", "name", "smaller", "found"),
    [
        (ROWS, None, None, "b"),
        (ROWS, None, False, "a"),
        (
            [dict(one, **checkpoint(one["uuid"], number, smaller=False)) for number, one in enumerate(ROWS)],
            None,
            None,
            "d",
        ),
        (ROWS, "accuracy", False, "b"),
        (ROWS, "accuracy", True, "a"),
    ],
)
def test_best(rows, name, smaller, found):
    assert fetch.best(rows, {"metric": name, "smaller_is_better": smaller}, "trial 1")["uuid"] == found


@pytest.mark.parametrize(("rows", "name"), [(ROWS, "other"), ([checkpoint("c", None)], None)])
def test_no_best(rows, name):
    with pytest.raises(NotFound, match="has a validation with"):
        fetch.best(rows, {"metric": name, "smaller_is_better": None}, "trial 1")
