# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many runs to one state, by the master's bulk operations, which are told the project that each run is in."""

from __future__ import annotations

from collections import Counter

from ..checkpoints.checkpoints import merged
from ..connection.client import Outcome
from ..engine.many import Kind, Many, change_many
from ..engine.one_by_one import one_by_one
from ..engine.run import poll
from ..engine.spec import Spec
from ..errors import BadOption, WaitTimeout
from ..experiments.experiments import KEPT, size
from ..resources.experiment import ACTIVE, elsewhere, is_over, not_ended
from ..selection.labels import keeping_labels
from ..selection.places import project_id
from ..selection.run_select import RUNS, read_runs, select_runs
from ..selection.search import read_ids

ACTS = ("unarchived", "move", "metadata", "active", "paused", "killed", "archived", "absent")
STATES = ("present", "absent", "archived", "unarchived", "active", "paused", "killed")
IRREVERSIBLE = ("killed", "absent")
WORDS = {
    "active": "resume",
    "paused": "pause",
    "killed": "kill",
    "archived": "archive",
    "unarchived": "unarchive",
    "absent": "delete",
    "move": "move",
    "metadata": "{id}/metadata",
}
AFTER: dict[str, dict[str, object]] = {
    "active": {"state": "STATE_ACTIVE"},
    "paused": {"state": "STATE_PAUSED"},
    "killed": {"state": "STATE_CANCELED"},
    "archived": {"archived": True},
    "unarchived": {"archived": False},
}
SEEN = {
    "active": lambda row: row["state"] in ACTIVE,
    "paused": lambda row: row["state"] == "STATE_PAUSED",
    "killed": is_over,
    "archived": lambda row: row["archived"],
    "unarchived": lambda row: not row["archived"],
}
LONGEST_KEY, LONGEST_VALUE = 50, 5000

RUN_PROTECT = Spec(
    {
        "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
        "protect": {"type": "list", "elements": "str", "choices": ["checkpoints"], "default": ["checkpoints"]},
    },
    objects=("keep_labels", "protect"),
)


def report(row):
    return {
        "id": row["id"],
        "local_id": row["localId"],
        "name": row["name"],
        "experiment_id": row["experiment"]["id"],
        "project": f"{row['workspaceName']}/{row['projectName']}",
        "state": row["state"],
        "end_time": row["endTime"],
        "checkpoint_bytes": size(row),
        "labels": sorted(row["labels"]),
    }


def columns(row):
    return f"{row['localId']:<12.12}  {row['name']:<40.40}  {(row['endTime'] or 'running')[:10]:<10}"


KIND = Kind("runs", report, columns)


def change_runs(call):
    """The work of det_run."""
    params = call.params
    check_metadata(params["metadata"])
    target = project_id(call)
    rows, missing = select_runs(call)
    many = plan_all(call, rows, missing, target)
    return change_many(
        call,
        KIND,
        many,
        ACTS,
        lambda act, chunk: perform(call, act, chunk, target),
        lambda act: f"POST {RUNS.path}/{WORDS[act]}",
        irreversible=params["state"] in IRREVERSIBLE,
    )


def check_metadata(value):
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


def plan_all(call, rows, missing, target):
    """Sort the rows into what is to be done, what is so already, and what is left alone and why."""
    state, many = call.params["state"], Many()
    if state != "absent":
        for ident in missing:
            many.skip({"id": ident, "name": None}, "there is no such run, or the user may not see it")
    plans = [(row, *plan_one(call.params, row, target)) for row in rows]
    experiments = read_experiments(call.client, plans)
    reasons = {row["id"]: refusal(call.params, row, acts, experiments) for row, acts, _before, _after in plans}
    if not call.params["whole_experiments"]:
        moving = [row for row, acts, _before, _after in plans if "move" in acts and not reasons[row["id"]]]
        reasons.update(torn(moving, experiments))
    for row, acts, before, after in plans:
        if acts and reasons[row["id"]]:
            many.skip(report(row), reasons[row["id"]])
        else:
            many.add(row["id"], row, acts, before, after)
    return many


def torn(moving, experiments):
    """{id: reason} of the runs that would take others along, as the master moves experiments with all their runs."""
    counts = Counter(row["experiment"]["id"] for row in moving)
    others = {ident: experiments[ident]["numTrials"] - count for ident, count in counts.items()}
    return {
        row["id"]: f"{others[row['experiment']['id']]} other runs of its experiment would be moved along."
        " Set whole_experiments if that is meant."
        for row in moving
        if others[row["experiment"]["id"]] > 0
    }


def read_experiments(client, plans):
    """{id: experiment} of those that decide on an act: all move together, and none of an archived one is unarchived."""
    ids = {row["experiment"]["id"] for row, acts, _b, _a in plans if {"move", "unarchived"}.intersection(acts)}
    return {one["id"]: one for one in read_ids(client, sorted(ids))}


