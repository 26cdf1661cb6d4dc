#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_metrics_info
short_description: Read metrics of trials of a Determined cluster
version_added: 1.0.0
description:
  - Returns what the metrics of trials came to (last, least, greatest, mean), which trial is the best by any metric, and
    on request how they went.
  - Names and values are as their users reported them.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
  - determined_ai.determined.connection.reads
options:
  trial_ids:
    description: Ids of the trials, or of one.
    type: list
    elements: int
  experiment_ids:
    description: Ids of experiments, for all their trials.
    type: list
    elements: int
  groups:
    description: Only metrics of these groups, such as V(training), V(validation), or others that were reported.
    type: list
    elements: str
  metrics:
    description: Only metrics of these names.
    type: list
    elements: str
  best:
    description:
      - A metric written C(group.name), such as V(validation.loss). The trials that have it come in the order of their
        best values, and RV(best) is the best of all.
    type: str
  smaller_is_better:
    description:
      - Which way O(best) goes. May be left out where it is the metric that the experiments' searchers look at, which
        say so.
    type: bool
  limit:
    description: Take no more than this many trials, with O(best) the best ones.
    type: int
  series:
    description:
      - V(sampled) returns O(max_datapoints) points of each group at most, which the master picks. V(all) returns every
        report, read as a stream.
    type: str
    choices: [none, sampled, all]
    default: none
  max_datapoints:
    description: Points of each group and trial with O(series=sampled).
    type: int
    default: 200
  start_batches:
    description: Only points from here on.
    type: int
  end_batches:
    description: Only points up to here.
    type: int
  at_batches:
    description:
      - Return the trials of O(experiment_ids) as they stood when they had processed this number of batches. RV(trials)
        holds those that reported O(best) then, with their hyperparameters and the value, the best one first. One
        request for each experiment, however many trials it has.
      - Cannot be combined with O(groups), O(metrics), O(series), O(start_batches), O(end_batches) and O(gather).
    type: int
  batches_margin:
    description:
      - With O(at_batches), take a trial's report also when it is up to this many batches away, from 0 to 100. The
        nearest one counts, of two at the same distance the later one.
    type: int
    default: 0
  gather:
    description:
      - Additional data to return.
      - V(names) are the metrics that an experiment reported. V(searcher) is how the metric that the searcher goes by
        got better. Both come in RV(experiments).
      - V(profiler) are the series that the profiler of a trial wrote.
    type: list
    elements: str
    choices: [names, searcher, profiler]
    default: []
seealso:
  - module: determined_ai.determined.det_trial_info
  - module: determined_ai.determined.det_run_info
"""

EXAMPLES = r"""
- name: The five best trials of a search, and the curve of each
  determined_ai.determined.det_metrics_info:
    experiment_ids: [16]
    best: validation.loss
    smaller_is_better: true
    limit: 5
    series: sampled
    max_datapoints: 50

- name: Which metrics an experiment has, and how the one of its searcher got better
  determined_ai.determined.det_metrics_info:
    experiment_ids: [16]
    limit: 1
    gather: [names, searcher]

- name: Which hyperparameters were ahead after 500 batches
  determined_ai.determined.det_metrics_info:
    experiment_ids: [16]
    best: validation.loss
    smaller_is_better: true
    at_batches: 500
    batches_margin: 50
    limit: 3
  register: early

- name: Show their hyperparameters
  ansible.builtin.debug:
    msg: "{{ early.trials | map(attribute='hparams') }}"

- name: What a trial came to
  determined_ai.determined.det_metrics_info:
    trial_ids: 3
    groups: [validation]
  register: read

- name: Its last values
  ansible.builtin.debug:
    msg: "{{ item.key }} {{ item.value.last }}"
  loop: "{{ read.trials[0].metrics.get('validation', {}) | dict2items }}"
