# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine's own Chromium."""

from __future__ import annotations

import os
import shutil
import sys

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")


def launched(playwright: Playwright) -> Browser:
    """A browser of the PATH, or that which CHROMIUM names; ends the program where there is none."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sys.exit("No Chromium here; on Debian: apt install chromium")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
