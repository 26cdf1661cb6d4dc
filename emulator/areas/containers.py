# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process in a container says to the master. Here any client may say it."""

from __future__ import annotations

import json
import uuid

from .. import clock
from ..errors import ApiError, invalid, stumbled
from ..permissions import missing
from ..refusals import absent
from ..scheduler import Allocation
from . import checkpoints, tasks, trials

ORDER = 62
# The API shows the labels and points of a profile as they were sent.
SCHEMA = """
create table if not exists trial_source_infos (
    trial_id integer not null references runs (id),
    checkpoint_uuid text not null,
    model_id integer,
    model_version integer,
    type text not null
);
create table if not exists profiler_series (
    id integer primary key autoincrement,
    trial_id integer not null references runs (id),
    labels text not null,                   -- JSON
    points text not null                    -- JSON: values, batches, timestamps
);
create index if not exists profiler_series_trial on profiler_series (trial_id);
"""
# Seconds between two looks of somebody who waits.
LOOKING = 0.1
PATIENCE = 600


def _live(call, request) -> Allocation:
    """The allocation, if it has not ended; 404 otherwise."""
    allocation_id = request["allocationId"]
    if "." not in allocation_id:
        raise invalid(f"allocationID {allocation_id} does not contain at least '.'")
    allocation = call.master.scheduler.allocations.get(allocation_id)
    if allocation is None or allocation.ended:
        raise missing(call, "allocation", allocation_id)
    tasks.allocation_row(call, allocation_id, edit=True)
    return allocation


def ready(call, request):
    call.master.scheduler.set_ready(_live(call, request))
    return {}


def waiting(call, request):
    call.master.scheduler.set_waiting(_live(call, request))
    return {}


def noted(call, request):
    """What the master takes note of without showing it: an address for the proxy, that it is being stopped."""
    _live(call, request)
    return {}


def notify_running(call, request):
    _live(call, request)
    return {"data": []}


def daemon(call, request):
    if request["resourcesId"] not in _containers(_live(call, request)):
        raise absent("container", request["resourcesId"])
    return {}


def _containers(allocation: Allocation) -> list[str]:
    """The ids of its containers by rank."""
    return [container.id for container in allocation.containers]


def rendezvous(call, request):
    """Who the peers are, once they all run."""
    allocation, mine = _live(call, request), request["resourcesId"]
    if mine not in _containers(allocation):
        raise invalid(absent("container", mine).text)
    while allocation.state in ("QUEUED", "PULLING", "STARTING"):
        if allocation.ended:
            raise ApiError(13, "task terminated")
        yield LOOKING
    return {
        "rendezvousInfo": {
            "addresses": ["127.0.0.1" for _container in allocation.containers],
            "rank": _containers(allocation).index(mine),
            "slots": [len(container.slots) for container in allocation.containers],
        }
    }


def all_gather(call, request):
    """Each peer's data, once as many have come as each says that there are."""
    allocation = _live(call, request)
    try:
        request_id = str(uuid.UUID(request["requestUuid"]))
    except ValueError:
        raise invalid(f"invalid UUID length: {len(request['requestUuid'])}") from None
    # Who comes after a round is complete begins a new one.
    if allocation.gathered and len(allocation.gathered) >= request["numPeers"]:
        allocation.gathered = {}
    came = allocation.gathered
    came[request_id] = request.get("data", {})
    waited = 0.0
    while len(came) < request["numPeers"]:
        if allocation.ended:
            raise ApiError(13, "task terminated")
        if waited > PATIENCE:
            raise ApiError(13, "some ranks are taking a long time to connect to master")
        waited += LOOKING
        yield LOOKING
    call.master.scheduler.set_ready(allocation)
    return {"data": list(came.values())}


def preemption(call, request):
    """Whether it is asked to stop: at once if it is, else when that happens or timeoutSeconds have passed."""
    allocation_id = request["allocationId"]
    if "." not in allocation_id:
        text = f"allocationID {allocation_id} does not contain at least '.'"
        raise invalid(f"checking if allocation is editable: {invalid(text).as_result}")
    allocation = call.master.scheduler.allocations.get(allocation_id)
    if allocation is None:
        return {"preempt": False}
    until = call.now() + request["timeoutSeconds"] * 1_000_000
    while not allocation.stopping and not allocation.ended and call.now() < until:
        yield LOOKING
    return {"preempt": allocation.stopping}


