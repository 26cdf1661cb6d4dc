# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test only: what a master has, read by plain requests, and what it was asked since the last look.

reads: {name: path}; a path that answers 404 gives null. journal: whether this master is an emulator that keeps one.
"""

from __future__ import annotations

import requests
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        args = self._task.args
        with requests.Session() as session:
            session.trust_env = False
            found = {}
            for name, path in args.get("reads", {}).items():
                answer = session.get(args["master"] + path, headers={"Authorization": "Bearer " + args["token"]})
                if answer.status_code != 404:
                    answer.raise_for_status()
                found[name] = answer.json() if answer.ok else None
            journal = []
            if args["journal"]:
                journal = session.get(args["master"] + "/_emulator/journal").json()[: -len(found) or None]
                session.delete(args["master"] + "/_emulator/journal").raise_for_status()
        return {"changed": False, "reads": found, "journal": journal}
