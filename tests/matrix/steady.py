# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results without what differs from run to run."""

from __future__ import annotations

import re

VOLATILE = re.compile(r"(id|ids|_ids?|seed|_at|time|modified|created|last_login)$")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?")
NUMBER = re.compile(r"/(\d+|\{id\}|\{parent\})(?=/|$)")


def steady(value, world=None):
    """A result without ids, times, and the names that the world made up."""
    if isinstance(value, dict):
        # A master shows labels in any order.
        ordered = {key: sorted(one) if key == "labels" and one else one for key, one in value.items()}
        return {key: "…" if VOLATILE.search(key) else steady(one, world) for key, one in ordered.items()}
    if isinstance(value, list):
        return [steady(one, world) for one in value]
    if not isinstance(value, str):
        return value
    for name, made_up in (world or {}).items():
        if isinstance(made_up, str):
            value = value.replace(made_up, name)
    return MOMENT.sub("…", NUMBER.sub("/…", value))


def without_moments(value):
    """A result without times."""
    if isinstance(value, dict):
        return {key: without_moments(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_moments(one) for one in value]
    return MOMENT.sub("…", value) if isinstance(value, str) else value
