# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many experiments to one state, by the master's bulk operations: resolve to ids, plan, act by ids, look, report."""

from __future__ import annotations

from typing import Any

from ..checkpoints.registry import Registry
from ..connection.client import Client
from ..engine.call import Call
from ..engine.drift import find_drift
from ..engine.many import Errors, Item, Many, Row, View, change_many
from ..engine.spec import Spec
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import is_deleting, is_over, label_changes
from ..selection.labels import check_label, keeping_labels
from ..selection.places import project_id
from ..selection.select import select_rows
from .bulk_acts import experiment_acts, is_going, reached, read_rows

STATES = EXPERIMENT.states()
KEPT = ("keep", "gold")
KEPT_FROM = ("archived", "absent")
PROTECTED = ("registered", "no_agent")
PROTECTIONS = (*PROTECTED, "pinned")

PROTECT = Spec(
    {
        "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
        "protect": {"type": "list", "elements": "str", "choices": list(PROTECTIONS), "default": list(PROTECTED)},
    },
    objects=("keep_labels", "protect"),
)


def size(row: Row) -> int:
    return int(row["checkpoint_bytes"] or 0)


def report(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["owner"],
        "project": row["project"],
        "state": row["state"],
        "end_time": row["end_time"],
        "checkpoint_bytes": row["checkpoint_bytes"],
        "labels": row["labels"],
    }


def columns(row: Row) -> str:
    return f"{row['name']:<40.40}  {row['owner'] or '':<16.16}  {(row['end_time'] or 'running')[:10]:<10}"


def freed(item: Item) -> int:
    return size(item.row) if "absent" in item.acts else 0


EXPERIMENTS = View("experiments", report, columns, freed)


def change_experiments(call: Call) -> dict[str, Any]:
    """The work of det_experiments."""
    params = call.params
    for option in ("labels_add", "labels_remove"):
        for label in params[option] or ():
            check_label(label, option)
    target = project_id(call)
    rows = select_rows(call)
    registry = Registry(call.client)
    many = plan_all(call, rows, target, registry)
    acts = experiment_acts(call, lambda items: look_again(call, items, registry))
    return change_many(call, EXPERIMENTS, many, acts)


# Planning


def plan_all(call: Call, rows: list[Row], target: int | str | None, registry: Registry) -> Many:
    """Sort the rows into what is to be done, what is so already, and what is left alone and why."""
    state = call.params["state"]
    many = Many()
    plans = [(row, *plan_one(call.params, row, target)) for row in rows]
    reasons = protected(call, [row for row, acts, _before, _after in plans if state in acts], registry)
    for row, acts, before, after in plans:
        reason = reasons.get(row["id"]) or keep_reason(call.params, row) or refusal(row, state, acts)
        if reason and acts:
            many.skip(report(row), reason)
        else:
            many.add(row["id"], row, acts, before, after)
    return many


def keep_reason(params: dict[str, Any], row: Row) -> str | None:
    if params["state"] not in KEPT_FROM:
        return None
    return kept_by_label(row, params["keep_labels"])


def kept_by_label(row: Row, keep_labels: list[str]) -> str | None:
    """The labels that keep an experiment, as a reason; None where there is none of them."""
    kept = keeping_labels(row["labels"], keep_labels)
    return "label {}".format(", ".join(kept)) if kept else None


def protected(call: Call, rows: list[Row], registry: Registry) -> dict[int, str]:
    """{id: reason} for those that must not be archived or deleted, or cannot be deleted."""
    state, protect = call.params["state"], call.params["protect"]
    if state not in KEPT_FROM or not rows:
        return {}
    reasons = in_pinned_workspaces(call.client, rows) if "pinned" in protect else {}
    with_files = [row for row in rows if row["checkpoint_count"]]
    if not with_files:
        return reasons
    if (
        state == "absent"
        and "no_agent" in protect
        and not any(agent["enabled"] for agent in call.client.get("/api/v1/agents")["agents"])
    ):
        reasons.update({row["id"]: "no agent is there that could remove its checkpoints" for row in with_files})
    reasons.update(registered(call, rows, registry))
    return reasons


def registered(call: Call, rows: list[Row], registry: Registry) -> dict[int, str]:
    """{id: reason} for those with a registered checkpoint; without checkpoints nothing is asked."""
    if "registered" not in call.params["protect"] or not any(row["checkpoint_count"] for row in rows):
        return {}
    return {ident: registered_reason(models) for ident, models in registry.experiments().items()}


def registered_reason(models: list[str]) -> str:
    return "checkpoint registered as {}".format(", ".join(models))


def in_pinned_workspaces(client: Client, rows: list[Row]) -> dict[int, str]:
    pinned = {one["id"] for one in client.get("/api/v1/workspaces", pinned=True)["workspaces"]}
    return {row["id"]: "its workspace is pinned" for row in rows if row["workspace_id"] in pinned}


def plan_one(
    params: dict[str, Any], row: Row, target: int | str | None
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The acts that one experiment needs, and the properties that they change, before and after."""
    state = params["state"]
    acts: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    verb = EXPERIMENT.verb(state)
    if state == "absent":
        if is_deleting(row):
            return [], before, after
        return ["absent"], {"state": row["state"]}, {"state": "absent"}
    if target is not None and row["project_id"] != target:
        acts.append("move")
        before["project_id"], after["project_id"] = row["project_id"], target
    labels = label_changes(row["labels"], None, params["labels_add"], params["labels_remove"])
    if labels is not None:
        acts.append("labels")
        before["labels"], after["labels"] = row["labels"], labels
    days = params["log_retention_days"]
    if days is not None and row["log_retention_days"] != days:
        acts.append("log_retention")
        before["log_retention_days"], after["log_retention_days"] = row["log_retention_days"], days
    if verb is not None and not verb.seen(row):
        acts.append(state)
        before.update({name: row[name] for name in verb.shows})
        after.update(verb.shows)
    return acts, before, after


def refusal(row: Row, state: str, acts: list[str]) -> str | None:
    """Why the master would refuse one of the acts, or None."""
    archived = row["archived"] and "unarchived" not in acts
    if "move" in acts and archived:
        return "archived, so it cannot be moved"
    if "log_retention" in acts and (archived or not is_over(row)):
        return "log retention can be set after the end and before archiving only"
    if "absent" in acts:
        return EXPERIMENT.refuses_delete(row)
    return EXPERIMENT.verb(state).refuses(row) if state in acts else None


# Right before


def look_again(call: Call, items: list[Item], registry: Registry) -> Errors:
    """Errors of what must not be ended or deleted any more: read in one request, and in one more where checkpoints may
    have been registered meanwhile."""
    params, state = call.params, call.params["state"]
    rows = read_rows(call, [one.id for one in items])
    models = registered(call, list(rows.values()), registry) if state in KEPT_FROM else {}
    found: Errors = {}
    for one in items:
        row = rows.get(one.id)
        if row is None:
            found[one.id] = None if state == "absent" else "there is no such experiment any more"
        elif is_going(row) if state == "absent" else reached(state, row, one):
            found[one.id] = None
        else:
            reason = models.get(row["id"]) or keep_reason(params, row) or refusal(row, state, [state])
            reason = reason or find_drift(one, row, ended=state == "absent")
            if reason:
                found[one.id] = reason
    return found
