#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiment_files_info
short_description: Read the model code that was sent with an experiment of a Determined cluster
version_added: 1.0.0
description:
  - Lists the files of an experiment's model definition, reads one of them, or writes one or all of them to a file.
  - The files of an experiment never change. A fork has those of its parent.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  experiment_id:
    description: Id of the experiment. Always needed.
    type: int
  path:
    description:
      - One file, by its path as RV(files) shows it. Its content is returned, or with O(dest) written there.
      - A file of more than 4 MiB is not returned, so it needs O(dest).
    type: str
  dest:
    description:
      - File to write to, with O(path) that file, without it all files as an archive (C(tar.gz)). The folder above must
        be there. On the machine that the task runs on, which is the controller where the connection is local.
      - A link is refused. What is there and holds the same is left as it is.
      - An archive is refused that holds anything but files and folders, that leads out of its folder, or that holds
        more than RV(files) says, with 16 MiB to spare.
    type: path
  force:
    description: Replace what is at O(dest) and holds something else. Otherwise the task fails.
    type: bool
    default: false
notes:
  - What is at O(dest) is compared with what the master sends, so that each run reads the files, at most 95 MiB.
seealso:
  - module: determined_ai.determined.det_experiment
  - module: determined_ai.determined.det_checkpoint_fetch
"""

EXAMPLES = r"""
- name: An experiment with model code
  determined_ai.determined.det_experiment:
    key_label: "commit-{{ lookup('env', 'GIT_SHA') }}"
    project: vision/detr
    model_folder: model
    config: "{{ lookup('file', 'model/const.yaml') }}"
    state: paused
  register: trained

- name: What was sent with it
  determined_ai.determined.det_experiment_files_info:
    experiment_id: "{{ trained.experiment.id }}"
  register: found

- name: List the files
  ansible.builtin.debug:
    msg: "{{ found.files | rejectattr('is_folder') | map(attribute='path') }}"

- name: Read the config that lies beside the code
  determined_ai.determined.det_experiment_files_info:
    experiment_id: "{{ trained.experiment.id }}"
    path: const.yaml
  register: const

- name: Show the config
  ansible.builtin.debug:
    msg: "{{ const.file.text }}"

- name: Keep all of the code as an archive
  determined_ai.determined.det_experiment_files_info:
    experiment_id: "{{ trained.experiment.id }}"
    dest: "{{ playbook_dir }}/code.tgz"
"""

RETURN = r"""
files:
  description: The files and folders, by path. Empty where none were sent.
  returned: when O(path) is left out
  type: list
  elements: dict
  contains:
    path:
      description: Path below the folder that was sent.
      type: str
      returned: always
      sample: lib/util.py
    is_folder:
      description: Whether it is a folder.
      type: bool
      returned: always
    bytes:
      description: Size of the file. V(0) for a folder.
      type: int
      returned: always
      sample: 2048
    modification_time:
      description: When it was changed last, where it was sent from.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00Z"
    content_type:
      description: What the master takes it for. Null for a folder.
      type: str
      returned: always
      sample: text/plain; charset=utf-8
file:
  description: The one file.
  returned: when O(path) is given
  type: dict
  contains:
    path:
      description: Its path.
      type: str
      returned: always
      sample: train.py
    bytes:
      description: Its size.
      type: int
      returned: always
      sample: 9
    sha256:
      description: Its checksum.
      type: str
      returned: always
    content:
      description: Its content in base64.
      type: str
      returned: when O(dest) is left out
      sample: cHJpbnQoMSkK
    text:
      description: Its content as text. Null where it is not UTF-8.
      type: str
      returned: when O(dest) is left out
      sample: print(1)
dest:
  description: The file that was written, in check mode the one that would be.
  returned: when O(dest) is given
  type: str
bytes:
  description: Its size.
  returned: when O(dest) is given
  type: int
sha256:
  description: Its checksum.
  returned: when O(dest) is given
  type: str
requests:
  description: What was sent to change something on the master, which is nothing.
  returned: always
  type: list
  elements: str
diff:
  description: The checksum of O(dest) before and after.
  returned: when diff mode is on and O(dest) is given
  type: dict
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.model_files import read_files

SPEC = CONNECTION + Spec(
    {
        "experiment_id": {"type": "int"},
        "path": {"type": "str"},
        "dest": {"type": "path"},
        "force": {"type": "bool", "default": False},
    },
    narrows=("path",),
)


def work(call):
    return read_files(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
