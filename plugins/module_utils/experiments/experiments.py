"""Many experiments to one state, by the master's bulk operations: resolve to ids, plan, act by ids, look, report."""

from __future__ import annotations

from typing import Any

from ..connection.client import Client
from ..engine.bulk import Planned, Reasons, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Item, Row, View, change_many
from ..engine.spec import Spec
from ..kinds.experiment import EXPERIMENT
from ..model.field import Elements
from ..model.plan import Wanted
from ..selection.labels import check_label, keeping_labels
from ..selection.places import project_id
from ..selection.registered import Registry
from ..selection.select import select_rows
from .bulk_acts import describe_experiments

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
        "url": row["url"],
    }


def columns(row: Row) -> str:
    return f"{row['name']:<40.40}  {row['owner'] or '':<16.16}  {(row['end_time'] or 'running')[:10]:<10}"


def freed(item: Item) -> int:
    return size(item.row) if "absent" in item.acts else 0


def held(item: Item) -> int:
    return size(item.row)


EXPERIMENTS = View("experiments", report, columns, freed, size=held, sums={"checkpoint_bytes": held})


def change_experiments(call: Call) -> dict[str, Any]:
    """The work of det_experiments."""
    wanted = wanted_of(call)
    rows = select_rows(call)
    registry = Registry(call.client)
    objects = describe_experiments(call, lambda rows: spared(call, rows, registry))
    many = plan_rows(objects, rows, wanted, EXPERIMENTS, lambda plans: protected(call, plans, registry))
    return change_many(call, EXPERIMENTS, many, acts_of(call, objects))


def wanted_of(call: Call) -> Wanted:
    """What the options ask of each experiment."""
    params = call.params
    values: dict[str, Any] = {}
    for option in ("labels_add", "labels_remove"):
        for label in params[option] or ():
            check_label(label, option)
    target = project_id(call)
    if target is not None:
        values["project_id"] = target
    if params["labels_add"] or params["labels_remove"]:
        values["labels"] = Elements(add=params["labels_add"] or (), remove=params["labels_remove"] or ())
    if params["log_retention_days"] is not None:
        values["log_retention_days"] = params["log_retention_days"]
    return Wanted(values, params["state"])


# What is left alone


def protected(call: Call, plans: list[Planned], registry: Registry) -> Reasons:
    """{id: reason} for those that the options protect from what is wanted."""
    state = call.params["state"]
    touched = [one.row for one in plans if state in one.acts or one.refusal]
    return {**kept(call, [one.row for one in plans]), **in_use(call, touched, registry)}


def kept(call: Call, rows: list[Row]) -> Reasons:
    """{id: reason} for those that a label keeps from being archived and deleted."""
    if call.params["state"] not in KEPT_FROM:
        return {}
    reasons = {row["id"]: kept_by_label(row, call.params["keep_labels"]) for row in rows}
    return {ident: reason for ident, reason in reasons.items() if reason}


def kept_by_label(row: Row, keep_labels: list[str]) -> str | None:
    """The labels that keep an experiment, as a reason; None where there is none of them."""
    found = keeping_labels(row["labels"], keep_labels)
    return "label {}".format(", ".join(found)) if found else None


def spared(call: Call, rows: list[Row], registry: Registry) -> Reasons:
    """The same as far as it may have changed since the plan was made: checkpoints are registered, labels are set."""
    models = registered(call, rows, registry) if call.params["state"] in KEPT_FROM else {}
    return {**kept(call, rows), **models}


def in_use(call: Call, rows: list[Row], registry: Registry) -> Reasons:
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


def registered(call: Call, rows: list[Row], registry: Registry) -> Reasons:
    """{id: reason} for those with a registered checkpoint; without checkpoints nothing is asked."""
    if "registered" not in call.params["protect"] or not any(row["checkpoint_count"] for row in rows):
        return {}
    return {ident: registered_reason(models) for ident, models in registry.experiments().items()}


def registered_reason(models: list[str]) -> str:
    return "checkpoint registered as {}".format(", ".join(models))


def in_pinned_workspaces(client: Client, rows: list[Row]) -> Reasons:
    pinned = {one["id"] for one in client.get("/api/v1/workspaces", pinned=True)["workspaces"]}
    return {row["id"]: "its workspace is pinned" for row in rows if row["workspace_id"] in pinned}
