# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that the web UI and the CLI show to everybody (facts-access 12; recording cluster-message)."""

from __future__ import annotations

from typing import Any

from ..connection.auth import parse_time
from ..errors import BadOption
from ..model.call import Call
from ..model.field import Field
from ..model.kind import Kind, Reader, Singleton
from ..model.row import Column

PATH = "/api/v1/master/cluster_message"
LONGEST = 250


def same_moment(have: str | None, want: str | None) -> bool:
    """Whether two RFC 3339 times, of any number of decimals, are the same; null is no time."""
    return have == want or (bool(have and want) and parse_time(have or "") == parse_time(want or ""))


def check_text(_reader: Reader, plan: Any) -> list[str]:
    text = plan.wanted.values.get("text")
    if plan.act == "create" and text is None:
        raise BadOption("text", None, "there is no message yet, and none can be made without it.")
    if text is not None and len(text) > LONGEST:
        raise BadOption("text", None, f"has {len(text)} characters, and the master takes {LONGEST}.", "Shorten it.")
    return []


# Each PUT makes a new message and ends the old one, so that all of it is sent.
CLUSTER_MESSAGE = Kind(
    name="cluster_message",
    plural="cluster_messages",
    source=Singleton(PATH, unwrap="clusterMessage"),
    key="",
    columns=(
        Column("text", "The text.", sample="Maintenance on Saturday", api="message"),
        Column("start", "When it begins to be shown.", sample="2026-01-31T12:00:00Z", api="startTime"),
        Column("end", "When it ends; null where it has no end.", sample="2026-01-31T14:00:00Z", api="endTime"),
        Column("created", "When it was set.", sample="2026-01-30T09:12:00Z", api="createdTime"),
    ),
    fields=(
        Field("text", "message"),
        Field("start", "startTime", same=same_moment),
        Field("end", "endTime", same=same_moment, reset=None),
    ),
    create=Call("PUT", PATH),
    update=Call("PUT", PATH),
    delete=Call("DELETE", PATH, repeatable=True),
    whole=True,
    check=check_text,
)
