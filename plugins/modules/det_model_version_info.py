#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_model_version_info
short_description: Read versions of a model of the registry of a Determined cluster
version_added: 1.0.0
description:
  - Returns the versions of a model that meet all conditions.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  model:
    description: Name of the model. Exclusive with O(model_id).
    type: str
  model_id:
    description: Id of the model. Exclusive with O(model).
    type: int
  version:
    description: Number of one version. The task fails when there is none.
    type: int
  checkpoint_uuid:
    description: Uuid of the checkpoint of the versions.
    type: str
  labels:
    description: Return only versions that have all these labels.
    type: list
    elements: str
  metrics:
    description:
      - Return with each version what trials reported that began with it, with an additional request for each version.
    type: bool
    default: false
seealso:
  - module: determined_ai.determined.det_model_version
"""

EXAMPLES = r"""
- name: Create the model
  determined_ai.determined.det_model:
    name: resnet

- name: Read the version in production
  determined_ai.determined.det_model_version_info:
    model: resnet
    labels: [production]
  register: result

- name: Show its checkpoint
  ansible.builtin.debug:
    msg: "{{ result.model_versions | map(attribute='checkpoint_uuid') }}"

- name: Read all versions, and how the trials that began with them did
  determined_ai.determined.det_model_version_info:
    model: resnet
    metrics: true
"""

RETURN = r"""
model_versions:
  description:
    - The versions. With O(metrics) each has a list C(metrics), whose entries have C(trial_id), C(group),
      C(batches), C(time) and C(metrics).
  returned: success
  type: list
  elements: dict
  contains:
    # columns of model_version
    version:
      description: Number of the version. The master gives the number of a deleted last version again.
      type: int
      returned: always
      sample: 3
    checkpoint_uuid:
      description: Uuid of its checkpoint.
      type: str
      returned: always
      sample: "ece02f52-48da-4222-92d7-c2c6a05d7894"
    name:
      description: Name; empty where it has none.
      type: str
      returned: always
      sample: "after the audit"
    comment:
      description: Comment.
      type: str
      returned: always
      sample: "Trained on all data."
    notes:
      description: Notes, Markdown.
      type: str
      returned: always
      sample: "Do not use for night images."
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
      sample: {"commit": "4f2a9c1"}
    model:
      description: Name of its model.
      type: str
      returned: always
      sample: "resnet"
    model_id:
      description: Id of its model.
      type: int
      returned: always
      sample: 12
    experiment_id:
      description: Id of the experiment of its checkpoint; null where there is none.
      type: int
      returned: always
      sample: 16
    trial_id:
      description: Id of the trial of its checkpoint; null where there is none.
      type: int
      returned: always
      sample: 36
    owner:
      description: Name of the user who registered it.
      type: str
      returned: always
      sample: "ana"
    owner_id:
      description: Id of that user.
      type: int
      returned: always
      sample: 3
    creation_time:
      description: When it was registered.
      type: str
      returned: always
      sample: "2026-11-23T23:59:32Z"
    last_updated_time:
      description: When it was last changed; null before the first time.
      type: str
      returned: always
      sample: "2026-11-24T08:10:00Z"
    url:
      description: Address of its page in the web UI.
      type: str
      returned: always
      sample: "https://det.example.org/det/models/7/versions/8"
    # end of columns
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
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model_version import MODEL_VERSION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.trial_reports import with_metrics

SPEC = (
    CONNECTION
    + scope_spec(MODEL_VERSION.scope, required=True)
    + Spec(
        {
            "version": {"type": "int"},
            "checkpoint_uuid": {"type": "str"},
            "labels": {"type": "list", "elements": "str"},
            "metrics": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("version", "checkpoint_uuid"),),
        narrows=("model", "model_id", "version", "checkpoint_uuid", "labels"),
    )
)


def work(call):
    labels = set(call.params["labels"] or ())
    rows = [row for row in gather(call, MODEL_VERSION) if labels <= set(row["labels"])]
    return {"model_versions": with_metrics(call.client, rows) if call.params["metrics"] else rows}


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
