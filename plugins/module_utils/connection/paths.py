# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts in the paths of requests: one becomes one segment and nothing else, and a path that is none is not sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from ..errors import BadOption, Refused

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LEFT_OVER = re.compile(r"[{}]")
NOT_SENT = re.compile(r"[\x00-\x20\x7f?#\\]")


def quote_segment(value: Any, option: str = "id", slashes: bool = False) -> str:
    """A text as one segment of a path. Raises BadOption, naming the option, for what would be another path.

    ``slashes``: send them quoted, and let the master say whether it takes them, as for a label.
    """
    text = str(value)
    problem = next(filter(None, map(why_no_segment, text.split("/") if slashes else [text])), None)
    if problem:
        raise BadOption(option, text, problem, "Give the id as the master shows it.")
    return quote(text, safe="")


def why_no_segment(text: str) -> str | None:
    """Why a text cannot be one segment of a path, as the end of a sentence; None where it can.

    The master answers 501 to a slash, quoted or not. One or two dots are taken out of a path on its way.
    """
    if not text.strip():
        return "must not be empty."
    if text in (".", ".."):
        return "is a step in a path, not an id."
    if "/" in text or not text.isprintable():
        return "holds a slash, or a sign that cannot be printed."
    return None


def demand_path(method: str, path: str) -> None:
    """Refuse a path that would not be the one that was meant: with a place that was not filled in, with C(..), with the
    beginning of a query. Called before anything is sent, whoever made the path."""
    problem = None
    if not path.startswith("/") or path.startswith("//"):
        problem = "does not begin with one slash"
    elif LEFT_OVER.search(path):
        problem = "has a place that was not filled in"
    elif NOT_SENT.search(path):
        problem = "has a character that cannot stand in a path"
    elif any(unquote(part) in (".", "..") for part in path.split("/")):
        problem = "leads to another path"
    elif "//" in path:
        problem = "has an empty part"
    if problem:
        raise Refused(f"{method} {path!a} is not sent: the path {problem}.")
