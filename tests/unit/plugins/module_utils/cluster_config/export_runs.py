# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the work of det_cluster_config against an emulator in this process."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.work import CLUSTER_CONFIG, work
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

SPEC = CONNECTION + CLUSTER_CONFIG
READING = ("/api/v1/groups/search", "/api/v1/roles/search", "/api/v1/roles/search/by-ids")


class Master:
    """An emulator, and one login for all runs."""

    def __init__(self, control: Any, user: str = "admin", password: str = "Testing1!") -> None:
        self.control = control
        self.client = open_client({"master": control.url, "user": user, "password": password}, False)

    def run(self, mode: str, check: bool = False, diff: bool = True, **given: Any) -> dict[str, Any]:
        """The result, and under ``warned`` the warnings."""
        options = {"master": self.control.url, "mode": mode, **given}
        checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules()).validate(options)
        assert not checked.error_messages, checked.error_messages

        def keep(_params: Any, read_only: bool) -> Any:
            self.client.begin(read_only)
            return self.client

        call = Call(checked.validated_parameters, set(options), check, keep, diff)
        return {**perform(call, SPEC, work), "warned": call.notes}

    def writes(self) -> list[str]:
        """The writes since the last look."""
        found = [f"{one['method']} {one['path']}" for one in self.control.writes() if one["path"] not in READING]
        self.control.forget()
        return found
