# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""requests, one session: look at each experiment, archive it if it is not."""

from __future__ import annotations

from common import arguments, call, open_session, timed

given = arguments()
session = open_session(given)
with timed():
    for ident in given["ids"]:
        path = f"/api/v1/experiments/{ident}"
        if not call(session, given, "GET", path)["experiment"]["archived"]:
            call(session, given, "POST", path + "/archive")
