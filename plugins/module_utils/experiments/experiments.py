# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many experiments to one state, by the master's bulk operations: resolve to ids, plan, act by ids, look, report."""

from __future__ import annotations

from ..checkpoints.registry import registered_experiments
from ..connection.client import Outcome
from ..engine.many import Kind, Many, change_many
from ..engine.one_by_one import one_by_one
from ..engine.run import poll
from ..engine.spec import Spec
from ..errors import WaitTimeout
from ..resources.experiment import EXPERIMENT, is_over, label_changes
from ..selection.labels import check_label, keeping_labels
from ..selection.places import project_id
from ..selection.search import read_ids
from ..selection.select import select_rows

ANY_PROJECT = "/api/v1/projects/-1/experiments/"
ACTS = ("unarchived", "move", "labels", "log_retention", "active", "paused", "canceled", "killed", "archived", "absent")
SIZES = {"absent": 10, "log_retention": 100}
REQUESTS = {
    "active": ("POST", "activate"),
    "paused": ("POST", "pause"),
    "canceled": ("POST", "cancel"),
    "killed": ("POST", "kill"),
    "archived": ("POST", "archive"),
    "unarchived": ("POST", "unarchive"),
    "absent": ("DELETE", "delete"),
    "move": ("POST", "move"),
    "log_retention": ("PUT", "retain_logs"),
}
KEPT = ("keep", "gold")
KEPT_FROM = ("archived", "absent")
IRREVERSIBLE = ("canceled", "killed", "absent")
PROTECTED = ("registered", "no_agent")
PROTECTIONS = (*PROTECTED, "pinned")

PROTECT = Spec(
    {
        "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
        "protect": {"type": "list", "elements": "str", "choices": list(PROTECTIONS), "default": list(PROTECTED)},
    },
    objects=("keep_labels", "protect"),
)


def size(row):
    return int(row["checkpointSize"] or 0)


def report(row):
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["username"],
        "project": f"{row['workspaceName']}/{row['projectName']}",
        "state": row["state"],
        "end_time": row["endTime"],
        "checkpoint_bytes": size(row),
        "labels": sorted(row["labels"]),
    }


def columns(row):
    return f"{row['name']:<40.40}  {row['username'] or '':<16.16}  {(row['endTime'] or 'running')[:10]:<10}"


def freed(item):
    return size(item.row) if "absent" in item.acts else 0


EXPERIMENTS = Kind("experiments", report, columns, freed)


def change_experiments(call):
    """The work of det_experiments."""
    params = call.params
    for option in ("labels_add", "labels_remove"):
        for label in params[option] or ():
            check_label(label, option)
    target = project_id(call)
    rows, missing = select_rows(call)
    many = plan_all(call, rows, missing, target)
    return change_many(
        call,
        EXPERIMENTS,
        many,
        ACTS,
        lambda act, chunk: perform(call, act, chunk, target),
        request,
        SIZES,
        irreversible=params["state"] in IRREVERSIBLE,
    )


def request(act):
    if act == "labels":
        return "PATCH /api/v1/experiments/{id}"
    return f"{REQUESTS[act][0]} {ANY_PROJECT}{REQUESTS[act][1]}"


# Planning


def plan_all(call, rows, missing, target):
    """Sort the rows into what is to be done, what is so already, and what is left alone and why."""
    state = call.params["state"]
    many = Many()
    if state != "absent":
        skip_missing(call, many, missing)
    plans = [(row, *plan_one(call.params, row, target)) for row in rows]
    reasons = protected(call, [row for row, acts, _before, _after in plans if state in acts])
    for row, acts, before, after in plans:
        reason = reasons.get(row["id"]) or keep_reason(call.params, row) or refusal(row, state, acts)
        if reason and acts:
            many.skip(report(row), reason)
        else:
            many.add(row["id"], row, acts, before, after)
    return many


def skip_missing(call, many, missing):
    """Leave out the ids of no experiment, and say so, since it may be a slip."""
    for ident in missing:
        many.skip({"id": ident, "name": None}, "there is no such experiment, or the user may not see it")
    if missing:
        call.warn(f"{len(missing)} of the ids are of no experiment that the user may see, the first is {missing[0]}.")


def keep_reason(params, row):
    kept = keeping_labels(row["labels"], params["keep_labels"])
    if params["state"] in KEPT_FROM and kept:
        return "label {}".format(", ".join(kept))
    return None


def protected(call, rows):
    """{id: reason} for those that must not be archived or deleted, or cannot be deleted."""
    state, protect = call.params["state"], call.params["protect"]
    if state not in KEPT_FROM or not rows:
        return {}
    reasons = in_pinned_workspaces(call.client, rows) if "pinned" in protect else {}
    with_files = [row for row in rows if row["checkpointCount"]]
    if not with_files:
        return reasons
    if (
        state == "absent"
        and "no_agent" in protect
        and not any(agent["enabled"] for agent in call.client.get("/api/v1/agents")["agents"])
    ):
        reasons.update({row["id"]: "no agent is there that could remove its checkpoints" for row in with_files})
    if "registered" in protect:
        for ident, models in registered_experiments(call.client).items():
            reasons[ident] = "checkpoint registered as {}".format(", ".join(models))
    return reasons


def in_pinned_workspaces(client, rows):
    pinned = {one["name"] for one in client.get("/api/v1/workspaces", pinned=True)["workspaces"]}
    return {row["id"]: "its workspace is pinned" for row in rows if row["workspaceName"] in pinned}


