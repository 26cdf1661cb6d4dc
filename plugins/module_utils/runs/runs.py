# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many runs to one state, by the master's bulk operations, which are told the project that each run is in."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, Tuple

from ..checkpoints.checkpoints import merged
from ..connection.client import Client
from ..engine.call import Call
from ..engine.drift import find_drift
from ..engine.many import Errors, Item, Many, Row, View, change_many
from ..engine.spec import Spec
from ..errors import BadOption
from ..experiments.experiments import KEPT, kept_by_label
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import elsewhere, is_over, not_ended
from ..selection.places import project_id
from ..selection.run_select import select_runs
from ..selection.search import read_ids
from .run_acts import CALLS, metadata_of, reached, read_rows, run_acts

STATES = ("present", "absent", "archived", "unarchived", "active", "paused", "killed")
LONGEST_KEY, LONGEST_VALUE = 50, 5000
# A run, its acts, and the properties that these change, before and after.
Plan = Tuple[Row, List[str], Dict[str, Any], Dict[str, Any]]

RUN_PROTECT = Spec(
    {
        "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
        "protect": {"type": "list", "elements": "str", "choices": ["checkpoints"], "default": ["checkpoints"]},
    },
    objects=("keep_labels", "protect"),
)


def report(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "local_id": row["local_id"],
        "name": row["name"],
        "experiment_id": row["experiment_id"],
        "project": row["project"],
        "state": row["state"],
        "end_time": row["end_time"],
        "checkpoint_bytes": row["checkpoint_bytes"],
        "labels": row["labels"],
    }


def columns(row: Row) -> str:
    return f"{row['local_id']:<12.12}  {row['name']:<40.40}  {(row['end_time'] or 'running')[:10]:<10}"


VIEW = View("runs", report, columns)


def change_runs(call: Call) -> dict[str, Any]:
    """The work of det_run."""
    params = call.params
    check_metadata(params["metadata"])
    target = project_id(call)
    many = plan_all(call, select_runs(call), target)
    return change_many(call, VIEW, many, run_acts(call, lambda items: look_again(call, items)))


def check_metadata(value: Any) -> None:
    """Refuse what the master cannot keep, before anything is written."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if set(key) & set("$.[]"):
            raise BadOption("metadata", key, "a key must not hold any of $ . [ ]")
        if len(key) > LONGEST_KEY:
            raise BadOption("metadata", key, f"a key must not have more than {LONGEST_KEY} characters.")
        check_metadata(inner)
    for inner in value if isinstance(value, list) else ():
        check_metadata(inner)
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        raise BadOption("metadata", value[:40], f"a value must not have more than {LONGEST_VALUE} characters.")


# Planning


def plan_all(call: Call, rows: list[Row], target: int | str | None) -> Many:
    """Sort the rows into what is to be done, what is so already, and what is left alone and why."""
    many = Many()
    plans: list[Plan] = [(row, *plan_one(call.params, row, target)) for row in rows]
    experiments = read_experiments(call.client, plans)
    reasons = {row["id"]: refusal(call.params, row, acts, experiments) for row, acts, _before, _after in plans}
    if not call.params["whole_experiments"]:
        moving = [row for row, acts, _before, _after in plans if "move" in acts and not reasons[row["id"]]]
        reasons.update(split_experiments(moving, experiments))
    for row, acts, before, after in plans:
        if acts and reasons[row["id"]]:
            many.skip(report(row), reasons[row["id"]])
        else:
            many.add(row["id"], row, acts, before, after)
    return many


def split_experiments(moving: list[Row], experiments: dict[int, Row]) -> dict[int, str]:
    """{id: reason} of the runs that would take others along, as the master moves experiments with all their runs."""
    counts = Counter(row["experiment_id"] for row in moving)
    others = {ident: experiments[ident]["trial_count"] - count for ident, count in counts.items()}
    return {
        row["id"]: f"{others[row['experiment_id']]} other runs of its experiment would be moved along."
        " Set whole_experiments if that is meant."
        for row in moving
        if others[row["experiment_id"]] > 0
    }


def read_experiments(client: Client, plans: list[Plan]) -> dict[int, Row]:
    """{id: experiment} of those that decide on an act: all move together, and none of an archived one is unarchived."""
    ids = {row["experiment_id"] for row, acts, _b, _a in plans if {"move", "unarchived"}.intersection(acts)}
    return {one["id"]: one for one in read_ids(client, sorted(ids), EXPERIMENT.only("id", "archived", "trial_count"))}


def plan_one(
    params: dict[str, Any], row: Row, target: int | str | None
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The acts that one run needs, and the properties that they change, before and after."""
    state = params["state"]
    acts: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if state == "absent":
        return ["absent"], {"state": row["state"]}, {"state": "absent"}
    if target is not None and row["project_id"] != target:
        acts.append("move")
        before["project_id"], after["project_id"] = row["project_id"], target
    have, metadata = metadata_of(row), wanted_metadata(params, row)
    if metadata != have:
        acts.append("metadata")
        before["metadata"], after["metadata"] = have, metadata
    one = CALLS.get(state)
    if one is not None and one.seen is not None and not one.seen(row):
        acts.append(state)
        before.update({name: row[name] for name in one.after})
        after.update(one.after)
    return acts, before, after


def wanted_metadata(params: dict[str, Any], row: Row) -> dict[str, Any]:
    have, wanted = metadata_of(row), params["metadata"]
    if wanted is None:
        return have
    return wanted if params["metadata_mode"] == "exact" else merged(have, wanted)


def refusal(params: dict[str, Any], row: Row, acts: list[str], experiments: dict[int, Row]) -> str | None:
    """Why the master would refuse one of the acts, or a rail forbids it; None where neither is so."""
    state, experiment = params["state"], experiments.get(row["experiment_id"])
    if "unarchived" in acts and experiment["archived"]:
        return f"experiment {experiment['id']} is archived. Use det_experiments with state=unarchived first."
    if "move" in acts and (row["parent_archived"] or (row["archived"] and "unarchived" not in acts)):
        return "archived, so it cannot be moved"
    if state not in acts:
        return None
    if state in ("archived", "absent"):
        return kept(params, row) or not_ended(row)
    if state in ("active", "paused"):
        return not_to_steer(row)
    return elsewhere(row) if state == "killed" else None


def kept(params: dict[str, Any], row: Row) -> str | None:
    labels = kept_by_label(row, params["keep_labels"])
    if labels:
        return labels
    if params["state"] == "absent" and row["checkpoint_count"] and "checkpoints" in params["protect"]:
        return "it has checkpoints, whose files would be left behind. Use det_checkpoint, or delete the experiment."
    return None


def not_to_steer(row: Row) -> str | None:
    if row["archived"] or row["parent_archived"]:
        return "it is archived. Use state=unarchived first."
    if row["multi_trial"]:
        return "it is one of many trials of a search, which are paused together. Use det_experiments."
    return f"it has ended ({row['state']})." if is_over(row) else elsewhere(row)


# Right before


def look_again(call: Call, items: list[Item]) -> Errors:
    """Errors of what must not be ended or deleted any more, read in one request."""
    params, state = call.params, call.params["state"]
    rows = read_rows(call.client, [one.id for one in items])
    found: Errors = {}
    for one in items:
        row = rows.get(one.id)
        if row is None:
            found[one.id] = None if state == "absent" else "there is no such run any more"
            continue
        if reached(call, CALLS[state], row, one):
            found[one.id] = None
            continue
        reason = refusal(params, row, [state], {}) or find_drift(one, row, ended=state == "absent")
        if reason:
            found[one.id] = reason
    return found
