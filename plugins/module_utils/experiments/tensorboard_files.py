# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that experiments wrote for TensorBoard, removed from the checkpoint storage.

The master tells nowhere whether there are such files. It removes them by a clean-up task on an agent, answers when that
has ended, and without an agent never."""

from __future__ import annotations

from typing import Any

from ..connection.client import OutcomeUnknown
from ..engine.call import Call
from ..engine.drift import find_drift
from ..engine.many import Act, Errors, Item, Many, Row, View, change_many
from ..engine.settle import send_each
from ..kinds.experiment_parts import is_deleting, is_over
from ..selection.search import IDS_A_REQUEST
from ..selection.select import select_rows
from ..store.answers import read_rows
from .bulk_acts import read_rows as read_experiments
from .experiments import columns, kept_by_label, report

ACT = "tensorboard_files"
PATH = "/api/v1/experiments/{}/tensorboard-files"
AGENTS = "/api/v1/agents"
# Each is a task on an agent, and the journal tells after each chunk what is done.
CHUNK = 10
GOES_ON = "The clean-up task may still wait for an agent, or run. Raise timeout to see its end."
VIEW = View("experiments", report, columns)


def remove_tensorboard_files(call: Call) -> dict[str, Any]:
    """The work of det_tensorboard_files."""
    rows, many = select_rows(call), Many()
    agent = bool(rows) and has_agent(call)
    for row in rows:
        reason = refusal(row, call.params["keep_labels"]) or (None if agent else "no agent is there for the clean-up")
        if reason:
            many.skip(report(row), reason)
        else:
            many.add(row["id"], row, [ACT], {ACT: "unknown"}, {ACT: "absent"})
    return change_many(call, VIEW, many, [removal_act(call)])


def has_agent(call: Call) -> bool:
    """Whether an agent is there and switched on."""
    return any(one.get("enabled") for one in read_rows(call.client.get(AGENTS), "agents", f"GET {AGENTS}", "id", str))


def refusal(row: Row, keep_labels: list[str]) -> str | None:
    """Why the files of an experiment stay, None where they may go."""
    if is_deleting(row):
        return "it is being deleted, with these files"
    if not is_over(row):
        return f"it has not ended ({row['state']}) and may still write them"
    return kept_by_label(row, keep_labels)


def removal_act(call: Call) -> Act:
    return Act(
        ACT,
        lambda items: send_each(items, lambda item: remove(call, item), None, call.params["connections"]),
        lambda items: [f"DELETE {PATH.format(one.id)}" for one in items],
        chunk=CHUNK,
        irreversible=True,
        look_again=lambda items: look_again(call, items),
        most=IDS_A_REQUEST,
    )


def remove(call: Call, item: Item) -> None:
    """Ask for the removal and wait for its end, for as long as an answer may take."""
    try:
        call.client.request("DELETE", PATH.format(item.id), repeatable=False)
    except OutcomeUnknown as error:
        raise OutcomeUnknown(f"{error.msg} {GOES_ON}", **error.facts) from error


def look_again(call: Call, items: list[Item]) -> Errors:
    """Errors of the experiments whose files must stay after all."""
    rows, found = read_experiments(call, [one.id for one in items]), {}
    for one in items:
        row = rows.get(one.id)
        if row is None:
            found[one.id] = "there is no such experiment any more"
        elif reason := refusal(row, call.params["keep_labels"]) or find_drift(one, row):
            found[one.id] = reason
    return found
