# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results have of objects that many were changed of, beside the columns of their own rows."""

from __future__ import annotations

from ..model.row import Column

CHANGED = (
    Column("acts", "What was done to it, in order; in check mode what would be.", "list", ["archived"]),
    Column("before", "The properties that change, before the change.", "dict", {"priority": 42},
           when="unless the requested state says all"),
    Column("after", "The same properties after the change.", "dict", {"priority": 10},
           when="unless the requested state says all"),
)  # fmt: skip
WHICH = (
    Column("id", "Id, a number or a text as that of the others.", "raw", 16),
    Column("name", "Name; null where it has none.", sample="detr_coco"),
    Column("owner", "Name of its owner; null where it has none.", sample="ana"),
    Column("url", "Address of its page in the web UI; null where it has none.",
           sample="https://det.example.org/det/experiments/16"),
)  # fmt: skip
REASON = (Column("reason", "Why it was left alone.", sample="it has not ended (RUNNING)"),)
SKIPPED = (*WHICH, *REASON)
FAILED = (
    *WHICH,
    Column("act", "What could not be done to it.", sample="archived"),
    Column("error", "Why not.", sample="the user may not do that"),
)
