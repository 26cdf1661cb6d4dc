# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints read by their uuids."""

from __future__ import annotations

from typing import Any

from ..connection.paths import quote_segment
from ..errors import ApiError
from ..store.answers import check_asked, read_object
from ..store.parallel import ahead

CHECKPOINTS = "/api/v1/checkpoints"
REMOVED = ("STATE_DELETED",)


def read_checkpoints(client: Any, uuids: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The checkpoints of these uuids that are there, in order, and the uuids that are not."""

    def fetch(uuid: str) -> tuple[str, dict[str, Any] | None]:
        path = f"{CHECKPOINTS}/{quote_segment(uuid, 'uuids')}"
        try:
            answer = client.get(path)
        except ApiError as error:
            if error.status != 404:
                raise
            return uuid, None
        row = read_object(answer, "checkpoint", f"GET {path}", "uuid", str)
        # Everything that is done to it from here on goes by what it says of itself.
        check_asked([uuid.lower()], [row["uuid"].lower()], f"GET {path}")
        return uuid, row

    answers = list(ahead(fetch, uuids))
    return [row for _uuid, row in answers if row], [uuid for uuid, row in answers if not row]
