# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials: made, read, moved between states. (A run is the same row under another name: runs.py.)"""

from __future__ import annotations

import json
import sqlite3
import uuid

from .. import checkpoint_files, clock, running, summaries
from ..errors import ApiError, internal, stumbled
from ..objects import Shape, Table, as_text, prefixed
from ..paging import pagination
from ..permissions import may_see, missing, require
from ..refusals import absent
from . import experiments, lifecycle

ORDER = 41
TABLE = Table(
    "runs",
    """
    id                    | integer primary key autoincrement            | id:int32
    experiment_id         | integer not null references experiments (id) | experimentId:int32
    start_time            | integer not null                             | startTime:timestamp
    end_time              | integer                                      | endTime:timestamp?
    state                 | text not null                                | state:trial.State
    restarts              | integer not null default 0                   | restarts:int32
    hparams               | text not null default '{}'                   | hparams:object
    total_batches         | integer not null default 0                   | totalBatchesProcessed:int32
                          |                                              | bestValidation:MetricsWorkload?
                          |                                              | latestValidation:MetricsWorkload?
                          |                                              | bestCheckpoint:CheckpointWorkload?
    runner_state          | text not null default ''                     | runnerState:string
                          |                                              | wallClockTime:double
                          |                                              | warmStartCheckpointUuid:string
    task_id               | text not null                                | taskId:string
    checkpoint_size       | integer not null default 0                   | totalCheckpointSize:string
    checkpoint_count      | integer not null default 0                   | checkpointCount:int32
    summary_metrics       | text not null default '{}'                   | summaryMetrics:object?
                          |                                              | taskIds:[string]
    searcher_metric_value | real                                         | searcherMetricValue:double
    log_retention_days    | integer                                      | logRetentionDays:int32
    metadata              | text                                         | metadata:object
    project_id            | integer not null                             |
    local_id              | integer not null default 0                   |
    archived              | integer not null default 0                   |
    last_activity         | integer                                      |
    hparams_indexed       | integer not null default 0                   |
    trial_run_id          | integer not null default 0                   |
    external_run_id       | text                                         |
    best_validation_id    | integer                                      |
    latest_validation_id  | integer                                      |
    """,
    {
        "wallClockTime": lambda row: 0,
        "warmStartCheckpointUuid": lambda row: "",
        "totalCheckpointSize": as_text("checkpoint_size"),
        "taskIds": lambda row: [row["task_id"]],
        "searcherMetricValue": lambda row: row["searcher_metric_value"] or 0,
    },
    ("unique (experiment_id, external_run_id)",),
)
# A row of the metrics, and of the checkpoints, as trials have them.
MEASURED = Shape(
    """
    end_time      | endTime:timestamp
                  | metrics:Metrics
                  | numInputs:int32
    total_batches | totalBatches:int32
    """,
    {"metrics": lambda row: {"avgMetrics": json.loads(row["metrics"]), "batchMetrics": []}, "numInputs": lambda row: 0},
)
SAVED = Shape(
    """
    uuid            | uuid:string
    report_time     | endTime:timestamp
    state           | state:checkpoint.State
    resources       | resources:{string}
    steps_completed | totalBatches:int32
    metadata        | metadata:object?
    """,
    {"resources": checkpoint_files.sizes, "state": prefixed("STATE_", "state")},
)
SCHEMA = (
    TABLE.schema
    + """
create index if not exists runs_project on runs (project_id);
create index if not exists runs_task on runs (task_id);
create index if not exists runs_running on runs (last_activity) where state = 'RUNNING';
"""
    + summaries.SCHEMA
)
LOST_AFTER = 300


def start(master):
    _watch_heartbeats(master)


def _watch_heartbeats(master) -> None:
    """Every five minutes: what should run and was silent for as long is an error."""

    def check() -> None:
        silent = master.db.rows(
            "select r.id, r.experiment_id from runs r join experiments e on e.id = r.experiment_id"
            " where r.state = 'RUNNING' and e.unmanaged and r.last_activity < ?",
            master.clock.now() - LOST_AFTER * clock.SECOND,
        )
        for row in silent:
            master.db.run("update runs set state = 'ERROR', end_time = last_activity where id = ?", row["id"])
            follow_trials(master.db, row["experiment_id"], master.clock.now())
        _watch_heartbeats(master)

    master.clock.after(LOST_AFTER, check)


