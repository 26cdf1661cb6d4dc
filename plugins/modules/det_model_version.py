#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_model_version
short_description: Manage versions of models of the registry of a Determined cluster
version_added: 1.0.0
description:
  - Registers checkpoints as versions of a model, and changes and deletes versions.
  - A checkpoint is registered once. When it is a version of the model already, the module changes that version.
  - A property whose option is left out is not managed. Null, or an empty value, takes it away.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  model:
    description: Name of the model. Exclusive with O(model_id).
    type: str
  model_id:
    description: Id of the model. Exclusive with O(model).
    type: int
  version:
    description: Number of the version, for one that is there. Exclusive with the options that name a checkpoint.
    type: int
  checkpoint_uuid:
    description: Uuid of the checkpoint.
    type: str
  experiment_id:
    description: Id of an experiment. Its checkpoint that O(which) names is the one.
    type: int
  trial_id:
    description: Id of a trial. Its checkpoint that O(which) names is the one.
    type: int
  which:
    description:
      - V(best) is the checkpoint with the best validation, V(latest) the one that was reported last. Only checkpoints
        that have all their files count.
      - Another checkpoint may be the best one later. Then the module registers that one too.
    type: str
    choices: [best, latest]
    default: best
  metric:
    description: A validation metric that V(best) goes by. The metric of the searcher when left out.
    type: str
  smaller_is_better:
    description: Whether V(best) is the smallest value of the metric. As the searcher says when left out.
    type: bool
  state:
    description:
      - V(present) makes sure that the checkpoint is registered.
      - V(absent) deletes the version. The checkpoint stays, and can be deleted from then on.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the version.
    type: str
  comment:
    description: Comment of the version.
    type: str
  notes:
    description: Notes in Markdown.
    type: str
  labels:
    description:
      - Labels. O(labels_mode) says what they are to the labels that the version has.
      - The master parts labels at commas, so a label must not hold one.
    type: list
    elements: str
  labels_mode:
    description:
      - V(exact) makes O(labels) the only labels.
      - V(append) adds O(labels) and keeps the others.
      - V(remove) removes O(labels) and keeps the others.
    type: str
    choices: [exact, append, remove]
    default: exact
  exclusive_label:
    description:
      - A label that this version must have, and no other version of the model. This version gets the label first, then
        the module takes it off the others.
      - Without O(labels) the other labels of this version stay.
    type: str
  metadata:
    description: Metadata. With O(metadata_mode=merge) a null takes a key away.
    type: dict
  metadata_mode:
    description: Whether O(metadata) is all that there must be, or is put over what is there, by its outer keys.
    type: str
    choices: [exact, merge]
    default: merge
seealso:
  - module: determined_ai.determined.det_model
  - module: determined_ai.determined.det_model_version_info
"""

EXAMPLES = r"""
- name: Create the model
  determined_ai.determined.det_model:
    name: resnet

- name: Register the best checkpoint of an experiment
  determined_ai.determined.det_model_version:
    model: resnet
    experiment_id: 1
    name: after the audit
    metadata:
      commit: 4f2a9c1
  register: registered

- name: Make it the version in production, and no other
  determined_ai.determined.det_model_version:
    model: resnet
    version: "{{ registered.model_version.version }}"
    exclusive_label: production

- name: Register a checkpoint by its uuid
  determined_ai.determined.det_model_version:
    model: resnet
    checkpoint_uuid: "{{ registered.model_version.checkpoint_uuid }}"
    labels: [reviewed]
    labels_mode: append

- name: Delete the version
  determined_ai.determined.det_model_version:
    model: resnet
    version: "{{ registered.model_version.version }}"
    state: absent
"""

RETURN = r"""
model_version:
  description: The version as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
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
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["POST /api/v1/models/12/versions"]
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

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.journal import JOURNAL
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.kind_spec import scope_spec
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model_version import MODEL_VERSION
from ansible_collections.determined_ai.determined.plugins.module_utils.models.model_version import change_model_version

WHICH = ("version", "checkpoint_uuid", "experiment_id", "trial_id")
SPEC = (
    CONNECTION
    + JOURNAL
    + scope_spec(MODEL_VERSION.scope, required=True)
    + Spec(
        {
            **MODEL_VERSION.options(),
            "experiment_id": {"type": "int"},
            "trial_id": {"type": "int"},
            "which": {"type": "str", "choices": ["best", "latest"], "default": "best"},
            "metric": {"type": "str"},
            "smaller_is_better": {"type": "bool"},
            "exclusive_label": {"type": "str"},
        },
        mutually_exclusive=(WHICH,),
        required_one_of=(WHICH,),
    )
)


def work(call):
    return change_model_version(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
