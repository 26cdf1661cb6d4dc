# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of det_cluster_config: it reads the document where the playbook is, whichever way the work runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.determined_ai.determined.plugins.module_utils.connection.transport import REQUESTS_ERROR
from ansible_collections.determined_ai.determined.plugins.plugin_utils.cluster_document import read_source, take_secrets
from ansible_collections.determined_ai.determined.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """As those of the other modules; ``src`` becomes ``config``, and secrets inside of it become ``secrets``."""

    def why_not(self, task_vars: Mapping[str, Any]) -> str | None:
        """A plan against an export touches no host, and the emulator is here: wherever the host is, it is made here."""
        if self._task.args.get("against") is None:
            return super().why_not(task_vars)
        if self._task.async_val:
            return "async"
        return "Ansible's own Python has no requests" if REQUESTS_ERROR else None

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        args = super().arguments(variables)
        if isinstance(args.get("against"), str):
            args["against"] = read_source(self._loader, args["against"])
        src, config = args.get("src"), args.get("config")
        if (src is None) is (config is None):
            # Both, or none: the module says so.
            return args
        if args.get("mode") == "accept" and src is not None and args.get("dest") is None:
            args["dest"] = self._loader.path_dwim(os.path.expanduser(str(src)))
        document = read_source(self._loader, None if src is None else str(src), config)
        if isinstance(document, dict):
            document, found = take_secrets(document)
            args["secrets"] = {**found, **(args.get("secrets") or {})}
        return {**{name: value for name, value in args.items() if name != "src"}, "config": document}
