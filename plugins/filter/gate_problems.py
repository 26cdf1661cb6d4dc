# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: gate_problems
short_description: Why a checkpoint does not pass a gate on a metric
version_added: 1.0.0
description:
  - Compares a validation metric of a checkpoint with bounds, and with the same metric of other checkpoints.
  - Returns a sentence for each condition that is not met, and none when the checkpoint passes. A checkpoint without the
    metric never passes.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: gate, others
options:
  _input:
    description: A checkpoint, as M(determined_ai.determined.det_checkpoint_info) returns it.
    type: dict
    required: true
  gate:
    description: The conditions.
    type: dict
    suboptions:
      metric:
        description: Name of the validation metric. The metric of the searcher when left out.
        type: str
      min:
        description: The least value that passes.
        type: float
      max:
        description: The greatest value that passes.
        type: float
      better_than_holder:
        description: Whether the value must be better than that of each of O(others).
        type: bool
        default: false
      smaller_is_better:
        description: Whether a smaller value is better.
        type: bool
        default: true
  others:
    description: The checkpoints to compare with.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Read a checkpoint
  determined_ai.determined.det_checkpoint_info:
    uuids: [1387bb1c-bd0c-41bf-ad13-f191e3174576]
  register: read

- name: Refuse it where it is not accurate enough
  ansible.builtin.assert:
    that: problems == []
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    gate: {metric: accuracy, min: 0.91}
    problems: "{{ read.checkpoints | map('determined_ai.determined.gate_problems', gate) | flatten }}"
"""

RETURN = r"""
_value:
  description: A sentence for each condition that is not met.
  type: list
  elements: str
  sample: ["accuracy is 0.87, and must be at least 0.91."]
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

KNOWN = {"metric", "min", "max", "better_than_holder", "smaller_is_better"}


def gate_problems(checkpoint: Any, gate: Any, others: Any = ()) -> list[str]:
    if not isinstance(checkpoint, Mapping) or not isinstance(gate, Mapping):
        raise AnsibleFilterError("gate_problems: a checkpoint and a gate must be dictionaries")
    unknown = set(gate) - KNOWN
    if unknown:
        raise AnsibleFilterError(f"gate_problems: there is no condition {', '.join(sorted(map(str, unknown)))}")
    name = gate.get("metric") or "the metric of the searcher"
    value = figure(checkpoint, gate.get("metric"))
    if value is None:
        return [f"{subject(checkpoint)} has no validation with {name}."]
    problems = [
        f"{name} is {value:g}, and must be at {word} {bound(gate, key):g}."
        for key, word, sign in (("min", "least", 1), ("max", "most", -1))
        if gate.get(key) is not None and sign * value < sign * bound(gate, key)
    ]
    if gate.get("better_than_holder"):
        problems += [problem for one in others if (problem := not_better(value, one, gate, name)) is not None]
    return problems


def subject(checkpoint: Mapping[str, Any]) -> str:
    return f"The checkpoint {checkpoint['uuid']}" if checkpoint.get("uuid") else "The experiment"


def not_better(value: float, other: Mapping[str, Any], gate: Mapping[str, Any], name: str) -> str | None:
    """Why a value does not beat another checkpoint's, or None."""
    smaller = gate.get("smaller_is_better", True)
    have = figure(other, gate.get("metric"))
    if have is None:
        return (
            f"The checkpoint {other.get('uuid')}, which holds the label, has no validation with {name} to compare with."
        )
    if value < have if smaller else value > have:
        return None
    word = "smaller" if smaller else "greater"
    return f"{name} is {value:g}, and must be {word} than {have:g} of the checkpoint {other.get('uuid')}."


def figure(checkpoint: Mapping[str, Any], metric: str | None) -> float | None:
    """The value of a validation metric; None where there is none, or one that compares with nothing."""
    if metric is None:
        value = checkpoint.get("searcher_metric")
    else:
        value = ((checkpoint.get("metrics") or {}).get("validation") or {}).get(metric)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return value


def bound(gate: Mapping[str, Any], key: str) -> float:
    try:
        return float(gate[key])
    except (TypeError, ValueError) as error:
        raise AnsibleFilterError(f"gate_problems: {key} ({gate[key]!r}) is not a number") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"gate_problems": gate_problems}
