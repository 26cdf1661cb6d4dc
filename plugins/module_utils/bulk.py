# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many experiments to one state, by the master's bulk endpoints: resolve to ids, plan, brake, act by ids, look,
report."""

from __future__ import annotations

from dataclasses import dataclass, field

from .client import Outcome
from .errors import ApiError, WaitTimeout
from .guard import Journal, brake, digest
from .resources.experiment import EXPERIMENT, is_over, label_changes
from .run import poll
from .select import ahead, check_label, project_id, read_ids, registered_experiments, select_rows

ANY_PROJECT = "/api/v1/projects/-1/experiments/"
CHUNK = 1000
DELETE_CHUNK = 10
RETAIN_CHUNK = 100
GUARDED = ("archived", "absent")
REQUESTS = {
    "active": ("POST", "activate"),
    "paused": ("POST", "pause"),
    "canceled": ("POST", "cancel"),
    "killed": ("POST", "kill"),
    "archived": ("POST", "archive"),
    "unarchived": ("POST", "unarchive"),
    "absent": ("DELETE", "delete"),
}


@dataclass
class Item:
    """One experiment and what is to be done with it; ``after`` holds the properties that change."""

    row: dict
    acts: list
    before: dict
    after: dict
    error: str | None = None

    @property
    def id(self):
        return self.row["id"]


@dataclass
class Bulk:
    """The plan for all, and what became of it."""

    items: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    unchanged: int = 0
    failed: list = field(default_factory=list)
    done: dict = field(default_factory=dict)

    def changed_ids(self):
        return sorted(self.done)

    def skip(self, row, reason):
        self.skipped.append({"id": row["id"], "name": row.get("name"), "reason": reason})


def change_experiments(call):
    """The work of det_experiments."""
    params = call.params
    state = params["state"]
    for option in ("labels_add", "labels_remove"):
        for label in params[option] or ():
            check_label(label, option)
    target = params["project_id"]
    if params["project"]:
        target = project_id(call.client, params["project"])
    rows, missing = select_rows(call)
    bulk = Bulk()
    for ident in missing:
        if state != "absent":
            bulk.skip({"id": ident}, "there is no such experiment, or the user may not see it")
    plan_all(call, bulk, rows, target)
    plan_digest = digest([state, target, params["labels_add"], params["labels_remove"]], [one.id for one in bulk.items])
    brake(params, len(bulk.items), plan_digest, irreversible=state == "absent")
    if not call.check_mode and bulk.items:
        with Journal(params["journal"]) as journal:
            carry_out(call, bulk, target, journal)
    return result(call, bulk, rows, missing, plan_digest)


# Planning


def plan_all(call, bulk, rows, target):
    """Sort the rows into what is to be done, what is so already, and what is left alone and why."""
    state = call.params["state"]
    verb = EXPERIMENT.verb(state)
    reasons = deletion_guards(call, rows) if state == "absent" else {}
    for row in rows:
        reason = reasons.get(row["id"]) or keep_reason(call.params, row)
        item = None if reason else plan_one(call.params, row, verb, target)
        if item is not None and not reason:
            reason = refusal(row, verb, state, item)
        if reason:
            bulk.skip(row, reason)
        elif not item.acts:
            bulk.unchanged += 1
        else:
            bulk.items.append(item)


def keep_reason(params, row):
    """Why an experiment with a keep label is left alone, unless it is to be kept more surely still."""
    kept = set(row["labels"]).intersection(params["keep_labels"])
    if params["state"] in GUARDED and kept:
        return "label {}".format(", ".join(sorted(kept)))
    return None


def deletion_guards(call, rows):
    """{id: reason} for those that must not, or cannot, be deleted."""
    protect, reasons = call.params["protect"], {}
    with_files = [row for row in rows if row["checkpointCount"]]
    if not with_files:
        return reasons
    if "no_agent" in protect and not any(agent["enabled"] for agent in call.client.get("/api/v1/agents")["agents"]):
        reasons = {row["id"]: "no agent is there that could remove its checkpoints" for row in with_files}
    if "registered" in protect:
        registered = registered_experiments(call.client)
        for row in with_files:
            if row["id"] in registered:
                reasons[row["id"]] = "checkpoint registered as {}".format(", ".join(registered[row["id"]]))
    return reasons


def plan_one(params, row, verb, target):
    acts, before, after = [], {}, {}
    state = params["state"]
    if verb is not None and verb.first and not verb.seen(row):
        acts.append(state)
        before["archived"], after["archived"] = True, False
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
    if state == "absent":
        acts = ["absent"] if row["state"] != "STATE_DELETING" else []
        before, after = {"state": row["state"]}, {"state": "absent"}
    elif verb is not None and not verb.first and not verb.seen(row):
        acts.append(state)
        before.update({name: row.get(name) for name in verb.shows})
        after.update(verb.shows)
    return Item(row, acts, before, after)


def refusal(row, verb, state, item):
    """Why the master would refuse one of the acts, or None."""
    if "move" in item.acts and row["archived"] and state != "unarchived":
        return "archived, so it cannot be moved"
    if "log_retention" in item.acts and (row["archived"] or not is_over(row)):
        return "log retention can be set after the end and before archiving only"
    if state == "absent":
        return EXPERIMENT.refuses_delete(row) if item.acts else None
    return verb.refuses(row) if verb is not None and state in item.acts else None


# Doing


def carry_out(call, bulk, target, journal):
    """Act by act over all items. A failure in the middle is reported with what was done, and ends the task."""
    state = call.params["state"]
    order = ["unarchived", "move", "labels", "log_retention", state]
    try:
        for act in dict.fromkeys(order):
            items = [one for one in bulk.items if act in one.acts and one.error is None]
            size = call.params["chunk_size"] or {"absent": DELETE_CHUNK, "log_retention": RETAIN_CHUNK}.get(act, CHUNK)
            for start in range(0, len(items), size):
                chunk = items[start : start + size]
                journal.write("intent", act, [dict(entry(one), before=one.before, after=one.after) for one in chunk])
                errors = perform(call, act, chunk, target)
                for one in chunk:
                    one.error = errors.get(one.id)
                    if one.error is None:
                        bulk.done[one.id] = one
                    else:
                        bulk.failed.append({"id": one.id, "name": one.row["name"], "act": act, "error": one.error})
                journal.write("done", act, [dict(entry(one), error=one.error) for one in chunk])
                if errors and not call.params["continue_on_error"]:
                    return
    finally:
        call.progress(changed=bool(bulk.done), changed_ids=bulk.changed_ids(), failed_items=bulk.failed)


def entry(item):
    row = item.row
    return {"id": row["id"], "name": row["name"], "owner": row["username"], "labels": row["labels"]}


def perform(call, act, chunk, target):
    """Do one act to a chunk. Returns {id: error} of those that are not as wanted afterwards."""
    if act == "labels":
        return set_labels(call, chunk)
    if act == "absent":
        return delete(call, chunk)
    ids = [one.id for one in chunk]
    body = {"experimentIds": ids}
    method, word = REQUESTS.get(act, (None, None))
    if act == "move":
        method, word = "POST", "move"
        body["destinationProjectId"] = target
    elif act == "log_retention":
        method, word = "PUT", "retain_logs"
        body["numDays"] = call.params["log_retention_days"]
    errors = send(call, method, word, body)
    if errors and act in REQUESTS:
        errors = {ident: text for ident, text in errors.items() if ident not in already(call, act, errors)}
    return errors


def send(call, method, word, body):
    """{id: error} of one bulk call. Where its answer was lost, every id is in doubt."""
    try:
        answer = call.client.request(method, ANY_PROJECT + word, body=body)
    except Outcome as error:
        return dict.fromkeys(body["experimentIds"], error.msg)
    return {one["id"]: plain(one["error"]) for one in answer["results"] if one["error"]}


def plain(text):
    """A bulk error without the wrapping of the master's own calls."""
    return text.rpartition("desc = ")[2]


