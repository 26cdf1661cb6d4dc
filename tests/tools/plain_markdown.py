# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

r"""Makes the Markdown of antsibull-changelog readable as a text: it writes `\.` for each dot and `<code>` for code.

    plain_markdown.py FILE

A backslash stays where Markdown would see markup without it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Marks that mean nothing within a line. A dot or a dash after the beginning of a line would begin a list, see below.
HARMLESS = r"\\(?=[.,;:!?()\-/='\"+])"
LIST = re.compile(r"^(\s*\d+|\s*)\\([.\-+)])(?=\s)", re.MULTILINE)
CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)
KEPT = "\0"


def plain(text: str) -> str:
    """The same document without the escapes that it can do without."""
    text = CODE.sub(lambda found: f"`{unescaped(found[1])}`" if "`" not in found[1] else found[0], text)
    text = LIST.sub(rf"\1{KEPT}\2", text)
    text = re.sub(HARMLESS, "", text)
    # Within a word an underscore is a letter.
    text = re.sub(r"(?<=\w)\\_(?=\w)", "_", text)
    return text.replace(KEPT, "\\")


def unescaped(code: str) -> str:
    """What stands in code, where a backslash would be shown."""
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", code)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(plain(path.read_text(encoding="utf-8")), encoding="utf-8")
