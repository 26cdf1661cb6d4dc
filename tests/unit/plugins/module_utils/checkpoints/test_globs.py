# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patterns of files in checkpoints: what the plan says goes, what the emulator takes, and what a real folder loses."""

from __future__ import annotations

import fnmatch
import glob
import shutil
from pathlib import Path

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints import globs as planned
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.globs import effective, matching
from hypothesis import given
from hypothesis import strategies as st

from emulator import globs

FILES = [
    "model.pt",
    "optimizer.pt",
    ".hidden",
    "state/",
    "state/optimizer.pt",
    "state/.note",
    "state/deep/",
    "state/deep/optimizer-1.pt",
    "state/deep/er/",
    "state/deep/er/x",
    ".cache/",
    ".cache/optimizer.pt",
    "a[1].pt",
]
PATTERNS = [
    "**/optimizer*",
    "optimizer*",
    "*/optimizer*",
    "*",
    "*.pt",
    "**",
    "**/",
    "**/*.pt",
    "state",
    "state/",
    "state/*",
    "state/**",
    "state/**/x",
    "state/**/deep/**",
    "model.pt/",
    "**/deep",
    "**/**/x",
    "**/x/",
    ".*",
    "**/.*",
    ".cache/*",
    "st**e/opt*",
    "**optimizer*",
    "?odel.pt",
    "[mo]*.pt",
    "[!m]*.pt",
    "a[[]1].pt",
    "a[1].pt",
    "state//deep/./er",
    " *.pt ",
    "/model.pt",
    "nothing",
    "State/*",
    "*/",
]


def left_on_disk(folder: Path, pattern: str) -> set[str]:
    """What is left where all that Python's glob finds in a folder of FILES is removed."""
    for name in FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(exist_ok=True) if name.endswith("/") else path.touch()
    for found in map(Path, glob.glob(f"{folder}/{pattern.strip()}", recursive=True)):
        if found.is_dir():
            shutil.rmtree(found)
        elif found.exists():
            found.unlink()
    return {name for name in FILES if (folder / name).exists()}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_plan_and_emulator_do_as_a_folder_does(pattern, tmp_path):
    left = left_on_disk(tmp_path / "checkpoint", pattern)
    files = dict.fromkeys(FILES, 1)
    assert set(files) - set(matching(files, [pattern])) == left
    assert set(globs.kept(files, [pattern])) == left


def test_everything_is_everything():
    files = dict.fromkeys(FILES, 1)
    assert matching(files, ["x", "**/*"]) == files
    assert globs.kept(files, ["x", "**/*"]) == {}
    assert effective(["x", "**"]) == ["**/*"]
    assert effective(["**/x"]) == ["**/x"]
    assert matching(files, []) == matching(files, None) == {}


@pytest.mark.parametrize("depth", [10, 100, 1000])
@pytest.mark.parametrize("stars", [1, 4, 16, 64])
@pytest.mark.parametrize("last", ["*.pt", "none", "**/x/**/y"])
def test_steps_grow_with_the_depth_and_the_parts_alone(monkeypatch, depth, stars, last):
    steps = []
    fits = planned.fits
    monkeypatch.setattr(planned, "fits", lambda name, part: steps.append(1) or fits(name, part))
    path = "/".join(["d"] * depth + ["weights.bin"])
    pattern = "/".join(["**"] * stars + [last])
    assert matching({path: 1}, [pattern]) == {}
    assert len(steps) <= (depth + 1) * (stars + last.count("/") + 1)


@pytest.mark.parametrize("length", [10, 100, 255])
@pytest.mark.parametrize("stars", [1, 8, 60])
def test_steps_within_a_name(monkeypatch, length, stars):
    steps = []
    is_sign = planned.is_sign
    monkeypatch.setattr(planned, "is_sign", lambda sign, wanted: steps.append(1) or is_sign(sign, wanted))
    assert matching({"a" * length: 1}, ["*a" * stars + "*b"]) == {}
    assert len(steps) <= length * (2 * stars + 2)


@given(st.text("ab.[]!-*?", max_size=12), st.text("ab.[]!-*?", max_size=8))
def test_a_name_fits_as_fnmatch_says(name, part):
    hidden = name.startswith(".") and not part.startswith(".")
    assert planned.fits(name, part) == (fnmatch.fnmatchcase(name, part) and not hidden)


@given(
    st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=5).map("/".join),
    st.lists(st.sampled_from(["a", "b", "*", "**", "a*", "?"]), min_size=1, max_size=6).map("/".join),
)
def test_a_path_fits_as_the_pattern_is_read(path, pattern):
    """Against the plain reading: each way to share the names among the stars is tried."""

    def reads(wanted, folders, names):
        if not wanted:
            return bool(names) or not folders
        if wanted[0] == "**" and reads(wanted[1:], folders, names):
            return True
        if not names or not fnmatch.fnmatchcase(names[0], wanted[0]):
            return False
        return reads(wanted if wanted[0] == "**" else wanted[1:], folders, names[1:])

    wanted, folders = planned.parts(pattern)
    assert planned.reaches(wanted, folders, path.split("/")) == reads(wanted, folders, path.split("/"))
