# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments: their tables, how the API shows them, making, reading and changing one."""

from __future__ import annotations

import json
import secrets
import sqlite3
import uuid

from .. import clock, expconf, running, words
from ..errors import ApiError, internal, invalid
from ..merging import merged
from ..objects import Table, as_text
from ..parents import ARCHIVED, require_open
from ..permissions import may_see, missing, require
from ..refusals import absent
from . import config_policies, files, lifecycle, pools, projects

ORDER = 40
# config: as given and normalised (expconf.py). The state is shown with how far the trials have got.
TABLE = Table(
    "experiments",
    """
    id                     | integer primary key autoincrement         | id:int32
    description            | text                                      | description:string
    labels                 | text not null default '[]'                | labels:[string]
    start_time             | integer not null                          | startTime:timestamp?
    end_time               | integer                                   | endTime:timestamp?
    state                  | text not null                             | state:experiment.State
    archived               | integer not null default 0                | archived:bool
    num_trials             |                                           | numTrials:int32
                           |                                           | trialIds:[int32]
                           |                                           | displayName:string
    owner_id               | integer not null references users (id)    | userId:int32
    username               |                                           | username:string
    resource_pool          | text not null default ''                  | resourcePool:string
    searcher_type          | text not null                             | searcherType:string
    searcher_metric        | text not null                             | searcherMetric:string
    hyperparameters        | text not null default '{}'                | hyperparameters:object?
    name                   | text not null                             | name:string
    notes                  | text not null default ''                  | notes:string
    job_id                 | text not null                             | jobId:string
    parent_id              | integer                                   | forkedFrom:int32?
    progress               | real                                      | progress:double?
    project_id             | integer not null references projects (id) | projectId:int32
    project_name           |                                           | projectName:string
    workspace_id           |                                           | workspaceId:int32
    workspace_name         |                                           | workspaceName:string
    parent_archived        |                                           | parentArchived:bool
    config                 | text not null                             | config:object?
    original_config        | text not null                             | originalConfig:string
    project_owner          |                                           | projectOwnerId:int32
    checkpoint_size        | integer not null default 0                | checkpointSize:string
    checkpoint_count       | integer not null default 0                | checkpointCount:int32
    unmanaged              | integer not null default 0                | unmanaged:bool
                           |                                           | duration:int32
                           |                                           | bestTrialSearcherMetric:double
                           |                                           | modelDefinitionSize:int32
                           |                                           | bestTrialId:int32
                           |                                           | externalExperimentId:string
                           |                                           | externalTrialId:string
    best_trial_id          | integer                                   |
    external_experiment_id | text unique                               |
    model_definition_size  | integer not null default 0                |
    smaller_is_better      | integer not null default 1                |
    """,
    {
        "description": lambda row: row["description"] or "",
        "state": lambda row: lifecycle.shown_state(row["state"], row["live"]),
        "trialIds": lambda row: [],
        "displayName": lambda row: row["display_name"] or row["username"],
        "config": lambda row: expconf.filled(json.loads(row["config"])),
        "checkpointSize": as_text("checkpoint_size"),
    },
)
SCHEMA = (
    TABLE.schema
    + """
create index if not exists experiments_project on experiments (project_id, archived, state);
create index if not exists experiments_project_start on experiments (project_id, start_time);
create index if not exists experiments_owner on experiments (owner_id);
create index if not exists experiments_state on experiments (state);
create index if not exists experiments_start on experiments (start_time);
create index if not exists experiments_end on experiments (end_time);
-- All that a list filters and sorts by: without the texts of the configs, reading every row is a tenth of the work.
create index if not exists experiments_listed on experiments (id, project_id, owner_id, state, archived, start_time,
    end_time, name, description, labels, searcher_type, searcher_metric, resource_pool, progress, parent_id,
    checkpoint_size, checkpoint_count, best_trial_id, external_experiment_id);
"""
)

JOINS = """
from experiments e
left join users u on u.id = e.owner_id
left join projects p on p.id = e.project_id
left join workspaces w on w.id = p.workspace_id
left join runs r on r.id = e.best_trial_id
"""
SELECT = (
    """
select e.*, u.username, nullif(u.display_name, '') as display_name, p.name as project_name, p.user_id as project_owner,
    p.workspace_id, w.name as workspace_name, (w.archived or p.archived) as parent_archived,
    r.external_run_id as external_trial_id, r.searcher_metric_value as best_metric,
    (select count(*) from runs t where t.experiment_id = e.id) as num_trials, case when e.state = 'ACTIVE' then
"""
    + lifecycle.live("select t.task_id from runs t where t.experiment_id = e.id")
    + " end as live"
    + JOINS
)


