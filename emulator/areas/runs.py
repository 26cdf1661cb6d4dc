# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: trials as a table of their own, with metadata, and what is done to many of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from .. import checkpoint_storage, clock, filters, paging
from ..errors import ApiError, internal, invalid, stumbled
from ..objects import Shape, as_text
from ..parents import ARCHIVED, closed, require_open
from ..permissions import require, visible_workspaces
from ..refusals import absent
from . import lifecycle, metrics, projects, trials

ORDER = 44
SCHEMA = """
create table if not exists run_metadata_index (
    run_id integer not null references runs (id),
    flat_key text not null,
    text_value text,
    number_value real,
    boolean_value integer,
    time_value integer,
    is_array integer not null default 0
);
create index if not exists run_metadata_key on run_metadata_index (flat_key, run_id);
create index if not exists run_metadata_run on run_metadata_index (run_id);
-- Where runs say that they keep their checkpoints.
create table if not exists storage_backends (
    id integer primary key autoincrement,
    storage text not null unique
);
"""
FROM = """
from runs r join experiments e on e.id = r.experiment_id left join users u on u.id = e.owner_id
join projects p on p.id = r.project_id join workspaces w on w.id = p.workspace_id
"""


OF_EXPERIMENT = Shape(
    """
    experiment_id          | id:int32
    searcher_type          | searcherType:string
    searcher_metric        | searcherMetric:string
    resource_pool          | resourcePool:string
    progress               | progress:double?
                           | description:string
    name                   | name:string
    unmanaged              | unmanaged:bool
                           | isMultitrial:bool
    external_experiment_id | externalExperimentId:string
    parent_id              | forkedFrom:int32
    """,
    {
        "description": lambda row: row["description"] or "",
        "isMultitrial": lambda row: row["searcher_type"] != "single",
    },
)
SHAPE = Shape(
    """
    id               | id:int32
    start_time       | startTime:timestamp
    end_time         | endTime:timestamp?
                     | state:trial.State
    labels           | labels:[string]
                     | checkpointSize:string
    checkpoint_count | checkpointCount:int32
    hparams          | hyperparameters:object
    summary_metrics  | summaryMetrics:object
    owner_id         | userId:int32
                     | duration:int32
    project_id       | projectId:int32
    project_name     | projectName:string
    workspace_id     | workspaceId:int32
    workspace_name   | workspaceName:string
    parent_archived  | parentArchived:bool
                     | experiment:RunExperiment
    any_archived     | archived:bool
                     | localId:string
                     | searcherMetricValue:double
    external_run_id  | externalRunId:string
    metadata         | metadata:object
    """,
    {
        "state": lambda row: lifecycle.shown_state(row["state"]),
        "checkpointSize": as_text("checkpoint_size"),
        "experiment": OF_EXPERIMENT.shown,
        "localId": lambda row: f"{row['key']}-{row['local_id']}",
        "searcherMetricValue": lambda row: metrics.plain(row["searcher_metric_value"]),
    },
)


def shown(row: sqlite3.Row, now: int) -> dict:
    """A run as searches show it."""
    return SHAPE.shown(row, duration=round(((row["end_time"] or now) - row["start_time"]) / clock.SECOND))


def _filtered(text: str, args: dict) -> list[str]:
    condition, show_archived = filters.Compiler(args).root(text)
    where = [condition] if condition else []
    return where if show_archived else [*where, "not (r.archived or e.archived)"]


def _visible(call, permission: str, where: list[str], args: dict) -> None:
    visible = visible_workspaces(call, permission)
    if visible is not None:
        where.append("p.workspace_id in (select value from json_each(:visible))")
        args["visible"] = json.dumps(visible)


def search(call, request):
    args: dict = {"now": call.now()}
    where = ["1"]
    if "projectId" in request:
        projects.find(call, request["projectId"])
        where.append("r.project_id = :project")
        args["project"] = request["projectId"]
    _visible(call, "VIEW_EXPERIMENT_METADATA", where, args)
    if "filter" in request:
        where += _filtered(request["filter"], args)
    order = filters.order_by(request.get("sort"), args, runs=True)
    conditions = " and ".join(where)
    total = call.db.value(f"select count(*) {FROM} where {conditions}", **args)

    def fetch(limit: int, offset: int) -> list:
        return call.db.rows(
            "select r.*, e.labels, e.owner_id, e.searcher_type, e.searcher_metric, e.resource_pool, e.progress,"
            " e.description, e.name, e.unmanaged, e.external_experiment_id, e.parent_id,"
            " (r.archived or e.archived) as any_archived, p.name as project_name, p.key, p.workspace_id,"
            " w.name as workspace_name, (w.archived or p.archived) as parent_archived"
            f" {FROM} where {conditions} order by {order} limit :limit offset :offset",
            **{**args, "limit": limit, "offset": offset},
        )

    rows, pagination = paging.in_sql(request, total, fetch)
    return {"runs": [shown(row, args["now"]) for row in rows], "pagination": pagination}


