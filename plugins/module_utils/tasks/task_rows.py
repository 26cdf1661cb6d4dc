# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of every kind as rows that are alike: what waits or runs, joined with who started it and where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..connection.auth import parse_time
from ..engine.given import refuse_empty
from ..engine.spec import Spec
from ..errors import BadOption, NotFound
from ..kinds.experiment import EXPERIMENT
from ..kinds.workspace import WORKSPACE
from ..model.row import Row, read_row
from ..selection.launching import demand_pools, names
from ..selection.named import user_ids
from ..selection.search import map_concurrently, read_ids
from ..store.store import Store
from ..when import moment
from .task_columns import TASK
from .task_kinds import GARBAGE, GENERIC, KINDS, alive, list_kind, placed, running, state_of

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..tasks.task_kinds import TaskKind

ALL_KINDS = [*KINDS, "trial", "generic", "checkpoint_gc"]
# What an experiment says of whose its trials are.
OWNER = ("owner", "owner_id", "workspace_id")
OF_EXPERIMENT = re.compile(r"(\d+)\.[0-9a-f]{8}-")

FILTERS = Spec(
    {
        "users": {"type": "list", "elements": "str"},
        "workspaces": {"type": "list", "elements": "str"},
        "pools": {"type": "list", "elements": "str"},
        "description": {"type": "str"},
    },
    narrows=("users", "workspaces", "pools", "description"),
)


def read_rows(client: Client, kinds: list[str], over: bool = False) -> list[dict[str, Any]]:
    """Rows of these kinds. ``over``: also notebooks and the like that have ended and are still listed."""
    found = running(client)
    wanted = [KINDS[kind] for kind in kinds if kind in KINDS]
    rows = []
    for kind, listed in map_concurrently(lambda one: (one, list_kind(client, one)), wanted):
        rows += [interactive(kind, one, found.get(one["id"])) for one in listed if over or alive(one)]
    others = [one for ident, one in found.items() if kind_of(ident, one["name"]) in kinds]
    return rows + with_owners(client, [other(one, client.url) for one in others])


def kind_of(ident: str, name: str) -> Any:
    """The kind of a task that is in none of the lists of a kind; None for one that is."""
    if OF_EXPERIMENT.match(ident):
        return "checkpoint_gc" if name.startswith(GARBAGE) else "trial"
    return "generic" if name == f"{GENERIC} {ident}" else None


def interactive(kind: TaskKind, one: Row, summary: dict[str, Any] | None) -> Row:
    """The row of a notebook, shell, command or TensorBoard; ``summary``: what the master says of it while it lives."""
    more = dict(places(summary), kind=kind.kind, name=one["description"], experiment_id=None)
    return {column.name: more[column.name] if column.name in more else one[column.name] for column in TASK}


def other(summary: dict[str, Any], master: str) -> Row:
    """The row of a task that only the list of what runs shows."""
    match = OF_EXPERIMENT.match(summary["taskId"])
    answer = {
        **places(summary),
        "id": summary["taskId"],
        "kind": kind_of(summary["taskId"], summary["name"]),
        "name": summary["name"],
        "state": state_of(summary),
        "resourcePool": summary["resourcePool"],
        "startTime": summary["registeredTime"],
        "experimentId": int(match.group(1)) if match else None,
        "exitStatus": "",
    }
    return read_row(TASK, answer, master=master)


def places(summary: dict[str, Any] | None) -> dict[str, Any]:
    containers, agents = placed(summary)
    known = summary or {}
    return {
        "containers": containers,
        "agents": agents,
        "slots": known.get("slotsNeeded", 0),
        "priority": known.get("priority"),
    }


def with_owners(client: Client, rows: list[Any]) -> list[Any]:
    """Rows of trials with whose they are, which their experiment says. Nothing says whose a generic task is."""
    ids = sorted({row["experiment_id"] for row in rows if row["kind"] == "trial"})
    columns = EXPERIMENT.only("id", *OWNER)
    owners = {one["id"]: one for one in read_ids(client, ids, columns)} if ids else {}
    for row in rows:
        experiment = owners.get(row["experiment_id"])
        if experiment is not None:
            row.update({name: experiment[name] for name in OWNER})
    return rows


class Filter:
    """The options users, workspaces, pools, description and older_than, made ready."""

    def __init__(self, client: Any, params: dict[str, Any]) -> None:
        given = {name: params[name] for name in FILTERS.options if params[name] is not None}
        for option, value in given.items():
            refuse_empty(option, value)
        self.users, self.pools = given.get("users"), given.get("pools")
        if self.users is not None:
            user_ids(client, self.users, "users")
        if self.pools is not None:
            demand_pools(self.pools, names(client))
        self.description = pattern(given["description"], "description") if "description" in given else None
        older = params.get("older_than")
        self.before = moment(older, "older_than") if older is not None else None
        self.workspaces = None
        if "workspaces" in given:
            self.workspaces = [named_workspace(client, name) for name in given["workspaces"]]

    def fits(self, row: dict[str, Any]) -> bool:
        return (
            (self.users is None or row["owner"] in self.users)
            and (self.pools is None or row["resource_pool"] in self.pools)
            and (self.workspaces is None or row["workspace_id"] in self.workspaces)
            and (self.description is None or bool(self.description.search(row["name"])))
            and (self.before is None or parse_time(row["start_time"]) < self.before)
        )


def named_workspace(client: Client, name: str) -> Any:
    found = Store(client).one_named(WORKSPACE, name)
    if found is None:
        raise NotFound(f"There is no workspace {name!r}.", option="workspaces")
    return found["id"]


def pattern(text: str, option: str) -> Any:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadOption(option, text, f"is no regular expression: {error}.") from error
