# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to experiments: archive, pause, cancel, delete, move … of one and of many.

Every verb exists once, for many (`bulk_…`); the call for one experiment is the same with one id in any project.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable

from .. import expconf, running, searcher
from ..errors import ApiError, internal, invalid, precondition
from ..like import matching, part_of
from ..parents import ARCHIVED, closed, require_open
from ..permissions import missing, visible_workspaces
from . import projects

ANY_PROJECT = -1
ENDED = ("CANCELED", "COMPLETED", "ERROR")
ALIVE = ("ACTIVE", "PAUSED", "STOPPING_CANCELED", "STOPPING_KILLED", "STOPPING_COMPLETED", "STOPPING_ERROR", "RUNNING")
# How long the master takes for what it does on its own, in seconds.
STOPPING = 0.02
DELETING = 0.05

Result = tuple[int, ApiError | None]


def live(task_ids: str) -> str:
    """SQL for how far the trials of an active experiment have got: 3 RUNNING, 2 STARTING, 1 PULLING, null QUEUED."""
    return (
        "(select max(case a.state when 'RUNNING' then 3 when 'PULLING' then 1 else 2 end) from allocations a"
        f" where a.task_id in ({task_ids}) and a.end_time is null"
        " and a.state in ('PULLING', 'STARTING', 'RUNNING', 'WAITING'))"
    )


def shown_state(state: str, live: int | None = None) -> str:
    """The state as the API says it: an active experiment's is that of its trial that got farthest."""
    if state != "ACTIVE":
        return f"STATE_{state}"
    return ("STATE_QUEUED", "STATE_PULLING", "STATE_STARTING", "STATE_RUNNING")[live or 0]


def is_running(row: sqlite3.Row) -> bool:
    """Whether the master has the experiment in hand: managed and not ended."""
    return not row["unmanaged"] and row["state"] in ALIVE


def require_ended(state: str) -> None:
    if state not in ENDED:
        raise precondition(f"experiment in non terminal state '{state}', try again later")


def job_summary(master, row: sqlite3.Row) -> dict | None:
    """The place in the queue of an active managed experiment."""
    if row["unmanaged"] or row["state"] != "ACTIVE":
        return None
    return master.scheduler.summary(row["job_id"])


def begin(call, experiment_id: int, *, activate: bool) -> None:
    """Start a managed experiment: its first trials are there at once, waiting or paused."""
    call.db.update("experiments", experiment_id, state="ACTIVE" if activate else "PAUSED")
    config = expconf.filled(json.loads(call.db.value("select config from experiments where id = ?", experiment_id)))
    for number in range(searcher.at_once(config)):
        running.add_trial(call.master, experiment_id, config, number)
    running.reconcile(call.master, experiment_id)


def revive(call, experiment_id: int) -> None:
    """Make an ended experiment active again."""
    call.db.update("experiments", experiment_id, state="ACTIVE")
    call.db.run(
        "update runs set state = 'ACTIVE', end_time = null, restarts = 0 where experiment_id = ?", experiment_id
    )
    running.reconcile(call.master, experiment_id)


# --- which ones


def _filter_conditions(filters: dict, args: dict) -> list[str]:
    where = []
    if filters["excludedExperimentIds"]:
        where.append("e.id not in (select value from json_each(:excluded))")
        args["excluded"] = json.dumps(filters["excludedExperimentIds"])
    for name in ("description", "name"):
        if filters[name]:
            args[name] = part_of(filters[name])
            where.append(matching(f"e.{name}", f":{name}", args[name]))
    where += label_conditions(filters["labels"], args)
    if "archived" in filters:
        where.append("e.archived = :archived")
        args["archived"] = filters["archived"]
    if filters["states"]:
        where.append("e.state in (select value from json_each(:states))")
        args["states"] = json.dumps(database_states(filters["states"]))
    if filters["userIds"]:
        where.append("e.owner_id in (select value from json_each(:owners))")
        args["owners"] = json.dumps(filters["userIds"])
    if filters["projectId"]:
        where.append("e.project_id = :filter_project")
        args["filter_project"] = filters["projectId"]
    return where


def label_conditions(labels: list[str], args: dict) -> list[str]:
    """All of the labels must be there; a comma separates two. Labels are kept as JSON, so a quoted one is exact."""
    where = []
    for number, label in enumerate(",".join(labels).split(",") if labels else []):
        where.append(f"instr(e.labels, :label{number})")
        args[f"label{number}"] = json.dumps(label, ensure_ascii=False)
    return where


