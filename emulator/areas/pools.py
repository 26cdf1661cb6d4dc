# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which resource pools there are."""

from __future__ import annotations


def available(call, workspace_id: int) -> list[str]:
    """Names of the pools that a workspace may use."""
    return ["default"]