def pending_preemption(call, request):
    call.master.scheduler.preempt(_live(call, request), "preempted by the scheduler")
    return {}


def accelerators(call, request):
    tasks.allocation_row(call, request["allocationId"], edit=True)
    sent = request.get("acceleratorData") or {}
    call.db.insert(
        "accelerators",
        allocation_id=request["allocationId"],
        container_id=sent.get("containerId", ""),
        node_name=sent.get("nodeName", ""),
        accelerator_type=sent.get("acceleratorType", ""),
        accelerator_uuids=json.dumps(sent.get("acceleratorUuids", [])),
    )
    return {}


def source_info(call, request):
    """A trial says which checkpoint, or model version, it began with."""
    sent = request.get("trialSourceInfo")
    if sent is None:
        raise stumbled()
    trials.find(call, sent["trialId"], "UPDATE_EXPERIMENT")
    checkpoints.find(call, sent["checkpointUuid"])
    call.db.insert(
        "trial_source_infos",
        trial_id=sent["trialId"],
        checkpoint_uuid=sent["checkpointUuid"],
        model_id=sent.get("modelId"),
        model_version=sent.get("modelVersion"),
        type=sent["trialSourceInfoType"],
    )
    return {"trialId": sent["trialId"], "checkpointUuid": sent["checkpointUuid"]}


# --- the profiler


def report_profile(call, request):
    wrong = []
    for batch in request["batches"]:
        if "labels" not in batch:
            raise stumbled()
        trials.find(call, batch["labels"]["trialId"], "UPDATE_EXPERIMENT")
        points = {name: batch[name] for name in ("values", "batches", "timestamps")}
        if len({len(values) for values in points.values()}) > 1:
            wrong.append("values, batches and timestamps should be equal sized arrays")
            continue
        call.db.insert(
            "profiler_series",
            trial_id=batch["labels"]["trialId"],
            labels=json.dumps(batch["labels"]),
            points=json.dumps(points),
        )
    if wrong:
        listed = "".join(f"\t* {invalid(text).as_result}\n" for text in wrong)
        noun = "1 error" if len(wrong) == 1 else f"{len(wrong)} errors"
        raise ApiError(13, f"{noun} occurred:\n{listed}\n")
    return {}


_BLANK = {"name": "", "agentId": "", "gpuUuid": "", "metricType": "PROFILER_METRIC_TYPE_UNSPECIFIED"}


def _ended(call, trial_id: int) -> bool:
    return call.db.value("select end_time from runs where id = ?", trial_id) is not None


def profile(call, request):
    """The batches of the series that the labels name."""
    wanted = request.get("labels", {})
    trial_id = wanted["trialId"]
    trials.find(call, trial_id)
    last = 0
    while True:
        over = _ended(call, trial_id)
        rows = call.db.rows("select * from profiler_series where trial_id = ? and id > ? order by id", trial_id, last)
        for row in rows:
            last = row["id"]
            labels = json.loads(row["labels"])
            if any(wanted.get(name) not in (None, blank, labels[name]) for name, blank in _BLANK.items()):
                continue
            points = json.loads(row["points"])
            points["timestamps"] = [clock.text(moment) for moment in points["timestamps"]]
            yield {"batch": {**points, "labels": labels}}
        if not request["follow"] or over:
            return
        yield LOOKING


def available_series(call, request):
    trial_id = request["trialId"]
    trials.find(call, trial_id)
    known = None
    while True:
        over = _ended(call, trial_id)
        labels = call.db.column(
            "select distinct labels from profiler_series where trial_id = ? order by labels", trial_id
        )
        if labels != known:
            yield {"labels": [json.loads(text) for text in labels]}
            known = labels
        if not request["follow"] or over:
            return
        yield LOOKING