def plan_one(params, row, target):
    """The acts that one experiment needs, and the properties that they change, before and after."""
    state, acts, before, after = params["state"], [], {}, {}
    verb = EXPERIMENT.verb(state)
    if state == "absent":
        if row["state"] == "STATE_DELETING":
            return [], before, after
        return ["absent"], {"state": row["state"]}, {"state": "absent"}
    if target is not None and row["projectId"] != target:
        acts.append("move")
        before["project_id"], after["project_id"] = row["projectId"], target
    labels = label_changes(row["labels"], None, params["labels_add"], params["labels_remove"])
    if labels is not None:
        acts.append("labels")
        before["labels"], after["labels"] = sorted(row["labels"]), labels
    days = params["log_retention_days"]
    if days is not None and row["logRetentionDays"] != days:
        acts.append("log_retention")
        before["log_retention_days"], after["log_retention_days"] = row["logRetentionDays"], days
    if verb is not None and not verb.seen(row):
        acts.append(state)
        before.update({name: row.get(name) for name in verb.shows})
        after.update(verb.shows)
    return acts, before, after


def refusal(row, state, acts):
    """Why the master would refuse one of the acts, or None."""
    archived = row["archived"] and "unarchived" not in acts
    if "move" in acts and archived:
        return "archived, so it cannot be moved"
    if "log_retention" in acts and (archived or not is_over(row)):
        return "log retention can be set after the end and before archiving only"
    if "absent" in acts:
        return EXPERIMENT.refuses_delete(row)
    return EXPERIMENT.verb(state).refuses(row) if state in acts else None


# Doing


def perform(call, act, chunk, target):
    """Do one act to a chunk. Returns {id: error} of those that are not as wanted afterwards, and {id: None} of those
    that somebody else has made so."""
    if act == "labels":
        return set_labels(call, chunk)
    if act == "absent":
        return delete(call, chunk)
    body = {"experimentIds": [one.id for one in chunk]}
    if act == "move":
        body["destinationProjectId"] = target
    elif act == "log_retention":
        body["numDays"] = call.params["log_retention_days"]
    verb = EXPERIMENT.verb(act)
    return send(call, act, body)[0] if verb is None else steer(call, act, body, verb)


def steer(call, act, body, verb, once_more=True):
    """Bring all to a state. Where the answer was lost, those that a look shows not to be there yet are sent again."""
    errors, in_doubt = send(call, act, body)
    if not errors:
        return {}
    fine = {row["id"] for row in read_ids(call.client, sorted(errors)) if verb.seen(row)}
    left = looked_after(errors, fine, in_doubt)
    if not in_doubt or not left or not once_more:
        return left
    again = steer(call, act, dict(body, experimentIds=sorted(left)), verb, once_more=False)
    return {ident: text for ident, text in again.items() if text}


def send(call, act, body):
    """{id: error} of one bulk call, and whether its answer was lost, which leaves every id in doubt."""
    method, word = REQUESTS[act]
    try:
        answer = call.client.request(method, ANY_PROJECT + word, body=body)
    except Outcome as error:
        return dict.fromkeys(body["experimentIds"], error.msg), True
    return {one["id"]: plain(one["error"]) for one in answer["results"] if one["error"]}, False


def looked_after(errors, fine, in_doubt):
    """The errors that are left when these ids turn out to be as wanted: by this call where its answer was lost, else by
    somebody else's."""
    if in_doubt:
        return {ident: text for ident, text in errors.items() if ident not in fine}
    return {ident: None if ident in fine else text for ident, text in errors.items()}


def plain(text):
    """A bulk error without the wrapping of the master's own calls."""
    return text.rpartition("desc = ")[2]


def set_labels(call, chunk):
    """Each on its own, as the master has no bulk call for it; several at a time."""

    def patch(item):
        call.client.request("PATCH", f"/api/v1/experiments/{item.id}", body={"labels": item.after["labels"]})

    return one_by_one(patch, chunk)


def delete(call, chunk):
    """Delete a chunk and wait for its end. One that fails takes its chunk along, so these are tried again alone."""
    ids = [one.id for one in chunk]
    errors, in_doubt = send(call, "absent", {"experimentIds": ids})
    gone = gone_among(call, errors) if errors else set()
    errors = looked_after(errors, gone, in_doubt)
    if not call.params["wait"]:
        return errors
    started = [ident for ident in ids if ident not in errors and ident not in gone]
    failed = wait_gone(call, started)
    for ident in failed if len(started) > 1 else ():
        again, _in_doubt = send(call, "absent", {"experimentIds": [ident]})
        failed[ident] = again.get(ident) or wait_gone(call, [ident]).get(ident)
    errors.update({ident: text for ident, text in failed.items() if text})
    return errors


def gone_among(call, ids):
    there = {row["id"] for row in read_ids(call.client, sorted(ids)) if row["state"] != "STATE_DELETING"}
    return set(ids) - there


def wait_gone(call, ids):
    """{id: reason} of those that do not go: their deletion failed, or did not end in time."""
    failed, left = {}, set(ids)

    def done():
        states = {row["id"]: row["state"] for row in read_ids(call.client, sorted(left))}
        left.intersection_update(states)
        for ident, state in states.items():
            if state == "STATE_DELETE_FAILED":
                failed[ident] = "its deletion failed"
                left.discard(ident)
        return not left

    if not left:
        return failed
    try:
        poll(done, call.params["wait_timeout"], f"{len(ids)} experiments are gone")
    except WaitTimeout:
        failed.update(dict.fromkeys(left, "still being deleted; it goes on"))
    return failed