# --- many at once: as with experiments, but results are plain texts and the project must be given

Result = tuple[int, str]


def _candidates(call, request: dict, project_id: int, permission: str) -> list[sqlite3.Row]:
    args: dict = {"now": call.now(), "project": project_id}
    where = ["r.project_id = :project"]
    if "filter" in request:
        where += _filtered(request["filter"], args)
    else:
        where.append("r.id in (select value from json_each(:ids))")
        args["ids"] = json.dumps(request["runIds"])
    _visible(call, permission, where, args)
    return call.db.rows(
        "select r.id, r.state, r.archived, r.experiment_id, e.archived as experiment_archived,"
        " (r.archived or e.archived or p.archived or w.archived) as any_archived, e.searcher_type <> 'single' as multi"
        f" {FROM} where {' and '.join(where)} order by r.id",
        **args,
    )


def _lost(request: dict, rows: list[sqlite3.Row], project: int | None = None) -> list[Result]:
    """What is said of the ids that there are no runs of; project: where they were looked for, if that is told."""
    if "filter" in request:
        return []
    lost = set(request["runIds"]).difference(row["id"] for row in rows)
    what, place = ("run", ()) if project is None else ("run of a project", (project,))
    return [(i, absent(what, i, *place).text) for i in request["runIds"] if i in lost]


def _one_or_the_other(request: dict) -> None:
    if request["runIds"] and "filter" in request:
        raise internal("if filter is provided run id list must be empty")


def _answer(results: list[Result]) -> dict:
    return {"results": [{"error": error, "id": i} for i, error in results]}


def _verb(permission: str, check: Callable[[sqlite3.Row], str | None], apply: Callable) -> Callable:
    """A handler: check says what is wrong with a run, "" for a success without doing anything, None to do it."""

    def handler(call, request):
        _one_or_the_other(request)
        rows = _candidates(call, request, request["projectId"], permission)
        results: list[Result] = []
        valid = []
        for row in rows:
            error = check(row)
            if error is None:
                valid.append(row)
            else:
                results.append((row["id"], error))
        results += _lost(request, rows, request["projectId"])
        apply(call, valid)
        return _answer(results + [(row["id"], "") for row in valid])

    return handler


def _archiving(archive: bool) -> Callable:
    def check(row):
        search = row["experiment_id"]
        words = closed(ARCHIVED, row["experiment_archived"], "experiments", "runs", "archive", search)
        if words or bool(row["archived"]) == archive:
            return words or ""
        return None if row["state"] in lifecycle.ENDED else "Run is not in terminal state."

    def apply(call, rows):
        ids = json.dumps([row["id"] for row in rows])
        call.db.run("update runs set archived = ? where id in (select value from json_each(?))", archive, ids)

    return _verb("UPDATE_EXPERIMENT_METADATA", check, apply)


archive = _archiving(True)
unarchive = _archiving(False)


def _remove(call, rows: list[sqlite3.Row]) -> None:
    ids = json.dumps([row["id"] for row in rows])
    call.db.run("delete from runs where id in (select value from json_each(?))", ids)
    for experiment_id in {row["experiment_id"] for row in rows}:
        metrics.set_best_trial(call.db, experiment_id)


delete = _verb(
    "DELETE_EXPERIMENT",
    lambda row: None if row["state"] in lifecycle.ENDED else "Run is not in a terminal state.",
    _remove,
)


def kill(call, request):
    rows = _candidates(call, request, request["projectId"], "UPDATE_EXPERIMENT")
    results = [(row["id"], "") for row in rows if row["state"] in lifecycle.ENDED]
    results += _lost(request, rows)
    for row in rows:
        if row["state"] in lifecycle.ENDED:
            continue
        try:
            trials.kill(call, {"id": row["id"]})
            results.append((row["id"], ""))
        except ApiError as error:
            results.append((row["id"], f"Failed to kill run: {error.as_result}"))
    return _answer(results)


def _pausing(word: str, many: Callable) -> Callable:
    def handler(call, request):
        _one_or_the_other(request)
        if not request["runIds"] and "filter" not in request:
            raise stumbled()
        rows = _candidates(call, request, request["projectId"], "UPDATE_EXPERIMENT")
        results: list[Result] = []
        runs: dict[int, int] = {}
        for row in rows:
            words = closed(ARCHIVED, row["any_archived"], "runs", "runs", "pause")
            if words:
                results.append((row["id"], words))
            elif row["multi"]:
                results.append((row["id"], f"Cannot pause/unpause run '{row['id']}' (part of multi-trial)."))
            else:
                runs[row["experiment_id"]] = row["id"]
        results += _lost(request, rows, request["projectId"])
        for i, error in many(call, {"projectId": request["projectId"], "experimentIds": list(runs)}):
            text = f"Failed to {word} associated experiment: {error.as_result}" if error else ""
            results.append((runs[i], text))
        return _answer(results)

    return handler


