# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints: reported, read, changed, removed."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable

from .. import checkpoint_files, expconf, globs, paging, running
from ..errors import internal, invalid
from ..objects import Shape, Table, prefixed
from ..permissions import may_see, missing, require
from ..refusals import absent
from . import experiments, tasks, trials

ORDER = 43


def _searcher_metric(row: sqlite3.Row):
    return json.loads(row["validation"]).get(row["searcher_metric"]) if row["validation"] else None


def _metrics(column: str) -> Callable:
    return lambda row: {"avgMetrics": json.loads(row[column]) if row[column] else None, "batchMetrics": []}


# The experiment of a registered checkpoint may be gone.
TRAINING = Shape(
    """
    trial_id      | trialId:int32
    experiment_id | experimentId:int32
                  | experimentConfig:object?
    hparams       | hparams:object?
                  | trainingMetrics:Metrics
                  | validationMetrics:Metrics
                  | searcherMetric:double
    """,
    {
        "experimentConfig": lambda row: row["config"] and expconf.filled(json.loads(row["config"])),
        "trainingMetrics": _metrics("training"),
        "validationMetrics": _metrics("validation"),
        "searcherMetric": _searcher_metric,
    },
)
# trial_id, experiment_id: none of a registered one whose experiment was deleted with its project.
TABLE = Table(
    "checkpoints",
    """
    task_id         | text not null                       | taskId:string
    allocation_id   | text                                | allocationId:string
    uuid            | text not null unique                | uuid:string
    report_time     | integer not null                    | reportTime:timestamp
    resources       | text not null default '{}'          | resources:{string}
    metadata        | text not null default '{}'          | metadata:object
    state           | text not null default 'COMPLETED'   | state:checkpoint.State
                    |                                     | training:CheckpointTrainingMetadata
    id              | integer primary key autoincrement   |
    trial_id        | integer references runs (id)        |
    experiment_id   | integer references experiments (id) |
    size            | integer not null default 0          |
    steps_completed | integer not null default 0          |
    """,
    {"resources": checkpoint_files.sizes, "state": prefixed("STATE_", "state"), "training": TRAINING.shown},
)
SCHEMA = (
    TABLE.schema
    + """
create index if not exists checkpoints_trial on checkpoints (trial_id);
create index if not exists checkpoints_experiment on checkpoints (experiment_id);
"""
)
WAITING = 0.1  # seconds between two looks at a task
STATES = ("ACTIVE", "COMPLETED", "ERROR", "DELETED", "PARTIALLY_DELETED")

SELECT = """
select c.*, r.hparams, e.config, e.project_id, p.workspace_id, e.searcher_metric,
    (select m.metrics from metrics m where m.trial_id = c.trial_id and m.grp = 'training'
        and m.total_batches = c.steps_completed and not m.archived) as training,
    (select m.metrics from metrics m where m.trial_id = c.trial_id and m.grp = 'validation'
        and m.total_batches = c.steps_completed and not m.archived) as validation
from checkpoints c left join runs r on r.id = c.trial_id left join experiments e on e.id = c.experiment_id
left join projects p on p.id = e.project_id
"""


shown = TABLE.shown


def _uuid(text: str, prefix: str = "") -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise invalid(f"{prefix}converting checkpoint: string {text} is not a valid uuid") from None


def find(call, checkpoint_uuid: str) -> sqlite3.Row:
    """The checkpoint's row; 404, or 500 for what is no UUID."""
    try:
        wanted = str(uuid.UUID(checkpoint_uuid))
    except ValueError:
        raise internal(f"invalid UUID length: {len(checkpoint_uuid)}") from None
    row = call.db.row(SELECT + "where c.uuid = ?", wanted)
    if row is None:
        raise missing(call, "checkpoint", checkpoint_uuid)
    return row


def shown_by_uuid(call, checkpoint_uuid: str) -> dict | None:
    """A checkpoint as the API shows it, None for an unknown one."""
    row = call.db.row(SELECT + "where c.uuid = ?", checkpoint_uuid)
    return shown(row) if row else None


def get(call, request):
    row = find(call, request["checkpointUuid"])
    if row["experiment_id"] is not None and not _seen_by_model(call, row["uuid"]):
        _require(call, row, "VIEW_EXPERIMENT_ARTIFACTS")
    return {"checkpoint": shown(row)}


