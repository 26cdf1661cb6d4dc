# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of workspaces, beside their table."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ..errors import ApiError, Refused
from ..model.call import Call
from ..model.field import Context, Verb
from ..model.kind import Reader
from ..model.row import Row
from ..wording import some_of

MASKED = "********"
STORAGE: dict[str, dict[str, Any]] = {
    "type": {"type": "str", "choices": ["shared_fs", "directory", "s3", "gcs", "azure"], "required": True},
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
UNIX_USER = {"uid": {"type": "int"}, "user": {"type": "str"}, "gid": {"type": "int"}, "group": {"type": "str"}}
AGENT_USER_GROUP = {"uid": "agentUid", "user": "agentUser", "gid": "agentGid", "group": "agentGroup"}


def exact_name(name: str) -> dict[str, str]:
    """The filter is LIKE, whose escape is the backslash; what its signs find besides is held against the name."""
    return {"nameCaseSensitive": name.replace("\\", "\\\\")}


def immutable(row: Row) -> str | None:
    return "it is built in and immutable." if row.get("immutable") else None


def archive_verbs(path: str, refuses: Callable[[Row], str | None]) -> tuple[Verb, ...]:
    """The two states of what can be archived; ``path``: of one object."""
    return (
        Verb(
            "archived",
            Call("POST", path + "/archive", repeatable=True),
            seen=lambda row: row["archived"],
            result_fields={"archived": True},
            refuses=refuses,
        ),
        Verb(
            "unarchived",
            Call("POST", path + "/unarchive", repeatable=True),
            seen=lambda row: not row["archived"],
            result_fields={"archived": False},
            refuses=refuses,
            first=True,
        ),
    )


def frozen(row: Row) -> str | None:
    return immutable(row) or archived(row)


def archived(row: Row) -> str | None:
    return "it is archived. Use state=unarchived first." if row.get("archived") else None


def held(row: Row) -> str | None:
    parts = [(row.get("project_count"), "project(s)"), (row.get("experiment_count"), "experiment(s)")]
    return " and ".join(f"{count} {what}" for count, what in parts if count) or None


def deleting(row: Row) -> bool:
    return row.get("state") == "DELETING"


def delete_failed(row: Row) -> str | None:
    """How its deletion failed. A foreign key that the master's text names is what holds it (facts-access 14)."""
    if row.get("state") != "DELETE_FAILED":
        return None
    text = row.get("error_message") or "the master gives no reason"
    remedy = " Delete its webhooks, then delete it again." if "webhooks" in text else " Delete it again."
    return f"its deletion failed: {text.rstrip('.')}.{remedy}"


def refuse_webhooks(reader: Reader, plan: Any) -> list[str]:
    """Refuse to delete what holds webhooks: the master says yes and then leaves it half deleted (facts-access 14)."""
    if plan.act != "delete":
        return []
    try:
        found = reader.get("/api/v1/webhooks").get("webhooks") or []
    except ApiError:
        # Who may not see them is told by the failed deletion.
        return []
    names = [repr(one["name"]) for one in found if one.get("workspaceId") == plan.current["id"]]
    if names:
        raise Refused(
            f"{plan.kind.named(plan.current)} cannot be deleted: its webhooks hold it: {some_of(names)}.",
            "Delete these with det_webhook first.",
        )
    return []


def storage(value: Mapping[str, Any] | None) -> Row:
    """Null is the same as not set."""
    return {key: part for key, part in (value or {}).items() if part is not None}


def same_storage(have: Row | None, want: Row) -> bool:
    """Secrets come back masked and so count as equal."""
    have = have or {}
    return set(have) == set(want) and all(have[key] in (want[key], MASKED) for key in have)


def masked(value: Row) -> Row:
    return {key: MASKED if STORAGE.get(key, {}).get("no_log") else part for key, part in storage(value).items()}


def agent_user_group(value: Row, _context: Context) -> Row:
    return {AGENT_USER_GROUP[key]: part for key, part in value.items()}


def group_options(value: Mapping[str, Any] | None) -> Row:
    names = {api: name for name, api in AGENT_USER_GROUP.items()}
    return {names[key]: part for key, part in storage(value).items() if key in names}


def pin(_row: Row, wanted: bool) -> list[tuple[Call, Any]]:
    return [(Call("POST", "/api/v1/workspaces/{id}/" + ("pin" if wanted else "unpin")), None)]
