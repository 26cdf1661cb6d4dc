# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspaces."""

from __future__ import annotations

from ..engine.resource import Field, Request, Resource, Verb

MASKED = "********"
STORAGE: dict[str, dict[str, object]] = {
    "type": {
        "type": "str",
        "choices": ["shared_fs", "directory", "s3", "gcs", "azure"],
        "required": True,
    },
    "host_path": {"type": "str"},
    "storage_path": {"type": "str"},
    "propagation": {"type": "str"},
    "container_path": {"type": "str"},
    "bucket": {"type": "str"},
    "prefix": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "access_key": {"type": "str", "no_log": True},
    "secret_key": {"type": "str", "no_log": True},
    "container": {"type": "str"},
    "account_url": {"type": "str"},
    "connection_string": {"type": "str", "no_log": True},
    "credential": {"type": "str", "no_log": True},
    "save_experiment_best": {"type": "int"},
    "save_trial_best": {"type": "int"},
    "save_trial_latest": {"type": "int"},
}
AGENT_USER_GROUP = {"uid": "agentUid", "user": "agentUser", "gid": "agentGid", "group": "agentGroup"}


def frozen(current):
    if current.get("immutable"):
        return "it is built in and immutable."
    if current.get("archived"):
        return "it is archived. Use state=unarchived first."
    return None


def immutable(current):
    return "it is built in and immutable." if current.get("immutable") else None


def held(current):
    parts = [(current.get("numProjects"), "project(s)"), (current.get("numExperiments"), "experiment(s)")]
    return " and ".join(f"{count} {what}" for count, what in parts if count) or None


def deleting(current):
    return current.get("state") == "WORKSPACE_STATE_DELETING"


def delete_failed(current):
    if current.get("state") == "WORKSPACE_STATE_DELETE_FAILED":
        return "its deletion failed: {}".format(current.get("errorMessage") or "the master gives no reason.")
    return None


def storage(value):
    return {key: part for key, part in value.items() if part is not None}


def same_storage(have, want):
    """Secrets come back masked and so count as equal; null is the same as not set."""
    have = storage(have or {})
    return set(have) == set(want) and all(have[key] in (want[key], MASKED) for key in have)


def masked(value):
    return {key: MASKED if STORAGE.get(key, {}).get("no_log") else part for key, part in storage(value).items()}


def agent_user_group(value):
    return {AGENT_USER_GROUP[key]: part for key, part in value.items() if part is not None}


def same_group(have, want):
    return (have or {}) == want


def option_names(value):
    names = {api: name for name, api in AGENT_USER_GROUP.items()}
    return {names[key]: part for key, part in value.items()}


def pin(_current, wanted):
    return Request("POST", "/api/v1/workspaces/{id}/" + ("pin" if wanted else "unpin"))


WORKSPACE = Resource(
    kind="workspace",
    list="/api/v1/workspaces",
    rows="workspaces",
    find=lambda name: {"nameCaseSensitive": name.replace("\\", "\\\\")},
    get="/api/v1/workspaces/{id}",
    unwrap="workspace",
    create=Request("POST", "/api/v1/workspaces"),
    born={"pinned": True},
    update=Request("PATCH", "/api/v1/workspaces/{id}"),
    delete=Request("DELETE", "/api/v1/workspaces/{id}"),
    fields=(
        Field("name", "name"),
        Field("default_compute_pool", "defaultComputePool", change="defaultComputeResourcePool", reset=""),
        Field("default_aux_pool", "defaultAuxPool", change="defaultAuxResourcePool", reset=""),
        Field(
            "checkpoint_storage",
            "checkpointStorageConfig",
            option={"type": "dict", "options": STORAGE},
            reset={},
            encode=storage,
            equal=same_storage,
            in_list=False,
            show=masked,
        ),
        Field(
            "agent_user_group",
            "agentUserGroup",
            option={
                "type": "dict",
                "options": {
                    "uid": {"type": "int"},
                    "user": {"type": "str"},
                    "gid": {"type": "int"},
                    "group": {"type": "str"},
                },
                "required_together": [["uid", "user"], ["gid", "group"]],
            },
            reset={},
            encode=agent_user_group,
            equal=same_group,
            show=option_names,
        ),
        Field("pinned", "pinned", option={"type": "bool"}, send=pin, creatable=False, even_frozen=True),
    ),
    verbs=(
        Verb(
            "archived",
            Request("POST", "/api/v1/workspaces/{id}/archive", repeatable=True),
            seen=lambda current: current["archived"],
            shows={"archived": True},
            refuses=immutable,
        ),
        Verb(
            "unarchived",
            Request("POST", "/api/v1/workspaces/{id}/unarchive", repeatable=True),
            seen=lambda current: not current["archived"],
            shows={"archived": False},
            refuses=immutable,
            first=True,
        ),
    ),
    frozen=frozen,
    refuses_delete=immutable,
    holds=held,
    deleting=deleting,
    failed=delete_failed,
    verbatim=("checkpointStorageConfig",),
)
