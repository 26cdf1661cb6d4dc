# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of modules that change one object."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  journal:
    description:
      - File to which a JSON line is added before the change is sent and after. Where it cannot be written nothing is
        sent. M(determined_ai.determined.det_undo) takes back what it holds.
      - Only the owner of the file can read it. A link, or a file of another user, is refused.
    type: path
"""
