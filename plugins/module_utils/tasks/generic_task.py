# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One generic task: started, paused, going on, or gone.

The master gives such a task no name and lists only those that run, so a name is kept in the ledger. Pausing, resuming
and killing repeat badly there: killing a paused one leaves it in a state from which no call gets it out. So its state
is read first, and a paused one is resumed before it is killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..config_text import parse_config
from ..connection.client import OutcomeUnknown
from ..connection.paths import quote_segment
from ..engine.ledger import PATH as SETTINGS
from ..engine.ledger import Ledger
from ..engine.turns import Turn
from ..errors import ApiError, BadOption, NotFound, Refused
from ..model.row import Row, put_path, read_row, unread
from ..packing import pack
from ..selection.launching import check_pool, check_project
from ..selection.places import project_id
from .task_columns import GENERIC_LIVING, GENERIC_TASK, TASK_BY_ID
from .task_end import TASKS, allocation, failed, is_over, is_ready, last_lines, outcome, read_task, wait_task

if TYPE_CHECKING:
    from ..engine.call import Call

# The project that the master takes where none is named.
UNCATEGORIZED = 1
IN_CONFIG = {"pool": "resources.resource_pool", "slots": "resources.slots", "entrypoint": "entrypoint"}
# {what it is: {what it shall be: acts}}; whoever stops on its own, or is to be killed, is no longer what was started.
ACTS = {
    "ACTIVE": {"started": [], "active": [], "paused": ["pause"], "absent": ["kill"]},
    "PAUSED": {"started": [], "active": ["unpause"], "paused": [], "absent": ["unpause", "kill"]},
    "OVER": {"started": ["create"], "active": ["create"], "paused": ["missing"], "absent": []},
}
SHOWN = {"started": "ACTIVE", "active": "ACTIVE", "paused": "PAUSED"}


def ensure_generic(call: Call) -> Any:
    """The work of det_generic_task."""
    if "id" in call.unmade:
        wanted = call.params["state"]
        shown = None if wanted == "absent" else unread(GENERIC_TASK)
        return {
            "changed": wanted != "started",
            "diff": {"before": {}, "after": {}},
            "requests": [],
            "generic_task": shown,
        }
    if call.params["name"] is None or call.params["state"] == "absent":
        task = GenericTask(call)
        task.read()
        return task.bring()
    with Turn(call, "generic task", call.params["name"]) as turn:
        task = GenericTask(call, turn)
        task.read()
        return task.bring()


def state_of(task: Row | None) -> str:
    """ACTIVE, PAUSED, STOPPING_PAUSED and so on; OVER for what has ended or is about to, and for none."""
    state = (task or {}).get("task_state")
    return state if state in GENERIC_LIVING else "OVER"


def plan_acts(state: Any, wanted: Any) -> Any:
    """What brings a task from a state to the wanted one; one that is being paused is waited for first."""
    return ACTS["PAUSED" if state == "STOPPING_PAUSED" else state][wanted]


def act_path(ident: str, act: str) -> str:
    return f"{TASKS}{quote_segment(ident)}/{act}"


