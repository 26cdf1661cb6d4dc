# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts in the paths of requests."""

from __future__ import annotations

from urllib.parse import quote

from ..errors import BadOption


def quote_segment(text: str, option: str = "id") -> str:
    """A text as one segment of a path. Raises BadOption, naming the option, for what would be another path."""
    problem = why_no_segment(text)
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
