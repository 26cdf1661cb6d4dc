# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results have of a user or group that a directory changed."""

from __future__ import annotations

from ..model.row import Column

ENTRY = (
    Column("id", "Id; null where it is, or in check mode would be, still to be created.", "int", 3),
    Column("name", "Name of the user or group.", sample="ana"),
)
