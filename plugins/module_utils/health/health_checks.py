# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be wrong with a cluster: one function for each subject, from what the master answers to findings.

Each takes the client, the options and the present time, and returns (findings, figures). However large the cluster is,
each sends few requests and reads no more rows than it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cluster.agent_rows import read_agents
from ..cluster.pool_rows import read_pools
from ..cluster.queue_rows import read_queue
from ..connection.auth import parse_time
from ..kinds.job import QUEUED
from ..model.states import prefix_state
from ..selection.run_select import RUNS
from ..selection.search import EXPERIMENTS, LIST, field, search_body
from ..store.parallel import map_concurrently
from ..tasks.task_kinds import GARBAGE, KINDS, list_kind, running
from ..tasks.task_rows import OF_EXPERIMENT
from ..when import duration, rfc3339
from ..wording import some_of

if TYPE_CHECKING:
    from ..connection.client import Client

CODES = {
    "master_unreachable": "critical",
    "master_version": "warning",
    "agent_missing": "critical",
    "agent_off": "warning",
    "agent_version": "info",
    "slot_off": "warning",
    "slot_not_off": "warning",
    "deleting": "warning",
    "delete_failed": "warning",
    "queue_stuck": "warning",
    "pool_without_slots": "critical",
    "image_pull": "warning",
    "silent_run": "warning",
    "check_failed": "unknown",
}
PULL = re.compile(r"pulling image: (\S+?):?(?:\s|$)")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``ids``: of what it is about, the first of ``count``."""

    code: str
    subject: str
    what: str
    remedy: str
    ids: tuple = ()
    count: int = 1


def check_master(client: Client, params: dict[str, Any], _now: Any) -> Any:
    master = client.get("/api/v1/master", log_in=False)
    wanted = params["master_version"]
    if wanted is None or master["version"] == wanted:
        return [], {}
    what = "version {}, not {}".format(master["version"], wanted)
    return [Finding("master_version", "master", what, "Bring it to that version, or expect another one.")], {}


def check_agents(client: Client, params: dict[str, Any], _now: Any) -> Any:
    rows = read_agents(client)
    version = client.get("/api/v1/master", log_in=False)["version"]
    return [*agents(rows, params, version), *slots(rows, params["quarantine"] or {})], figures_of_agents(rows, params)


def agents(rows: list[dict[str, Any]], params: dict[str, Any], version: Any) -> Iterator[Any]:
    """Findings on agents: those that are not there, those that are off, those of another version."""
    there = {row["id"] for row in rows}
    for ident in sorted(set(params["agents_expected"] or ()) - there):
        remedy = "See to its machine and to its agent's log."
        yield Finding("agent_missing", "agent " + ident, "not connected", remedy, (ident,))
    for row in rows:
        if row["state"] != "enabled" and row["id"] not in (params["agents_off"] or ()):
            what = "{}, takes no work".format(row["state"])
            remedy = "det_agent with state enabled, when its maintenance is over."
            yield Finding("agent_off", "agent " + row["id"], what, remedy, (row["id"],))
    others = [row for row in rows if row["version"] != version]
    if others:
        names = tuple(row["id"] for row in others)
        what = "version {}, the master is {}".format(", ".join(sorted({row["version"] for row in others})), version)
        remedy = "Update the agents to the version of the master."
        yield Finding("agent_version", named("agent", names), what, remedy, names, len(names))


def slots(rows: list[dict[str, Any]], quarantine: Any) -> Iterator[Any]:
    """Findings on slots of agents that are on: off though they are not in quarantine, and the other way round."""
    for row in rows:
        off = {int(slot) for slot in quarantine.get(row["id"], ())}
        for slot in row["slot_details"]:
            ident = "{}/{}".format(row["id"], slot["id"])
            if slot["id"] in off and slot["state"] == "enabled":
                remedy = "det_slot with state disabled."
                yield Finding("slot_not_off", "slot " + ident, "in quarantine, but takes work", remedy, (ident,))
            elif slot["id"] not in off and slot["state"] != "enabled" and row["state"] == "enabled":
                remedy = "det_slot with state enabled, or put it into the quarantine."
                yield Finding("slot_off", "slot " + ident, slot["state"], remedy, (ident,))


def figures_of_agents(rows: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    missing = set(params["agents_expected"] or ()) - {row["id"] for row in rows}
    return {
        "agents": len(rows),
        "agents_missing": len(missing),
        "agents_off": sum(row["state"] != "enabled" for row in rows),
        "slots": sum(row["slots"] for row in rows),
        "slots_used": sum(row["slots_used"] for row in rows),
        "slots_off": sum(row["slots_disabled"] for row in rows),
    }


def check_deletions(client: Client, params: dict[str, Any], now: Any) -> Any:
    """Experiments that do not go. Nothing says since when one is being deleted but the task that removes its files."""
    found, figures = [], {}
    failed, figures["delete_failed"] = in_state(client, "DELETE_FAILED", params["limit"])
    going, figures["deleting"] = in_state(client, "DELETING", params["limit"])
    if failed:
        subject = named("experiment", failed, figures["delete_failed"])
        remedy = "det_experiments with state absent for these ids tries again; the master's log has the reason."
        found.append(Finding("delete_failed", subject, "deletion failed", remedy, failed, figures["delete_failed"]))
    late = late_deletions(
        going, removals(client) if going else {}, now - duration(params["deleting_over"], "deleting_over")
    )
    if late:
        what = "being deleted for more than " + params["deleting_over"]
        remedy = "An agent must be free for the tasks that remove their files: see det_task_info, kind checkpoint_gc."
        found.append(Finding("deleting", named("experiment", late), what, remedy, late, len(late)))
    return found, figures


def in_state(client: Client, state: str, limit: Any) -> Any:
    """(the first ids, how many there are) of the experiments in a state of deletion, which no search shows."""
    answer = client.get(LIST, states=prefix_state(state), limit=limit, sortBy="SORT_BY_ID")
    return tuple(row["id"] for row in answer["experiments"]), answer["pagination"]["total"]


def removals(client: Client) -> dict[str, Any]:
    """{experiment: since when the task waits or runs that removes its files}."""
    tasks = {ident: one for ident, one in running(client).items() if one["name"].startswith(GARBAGE)}
    matches = {ident: OF_EXPERIMENT.match(ident) for ident in tasks}
    return {
        int(match.group(1)): parse_time(tasks[ident]["registeredTime"]) for ident, match in matches.items() if match
    }


def late_deletions(going: Any, since: Any, before: Any) -> Any:
    return tuple(ident for ident in going if ident in since and since[ident] < before)


def check_queue(client: Client, params: dict[str, Any], now: Any) -> Any:
    pools = read_pools(client)
    rows = read_queue(client, [pool["name"] for pool in pools])
    waiting = [row for row in rows if row["state"] == QUEUED]
    ages = [(now - parse_time(row["submission_time"])).total_seconds() for row in waiting]
    limit = duration(params["queued_over"], "queued_over").total_seconds()
    old = [row for row, age in zip(waiting, ages) if age > limit]
    figures = {"queued": len(waiting), "queued_over": len(old), "oldest_queued_seconds": int(max(ages, default=0))}
    return list(stuck(pools, old, params)), figures


def stuck(pools: Any, old: Any, params: dict[str, Any]) -> Iterator[Any]:
    """A finding for each pool whose jobs wait too long; a graver one where the pool has no slots to give."""
    for pool in pools:
        jobs = [row for row in old if row["resource_pool"] == pool["name"]]
        if not jobs:
            continue
        empty = not pool["slots_available"] and any(row["requested_slots"] for row in jobs)
        what = "jobs that wait for more than {}: {}".format(params["queued_over"], len(jobs))
        names = tuple(row["id"] for row in jobs[: params["limit"]])
        if empty:
            what += ", and no slot takes work"
            remedy = "Enable agents of the pool (det_agent), or move the jobs (det_job with pool)."
        else:
            remedy = "See what runs there (det_job_info); give priorities or another pool with det_job."
        code = "pool_without_slots" if empty else "queue_stuck"
        yield Finding(code, "pool " + pool["name"], what, remedy, names, len(jobs))


def check_images(client: Client, params: dict[str, Any], now: Any) -> Any:
    """Images that could not be pulled of late, as notebooks and the like say and the logs of the last failed trials."""
    since = now - duration(params["images_within"], "images_within")
    pulls = list(failed_tasks(client, since))
    pulls += failed_trials(client, since, params["images_sample"])
    by_image = {}
    for image, ident in pulls:
        by_image.setdefault(image, []).append(ident)
    return list(images(by_image, params)), {"image_failures": len(pulls)}


def failed_tasks(client: Client, since: Any) -> Iterator[Any]:
    """(image, task) of notebooks, commands and the like, which the master lists for a day after their end."""
    for listed_rows in map_concurrently(lambda kind: list_kind(client, kind), KINDS.values()):
        for row in listed_rows:
            match = PULL.search(row["exit_status"])
            if match and parse_time(row["start_time"]) > since:
                yield match.group(1), row["id"]


def failed_trials(client: Client, since: Any, sample: Any) -> list[Any]:
    """(image, trial) of those of the last failed trials whose log says that the image could not be pulled."""
    if not sample:
        return []
    ended = field("endTime", ">", rfc3339(since), "COLUMN_TYPE_DATE", RUNS)
    fields = [field("state", "=", "ERROR", source=RUNS), ended]
    body = dict(search_body(fields, True, None, limit=sample, source=RUNS), sort="endTime=desc")

    def reason(trial: dict[str, Any]) -> Any:
        query = {"searchText": "error pulling image", "sources": "master", "limit": 1}
        lines = list(client.lines(f"/api/v1/trials/{trial}/logs", **query))
        return trial, PULL.search(lines[0]["log"]) if lines else None

    trials = [run["id"] for run in client.read(RUNS.path, body)["runs"]]
    return [(match.group(1), trial) for trial, match in map_concurrently(reason, trials) if match]


def images(by_image: Any, params: dict[str, Any]) -> Iterator[Any]:
    for image, ids in sorted(by_image.items()):
        if len(ids) >= params["image_failures"]:
            what = "pulls that failed within {}: {}".format(params["images_within"], len(ids))
            remedy = "Check its name, the registry and the agents' access to it."
            yield Finding("image_pull", "image " + image, what, remedy, tuple(ids[: params["limit"]]), len(ids))


def check_unmanaged(client: Client, params: dict[str, Any], now: Any) -> Any:
    """Unmanaged experiments that have not run for long. Of those that run, the master ends the silent ones itself."""
    before = rfc3339(now - duration(params["silent_over"], "silent_over"))
    # Unmanaged experiments are in no pool, which is what the search can tell them by.
    fields = [
        field("state", "=", "PAUSED"),
        field("resourcePool", "isEmpty", None),
        field("startTime", "<", before, "COLUMN_TYPE_DATE"),
    ]
    answer = client.read(EXPERIMENTS.path, search_body(fields, False, None, limit=params["limit"]))
    ids = tuple(row["experiment"]["id"] for row in answer["experiments"])
    count = answer["pagination"]["total"]
    if not count:
        return [], {"silent_runs": 0}
    what = "unmanaged, begun more than {} ago, neither running nor ended".format(params["silent_over"])
    remedy = "Whoever reports them ends them; else det_api PatchTrial with state STATE_ERROR, for each trial."
    return [Finding("silent_run", named("experiment", ids, count), what, remedy, ids, count)], {"silent_runs": count}


def named(word: Any, ids: Any, count: Any = None, most: Any = 5) -> str:
    """The first ids as a text, and how many there are besides. ``count``: of all, where ``ids`` are but the first."""
    count = len(ids) if count is None else count
    return f"{word}{'s' if count > 1 else ''} {some_of([str(one) for one in ids], most, count)}"


CHECKS = {
    "master": check_master,
    "agents": check_agents,
    "deletions": check_deletions,
    "queue": check_queue,
    "images": check_images,
    "unmanaged": check_unmanaged,
}
