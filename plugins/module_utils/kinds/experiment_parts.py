# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of experiments, beside their table. Runs and trials have the same states."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Mapping
from urllib.parse import quote

from ..model.call import Call
from ..model.field import Batch, Bulk
from ..model.row import Row

TERMINAL = ("COMPLETED", "CANCELED", "ERROR", "DELETE_FAILED")
# Told to end, and not yet ended.
TOLD_TO_END = ("STOPPING_CANCELED", "STOPPING_KILLED")
STOPPING = ("STOPPING_COMPLETED", "STOPPING_CANCELED", "STOPPING_ERROR", "STOPPING_KILLED")
# To the master's database they are all active.
WAITING = ("ACTIVE", "QUEUED", "PULLING", "STARTING")
ACTIVE = (*WAITING, "RUNNING")
STATES = (*ACTIVE, "PAUSED", *TERMINAL, *STOPPING)
POLICY = {
    "save_experiment_best": "saveExperimentBest",
    "save_trial_best": "saveTrialBest",
    "save_trial_latest": "saveTrialLatest",
}
FOREVER = -1
PATH = "/api/v1/experiments/{id}"
# -1 stands for any project.
ANY_PROJECT = "/api/v1/projects/-1/experiments/"
ARCHIVED = "it is archived. Use state=unarchived first."
# A state as rows have it, of experiments, runs and trials.


def is_over(row: Mapping[str, Any]) -> bool:
    return row["state"] in TERMINAL


def is_ending(row: Mapping[str, Any]) -> bool:
    """Whether it has ended, or was told to: a repeat would change nothing."""
    return is_over(row) or row["state"] in TOLD_TO_END


def is_active(row: Mapping[str, Any]) -> bool:
    return row["state"] in ACTIVE


def is_paused(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == "PAUSED")


def is_deleting(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == "DELETING")


def delete_failed(row: Mapping[str, Any]) -> str | None:
    return "its deletion failed. Use state=absent again." if row["state"] == "DELETE_FAILED" else None


def needs_no_more(row: Mapping[str, Any]) -> bool:
    """Whether nothing is left to go on with: it is under way, or came to its end without a failure."""
    return row["state"] not in ("ERROR", "CANCELED", "DELETE_FAILED")


def not_to_continue(row: Mapping[str, Any]) -> str | None:
    return delete_failed(row) or not_to_stop(row)


def not_ended(row: Mapping[str, Any]) -> str | None:
    if is_over(row):
        return None
    return f"it has not ended ({row['state']}). Use state=canceled or state=killed first."


def not_to_archive(row: Mapping[str, Any]) -> str | None:
    return delete_failed(row) or not_ended(row)


def not_steerable(row: Mapping[str, Any]) -> str | None:
    """Why the master does not steer it: it has ended, is archived, or runs elsewhere."""
    if row.get("archived"):
        return ARCHIVED
    if is_over(row):
        return f"it has ended ({row['state']})."
    return elsewhere(row)


def elsewhere(row: Mapping[str, Any]) -> str | None:
    return "it is unmanaged: whoever reports its trials decides on its state." if row.get("unmanaged") else None


def not_to_stop(row: Mapping[str, Any]) -> str | None:
    return ARCHIVED if row.get("archived") else elsewhere(row)


def not_to_move(row: Mapping[str, Any]) -> str | None:
    return ARCHIVED if row.get("archived") else None


def not_to_retain(row: Mapping[str, Any]) -> str | None:
    return not_to_move(row) or not_ended(row)


def policy(value: Mapping[str, Any]) -> Row:
    """The master sets all three counts at once, and one left out to 0, so all are sent."""
    return {name: value.get(name) or 0 for name in POLICY}


def counts(value: Any) -> Row:
    return {name: (value or {}).get(name) for name in POLICY}


def patch_policy(_row: Row, want: Row) -> list[tuple[Call, Any]]:
    body = {"checkpointStorage": {POLICY[name]: count for name, count in want.items()}}
    return [(Call("PATCH", PATH, repeatable=True), body)]


def move(_row: Row, project: Any) -> list[tuple[Call, Any]]:
    return [(Call("POST", PATH + "/move", repeatable=True), {"destinationProjectId": project})]


def retain(_row: Row, days: int) -> list[tuple[Call, Any]]:
    return [(Call("PUT", PATH + "/retain_logs", repeatable=True), {"numDays": days})]


def change_labels(row: Row, want: list[str]) -> list[tuple[Call, Any]]:
    """Labels are added one by one, so that one that the owner sets meanwhile stays.

    The master cannot take a single one away (facts-experiments: DELETE of a label is always a 500), and takes no slash
    in an address; then the whole list goes.
    """
    have = row.get("labels") or []
    added = [one for one in want if one not in have]
    if not go_one_by_one(added, set(have) - set(want)):
        return [(Call("PATCH", PATH, repeatable=True), {"labels": want})]
    return [(Call("PUT", label_path(one), repeatable=True), None) for one in added]


def go_one_by_one(add: Collection[str], remove: Collection[str]) -> bool:
    """Whether labels can be changed each by a request of its own, not by the whole list."""
    return not remove and all(map(fits_path, add))


def fits_path(label: str) -> bool:
    """Whether a label can be named in an address; dots lead elsewhere."""
    return "/" not in label and label not in (".", "..")


def label_path(label: str) -> str:
    return f"{PATH}/labels/{quote(label, safe='')}"


def bulk(
    name: str,
    method: str = "POST",
    value: str = "",
    chunk: int = 1000,
    irreversible: bool = False,
    wait: bool = False,
) -> Bulk:
    """A bulk operation of the master, which takes ids of any project (facts-experiments, Bulk).

    A hundred changes of log retention take the master three seconds; one deletion that fails takes its chunk along.
    ``value``: where the body takes the wanted value.
    """

    def wrap(batch: Batch) -> dict[str, Any]:
        return {"experimentIds": batch.ids, **({value: batch.value} if value else {})}

    return Bulk(Call(method, ANY_PROJECT + name, wrap), chunk, irreversible, wait=wait)


def command(name: str) -> Call:
    return Call("POST", f"{PATH}/{name}", repeatable=name not in ("archive", "unarchive"))


def project_path(answer: Mapping[str, Any]) -> str:
    return f"{answer.get('workspaceName')}/{answer.get('projectName')}"


def in_any_order(labels: Any) -> list[str]:
    """The master shows labels in any order."""
    return sorted(labels or ())
