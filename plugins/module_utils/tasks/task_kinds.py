# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notebooks, shells, commands and TensorBoards, which are alike but for a few facts, and where tasks run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..store.answers import check_row, read_object, read_rows

if TYPE_CHECKING:
    from ..connection.client import Client

UNCATEGORIZED = 1
OVER = ("STATE_TERMINATING", "STATE_TERMINATED")
GARBAGE = "Checkpoint GC"
GENERIC = "Generic Task"


def by_description(options: dict[str, Any]) -> dict[str, Any]:
    return {"description": options["description"]}


def by_what_it_shows(options: dict[str, Any]) -> dict[str, Any]:
    """The master gives it a description of its own making."""
    ids = {"experimentIds": options["experiment_ids"], "trialIds": options["trial_ids"]}
    return {field: sorted(set(value or ())) for field, value in ids.items()}


@dataclass(frozen=True)
class TaskKind:
    """One of the four.

    :param kind: its name, also the key of one in answers.
    :param reports_ready: whether it says that it is ready; otherwise it is when it runs.
    :param identity: function (options) -> what its fields must be for it to be the one that is meant.
    :param secrets: keys of answers that let anybody in.
    """

    kind: str
    identity: object
    reports_ready: bool = True
    secrets: tuple = ()

    @property
    def plural(self) -> str:
        return self.kind + "s"

    @property
    def path(self) -> str:
        return "/api/v1/" + self.plural


COMMAND = TaskKind("command", by_description, reports_ready=False)
NOTEBOOK = TaskKind("notebook", by_description, secrets=("serviceAddress",))
SHELL = TaskKind("shell", by_description, secrets=("privateKey",))
TENSORBOARD = TaskKind("tensorboard", by_what_it_shows)
KINDS = {one.kind: one for one in (COMMAND, NOTEBOOK, SHELL, TENSORBOARD)}


def open_to_all(kind: Any, row: dict[str, Any], reveal: Any = False) -> Any:
    """A row of the master's without what lets anybody in; the address stays, without its token."""
    if reveal:
        return row
    address = row.get("serviceAddress")
    hidden = {"serviceAddress": address and address.partition("?")[0]} if "serviceAddress" in row else {}
    return {**{name: value for name, value in row.items() if name not in kind.secrets}, **hidden}


def alive(row: dict[str, Any]) -> bool:
    return row["state"] not in OVER


def list_kind(client: Client, kind: TaskKind, **query: Any) -> list[dict[str, Any]]:
    """Those of a kind that the master lists: what waits or runs, and for a day what is over."""
    return read_rows(client.get(kind.path, **query), kind.plural, f"GET {kind.path}", "id", str)


def running(client: Client) -> dict[str, Any]:
    """{task id: what the master says of it} of every task that waits or runs, of any kind."""
    path = "/api/v1/tasks"
    found = read_object(client.get(path), "allocationIdToSummary", f"GET {path}")
    for one in found.values():
        check_row(one, "the summary of a task", f"GET {path}", "taskId", str)
    return {one["taskId"]: one for one in found.values()}


def placed(summary: dict[str, Any]) -> tuple[Any, ...]:
    """(the ids of the containers, the names of the agents) of a task that waits or runs."""
    resources = (summary or {}).get("resources") or ()
    containers = sorted(one["containerId"] for one in resources if one.get("containerId"))
    return containers, sorted({agent for one in resources for agent in one.get("agentDevices") or ()})
