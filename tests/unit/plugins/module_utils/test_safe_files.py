# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in places where others may have put something: links, pipes, folders, strangers' files."""

from __future__ import annotations

import os
import socket
import stat
import threading

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils import safe_files
from ansible_collections.determined_ai.determined.plugins.module_utils.safe_files import UnsafePlace


@pytest.fixture(autouse=True)
def everybody_may():
    """The widest umask, under which what is private is so by its own doing."""
    before = os.umask(0)
    yield
    os.umask(before)


def link(path):
    (path.parent / "precious").write_bytes(b"precious")
    path.symlink_to("precious")


def dangling(path):
    path.symlink_to("precious")


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)


def bound_socket(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


BAD_PLACES = [link, dangling, folder, pipe, bound_socket]
USES = {
    "read": lambda path: safe_files.read_file(path, 100),
    "append": safe_files.open_to_append,
    "create": safe_files.create_file,
    "lock": lambda path: safe_files.locked_file(path).__enter__(),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("make", BAD_PLACES)
def test_what_is_no_plain_file(tmp_path, make, use):
    path = tmp_path / "place"
    make(path)
    before = os.lstat(path)
    with pytest.raises(OSError, match="place"):
        use(str(path))
    assert os.lstat(path).st_mode == before.st_mode
    assert make is not link or (tmp_path / "precious").read_bytes() == b"precious"
    assert make is not dangling or not (tmp_path / "precious").exists()


@pytest.mark.parametrize(("make", "said"), [(link, "is a link"), (pipe, "no plain file"), (folder, "no plain file")])
def test_the_error_says_what_is_there(tmp_path, make, said):
    make(tmp_path / "place")
    for use in (USES["read"], USES["append"]):
        with pytest.raises(UnsafePlace) as error:
            use(str(tmp_path / "place"))
        assert said in error.value.strerror


@pytest.mark.parametrize("use", ["append", "lock"])
def test_a_strangers_file(tmp_path, monkeypatch, use):
    path = tmp_path / "place"
    path.write_bytes(b"theirs")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafePlace, match="another user"):
        USES[use](str(path))
    assert path.read_bytes() == b"theirs"


def test_what_is_appended_to_is_private(tmp_path):
    path = tmp_path / "place"
    path.write_bytes(b"1")
    path.chmod(0o644)
    handle = safe_files.open_to_append(str(path))
    safe_files.write_all(handle, b"2")
    assert os.pread(handle, 10, 0) == b"12"
    os.close(handle)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_device_is_appended_to_as_it_is():
    before = os.stat("/dev/null").st_mode
    handle = safe_files.open_to_append("/dev/null")
    safe_files.write_all(handle, b"2")
    os.close(handle)
    assert os.stat("/dev/null").st_mode == before


@pytest.mark.parametrize("mode", [safe_files.PRIVATE, safe_files.SHARED])
def test_made_and_replaced(tmp_path, mode):
    path = str(tmp_path / "place")
    for content in (b"first", b"", b"x" * 100000):
        safe_files.replace_file(path, content, mode)
        assert safe_files.read_file(path, 100000) == content
        assert stat.S_IMODE(os.stat(path).st_mode) == mode
    assert os.listdir(tmp_path) == ["place"]


def test_a_link_is_replaced_and_not_followed(tmp_path):
    link(tmp_path / "place")
    safe_files.replace_file(str(tmp_path / "place"), b"new")
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert (tmp_path / "place").read_bytes() == b"new"


def test_what_cannot_be_written_leaves_the_old(tmp_path, monkeypatch):
    path = tmp_path / "place"
    path.write_bytes(b"old")

    def fails(handle):
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        safe_files.replace_file(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["place"]


def test_long_names_are_replaced_too(tmp_path):
    path = str(tmp_path / ("n" * 255))
    safe_files.replace_file(path, b"1")
    assert safe_files.read_file(path, 1) == b"1"


def test_too_large_to_read(tmp_path):
    (tmp_path / "place").write_bytes(b"12345")
    assert safe_files.read_file(str(tmp_path / "place"), 5) == b"12345"
    with pytest.raises(UnsafePlace, match="more than 4 bytes"):
        safe_files.read_file(str(tmp_path / "place"), 4)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_what_must_be_private_and_is_not(tmp_path, mode):
    path = tmp_path / "place"
    path.write_bytes(b"token")
    path.chmod(0o400)
    assert safe_files.read_file(str(path), 10, private=True) == b"token"
    path.chmod(mode)
    with pytest.raises(UnsafePlace, match="others may read or change it"):
        safe_files.read_file(str(path), 10, private=True)


def test_own_folder(tmp_path):
    path = tmp_path / "place"
    for _again in range(2):
        os.close(safe_files.open_own_folder(str(path)))
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize("make", [link, dangling, pipe])
def test_no_folder_of_ones_own(tmp_path, make):
    make(tmp_path / "place")
    with pytest.raises(UnsafePlace):
        safe_files.open_own_folder(str(tmp_path / "place"))


def test_a_strangers_folder(tmp_path, monkeypatch):
    folder(tmp_path / "place")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafePlace, match="another user"):
        safe_files.open_own_folder(str(tmp_path / "place"))


def test_a_lock_is_held_by_one_at_a_time(tmp_path):
    path, order = str(tmp_path / "lock"), []
    waits = threading.Event()

    def second():
        waits.set()
        with safe_files.locked_file(path):
            order.append("second")

    with safe_files.locked_file(path):
        thread = threading.Thread(target=second)
        thread.start()
        waits.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("path", ["/tmp/plain", "/tmp/größe ü"])
def test_a_plain_path_is_readable(path):
    assert safe_files.readable(path) == path


@pytest.mark.parametrize("path", ["a\nb", "a\u2028b", "caf\udce9", "\x1b[31m", "a\rb"])
def test_an_odd_path_is_quoted(path):
    assert safe_files.readable(path).isascii()
    assert safe_files.readable(path).isprintable()