def database_states(states: Iterable[str]) -> list[str]:
    """States without STATE_; 500 for those that the database does not know."""
    names = [state.removeprefix("STATE_") for state in states]
    for name in names:
        if name in ("QUEUED", "PULLING", "STARTING", "UNSPECIFIED", "DELETED"):
            raise internal(f'ERROR: invalid input value for enum experiment_state: "{name}" (SQLSTATE 22P02)')
    return names


def candidates(
    call, request: dict, permission: str = "VIEW_EXPERIMENT_METADATA", conditions: str = "1"
) -> list[sqlite3.Row]:
    """The experiments that a bulk call is about: by ids, or by filters and then only those that `conditions` admit."""
    args: dict = {}
    where = []
    if "filters" in request:
        where += [*_filter_conditions(request["filters"], args), conditions]
    else:
        where.append("e.id in (select value from json_each(:ids))")
        args["ids"] = json.dumps(request["experimentIds"])
    if request["projectId"] != ANY_PROJECT:
        where.append("e.project_id = :project")
        args["project"] = request["projectId"]
    visible = visible_workspaces(call, permission)
    if visible is not None:
        where.append("p.workspace_id in (select value from json_each(:visible))")
        args["visible"] = json.dumps(visible)
    return call.db.rows(
        "select e.id, e.state, e.archived, e.unmanaged, (e.archived or p.archived or w.archived) as any_archived"
        " from experiments e join projects p on p.id = e.project_id join workspaces w on w.id = p.workspace_id"
        f" where {' and '.join(where)} order by e.id",
        **args,
    )


def _not_found(call, request: dict, seen: Iterable[int]) -> list[Result]:
    if "filters" in request:
        return []
    lost = set(request["experimentIds"]).difference(seen)
    return [(i, missing(call, "experiment", i)) for i in dict.fromkeys(request["experimentIds"]) if i in lost]


def _sorted_out(call, request, permission, conditions, check) -> tuple[list[Result], list[int]]:
    """(results of those that it cannot be done to, ids of the others)."""
    results: list[Result] = []
    valid: list[int] = []
    rows = candidates(call, request, permission, conditions)
    for row in rows:
        error = check(row)
        if error:
            results.append((row["id"], error))
        else:
            valid.append(row["id"])
    results += _not_found(call, request, (row["id"] for row in rows))
    return results, valid


def answer(results: list[Result]) -> dict:
    return {"results": [{"error": error.as_result if error else "", "id": i} for i, error in results]}


def single(call, many: Callable[..., list[Result]], experiment_id: int, **more) -> dict:
    """Do to one experiment what `many` does to a list; its error is the answer's."""
    [(_id, error)] = many(call, {"projectId": ANY_PROJECT, "experimentIds": [experiment_id], **more})
    if error:
        raise error
    return {}


def _pair(many: Callable[..., list[Result]]) -> tuple[Callable, Callable]:
    """(handler for one, handler for many)."""
    return (
        lambda call, request: single(call, many, request["id"]),
        lambda call, request: answer(many(call, request)),
    )


# --- archive and unarchive


def _archived_check(archive: bool):
    def check(row):
        if bool(row["archived"]) == archive:
            return precondition("Experiment is already archived." if archive else "Experiment is not archived.")
        return None if row["state"] in ENDED else precondition("Experiment is not in terminal state.")

    return check


def archive_many(call, request) -> list[Result]:
    return _set_archived(call, request, True)


def unarchive_many(call, request) -> list[Result]:
    if "filters" in request:
        raise internal('ERROR: column reference "archived" is ambiguous (SQLSTATE 42702)')
    return _set_archived(call, request, False)


def _set_archived(call, request, archived: bool) -> list[Result]:
    conditions = f"not e.archived and e.state in {ENDED}"
    check = _archived_check(archived)
    results, valid = _sorted_out(call, request, "UPDATE_EXPERIMENT_METADATA", conditions, check)
    call.db.run(
        "update experiments set archived = ? where id in (select value from json_each(?))", archived, json.dumps(valid)
    )
    return results + [(i, None) for i in valid]


archive, bulk_archive = _pair(archive_many)
unarchive, bulk_unarchive = _pair(unarchive_many)


# --- pause, activate, cancel, kill


def _editable(call, request, default_states: tuple[str, ...]) -> tuple[list[Result], list[sqlite3.Row]]:
    """Those that can be controlled: archived ones are not there."""
    if "filters" in request and not request["filters"]["states"]:
        states = [f"STATE_{state}" for state in default_states]
        request = {**request, "filters": {**request["filters"], "states": states}}
    rows = [
        row
        for row in candidates(call, request, "UPDATE_EXPERIMENT", "not e.archived")
        if not closed(ARCHIVED, row["archived"], "experiments", "experiments", "control")
    ]
    return _not_found(call, request, (row["id"] for row in rows)), rows