def plan_one(params, row, target):
    """The acts that one run needs, and the properties that they change, before and after."""
    state, acts, before, after = params["state"], [], {}, {}
    if state == "absent":
        return ["absent"], {"state": row["state"]}, {"state": "absent"}
    if target is not None and row["projectId"] != target:
        acts.append("move")
        before["project_id"], after["project_id"] = row["projectId"], target
    have, metadata = metadata_of(row), wanted_metadata(params, row)
    if metadata != have:
        acts.append("metadata")
        before["metadata"], after["metadata"] = have, metadata
    if state in SEEN and not SEEN[state](row):
        acts.append(state)
        before.update({name: row[name] for name in AFTER[state]})
        after.update(AFTER[state])
    return acts, before, after


def metadata_of(row):
    return row.get("metadata") or {}


def wanted_metadata(params, row):
    have, wanted = metadata_of(row), params["metadata"]
    if wanted is None:
        return have
    return wanted if params["metadata_mode"] == "exact" else merged(have, wanted)


def refusal(params, row, acts, experiments):
    """Why the master would refuse one of the acts, or a rail forbids it; None where neither is so."""
    state, experiment = params["state"], experiments.get(row["experiment"]["id"])
    if "unarchived" in acts and experiment["archived"]:
        return f"experiment {experiment['id']} is archived. Use det_experiments with state=unarchived first."
    if "move" in acts and (row["parentArchived"] or (row["archived"] and "unarchived" not in acts)):
        return "archived, so it cannot be moved"
    if state not in acts:
        return None
    if state in ("archived", "absent"):
        return kept(params, row) or not_ended(row)
    if state in ("active", "paused"):
        return not_to_steer(row)
    return elsewhere(row) if state == "killed" else None


def kept(params, row):
    labels = keeping_labels(row["labels"], params["keep_labels"])
    if labels:
        return "label {}".format(", ".join(labels))
    if params["state"] == "absent" and row["checkpointCount"] and "checkpoints" in params["protect"]:
        return "it has checkpoints, whose files would be left behind. Use det_checkpoint, or delete the experiment."
    return None


def not_to_steer(row):
    if row["archived"] or row["parentArchived"]:
        return "it is archived. Use state=unarchived first."
    if row["experiment"]["isMultitrial"]:
        return "it is one of many trials of a search, which are paused together. Use det_experiments."
    return f"it has ended ({row['state']})." if is_over(row) else elsewhere(row)


# Doing


def perform(call, act, chunk, target):
    """Do one act to a chunk. Returns {id: error} of those that are not as wanted afterwards."""
    client = call.client
    if act == "metadata":
        errors = one_by_one(lambda item: set_metadata(client, item), chunk)
    else:
        errors = {}
        for project, ids in by_project(chunk).items():
            errors.update(send(client, act, project, ids, target))
    if errors:
        fine = as_wanted(client, act, [one for one in chunk if one.id in errors], target)
        errors = {ident: text for ident, text in errors.items() if ident not in fine}
    if act == "move":
        for one in chunk:
            if one.id not in errors:
                one.row["projectId"] = target
    if act == "killed" and call.params["wait"]:
        errors.update(wait_ended(call, [one for one in chunk if one.id not in errors]))
    return errors


def by_project(chunk):
    found = {}
    for one in chunk:
        found.setdefault(one.row["projectId"], []).append(one.id)
    return found


def set_metadata(client, item):
    client.post(f"{RUNS.path}/{item.id}/metadata", {"metadata": item.after["metadata"]}, repeatable=True)


def send(client, act, project, ids, target):
    """{id: error} of one bulk call. Sent again where its answer was lost: for what is so already that is a success, or
    not found where it is gone or moved. Where no answer comes at all, every id is in doubt."""
    place = {"sourceProjectId": project, "destinationProjectId": target} if act == "move" else {"projectId": project}
    try:
        answer = client.post(f"{RUNS.path}/{WORDS[act]}", {"runIds": ids, **place}, repeatable=True)
    except Outcome as error:
        return dict.fromkeys(ids, error.msg)
    asked = set(ids)
    return {one["id"]: one["error"] for one in answer["results"] if one["error"] and one["id"] in asked}


def as_wanted(client, act, items, target):
    """The ids of those that a look shows to be as wanted, whatever the answer said."""
    rows = {row["id"]: row for row in read_runs(client, sorted(one.id for one in items))}
    if act == "absent":
        return {one.id for one in items} - set(rows)
    if act == "move":
        return {ident for ident, row in rows.items() if row["projectId"] == target}
    if act == "metadata":
        return {one.id for one in items if one.id in rows and metadata_of(rows[one.id]) == one.after["metadata"]}
    return {ident for ident, row in rows.items() if SEEN[act](row)}


def wait_ended(call, items):
    """{id: reason} of those that do not end in time."""
    left = {one.id for one in items}

    def done():
        left.intersection_update(row["id"] for row in read_runs(call.client, sorted(left)) if not is_over(row))
        return not left

    try:
        poll(done, call.params["wait_timeout"], f"{len(items)} runs have ended")
    except WaitTimeout:
        return dict.fromkeys(left, "killed, and still running; it goes on")
    return {}
