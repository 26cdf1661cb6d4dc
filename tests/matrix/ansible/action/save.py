# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test only: writes registered results to a file as JSON, with everything that a user's own tasks would see."""

from __future__ import annotations

import json
import os

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        path = os.path.join(self._task.args["folder"], task_vars["inventory_hostname"] + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self._task.args["results"], file, default=str)
        return {"changed": False}
