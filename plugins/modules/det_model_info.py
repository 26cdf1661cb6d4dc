#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_model_info
short_description: Read models of the registry of a Determined cluster
version_added: 1.0.0
description:
  - Returns the models that the user may see and that meet all conditions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  id:
    description: Id of one model. The task fails when there is none.
    type: int
  name:
    description: Name of one model, with case. The list is empty when there is none.
    type: str
  workspace:
    description: Return only models of the workspace of this name.
    type: str
  workspace_id:
    description: Return only models of the workspace of this id. Exclusive with O(workspace).
    type: int
  labels:
    description: Return only models that have all these labels.
    type: list
    elements: str
  archived:
    description: Return only models that are archived, or only those that are not.
    type: bool
  owners:
    description: Return only models that these users made, by name.
    type: list
    elements: str
  labels_in_use:
    description:
      - Return no models, but the labels that the models of the workspace have, or all models that the user may see. One
        small answer, however many models there are.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_model
"""

EXAMPLES = r"""
- name: Read the models that are in use
  determined_ai.determined.det_model_info:
    archived: false
  register: result

- name: Show the models without a version
  ansible.builtin.debug:
    msg: "{{ result.models | selectattr('version_count', 'eq', 0) | map(attribute='name') }}"

- name: Read which labels the models of a workspace have
  determined_ai.determined.det_model_info:
    workspace: vision
    labels_in_use: true
  register: used

- name: Show the label that most models have
  ansible.builtin.debug:
    msg: "{{ used.labels | first | default('none') }}"

- name: Read the models of a workspace that have a label
  determined_ai.determined.det_model_info:
    workspace: vision
    labels: [production]
"""

RETURN = r"""
models:
  description: The models.
  returned: unless O(labels_in_use)
  type: list
  elements: dict
  contains:
    # columns of model
    id:
      description: Id.
      type: int
      returned: always
      sample: 12
    name:
      description: Name.
      type: str
      returned: always
      sample: "resnet"
    description:
      description: Description.
      type: str
      returned: always
      sample: "Image classifier"
    notes:
      description: Notes, Markdown.
      type: str
      returned: always
      sample: "Trained on the data of 2026."
    labels:
      description: Labels, in order.
      type: list
      elements: str
      returned: always
      sample: ["production"]
    metadata:
      description: Metadata.
      type: dict
      returned: always
      sample: {"task": "classification"}
    archived:
      description: Whether it is archived.
      type: bool
      returned: always
      sample: false
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
    version_count:
      description: Number of its versions.
      type: int
      returned: always
      sample: 4
    creation_time:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
    last_updated_time:
      description: When it was last changed, or archived.
      type: str
      returned: always
      sample: "2026-11-24T08:10:00Z"
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/models/7"
    # end of columns
labels:
  description: The labels of the models, each once, the label that most models have first.
  returned: with O(labels_in_use)
  type: list
  elements: str
  sample: ["production", "candidate"]
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.gather import gather
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model import MODEL
from ansible_collections.determined_ai.determined.plugins.module_utils.models.labels import gather_labels

SPEC = (
    CONNECTION
    + scope_spec(MODEL.scope)
    + Spec(
        {
            "id": {"type": "int"},
            "name": {"type": "str"},
            "labels": {"type": "list", "elements": "str"},
            "archived": {"type": "bool"},
            "owners": {"type": "list", "elements": "str"},
            "labels_in_use": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("id", "name"), ("id", "workspace"), ("id", "workspace_id")),
        narrows=("id", "name", "workspace", "workspace_id", "labels", "archived", "owners"),
    )
)


def work(call):
    params = call.params
    if params["labels_in_use"]:
        return {"labels": gather_labels(call)}
    query = {} if params["archived"] is None else {"archived": params["archived"]}
    if params["owners"] is not None:
        query["users"] = params["owners"]
    labels = set(params["labels"] or ())
    # The master's filter takes models with any of the labels.
    rows = gather(call, MODEL, query)
    return {"models": [row for row in rows if labels <= set(row["labels"])]}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
