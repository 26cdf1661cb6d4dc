# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be waited for: how experiments, trials, tasks, agents and the master are, and what they can still become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cluster.agent_rows import read_agents
from ..connection.paths import quote_segment
from ..errors import Missing, NotFound, ServerError, Unreachable
from ..kinds.agent import AGENT
from ..model.row import Column, read_row, unread
from ..model.states import bare_state
from ..selection.run_select import RUNS
from ..selection.search import IDS_A_REQUEST, any_of, field, read_ids, search_body
from ..store.parallel import map_concurrently
from ..tasks import task_columns
from ..tasks.task_columns import QUEUED
from ..tasks.task_end import allocation, is_over, is_ready, outcome, read_task
from ..tasks.task_kinds import COMMAND, running, state_of
from .states import ALIVE, ENDS, STOPPING
from .waited_rows import WAITED_EXPERIMENT, WAITED_MASTER, WAITED_TASK, WAITED_TRIAL

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

ANYTHING = None
NOTHING = frozenset()
DELETION = ("DELETING", "DELETE_FAILED", "GONE")


@dataclass(frozen=True)
class Seen:
    """How an object is at one look.

    :param row: what the result says of it; ``state`` is in it.
    :param holds: the words that are true of it now.
    :param future: those that can still become true; None is all.
    """

    row: dict
    holds: frozenset
    future: frozenset | None = ANYTHING


@dataclass(frozen=True)
class Watched:
    """One kind of objects.

    :param word: of one of them.
    :param look: function (call, ids, wanted words) -> {id: Seen}, with as few requests as the API allows.
    :param words: all that can be waited for.
    :param default: what is waited for when nothing is said.
    :param log: function (client, id) -> path of its log, or None.
    """

    word: str
    look: object
    words: tuple
    default: str
    log: object = None


def gone(ident: Any, columns: tuple[Column, ...], future: frozenset | None = NOTHING) -> Seen:
    return Seen(dict(unread(columns), id=ident), frozenset({"GONE"}), future)


def by_state(row: dict[str, Any], words: Any = ()) -> Any:
    """An experiment or a trial. Ended ones can only be deleted, stopping ones only end."""
    state = row["state"]
    holds = {state, *words}
    if state in ALIVE:
        return Seen(row, frozenset(holds | {"ACTIVE"}))
    if state == "DELETE_FAILED":
        return Seen(row, frozenset(holds | {"ENDED"}), NOTHING)
    if state in ENDS:
        return Seen(row, frozenset(holds | {"ENDED"}), frozenset(DELETION))
    if state == "DELETING":
        return Seen(row, frozenset(holds), frozenset(DELETION))
    if state in STOPPING:
        return Seen(row, frozenset(holds), frozenset({*STOPPING, *ENDS, *DELETION, "ENDED"}))
    return Seen(row, frozenset(holds))


def look_at_experiments(call: Call, ids: Any, _wanted: Any) -> Any:
    found = {ident: gone(ident, WAITED_EXPERIMENT) for ident in ids}
    for row in read_ids(call.client, sorted(ids), WAITED_EXPERIMENT):
        found[row["id"]] = by_state(row)
    return found


def look_at_trials(call: Call, ids: Any, wanted: Any) -> Any:
    """By the search of runs, which calls all that wait or run active; each of these is asked where more is wanted."""
    found = {ident: gone(ident, WAITED_TRIAL) for ident in ids}
    rows = list(search_runs(call.client, sorted(ids)))
    finer = wanted.intersection(ALIVE) - {"ACTIVE"}
    active = [row for row in rows if finer and row["state"] in ALIVE]
    states = dict(map_concurrently(lambda row: (row["id"], trial_state(call.client, row)), active))
    for row in rows:
        row["state"] = states.get(row["id"], row["state"])
        found[row["id"]] = by_state(row)
    return found


def search_runs(client: Client, ids: Any) -> Iterator[Any]:
    for start in range(0, len(ids), IDS_A_REQUEST):
        chunk = ids[start : start + IDS_A_REQUEST]
        one_of = any_of([field("id", "=", ident, "COLUMN_TYPE_NUMBER", RUNS) for ident in chunk])
        for run in client.read(RUNS.path, search_body([one_of], True, None, len(chunk), source=RUNS))["runs"]:
            yield read_row(WAITED_TRIAL, run)


def trial_state(client: Client, row: dict[str, Any]) -> Any:
    try:
        return bare_state(client.get("/api/v1/trials/{}".format(row["id"]))["trial"]["state"])
    except Missing:
        return row["state"]