def shown(db, rows: list[sqlite3.Row], *, in_search: bool = False) -> list[dict]:
    """Trials as the API shows them. In a search the searcher's metric is there, and the best checkpoint is not."""
    wanted = {row[column] for row in rows for column in ("best_validation_id", "latest_validation_id")} - {None}
    found = db.rows("select * from metrics where id in (select value from json_each(?))", json.dumps(list(wanted)))
    validations = {row["id"]: MEASURED.shown(row) for row in found}
    best = {} if in_search else _best_checkpoints(db, rows)
    active = json.dumps([row["task_id"] for row in rows if row["state"] == "ACTIVE"])
    live = dict(
        db.connection.execute(f"select value, {lifecycle.live('select t.value')} from json_each(?) t", (active,))
    )
    return [
        TABLE.shown(
            row,
            state=lifecycle.shown_state(row["state"], live.get(row["task_id"])),
            bestValidation=validations.get(row["best_validation_id"]),
            latestValidation=validations.get(row["latest_validation_id"]),
            bestCheckpoint=best.get(row["id"]),
            **({} if in_search else {"searcherMetricValue": 0}),
        )
        for row in rows
    ]


def _best_checkpoints(db, rows: list[sqlite3.Row]) -> dict[int, dict]:
    """The checkpoint at the steps of the best validation, by trial."""
    found = db.rows(
        "select c.* from runs r join metrics m on m.id = r.best_validation_id"
        " join checkpoints c on c.trial_id = r.id and c.steps_completed = m.total_batches and c.state = 'COMPLETED'"
        " where r.checkpoint_count > 0 and r.id in (select value from json_each(?))",
        json.dumps([row["id"] for row in rows if row["checkpoint_count"]]),
    )
    return {row["trial_id"]: SAVED.shown(row, metadata=None) for row in found}


def by_id(db, trial_id: int) -> sqlite3.Row | None:
    return db.row("select * from runs where id = ?", trial_id)


def find(call, trial_id: int, permission: str = "VIEW_EXPERIMENT_ARTIFACTS") -> sqlite3.Row:
    """The trial's row with `unmanaged`, `experiment_state` and `workspace_id` of its experiment; 404 or 403."""
    row = call.db.row(
        "select r.*, e.unmanaged, e.state as experiment_state, p.workspace_id from runs r"
        " join experiments e on e.id = r.experiment_id join projects p on p.id = e.project_id where r.id = ?",
        trial_id,
    )
    if row is None or not may_see(call, "VIEW_EXPERIMENT_METADATA", row["workspace_id"]):
        raise missing(call, "trial", trial_id)
    require(call, permission, row["workspace_id"])
    return row


def _answer(call, trial_id: int) -> dict:
    return {"trial": shown(call.db, [by_id(call.db, trial_id)])[0]}


def get(call, request):
    find(call, request["trialId"])
    return _answer(call, request["trialId"])


def by_external_id(call, request):
    trial_id = call.db.value(
        "select r.id from runs r join experiments e on e.id = r.experiment_id"
        " where r.external_run_id = ? and e.external_experiment_id = ?",
        request["externalTrialId"],
        request["externalExperimentId"],
    )
    if trial_id is None:
        raise absent("trial to change")
    find(call, trial_id)
    return _answer(call, trial_id)


_SORT = {
    "SORT_BY_START_TIME": "start_time",
    "SORT_BY_END_TIME": "end_time",
    "SORT_BY_STATE": "state",
    "SORT_BY_BEST_VALIDATION_METRIC": "searcher_metric_value * sign",
    "SORT_BY_LATEST_VALIDATION_METRIC": "latest_metric * sign",
    "SORT_BY_BATCHES_PROCESSED": "total_batches",
    "SORT_BY_DURATION": "coalesce(end_time, :now) - start_time",
    "SORT_BY_RESTARTS": "restarts",
    "SORT_BY_CHECKPOINT_SIZE": "checkpoint_size",
    "SORT_BY_LOG_RETENTION_DAYS": "log_retention_days",
}


