# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The size of packed files, against sizes that the master's compression gave."""

from __future__ import annotations

import zlib

import pytest

from emulator.areas.files import _tar
from emulator.deflate_size import gzip_size


def row(path: str, content: bytes = b"", *, is_dir: bool = False) -> dict:
    return {"path": path, "content": content, "is_dir": is_dir, "mode": 0o755 if is_dir else 0o644, "modified": 0}


def test_recorded_files():
    files = [row("train.py", b"print(1)\n"), row("lib", is_dir=True), row("lib/util.py", b"print(1)\n")]
    assert gzip_size(_tar(files)) == 161


@pytest.mark.parametrize(("data", "size"), [(b"a", 25), (b"abc" * 5, 29), (bytes(1000), 32)])
def test_small_data(data, size):
    assert gzip_size(data) == size


def test_noise_is_stored_as_it_is():
    noise = b"".join(zlib.crc32(str(n).encode()).to_bytes(4, "big") for n in range(1_000))
    assert gzip_size(noise) == len(noise) + 28


def test_text_shrinks_about_as_with_zlib():
    text = " ".join(str(n * n) for n in range(3_000)).encode()
    assert gzip_size(text) == pytest.approx(len(zlib.compress(text)), rel=0.03)
