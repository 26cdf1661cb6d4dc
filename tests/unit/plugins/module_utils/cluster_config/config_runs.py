# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of det_cluster_config on an emulator in this process, and what was sent in them."""

from __future__ import annotations

import re
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.modules import det_cluster_config

SETTINGS = "/api/v1/users/setting"
SPEC = det_cluster_config.SPEC


class Runs:
    """One emulator. ``control``: its controls; ``tokens``: one login for all runs."""

    def __init__(self, control: Any) -> None:
        self.control = control
        self.client = open_client({"master": control.url, "user": "admin", "password": "Testing1!"}, False)
        self.client.request("GET", "/api/v1/me")

    def run(self, mode: str, config: Any = None, *, check: bool = False, client: Any = None, **more: Any) -> dict:
        given = {"master": self.control.url, "mode": mode, **more, **({} if config is None else {"config": config})}
        checked = ArgumentSpecValidator(SPEC.options, **SPEC.rules()).validate(given)
        assert not checked.error_messages, checked.error_messages

        def keep(_options: Any, read_only: bool) -> Any:
            kept = client or self.client
            kept.begin(read_only)
            return kept

        call = Call(checked.validated_parameters, set(given), check, keep)
        result = perform(call, SPEC, det_cluster_config.work)
        return {**result, "warned": call.notes}

    def sent(self) -> list[str]:
        """The writes to objects since the last look, as METHOD and path; and none of them failed in the emulator."""
        assert self.control.errors() == []
        reading = (
            "/api/v1/groups/search",
            "/api/v1/roles/search",
            "/api/v1/roles/search/by-ids",
            "/api/v1/experiments-search",
        )
        return [
            f"{one['method']} {one['path']}"
            for one in self.control.forget()
            if one["method"] != "GET"
            and one["path"] != SETTINGS
            and one["path"] not in reading
            and not one["path"].startswith("/api/v1/auth/")
        ]

    def call(self, method: str, path: str, body: Any = None) -> dict:
        """A change by hand."""
        return self.client.request(method, path, body=body)


def shape(request: str) -> str:
    """A request without its ids, as a plan has none of what is not made yet."""
    request = request.replace("{scope_path}", "workspaces/N")
    return re.sub(r"(?<=/)(\d+|\{\w+\})(?=/|$)", "N", request)


def shapes(requests: list[str]) -> list[str]:
    """The requests of a run in an order of their own: those of one rank are sent at the same time."""
    return sorted(map(shape, requests))
