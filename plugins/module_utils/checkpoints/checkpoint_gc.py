# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy for the checkpoints of many experiments that have ended: what the master would remove, and removing it."""

from __future__ import annotations

from ..engine.many import Kind, Many, change_many
from ..experiments.experiments import EXPERIMENTS, skip_missing
from ..resources.experiment import POLICY, is_over
from ..selection.labels import keeping_labels
from ..selection.search import ahead
from ..selection.select import select_rows
from .registry import registered_by_experiment
from .removal import remove, wait_removed


def report(row):
    listed = {} if row["listed"] is None else {"checkpoints": row["listed"]}
    removed = len(row["uuids"])
    return dict(EXPERIMENTS.report(row), removed_checkpoints=removed, reclaimed_bytes=row["freed"], **listed)


def columns(row):
    return f"{EXPERIMENTS.columns(row)}  {len(row['uuids']):>5} checkpoints  {row['freed']:>14} bytes"


def noted(item):
    return {"uuids": item.row["uuids"], "bytes": item.row["freed"]}


SIZE = 50
KIND = Kind("experiments", report, columns, lambda item: item.row["freed"], noted)


def collect(call):
    """The work of det_checkpoint_gc."""
    rows, missing = select_rows(call)
    many, registered = plan_all(call, rows, missing)
    # A plan that a brake stops is shown with them too.
    call.progress(registered=registered)
    result = change_many(
        call,
        KIND,
        many,
        ("checkpoints",),
        lambda _act, chunk: perform(call, chunk),
        lambda _act: "DELETE /api/v1/checkpoints",
        {"checkpoints": SIZE},
        irreversible=True,
        count=sum(len(one.row["uuids"]) for one in many.items),
        counted="checkpoints",
    )
    return dict(result, registered=registered)


def policy(params):
    return {name: params[name] for name in POLICY}


def plan_all(call, rows, missing):
    """The plan, and the registered checkpoints that stay whatever the policy says."""
    many = Many()
    skip_missing(call, many, missing)
    ended = []
    for row in rows:
        kept = keeping_labels(row["labels"], call.params["keep_labels"])
        if kept:
            many.skip(EXPERIMENTS.report(row), "label {}".format(", ".join(kept)))
        elif not is_over(row):
            many.skip(EXPERIMENTS.report(row), f"has not ended ({row['state']})")
        elif not row["checkpointCount"]:
            many.unchanged += 1
        else:
            ended.append(row)
    registered = registered_by_experiment(call.client) if ended else {}
    for row, removed in ahead(lambda one: (one, preview(call, one)), ended):
        named = [one for one in removed if one["uuid"] not in registered.get(row["id"], ())]
        # There may be a million of them: of those that nobody wants listed only the names are kept.
        row["listed"] = named if call.params["list_checkpoints"] else None
        row["uuids"], row["freed"] = [one["uuid"] for one in named], sum(one["bytes"] for one in named)
        size = call.params["min_size"]
        if named and size is not None and row["freed"] < size:
            many.skip(dict(EXPERIMENTS.report(row), would_free_bytes=row["freed"]), "less than min_size would be freed")
            continue
        have = row["checkpointCount"]
        acts = ["checkpoints"] if named else []
        many.add(row["id"], row, acts, {"checkpoints": have}, {"checkpoints": have - len(named)})
    return many, [stays(row, *one) for row in ended for one in sorted(registered.get(row["id"], {}).items())]


def stays(row, uuid, versions):
    shown = {"id": row["id"], "name": row["name"], "owner": row["username"], "uuid": uuid}
    return dict(shown, reason="registered as {}".format(", ".join(versions)))


def preview(call, row):
    """What the policy does not keep: list of {uuid, bytes, trial_id, steps_completed}.

    The master is asked. It lets checkpoints that are deleted already keep their places among the best and the latest,
    so where it names such ones, what counts among those that are left is looked at besides.
    """
    named = call.client.get(f"/experiments/{row['id']}/preview_gc", **policy(call.params))["checkpoints"] or ()
    there = [one for one in named if one["State"] not in ("DELETED", "ERROR")]
    if there and len(there) < len(named):
        kept = kept_of_the_rest(call, row)
        there = [one for one in there if one["UUID"] not in kept]
    return [
        {
            "uuid": one["UUID"],
            "bytes": one["Size"] or 0,
            "trial_id": one["TrialID"],
            "steps_completed": one["StepsCompleted"],
        }
        for one in there
    ]


def kept_of_the_rest(call, row):
    """The uuids that the policy keeps of the checkpoints that are not deleted."""
    answer = call.client.get(
        f"/api/v1/experiments/{row['id']}/checkpoints",
        states=["STATE_COMPLETED", "STATE_PARTIALLY_DELETED"],
        sortByAttr="SORT_BY_SEARCHER_METRIC",
    )["checkpoints"]
    return kept(answer, policy(call.params))


def kept(checkpoints, counts):
    """The uuids that ``counts`` keep of the API's checkpoints: the best of all, best and latest of each trial."""
    measured = [one for one in checkpoints if metric(one) is not None]
    best = sorted(measured, key=lambda one: better_first(one, checkpoints))
    latest = sorted(checkpoints, key=lambda one: -(one["metadata"].get("steps_completed") or 0))
    uuids = [one["uuid"] for one in best[: counts["save_experiment_best"]]]
    for trial in {one["training"]["trialId"] for one in checkpoints}:
        for order, count in ((best, counts["save_trial_best"]), (latest, counts["save_trial_latest"])):
            uuids += [one["uuid"] for one in order if one["training"]["trialId"] == trial][:count]
    return set(uuids)


def metric(checkpoint):
    return checkpoint["training"].get("searcherMetric")


def better_first(checkpoint, checkpoints):
    searcher = checkpoints[0]["training"]["experimentConfig"]["searcher"]
    return metric(checkpoint) * (1 if searcher.get("smaller_is_better", True) else -1)


def perform(call, chunk):
    """Delete just the checkpoints that the plan names.

    Setting the policy instead would let release 0.38.1 remove by the policy that was set before.
    """
    errors = {}
    # One that is refused makes the master refuse them all.
    if remove(call, [uuid for item in chunk for uuid in item.row["uuids"]]):
        problems = {item.id: remove(call, item.row["uuids"]) for item in chunk}
        errors = {ident: problem for ident, problem in problems.items() if problem}
    if call.params["wait"]:
        started = {uuid: item.id for item in chunk if item.id not in errors for uuid in item.row["uuids"]}
        counts = {item.id: item.after["checkpoints"] for item in chunk if item.id not in errors}
        errors.update({started[uuid]: text for uuid, text in wait_removed(call, started, counts=counts).items()})
    return errors