TERMINAL = "experiment in terminal state"


def _set_active(call, request, state: str, from_states: tuple[str, ...]) -> list[Result]:
    results, rows = _editable(call, request, from_states)
    ended = [row["id"] for row in rows if not is_running(row)]
    valid = [row["id"] for row in rows if is_running(row) and row["state"] in ("ACTIVE", "PAUSED")]
    results += [
        (row["id"], precondition(f"experiment in incompatible state {row['state']}"))
        for row in rows
        if is_running(row) and row["id"] not in valid
    ]
    changing = json.dumps(valid)
    for table, column in (("experiments", "id"), ("runs", "experiment_id")):
        call.db.run(
            f"update {table} set state = ? where {column} in (select value from json_each(?))"
            " and state in ('ACTIVE', 'PAUSED')",
            state,
            changing,
        )
    for experiment_id in json.loads(changing):
        running.reconcile(call.master, experiment_id)
    return results + [(i, precondition(TERMINAL)) for i in ended] + [(i, None) for i in valid]


def pause_many(call, request) -> list[Result]:
    return _set_active(call, request, "PAUSED", ("ACTIVE",))


def activate_many(call, request) -> list[Result]:
    return _set_active(call, request, "ACTIVE", ("PAUSED",))


pause, bulk_pause = _pair(pause_many)
bulk_activate = _pair(activate_many)[1]


def cancel_many(call, request, state: str = "STOPPING_CANCELED") -> list[Result]:
    """Success for whatever is found; the end comes a moment later, and only for what the master has in hand."""
    results, rows = _editable(call, request, ALIVE)
    stoppable = ("ACTIVE", "PAUSED") if state == "STOPPING_CANCELED" else ("ACTIVE", "PAUSED", "STOPPING_CANCELED")
    stopping = [row["id"] for row in rows if is_running(row) and row["state"] in stoppable]
    if stopping:
        sql = "update experiments set state = ? where id in (select value from json_each(?))"
        call.db.run(sql, state, json.dumps(stopping))
        call.clock.after(STOPPING, lambda: _reconcile(call.master, stopping))
    return results + [(row["id"], None) for row in rows]


def _reconcile(master, ids: list[int]) -> None:
    with master.db.transaction():
        for experiment_id in ids:
            running.reconcile(master, experiment_id)


def kill_many(call, request) -> list[Result]:
    return cancel_many(call, request, "STOPPING_KILLED")


cancel, bulk_cancel = _pair(cancel_many)
kill, bulk_kill = _pair(kill_many)


# --- delete


def delete_many(call, request) -> list[Result]:
    registered = _registered(call.db)

    def check(row):
        if row["id"] in registered:
            return invalid("checkpoints are registered as model versions")
        if row["state"] not in (*ENDED, "DELETE_FAILED"):
            return precondition(f"cannot delete experiment in STATE_{row['state']} state")
        return None

    results, valid = _sorted_out(call, request, "DELETE_EXPERIMENT", f"e.state in {ENDED}", check)
    call.db.run(
        "update experiments set state = 'DELETING' where id in (select value from json_each(?))", json.dumps(valid)
    )
    schedule_deletion(call.master, valid, [] if "filters" in request else request["experimentIds"])
    return results + [(i, None) for i in valid]


def bulk_delete(call, request):
    return answer(delete_many(call, request))


def _registered(db) -> set[int]:
    """Experiments with a checkpoint in the model registry."""
    return set(
        db.column(
            "select distinct c.experiment_id from model_versions v join checkpoints c on c.uuid = v.checkpoint_uuid"
        )
    )


def schedule_deletion(master, ids: list[int], named: list[int]) -> None:
    """Let the experiments be gone together, or the deletion have failed, after the time that it takes.

    Where one fails all have failed: as on the master, those that the request `named`, whatever they were.
    """
    outcomes = [master.faults.outcome("experiment.delete") for dummy in ids]
    seconds = max((seconds for seconds, dummy in outcomes), default=0) or DELETING
    to_fail = any(error for dummy, error in outcomes)

    def end(failure: str) -> None:
        if to_fail or failure:
            _delete_failed(master, named)
        else:
            remove(master, ids)

    clean_up(master, ids, lambda failure: master.clock.after(seconds, lambda: end(failure)))


