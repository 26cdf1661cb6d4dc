# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the result of an undo has of objects and runs."""

from __future__ import annotations

from ..model.row import Column

OBJECT = (
    Column("kind", "What it is, in the plural.", sample="experiments"),
    Column("id", "Its id, a number or a text; null of what has none.", "raw", 16),
    Column("name", "Its name; null where it has none.", sample="detr_coco"),
    Column("run", "Id of the run that changed it.", sample="5d41402abc4b"),
)
CHANGED = (
    *OBJECT,
    Column("acts", "What was done to bring it back, in order; in check mode what would be.", "list", ["unarchived"]),
    Column("before", "The properties that change, before the change.", "dict", {"archived": True}),
    Column("after", "The same properties after the change.", "dict", {"archived": False}),
)
ACT = Column("act", "What was done to it.", sample="archived")
SKIPPED = (*OBJECT, ACT, Column("reason", "Why it was left alone.", sample="changed since then: labels"))
FINAL = (*OBJECT, ACT, Column("reason", "Why that cannot be taken back.", sample="it was deleted"))
FAILED = (
    *OBJECT,
    Column("act", "What could not be done to it.", sample="unarchived"),
    Column("error", "Why not.", sample="the user may not do that"),
)
RUNS = (
    Column("run", "Id of the run, for O(runs).", sample="5d41402abc4b"),
    Column("time", "When it began.", sample="2026-11-23T23:59:32.123456+00:00"),
    Column("kinds", "What it changed, in the plural.", "list", ["experiments"]),
    Column("acts", "What it did.", "list", ["archived", "labels"]),
    Column("count", "Number of its acts that are meant.", "int", 12),
)
