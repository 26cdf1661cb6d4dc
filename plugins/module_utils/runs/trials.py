# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trials: killed, and how long their logs are kept. The master has no bulk operation for either."""

from __future__ import annotations

from typing import Any

from ..engine.many import Kind, Many, change_many
from ..engine.one_by_one import one_by_one
from ..engine.run import poll
from ..errors import Missing, WaitTimeout
from ..resources.experiment import elsewhere, is_over
from ..selection.search import ahead, read_ids
from ..store.answers import check_asked, read_object

TRIALS = "/api/v1/trials"
ACTS = ("log_retention", "killed")
REQUESTS = {"log_retention": f"PUT {TRIALS}/{{id}}/retain_logs", "killed": f"POST {TRIALS}/{{id}}/kill"}
NOT_THERE = "there is no such trial, or the user may not see it"


def report(row):
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["username"],
        "experiment_id": row["experimentId"],
        "state": row["state"],
        "end_time": row["endTime"],
    }


def columns(row):
    return f"{row['name']:<40.40}  {row['username'] or '':<16.16}  experiment {row['experimentId']:>8}  {row['state']}"


KIND = Kind("trials", report, columns)


def read_trials(client: Any, ids: list[int]) -> tuple[list[dict[str, Any]], list[int]]:
    """The trials of these ids that are there, in order, and the ids that are not."""

    def fetch(ident: int) -> tuple[int, dict[str, Any] | None]:
        path = f"{TRIALS}/{ident}"
        try:
            row = read_object(client.get(path), "trial", f"GET {path}", "id")
        except Missing:
            return ident, None
        check_asked([ident], [row["id"]], f"GET {path}")
        return ident, row

    answers = list(ahead(fetch, ids))
    return [row for _ident, row in answers if row], [ident for ident, row in answers if not row]


def change_trials(call):
    """The work of det_trial."""
    client, params = call.client, call.params
    rows, missing = read_trials(client, sorted(set(params["ids"])))
    experiments = {one["id"]: one for one in read_ids(client, sorted({row["experimentId"] for row in rows}))}
    many = Many()
    for ident in missing:
        many.skip({"id": ident, "name": None}, NOT_THERE)
    for row in rows:
        experiment = experiments[row["experimentId"]]
        row.update(name=experiment["name"], username=experiment["username"])
        acts, before, after = plan_one(params, row)
        reason = elsewhere(experiment) if "killed" in acts else None
        if reason:
            many.skip(report(row), reason)
        else:
            many.add(row["id"], row, acts, before, after)
    return change_many(
        call,
        KIND,
        many,
        ACTS,
        lambda act, chunk: perform(call, act, chunk),
        REQUESTS.get,
        irreversible=params["state"] == "killed",
    )


def plan_one(params, row):
    """The acts that one trial needs, and the properties that they change, before and after."""
    acts, before, after = [], {}, {}
    days = params["log_retention_days"]
    if days is not None and row.get("logRetentionDays") != days:
        acts.append("log_retention")
        before["log_retention_days"], after["log_retention_days"] = row.get("logRetentionDays"), days
    if params["state"] == "killed" and not is_over(row):
        acts.append("killed")
        before["state"], after["state"] = row["state"], "STATE_CANCELED"
    return acts, before, after


def perform(call, act, chunk):
    """Do one act to a chunk. Returns {id: error} of those that are not as wanted afterwards."""
    client = call.client
    if act == "log_retention":
        days = {"numDays": call.params["log_retention_days"]}
        return one_by_one(lambda item: client.request("PUT", f"{TRIALS}/{item.id}/retain_logs", body=days), chunk)
    errors = one_by_one(lambda item: client.post(f"{TRIALS}/{item.id}/kill", repeatable=True), chunk)
    # One that ended meanwhile is not found any more, or its experiment is not.
    errors = {ident: errors[ident] for ident in alive(client, errors)}
    if call.params["wait"]:
        errors.update(wait_ended(call, [one.id for one in chunk if one.id not in errors]))
    return errors


def alive(client, ids):
    return {row["id"] for row in read_trials(client, sorted(ids))[0] if not is_over(row)}


def wait_ended(call, ids):
    """{id: reason} of those that do not end in time."""
    left = set(ids)

    def done():
        left.intersection_update(alive(call.client, left))
        return not left

    try:
        poll(done, call.params["wait_timeout"], f"{len(ids)} trials have ended")
    except WaitTimeout:
        return dict.fromkeys(left, "killed, and still running; it goes on")
    return {}
