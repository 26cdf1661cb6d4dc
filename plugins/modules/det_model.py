#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_model
short_description: Manage models of the registry of a Determined cluster
version_added: 1.0.0
description:
  - Creates, renames, moves, changes, archives, unarchives and deletes models.
  - A property whose option is left out is not managed. Null, or an empty value, takes it away.
  - A name is unique in the whole cluster.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
  - determined_ai.determined.journal
options:
  id:
    description: Id of the model. Exclusive with O(name).
    type: int
  name:
    description:
      - Name of the model, with case. Exclusive with O(id).
      - The master refuses names that have digits only, a slash, a backslash, or two blanks in a row.
    type: str
  new_name:
    description:
      - Name that the model must have. The module looks for O(name) first and then for O(new_name), so that a repeated
        run changes nothing.
    type: str
  workspace:
    description:
      - Name of the workspace that the model must be in. A model in another workspace is moved there with its versions.
      - Without this option and O(workspace_id) a model stays where it is, and a new one goes to the first workspace of
        the cluster, which is called Uncategorized.
    type: str
  workspace_id:
    description: Id of that workspace. Exclusive with O(workspace).
    type: int
  state:
    description:
      - V(present) makes sure that the model exists, without archiving or unarchiving it.
      - V(archived) and V(unarchived) create it where it does not exist. An archived model takes neither changes nor new
        versions.
      - V(absent) deletes it, with all its versions when O(force) is set. The checkpoints stay.
    type: str
    choices: [present, absent, archived, unarchived]
    default: present
  force:
    description: Delete a model although it has versions.
    type: bool
    default: false
  description:
    description: Description of the model.
    type: str
  notes:
    description: Notes in Markdown.
    type: str
  labels:
    description:
      - Labels. O(labels_mode) says what they are to the labels that the model has.
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
  metadata:
    description: Metadata. With O(metadata_mode=merge) a null takes a key away.
    type: dict
  metadata_mode:
    description: Whether O(metadata) is all that there must be, or is put over what is there, by its outer keys.
    type: str
    choices: [exact, merge]
    default: merge
seealso:
  - module: determined_ai.determined.det_model_info
"""

EXAMPLES = r"""
- name: Create a model, or change it
  determined_ai.determined.det_model:
    name: resnet
    workspace: vision
    description: Image classifier
    labels: [vision]
    metadata:
      task: classification

- name: Add a label, and take a key of the metadata away
  determined_ai.determined.det_model:
    name: resnet
    labels: [reviewed]
    labels_mode: append
    metadata:
      draft: null

- name: Rename the model and move it to another workspace
  determined_ai.determined.det_model:
    name: resnet
    new_name: resnet-50
    workspace: archive

- name: Archive the model
  determined_ai.determined.det_model:
    name: resnet-50
    state: archived

- name: Bring the model back
  determined_ai.determined.det_model:
    name: resnet-50
    state: unarchived

- name: Delete the model and its versions
  determined_ai.determined.det_model:
    name: resnet-50
    state: absent
    force: true
"""

RETURN = r"""
model:
  description: The model as the master shows it, in check mode as it would be; null when it is absent.
  returned: success
  type: dict
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
requests:
  description: The requests that were sent to change something; in check mode those that would be sent.
  returned: always
  type: list
  elements: str
  sample: ["PATCH /api/v1/models/12"]
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
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model import MODEL

SPEC = CONNECTION + kind_spec(MODEL)


def work(call):
    return ensure(call, MODEL)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
