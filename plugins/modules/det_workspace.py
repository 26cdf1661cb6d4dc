#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_workspace
short_description: Manage workspaces of a Determined cluster
version_added: 1.0.0
description:
  - Creates, renames, changes, archives, unarchives and deletes workspaces.
  - A property whose option is left out is not managed. Null, or an empty value, resets the property.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
  - determined_ai.determined.wait
options:
  id:
    description: Id of the workspace. Exclusive with O(name).
    type: int
  name:
    description: Name of the workspace, with case. Exclusive with O(id).
    type: str
  new_name:
    description:
      - New name. The module looks up O(name), then O(new_name), so a repeated run is idempotent.
    type: str
  state:
    description:
      - V(present) makes sure that the workspace exists, without archiving or unarchiving it.
      - V(archived) and V(unarchived) create the workspace if it does not exist.
      - V(absent) deletes the workspace, with all its projects if O(force) is set.
    type: str
    choices: [present, absent, archived, unarchived]
    default: present
  force:
    description: Delete a workspace even if it holds projects or experiments, which are lost.
    type: bool
    default: false
  default_compute_pool:
    description: Resource pool for tasks that need slots.
    type: str
  default_aux_pool:
    description: Resource pool for tasks that need none.
    type: str
  checkpoint_storage:
    description:
      - Where experiments of this workspace keep their checkpoints. The value is replaced as a whole. Null resets it.
      - The master shows secrets masked, so a new secret alone is not seen as a change. To rotate one, reset the storage
        first.
    type: dict
    suboptions:
      type:
        description: Kind of storage.
        type: str
        choices: [shared_fs, directory, s3, gcs, azure]
        required: true
      host_path:
        description: Path on the agents, for V(shared_fs).
        type: str
      storage_path:
        description: Path below O(checkpoint_storage.host_path).
        type: str
      propagation:
        description: Mount propagation, for V(shared_fs).
        type: str
      container_path:
        description: Path in the container, for V(directory).
        type: str
      bucket:
        description: Bucket, for V(s3) and V(gcs).
        type: str
      prefix:
        description: Path in the bucket.
        type: str
      endpoint_url:
        description: Address of an S3 service that is not Amazon's.
        type: str
      access_key:
        description: Access key, for V(s3).
        type: str
      secret_key:
        description: Secret key, for V(s3).
        type: str
      container:
        description: Container, for V(azure).
        type: str
      account_url:
        description: Address of the account, for V(azure).
        type: str
      connection_string:
        description: Connection string, for V(azure).
        type: str
      credential:
        description: Credential that goes with O(checkpoint_storage.account_url).
        type: str
      save_experiment_best:
        description: Best checkpoints of an experiment to keep.
        type: int
      save_trial_best:
        description: Best checkpoints of each trial to keep.
        type: int
      save_trial_latest:
        description: Latest checkpoints of each trial to keep.
        type: int
  agent_user_group:
    description: The Unix user and group that tasks of this workspace run as. The value is replaced as a whole.
    type: dict
    suboptions:
      uid:
        description: Id of the user. Goes with O(agent_user_group.user).
        type: int
      user:
        description: Name of the user.
        type: str
      gid:
        description: Id of the group. Goes with O(agent_user_group.group).
        type: int
      group:
        description: Name of the group.
        type: str
  pinned:
    description:
      - Whether the calling user has the workspace pinned in the web UI. The creator of a workspace has it pinned.
    type: bool
seealso:
  - module: determined_ai.determined.det_workspace_info
  - module: determined_ai.determined.det_project
"""

EXAMPLES = r"""
- name: A workspace for the vision team
  determined_ai.determined.det_workspace:
    name: vision
    default_compute_pool: default
    agent_user_group: {uid: 1014, user: vision, gid: 1014, group: vision}

- name: The same workspace under a new name
  determined_ai.determined.det_workspace:
    name: vision
    new_name: computer-vision

- name: Put it away
  determined_ai.determined.det_workspace:
    name: computer-vision
    state: archived

- name: Delete it, with all that is in it
  determined_ai.determined.det_workspace:
    name: computer-vision
    state: absent
    force: true
"""

RETURN = r"""
workspace:
  description: The workspace as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
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
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/workspaces/7"]
diff:
  description: The managed properties before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.ensure import ensure
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import kind_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, WAIT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE

SPEC = CONNECTION + WAIT + kind_spec(WORKSPACE)


def work(call):
    return ensure(call, WORKSPACE)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
