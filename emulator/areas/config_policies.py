# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Config policies: what admins fix in configs (`invariant_config`) and limit (`constraints`), in a workspace or in the
whole cluster. The cluster's wins."""

from __future__ import annotations

import json
import sqlite3

from .. import expconf, task_config
from ..errors import ApiError, internal, invalid
from ..fields import json_type
from ..merging import merged
from ..permissions import require
from ..refusals import absent
from . import workspaces

ORDER = 41
# The API shows the parts as they were sent, in a free object.
SCHEMA = """
create table if not exists config_policies (
    workspace_id integer references workspaces (id),  -- null: the whole cluster
    workload_type text not null,
    invariant_config text,      -- JSON; null: not there, which is not the same as JSON's null
    constraints text
);
create unique index if not exists config_policies_key
    on config_policies (coalesce(workspace_id, 0), workload_type);
"""
TYPES = ("EXPERIMENT", "NTSC")
PARTS = ("invariant_config", "constraints")
# What the policies are decoded to, by Go's names: the struct, the types of its parts.
STRUCTS = {
    "EXPERIMENT": (
        "ExperimentConfigPolicies",
        {"invariant_config": "expconf.ExperimentConfigV0", "constraints": "model.Constraints"},
    ),
    "NTSC": (
        "NTSCConfigPolicies",
        {"invariant_config": "model.CommandConfig", "constraints": "model.Constraints"},
    ),
}


# --- what they do


def _part(db, workspace_id: int | None, workload_type: str, part: str) -> dict:
    sql = f"select {part} from config_policies where workspace_id is ? and workload_type = ?"
    return json.loads(db.value(sql, workspace_id, workload_type) or "null") or {}


def _both(db, workspace_id: int, workload_type: str, part: str) -> dict:
    """A part of the workspace's policies with the cluster's over it."""
    own = _part(db, workspace_id, workload_type, part)
    return merged(_part(db, None, workload_type, part), own)


def with_fixed(db, workspace_id: int, config: dict) -> dict:
    """The config of an experiment with what policies fix put over it, the workspace's and then the cluster's."""
    for scope in (workspace_id, None):
        fixed = expconf.checked(_part(db, scope, "EXPERIMENT", "invariant_config"))
        config = merged(fixed, config)
    return config


def violation(db, workspace_id: int, workload_type: str, resources: dict) -> str | None:
    """What the `resources` of a config ask for in spite of the constraints; None if they keep to them."""
    constraints = _both(db, workspace_id, workload_type, "constraints")
    most = (constraints.get("resources") or {}).get("max_slots")
    for name, shown in (("slots", "slots"), ("slots_per_trial", "slots"), ("max_slots", "max_slots")):
        wanted = resources.get(name)
        if most is not None and wanted is not None and wanted > most:
            return (
                f"requested resources.{shown} [{wanted}] exceeds limit set by admin [{most}]: submitted workload failed"
                " a resource constraint"
            )
    limit, priority = constraints.get("priority_limit"), resources.get("priority")
    if limit is not None and priority is not None and priority < limit:
        return (
            f"requested priority [{priority}] exceeds limit set by admin [{limit}]: submitted workload failed priority"
            " constraint"
        )
    return None


def priority_refusal(db, workspace_id: int, workload_type: str, priority: int) -> str | None:
    """Why a job cannot get that priority; None if it can."""
    for scope in (None, workspace_id):
        fixed = (_part(db, scope, workload_type, "invariant_config").get("resources") or {}).get("priority")
        if fixed is not None:
            return None if fixed == priority else "priority set by invariant config: priority cannot be modified"
    limit = _both(db, workspace_id, workload_type, "constraints").get("priority_limit")
    too_high = limit is not None and priority < limit
    return "priority exceeds task config policy's priority_limit" if too_high else None


# --- how they are set


def _wrong_type(workload_type: str) -> str:
    return f"invalid workload type: {workload_type}"


def _decoded(workload_type: str, text: str) -> dict:
    """The policies in a text, each key and type checked; 400."""
    prefix = f"invalid {workload_type.lower()} config policy: "
    try:
        policies = expconf.load_yaml(text)
    except expconf.YamlError as error:
        raise invalid(f"{prefix}error converting YAML to JSON: {error}") from None
    try:
        _check(workload_type, {} if policies is None else policies)
    except ValueError as error:
        raise invalid(f"{prefix}error unmarshaling JSON: while decoding JSON: {error}") from None
    return policies or {}