def of_experiment(call, request):
    """Trials of an experiment; limits 0 and -1 are everything."""
    experiment = experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    args = {"experiment": experiment["id"], "now": call.now()}
    where = "experiment_id = :experiment"
    if request["states"]:
        where += " and state in (select value from json_each(:states))"
        args["states"] = json.dumps([state.removeprefix("STATE_") for state in request["states"]])
    direction = "desc nulls first" if request["orderBy"] == "ORDER_BY_DESC" else "asc nulls last"
    column = _SORT.get(request["sortBy"], "id")
    sign = 1 if experiment["smaller_is_better"] else -1
    rows = call.db.rows(
        f"select * from (select r.*, {sign} as sign,"
        " (select json_extract(m.metrics, :metric) from metrics m where m.id = r.latest_validation_id) as latest_metric"
        f" from runs r where {where}) order by {column} {direction}, id {direction}",
        metric=f'$."{experiment["searcher_metric"]}"',
        **args,
    )
    offset, limit = request["offset"], request["limit"]
    start_at = min(max(offset if offset >= 0 else len(rows) + offset, 0), len(rows))
    end = len(rows) if limit <= 0 else min(start_at + limit, len(rows))
    page = shown(call.db, rows[start_at:end])
    return {"trials": page, "pagination": pagination(request, start_at, end, len(rows))}


# --- making


def create(call, request):
    return _answer(call, _create(call, request))


def put(call, request):
    """Upsert by external id: of a trial that is there the hyperparameters are replaced."""
    inner = request.get("createTrialRequest")
    if inner is None:
        raise stumbled()
    if not inner["unmanaged"]:
        raise internal("only unmanaged trials are supported")
    experiments.find(call, inner["experimentId"], "UPDATE_EXPERIMENT")
    try:
        trial_id = _create(call, inner, request["externalTrialId"])
    except ApiError as error:
        text = f"failed to run create trial tx: failed to create trial: {error.as_result}"
        raise ApiError(error.code, text) from None
    return _answer(call, trial_id)


def _create(call, request: dict, external: str | None = None) -> int:
    if not request["unmanaged"]:
        raise internal("only unmanaged trials are supported")
    experiment = experiments.find(call, request["experimentId"], "UPDATE_EXPERIMENT")
    if not experiment["unmanaged"]:
        raise internal("trials can only be created on unmanaged experiments")
    hparams = json.dumps(request.get("hparams", {}))
    if external is not None:
        sql = "select id from runs where experiment_id = ? and external_run_id = ?"
        trial_id = call.db.value(sql, experiment["id"], external)
        if trial_id is not None:
            call.db.update("runs", trial_id, hparams=hparams)
            return trial_id
    task_id = f"{experiment['id']}.{external if external is not None else uuid.uuid4()}"
    running.add_task(call.db, experiment, task_id, call.now())
    return call.db.insert(
        "runs",
        experiment_id=experiment["id"],
        project_id=experiment["project_id"],
        state="PAUSED",
        start_time=call.now(),
        hparams=hparams,
        task_id=task_id,
        external_run_id=external,
    )


# --- states


def follow_trials(db, experiment_id: int, now: int) -> None:
    """Give an unmanaged experiment the state that its trials make: the first of RUNNING, COMPLETED, ERROR, else
    PAUSED."""
    states = set(db.column("select state from runs where experiment_id = ?", experiment_id))
    if not states:
        return
    state = next((s for s in ("RUNNING", "COMPLETED", "ERROR") if s in states), "PAUSED")
    if state == db.value("select state from experiments where id = ?", experiment_id):
        return
    columns: dict = {"state": state}
    if state in lifecycle.ENDED:
        last = db.value("select max(end_time) from runs where experiment_id = ?", experiment_id)
        columns["end_time"] = last if last is not None else now
        if state == "COMPLETED":
            columns["progress"] = 1.0
    db.update("experiments", experiment_id, **columns)


