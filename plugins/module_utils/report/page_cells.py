# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as the page of a report shows them: with thousands apart, not too long, in a colour that means one thing."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import quote

from ..model.web import PAGES, is_page
from .cells import cell, is_number, readable_bytes

# A name or an error text may have any length; the files hold all of it.
LONGEST = 400
# Numbers that count nothing, so that their thousands are not set apart.
NO_COUNT = re.compile(r"(^|[._])(ids?|uuid|version|uid|gid|port|priority)$")
# What is coloured by what it says. Each colour has one meaning on the whole page.
SAYS = re.compile(r"(^|[._])(state|states|use|severity|result)$")
TONES = {
    "error": ("error", "failed", "delete_failed", "off", "disabled", "critical", "unreachable"),
    "wait": ("paused", "queued", "pulling", "starting", "waiting", "draining", "warning", "stopping_paused"),
    "busy": ("active", "running", "used"),
    "good": ("completed", "ok", "maintained"),
    "idle": ("idle", "free"),
    "stop": ("canceled", "deleting", "terminating", "terminated"),
}
TONE = {word: tone for tone, words in TONES.items() for word in words}


def page_text(key: str, value: Any) -> str:
    """A value as one line of text. The key says what a number counts."""
    if is_number(value) and math.isfinite(value) and not key.endswith("bytes") and not NO_COUNT.search(key):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    text = cell(key, value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def grouped(value: float) -> str:
    """A number with its thousands apart, and with no more decimals than anybody reads."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:,.2f}"


def counted(key: str, value: float) -> str:
    """A figure for a tile or a bar."""
    return readable_bytes(value) if key.endswith("bytes") else grouped(value)


def tone_of(key: str, value: Any) -> str:
    """The name of the colour that a state, a use or a severity has; empty for what has none."""
    if not SAYS.search(key) or not isinstance(value, str):
        return ""
    word = cell(key, value).lower()
    return TONE.get(word) or ("stop" if word.startswith("stopping") else "")


def link_of(row: dict[str, Any], column: str, value: Any, first: str, master: str) -> str:
    """The address in the web UI that a value of a row leads to; empty where there is none.

    ``first``: the column that stands for the object itself, whose address is the row's ``url``. ``master``: the
    address of the master, for the ids of what the object belongs to.
    """
    if column == first:
        address = row.get("url")
        return address if is_page(address) else ""
    page = PAGES.get(column[: -len("_id")]) if column.endswith("_id") else None
    if not page or not master or value is None:
        return ""
    return master + page.format(quote(str(value), safe=""))
