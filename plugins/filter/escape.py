# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: escape
short_description: Make a text safe for where it goes
version_added: 1.0.0
description:
  - Names, descriptions and error texts of a cluster may hold anything. This filter escapes a text for one target.
  - For targets that people read, signs that the target must not get are replaced. For targets that a program reads, the
    program gets exactly the text, or the filter fails.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
positional: _input, target
options:
  _input:
    description: The text. For V(cron_times) a dictionary of C(minute), C(hour), C(day), C(month) and C(weekday).
    type: raw
    required: true
  target:
    description:
      - Where the text goes. People read V(terminal), V(slack) (a message of Slack, Mattermost and the like),
        V(monitoring) (a line of a monitoring plugin), V(csv) (a cell), V(html) and V(systemd) (such as
        C(Description=)).
      - Programs read V(systemd_value) (such as C(User=)), V(environment) (a quoted value for systemd and bash),
        V(cron) (a command), V(cron_times) (the five fields), V(header) (of a mail), V(shell) (one word), V(command)
        (the words of a command, each as it is) and V(variables) (a file of variables for Ansible, of any structure,
        in which no text is a template).
    type: str
    required: true
    choices:
      - terminal
      - slack
      - monitoring
      - csv
      - html
      - systemd
      - systemd_value
      - environment
      - cron
      - cron_times
      - header
      - shell
      - command
      - variables
"""

EXAMPLES = r"""
- name: Write a message that mentions nobody
  ansible.builtin.debug:
    msg: "{{ experiment.name | determined_ai.determined.escape('slack') }} has ended"
  vars:
    experiment: {id: 1, name: "<!channel> resnet"}
"""

RETURN = r"""
_value:
  description: The text for the target.
  type: str
  sample: "&lt;!channel&gt; resnet"
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.module_utils.targets import TARGETS, Unwritable


def escape(text: Any, target: str) -> str:
    if target not in TARGETS:
        raise AnsibleFilterError(f"escape: there is no target {target!r}. Targets are {', '.join(TARGETS)}.")
    try:
        return TARGETS[target](text)
    except Unwritable as error:
        raise AnsibleFilterError(f"escape: the text cannot be written for {target}: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"escape": escape}