def _unmanaged(call, trial_id: int, doing: str) -> sqlite3.Row:
    """The row of an unmanaged trial; 500 where it is none, 403 for who may not change it, whether it is seen or not."""
    row = call.db.row(
        "select r.*, e.unmanaged, p.workspace_id from runs r join experiments e on e.id = r.experiment_id"
        " join projects p on p.id = e.project_id where r.id = ?",
        trial_id,
    )
    if row is None:
        raise absent(doing)
    require(call, "UPDATE_EXPERIMENT_METADATA", row["workspace_id"])
    if not row["unmanaged"]:
        raise internal("only unmanaged trials are supported")
    return row


def patch(call, request):
    """A new state, or without one a heartbeat."""
    row = _unmanaged(call, request["trialId"], "trial to change")
    now = call.now()
    columns: dict = {"last_activity": now}
    if "state" in request:
        columns["state"] = request["state"].removeprefix("STATE_")
        if columns["state"] in lifecycle.ENDED:
            columns["end_time"] = now
    call.db.update("runs", row["id"], **columns)
    follow_trials(call.db, row["experiment_id"], now)
    return _answer(call, row["id"])


def start_run(call, request):
    row = _unmanaged(call, request["trialId"], "trial to begin")
    if not request["resume"]:
        raise internal(
            "failed to start trial: ERROR: FOR UPDATE cannot be applied to the nullable side of an outer join"
            " (SQLSTATE 0A000)"
        )
    number = row["trial_run_id"] + 1
    call.db.update("runs", row["id"], trial_run_id=number, state="RUNNING", last_activity=call.now())
    follow_trials(call.db, row["experiment_id"], call.now())
    answer = {"trialRunId": number, "stepsCompleted": 0}
    latest = call.db.row(
        "select uuid, steps_completed from checkpoints where trial_id = ? and state = 'COMPLETED'"
        " order by steps_completed desc limit 1",
        row["id"],
    )
    if number > 1 and latest:
        answer.update(stepsCompleted=latest["steps_completed"], latestCheckpoint=latest["uuid"])
    return answer


def _managed(call, trial_id: int) -> sqlite3.Row:
    """A trial that the master has in hand; the others' experiment is what is not found."""
    row = find(call, trial_id, "UPDATE_EXPERIMENT")
    if row["unmanaged"] or row["experiment_state"] not in lifecycle.ALIVE:
        raise missing(call, "experiment", row["experiment_id"])
    return row


def kill(call, request):
    row = _managed(call, request["id"])
    if row["state"] in lifecycle.ENDED:
        raise absent("trial to kill")
    call.db.update("runs", row["id"], state="STOPPING_KILLED")
    running.reconcile(call.master, row["experiment_id"])
    return {}


def early_exit(call, request):
    _managed(call, request["trialId"])
    return {}


def progress(call, request):
    row = find(call, request["trialId"], "UPDATE_EXPERIMENT")
    call.db.update("experiments", row["experiment_id"], progress=request["progress"])
    return {}


def runner_metadata(call, request):
    row = find(call, request["trialId"], "UPDATE_EXPERIMENT")
    call.db.update("runs", row["id"], runner_state=request["metadata"]["state"])
    return {}


def retain_logs(call, request):
    row = find(call, request["trialId"], "UPDATE_EXPERIMENT")
    if not -(2**15) <= request["numDays"] < 2**15:
        raise internal("updating log retention days for trial: ERROR: smallint out of range (SQLSTATE 22003)")
    call.db.update("runs", row["id"], log_retention_days=request["numDays"])
    return {}


def remaining_log_days(call, request):
    """-1: for ever; nothing where the task never ended, as with unmanaged trials."""
    row = call.db.row(
        "select r.*, e.unmanaged from runs r join experiments e on e.id = r.experiment_id where r.id = ?", request["id"]
    )
    if row is None:
        raise absent("trial with logs", request["id"])
    days = row["log_retention_days"]
    if days is None or days == -1:
        return {"remainingDays": -1}
    if row["unmanaged"] or row["end_time"] is None:
        return {}
    left = row["end_time"] + days * clock.DAY - call.now()
    return {"remainingDays": max(0, left // clock.DAY)}