"""

RETURN = r"""
trials:
  description:
    - The trials, with O(best) the best one first. With O(at_batches) each has C(id), C(experiment_id), C(hparams),
      C(batches) of the report and C(best_value), its value there.
  returned: success
  type: list
  elements: dict
  contains:
    # columns of trial: id, experiment_id, hparams, batches
    id:
      description: Id, that of its run too.
      type: int
      returned: always
      sample: 36
    experiment_id:
      description: Id of its experiment.
      type: int
      returned: always
      sample: 16
    hparams:
      description: Hyperparameters, by the names that its users gave them.
      type: dict
      returned: always
      sample: {"lr": 0.01}
    batches:
      description: Batches that it has processed.
      type: int
      returned: always
      sample: 937
    # end of columns
    state:
      description: State.
      type: str
      returned: unless O(at_batches)
      sample: "COMPLETED"
    metrics:
      description: What each metric came to, by group and name.
      type: dict
      returned: unless O(at_batches)
      sample:
        {"validation": {"loss": {"count": 9, "last": 0.3, "min": 0.2, "max": 2.1, "mean": 0.7, "sum": 6.3,
        "type": "number"}}}
    best_value:
      description: The best value of the metric.
      type: float
      returned: when O(best) is given
      sample: 0.2
    series:
      description: The points, by group.
      type: dict
      returned: unless O(series) is V(none)
      sample: {"validation": [{"batches": 100, "time": "2026-01-31T12:00:00Z", "metrics": {"loss": 2.1}}]}
    # columns of runs.metric_extras.PROFILED
    profiler:
      description: The series that the profiler wrote.
      type: list
      elements: dict
      returned: with O(gather=profiler)
      contains:
        name:
          description: What was measured.
          type: str
          returned: always
          sample: "gpu_util"
        kind:
          description: SYSTEM, TIMING or MISC.
          type: str
          returned: always
          sample: "SYSTEM"
        agent:
          description: Name of the agent.
          type: str
          returned: always
          sample: "agent-1"
        gpu_uuid:
          description: Uuid of the GPU; empty where it is about none.
          type: str
          returned: always
          sample: ""
        points:
          description: The points, as they were reported.
          type: list
          elements: dict
          returned: always
          contains:
            time:
              description: When it was measured.
              type: str
              returned: always
              sample: "2026-11-24T00:20:25.870503Z"
            batches:
              description: Batches that were processed by then.
              type: int
              returned: always
              sample: 100
            value:
              description: What was measured.
              type: float
              returned: always
              sample: 0.93
    # end of columns
best:
  description: The best value of all trials, and where it was reached. Null where no trial has the metric. The time is
    null with O(at_batches).
  returned: when O(best) is given
  type: dict
  sample: {"trial_id": 36, "experiment_id": 16, "group": "validation", "name": "loss", "value": 0.2, "batches": 900,
    "time": "2026-01-31T12:00:00Z"}
experiments:
  description: What was gathered of the experiments, by id.
  returned: with O(gather=names) or O(gather=searcher)
  type: list
  elements: dict
  contains:
    # columns of runs.metric_extras.EXPERIMENT_METRICS
    id:
      description: Id of the experiment.
      type: int
      returned: always
      sample: 16
    names:
      description: The metrics that its trials reported, as group.name, in order.
      type: list
      elements: str
      returned: with O(gather=names)
      sample: ["validation.loss"]
    best_validation:
      description: The best value of the metric that the searcher goes by; null without a validation.
      type: float
      returned: with O(gather=searcher)
      sample: 1.5
    validation_history:
      description: Each value of that metric that was better than all before.
      type: list
      elements: dict
      returned: with O(gather=searcher)
      contains:
        trial_id:
          description: Id of the trial.
          type: int
          returned: always
          sample: 36
        time:
          description: When it was reported.
          type: str
          returned: always
          sample: "2026-11-24T00:20:25.870503Z"
        value:
          description: The value of the metric that the searcher goes by.
          type: float
          returned: always
          sample: 1.5
    # end of columns
missing_ids:
  description: Those of O(trial_ids) or O(experiment_ids) that are not there, or that the user may not see.
  returned: success
  type: list
  elements: int
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.metric_extras import GATHER
from ansible_collections.determined_ai.determined.plugins.module_utils.runs.metrics import SERIES, gather_metrics

SPEC = CONNECTION + Spec(
    {
        "trial_ids": {"type": "list", "elements": "int"},
        "experiment_ids": {"type": "list", "elements": "int"},
        "groups": {"type": "list", "elements": "str"},
        "metrics": {"type": "list", "elements": "str"},
        "best": {"type": "str"},
        "smaller_is_better": {"type": "bool"},
        "limit": {"type": "int"},
        "series": {"type": "str", "choices": list(SERIES), "default": "none"},
        "max_datapoints": {"type": "int", "default": 200},
        "start_batches": {"type": "int"},
        "end_batches": {"type": "int"},
        "at_batches": {"type": "int"},
        "batches_margin": {"type": "int", "default": 0},
        "gather": {"type": "list", "elements": "str", "choices": list(GATHER), "default": []},
    },
    mutually_exclusive=(("trial_ids", "experiment_ids"),),
    required_one_of=(("trial_ids", "experiment_ids"),),
    narrows=("groups", "metrics", "best", "limit"),
    objects=("trial_ids", "experiment_ids"),
)


def work(call):
    return gather_metrics(call)


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
