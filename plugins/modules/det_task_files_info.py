#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_task_files_info
short_description: Read the files that a task of a Determined cluster was started with
version_added: 1.0.0
description:
  - Lists the files that a command, notebook, shell, TensorBoard or generic task was started with, reads one of them, or
    writes one or all of them to a file. For a task of a trial, these are the files of its experiment.
  - What a task writes while it runs is not among them.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.attributes
options:
  task:
    description: Id of the task, which may have ended long ago. Always needed.
    type: str
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
        more than 256 MiB or 100,000 files and folders.
    type: path
  force:
    description: Replace what is at O(dest) and holds something else. Otherwise the task fails.
    type: bool
    default: false
notes:
  - The master has no list of these files, so that each run reads all of them, at most 95 MiB.
seealso:
  - module: determined_ai.determined.det_task_info
  - module: determined_ai.determined.det_experiment_files_info
"""

EXAMPLES = r"""
- name: Start a command with a folder of scripts
  determined_ai.determined.det_command:
    description: nightly check
    entrypoint: [sh, train.sh]
    context: "{{ playbook_dir }}/model"
    slots: 0
    wait: false
  register: started

- name: List what the command was started with
  determined_ai.determined.det_task_files_info:
    task: "{{ started.command.id }}"
  register: found

- name: Show the paths
  ansible.builtin.debug:
    msg: "{{ found.files | map(attribute='path') }}"

- name: Read one file
  determined_ai.determined.det_task_files_info:
    task: "{{ started.command.id }}"
    path: const.yaml
  register: const

- name: Keep all files as an archive
  determined_ai.determined.det_task_files_info:
    task: "{{ started.command.id }}"
    dest: "{{ playbook_dir }}/context.tgz"
"""

RETURN = r"""
files:
  description: The files, by path. Empty where none were sent.
  returned: when O(path) is left out
  type: list
  elements: dict
  contains:
    path:
      description: Path below the folder that was sent.
      type: str
      returned: always
      sample: lib/util.py
    bytes:
      description: Size of the file.
      type: int
      returned: always
      sample: 2048
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
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_files import read_task_files

SPEC = CONNECTION + Spec(
    {
        "task": {"type": "str"},
        "path": {"type": "str"},
        "dest": {"type": "path"},
        "force": {"type": "bool", "default": False},
    },
    narrows=("path",),
)


def work(call):
    return read_task_files(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