def _require(call, row: sqlite3.Row, permission: str) -> None:
    """With RBAC a checkpoint exists for who may see its experiment, 404; then the permission counts, 403."""
    if not may_see(call, "VIEW_EXPERIMENT_METADATA", row["workspace_id"]):
        raise missing(call, "checkpoint", row["uuid"])
    require(call, permission, row["workspace_id"])


def _seen_by_model(call, checkpoint: str) -> bool:
    """Whether it is a version of a model that the user may see."""
    sql = "select m.workspace_id from model_versions v join models m on m.id = v.model_id where v.checkpoint_uuid = ?"
    return any(may_see(call, "VIEW_MODEL_REGISTRY", workspace_id) for workspace_id in call.db.column(sql, checkpoint))


def report(call, request):
    sent = request["checkpoint"]
    tasks.find(call, sent["taskId"])
    trial_id = call.db.value("select id from runs where task_id = ?", sent["taskId"])
    if trial_id is None:
        raise internal("can only report checkpoints on trial's tasks")
    trial = trials.find(call, trial_id, "UPDATE_EXPERIMENT")
    prefix = "unconvertable checkpoint: rpc error: code = InvalidArgument desc = "
    if sent["state"] not in ("STATE_COMPLETED", "STATE_UNSPECIFIED"):
        raise invalid(f"{prefix}invalid state for reported checkpoint: {sent['state']}")
    metadata = sent.get("metadata", {})
    try:
        call.db.insert(
            "checkpoints",
            uuid=_uuid(sent["uuid"], prefix),
            trial_id=trial_id,
            experiment_id=trial["experiment_id"],
            task_id=sent["taskId"],
            allocation_id=sent.get("allocationId") or None,
            report_time=sent.get("reportTime", call.now()),
            resources=json.dumps(dict(sorted(sent["resources"].items()))),
            metadata=json.dumps(metadata),
            size=sum(sent["resources"].values()),
            steps_completed=metadata.get("steps_completed", 0),
        )
    except sqlite3.IntegrityError:
        raise internal(
            "error adding checkpoint metadata: inserting checkpoint model: ERROR: duplicate key value violates unique"
            ' constraint "checkpoints_v2_uuid_key" (SQLSTATE 23505)'
        ) from None
    checkpoint_files.count(call.db, [trial["experiment_id"]])
    return {}


_SORT = {
    "SORT_BY_UUID": lambda row: row["uuid"],
    "SORT_BY_TRIAL_ID": lambda row: row["trial_id"],
    "SORT_BY_BATCH_NUMBER": lambda row: row["steps_completed"],
    "SORT_BY_END_TIME": lambda row: row["report_time"],
    "SORT_BY_STATE": lambda row: STATES.index(row["state"]),
}


def _listed(call, request: dict, rows: list[sqlite3.Row], smaller_is_better: bool) -> dict:
    if request["states"]:
        rows = [row for row in rows if f"STATE_{row['state']}" in request["states"]]
    descending = request["orderBy"] == "ORDER_BY_DESC"
    attribute = request["sortByAttr"]
    if attribute == "SORT_BY_SEARCHER_METRIC" or request["sortByMetric"]:
        if attribute == "SORT_BY_SEARCHER_METRIC" and request["orderBy"] == "ORDER_BY_UNSPECIFIED":
            descending = not smaller_is_better
        name = request["sortByMetric"]

        def value(row):
            return json.loads(row["validation"] or "{}").get(name or row["searcher_metric"])

        there = sorted((row for row in rows if value(row) is not None), key=value, reverse=descending)
        rows = [*there, *(row for row in rows if value(row) is None)]
    else:
        rows = sorted(rows, key=_SORT.get(attribute, _SORT["SORT_BY_TRIAL_ID"]), reverse=descending)
    page, pagination = paging.in_memory(request, rows)
    return {"checkpoints": [shown(row) for row in page], "pagination": pagination}


def of_experiment(call, request):
    experiment = experiments.find(call, request["id"], "VIEW_EXPERIMENT_ARTIFACTS")
    rows = call.db.rows(SELECT + "where c.experiment_id = ? order by c.report_time desc", experiment["id"])
    return _listed(call, request, rows, experiment["smaller_is_better"])


