# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first task of each role: its variables, checked and in their types, by the rules of plugin_utils."""

from __future__ import annotations

import os
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.determined_ai.determined.plugins.plugin_utils.role_variables import (
    Role,
    WrongVariables,
    likely_slips,
    read_role,
    typed_list,
    typed_options,
    unknown_variables,
)

ROLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "roles")
# Reports for all roles. A foreign variable with its prefix must end a role before the work and not after it.
LAST = "summary"


class ActionModule(ActionBase):
    """Returns the options of the role that the task stands in, or fails with what is wrong with its variables."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result = super().run(tmp, task_vars)
        dummy, arguments = self.validate_argument_spec(
            {"entry_point": {"type": "str", "default": "main"}, "roles": {"type": "list", "elements": "str"}}
        )
        named = arguments["roles"] or []
        path = None if named else str(task_vars["role_path"])
        roles = (
            [read_role(path)] if path else [read_role(os.path.realpath(os.path.join(ROLES, name))) for name in named]
        )
        last = read_role(os.path.realpath(os.path.join(ROLES, LAST)))
        checked = roles if path and roles[0].name == LAST else [*roles, last]
        others = typed_list(self._templar.template(task_vars.get("det_other_variables") or []), {"elements": "str"})
        errors = [error for role in checked for error in unknown(role, task_vars, others)]
        errors += likely_slips(roles, task_vars, others)
        options: dict[str, Any] = {}
        if path:
            try:
                options = self.options(roles[0], arguments["entry_point"], task_vars)
            except WrongVariables as error:
                errors.append(str(error))
        if errors:
            return {**result, "failed": True, "msg": " ".join(errors)}
        # Some options are secrets, so no callback shows any.
        return {**result, "changed": False, **options, "_ansible_no_log": True}

    def options(self, role: Role, entry: str, task_vars: dict[str, Any]) -> dict[str, Any]:
        values, given = {}, []
        for name in role.entries[entry]:
            if name in task_vars:
                raw = task_vars[name]
                try:
                    value = self._templar.template(raw)
                except AnsibleError as error:
                    raise WrongVariables(f"{name}: its template cannot be resolved: {error}") from error
                if is_omitted(value, task_vars):
                    continue
                values[name] = value
                if name not in role.defaults or raw != role.defaults[name]:
                    given.append(name)
        return typed_options(role, entry, values, given)


def unknown(role: Role, task_vars: dict[str, Any], others: list[str]) -> list[str]:
    """Errors for variables with the role's prefix that are not the role's, another role's, or excepted by name."""
    names = {*task_vars.get("ansible_role_names", ()), *task_vars.get("ansible_play_role_names", ())}
    longer = [str(name).rpartition(".")[2].replace("-", "_") + "_" for name in names]
    others = [*others, *(prefix for prefix in longer if prefix.startswith(role.prefix) and prefix != role.prefix)]
    return unknown_variables(role, task_vars, others, ran=f"_{role.name}" in task_vars)


def is_omitted(value: Any, task_vars: dict[str, Any]) -> bool:
    """Whether the template came out as the variable omit."""
    return type(value).__name__ == "Omit" or (isinstance(value, str) and value == task_vars.get("omit"))
