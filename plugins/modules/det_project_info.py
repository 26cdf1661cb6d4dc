#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_project_info
short_description: Read projects of a Determined cluster
version_added: 1.0.0
description:
  - Returns the projects that the user may see and that meet all conditions, of one workspace or of all.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one project. It is an error when there is none.
    type: int
  name:
    description: Name of projects, with case.
    type: str
  key:
    description:
      - Key of one project, the short name in the local ids of its runs, in capitals or not. It is an error when there
        is none.
    type: str
  workspace:
    description: Name of the workspace. All workspaces when left out.
    type: str
  workspace_id:
    description: Id of the workspace.
    type: int
  archived:
    description: Only archived ones, or only those that are not. An archived workspace does not count here.
    type: bool
  owners:
    description: Only those of these users, by name.
    type: list
    elements: str
  gather:
    description:
      - Additional data to return, with a request for each project.
      - V(columns) are the columns that a search of its experiments may filter and sort by.
      - V(labels) are the labels that its experiments have.
      - V(metric_ranges) are the least and greatest values of its metrics.
    type: list
    elements: str
    choices: [columns, labels, metric_ranges]
    default: []
  metadata_keys:
    description:
      - Keys of the metadata of runs, those inside of others with dots between them, such as V(dataset.name). The texts
        in use under each are returned, with a request for each key and project.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: The projects of a workspace
  determined_ai.determined.det_project_info:
    workspace: vision
  register: result

- name: What a search in one of them may use
  determined_ai.determined.det_project_info:
    workspace: vision
    name: detr
    gather: [columns]
  register: detr

- name: The same project by its key, and the labels and data sets in use there
  determined_ai.determined.det_project_info:
    key: "{{ detr.projects[0].key }}"
    gather: [labels]
    metadata_keys: [dataset.name]
"""

RETURN = r"""
projects:
  description: The projects, by workspace and id.
  returned: success
  type: list
  elements: dict
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
    columns:
      description: The columns that a search of its experiments may filter and sort by.
      type: list
      elements: dict
      returned: with O(gather=columns)
      sample: [{"column": "checkpointCount", "display_name": "Checkpoints", "location": "LOCATION_TYPE_EXPERIMENT"}]
    labels:
      description: The labels of its experiments, in order.
      type: list
      elements: str
      returned: with O(gather=labels)
      sample: ["baseline"]
    metadata_values:
      description: The texts in use under each of the keys, in order.
      type: dict
      returned: when O(metadata_keys) is given
      sample: {"dataset.name": ["coco"]}
    metric_ranges:
      description: The least and greatest values of its metrics, by name of the metric.
      type: list
      elements: dict
      returned: with O(gather=metric_ranges)
      sample: [{"metrics_name": "validation.loss", "min": 0.1, "max": 2.5}]
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.project_info import (
    GATHER,
    gather_projects,
)

SPEC = CONNECTION + Spec(
    {
        "id": {"type": "int"},
        "name": {"type": "str"},
        # A short name that is part of other names; nothing secret.
        "key": {"type": "str", "no_log": False},
        "workspace": {"type": "str"},
        "workspace_id": {"type": "int"},
        "archived": {"type": "bool"},
        "owners": {"type": "list", "elements": "str"},
        "gather": {"type": "list", "elements": "str", "choices": list(GATHER), "default": []},
        # Names of what users wrote; nothing secret.
        "metadata_keys": {"type": "list", "elements": "str", "no_log": False},
    },
    mutually_exclusive=(
        ("id", "name", "key"),
        ("workspace", "workspace_id"),
        ("id", "workspace"),
        ("id", "workspace_id"),
        ("key", "workspace"),
        ("key", "workspace_id"),
        ("key", "archived"),
        ("key", "owners"),
    ),
    narrows=("id", "name", "key", "workspace", "workspace_id", "archived", "owners"),
)


def work(call):
    return gather_projects(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
