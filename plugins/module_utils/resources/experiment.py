# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Experiments: what can be changed on one, and its states."""

from __future__ import annotations

from typing import Any

from ..engine.resource import Field, Request, Resource, Verb

TERMINAL = ("STATE_COMPLETED", "STATE_CANCELED", "STATE_ERROR", "STATE_DELETE_FAILED")
ACTIVE = ("STATE_ACTIVE", "STATE_QUEUED", "STATE_PULLING", "STATE_STARTING", "STATE_RUNNING")
POLICY = {
    "save_experiment_best": "saveExperimentBest",
    "save_trial_best": "saveTrialBest",
    "save_trial_latest": "saveTrialLatest",
}
FOREVER = -1


def is_over(current: dict[str, Any]) -> bool:
    return current["state"] in TERMINAL


def not_ended(current: dict[str, Any]) -> Any:
    if is_over(current):
        return None
    return "it has not ended ({}). Use state=canceled or state=killed first.".format(current["state"])


def not_to_archive(current: dict[str, Any]) -> Any:
    if current["state"] == "STATE_DELETE_FAILED":
        return "its deletion failed. Use state=absent again."
    return not_ended(current)


def not_steerable(current: Any) -> Any:
    """Why the master does not steer it: it has ended, is archived, or runs elsewhere."""
    if current.get("archived"):
        return "it is archived. Use state=unarchived first."
    if is_over(current):
        return "it has ended ({}).".format(current["state"])
    return elsewhere(current)


def elsewhere(current: Any) -> Any:
    if current.get("unmanaged"):
        return "it is unmanaged: whoever reports its trials decides on its state."
    return None


def not_to_stop(current: Any) -> Any:
    if current.get("archived"):
        return "it is archived. Use state=unarchived first."
    return elsewhere(current)


def not_to_move(current: Any) -> Any:
    return "it is archived. Use state=unarchived first." if current.get("archived") else None


def not_to_retain(current: Any) -> Any:
    return not_to_move(current) or not_ended(current)


def label_changes(have: list[Any], exact: Any, add: list[Any], remove: Any) -> list[str] | None:
    """The labels that it shall have, sorted; None when it has just these. ``exact`` None keeps what is there."""
    want = (set(have) if exact is None else set(exact)).union(add or ()).difference(remove or ())
    return None if want == set(have) else sorted(want)


def policy(value: Any) -> dict[str, Any]:
    """The master sets all three counts at once, and one left out to 0, so all are sent."""
    return {name: value.get(name) or 0 for name in POLICY}


def counts(value: Any) -> dict[str, Any]:
    return {name: value.get(name) for name in POLICY}


def same_policy(have: Any, want: Any) -> bool:
    return counts(have or {}) == want


def patch_policy(_current: Any, want: Any) -> Any:
    body = {"checkpointStorage": {POLICY[name]: count for name, count in want.items()}}
    return Request("PATCH", "/api/v1/experiments/{id}", body, repeatable=True)


def move(_current: Any, project: Any) -> Any:
    return Request("POST", "/api/v1/experiments/{id}/move", {"destinationProjectId": project}, repeatable=True)


def retain(_current: Any, days: Any) -> Any:
    return Request("PUT", "/api/v1/experiments/{id}/retain_logs", {"numDays": days}, repeatable=True)


def same_labels(have: Any, want: Any) -> bool:
    return set(have or ()) == set(want)


def command(word: str) -> Request:
    return Request("POST", "/api/v1/experiments/{id}/" + word, repeatable=word not in ("archive", "unarchive"))


def resource_field(name: str, api: str) -> Field:
    path = "config.resources." + name
    return Field(
        name,
        path,
        option={"type": "float" if name == "weight" else "int"},
        change="resources." + api,
        refuses=not_steerable,
    )


EXPERIMENT = Resource(
    kind="experiment",
    list="/api/v1/experiments",
    rows="experiments",
    find=None,
    get="/api/v1/experiments/{id}",
    unwrap="experiment",
    create=Request("POST", "/api/v1/experiments"),
    update=Request("PATCH", "/api/v1/experiments/{id}"),
    delete=Request("DELETE", "/api/v1/experiments/{id}"),
    fields=(
        Field("project_id", "projectId", option={"type": "int"}, send=move, refuses=not_to_move),
        Field("name", "name"),
        Field("description", "description", reset=""),
        Field("notes", "notes", reset=""),
        Field("labels", "labels", option={"type": "list", "elements": "str"}, reset=[], equal=same_labels, show=sorted),
        resource_field("max_slots", "maxSlots"),
        resource_field("weight", "weight"),
        resource_field("priority", "priority"),
        Field(
            "checkpoint_policy",
            "config.checkpoint_storage",
            option={"type": "dict", "options": {name: {"type": "int"} for name in POLICY}},
            encode=policy,
            equal=same_policy,
            show=counts,
            send=patch_policy,
        ),
        Field(
            "log_retention_days",
            "config.retention_policy.log_retention_days",
            option={"type": "int"},
            send=retain,
            refuses=not_to_retain,
        ),
    ),
    verbs=(
        Verb(
            "archived",
            command("archive"),
            seen=lambda current: current["archived"],
            shows={"archived": True},
            refuses=not_to_archive,
        ),
        Verb(
            "unarchived",
            command("unarchive"),
            seen=lambda current: not current["archived"],
            shows={"archived": False},
            first=True,
        ),
        Verb(
            "active",
            command("activate"),
            seen=lambda current: current["state"] in ACTIVE,
            shows={"state": "STATE_ACTIVE"},
            refuses=not_steerable,
        ),
        Verb(
            "paused",
            command("pause"),
            seen=lambda current: current["state"] == "STATE_PAUSED",
            shows={"state": "STATE_PAUSED"},
            refuses=not_steerable,
        ),
        Verb(
            "canceled",
            command("cancel"),
            seen=is_over,
            shows={"state": "STATE_CANCELED"},
            refuses=not_to_stop,
            reached=is_over,
        ),
        Verb(
            "killed",
            command("kill"),
            seen=is_over,
            shows={"state": "STATE_CANCELED"},
            refuses=not_to_stop,
            reached=is_over,
        ),
    ),
    refuses_delete=not_ended,
    deleting=lambda current: current["state"] == "STATE_DELETING",
    failed=lambda current: "its deletion failed." if current["state"] == "STATE_DELETE_FAILED" else None,
    unshown=("config", "originalConfig"),
    verbatim=("config", "hyperparameters", "metadata"),
)
