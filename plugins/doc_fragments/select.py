# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments, or runs, a task is about."""

from __future__ import annotations


# ansible-test reads literal text only, so what the two have in common stands here twice.
class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ids:
    description:
      - Ids of the experiments. An empty list selects no experiments. Exclusive with O(select).
      - Where something is changed, an id of no experiment is an error, unless it must be absent.
    type: list
    elements: int
  select:
    description:
      - Conditions that must all hold. The master's search resolves them to ids first. The module then acts on these
        ids, so experiments that start to match later are not touched.
      - Experiments that are being deleted are never selected.
      - A task that changes something needs at least one condition. O(select.project) of V(*/*) selects every
        experiment.
      - A condition that was given but is empty, such as a list or a text that a template left empty, or null, is
        refused. Leave out conditions that you do not need.
    type: dict
    suboptions:
      states:
        description:
          - States, such as V(COMPLETED), V(CANCELED), V(ERROR), V(PAUSED), V(ACTIVE), V(RUNNING), V(DELETE_FAILED).
          - V(ACTIVE) includes the states that the master shows as queued, pulling, starting or running. V(RUNNING)
            finds unmanaged experiments.
        type: list
        elements: str
      expired_label:
        description:
          - With V(expires), what has a label such as C(expires=2026-12-31) whose day is over (UTC). The latest day
            counts if there are several such labels. A label without a valid day never expires.
        type: str
      workspace:
        description:
          - Names of workspaces. All their projects are selected. In a name, * matches any text and ? one character. All
            other characters match literally. If a name equals the pattern, only this name is selected.
        type: list
        elements: str
      project:
        description:
          - Projects, written C(workspace/project), with * and ? as in O(select.workspace), so V(*/*) is all.
        type: list
        elements: str
      project_id:
        description: Ids of projects.
        type: list
        elements: int
      owners:
        description: User names.
        type: list
        elements: str
      labels_all:
        description: Labels that must all be present. Runs have those of their experiment.
        type: list
        elements: str
      labels_any:
        description: Labels of which at least one must be present.
        type: list
        elements: str
      labels_none:
        description: Labels of which none may be present.
        type: list
        elements: str
      archived:
        description: V(true) selects only archived objects, V(false) only others. The default is both.
        type: bool
      unmanaged:
        description: V(true) selects only unmanaged objects, V(false) only managed objects. The default is both.
        type: bool
      name:
        description: Part of the name. Upper and lower case are the same. There are no wildcards.
        type: str
      started_before:
        description: An age such as V(90d), in s, m, h, d or w, or a time such as V(2026-01-31) or
          V(2026-01-31T12:00:00Z).
        type: str
      started_after:
        description: An age or a time, as for O(select.started_before).
        type: str
      ended_before:
        description: An age or a time. Objects that have not ended do not match.
        type: str
      ended_after:
        description: An age or a time.
        type: str
      where:
        description:
          - Conditions on any column that the master's search has, such as V(checkpointSize), on a metric (of an
            experiment's best trial) such as V(validation.accuracy.max), or on a hyperparameter such as V(hp.lr).
          - Runs can also be selected by their metadata, such as V(metadata.dataset).
          - M(determined_ai.determined.det_project_info) lists the columns.
        type: list
        elements: dict
        suboptions:
          column:
            description: Name of the column.
            type: str
            required: true
          operator:
            description: How to compare.
            type: str
            choices: ["=", "!=", "<", "<=", ">", ">=", contains, notContains, isEmpty, notEmpty]
            default: "="
          value:
            description:
              - Value to compare with. Only V(isEmpty) and V(notEmpty) need no value.
              - The column decides the type, so V(2024) is a text on C(name) and a number on C(id). Metrics and
                hyperparameters take a text that is a number for one; metadata is compared as it is given.
            type: raw
      order:
        description: The order, which decides what O(select.limit) leaves out.
        type: str
        choices: [id, name, start_time, end_time, checkpoint_bytes]
        default: id
      descending:
        description: Largest, or latest, first.
        type: bool
        default: false
      limit:
        description: Maximum number to select.
        type: int
