# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that the workers of a play share, whatever the temporary folder is like."""

from __future__ import annotations

import errno
import os
import tempfile

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import Credentials
from ansible_collections.determined_ai.determined.plugins.plugin_utils.token_cache import TokenCache

ANA = Credentials(user="ana", password="pw")


def refusing(kind):
    opened = os.open

    def refuse(path, flags, mode=0o777, **more):
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(kind, os.strerror(kind), path)
        return opened(path, flags, mode, **more)

    return refuse


@pytest.mark.parametrize("kind", [None, errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL])
def test_a_file_without_a_name(monkeypatch, tmp_path, kind):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if kind is not None:
        monkeypatch.setattr(os, "open", refusing(kind))
    cache = TokenCache()
    entry = cache.entry("http://a", ANA)
    with entry.lock():
        entry.put("of-a")
    assert entry.get() == "of-a"
    assert cache.entry("http://b", ANA).get() is None
    assert list(tmp_path.iterdir()) == []


def test_no_folder_to_write_to(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    entry = TokenCache().entry("http://a", ANA)
    with entry.lock():
        entry.put("t")
    assert entry.get() is None


def test_tokens_of_many_masters():
    cache = TokenCache()
    entries = [cache.entry(f"http://c{number}", ANA) for number in range(600)]
    for number, entry in enumerate(entries):
        with entry.lock():
            entry.put(f"token-{number}-" + "x" * 300)
    assert [entry.get().split("-")[1] for entry in entries] == [str(number) for number in range(600)]


def test_a_full_folder(monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "no space left")

    entry = TokenCache().entry("http://a", ANA)
    entry.put("first")
    monkeypatch.setattr(os, "pwrite", full)
    entry.put("second")
    assert entry.get() is None
