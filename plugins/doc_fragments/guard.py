# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brakes of modules that act on many experiments."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  max_changes:
    description:
      - Fail before the first change when more experiments than this would be changed.
      - When left out it is 100 for O(state=absent), and without a bound otherwise.
    type: int
  keep_labels:
    description: Experiments with one of these labels are neither archived nor deleted.
    type: list
    elements: str
    default: [keep, gold]
  protect:
    description:
      - What must not be deleted. V(registered) are experiments with a checkpoint that is registered in the model
        registry.
      - V(no_agent) are experiments with checkpoints while no agent is enabled, since the deletion would wait for one.
    type: list
    elements: str
    choices: [registered, no_agent]
    default: [registered, no_agent]
  confirm:
    description:
      - The RV(plan_digest) that a run in check mode returned. The task fails before the first change when it would now
        change other experiments than then.
    type: str
  confirm_above:
    description: With O(state=absent), demand O(confirm) when more experiments than this would be deleted.
    type: int
  journal:
    description:
      - File to which a JSON line is added for each experiment and act, before it is sent and after. Where it cannot be
        written nothing is sent.
    type: path
"""
