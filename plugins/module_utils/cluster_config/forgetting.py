# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving up what a stack owns, so that another one can adopt it, or nobody manages it any more."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..errors import BadOption
from .cluster_plan import read_choices
from .document import Document
from .matching import Matches
from .stack import META, Stack, read_settings, write_stack
from .world import World


def forget(call: Call) -> dict[str, Any]:
    """Let the stack forget all that it owns, or what ``manage`` and ``only`` name. No object is touched."""
    params, name = call.params, call.params["stack"]
    if name is None:
        raise BadOption("stack", None, "must say which stack is to forget.")
    world = World(call.client)
    stack = Stack(name, read_settings(world))
    choices = read_choices(params)
    marks: dict[str, Any]
    if choices.is_partial:
        matches = Matches(Document(), world, stack)
        marks = {key: None for key, owned in stack.owned.items() if choices.covers(matches.address_of(key, owned))}
        forgotten = sorted(marks)
        if marks:
            marks[META] = {**stack.meta, "count": len(stack.owned) - len(marks)}
    else:
        forgotten = sorted(stack.owned)
        marks = dict.fromkeys([*stack.owned, *stack.pending, *([] if stack.is_new else [META])])
    if marks and not call.check_mode:
        write_stack(call.client, name, marks)
        call.progress(changed=True)
    return {"changed": bool(marks), "forgotten": forgotten}
