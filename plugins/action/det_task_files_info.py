# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module of this name in process. Written by tests/tools/sync_runtime.py."""

from __future__ import annotations

from ansible_collections.determined_ai.determined.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of this file: its module tells which work to load."""
