# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of det_cluster_config on an emulator, all in this process."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.work import CLUSTER_CONFIG, work
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import Client, open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION

from emulator.testing import Control, running

PASSWORD = "Testing1!"
SPEC = CONNECTION + CLUSTER_CONFIG
SETTING = "/api/v1/users/setting"
# POSTs that read.
READS = ("/search", "/by-ids", "/experiments-search")


class Stage:
    """One emulator, and what is run on it."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.clients: dict[str, Client] = {}

    def client(self, account: str, read_only: bool = False) -> Client:
        """One login for all runs of an account."""
        if account not in self.clients:
            login = {"master": self.control.url, "user": account, "password": PASSWORD, "retry_time": 0}
            self.clients[account] = open_client(login)
            self.clients[account].get("/api/v1/me")
        client = self.clients[account]
        client.begin(read_only)
        return client

    def run(self, config: dict | None = None, check: bool = False, account: str = "admin", **params: Any) -> dict:
        """One task. ``account``: its user, whose password is that of all. The result, with the notes of the run."""
        given = {"master": self.control.url, "config": config, **params}
        given = copy.deepcopy({key: value for key, value in given.items() if value is not None})
        checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules()).validate(given)
        assert not checked.error_messages, checked.error_messages

        def keep(_options: Any, read_only: bool = False) -> Client:
            return self.client(account, read_only)

        call = Call(checked.validated_parameters, set(given), check, keep)
        result = {**perform(call, SPEC, work), "notes": call.notes}
        assert self.control.errors() == []
        return result

    def plan(self, config: dict, **params: Any) -> dict:
        """A plan, which writes nothing."""
        self.control.forget()
        result = self.run(config, mode="plan", **params)
        assert self.writes() == []
        return result

    def apply(self, config: dict, **params: Any) -> dict:
        result = self.run(config, mode="apply", **params)
        assert not result.get("failed"), result["msg"]
        return result

    def refuse(self, config: dict, **params: Any) -> str:
        """The message of an apply that writes nothing at all."""
        self.control.forget()
        result = self.run(config, mode="apply", **params)
        assert result.get("failed"), result
        assert self.writes() == []
        return result["msg"]

    def writes(self) -> list[str]:
        """What was written since the journal was emptied, the ledger included."""
        return [f"{one['method']} {one['path']}" for one in self.control.writes() if not one["path"].endswith(READS)]

    def reads(self) -> list[str]:
        sent = [one for one in self.control.journal() if not one["path"].startswith("/api/v1/auth/")]
        return [one["path"] for one in sent if one["method"] == "GET" or one["path"].endswith(READS)]

    # What somebody does by hand

    def by_hand(self, method: str, path: str, body: Any = None, account: str = "admin") -> Any:
        client = self.client(account)
        return client.get(path) if method == "GET" else client.request(method, path, body=body)

    def user(self, name: str, **more: Any) -> int:
        body = {"user": {"username": name, "active": True, **more}, "password": PASSWORD}
        return self.by_hand("POST", "/api/v1/users", body)["user"]["id"]

    def group(self, name: str, *members: int) -> int:
        return self.by_hand("POST", "/api/v1/groups", {"name": name, "addUsers": [*members]})["group"]["groupId"]

    def workspace(self, name: str) -> int:
        return self.by_hand("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]

    def give(self, role: int, user: int | None = None, group: int | None = None, workspace: int | None = None) -> None:
        assignment: dict[str, Any] = {"role": {"roleId": role}}
        if workspace is not None:
            assignment["scopeWorkspaceId"] = workspace
        who, ident = ("user", user) if user is not None else ("group", group)
        body = {f"{who}RoleAssignments": [{f"{who}Id": ident, "roleAssignment": assignment}]}
        self.by_hand("POST", "/api/v1/roles/add-assignments", body)


@contextmanager
def stage(**options: Any) -> Iterator[Stage]:
    """A stage on a new emulator; options as those of the emulator."""
    with running(password=PASSWORD, **options) as control:
        yield Stage(control)


def act_of(result: dict, address: str) -> dict:
    """The one act of a plan at this address."""
    found = [one for one in result["plan"] if one["address"] == address]
    assert len(found) == 1, [one["address"] for one in result["plan"]]
    return found[0]
