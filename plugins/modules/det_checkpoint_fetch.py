#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_checkpoint_fetch
short_description: Fetch a checkpoint of a Determined cluster to a file or a folder
version_added: 1.0.0
description:
  - Downloads the files of a checkpoint through the master, as an archive or unpacked, and keeps their SHA-256 sums in a
    file beside them, O(dest) with C(.sha256) added, which C(sha256sum --check) reads.
  - What was fetched and still has these sums is not fetched again. Where anything of it is missing or changed, all is.
  - The download is put together in a hidden folder beside O(dest) and gets its name when it is whole, so that there is
    never a part of it under that name. A folder that it replaces is away for a moment.
  - Neither links nor devices are unpacked, nothing that leads out of O(dest), and no more than the master's record of
    the checkpoint says, with 16 MiB to spare. An archive that is not unpacked is held to the same.
  - The master packs the archive while it sends it and cannot send a part of it. A download that breaks off is therefore
    begun anew, see O(attempts).
  - The master must be able to read the storage, which is so for C(shared_fs) and C(directory) where it sees the path,
    and for C(s3) and C(gcs) where it has the rights. It refuses C(azure).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  uuid:
    description: The checkpoint.
    type: str
  experiment_id:
    description: Id of an experiment, for one of its checkpoints, see O(which).
    type: int
  trial_id:
    description: Id of a trial, for one of its checkpoints, see O(which).
    type: int
  which:
    description:
      - V(best) is the one with the best validation, V(latest) the one that was reported last. Only checkpoints that
        have all their files count.
    type: str
    choices: [best, latest]
    default: best
  metric:
    description: A validation metric that V(best) goes by. The searcher's when left out.
    type: str
  smaller_is_better:
    description: Which way V(best) goes. As the searcher's does when left out.
    type: bool
  dest:
    description:
      - Where it goes. The folder above must be there. On the machine that the task runs on, which is the controller
        where the connection is local.
      - A link is refused. So is what stands in the place of the hidden folder, C(.NAME.part), and was not left by this
        module.
    type: path
    required: true
  format:
    description: V(folder) unpacks it; the others are archives.
    type: str
    choices: [folder, tar, tgz, zip]
    default: folder
  force:
    description:
      - Replace what is at O(dest), and the file beside it where the checksums go, although they were not written by
        this module. Otherwise the task fails.
    type: bool
    default: false
  attempts:
    description: How often to try to download it, if it breaks off.
    type: int
    default: 3
notes:
  - With C(-v) the task tells every few seconds how much has come, when it runs inside the Ansible process.
seealso:
  - module: determined_ai.determined.det_checkpoint_info
  - module: determined_ai.determined.det_checkpoint
"""

EXAMPLES = r"""
- name: An experiment with checkpoints
  determined_ai.determined.det_experiment_info:
    select:
      where:
        - {column: checkpointCount, operator: ">", value: 0}
      limit: 1
    fields: [id]
  register: found

- name: See what its best checkpoint would take
  determined_ai.determined.det_checkpoint_fetch:
    experiment_id: "{{ found.experiments[0].id }}"
    dest: /tmp/best
  check_mode: true
  register: best

- name: Say so
  ansible.builtin.debug:
    msg: "{{ best.checkpoint.uuid }}: {{ best.files }} files, {{ best.bytes }} bytes"

- name: See whether the latest one as an archive is there and unharmed
  determined_ai.determined.det_checkpoint_fetch:
    experiment_id: "{{ found.experiments[0].id }}"
    which: latest
    dest: /tmp/latest.tgz
    format: tgz
  check_mode: true
"""

RETURN = r"""
checkpoint:
  description: Which it is.
  returned: success
  type: dict
  contains:
    # columns of checkpoint
    uuid:
      description: Uuid, by which it is known.
      type: str
      returned: always
      sample: "1387bb1c-bd0c-41bf-ad13-f191e3174576"
    state:
      description: ACTIVE, COMPLETED, ERROR, DELETED or PARTIALLY_DELETED.
      type: str
      returned: always
      sample: "COMPLETED"
    experiment_id:
      description: Id of its experiment; null without one.
      type: int
      returned: always
      sample: 16
    trial_id:
      description: Id of its trial; null without one.
      type: int
      returned: always
      sample: 36
    task_id:
      description: Id of the task that made it.
      type: str
      returned: always
      sample: "16.f191e317-4c4d-4b3b-8a39-0a4a39f9c8a4"
    report_time:
      description: When it was reported.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00Z"
    bytes:
      description: Size of its files.
      type: int
      returned: always
      sample: 1073741824
    resources:
      description: The size of each of its files, by path; a folder ends in a slash.
      type: dict
      returned: always
      sample: {"model.pt": 1073741824}
    metadata:
      description: Its metadata, as users wrote it.
      type: dict
      returned: always
      sample: {"steps_completed": 937}
    hparams:
      description: Hyperparameters of its trial.
      type: dict
      returned: always
      sample: {"lr": 0.01}
    searcher_metric:
      description: Value of the metric that the searcher goes by; null where it has no validation.
      type: float
      returned: always
      sample: 0.2
    metrics:
      description: Values of the metrics of its trial then, by group (training, validation) and name.
      type: dict
      returned: always
      sample: {"training": {"loss": 0.31}, "validation": {"loss": 0.2}}
    # end of columns
dest:
  description: Where it is.
  returned: success
  type: str
sha256:
  description:
    - Checksum of the archive. Null for a folder, whose files have one each, and in check mode where it is not known.
  returned: success
  type: str
record:
  description: The file with the checksums.
  returned: success
  type: str
files:
  description: How many files it has.
  returned: success
  type: int
bytes:
  description: Their size.
  returned: success
  type: int
downloaded_bytes:
  description: What came over the network. V(0) where nothing had to.
  returned: success
  type: int
requests:
  description: What was sent to change something on the master, which is nothing.
  returned: always
  type: list
  elements: str
diff:
  description: Which checkpoint is there before and after.
  returned: when diff mode is on
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.fetch import FORMS, fetch_checkpoint
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec

SPEC = CONNECTION + Spec(
    {
        "uuid": {"type": "str"},
        "experiment_id": {"type": "int"},
        "trial_id": {"type": "int"},
        "which": {"type": "str", "choices": ["best", "latest"], "default": "best"},
        "metric": {"type": "str"},
        "smaller_is_better": {"type": "bool"},
        "dest": {"type": "path", "required": True},
        "format": {"type": "str", "choices": list(FORMS), "default": "folder"},
        "force": {"type": "bool", "default": False},
        "attempts": {"type": "int", "default": 3},
    },
    mutually_exclusive=(("uuid", "experiment_id", "trial_id"),),
    required_one_of=(("uuid", "experiment_id", "trial_id"),),
)


def work(call):
    return fetch_checkpoint(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