def already(call, act, ids):
    """Those of the ids that are as wanted: somebody else did it, or the call did it although its answer was lost."""
    verb = EXPERIMENT.verb(act)
    return {row["id"] for row in read_ids(call.client, sorted(ids)) if verb.seen(row)}


def set_labels(call, chunk):
    """Each on its own, as the master has no bulk call for it; several at a time."""

    def patch(item):
        try:
            call.client.request("PATCH", f"/api/v1/experiments/{item.id}", body={"labels": item.after["labels"]})
        except ApiError as error:
            return item.id, error.msg
        return item.id, None

    return {ident: text for ident, text in ahead(patch, chunk) if text}


def delete(call, chunk):
    """Delete a chunk and wait for its end. One that fails takes its chunk along, so these are tried again alone."""
    errors = send(call, *REQUESTS["absent"], {"experimentIds": [one.id for one in chunk]})
    gone = gone_among(call, errors) if errors else set()
    errors = {ident: text for ident, text in errors.items() if ident not in gone}
    if not call.params["wait"]:
        return errors
    started = [one.id for one in chunk if one.id not in errors and one.id not in gone]
    failed = wait_gone(call, started)
    for ident in failed if len(started) > 1 else ():
        again = send(call, *REQUESTS["absent"], {"experimentIds": [ident]})
        failed[ident] = again.get(ident) or wait_gone(call, [ident]).get(ident)
    errors.update({ident: text for ident, text in failed.items() if text})
    return errors


