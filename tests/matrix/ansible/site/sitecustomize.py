# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test only: Ansible's own part of each module that runs as a program is imported from where Ansible is installed.

A module brings the same files packed, which Python would compile anew in each process. What is of the collection is
still taken from what the module brings, so that a file missing there is noticed.
"""

from __future__ import annotations

import contextlib
import importlib

with contextlib.suppress(ImportError):
    importlib.import_module("ansible.module_utils.basic")
