# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy for the checkpoints of many experiments that have ended: what the master would remove, and removing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..engine.call import Call
from ..engine.drift import find_drift
from ..engine.many import Act, Errors, Item, Many, Row, View, at_once, change_many, pieces
from ..engine.settle import send_parts
from ..errors import ApiError, DeterminedError
from ..experiments.bulk_acts import read_rows
from ..experiments.experiments import EXPERIMENTS, kept_by_label
from ..kinds.checkpoint import CHECKPOINTS, USABLE, UUID
from ..kinds.experiment_parts import POLICY, is_over
from ..model.row import Column, read_row
from ..model.states import prefix_states
from ..selection.registered import Registry
from ..selection.search import IDS_A_REQUEST
from ..selection.select import select_rows
from ..store.parallel import map_concurrently
from ..when import duration
from .memory import WRITE, Memory, mark_of
from .removal import remove, wait_removed

# What would go, as the master foretells it.
PREVIEWED = (
    Column("uuid", "Uuid.", sample=UUID, api="UUID"),
    Column("bytes", "Size of its files.", "int", 200, api="Size", decode=lambda count: count or 0),
    Column("trial_id", "Id of its trial.", "int", 36, api="TrialID"),
    Column("steps_completed", "Batches that the trial had done.", "int", 10, api="StepsCompleted"),
)
LOST = (
    Column("removed_checkpoints", "Number of the checkpoints that it loses.", "int", 1),
    Column("reclaimed_bytes", "Size of their files.", "int", 200),
    Column("checkpoints", "These checkpoints.", "list", parts=PREVIEWED, when="with O(list_checkpoints)"),
)
SPARED = (Column("would_free_bytes", "What would be freed.", "int", 200, when="where that is less than O(min_size)"),)
STAYING = (
    Column("id", "Id of the experiment.", "int", 16),
    Column("name", "Name of the experiment.", sample="detr_coco"),
    Column("owner", "Name of its owner.", sample="ana"),
    Column("uuid", "Uuid of the checkpoint.", sample=UUID),
    Column("reason", "Why it stays.", sample="registered as detr:3"),
)


def report(row: Row) -> dict[str, Any]:
    listed = {} if row["listed"] is None else {"checkpoints": row["listed"]}
    removed = len(row["uuids"])
    return dict(EXPERIMENTS.report(row), removed_checkpoints=removed, reclaimed_bytes=row["freed"], **listed)


def columns(row: Row) -> str:
    return f"{EXPERIMENTS.columns(row)}  {len(row['uuids']):>5} checkpoints  {row['freed']:>14} bytes"


def noted(item: Item) -> dict[str, Any]:
    return {"uuids": item.row["uuids"], "bytes": item.row["freed"]}


SIZE = 50


def freed(item: Item) -> int:
    return int(item.row["freed"])


SUMS = {"removed_checkpoints": lambda item: len(item.row["uuids"])}
VIEW = View("experiments", report, columns, freed, noted=noted, size=freed, sums=SUMS)


def collect(call: Call) -> dict[str, Any]:
    """The work of det_checkpoint_gc."""
    registry, memory = Registry(call.client), open_memory(call)
    many, found = plan_all(call, select_rows(call), registry, memory)
    # A plan that a brake stops is shown with them too.
    call.progress(registered=found.registered, known=found.known)
    result = change_many(
        call,
        VIEW,
        many,
        [removal_act(call, registry)],
        guard_count=sum(len(one.row["uuids"]) for one in many.items),
        guard_noun="checkpoints",
    )
    if memory is not None:
        result["requests"] = result["requests"] + keep_memory(call, memory, found, many)
    return dict(result, registered=found.registered, known=found.known)


def open_memory(call: Call) -> Memory | None:
    """What earlier runs have learned; None where none of it is wanted, or the account has no settings to read."""
    if call.params["recheck_after"] is None:
        return None
    longest = duration(call.params["recheck_after"], "recheck_after")
    memory = Memory(call.client, longest, datetime.now(timezone.utc))
    try:
        memory.read()
    except ApiError as error:
        call.warn(f"What earlier runs learned cannot be read, so that each experiment is looked at: {error.msg}")
        return None
    return memory


def keep_memory(call: Call, memory: Memory, found: Findings, many: Many) -> list[str]:
    """Write what was learned. Returns the requests of that, in check mode those that would be sent."""
    for item in many.changed(call.check_mode):
        # Now nothing is left that the policy does not keep.
        left = {"checkpoint_bytes": (item.row["checkpoint_bytes"] or 0) - item.row["freed"]}
        row = {**item.row, **left, "checkpoint_count": item.after["checkpoints"]}
        memory.learn(item.row["id"], mark_of(row, policy(call.params), found.names_of(row)), 0)
    if not memory.changes():
        return []
    if not call.check_mode:
        try:
            memory.write()
        except DeterminedError as error:
            call.warn(f"What this run learned cannot be kept, so that the next one asks again: {error.msg}")
    return [WRITE]