def _check(workload_type: str, policies: object) -> None:
    """ValueError in the words of Go's decoder."""
    struct, types = STRUCTS[workload_type]
    if not isinstance(policies, dict):
        raise ValueError(f"json: cannot unmarshal {json_type(policies)} into Go value of type configpolicy.{struct}")
    for name in sorted(policies):
        if name not in PARTS:
            raise ValueError(f'json: unknown field "{name}"')
        part = policies[name]
        if part is not None and not isinstance(part, dict):
            place = f"Go struct field {struct}.{name} of type {types[name]}"
            raise ValueError(f"json: cannot unmarshal {json_type(part)} into {place}")
    fixed = policies.get("invariant_config") or {}
    if workload_type == "NTSC":
        task_config.check(fixed, "CommandConfig", ("invariant_config",))
    else:
        unknown = expconf.unknown_key(fixed)
        if unknown:
            raise ValueError(f'json: unknown field "{unknown}"')
        try:
            expconf.checked(fixed)
        except ApiError as error:
            raise ValueError(error.text.removeprefix(expconf.INVALID)) from None
    task_config.check(policies.get("constraints") or {}, "Constraints", ("constraints",))


def _conflict(constraints: dict, resources: dict) -> str | None:
    """How fixed resources contradict constraints."""
    limit, priority = constraints.get("priority_limit"), resources.get("priority")
    most = (constraints.get("resources") or {}).get("max_slots")
    max_slots, slots = resources.get("max_slots"), resources.get("slots_per_trial")
    if limit is not None and priority is not None and limit != priority:
        return "invariant config & constraints are trying to set the priority limit"
    if most is not None and max_slots is not None and most != max_slots:
        return "invariant config & constraints are trying to set the max slots"
    if most is not None and slots is not None and most < slots:
        return f"invariant config has {slots} slots per trial. violates constraints max slots of {most}"
    return None


def _checked(call, workspace_id: int | None, workload_type: str, text: str) -> dict:
    """The policies in a text; 400 for what is wrong with them."""
    if workload_type not in TYPES:
        raise invalid(_wrong_type(workload_type))
    if not text:
        raise invalid("no specified config policies")
    policies = _decoded(workload_type, text)
    fixed = policies.get("invariant_config")
    if workload_type == "NTSC" and fixed is not None:
        message = (
            "not supported: invariant config policies for tasks is not yet supported, \n"
            '\t\t  please remove "invariant_config" section and try again.'
        )
        raise invalid(invalid(message).as_result)
    resources = (fixed or {}).get("resources") or {}
    found = _conflict(policies.get("constraints") or {}, resources)
    if not found and workspace_id is not None:
        found = _conflict(_part(call.db, None, workload_type, "constraints"), resources)
        found = found and f"workspace invariant_config conflicts with global constraints: {found}"
    if found:
        raise invalid(invalid(f"invalid experiment config policy: {found}.").as_result)
    return policies


def _workspace(call, workspace_id: int) -> sqlite3.Row:
    try:
        return workspaces.find(call, workspace_id)
    except ApiError as error:
        raise absent("workspace of policies", error.as_result) from None


def _require_change(call, request) -> int | None:
    """The workspace's id, None for the cluster; raises unless the user may change the policies there."""
    if "workspaceId" in request:
        row = _workspace(call, request["workspaceId"])
        basic = "set workspace config policies"
        require(call, "MODIFY_WORKSPACE_CONFIG_POLICIES", row["id"], owners=(row["user_id"],), basic=basic)
        return row["id"]
    require(call, "MODIFY_GLOBAL_CONFIG_POLICIES", basic="set global config policies")
    return None


def get(call, request):
    workspace_id = None
    if "workspaceId" in request:
        workspace_id = _workspace(call, request["workspaceId"])["id"]
        require(call, "VIEW_WORKSPACE_CONFIG_POLICIES", workspace_id)
    else:
        require(call, "VIEW_GLOBAL_CONFIG_POLICIES")
    workload_type = request["workloadType"]
    if workload_type not in TYPES:
        raise internal(invalid(_wrong_type(workload_type) + ".").as_result)
    sql = "select * from config_policies where workspace_id is ? and workload_type = ?"
    row = call.db.row(sql, workspace_id, workload_type)
    return {"configPolicies": {part: json.loads(row[part]) for part in PARTS if row and row[part] is not None}}


def put(call, request):
    """Replaces both parts."""
    workspace_id, workload_type = _require_change(call, request), request["workloadType"]
    if workspace_id is not None and workload_type not in TYPES:
        raise absent("type of policies", workload_type)
    policies = _checked(call, workspace_id, workload_type, request["configPolicies"])
    _delete(call, workspace_id, workload_type)
    parts = {part: json.dumps(policies[part]) for part in PARTS if part in policies}
    call.db.insert("config_policies", workspace_id=workspace_id, workload_type=workload_type, **parts)
    return {"configPolicies": policies}


def _delete(call, workspace_id: int | None, workload_type: str) -> None:
    sql = "delete from config_policies where workspace_id is ? and workload_type = ?"
    call.db.run(sql, workspace_id, workload_type)


def delete(call, request):
    workspace_id = _require_change(call, request)
    if request["workloadType"] not in TYPES:
        raise invalid(_wrong_type(request["workloadType"]) + ".")
    _delete(call, workspace_id, request["workloadType"])
    return {}
