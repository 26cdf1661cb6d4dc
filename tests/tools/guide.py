# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/cluster-config.md anew: what its commands print, and the reference; see tests/matrix/guide.py."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

# It makes the collection importable.
importlib.import_module("tests.conftest")
guide = importlib.import_module("tests.matrix.guide")

with tempfile.TemporaryDirectory() as folder:
    guide.PAGE.write_text(guide.run(guide.PAGE.read_text("utf-8"), Path(folder)), "utf-8")
