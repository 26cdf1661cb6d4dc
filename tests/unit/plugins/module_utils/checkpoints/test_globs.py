# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patterns of files in checkpoints: what the plan says goes, what the emulator takes, and what a real folder loses."""

from __future__ import annotations

import glob
import shutil
from pathlib import Path

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.globs import effective, matching

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