pause = _pausing("pause", lifecycle.pause_many)
resume = _pausing("resume", lifecycle.activate_many)


def move(call, request):
    """Moves the experiments with all their runs."""
    source = projects.find(call, request["sourceProjectId"])
    require_open(ARCHIVED, source["parent_archived"], "projects", "runs", "move away", source["id"])
    target = projects.find(call, request["destinationProjectId"])
    require_open(ARCHIVED, target["parent_archived"], "projects", "runs", "move here", target["id"])
    projects.require_creation(call, target)
    if source["id"] == target["id"]:
        return {"results": []}
    rows = _candidates(call, request, source["id"], "DELETE_EXPERIMENT")
    results: list[Result] = []
    moving: list[int] = []
    for row in rows:
        words = closed(ARCHIVED, row["any_archived"], "runs", "runs", "move")
        if words:
            results.append((row["id"], words))
        elif row["multi"] and request["skipMultitrial"]:
            results.append((row["id"], f"Skipping run '{row['id']}' (part of multi-trial)."))
        else:
            moving.append(row["experiment_id"])
    results += _lost(request, rows, source["id"])
    moving = list(dict.fromkeys(moving))
    lifecycle.move_to(call.db, moving, target["id"])
    moved = call.db.column(
        "select id from runs where experiment_id in (select value from json_each(?)) order by id", json.dumps(moving)
    )
    return _answer(results + [(i, "") for i in moved])


# --- metadata


def get_metadata(call, request):
    run = trials.find(call, request["runId"])
    return {"metadata": json.loads(run["metadata"]) if run["metadata"] else {}}


def set_metadata(call, request):
    """Replaces all of it."""
    run = trials.find(call, request["runId"], "UPDATE_EXPERIMENT")
    metadata = metrics.plain(request.get("metadata", {}))
    index = [(run["id"], *entry) for entry in _flat(metadata, "", False)]
    call.db.update("runs", run["id"], metadata=json.dumps(metadata))
    call.db.run("delete from run_metadata_index where run_id = ?", run["id"])
    call.db.many("insert into run_metadata_index values (?, ?, ?, ?, ?, ?, ?)", index)
    return {"metadata": metadata}


def _flat(value, key: str, in_array: bool):
    """(key, text, number, boolean, time, whether in a list) of every value; 400 for a key with `$ . [ ]`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if set(name) & set("$.[]"):
                text = "metadata keys can not contain the following character(s):  $ . [ ]"
                raise invalid(f"error flattening metadata: {text}")
            yield from _flat(inner, f"{key}.{name}" if key else name, in_array)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, key, True)
    elif isinstance(value, bool):
        yield key, None, None, value, None, in_array
    elif isinstance(value, (int, float)):
        yield key, None, float(value), None, None, in_array
    elif isinstance(value, str):
        yield key, value, None, None, _moment(value), in_array
    else:
        yield key, None, None, None, None, in_array


def _moment(text: str) -> int | None:
    try:
        return clock.parse(text)
    except ValueError:
        return None


def metadata_values(call, request):
    """The texts that stand under a key in a project."""
    project = projects.find(call, request["projectId"])
    values = call.db.column(
        "select distinct i.text_value from run_metadata_index i join runs r on r.id = i.run_id"
        " where r.project_id = ? and i.flat_key = ? and i.text_value is not null",
        project["id"],
        request["key"],
    )
    return {"values": values}


def prepare_for_reporting(call, request):
    """What a client asks before it reports: the id of its storage, the same for the same storage."""
    run = trials.find(call, request["runId"])
    require(call, "UPDATE_EXPERIMENT", run["workspace_id"])
    if "checkpointStorage" not in request:
        return {}
    sent = request["checkpointStorage"]
    try:
        storage = checkpoint_storage.checked(sent)
    except ApiError as error:
        if error.code == 13:
            raise internal(f"unmarshaling json bytes {json.dumps(sent)}: {error.text}") from None
        text = f"adding storage ID for runID {run['id']}: schema is not complete: {error.text}"
        raise internal(text) from None
    where = {name: value for name, value in storage.items() if name not in checkpoint_storage.POLICY}
    if where["type"] == "shared_fs":
        where["propagation"] = where["propagation"] or checkpoint_storage.PROPAGATION
    kept = json.dumps(where)
    call.db.run("insert or ignore into storage_backends (storage) values (?)", kept)
    return {"storageId": call.db.value("select id from storage_backends where storage = ?", kept)}
