# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""requests: read a few properties of all that is selected."""

from __future__ import annotations

from common import arguments, open_session, search, timed

FIELDS = ("id", "name", "state", "archived")

given = arguments()
session = open_session(given)
with timed():
    found = []
    for rows in search(session, given):
        found += [{name: row["experiment"][name] for name in FIELDS} for row in rows]
if len(found) != given["count"]:
    raise SystemExit(f"{len(found)} rows instead of {given['count']}")
