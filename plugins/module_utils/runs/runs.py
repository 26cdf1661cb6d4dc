# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many runs to one state, by the master's bulk operations, which are told the project that each run is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..engine.bulk import Objects, Planned, Reasons, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Ident, Item, Row, View, change_many
from ..engine.spec import Spec
from ..errors import BadOption
from ..experiments.experiments import KEPT, kept_by_label
from ..kinds.experiment import EXPERIMENT
from ..kinds.run import RUN
from ..kinds.run_parts import METADATA, same_metadata
from ..model.call import fill_path
from ..model.field import merge_items
from ..model.plan import Wanted
from ..selection.places import project_id
from ..selection.run_select import BRIEF, IDS_A_SEARCH, read_runs, select_runs
from ..selection.search import read_ids

STATES = RUN.states()
LONGEST_KEY, LONGEST_VALUE = 50, 5000
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
        "url": row["url"],
    }


def columns(row: Row) -> str:
    return f"{row['local_id'] or '':<12.12}  {row['name'] or '':<40.40}  {(row['end_time'] or 'running')[:10]:<10}"


VIEW = View("runs", report, columns)


def change_runs(call: Call) -> dict[str, Any]:
    """The work of det_run."""
    check_metadata(call.params["metadata"])
    objects = describe_runs(call)
    wanted = wanted_of(call)
    many = plan_rows(objects, select_runs(call), wanted, VIEW, lambda plans: left_alone(call, plans))
    return change_many(call, VIEW, many, acts_of(call, objects))


def wanted_of(call: Call) -> Wanted:
    """What the options ask of each run."""
    params = call.params
    values: dict[str, Any] = {}
    target = project_id(call)
    if target is not None:
        values["project_id"] = target
    if params["metadata"] is not None:
        values["metadata"] = params["metadata"]
    return Wanted(values, params["state"], {"metadata": params["metadata_mode"]})


def describe_runs(call: Call) -> Objects:
    """Runs that are changed."""
    return Objects(
        RUN,
        lambda ids: read_brief(call, ids),
        IDS_A_SEARCH,
        lambda rows: kept(call.params, rows),
        {"metadata": lambda item: set_metadata(call, item)},
    )


def read_brief(call: Call, ids: Iterable[Ident]) -> Iterable[Row]:
    return read_runs(call.client, sorted(map(int, ids)), BRIEF)


def set_metadata(call: Call, item: Item) -> None:
    """The master takes all of the metadata only: what the options leave alone is read right before."""
    path, target = fill_path(METADATA, {"id": item.id}), item.after["metadata"]
    if call.params["metadata_mode"] == "merge":
        have = call.client.get(path).get("metadata") or {}
        target = merge_items(have, call.params["metadata"])
        if same_metadata(have, target):
            return
    call.client.request("POST", path, body={"metadata": target}, repeatable=True)


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


# What is left alone


def left_alone(call: Call, plans: list[Planned]) -> Reasons:
    """{id: reason} of those that a rail keeps from what is wanted, or which their experiment keeps from it.

    All runs of one move together, and none of an archived one is unarchived.
    """
    reasons = kept(call.params, [one.row for one in plans])
    ids = {one.row["experiment_id"] for one in plans if {"move", "unarchived"}.intersection(one.acts)}
    columns = EXPERIMENT.only("id", "archived", "trial_count")
    experiments = {one["id"]: one for one in read_ids(call.client, sorted(ids), columns)}
    for one in plans:
        experiment = one.row["experiment_id"]
        if "unarchived" in one.acts and experiments[experiment]["archived"]:
            text = f"experiment {experiment} is archived. Use det_experiments with state=unarchived first."
            reasons.setdefault(one.row["id"], text)
    if not call.params["whole_experiments"]:
        moving = [one.row for one in plans if "move" in one.acts and one.row["id"] not in reasons]
        reasons.update(split_experiments(moving, experiments))
    return reasons


def split_experiments(moving: list[Row], experiments: dict[int, Row]) -> Reasons:
    """{id: reason} of the runs that would take others along, as the master moves experiments with all their runs."""
    counts = Counter(row["experiment_id"] for row in moving)
    others = {ident: experiments[ident]["trial_count"] - count for ident, count in counts.items()}
    return {
        row["id"]: f"{others[row['experiment_id']]} other runs of its experiment would be moved along."
        " Set whole_experiments if that is meant."
        for row in moving
        if others[row["experiment_id"]] > 0
    }


def kept(params: dict[str, Any], rows: list[Row]) -> Reasons:
    """{id: reason} of those that are neither archived nor deleted for their labels or checkpoints."""
    if params["state"] not in ("archived", "absent"):
        return {}
    reasons = {row["id"]: why_kept(params, row) for row in rows}
    return {ident: reason for ident, reason in reasons.items() if reason}


def why_kept(params: dict[str, Any], row: Row) -> str | None:
    labels = kept_by_label(row, params["keep_labels"])
    if labels:
        return labels
    if params["state"] == "absent" and row["checkpoint_count"] and "checkpoints" in params["protect"]:
        return "it has checkpoints, whose files would be left behind. Use det_checkpoint, or delete the experiment."
    return None
