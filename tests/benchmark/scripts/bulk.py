# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""requests: find what is selected, archive what is not yet, by the bulk call."""

from __future__ import annotations

from common import PAGE, arguments, call, open_session, search, timed

given = arguments()
session = open_session(given)
with timed():
    ids = []
    for rows in search(session, given):
        ids += [row["experiment"]["id"] for row in rows if not row["experiment"]["archived"]]
    for start in range(0, len(ids), PAGE):
        body = {"experimentIds": ids[start : start + PAGE]}
        results = call(session, given, "POST", "/api/v1/projects/-1/experiments/archive", body)["results"]
        failed = [one for one in results if one["error"]]
        if failed:
            raise SystemExit(f"{len(failed)} were not archived, the first: {failed[0]}")