"""

    RUNS = r"""
options:
  ids:
    description:
      - Ids of the runs. An empty list is none of them. Exclusive with O(select).
      - Where something is changed, an id of no run is an error, unless the run must be absent.
    type: list
    elements: int
  select:
    description:
      - Conditions that must all hold. They are resolved to ids first, by the master's search of runs, and then acted on
        by these ids.
      - A task that changes something needs at least one condition. O(select.project) of V(*/*) selects every run.
      - A condition that was given but is empty, such as a list or a text that a template left empty, or null, is
        refused. Leave out conditions that you do not need.
    type: dict
    suboptions:
      experiment_ids:
        description: Ids of the experiments of the runs.
        type: list
        elements: int
      states:
        description:
          - States. V(ACTIVE) includes queued and running runs. V(RUNNING) finds unmanaged runs.
        type: list
        elements: str
        choices: [ACTIVE, RUNNING, PAUSED, COMPLETED, CANCELED, ERROR]
      workspace:
        description:
          - Names of workspaces. All their projects are selected. In a name, * matches any text and ? one character. All
            other characters match literally. If a name equals the pattern, only this name is selected.
        type: list
        elements: str
      project:
        description:
          - Projects, written C(workspace/project), with * and ? as in O(select.workspace), so V(*/*) is all.
        type: list
        elements: str
      project_id:
        description: Ids of projects.
        type: list
        elements: int
      owners:
        description: User names.
        type: list
        elements: str
      labels_all:
        description: Labels that must all be present. Runs have those of their experiment.
        type: list
        elements: str
      labels_any:
        description: Labels of which at least one must be present.
        type: list
        elements: str
      labels_none:
        description: Labels of which none may be present.
        type: list
        elements: str
      archived:
        description: V(true) selects only archived objects, V(false) only others. The default is both.
        type: bool
      unmanaged:
        description: V(true) selects only unmanaged objects, V(false) only managed objects. The default is both.
        type: bool
      name:
        description: Part of the name. Upper and lower case are the same. There are no wildcards.
        type: str
      started_before:
        description: An age such as V(90d), in s, m, h, d or w, or a time such as V(2026-01-31) or
          V(2026-01-31T12:00:00Z).
        type: str
      started_after:
        description: An age or a time, as for O(select.started_before).
        type: str
      ended_before:
        description: An age or a time. Objects that have not ended do not match.
        type: str
      ended_after:
        description: An age or a time.
        type: str
      where:
        description:
          - Conditions on any column that the master's search has, such as V(checkpointSize), on a metric (of an
            experiment's best trial) such as V(validation.accuracy.max), or on a hyperparameter such as V(hp.lr).
          - Runs can also be selected by their metadata, such as V(metadata.dataset).
          - M(determined_ai.determined.det_project_info) lists the columns.
        type: list
        elements: dict
        suboptions:
          column:
            description: Name of the column.
            type: str
            required: true
          operator:
            description: How to compare.
            type: str
            choices: ["=", "!=", "<", "<=", ">", ">=", contains, notContains, isEmpty, notEmpty]
            default: "="
          value:
            description:
              - Value to compare with. Only V(isEmpty) and V(notEmpty) need no value.
              - The column decides the type, so V(2024) is a text on C(name) and a number on C(id). Metrics and
                hyperparameters take a text that is a number for one; metadata is compared as it is given.
            type: raw
      order:
        description: The order, which decides what O(select.limit) leaves out.
        type: str
        choices: [id, name, start_time, end_time, checkpoint_bytes]
        default: id
      descending:
        description: Largest, or latest, first.
        type: bool
        default: false
      limit:
        description: Maximum number to select.
        type: int
"""
