# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of antsibull-nox.toml, as other collections have them: nox --list."""

from __future__ import annotations

import antsibull_nox
import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.envdir = ".cache/nox"
antsibull_nox.load_antsibull_nox_toml()