def look_at_tasks(call: Call, ids: Any, wanted: Any) -> Any:
    """Where only the end matters, the one list of what waits or runs tells of all that have not ended."""
    found = {}
    if len(ids) > 1 and wanted <= {"ENDED", "GONE"}:
        alive = running(call.client)
        found = {ident: alive_task(alive[ident]) for ident in ids if ident in alive}
    left = [ident for ident in ids if ident not in found]
    found.update(map_concurrently(lambda ident: (ident, look_at_task(call, ident)), left))
    return found


def alive_task(summary: Any) -> Any:
    state = state_of(summary)
    return Seen(dict(unread(WAITED_TASK), id=summary["taskId"], state=state), frozenset({state}))


def look_at_task(call: Call, ident: Any) -> Any:
    try:
        return task_seen(call, read_task(call.client, ident))
    except NotFound:
        return gone(ident, WAITED_TASK)


def task_seen(call: Call, task: dict[str, Any]) -> Any:
    """The state of its newest allocation, or, of a generic task, its own."""
    newest, own = allocation(task), task["task_state"]
    row = dict(unread(WAITED_TASK), **{name: task[name] for name in ("id", "kind", "task_state")})
    row["state"] = newest.get("state", QUEUED)
    holds = {row["state"]} | ({own} if own else set())
    if not is_over(task):
        ready = is_ready(task, task["kind"] not in (COMMAND.kind, "generic"))
        return Seen(row, frozenset(holds | ({"READY"} if ready else set())))
    row.update(outcome(call, task))
    return Seen(row, frozenset(holds | {"ENDED"}), NOTHING)


def look_at_agents(call: Call, ids: Any, _wanted: Any) -> Any:
    found = {ident: gone(ident, AGENT.columns, ANYTHING) for ident in ids}
    for row in read_agents(call.client):
        if row["id"] in found:
            words = {row["state"].upper(), "CONNECTED"}
            words |= set() if row["tasks"] or row["slots_used"] else {"IDLE"}
            found[row["id"]] = Seen({one.name: row[one.name] for one in AGENT.columns}, frozenset(words))
    return found


def look_at_master(call: Call, ids: Any, _wanted: Any) -> dict[str, Any]:
    """The master as the only one of its kind. Whoever cannot be reached, or is about to start, is so still."""
    client = call.client
    patience, client.retry_time = client.retry_time, 0
    try:
        master = client.get("/api/v1/master", log_in=False)
    except (Unreachable, ServerError) as error:
        row = dict(unread(WAITED_MASTER), id=ids[0], state="unreachable", error=error.msg)
        return {ids[0]: Seen(row, NOTHING)}
    finally:
        client.retry_time = patience
    row = read_row(WAITED_MASTER, {**master, "id": ids[0], "state": unlike(call.params, master) or "ready"})
    return {ids[0]: Seen(row, frozenset({"READY"} if row["state"] == "ready" else ()))}


def unlike(params: dict[str, Any], master: Any) -> Any:
    """Why it is not yet the one that is waited for, or None."""
    if params["master_version"] is not None and master["version"] != params["master_version"]:
        return "of version " + master["version"]
    if params["restarted_since"] is not None and master["masterId"] == params["restarted_since"]:
        return "not started anew"
    return None


def log_of_experiment(client: Client, ident: Any) -> Any:
    """That of its newest trial."""
    query: dict[str, Any] = {"limit": 1, "sortBy": "SORT_BY_ID", "orderBy": "ORDER_BY_DESC"}
    trials = client.get(f"/api/v1/experiments/{ident}/trials", **query)["trials"]
    return log_of_trial(client, trials[0]["id"]) if trials else None


def log_of_trial(_client: Any, ident: Any) -> str:
    return f"/api/v1/trials/{ident}/logs"


def log_of_task(_client: Any, ident: Any) -> str:
    return f"/api/v1/tasks/{quote_segment(ident)}/logs"


LIFE = tuple(dict.fromkeys((*ALIVE, "PAUSED", *STOPPING, *ENDS, *DELETION, "ENDED")))
WATCHED = {
    "experiments": Watched("experiment", look_at_experiments, LIFE, "ENDED", log_of_experiment),
    "trials": Watched("trial", look_at_trials, LIFE, "ENDED", log_of_trial),
    "tasks": Watched(
        "task",
        look_at_tasks,
        (*task_columns.STATES, *task_columns.GENERIC_LIVING, *STOPPING, *ENDS, "READY", "ENDED", "GONE"),
        "ENDED",
        log_of_task,
    ),
    "agents": Watched(
        "agent",
        look_at_agents,
        ("CONNECTED", "IDLE", "ENABLED", "DRAINING", "DRAINED", "DISABLED", "GONE"),
        "CONNECTED",
    ),
    "master": Watched("master", look_at_master, ("READY",), "READY"),
}
