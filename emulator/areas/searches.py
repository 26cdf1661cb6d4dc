# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding experiments: the list, the search, and the columns that a search may use."""

from __future__ import annotations

import json

from .. import filters, paging
from ..errors import ApiError
from ..filters import EXPERIMENT_COLUMNS, state_rank
from ..like import matching, part_of
from ..permissions import visible_workspaces
from . import experiments, lifecycle, metrics, projects, trials

# More rows than this in one answer are over the master's limit of 128 MiB a message.
TOO_MANY = 50_000

_SORT = {
    "SORT_BY_DESCRIPTION": "e.description",
    "SORT_BY_NAME": "e.name",
    "SORT_BY_START_TIME": "e.start_time",
    "SORT_BY_END_TIME": "e.end_time",
    "SORT_BY_STATE": state_rank("e.state"),
    "SORT_BY_NUM_TRIALS": EXPERIMENT_COLUMNS["numTrials"][0],
    "SORT_BY_PROGRESS": "coalesce(e.progress, 0)",
    "SORT_BY_USER": "coalesce(nullif(u.display_name, ''), u.username)",
    "SORT_BY_FORKED_FROM": "e.parent_id",
    "SORT_BY_RESOURCE_POOL": "e.resource_pool",
    "SORT_BY_PROJECT_ID": "e.project_id",
    "SORT_BY_CHECKPOINT_SIZE": "e.checkpoint_size",
    "SORT_BY_CHECKPOINT_COUNT": "e.checkpoint_count",
    "SORT_BY_SEARCHER_METRIC_VAL": EXPERIMENT_COLUMNS["searcherMetricsVal"][0],
}
_BOUNDS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def _conditions(call, request: dict, args: dict) -> list[str]:
    where = []
    for name in ("description", "name"):
        if request[name]:
            args[name] = part_of(request[name])
            where.append(matching(f"e.{name}", f":{name}", args[name]))
    where += lifecycle.label_conditions(request["labels"], args)
    if "archived" in request:
        where.append("e.archived = :archived")
        args["archived"] = request["archived"]
        if not request["projectId"] and not request["archived"]:
            where.append(
                "e.project_id not in (select p.id from projects p join workspaces w on w.id = p.workspace_id"
                " where p.archived or w.archived)"
            )
    if request["states"]:
        where.append("e.state in (select value from json_each(:states))")
        args["states"] = json.dumps(lifecycle.database_states(request["states"]))
    if request["users"]:
        where.append("e.owner_id in (select id from users where username in (select value from json_each(:users)))")
        args["users"] = json.dumps(request["users"])
    if request["userIds"]:
        where.append("e.owner_id in (select value from json_each(:owners))")
        args["owners"] = json.dumps(request["userIds"])
    ids = request.get("experimentIdFilter", {})
    for bound, operator in _BOUNDS.items():
        if bound in ids:
            where.append(f"e.id {operator} :{bound}")
            args[bound] = ids[bound]
    for name, word in (("incl", "in"), ("notIn", "not in")):
        if ids.get(name):
            where.append(f"e.id {word} (select value from json_each(:{name}))")
            args[name] = json.dumps(ids[name])
    return where


def _page(call, request: dict, where: list[str], order: str, args: dict, joins: str) -> tuple[list, dict]:
    """(rows of the page, pagination): the ids first, so that only what is shown is read whole."""
    found = f"from experiments e {joins} where {' and '.join(where) or '1'}"

    def read(limit: int, offset: int) -> list[int]:
        sql = f"select e.id {found} order by {order} limit :limit offset :offset"
        return call.db.column(sql, **{**args, "limit": limit, "offset": offset})

    # A first page that is not full holds all there is, so that nothing has to be counted.
    first = read(paging.FIRST, 0) if request["offset"] == 0 and 0 <= request["limit"] <= paging.FIRST else None
    counted = first is not None and len(first) < paging.FIRST
    total = len(first) if counted else call.db.value(f"select count(*) {found}", **args)

    def fetch(limit: int, offset: int) -> list:
        if limit > TOO_MANY or (limit < 0 and total > TOO_MANY):
            size = total * 2800
            raise ApiError(8, f"grpc: received message larger than max ({size} vs. 134217728)")
        ids = read(limit, offset) if first is None else first[:limit]
        rows = call.db.rows(f"{experiments.SELECT} where e.id in (select value from json_each(?))", json.dumps(ids))
        by_id = {row["id"]: row for row in rows}
        return [by_id[i] for i in ids]

    return paging.in_sql(request, total, fetch)


def _visible(call, where: list[str], args: dict) -> None:
    visible = visible_workspaces(call, "VIEW_EXPERIMENT_METADATA")
    if visible is not None:
        where.append(
            "e.project_id in (select id from projects where workspace_id in (select value from json_each(:visible)))"
        )
        args["visible"] = json.dumps(visible)


def list_experiments(call, request):
    args: dict = {}
    where = _conditions(call, request, args)
    if request["projectId"]:
        projects.find(call, request["projectId"])
        where.append("e.project_id = :project")
        args["project"] = request["projectId"]
    _visible(call, where, args)
    direction = "desc nulls last" if request["orderBy"] == "ORDER_BY_DESC" else "asc nulls last"
    column = _SORT.get(request["sortBy"])
    order = f"{column} {direction}, e.id {direction}" if column else f"e.id {direction.split()[0]}"
    joins = "join users u on u.id = e.owner_id" if request["sortBy"] == "SORT_BY_USER" else ""
    rows, pagination = _page(call, request, where, order, args, joins)
    now = call.now()
    entries = [experiments.listed(row, now) for row in rows]
    if request["showTrialData"]:
        for entry, row in zip(entries, rows, strict=True):
            if row["best_metric"] is not None:
                entry["bestTrialSearcherMetric"] = metrics.plain(row["best_metric"])
    return {"experiments": entries, "pagination": pagination}


def search(call, request):
    args: dict = {"now": call.now()}
    where = ["e.state <> 'DELETING'"]
    if "projectId" in request:
        projects.find(call, request["projectId"])
        where.append("e.project_id = :project")
        args["project"] = request["projectId"]
    _visible(call, where, args)
    if "filter" in request:
        condition, show_archived = filters.Compiler(args, "e.best_trial_id").root(request["filter"])
        if condition:
            where.append(condition)
        if not show_archived:
            where.append("not e.archived")
    order = filters.order_by(request.get("sort"), args)
    used = " ".join((*where, order))
    joins = "".join(join for alias, join in _JOINS.items() if f" {alias}." in used or f"({alias}." in used)
    rows, pagination = _page(call, request, where, order, args, joins)
    best = json.dumps([row["best_trial_id"] for row in rows if row["best_trial_id"] is not None])
    found = call.db.rows("select * from runs where id in (select value from json_each(?))", best)
    shown = {trial["id"]: trial for trial in trials.shown(call.db, found, in_search=True)}
    now = call.now()
    entries = []
    for row in rows:
        experiment = experiments.listed(row, now)
        if row["best_trial_id"] is not None:
            experiment["bestTrialId"] = row["best_trial_id"]
        entries.append({"experiment": experiment, "bestTrial": shown.get(row["best_trial_id"])})
    return {"experiments": entries, "pagination": pagination}


# Joined only where the conditions or the order speak of them: counting 100,000 rows is to be cheap.
_JOINS = {
    "u": " left join users u on u.id = e.owner_id",
    "r": " left join runs r on r.id = e.best_trial_id",
    "p": " left join projects p on p.id = e.project_id",
    "w": " left join workspaces w on w.id = (select workspace_id from projects where id = e.project_id)",
}
