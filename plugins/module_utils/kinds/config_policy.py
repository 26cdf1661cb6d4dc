# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Config policies: of a workspace or of the whole cluster, for each type of workload (facts-access 10 and 14)."""

from __future__ import annotations

import json
from typing import Any

from ..errors import BadOption
from ..model.call import Call
from ..model.field import Field
from ..model.kind import Kind, Reader, Scope, Singleton
from ..model.row import Column, Row
from .workspace import WORKSPACE

PLACE = Scope(WORKSPACE, cluster="cluster")
PATH = "/api/v1/config-policies/{scope_path}/{workload_type}"


def as_text(body: Row) -> Row:
    """The master takes both parts as one text; a part that is null would be stored as such."""
    return {"configPolicies": json.dumps({key: part for key, part in body.items() if part})}


def says_the_same(have: Any, want: Any) -> bool:
    return (have or {}) == (want or {})


def check_parts(_reader: Reader, plan: Any) -> list[str]:
    values = plan.wanted.values
    if plan.wanted.keys["workload_type"] == "NTSC" and values.get("invariant_config"):
        raise BadOption("invariant_config", None, "the master takes it for experiments only.", "Use constraints.")
    if plan.act == "create" and not any(values.values()):
        raise BadOption("constraints", None, "a policy needs invariant_config or constraints.", "Use state=absent?")
    if plan.act == "change" and not any(part for part in {**plan.current, **plan.after}.values()):
        raise BadOption("constraints", None, "nothing would be left of the policy.", "Use state=absent.")
    return []


CONFIG_POLICY = Kind(
    name="config_policy",
    plural="config_policies",
    source=Singleton(PATH, unwrap="configPolicies"),
    key="",
    selects={"workload_type": {"type": "str", "choices": ["EXPERIMENT", "NTSC"], "required": True}},
    scope=PLACE,
    columns=(
        Column("invariant_config", "What each new config gets, whatever it says itself.", "dict", {"max_restarts": 2}),
        Column("constraints", "The limits that a config must keep to.", "dict", {"resources": {"max_slots": 4}}),
    ),
    fields=(
        Field("invariant_config", option={"type": "dict"}, reset=None, same=says_the_same),
        Field("constraints", option={"type": "dict"}, reset=None, same=says_the_same),
    ),
    create=Call("PUT", PATH, wrap=as_text, repeatable=True),
    update=Call("PUT", PATH, wrap=as_text, repeatable=True),
    delete=Call("DELETE", PATH, repeatable=True),
    whole=True,
    check=check_parts,
)
