# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of every module of the collection; the other names in this folder are links to it.

Ansible loads an action plugin of a module's own name before it forks its workers. Routing in meta/runtime.yml would be
followed in the workers only, so that each task would import the HTTP library again and no login could be shared.
"""

from __future__ import annotations

from ansible_collections.determined_ai.determined.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """Runs the module of the task's name in this process where that is the same as running it as a program."""
