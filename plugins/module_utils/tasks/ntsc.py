# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One notebook, shell, command or TensorBoard, started once, or gone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..config_text import parse_config
from ..connection.client import OutcomeUnknown
from ..connection.paths import quote_segment
from ..engine.scopes import find_scope
from ..engine.spec import Spec
from ..engine.turns import Turn
from ..errors import Missing, NotFound, Refused
from ..kinds.access import read_own_account
from ..kinds.workspace import WORKSPACE
from ..model.call import Later
from ..model.kind import Scope
from ..model.row import Row, put_path, unread
from ..packing import pack
from ..selection.launching import check_pool
from ..selection.places import check_template
from ..store.store import Store, only_one
from .task_columns import QUEUED
from .task_end import failed, is_over, is_ready, last_lines, outcome, wait_task
from .task_kinds import UNCATEGORIZED, alive, list_kind

if TYPE_CHECKING:
    from ..engine.call import Call
    from .task_kinds import TaskKind

LAUNCH = Spec(
    {
        "id": {"type": "str"},
        "state": {"type": "str", "choices": ["started", "absent"], "default": "started"},
        "user": {"type": "str"},
        "workspace": {"type": "str"},
        "workspace_id": {"type": "int"},
        "config": {"type": "raw"},
        "template": {"type": "str"},
        "context": {"type": "path"},
        "pool": {"type": "str"},
        "priority": {"type": "int"},
        "log_lines": {"type": "int", "default": 20},
    },
    mutually_exclusive=(("workspace", "workspace_id"),),
)
NAMED = Spec(
    {"description": {"type": "str"}, "slots": {"type": "int"}},
    mutually_exclusive=(("id", "description"),),
    required_one_of=(("id", "description"),),
)
REVEAL = Spec({"reveal": {"type": "bool", "default": False}})
IN_CONFIG = {
    "description": "description",
    "pool": "resources.resource_pool",
    "slots": "resources.slots",
    "priority": "resources.priority",
    "entrypoint": "entrypoint",
}
PLACE = Scope(WORKSPACE)
# Where a task is looked for, and whose it is.
FOUND_BY = ("workspace", "workspace_id", "user")


def ensure_task(call: Call, kind: TaskKind) -> dict[str, Any]:
    """The work of det_command, det_notebook, det_shell and det_tensorboard."""
    if "id" in call.unmade:
        return unmade(call, kind)
    if call.params["state"] == "absent" or call.params["id"] is not None:
        task = Launch(call, kind)
        task.read()
        return task.absent() if call.params["state"] == "absent" else task.started()
    key = json.dumps([kind.identity(call.params), *(call.params[name] for name in FOUND_BY)])
    with Turn(call, kind.kind, key) as turn:
        task = Launch(call, kind, turn)
        task.read()
        return task.started()


def unmade(call: Call, kind: TaskKind) -> dict[str, Any]:
    """What check mode says of one that an earlier task would start."""
    absent = call.params["state"] == "absent"
    shown = None if absent else dict(unread(kind.columns), state=QUEUED)
    return {"changed": absent, "diff": {"before": {}, "after": {}}, "requests": [], kind.kind: shown}


