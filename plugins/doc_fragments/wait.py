# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of modules that wait for the end of what the master does later."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description: Whether to wait for the end of the master's asynchronous work. The module never waits in check
      mode.
    type: bool
    default: true
  wait_timeout:
    description: Maximum number of seconds to wait. After a time-out the master continues its work.
    type: float
    default: 300
"""
