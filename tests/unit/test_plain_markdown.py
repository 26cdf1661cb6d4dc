# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "plain_markdown.py"
spec = importlib.util.spec_from_file_location("plain_markdown", TOOL)
plain_markdown = importlib.util.module_from_spec(spec)
spec.loader.exec_module(plain_markdown)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (r"v1\.0\.0\-rc\.1", "v1.0.0-rc.1"),
        (r"* det\_user \- new \(really\)\!", "* det_user - new (really)!"),
        (r"<code>idle\_reaper\_\*</code>\, <code>a &lt; b</code>", "`idle_reaper_*`, `a < b`"),
        # These would be markup.
        (r"\*no star\* \_no line\_ \`no code\`", r"\*no star\* \_no line\_ \`no code\`"),
        ("1\\. not a list\n\\- nor this", "1\\. not a list\n\\- nor this"),
        (r"<code>a ` b</code>", r"<code>a ` b</code>"),
    ],
)
def test_escapes_stay_only_where_they_are_needed(escaped, plain):
    assert plain_markdown.plain(escaped) == plain
