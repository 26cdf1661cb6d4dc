#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_workspace_info
short_description: Read workspaces of a Determined cluster
version_added: 1.0.0
description:
  - Returns the workspaces that the user may see and that meet all conditions.
  - Where O(id) or O(name) names one, its checkpoint storage is returned too, which the master leaves out of lists.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one workspace. It is an error when there is none.
    type: int
  name:
    description: Name of one workspace, with case. The list is empty when there is none.
    type: str
  archived:
    description: Only archived ones, or only those that are not.
    type: bool
  pinned:
    description: Only those that the calling user has pinned, or has not.
    type: bool
  owners:
    description: Only those of these users, by name.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: All workspaces that are in use
  determined_ai.determined.det_workspace_info:
    archived: false
  register: result

- name: Their names
  ansible.builtin.debug:
    msg: "{{ result.workspaces | map(attribute='name') }}"
"""

RETURN = r"""
workspaces:
  description: The workspaces, by id.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of workspace
    id:
      description: Id.
      type: int
      returned: always
      sample: 7
    name:
      description: Name.
      type: str
      returned: always
      sample: "vision"
    archived:
      description: Whether it is archived.
      type: bool
      returned: always
      sample: false
    pinned:
      description: Whether the calling user has pinned it in the web UI.
      type: bool
      returned: always
      sample: false
    immutable:
      description: Whether it is built in and cannot be changed.
      type: bool
      returned: always
      sample: false
    state:
      description: State of its deletion; UNSPECIFIED where none was asked for.
      type: str
      returned: always
      sample: "UNSPECIFIED"
    error_message:
      description: Why its deletion failed.
      type: str
      returned: always
      sample: ""
    owner:
      description: Name of the user who made it.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of that user.
      type: int
      returned: always
      sample: 3
    project_count:
      description: Number of its projects.
      type: int
      returned: always
      sample: 2
    experiment_count:
      description: Number of its experiments.
      type: int
      returned: always
      sample: 40
    default_compute_pool:
      description: Resource pool for tasks that need slots.
      type: str
      returned: always
      sample: "gpu"
    default_aux_pool:
      description: Resource pool for tasks that need none.
      type: str
      returned: always
      sample: "cpu"
    agent_user_group:
      description: The Unix user and group that its tasks run as.
      type: dict
      returned: always
      sample: {"uid": 5, "user": "ana"}
    checkpoint_storage:
      description: Where its experiments keep checkpoints; secrets are masked. Lists leave it out.
      type: dict
      returned: when the object itself was read
      sample: {"type": "s3", "bucket": "b"}
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/workspaces/7"
    # end of columns
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.gather import gather
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE

SPEC = CONNECTION + Spec(
    {
        "id": {"type": "int"},
        "name": {"type": "str"},
        "archived": {"type": "bool"},
        "pinned": {"type": "bool"},
        "owners": {"type": "list", "elements": "str"},
    },
    mutually_exclusive=(("id", "name"),),
    narrows=("id", "name", "archived", "pinned", "owners"),
)


def work(call):
    params = call.params
    query = {"archived": params["archived"], "pinned": params["pinned"], "users": params["owners"]}
    return {"workspaces": gather(call, WORKSPACE, query)}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
