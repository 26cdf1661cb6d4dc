# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of checkpoints removed by the master's clean-up tasks, and waiting for the end of these."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..connection.client import Client
from ..engine.call import Call
from ..engine.many import Errors
from ..errors import ApiError, WaitTimeout
from ..kinds.checkpoint import CHECKPOINTS, REMOVED, read_checkpoints
from ..kinds.experiment import EXPERIMENT
from ..selection.search import read_ids
from ..store.wait import poll
from ..tasks.task_kinds import running
from ..wording import some_of

RECORDED = "its files are still recorded"


def remove(call: Call, uuids: list[str]) -> str | None:
    """Let the master remove checkpoints. Returns the error, or None.

    A repeat would start another task but do no harm, so where the answer was lost waiting for the end tells.
    """
    try:
        call.client.request("DELETE", CHECKPOINTS, body={"checkpointUuids": uuids}, repeatable=True)
    except ApiError as error:
        return error.msg
    return None


def wait_removed(
    call: Call,
    uuids: Collection[str],
    gone: dict[str, set[str]] | None = None,
    counts: dict[Any, int] | None = None,
) -> Errors:
    """{uuid: reason} of those that are not removed at the end of their task, or in time.

    ``gone``: {uuid: set of paths} where only these files are to go. ``counts``: {experiment id: checkpoints that it
    shall have at the end}, and ``uuids`` is {uuid: experiment id}: then experiments are looked at, 200 in a request,
    and single checkpoints in case of doubt only.
    """
    waiting = Waiting(call.client, uuids, gone or {}, counts or {})
    if not waiting.left:
        return {}
    try:
        poll(waiting.look, call.params["wait_timeout"], f"{len(waiting.left)} checkpoints are removed")
    except WaitTimeout:
        waiting.read(sorted(waiting.left))
        waiting.give_up()
    return waiting.failed


class Waiting:
    """What is still to be removed, and the clean-up tasks, one or more for each experiment.

    The master names these tasks in no answer and lists them only while they wait or run. So what was not listed yet may
    not have begun, and only what was and is no longer has ended. The files are read once more after that.
    """

    def __init__(
        self, client: Client, uuids: Collection[str], gone: dict[str, set[str]], counts: dict[Any, int]
    ) -> None:
        self.client = client
        self.gone = gone
        self.counts = counts
        # {uuid: (experiment, what is still there)}, known after the first look.
        self.left: dict[str, Any] = dict.fromkeys(uuids)
        if counts and isinstance(uuids, dict):
            self.left = {uuid: (experiment, RECORDED) for uuid, experiment in uuids.items()}
        self.failed: Errors = {}
        self.tasks: dict[Any, set[str]] = {}
        self.ended: set[Any] = set()

    def look(self) -> bool:
        """Whether nothing is left to wait for."""
        if self.counts:
            self.look_at_experiments()
            self.read(sorted(uuid for uuid, (experiment, _still) in self.left.items() if experiment in self.ended))
        else:
            self.read(sorted(self.left))
        if self.left:
            self.look_at_tasks()
        return not self.left

    def look_at_experiments(self) -> None:
        """Those that have lost as many checkpoints as they should, or are gone, need no closer look."""
        experiments = sorted({experiment for experiment, _still in self.left.values()})
        rows = read_ids(self.client, experiments, EXPERIMENT.only("id", "checkpoint_count"))
        there = {row["id"] for row in rows if row["checkpoint_count"] > self.counts[row["id"]]}
        self.left = {uuid: one for uuid, one in self.left.items() if one[0] in there}

    def read(self, uuids: list[str]) -> None:
        rows, missing = read_checkpoints(self.client, uuids)
        for uuid in missing:
            del self.left[uuid]
        for row in rows:
            uuid, experiment = row["uuid"], row["experiment_id"]
            still = self.still_there(row)
            if not still:
                del self.left[uuid]
            elif experiment in self.ended:
                task = ", ".join(sorted(self.tasks[experiment]))
                self.failed[uuid] = f"{still}, although the clean-up task has ended; the log of task {task} tells more"
                del self.left[uuid]
            else:
                self.left[uuid] = experiment, still

    def still_there(self, row: dict[str, Any]) -> str | None:
        """What of the checkpoint is still there, as a text; None for nothing."""
        if row["state"] in REMOVED:
            return None
        if row["uuid"] not in self.gone:
            return RECORDED
        files = sorted(self.gone[row["uuid"]].intersection(row["resources"]))
        if not files:
            return None
        return "still there: " + some_of(files)

    def look_at_tasks(self) -> None:
        listed: dict[str, set[str]] = {}
        for task, summary in running(self.client).items():
            listed.setdefault(summary["name"], set()).add(task)
        for experiment in {one[0] for one in self.left.values()}:
            found = listed.get(f"Checkpoint GC (Experiment {experiment})")
            if found:
                self.tasks.setdefault(experiment, set()).update(found)
                self.ended.discard(experiment)
            elif experiment in self.tasks:
                self.ended.add(experiment)

    def give_up(self) -> None:
        for uuid, (experiment, still) in self.left.items():
            tasks = ", ".join(sorted(self.tasks.get(experiment, ())))
            why = f"; the clean-up task {tasks} waits for an agent or runs" if tasks else ""
            self.failed[uuid] = f"{still}, wait_timeout is over{why}"
