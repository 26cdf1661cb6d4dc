# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs that descriptions of kinds make."""

from __future__ import annotations

from typing import Any

from ..model.kind import Kind, Scope
from .journal import JOURNAL
from .spec import Spec


def kind_spec(kind: Kind) -> Spec:
    """The options of the module that makes one object of a kind as wanted, without those of the connection."""
    spec = Spec(kind.options()) + JOURNAL
    if kind.key and kind.ident != kind.key:
        pair = (kind.ident, kind.key)
        spec += Spec(mutually_exclusive=(pair,), required_one_of=(pair,))
    if kind.scope:
        spec += scope_spec(kind.scope, required=not kind.key or kind.scoped_ids)
        if kind.scope.moved_from:
            spec += Spec({kind.scope.moved_from: {"type": "str"}})
    return spec


def scope_spec(scope: Scope, required: bool = False) -> Spec:
    """The options that name what holds an object."""
    options: dict[str, Any] = {scope.by_name: {"type": "str"}, scope.by_id: {"type": "int"}}
    if scope.cluster:
        options[scope.cluster] = {"type": "bool"}
    names = tuple(options)
    return Spec(options, mutually_exclusive=(names,), required_one_of=(names,) if required else ())