class Launch:
    """The task that the options of a module name."""

    def __init__(self, call: Call, kind: TaskKind, turn: Turn | None = None) -> None:
        self.call = call
        self.kind = kind
        self.turn = turn
        self.current: Row | None = None
        self.identity = kind.identity(call.params)
        self.workspace = UNCATEGORIZED
        self.owner = {}

    # Finding

    def read(self) -> None:
        params = self.call.params
        if params["id"] is not None:
            self.current = self.get(params["id"], missing_ok=params["state"] == "absent")
            return
        if "workspace_id" in self.call.unmade:
            self.workspace = None
        elif params["workspace_id"] is not None:
            self.workspace = params["workspace_id"]
        elif params["workspace"] is not None:
            found = find_scope(self.call, Store(self.call.client), PLACE, needed=False)
            self.workspace = None if found is None or isinstance(found, Later) else found["id"]
        self.owner = {"users": params["user"]}
        if params["user"] is None:
            self.owner = {"userIds": read_own_account(Store(self.call.client))["id"]}
        self.current = self.find()

    def read_answer(self, answer: Mapping[str, Any]) -> Row:
        return self.kind.read(answer[self.kind.kind], self.call.client.url)

    def get(self, ident: Any, missing_ok: Any = False) -> Any:
        try:
            return self.read_answer(self.call.client.get(f"{self.kind.path}/{quote_segment(ident)}"))
        except Missing as error:
            if missing_ok:
                return None
            raise NotFound(f"There is no {self.kind.kind} {ident}.", **error.facts) from error

    def find(self) -> Any:
        """The one that waits or runs and is meant, or None."""
        if self.workspace is None:
            return None
        rows = list_kind(self.call.client, self.kind, workspaceId=self.workspace, **self.owner)
        return only_one(
            [row for row in rows if alive(row) and self.fits(row)], self.kind.kind + "s", f"the name {self.name()!r}"
        )

    def settle_double(self) -> None:
        """Where another machine started the same at the same time, the one that was first stays."""
        rows = list_kind(self.call.client, self.kind, workspaceId=self.workspace, **self.owner)
        rows = [row for row in rows if alive(row) and self.fits(row)]
        first, ours = min(rows, key=lambda row: (row["start_time"], row["id"]), default=None), self.current["id"]
        if first is None or first["id"] == ours or ours not in [row["id"] for row in rows]:
            return
        self.call.warn(
            f"{self.called()} was started twice at the same time; {ours} is killed, {first['id']} was first."
        )
        self.call.client.post(f"{self.kind.path}/{quote_segment(ours)}/kill", repeatable=True)
        self.current = first

    def fits(self, row: dict[str, Any]) -> Any:
        return all(ordered(row[name]) == value for name, value in self.identity.items())

    def name(self) -> Any:
        if self.current is not None:
            return self.current["description"]
        return ", ".join(f"{name} {value}" for name, value in self.identity.items() if value)

    def called(self) -> str:
        return f"{self.kind.kind} {self.name()}"

    # Started

    def started(self) -> Any:
        params = self.call.params
        if self.current is None:
            check_template(self.call)
            check_pool(self.call, params["pool"], self.workspace, "pool")
            before, after = {}, dict(self.managed(), state="started")
            act = self.launch
            requests = ["POST " + self.kind.path]
        else:
            if not alive(self.current):
                raise Refused(
                    f"{self.called()} is over and cannot be started again.", "Leave out the id to start another."
                )
            before, after = self.compared()
            act = self.set_priority
            requests = ["POST /api/v1/job-queues"]
        changed = before != after
        result = {"changed": changed, "diff": {"before": before, "after": after}}
        if self.call.check_mode:
            result["requests"] = requests if changed else []
            result[self.kind.kind] = self.kind.shown(self.current or self.predicted())
            return result
        if changed:
            act()
            self.call.progress(changed=True)
        if self.turn is not None:
            # What follows is waiting for it, which nobody else needs to wait for.
            self.turn.leave()
        result["requests"] = self.call.sent()
        self.note()
        if params["wait"]:
            result.update(self.wait())
        reveal = params.get("reveal", False)
        result[self.kind.kind] = self.kind.shown(self.current, reveal)
        return result

    def managed(self) -> Any:
        """What the options say of one that is made."""
        params = self.call.params
        said = {name: params[name] for name in ("pool", "slots", "priority") if params.get(name) is not None}
        return dict(said, workspace_id=self.workspace, **self.identity)

    def compared(self) -> Any:
        """(before, after) of one that is there: its priority is all that can be changed."""
        have = {"id": self.current["id"], "description": self.current["description"], "state": "started"}
        wanted = self.call.params["priority"]
        if wanted is None:
            return have, have
        config = self.call.client.get(f"{self.kind.path}/{quote_segment(self.current['id'])}")["config"]
        return dict(have, priority=config["resources"]["priority"]), dict(have, priority=wanted)

    def predicted(self) -> Any:
        """As it will be; what is only known when it is made is null."""
        given = {"state": QUEUED, "workspace_id": self.workspace, "resource_pool": self.call.params["pool"]}
        return {**unread(self.kind.columns), **self.identity, **given}

    def launch(self) -> None:
        """Start it. Where the answer was lost it may run all the same, so it is looked for."""
        params, client = self.call.params, self.call.client
        if params["user"] is not None:
            caller = read_own_account(Store(client))["username"]
            if caller != params["user"]:
                raise Refused(
                    f"{self.called()} cannot be started for {params['user']}, as the token is {caller}'s.",
                    "Give a token of that user.",
                )
        try:
            self.current = self.read_answer(client.post(self.kind.path, self.body()))
            self.settle_double()
        except OutcomeUnknown:
            self.current = self.find()
            if self.current is None:
                raise

    def body(self) -> dict[str, Any]:
        params = self.call.params
        config = parse_config(params["config"], self.call.warn) if params["config"] is not None else {}
        for name, path in IN_CONFIG.items():
            if params.get(name) is not None:
                put_path(config, path, params[name])
        body = {
            "config": config,
            "templateName": params["template"],
            "files": pack(params["context"], "context", self.call.warn) if params["context"] is not None else None,
            "workspaceId": self.workspace,
        }
        # What its config does not hold is asked for beside it.
        names = {one.name: one.api for one in self.kind.columns}
        body.update({names[name]: value for name, value in self.identity.items() if name not in IN_CONFIG})
        return {name: value for name, value in body.items() if value is not None}

    def set_priority(self) -> None:
        update = {"jobId": self.current["job_id"], "priority": self.call.params["priority"]}
        self.call.client.post("/api/v1/job-queues", {"updates": [update]}, repeatable=True)

    def wait(self) -> dict[str, Any]:
        """Wait until it is ready, or over if that was asked for. Raises TaskFailed where it ended otherwise."""
        to_the_end = self.call.params.get("wait_for") == "end"

        def done(task: dict[str, Any]) -> Any:
            return is_over(task) or (not to_the_end and is_ready(task, self.kind.reports_ready))

        ident = self.current["id"]
        task = wait_task(self.call, ident, self.called(), done, "is over" if to_the_end else "is ready")
        self.current = self.get(ident)
        if not is_over(task):
            return {}
        how = outcome(self.call, task)
        self.note(return_code=how["return_code"])
        if how["return_code"] != 0 or self.kind.reports_ready:
            raise failed(self.call, self.called(), task, how)
        return {"return_code": 0, "log": last_lines(self.call, ident, program_only=True)}

    def note(self, **facts: Any) -> None:
        """What a failure from here on still tells. It is not hidden, so it never holds what lets anybody in."""
        self.call.progress(**facts, **{self.kind.kind: self.kind.shown(self.current)})

    # Absent

    def absent(self) -> Any:
        row, client = self.current, self.call.client
        lives = row is not None and alive(row)
        before = {"id": row["id"], "description": row["description"], "state": "started"} if lives else {}
        path = f"{self.kind.path}/{quote_segment(row['id'])}/kill" if lives else None
        result = {"changed": lives, "diff": {"before": before, "after": {}}, self.kind.kind: None}
        if self.call.check_mode:
            result["requests"] = ["POST " + path] if lives else []
            return result
        if lives:
            client.post(path, repeatable=True)
            self.call.progress(changed=True)
            if self.call.params["wait"]:
                wait_task(self.call, row["id"], self.called(), is_over, "is over")
        result["requests"] = self.call.sent()
        return result


def ordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
