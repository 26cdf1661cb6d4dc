#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_experiment_validate
short_description: Check the config of an experiment by a Determined cluster, without making an experiment
version_added: 1.0.0
description:
  - Lets the master check a config as if an experiment were made of it, with the defaults, the template, the workspace
    and the policies that would hold there. Nothing is made.
  - Tells what is wrong, with the field, and for a text its line, and what the hyperparameter search would try.
  - An invalid config fails the task, unless O(fail) is false.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  config:
    description: The config, as a dict or as YAML text, which is read as by M(determined_ai.determined.det_experiment).
    type: raw
  config_file:
    description:
      - File with the config as YAML text, on the machine that the task runs on. Needs the Python library
        C(ruamel.yaml).
    type: path
  project:
    description: The project that the experiment would be in, written C(workspace/project).
    type: str
  project_id:
    description: Id of that project.
    type: int
  template:
    description: Name of a template that the config would be merged into.
    type: str
  parent_id:
    description: Id of an experiment whose model code would be used (a fork).
    type: int
  unmanaged:
    description: Check it as that of an experiment that the master does not run, which needs no C(entrypoint).
    type: bool
    default: false
  fail:
    description: Fail the task where the config is invalid. Otherwise that is only reported.
    type: bool
    default: true
notes:
  - A master that cannot be reached, or that denies the user the project, fails the task in any case.
  - What a search would try is asked of the C(searcher) and C(hyperparameters) of the config itself, without the
    template.
  - The master stops at the first kind of fault. When the named ones are mended, more may come up.
seealso:
  - module: determined_ai.determined.det_experiment
"""

EXAMPLES = r"""
- name: Check a config before it is merged
  determined_ai.determined.det_experiment_validate:
    config_file: model/const.yaml
    project: vision/detr

- name: See how many trials a search would have
  determined_ai.determined.det_experiment_validate:
    config:
      entrypoint: python3 train.py
      searcher: {name: grid, metric: loss, max_concurrent_trials: 4}
      hyperparameters:
        depth: {type: categorical, vals: [2, 4, 8]}
        width: {type: int, minval: 1, maxval: 4, count: 4}
  register: checked

- name: Refuse searches that are too large
  ansible.builtin.assert:
    that: checked.search.trial_count <= 50

- name: Collect what is wrong with a config
  determined_ai.determined.det_experiment_validate:
    config: "{searcher: {name: single}, max_restart: 3}"
    fail: false
  register: draft

- name: Show the faults
  ansible.builtin.debug:
    msg: "line {{ item.line }}: {{ item.field }}: {{ item.message }}"
  loop: "{{ draft.errors }}"
"""

RETURN = r"""
valid:
  description: Whether the master would take the config.
  returned: always
  type: bool
errors:
  description: What is wrong with it.
  returned: always
  type: list
  elements: dict
  contains:
    # columns of experiments.validation.FAULT
    message:
      description: What is wrong, in the master's words.
      type: str
      returned: always
      sample: "metric is a required property"
    field:
      description: The field that is wrong or missing; null where the master names none.
      type: str
      returned: always
      sample: "searcher.metric"
    file:
      description: The file, where O(config_file) is given.
      type: str
      returned: always
      sample: "model/const.yaml"
    line:
      description: The line of the field, or of what should hold it; null where it is not known.
      type: int
      returned: always
      sample: 4
    # end of columns
launch_warnings:
  description: What the master would warn of when the experiment is made.
  returned: always
  type: list
  elements: str
  sample: [CURRENT_SLOTS_EXCEEDED]
search:
  description: What the search would try. Null where the config is invalid, or has no searcher of its own.
  returned: always
  type: dict
  contains:
    searcher:
      description: The searcher with all defaults.
      type: dict
      returned: always
      sample: {"name": "grid", "metric": "loss", "smaller_is_better": true, "max_concurrent_trials": 4}
    trials:
      description: The trials, those of the same length together.
      type: list
      elements: dict
      returned: always
      contains:
        # columns of experiments.validation.TRIALS
        count:
          description: How many trials.
          type: int
          returned: always
          sample: 5
        unit:
          description: What their length is counted in; null where each is as long as its code makes it.
          type: str
          returned: always
          sample: "batches"
        length:
          description: How long each is, in that unit; null where each is as long as its code makes it.
          type: int
          returned: always
          sample: 16
        # end of columns
    trial_count:
      description: Number of all trials.
      type: int
      returned: always
      sample: 12
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.validation import validate_config

SPEC = CONNECTION + Spec(
    {
        "config": {"type": "raw"},
        "config_file": {"type": "path"},
        "project": {"type": "str"},
        "project_id": {"type": "int"},
        "template": {"type": "str"},
        "parent_id": {"type": "int"},
        "unmanaged": {"type": "bool", "default": False},
        "fail": {"type": "bool", "default": True},
    },
    mutually_exclusive=(("config", "config_file"), ("project", "project_id")),
    required_one_of=(("config", "config_file"),),
    narrows=("template",),
)


def work(call):
    return validate_config(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