def listed(row: sqlite3.Row, now: int) -> dict:
    """An entry of a list or a search."""
    entry = TABLE.shown(
        row,
        notes="omitted" if row["notes"] else "",
        originalConfig="",
        duration=round(((row["end_time"] or now) - row["start_time"]) / clock.SECOND),
    )
    for name, column in (("externalExperimentId", "external_experiment_id"), ("externalTrialId", "external_trial_id")):
        if row[column] is not None:
            entry[name] = row[column]
    return entry


def detailed(db, row: sqlite3.Row, config: dict | None = None) -> dict:
    """An experiment by itself, which lacks what its config says anyhow. config: to show instead of its own."""
    return TABLE.shown(
        row,
        trialIds=db.column("select id from runs where experiment_id = ? order by id", row["id"]),
        displayName="",
        searcherType=f'"{row["searcher_type"]}"',
        searcherMetric="",
        hyperparameters=None,
        modelDefinitionSize=row["model_definition_size"],
        **({} if config is None else {"config": config}),
    )


def find(call, experiment_id: int, permission: str = "VIEW_EXPERIMENT_METADATA") -> sqlite3.Row:
    """The experiment's row or 404; with RBAC 403 if it may be seen but `permission` is missing."""
    row = call.db.row(SELECT + "where e.id = ?", experiment_id)
    if row is None or not may_see(call, "VIEW_EXPERIMENT_METADATA", row["workspace_id"]):
        raise missing(call, "experiment", experiment_id)
    require(call, permission, row["workspace_id"])
    return row


def get(call, request):
    row = find(call, request["experimentId"])
    experiment = detailed(call.db, row)
    return {
        "experiment": experiment,
        "jobSummary": lifecycle.job_summary(call.master, row),
        "config": experiment["config"],
    }


def _project(call, request: dict, config: dict) -> sqlite3.Row:
    """Where a new experiment goes: by id, by the names in its config, or to Uncategorized."""
    project_id = request["projectId"]
    if project_id > 1:
        return projects.find(call, project_id)
    workspace, project = config.get("workspace") or "", config.get("project") or ""
    if not workspace and not project:
        return projects.find(call, 1)
    if not workspace or not project:
        raise internal("workspace and project must both be included in config if one is provided")
    place = call.db.row("select id, archived from workspaces where name = ?", workspace)
    if place:
        require_open(ARCHIVED, place["archived"], "workspaces", "experiments", "make by names")
    row = place and call.db.row(
        "select id, archived from projects where workspace_id = ? and name = ?", place["id"], project
    )
    if not row:
        raise missing(call, "workspace/project", f"{workspace}/{project}")
    require_open(ARCHIVED, row["archived"], "projects", "experiments", "make by names")
    return projects.find(call, row["id"])


def _prepare(call, request: dict) -> tuple[dict, sqlite3.Row]:
    """(the complete config, the project's row) of a request to make an experiment; raises what is wrong."""
    given = expconf.parse(request["config"])
    if request.get("template") is not None:
        given = merged(given, _template(call, request["template"]))
    project = _project(call, request, given)
    given = config_policies.with_fixed(call.db, project["workspace_id"], given)
    resources = given.get("resources") or {}
    if not request.get("unmanaged"):
        pool = pools.resolve(call, resources.get("resource_pool"), resources.get("slots_per_trial", 1), project)
        if given.get("entrypoint") is None:
            raise internal("managed experiments require entrypoint")
        given = {**given, "resources": {**resources, "resource_pool": pool}}
    storage = call.db.value("select checkpoint_storage from workspaces where id = ?", project["workspace_id"])
    given = expconf.complete(given, json.loads(storage) if storage else None)
    if not (given.get("reproducibility") or {}).get("experiment_seed"):
        given["reproducibility"] = {"experiment_seed": secrets.randbelow(2**31)}
    if given.get("name") is None:
        given["name"] = f"Experiment ({words.name()})"
    return given, project


def _template(call, name: str) -> dict:
    """The config of a template, which an experiment's own goes over."""
    row = call.db.row("select config from templates where name = ?", name)
    if row is None:
        raise missing(call, "template", name)
    return expconf.checked(json.loads(row["config"]))


def columns_of(given: dict) -> dict:
    """The columns that repeat what a config says, for filters and sorting."""
    searcher = given["searcher"]
    return {
        "name": given["name"],
        "description": given.get("description"),
        "labels": json.dumps(given.get("labels", []), ensure_ascii=False),
        "config": json.dumps(given, ensure_ascii=False, separators=(",", ":")),
        "hyperparameters": json.dumps(given.get("hyperparameters", {}), ensure_ascii=False),
        "searcher_type": searcher["name"],
        "searcher_metric": searcher["metric"],
        "smaller_is_better": searcher.get("smaller_is_better", True) is not False,
        "resource_pool": (given.get("resources") or {}).get("resource_pool") or "",
    }


