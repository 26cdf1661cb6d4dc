# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the get-pip script that ansible-test downloads: installs pip from the wheel that came with Python.

ansible-test looks for the script in its cache before it downloads; the Makefile puts this file there.
"""

from __future__ import annotations

import ensurepip
import runpy
import sys
from pathlib import Path

# Debian takes the wheels out of the ensurepip package.
FOLDERS = (Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels"))
# Options of the script that the pip command does not know.
SCRIPT_ONLY = {"--no-setuptools", "--no-wheel"}

wheels = [wheel for folder in FOLDERS for wheel in sorted(folder.glob("pip-*.whl"))]
if not wheels:
    sys.exit(f"no pip wheel in {' or '.join(map(str, FOLDERS))}")
sys.path.insert(0, str(wheels[0]))
sys.argv = ["pip", "install", *(argument for argument in sys.argv[1:] if argument not in SCRIPT_ONLY)]
runpy.run_module("pip", run_name="__main__")
