# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetching: whole or not at all, places that are taken, which checkpoint is the best."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints import fetch, fetched
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.workplace import MARK, workplace
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads import archives
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    DeterminedError,
    NotFound,
    Refused,
    Unreachable,
)

from tests.unit.plugins.module_utils.checkpoints.made import SIZES, UUID, Call, below, tar, whole


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
    dest = tmp_path / "there"
    dest.mkdir()
    (dest / "kept").write_bytes(b"1")
    rename = os.rename

    def fails_once(source, target):
        if source.endswith("part/there"):
            raise OSError("no")
        rename(source, target)

    def replace():
        with workplace(str(dest)) as work:
            os.mkdir(os.path.join(work.path, "there"))
            work.put(os.path.join(work.path, "there"))

    monkeypatch.setattr(os, "rename", fails_once)
    with pytest.raises(OSError, match="no"):
        replace()
    assert below(tmp_path) == {"there/kept": b"1"}


def test_what_stood_aside_as_a_run_was_killed_comes_back(tmp_path):
    part = tmp_path / ".there.part"
    (part / ".old").mkdir(parents=True)
    (part / ".old" / "kept").write_bytes(b"1")
    (part / MARK).write_bytes(b"")
    data, length = whole("folder")
    with pytest.raises(Unreachable):
        fetch.download(Call([(data[:9000], length)]), UUID, SIZES, "folder", str(tmp_path / "there"))
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
    (part / MARK).write_bytes(b"")
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
        fetch.check_place(str(dest), form)
        with pytest.raises(Refused, match="not fetched"):
            fetch.refuse(str(dest), form, None, False)


def test_places_where_nothing_can_be_put(tmp_path):
    file, folder, link, pipe = (tmp_path / name for name in ("file", "folder", "link", "pipe"))
    file.write_bytes(b"mine")
    folder.mkdir()
    link.symlink_to(folder)
    os.mkfifo(pipe)
    nowhere = tmp_path / "no" / "where"
    for dest, form in (
        (folder, "tgz"),
        (file, "folder"),
        (nowhere, "tgz"),
        (link, "folder"),
        (pipe, "tar"),
        ("/", "tar"),
    ):
        with pytest.raises(BadOption):
            fetch.check_place(str(dest), form)


def test_links_in_a_folder_are_strangers(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "to a folder").symlink_to(tmp_path)
    (folder / "to nothing").symlink_to("nothing")
    assert fetched.strangers(str(folder), None) == ["to a folder", "to nothing"]


# Places beside dest


def own_file(path):
    path.write_bytes(b"mine")


def own_folder(path):
    path.mkdir()
    (path / "mine").write_bytes(b"mine")


def link_to_own(path):
    own_file(path.parent / "own")
    path.symlink_to("own")


def link_to_own_folder(path):
    own_folder(path.parent / "own")
    path.symlink_to("own")


BESIDE = {
    "a list of sums": ("there.sha256", own_file),
    "a link as list": ("there.sha256", link_to_own),
    "a folder as list": ("there.sha256", own_folder),
    "a file as work place": (".there.part", own_file),
    "a folder as work place": (".there.part", own_folder),
    "a link as work place": (".there.part", link_to_own),
    "a link to a folder as work place": (".there.part", link_to_own_folder),
}


