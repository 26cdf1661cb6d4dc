# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks a task is about."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  users:
    description: Only tasks of these users.
    type: list
    elements: str
  workspaces:
    description: Only tasks in the workspaces of these names.
    type: list
    elements: str
  pools:
    description: Only tasks in these resource pools.
    type: list
    elements: str
  description:
    description: Only tasks whose description or name contains a match of this regular expression.
    type: str
"""
