# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs as parts that add up, and the parts that many modules share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spec:
    """What one module takes: ``options`` as in an argument spec, and the rules between them as lists.

    ``narrows``: the options that narrow down what a task is about; ``objects``: those that list objects one by one.
    Neither may be given and come out empty, but for a list of objects without entries (see engine/given.py).

    Two specs add up to one that has the options and the rules of both.
    """

    options: dict = field(default_factory=dict)
    mutually_exclusive: tuple = ()
    required_together: tuple = ()
    required_one_of: tuple = ()
    required_if: tuple = ()
    required_by: dict = field(default_factory=dict)
    narrows: tuple = ()
    objects: tuple = ()

    def __add__(self, other: Spec) -> Spec:
        return Spec(
            {**self.options, **other.options},
            self.mutually_exclusive + other.mutually_exclusive,
            self.required_together + other.required_together,
            self.required_one_of + other.required_one_of,
            self.required_if + other.required_if,
            {**self.required_by, **other.required_by},
            self.narrows + other.narrows,
            self.objects + other.objects,
        )

    def rules(self) -> dict[str, Any]:
        """Keyword arguments that AnsibleModule and ArgumentSpecValidator have in common, without the options."""
        return {
            "mutually_exclusive": [list(names) for names in self.mutually_exclusive],
            "required_together": [list(names) for names in self.required_together],
            "required_one_of": [list(names) for names in self.required_one_of],
            "required_if": [list(rule) for rule in self.required_if],
            "required_by": dict(self.required_by),
        }


CONNECTION = Spec(
    {
        "master": {"type": "str", "aliases": ["det_master"]},
        "token": {"type": "str", "no_log": True},
        "validate_certs": {"type": "bool"},
        "ca_path": {"type": "path"},
        "server_name": {"type": "str"},
        "timeout": {"type": "float", "default": 60},
        "retry_time": {"type": "float", "default": 30},
    }
)

WAIT = Spec(
    {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 300},
    }
)