class GenericTask:
    """The task that the options of det_generic_task name."""

    def __init__(self, call: Call, turn: Turn | None = None) -> None:
        self.call = call
        self.turn = turn
        self.wanted = call.params["state"]
        self.current: Row | None = None
        self.ledger = Ledger(call.client, "generic_task")

    def read(self) -> None:
        ident = self.call.params["id"]
        if ident is None:
            ident = self.ledger.read().get(self.call.params["name"])
            self.current = self.get(ident) if ident else None
            return
        self.current = self.get(ident)
        if self.current is None and self.wanted != "absent":
            raise NotFound(f"There is no task {ident}, or the user may not see it.")

    def get(self, ident: Any) -> Any:
        try:
            task = read_task(self.call.client, ident)
        except NotFound:
            return None
        if task["kind"] != "generic":
            raise BadOption("id", ident, "is no generic task, but a {}.".format(task["kind"]))
        return task

    def called(self) -> str:
        name, ident = self.call.params["name"], (self.current or {}).get("id")
        return f"generic task {name or ident}"

    def bring(self) -> Any:
        state = state_of(self.current)
        acts = plan_acts(state, self.wanted)
        if acts == ["missing"] and self.call.check_mode and self.call.params["id"] is None:
            return self.started_before()
        if acts == ["missing"] or (acts == ["create"] and self.call.params["id"] is not None):
            raise Refused(f"{self.called()} is over, or was never started, so it cannot be {self.wanted}.")
        body = self.body() if acts == ["create"] else None
        before, after = self.compared(state, acts)
        result = {"changed": bool(acts), "diff": {"before": before, "after": after}}
        if self.call.check_mode:
            result["requests"] = [request for act in acts for request in self.requests(act)]
            result["generic_task"] = None if self.wanted == "absent" else self.predicted(after)
            return result
        if acts and state == "STOPPING_PAUSED":
            self.wait(lambda task: state_of(task) != "STOPPING_PAUSED", "is paused")
        for act in acts:
            self.send(act, body)
        if self.turn is not None:
            # What follows is waiting for it, which nobody else needs to wait for.
            self.turn.leave()
        result["requests"] = self.call.sent()
        if self.call.params["wait"]:
            result.update(self.wait_end())
        result["generic_task"] = None if self.wanted == "absent" else self.shown()
        return result

    def started_before(self) -> dict[str, Any]:
        """What check mode says of a task that an earlier one of the play would have started."""
        name = self.call.params["name"]
        self.call.warn(f"There is no generic task {name!r} yet; it is taken to be started before.")
        before, after = ({"name": name, "state": SHOWN[state]} for state in ("started", self.wanted))
        return {
            "changed": True,
            "diff": {"before": before, "after": after},
            "requests": [],
            "generic_task": self.predicted(after),
        }

    def compared(self, state: Any, acts: Any) -> Any:
        """What was asked for, before and after."""
        before = {}
        if state != "OVER":
            before = {"id": self.current["id"], "state": "ACTIVE" if state == "ACTIVE" else "PAUSED"}
        if self.wanted == "absent":
            return before, {}
        if not acts:
            return before, before
        return before, dict(before, state=SHOWN[self.wanted]) if before else self.managed()

    # Doing

    def requests(self, act: Any) -> Iterator[Any]:
        yield (
            "POST /api/v1/generic-tasks"
            if act == "create"
            else f"POST {TASKS}{quote_segment(self.current['id'])}/{act}"
        )
        if act in ("create", "kill") and self.call.params["name"]:
            yield "POST " + SETTINGS

    def send(self, act: Any, body: dict[str, Any]) -> None:
        if act == "create":
            self.create(body)
        else:
            if act == "kill" and is_over(self.current):
                # It was resumed just before; there is nothing to kill until its new allocation is there.
                self.wait(lambda task: not allocation(task).get("end_time"), "goes on")
            self.set_state(act)
        self.call.progress(changed=True, generic_task=self.shown())
        if act in ("create", "kill") and self.call.params["name"]:
            self.ledger.write({self.call.params["name"]: self.current["id"] if act == "create" else None})

    def set_state(self, act: Any) -> None:
        """Pause, resume or kill it. A refusal is none where it came to the wanted state by itself meanwhile."""
        ident = self.current["id"]
        body = {} if act == "kill" else None
        try:
            self.call.client.post(act_path(ident, act), body)
        except (OutcomeUnknown, ApiError):
            self.current = self.get(ident)
            aim = "active" if act == "unpause" else self.wanted
            if act in plan_acts(state_of(self.current), aim):
                raise

    def create(self, body: dict[str, Any]) -> None:
        try:
            made = self.call.client.post("/api/v1/generic-tasks", body)
            self.current = read_row(TASK_BY_ID, {"taskType": "TASK_TYPE_GENERIC", **made})
        except OutcomeUnknown as error:
            hint = "It may have been started, without its name: look with det_task_info before running again."
            raise OutcomeUnknown(error.msg, hint, **error.facts) from error

    def body(self) -> dict[str, Any]:
        params = self.call.params
        if all(params[name] is None for name in ("config", "entrypoint", "forked_from")):
            raise BadOption("config", None, "there is no such task, and no config to start it from.")
        if params["inherit_context"] and params["parent_id"] is None:
            raise BadOption("inherit_context", None, "there is no parent_id whose files it could use.")
        config = parse_config(params["config"], self.call.warn) if params["config"] is not None else {}
        for name, path in IN_CONFIG.items():
            if params[name] is not None:
                put_path(config, path, params[name])
        place = project_id(self.call)
        workspace = check_project(self.call, UNCATEGORIZED if place is None else place)
        check_pool(self.call, params["pool"], workspace, "pool")
        body = {
            "config": json.dumps(config) if config else "",
            "projectId": place,
            "parentId": params["parent_id"],
            "forkedFrom": params["forked_from"],
            "inheritContext": params["inherit_context"],
            "noPause": params["no_pause"],
            "contextDirectory": pack(params["context"], "context", self.call.warn)
            if params["context"] is not None
            else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    # Waiting

    def wait(self, done: Any, what: Any) -> None:
        self.current = wait_task(self.call, self.current["id"], self.called(), done, what)

    def wait_end(self) -> Any:
        """Wait for what was asked for. Raises TaskFailed where it ended otherwise."""
        if self.current is None:
            return {}
        if self.wanted == "absent":
            self.wait(lambda task: state_of(task) == "OVER" and is_over(task), "is over")
        elif self.wanted == "paused":
            self.wait(lambda task: state_of(task) in ("PAUSED", "OVER"), "is paused")
        else:
            return self.wait_running()
        return {}

    def wait_running(self) -> dict[str, Any]:
        to_the_end = self.call.params["wait_for"] == "end"

        def done(task: dict[str, Any]) -> Any:
            paused = self.wanted == "started" and state_of(task) in ("PAUSED", "STOPPING_PAUSED")
            ended = state_of(task) == "OVER" and is_over(task)
            return ended or paused or (not to_the_end and is_ready(task, False))

        self.wait(done, "is over" if to_the_end else "is running")
        if state_of(self.current) != "OVER":
            return {}
        how = outcome(self.call, self.current)
        self.call.progress(return_code=how["return_code"], generic_task=self.shown())
        if how["return_code"] != 0:
            raise failed(self.call, self.called(), self.current, how)
        return {"return_code": 0, "log": last_lines(self.call, self.current["id"], program_only=True)}

    # Showing

    def managed(self) -> Any:
        params = self.call.params
        names = ("name", "project", "project_id", "pool", "slots")
        said = {name: params[name] for name in names if params[name] is not None}
        return dict(said, state="ACTIVE")

    def predicted(self, after: Any) -> Any:
        shown = self.shown() if self.current and state_of(self.current) != "OVER" else unread(GENERIC_TASK)
        return dict(shown, name=self.call.params["name"], state=after["state"])

    def shown(self) -> Row:
        row = self.current or unread(TASK_BY_ID)
        own = {"name": self.call.params["name"], "state": row["task_state"]}
        return {one.name: own[one.name] if one.name in own else row[one.name] for one in GENERIC_TASK}
