# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles with variables that are wrong, many in one play, as each play costs a second or two."""

from __future__ import annotations

import json


def refusals(runner, place, role: str, usual: dict, cases: list[tuple[dict, str]], secrets=()) -> None:
    """Each case (variables, what is said of them) ends the role with that, and none of them writes anything."""
    tasks = []
    for number, (variables, _said) in enumerate(cases):
        include = {"name": role, "public": False}
        told = {"msg": "{{ ansible_failed_result.msg | default(ansible_failed_result) | to_json }}"}
        tasks.append(
            {
                "name": f"Case {number}",
                "block": [
                    {"name": "Role", "ansible.builtin.include_role": include, "vars": {**usual, **variables}},
                    {"name": f"Not refused {number}", "ansible.builtin.debug": {"msg": "went through"}},
                ],
                "rescue": [{"name": f"Refused {number}", "ansible.builtin.debug": told}],
            }
        )
    place.control.forget()
    output = runner.play(place, tasks, secrets=secrets).output
    for number, (variables, said) in enumerate(cases):
        assert f"[Not refused {number}]" not in output, variables
        message = output.partition(f"[Refused {number}]")[2].partition("TASK [")[0]
        assert json.dumps(said)[1:-1].replace("\\", "") in message.replace("\\", ""), f"{variables}: {message}"
    writes = [one for one in place.control.writes() if "search" not in one["path"]]
    assert writes == []
