#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_project
short_description: Manage projects of a Determined cluster
version_added: 1.0.0
description:
  - Creates, renames, moves, changes, archives, unarchives and deletes projects.
  - A property whose option is left out is not managed. Null, or an empty value, takes it away.
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
    description: Id of the project. Exclusive with O(name).
    type: int
  name:
    description: Name of the project, with case, in its workspace. Exclusive with O(id).
    type: str
  new_name:
    description:
      - New name. The module looks up O(name), then O(new_name), so a repeated run is idempotent.
    type: str
  workspace:
    description:
      - Name of the workspace of the project. O(name) requires this option or O(workspace_id).
      - With O(id) the module moves the project there.
    type: str
  workspace_id:
    description: Id of that workspace.
    type: int
  from_workspace:
    description:
      - Name of the workspace to move the project from. A project O(name) that is not in O(workspace) is looked for
        here.
    type: str
  state:
    description:
      - V(present) makes sure that it exists, without archiving or unarchiving it.
      - V(archived) and V(unarchived) create it where it does not exist. The experiments in it keep their own mark.
      - V(absent) deletes it, with all its experiments when O(force) is set.
    type: str
    choices: [present, absent, archived, unarchived]
    default: present
  force:
    description: Delete a project although it holds experiments. They are lost, running ones too.
    type: bool
    default: false
  description:
    description: Description of the project.
    type: str
  key:
    description:
      - The short key in the ids of runs, 1 to 5 letters or digits, unique in the cluster. The master makes one up when
        none is given.
    type: str
  notes:
    description: All notes of the project, in their order. Others are removed.
    type: list
    elements: dict
    suboptions:
      name:
        description: Title of the note.
        type: str
        required: true
      contents:
        description: Its text, Markdown.
        type: str
        default: ""
seealso:
  - module: determined_ai.determined.det_project_info
  - module: determined_ai.determined.det_workspace
"""

EXAMPLES = r"""
- name: A project
  determined_ai.determined.det_project:
    workspace: vision
    name: detr
    description: Object detection with transformers
    key: DETR
    notes:
      - name: README
        contents: Ask the vision team before you delete anything.

- name: Move it to another workspace
  determined_ai.determined.det_project:
    name: detr
    workspace: archive
    from_workspace: vision

- name: Put it away
  determined_ai.determined.det_project:
    workspace: archive
    name: detr
    state: archived
"""

RETURN = r"""
project:
  description: The project as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
  contains:
    # columns of project
    id:
      description: Id.
      type: int
      returned: always
      sample: 12
    name:
      description: Name.
      type: str
      returned: always
      sample: "detr"
    description:
      description: Description.
      type: str
      returned: always
      sample: "Object detection with transformers"
    key:
      description: Short name that is part of the local ids of its runs.
      type: str
      returned: always
      sample: "DETR"
    notes:
      description: Notes, a list of name and contents.
      type: list
      elements: dict
      returned: always
      sample: [{"name": "README", "contents": "text"}]
    archived:
      description: Whether it, or its workspace, is archived.
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
    workspace_id:
      description: Id of its workspace.
      type: int
      returned: always
      sample: 7
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
    experiment_count:
      description: Number of its experiments.
      type: int
      returned: always
      sample: 31
    active_experiment_count:
      description: Number of those that have not ended.
      type: int
      returned: always
      sample: 0
    run_count:
      description: Number of its runs.
      type: int
      returned: always
      sample: 44
    last_experiment_started:
      description: When the latest experiment of it began.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/projects/7"
    # end of columns
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.project import PROJECT

SPEC = CONNECTION + WAIT + kind_spec(PROJECT)


def work(call):
    return ensure(call, PROJECT)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
