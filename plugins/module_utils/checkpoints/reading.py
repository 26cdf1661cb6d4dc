# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints read by their uuids."""

from __future__ import annotations

from ..errors import Missing
from ..selection.search import ahead

CHECKPOINTS = "/api/v1/checkpoints"
REMOVED = ("STATE_DELETED",)


def read_checkpoints(client, uuids):
    """The checkpoints of these uuids that are there, in order, and the uuids that are not."""

    def fetch(uuid):
        try:
            return uuid, client.get(f"{CHECKPOINTS}/{uuid}")["checkpoint"]
        except Missing:
            return uuid, None

    answers = list(ahead(fetch, uuids))
    return [row for _uuid, row in answers if row], [uuid for uuid, row in answers if not row]
