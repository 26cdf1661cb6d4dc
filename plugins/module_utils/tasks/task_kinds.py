# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notebooks, shells, commands and TensorBoards, which are alike but for a few facts, and where tasks run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model.row import Column, Row, read_row
from ..store.answers import check_row, read_object, read_rows
from . import task_columns

if TYPE_CHECKING:
    from ..connection.client import Client

UNCATEGORIZED = 1
GARBAGE = "Checkpoint GC"
GENERIC = "Generic Task"


def by_description(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": options["description"]}


def identity_by_sources(options: Mapping[str, Any]) -> dict[str, Any]:
    """The master gives it a description of its own making."""
    return {name: sorted(set(options[name] or ())) for name in ("experiment_ids", "trial_ids")}


@dataclass(frozen=True)
class TaskKind:
    """One of the four.

    :param kind: its name, also the key of one in answers.
    :param identity: function (options) -> what its columns must be for it to be the one that is meant.
    :param columns: what a row of it has.
    :param reports_ready: whether it says that it is ready; otherwise it is when it runs.
    """

    kind: str
    identity: Callable[[Mapping[str, Any]], dict[str, Any]]
    columns: tuple[Column, ...]
    reports_ready: bool = True

    @property
    def plural(self) -> str:
        return self.kind + "s"

    @property
    def path(self) -> str:
        return "/api/v1/" + self.plural

    def read(self, answer: Mapping[str, Any], master: str) -> Row:
        """The row of one in an answer of the master with this address."""
        return read_row(self.columns, answer, master=master)

    def shown(self, row: Row, reveal: bool = False) -> Row:
        """A row as results show it: without what lets anybody in, unless that is asked for."""
        return row if reveal else {one.name: one.hide(row[one.name]) for one in self.columns}


COMMAND = TaskKind("command", by_description, task_columns.COMMAND, reports_ready=False)
NOTEBOOK = TaskKind("notebook", by_description, task_columns.NOTEBOOK)
SHELL = TaskKind("shell", by_description, task_columns.SHELL)
TENSORBOARD = TaskKind("tensorboard", identity_by_sources, task_columns.TENSORBOARD)
KINDS = {one.kind: one for one in (COMMAND, NOTEBOOK, SHELL, TENSORBOARD)}


def alive(row: dict[str, Any]) -> bool:
    return row["state"] not in task_columns.OVER


def list_kind(client: Client, kind: TaskKind, **query: Any) -> list[Row]:
    """Rows of those of a kind that the master lists: what waits or runs, and for a day what is over."""
    rows = read_rows(client.get(kind.path, **query), kind.plural, f"GET {kind.path}", "id", str)
    return [kind.read(one, client.url) for one in rows]


def running(client: Client) -> dict[str, Any]:
    """{task id: what the master says of it} of every task that waits or runs, of any kind."""
    path = "/api/v1/tasks"
    found = read_object(client.get(path), "allocationIdToSummary", f"GET {path}")
    for one in found.values():
        check_row(one, "the summary of a task", f"GET {path}", "taskId", str)
    return {one["taskId"]: one for one in found.values()}


def placed(summary: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """(the ids of the containers, the names of the agents) of a task that waits or runs."""
    resources = (summary or {}).get("resources") or ()
    containers = sorted(one["containerId"] for one in resources if one.get("containerId"))
    return containers, sorted({agent for one in resources for agent in one.get("agentDevices") or ()})


def state_of(summary: Mapping[str, Any]) -> str:
    """The state of a task that waits or runs, of which it is known only whether it has a container yet."""
    return task_columns.RUNNING if placed(summary)[0] else task_columns.QUEUED