def _insert(call, request: dict, given: dict, project_id: int, **more) -> int:
    return call.db.insert(
        "experiments",
        project_id=project_id,
        owner_id=call.user["id"],
        state="PAUSED",
        start_time=call.now(),
        original_config=request["config"],
        progress=0.0,
        parent_id=request["parentId"] or None,
        job_id=str(uuid.uuid4()),
        unmanaged=bool(request.get("unmanaged")),
        **columns_of(given),
        **more,
    )


NOTHING_MADE = TABLE.unset(state="STATE_UNSPECIFIED", checkpointSize="0")


def create(call, request):
    parent = request["parentId"]
    if parent:
        require_open(ARCHIVED, find(call, parent)["parent_archived"], "projects", "experiments", "fork")
    given, project = _prepare(call, request)
    require(call, "CREATE_EXPERIMENT", project["workspace_id"])
    refusal = config_policies.violation(call.db, project["workspace_id"], "EXPERIMENT", given.get("resources") or {})
    if refusal:
        raise invalid(refusal)
    if request["validateOnly"]:
        return {"experiment": NOTHING_MADE, "config": None, "warnings": []}
    experiment_id = _insert(call, request, given, project["id"])
    if parent:
        files.copy(call.db, parent, experiment_id)
    else:
        files.store(call.db, experiment_id, request["modelDefinition"])
    if not request.get("unmanaged"):
        lifecycle.begin(call, experiment_id, activate=request["activate"])
    experiment = detailed(call.db, find(call, experiment_id))
    return {"experiment": experiment, "config": experiment["config"], "warnings": []}


def put(call, request):
    """Upsert by external id: of an existing experiment only what its config says changes."""
    inner = request.get("createExperimentRequest") or {}
    if not inner.get("unmanaged"):
        raise internal("only unmanaged experiments are supported")
    if inner["parentId"]:
        raise internal("can't fork into an unmanaged experiment")
    try:
        given, project = _prepare(call, inner)
    except ApiError as error:
        raise ApiError(error.code, f"failed to parse exp config: {error.as_result}") from None
    require(call, "CREATE_EXPERIMENT", project["workspace_id"])
    external = request["externalExperimentId"]
    experiment_id = call.db.value("select id from experiments where external_experiment_id = ?", external)
    if experiment_id is None:
        experiment_id = _insert(call, inner, given, project["id"], external_experiment_id=external)
        files.store(call.db, experiment_id, inner["modelDefinition"])
    else:
        call.db.update("experiments", experiment_id, **columns_of(given))
    experiment = detailed(call.db, find(call, experiment_id))
    return {"experiment": experiment, "config": experiment["config"]}


def continue_(call, request):
    """Start an ended experiment again, with `overrideConfig` over its config."""
    row = find(call, request["id"], "UPDATE_EXPERIMENT")
    try:
        override = expconf.parse(request["overrideConfig"] or "{}")
    except ApiError as error:
        raise invalid(f"parsing override config: {error.text.removeprefix(expconf.INVALID)}") from None
    for name in ("project", "workspace"):
        if name in override:
            raise invalid(
                f"'{name}' in override config cannot be specified, use `det experiment move` first if you want to"
                f" change the {name}"
            )
    given = merged(override, json.loads(row["config"]))
    resources = given.get("resources") or {}
    try:
        pools.resolve(call, resources.get("resource_pool"), resources.get("slots_per_trial", 1), row)
    except ApiError as error:
        raise ApiError(error.code, f"parsing continue experiment request: {error.as_result}") from None
    try:
        lifecycle.require_ended(row["state"])
    except ApiError as error:
        raise ApiError(error.code, f"experiment continue database updates: {error.as_result}") from None
    call.db.update("experiments", row["id"], end_time=None, progress=0.0, **columns_of(given))
    lifecycle.revive(call, row["id"])
    return {"experiment": detailed(call.db, find(call, row["id"])), "warnings": []}


def _patched_labels(sent: list) -> list[str]:
    return list(dict.fromkeys(label for label in sent if isinstance(label, str)))