def policy(params: dict[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in POLICY}


@dataclass
class Findings:
    """What planning found out beside the acts.

    ``registered``: rows of STAYING. ``known``: the number of experiments of which the master was not asked.
    ``names``: {experiment id: {uuid of a registered checkpoint: its versions}}.
    """

    names: dict[int | None, dict[str | None, list[str]]] = field(default_factory=dict)
    registered: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0

    def names_of(self, row: Row) -> dict[str | None, list[str]]:
        return self.names.get(row["id"], {})


def plan_all(call: Call, rows: list[Row], registry: Registry, memory: Memory | None) -> tuple[Many, Findings]:
    """What is to be removed, and what else was found out."""
    many, found = Many(), Findings()
    held = []
    for row in rows:
        reason = protection(call, row)
        if reason:
            many.skip(EXPERIMENTS.report(row), reason)
        elif row["checkpoint_count"]:
            held.append(row)
        else:
            many.unchanged += 1
    # Most of 100,000 have no checkpoint, or none that may go.
    del rows
    found.names = registry.by_experiment() if held else {}
    asked = []
    for row in held:
        freed = 0 if keeps_all(call.params, row) else recall(call, memory, found, row)
        if freed is None:
            asked.append(row)
        elif freed:
            spare(many, row, freed)
        else:
            many.unchanged += 1
    found.known = len(held) - len(asked)
    for row, removed in map_concurrently(lambda one: (one, preview(call, one)), asked, call.params["connections"]):
        plan_one(call, many, row, [one for one in removed if one["uuid"] not in found.names_of(row)])
        learn(call, memory, found, row)
    found.registered = [protected_row(row, *one) for row in held for one in sorted(found.names_of(row).items())]
    return many, found


def keeps_all(params: dict[str, Any], row: Row) -> bool:
    """Whether the counts of an experiment alone say that it cannot lose enough.

    So many checkpoints as each trial keeps of its latest are the latest of their trials, whatever else they are.
    """
    count, held, size = row["checkpoint_count"], row["checkpoint_bytes"], params["min_size"]
    return count <= params["save_trial_latest"] or (size is not None and held is not None and held < size)


def plan_one(call: Call, many: Many, row: Row, named: list[dict[str, Any]]) -> None:
    """Add what an experiment loses; ``named``: rows of PREVIEWED."""
    # There may be a million of them: of those that nobody wants listed only the names are kept.
    row["listed"] = named if call.params["list_checkpoints"] else None
    row["uuids"], row["freed"] = [one["uuid"] for one in named], sum(one["bytes"] for one in named)
    if named and is_small(call.params, row["freed"]):
        spare(many, row, row["freed"])
        return
    have = row["checkpoint_count"]
    acts = ["checkpoints"] if named else []
    many.add(row["id"], row, acts, {"checkpoints": have}, {"checkpoints": have - len(named)})


def is_small(params: dict[str, Any], freed: int) -> bool:
    return params["min_size"] is not None and freed < params["min_size"]


def spare(many: Many, row: Row, freed: int) -> None:
    """Leave an experiment alone that would free too little."""
    many.skip(dict(EXPERIMENTS.report(row), would_free_bytes=freed), "less than min_size would be freed")


def recall(call: Call, memory: Memory | None, found: Findings, row: Row) -> int | None:
    """Bytes that would be freed, as an earlier run has learned; None where the master has to be asked."""
    if memory is None:
        return None
    seen = memory.recall(row["id"], mark_of(row, policy(call.params), found.names_of(row)))
    if seen is None or (seen.freed and not is_small(call.params, seen.freed)):
        return None
    return seen.freed


def learn(call: Call, memory: Memory | None, found: Findings, row: Row) -> None:
    """Keep what the master has said of an experiment. Empty files that could go are asked about each time."""
    if memory is not None and bool(row["uuids"]) == bool(row["freed"]):
        memory.learn(row["id"], mark_of(row, policy(call.params), found.names_of(row)), row["freed"])


def protection(call: Call, row: Row) -> str | None:
    """Why the checkpoints of an experiment stay, whatever the policy says; None where they may go."""
    kept_by = kept_by_label(row, call.params["keep_labels"])
    if kept_by:
        return kept_by
    return None if is_over(row) else f"has not ended ({row['state']})"


def protected_row(row: Row, uuid: str | None, versions: list[str]) -> dict[str, Any]:
    shown = {"id": row["id"], "name": row["name"], "owner": row["owner"], "uuid": uuid}
    return dict(shown, reason="registered as {}".format(", ".join(versions)))


def preview(call: Call, row: Row) -> list[dict[str, Any]]:
    """What the policy does not keep, as rows of PREVIEWED.

    The master is asked. It lets checkpoints that are deleted already keep their places among the best and the latest,
    so where it names such ones, what counts among those that are left is looked at besides.
    """
    named = call.client.get(f"/experiments/{row['id']}/preview_gc", **policy(call.params))["checkpoints"] or ()
    there = [one for one in named if one["State"] not in ("DELETED", "ERROR")]
    if there and len(there) < len(named):
        kept = kept_of_the_rest(call, row)
        there = [one for one in there if one["UUID"] not in kept]
    return [read_row(PREVIEWED, one) for one in there]


def kept_of_the_rest(call: Call, row: Row) -> set[str]:
    """The uuids that the policy keeps of the checkpoints that are not deleted."""
    answer = call.client.get(
        f"/api/v1/experiments/{row['id']}/checkpoints",
        states=prefix_states(USABLE),
        sortByAttr="SORT_BY_SEARCHER_METRIC",
    )["checkpoints"]
    return kept(answer, policy(call.params))


def kept(checkpoints: list[Row], counts: dict[str, int]) -> set[str]:
    """The uuids that ``counts`` keep of the API's checkpoints: the best of all, best and latest of each trial."""
    measured = [one for one in checkpoints if metric(one) is not None]
    best = sorted(measured, key=lambda one: better_first(one, checkpoints))
    latest = sorted(checkpoints, key=lambda one: -(one["metadata"].get("steps_completed") or 0))
    uuids = [one["uuid"] for one in best[: counts["save_experiment_best"]]]
    for trial in {one["training"]["trialId"] for one in checkpoints}:
        for order, count in ((best, counts["save_trial_best"]), (latest, counts["save_trial_latest"])):
            uuids += [one["uuid"] for one in order if one["training"]["trialId"] == trial][:count]
    return set(uuids)


def metric(checkpoint: Row) -> Any:
    return checkpoint["training"].get("searcherMetric")


def better_first(checkpoint: Row, checkpoints: list[Row]) -> Any:
    searcher = checkpoints[0]["training"]["experimentConfig"]["searcher"]
    return metric(checkpoint) * (1 if searcher.get("smaller_is_better", True) else -1)


def removal_act(call: Call, registry: Registry) -> Act:
    return Act(
        "checkpoints",
        lambda items: remove_all(call, items),
        lambda _items: ["DELETE " + CHECKPOINTS],
        chunk=SIZE,
        irreversible=True,
        look_again=lambda items: look_again(call, items, registry),
        most=IDS_A_REQUEST,
        at_once=at_once(call),
    )


def look_again(call: Call, items: list[Item], registry: Registry) -> Errors:
    """Errors of the experiments whose checkpoints must stay after all: one request for them, one for the registry."""
    rows = read_rows(call, [one.id for one in items])
    registered = registry.by_experiment()
    found: Errors = {}
    for one in items:
        row = rows.get(one.id)
        if row is None:
            # Its checkpoints have gone with it.
            found[one.id] = None
            continue
        names = [
            name
            for uuid, versions in registered.get(row["id"], {}).items()
            if uuid in one.row["uuids"]
            for name in versions
        ]
        reason = protection(call, row) or (f"checkpoint registered as {', '.join(names)}" if names else None)
        reason = reason or find_drift(one, row)
        if reason:
            found[one.id] = reason
    return found


def remove_all(call: Call, chunk: list[Item]) -> Errors:
    """Delete just the checkpoints that the plan names, and wait for that.

    Setting the policy instead would let release 0.38.1 remove by the policy that was set before.
    """
    parts = pieces(chunk, call.params["chunk_size"] or SIZE)
    errors = send_parts(parts, lambda part: remove_part(call, part), call.params["connections"])
    if call.params["wait"]:
        started = {uuid: item.id for item in chunk if item.id not in errors for uuid in item.row["uuids"]}
        counts = {item.id: item.after["checkpoints"] for item in chunk if item.id not in errors}
        errors.update({started[uuid]: text for uuid, text in wait_removed(call, started, counts=counts).items()})
    return errors


def remove_part(call: Call, part: list[Item]) -> Errors:
    # One that is refused makes the master refuse them all.
    if not remove(call, [uuid for item in part for uuid in item.row["uuids"]]):
        return {}
    problems = {item.id: remove(call, item.row["uuids"]) for item in part}
    return {ident: problem for ident, problem in problems.items() if problem}