@pytest.mark.parametrize("form", fetch.FORMS)
@pytest.mark.parametrize(("name", "make"), BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_dest_is_left_alone(tmp_path, name, make, form):
    make(tmp_path / name)
    before, dest = below(tmp_path), str(tmp_path / "there")

    def check():
        fetch.check_place(dest, form)
        fetch.refuse(dest, form, fetched.read_record(dest), False)

    with pytest.raises((BadOption, Refused), match=r"there\.sha256|\.there\.part"):
        check()
    assert below(tmp_path) == before
    assert before


@pytest.mark.parametrize(("name", "make"), [one for one in BESIDE.values() if one[0] == ".there.part"])
def test_what_comes_to_stand_beside_dest_later_is_left_alone(tmp_path, name, make):
    make(tmp_path / name)
    before = below(tmp_path)
    with pytest.raises(Refused, match=r"\.there\.part"):
        fetch.download(Call([whole("tar")]), UUID, SIZES, "tar", str(tmp_path / "there"))
    assert below(tmp_path) == before


def test_a_link_in_the_place_of_the_record_is_not_written_through(tmp_path):
    link_to_own(tmp_path / "there.sha256")
    fetch.download(Call([whole("tar")]), UUID, SIZES, "tar", str(tmp_path / "there"))
    assert (tmp_path / "own").read_bytes() == b"mine"
    assert fetched.read_record(str(tmp_path / "there")).form == "tar"


def test_a_list_of_sums_is_replaced_by_force(tmp_path):
    own_file(tmp_path / "there.sha256")
    fetch.refuse(str(tmp_path / "there"), "tar", None, True)


def test_space(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    fetch.demand_space(str(tmp_path / "there"), 1)
    with pytest.raises(Refused, match="are free"):
        fetch.demand_space(str(tmp_path / "there"), free * 2)


@pytest.mark.parametrize("text", ["", "nonsense", f"# checkpoint {UUID} as tar\nnonsense\n", "# checkpoint x as tar\n"])
def test_a_record_that_is_none(tmp_path, text):
    (tmp_path / "there.sha256").write_text(text)
    assert fetched.read_record(str(tmp_path / "there")) is None


NAMES = [
    "a\u2028b", "a\x85b", "caf\udce9", "a\nb", "a\rb", "a\\b", "a\\nb", "\\", "a\r", " a ", "größe", "#", "a  b",
]  # fmt: skip


@pytest.mark.parametrize("base", ["there", *NAMES])
def test_a_record_of_odd_names(tmp_path, base):
    """It is read as it was written, and by sha256sum."""
    dest = os.path.join(tmp_path, base)
    os.mkdir(dest)
    for name in NAMES:
        with open(os.path.join(dest, name), "wb") as file:
            file.write(name.encode("utf-8", "surrogateescape"))
    digests = {f"{base}/{name}": fetched.file_digest(os.path.join(dest, name)) for name in NAMES}
    record = fetched.Record(UUID, "folder", digests)
    fetched.write_record(dest, record)
    assert fetched.read_record(dest) == record
    assert fetched.is_as_recorded(dest, record)
    assert fetched.strangers(dest, record) == []
    listed = os.fsencode(os.path.basename(fetched.record_path(dest)))
    subprocess.run(["sha256sum", "--check", "--strict", "--", listed], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("path", ["other", "other/file", "../there", "/etc/passwd", "therefore"])
def test_a_record_of_another_place(tmp_path, path):
    """Such as one that was copied: it tells nothing of what stands here."""
    fetched.write_record(str(tmp_path / "there"), fetched.Record(UUID, "folder", {path: "0" * 64}))
    assert fetched.read_record(str(tmp_path / "there")) is None


def test_a_link_is_not_as_recorded(tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"1")
    (tmp_path / "there").symlink_to("elsewhere")
    record = fetched.Record(UUID, "tar", {"there": fetched.file_digest(str(tmp_path / "elsewhere"))})
    assert not fetched.is_as_recorded(str(tmp_path / "there"), record)


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


def test_nothing_is_fetched_to_where_it_cannot_be_put(tmp_path):
    """Before the master is asked for anything, and before check mode says that it will be done."""
    options = {"format": "folder", "dest": str(tmp_path / "no" / "dest")}
    for unmade in ((), ("experiment_id",)):
        call = SimpleNamespace(params=options, unmade=unmade, client=None)
        with pytest.raises(BadOption, match="there is no folder"):
            fetch.fetch_checkpoint(call)


def test_what_an_earlier_task_would_make_is_fetched_later(tmp_path):
    dest = str(tmp_path / "dest")
    call = SimpleNamespace(params={"format": "tgz", "dest": dest}, unmade=("experiment_id",))
    result = fetch.fetch_checkpoint(call)
    keys = ("uuid", "state", "experiment_id", "trial_id", "report_time", "bytes", "metadata", "searcher_metric")
    assert result.pop("checkpoint").keys() >= set(keys[:3])
    assert result == {
        "changed": True, "dest": dest, "files": None, "bytes": None, "downloaded_bytes": 0, "sha256": None,
        "record": dest + ".sha256", "requests": [],
        "diff": {"before": {}, "after": {"checkpoint": None, "format": "tgz"}},
    }  # fmt: skip


@pytest.mark.parametrize(("form", "around"), [("folder", False), ("tar", True)])
def test_how_much_space_is_asked_for(tmp_path, monkeypatch, form, around):
    asked = []
    found = {"uuid": UUID, "resources": SIZES, "state": "STATE_COMPLETED", "metadata": {}, "training": {}}
    monkeypatch.setattr(fetch, "find", lambda call: found)
    monkeypatch.setattr(fetch, "demand_space", lambda dest, needed: asked.append(needed))
    params = {"format": form, "dest": str(tmp_path / "dest"), "force": False}
    fetch.fetch_checkpoint(SimpleNamespace(params=params, unmade=(), client=None, check_mode=True))
    allowance = archives.Allowance(SIZES)
    assert asked == [allowance.content() + (allowance.around() if around else 0)]


@pytest.mark.parametrize("named", [True, False])
def test_a_disk_that_cannot_be_written(tmp_path, monkeypatch, named):
    dest = str(tmp_path / "dest")
    found = {"uuid": UUID, "resources": SIZES, "state": "STATE_COMPLETED", "metadata": {}, "training": {}}
    error = OSError(28, "No space left on device", *(["/other/part"] if named else []))

    def full(*_more):
        raise error

    monkeypatch.setattr(fetch, "find", lambda call: found)
    monkeypatch.setattr(fetch, "download", full)
    call = SimpleNamespace(params={"format": "tar", "dest": dest, "force": False}, unmade=(), check_mode=False)
    with pytest.raises(DeterminedError) as caught:
        fetch.fetch_checkpoint(call)
    place = "/other/part" if named else dest
    assert caught.value.msg == f"{place} cannot be written: No space left on device."
    assert caught.value.result()["failure"]["code"] == "disk"


def test_what_was_fetched_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    synced, sync = [], os.fsync

    def note(handle):
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    fetch.download(Call([whole("folder")]), UUID, SIZES, "folder", str(tmp_path / "dest"))
    below_it = {one.partition("/dest/")[2] for one in synced}
    assert set(SIZES) <= below_it
