# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trials: killed, and how long their logs are kept. The master has no bulk operation for either."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from ..connection.client import Client
from ..engine.call import Call
from ..engine.many import Act, Errors, Ident, Item, Many, Row, View, change_many
from ..engine.settle import send_each
from ..errors import Missing, WaitTimeout
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import elsewhere, is_ending, is_over
from ..kinds.trial import TRIAL
from ..model.row import Column, row_reader
from ..selection.named import refuse_missing
from ..selection.run_select import IDS_A_SEARCH
from ..selection.search import read_ids
from ..store.answers import check_asked, read_object
from ..store.parallel import ahead
from ..store.wait import poll
from . import run_acts

TRIALS = "/api/v1/trials"


def report(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["owner"],
        "experiment_id": row["experiment_id"],
        "state": row["state"],
        "end_time": row["end_time"],
    }


def columns(row: Row) -> str:
    experiment, state = row["experiment_id"], row["state"]
    return f"{row['name']:<40.40}  {row['owner'] or '':<16.16}  experiment {experiment:>8}  {state}"


VIEW = View("trials", report, columns)


def read_trials(
    client: Client, ids: Iterable[Any], columns: tuple[Column, ...] = TRIAL.columns
) -> tuple[list[Row], list[Any]]:
    """The trials of these ids that are there, in order, and the ids that are not."""
    read = row_reader(columns)

    def fetch(ident: Any) -> tuple[Any, Row | None]:
        path = f"{TRIALS}/{ident}"
        try:
            row = read_object(client.get(path), "trial", f"GET {path}", "id")
        except Missing:
            return ident, None
        check_asked([ident], [row["id"]], f"GET {path}")
        return ident, read(row)

    answers = list(ahead(fetch, ids))
    return [row for _ident, row in answers if row], [ident for ident, row in answers if not row]


def change_trials(call: Call) -> dict[str, Any]:
    """The work of det_trial."""
    client, params = call.client, call.params
    rows, missing = read_trials(client, sorted(set(params["ids"])))
    refuse_missing(params, missing, "trial")
    wanted = sorted({row["experiment_id"] for row in rows})
    experiments = {
        one["id"]: one for one in read_ids(client, wanted, EXPERIMENT.only("id", "name", "owner", "unmanaged"))
    }
    refuse_missing(params, [one for one in wanted if one not in experiments], "experiment of a trial")
    many = Many()
    for row in rows:
        experiment = experiments[row["experiment_id"]]
        row.update(name=experiment["name"], owner=experiment["owner"])
        acts, before, after = plan_one(params, row)
        reason = elsewhere(experiment) if "killed" in acts else None
        if reason:
            many.skip(report(row), reason)
        else:
            many.add(row["id"], row, acts, before, after)
    return change_many(call, VIEW, many, [retention_act(call), kill_act(call)])


def plan_one(params: dict[str, Any], row: Row) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The acts that one trial needs, and the properties that they change, before and after."""
    acts: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    days = params["log_retention_days"]
    if days is not None and row["log_retention_days"] != days:
        acts.append("log_retention")
        before["log_retention_days"], after["log_retention_days"] = row["log_retention_days"], days
    if params["state"] == "killed" and not is_over(row):
        acts.append("killed")
        before["state"], after["state"] = row["state"], "CANCELED"
    return acts, before, after


# Doing


def retention_act(call: Call) -> Act:
    def set_days(item: Item) -> None:
        days = {"numDays": item.after["log_retention_days"]}
        call.client.request("PUT", f"{TRIALS}/{item.id}/retain_logs", body=days)

    return Act(
        "log_retention",
        lambda items: send_each(items, set_days),
        lambda items: [f"PUT {TRIALS}/{one.id}/retain_logs" for one in items],
    )


def kill_act(call: Call) -> Act:
    return Act(
        "killed",
        lambda items: kill(call, items),
        lambda items: [f"POST {TRIALS}/{one.id}/kill" for one in items],
        irreversible=True,
        look_again=lambda items: look_again(call, items),
        most=IDS_A_SEARCH,
    )


def look_again(call: Call, items: list[Item]) -> Errors:
    """Errors of what has ended meanwhile, read in one request: a trial is a run of the same id."""
    rows = run_acts.read_rows(call.client, [one.id for one in items])
    gone = "there is no such trial any more"
    return {one.id: None if one.id in rows else gone for one in items if one.id not in rows or is_over(rows[one.id])}


def kill(call: Call, items: list[Item]) -> Errors:
    """Kill trials and wait for their end. One that ended meanwhile is not found any more, or its experiment is not."""
    client = call.client
    errors = send_each(
        items,
        lambda item: client.post(f"{TRIALS}/{item.id}/kill"),
        lambda doubtful: {one.id for one in doubtful} - alive(client, [one.id for one in doubtful], is_ending),
    )
    if call.params["wait"]:
        errors.update(wait_ended(call, [one.id for one in items if one.id not in errors]))
    return errors


def alive(client: Client, ids: Iterable[Any], gone: Callable[[Row], bool] = is_over) -> set[Ident]:
    return {row["id"] for row in read_trials(client, sorted(ids))[0] if not gone(row)}


def wait_ended(call: Call, ids: list[Ident]) -> Errors:
    """{id: reason} of those that do not end in time."""
    left = set(ids)

    def done() -> bool:
        left.intersection_update(alive(call.client, left))
        return not left

    try:
        poll(done, call.params["wait_timeout"], f"{len(ids)} trials have ended")
    except WaitTimeout:
        return dict.fromkeys(left, "killed, and still running; it goes on")
    return {}
