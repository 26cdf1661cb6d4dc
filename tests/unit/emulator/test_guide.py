# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests that docs/emulator.md shows run when they are copied."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# Without the settings of this clone, in which the temporary folder may lie.
PYTEST = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider"]


def test_the_tests_of_the_guide(tmp_path):
    shown = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "emulator.md").read_text(), re.DOTALL | re.MULTILINE)
    (tmp_path / "test_copied.py").write_text("\n\n".join(shown))
    done = subprocess.run(
        [*PYTEST, "test_copied.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert f"{''.join(shown).count('def test_')} passed" in done.stdout
