# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are no JSON object."""

from __future__ import annotations


class Text(str):
    """Plain text."""

    content_type = "text/plain"


class Csv(Text):
    """A table."""

    content_type = "text/csv"


class Page(Text):
    """What a browser shows."""

    content_type = "text/html"


class Style(Text):
    """How it looks."""

    content_type = "text/css"


class Script(Text):
    """What it does."""

    content_type = "text/javascript"


class Binary(bytes):
    """A file. ``sized``: whether its length is told beforehand."""

    content_type = "application/octet-stream"
    sized = True