def of_trial(call, request):
    trial = trials.find(call, request["id"])
    rows = call.db.rows(SELECT + "where c.trial_id = ? order by c.report_time desc", trial["id"])
    experiment = call.db.row("select smaller_is_better from experiments where id = ?", trial["experiment_id"])
    return _listed(call, request, rows, experiment["smaller_is_better"])


def set_metadata(call, request):
    sent = request["checkpoint"]
    row = find(call, sent["uuid"])
    _require(call, row, "UPDATE_EXPERIMENT")
    call.db.update("checkpoints", row["id"], metadata=json.dumps(sent.get("metadata", {})))
    return {"checkpoint": shown(find(call, sent["uuid"]))}


# --- removing


def _changeable(call, uuids: list[str], verb: str) -> list[sqlite3.Row]:
    """The rows of the checkpoints; 404 or 400 for all if one is unknown or registered as a model version."""
    wanted = json.dumps(uuids)
    rows = call.db.rows(SELECT + "where c.uuid in (select value from json_each(?)) order by c.id", wanted)
    seen = {row["uuid"] for row in rows if may_see(call, "VIEW_EXPERIMENT_METADATA", row["workspace_id"])}
    lost = sorted(set(uuids) - seen)
    if lost:
        raise missing(call, "checkpoints", ",".join(lost))
    for workspace_id in {row["workspace_id"] for row in rows}:
        require(call, "UPDATE_EXPERIMENT", workspace_id)
    registered = call.db.rows(
        "select v.checkpoint_uuid, m.name, m.id, v.version from model_versions v join models m on m.id = v.model_id"
        " where v.checkpoint_uuid in (select value from json_each(?))",
        wanted,
    )
    if registered:
        listed = ", ".join(
            f"{v['checkpoint_uuid']}, registered to {v['name']} (model #{v['id']}), version {v['version']}"
            for v in registered
        )
        text = f"this subset of checkpoints provided are in the model registry and cannot be {verb}: {listed}."
        raise invalid(text)
    return rows


def patch(call, request):
    """Changes the record only: other files make it partly deleted, no files make it deleted."""
    sent = {_uuid(item["uuid"]): item for item in request["checkpoints"]}
    rows = _changeable(call, list(sent), "patched")
    for row in rows:
        resources = sent[row["uuid"]].get("resources")
        if resources is None:
            continue
        files = resources["resources"]
        if not files:
            call.db.update("checkpoints", row["id"], state="DELETED")
            continue
        before = json.loads(row["resources"])
        if "metadata.json" in files:
            before.setdefault("metadata.json", files["metadata.json"])
        changed = {} if files == before else {"state": "PARTIALLY_DELETED"}
        call.db.update("checkpoints", row["id"], resources=json.dumps(files), size=sum(files.values()), **changed)
    checkpoint_files.count(call.db, sorted({row["experiment_id"] for row in rows}))
    return {}


def delete(call, request):
    return _remove(call, request["checkpointUuids"], [globs.EVERYTHING])


def remove_files(call, request):
    for glob in request["checkpointGlobs"]:
        if not glob:
            raise invalid("cannot have empty string glob")
        if ".." in glob:
            raise invalid(f"glob '{glob}' cannot contain '..'")
    return _remove(call, request["checkpointUuids"], request["checkpointGlobs"])


def _remove(call, uuids: list[str], patterns: list[str]) -> dict:
    """Answered at once; the work is a task on an agent for each experiment, so without agents nothing changes."""
    by_experiment: dict[int, list[str]] = {}
    for row in _changeable(call, [_uuid(text) for text in uuids], "deleted"):
        by_experiment.setdefault(row["experiment_id"], []).append(row["uuid"])
    for experiment_id, found in by_experiment.items():
        running.collect(call.master, experiment_id, found, patterns, by_call=True)
    return {}


def delete_tensorboard_files(call, request):
    """Anybody may. Answers when the task that removes them has run on an agent; without agents it never does."""
    experiment_id = call.db.value("select id from experiments where id = ?", request["experimentId"])
    if experiment_id is None:
        raise absent("experiment to tidy")
    outcome: list[str] = []
    running.collect(call.master, experiment_id, [], done=outcome.append, by_call=True)
    while not outcome:
        yield WAITING
    if outcome[0]:
        raise internal(outcome[0])
    return {}