def patch(call, request):
    """The answer's config is the one from before: the master reads it once, at the beginning."""
    sent = request["experiment"]
    row = find(call, sent["id"], "UPDATE_EXPERIMENT_METADATA")
    given = json.loads(row["config"])
    before = expconf.filled(given)
    if "name" in sent and sent["name"] != row["name"] and not sent["name"].strip():
        raise invalid("`name` must not be an empty or whitespace string")
    changes = {key: sent[key] for key in ("name", "description") if key in sent and sent[key] != (row[key] or "")}
    if "labels" in sent and _patched_labels(sent["labels"]) != json.loads(row["labels"]):
        changes["labels"] = _patched_labels(sent["labels"])
    if changes or ("notes" in sent and sent["notes"] != row["notes"]):
        # The master writes these together, so that a description never set becomes an empty one.
        given = {
            **given,
            "name": row["name"],
            "description": row["description"] or "",
            "labels": json.loads(row["labels"]),
            **changes,
        }
    if "resources" in sent:
        if not lifecycle.is_running(row):
            raise missing(call, "experiment", row["id"])
        given["resources"] = {**(given.get("resources") or {}), **_resources(row["id"], sent["resources"])}
    if "checkpointStorage" in sent:
        policy = sent["checkpointStorage"]
        given["checkpoint_storage"] = {
            **given["checkpoint_storage"],
            "save_experiment_best": policy["saveExperimentBest"],
            "save_trial_best": policy["saveTrialBest"],
            "save_trial_latest": policy["saveTrialLatest"],
        }
    if "checkpointStorage" in sent and row["state"] in lifecycle.ENDED:
        # The master removes by the policy that was; the new one counts from the next change on.
        running.apply_save_policy(call.master, row["id"])
    call.db.update("experiments", row["id"], notes=sent.get("notes", row["notes"]), **columns_of(given))
    if "resources" in sent:
        running.apply_resources(call.master, row["id"])
    row = find(call, row["id"])
    return {"experiment": detailed(call.db, row, before)}


def _resources(experiment_id: int, sent: dict) -> dict:
    priority = sent.get("priority")
    if priority is not None and not 1 <= priority <= 99:
        bound = "<= 99" if priority > 99 else ">= 1"
        raise internal(
            f"patching experiment {experiment_id}: refusing to save invalid experiment config: config is invalid or"
            f" incomplete: <config>.resources.priority: must be {bound} but found {priority}"
        )
    names = {"maxSlots": "max_slots", "weight": "weight", "priority": "priority"}
    return {column: sent[name] for name, column in names.items() if name in sent}


def put_label(call, request):
    row = call.db.row(SELECT + "where e.id = ?", request["experimentId"])
    if row is None:
        raise absent("experiment to label")
    require(call, "UPDATE_EXPERIMENT_METADATA", row["workspace_id"])
    labels = json.loads(row["labels"])
    if request["label"] not in labels:
        labels.append(request["label"])
        given = {**json.loads(row["config"]), "labels": labels}
        call.db.update("experiments", row["id"], **columns_of(given))
    return {"labels": labels}


def delete_label(call, request):
    """Broken in this release of the master, whatever is asked."""
    raise internal("ERROR: FOR UPDATE cannot be applied to the nullable side of an outer join (SQLSTATE 0A000)")


def labels(call, request):
    """Most used first; the master counts each different list of labels once."""
    where, args = "1", []
    if request["projectId"]:
        projects.find(call, request["projectId"])
        where, args = "project_id = ?", [request["projectId"]]
    counts: dict[str, int] = {}
    for text in call.db.column(f"select distinct labels from experiments where {where}", *args):
        for label in json.loads(text):
            counts[label] = counts.get(label, 0) + 1
    return {"labels": sorted(counts, key=lambda label: -counts[label])}


def move(call, request):
    row = find(call, request["experimentId"])
    require_open(ARCHIVED, row["archived"], "experiments", "experiments", "move", row["id"])
    source = projects.find(call, row["project_id"])
    require_open(ARCHIVED, source["parent_archived"], "projects", "experiments", "move away", source["id"])
    lifecycle.bulk_move(call, {**request, "projectId": -1, "experimentIds": [row["id"]]})
    return {}


def activate(call, request):
    """Unlike in the bulk call, an ended one is not found."""
    row = find(call, request["id"], "UPDATE_EXPERIMENT")
    try:
        return lifecycle.single(call, lifecycle.activate_many, row["id"])
    except ApiError as error:
        raise missing(call, "experiment", row["id"]) if error.text == lifecycle.TERMINAL else error from None


def delete(call, request):
    row = find(call, request["experimentId"])
    require(call, "DELETE_EXPERIMENT", row["workspace_id"], owners=(row["owner_id"],), basic="delete experiments")
    return lifecycle.single(call, lifecycle.delete_many, row["id"])