def gone_among(call, ids):
    there = {row["id"] for row in read_ids(call.client, sorted(ids))}
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


# Reporting


def result(call, bulk, rows, missing, plan_digest):
    """The result contract of a bulk module."""
    acted = bulk.items if call.check_mode else list(bulk.done.values())
    answer = {
        "changed": bool(acted),
        "changed_ids": sorted(one.id for one in acted),
        "experiments": [report(one) for one in acted],
        "skipped_items": bulk.skipped,
        "failed_items": bulk.failed,
        "matched": len(rows),
        "unchanged": bulk.unchanged,
        "plan_digest": plan_digest,
        "reclaimed_bytes": reclaimed(acted) if call.params["state"] == "absent" else 0,
        "requests": planned_requests(call, bulk) if call.check_mode else call.sent(),
        "diff": {"before": table(acted, "before"), "after": table(acted, "after")},
    }
    if bulk.failed:
        answer["failed"] = True
        answer["msg"] = "{} of {} experiments failed, the first, {}: {}".format(
            len(bulk.failed), len(bulk.items), bulk.failed[0]["id"], bulk.failed[0]["error"]
        )
    return answer


def report(item):
    row = item.row
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["username"],
        "project": "{}/{}".format(row["workspaceName"], row["projectName"]),
        "state": row["state"],
        "end_time": row["endTime"],
        "checkpoint_bytes": int(row["checkpointSize"] or 0),
        "acts": item.acts,
        "before": item.before,
        "after": item.after,
    }


def reclaimed(items):
    return sum(int(one.row["checkpointSize"] or 0) for one in items)


def planned_requests(call, bulk):
    """One line for each kind of request that would be sent, with its number where it is more than one."""
    lines = []
    for act in dict.fromkeys(["unarchived", "move", "labels", "log_retention", call.params["state"]]):
        count = sum(act in one.acts for one in bulk.items)
        if not count:
            continue
        if act == "labels":
            lines.append(f"PATCH /api/v1/experiments/{{id}} ({count} times)")
            continue
        method, word = {"move": ("POST", "move"), "log_retention": ("PUT", "retain_logs")}.get(act) or REQUESTS[act]
        lines.append(f"{method} {ANY_PROJECT}{word} ({count} ids)")
    return lines


def table(items, side):
    """A line for each experiment, so that a diff reads as a table."""
    lines = []
    for one in items:
        row = one.row
        state = ", ".join(f"{key}={value}" for key, value in sorted(getattr(one, side).items()))
        lines.append(
            "{:>8}  {:<40.40}  {:<16.16}  {:<20.20}  {}".format(
                row["id"], row["name"], row["username"] or "", (row["endTime"] or "running")[:10], state
            )
        )
    return "".join(line + "\n" for line in lines)