def clean_up(master, ids: list[int], done: Callable[[str], None]) -> None:
    """Have the checkpoints of experiments removed, those that were removed before too; done(the first error, "" for
    none).

    For each experiment that has some a clean-up task must run on an agent: without agents it is never done. What is in
    the model registry stays.
    """
    to_clean: dict[int, list[str]] = {}
    for row in master.db.rows(
        "select experiment_id, uuid from checkpoints where experiment_id in (select value from json_each(?))"
        " and uuid not in (select checkpoint_uuid from model_versions)",
        json.dumps(ids),
    ):
        to_clean.setdefault(row["experiment_id"], []).append(row["uuid"])
    outcomes: list[str] = []

    def cleaned(failure: str) -> None:
        outcomes.append(failure)
        if len(outcomes) == len(to_clean):
            done(next(filter(None, outcomes), ""))

    for experiment_id, uuids in to_clean.items():
        running.collect(master, experiment_id, uuids, done=cleaned)
    if not to_clean:
        done("")


def _delete_failed(master, ids: list[int]) -> None:
    master.db.run(
        "update experiments set state = 'DELETE_FAILED' where id in (select value from json_each(?))", json.dumps(ids)
    )


def remove(master, ids: list[int]) -> None:
    """Take experiments out of the store with all that hangs on them."""
    with master.db.transaction():
        running.drop(master, ids)
        # Checkpoints in the model registry are left, where somebody deletes their experiments by a project.
        master.db.run(
            "update checkpoints set trial_id = null, experiment_id = null"
            " where experiment_id in (select value from json_each(?))"
            " and uuid in (select checkpoint_uuid from model_versions)",
            json.dumps(ids),
        )
        master.db.run("delete from experiments where id in (select value from json_each(?))", json.dumps(ids))


def start(master):
    """What ran goes on; deletions that were under way have failed."""
    running.restore(master)
    _delete_failed(master, master.db.column("select id from experiments where state = 'DELETING'"))


# --- move, log retention


def bulk_move(call, request):
    """Move experiments with their runs, which get new local ids in the new project."""
    target = projects.find(call, request["destinationProjectId"])
    require_open(ARCHIVED, target["parent_archived"], "projects", "experiments", "move here", target["id"])
    projects.require_creation(call, target)

    def check(row):
        words = closed(ARCHIVED, row["any_archived"], "experiments", "experiments", "move among many")
        return precondition(words) if words else None

    conditions = "not (e.archived or p.archived or w.archived)"
    results, valid = _sorted_out(call, request, "DELETE_EXPERIMENT", conditions, check)
    move_to(call.db, valid, target["id"])
    return answer(results + [(i, None) for i in valid])


def move_to(db, ids: list[int], project_id: int) -> None:
    """Put experiments and their runs into a project."""
    moved = json.dumps(ids)
    runs = db.column("select id from runs where experiment_id in (select value from json_each(?)) order by id", moved)
    db.run("update experiments set project_id = ? where id in (select value from json_each(?))", project_id, moved)
    number = projects.next_local_id(db, project_id, len(runs))
    key = db.value("select key from projects where id = ?", project_id)
    db.many(
        "update runs set project_id = ?, local_id = ?, hparams_indexed = 1 where id = ?",
        [(project_id, number + n, run) for n, run in enumerate(runs)],
    )
    db.many(
        "insert or ignore into local_id_redirect (run_id, project_id, project_key, local_id) values (?, ?, ?, ?)",
        [(run, project_id, key, number + n) for n, run in enumerate(runs)],
    )


def retain_many(call, request) -> list[Result]:
    """Days are cut to 16 bits, as the master does."""
    days = (request["numDays"] + 2**15) % 2**16 - 2**15
    results, rows = _editable(call, request, ())
    for row in rows:
        try:
            require_ended(row["state"])
        except ApiError as error:
            results.append((row["id"], error))
            continue
        if days < -1:
            error = internal(
                f"patching experiment {row['id']}: refusing to save invalid experiment config: config is invalid or"
                f" incomplete: <config>.retention_policy.log_retention_days: must be >= -1 but found {days}"
            )
            results.append((row["id"], error))
            continue
        config = json.loads(call.db.value("select config from experiments where id = ?", row["id"]))
        config["retention_policy"] = {"log_retention_days": days}
        call.db.update("experiments", row["id"], config=json.dumps(config, ensure_ascii=False, separators=(",", ":")))
        call.db.run("update runs set log_retention_days = ? where experiment_id = ?", days, row["id"])
        results.append((row["id"], None))
    return results


def retain_logs(call, request):
    return single(call, retain_many, request["experimentId"], numDays=request["numDays"])


def bulk_retain_logs(call, request):
    return answer(retain_many(call, request))
