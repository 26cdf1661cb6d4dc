# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of what was used: by allocation and by day, as JSON and, outside the API, as CSV."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable

from .. import clock
from ..answers import Csv
from ..errors import ApiError, internal, invalid
from ..fields import time_error
from ..permissions import require
from ..scheduler import day

PERIOD = "RESOURCE_ALLOCATION_AGGREGATION_PERIOD_"
CSV_LAYOUT = "2006-01-02T15:04:05Z"
LAYOUTS = {"DAILY": "2006-01-02", "MONTHLY": "2006-01"}
_FORMATS = {"DAILY": "%Y-%m-%d", "MONTHLY": "%Y-%m"}


def _may(call) -> None:
    require(call, "VIEW_CLUSTER_USAGE")


# --- each allocation


def raw(call, request):
    _may(call)
    start, end = request.get("timestampAfter"), request.get("timestampBefore")
    if start is None:
        raise invalid("no start time provided")
    if end is None:
        raise invalid("no end time provided")
    if start > end:
        raise invalid("start time cannot be after end time")
    return {"resourceEntries": list(_entries(call, start, end))}


# What a trial went through, each with its end: the work named by `kind` began when the one before it ended.
_EVENTS = """
with chosen as (
    select id, task_id, start_time from runs where start_time < :end and coalesce(end_time, :now) > :start
)
select id as trial_id, null as kind, start_time as ended from chosen
union all select r.id, null, a.start_time from chosen r join allocations a on a.task_id = r.task_id
    where a.start_time is not null
union all select r.id, 'imagepulling', a.pull_end from chosen r join allocations a on a.task_id = r.task_id
    where a.pull_end is not null
union all select r.id, m.grp, m.end_time from chosen r join metrics m on m.trial_id = r.id
    where m.grp in ('training', 'validation')
union all select r.id, 'checkpointing', c.report_time from chosen r join checkpoints c on c.trial_id = r.id
order by 1, 3, 2
"""
_TRIALS = """
select r.id, e.id as experiment_id, u.username, e.owner_id, e.labels,
    coalesce(json_extract(e.config, '$.resources.slots_per_trial'), 1) as slots
from runs r join experiments e on e.id = r.experiment_id join users u on u.id = e.owner_id
where r.start_time < :end and coalesce(r.end_time, :now) > :start
"""


def _entries(call, start: int, end: int) -> Iterable[dict]:
    """Workloads that overlap the range, of trials and of the agents themselves; the seconds are those within it."""
    args = {"start": start, "end": end, "now": call.now()}
    trials = {row["id"]: row for row in call.db.rows(_TRIALS, **args)}
    trial_id = began = None
    for event in call.db.rows(_EVENTS, **args):
        if event["trial_id"] == trial_id and event["kind"] and began < end and event["ended"] > start:
            trial = trials[trial_id]
            yield {
                "kind": event["kind"],
                **_span(began, event["ended"], start, end),
                "experimentId": trial["experiment_id"],
                "username": trial["username"],
                "userId": trial["owner_id"],
                "labels": json.loads(trial["labels"]),
                "slots": trial["slots"],
            }
        trial_id, began = event["trial_id"], event["ended"]
    for agent in call.db.rows(
        "select * from agent_stats where start_time < :end and coalesce(end_time, :now) > :start order by id", **args
    ):
        yield {
            "kind": "agent",
            **_span(agent["start_time"], agent["end_time"], start, end),
            "experimentId": 0,
            "username": agent["agent_id"],
            "userId": 0,
            "labels": [],
            "slots": agent["slots"],
        }


def _span(began: int, ended: int | None, start: int, end: int) -> dict:
    until = end if ended is None else min(ended, end)
    return {
        "startTime": clock.text(began),
        "endTime": clock.text(ended),
        "seconds": (until - max(began, start)) / clock.SECOND,
    }


def _csv(header: list[str], rows: Iterable[Iterable]) -> Csv:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return Csv(buffer.getvalue())


def _moment(request: dict, field: str, name: str, what: str) -> int:
    """The time of a parameter of a CSV report."""
    if not request[field]:
        raise invalid(f"missing parameter: {name}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", request[field]):
        error = time_error(request[field], CSV_LAYOUT)
        # All is there but the zone, which this layout takes as a letter.
        if "extra text" in error:
            rest = request[field][len(CSV_LAYOUT) - 1 :]
            shown, given = json.dumps(rest), json.dumps(request[field])
            error = f'parsing time {given} as {json.dumps(CSV_LAYOUT)}: cannot parse {shown} as "Z"'
        raise internal(f"invalid {what} time: {error}")
    return clock.parse(request[field])


def _range(call, request) -> tuple[int, int]:
    _may(call)
    if not request["timestampAfter"]:
        raise invalid("missing parameter: timestamp_after")
    if not request["timestampBefore"]:
        raise invalid("missing parameter: timestamp_before")
    start = _moment(request, "timestampAfter", "timestamp_after", "start")
    end = _moment(request, "timestampBefore", "timestamp_before", "end")
    if start > end:
        raise internal("start time cannot be after end time")
    return start, end


def raw_csv(call, request):
    header = ["experiment_id", "kind", "username", "labels", "slots", "start_time", "end_time", "seconds"]
    entries = _entries(call, *_range(call, request))
    return _csv(
        header,
        (
            (
                e["experimentId"],
                e["kind"],
                e["username"],
                ",".join(label.replace("\\", "\\\\").replace(",", "\\,") for label in e["labels"]),
                e["slots"],
                e["startTime"],
                e["endTime"] or "",
                f"{e['seconds']:.6f}",
            )
            for e in entries
        ),
    )


_ALLOCATIONS = """
select a.*, t.kind, t.experiment_id, u.username, w.name as workspace_name,
    t.start_time < :end and coalesce(t.end_time, :now) > :start - 60000000 as in_range
from allocations a join tasks t on t.id = a.task_id
left join users u on u.id = t.user_id
left join experiments e on e.id = t.experiment_id
left join projects p on p.id = e.project_id
left join workspaces w on w.id = coalesce(p.workspace_id, t.workspace_id)
where a.start_time is null or (a.start_time < :end and coalesce(a.end_time, :now) >= :start)
order by a.start_time is null, a.start_time, a.requested_at
"""


def allocations_csv(call, request):
    """The only report with tasks of all kinds; allocations that never started are in every range."""
    start, end = _range(call, request)
    header = (
        "allocation_id task_type username workspace_name experiment_id slots start_time end_time imagepulling_time"
        " slot_hours resource_pool"
    )
    now = call.now()
    rows = call.db.rows(_ALLOCATIONS, start=start, end=end, now=now)
    return _csv(header.split(), (_allocation(row, start, end, now) for row in rows))


def _allocation(row, start: int, end: int, now: int) -> tuple:
    pulling = hours = 0.0
    if row["start_time"] is not None:
        used = min(row["end_time"] or now, end) - max(row["start_time"], start)
        hours = used / clock.SECOND * row["slots"] / 3600
    if row["pull_start"] is not None:
        pulling = ((row["pull_end"] or row["end_time"] or now) - row["pull_start"]) / clock.SECOND
    return (
        row["id"],
        row["kind"] if row["in_range"] else "",
        row["username"] if row["in_range"] else "",
        row["workspace_name"] or "",
        row["experiment_id"] or "",
        row["slots"],
        clock.text(row["start_time"]) or "",
        clock.text(row["end_time"]) or "",
        f"{pulling:.6f}" if pulling else "0.0",
        f"{hours:.6f}" if hours else "0.0",
        row["resource_pool"],
    )


# --- by day and by month


def aggregated(call, request):
    _may(call)
    period, start, end = _period(request["period"].removeprefix(PERIOD), request["startDate"], request["endDate"])
    return {"resourceEntries": _sums(call, period, start, end)}


def _date(text: str, period: str, which: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, _FORMATS[period]).date()
    except ValueError:
        reason = f" {time_error(text, LAYOUTS[period])}" if period == "DAILY" else ""
        raise invalid(f"invalid {which} date{reason}") from None


def _period(period: str, start: str, end: str) -> tuple[str, datetime.date, datetime.date]:
    """(DAILY or MONTHLY, first day, last day)."""
    if period not in LAYOUTS:
        raise invalid("no aggregation period specified")
    first, last = _date(start, period, "start"), _date(end, period, "end")
    if period == "MONTHLY":
        last = (last + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    if first > last:
        raise invalid("start date cannot be after end date")
    return period, first, last


def _sums(call, period: str, first: datetime.date, last: datetime.date) -> list[dict]:
    """Slot seconds a period, the first one first; today is not there before midnight."""
    start = clock.parse(f"{first}T00:00:00Z")
    end = min(clock.parse(f"{last}T00:00:00Z") + clock.DAY, call.now() // clock.DAY * clock.DAY)
    periods: dict[str, dict] = {}
    rows = call.db.rows(
        "select a.start_time, a.end_time, a.slots, a.resource_pool, u.username, e.labels from allocations a"
        " join tasks t on t.id = a.task_id left join users u on u.id = t.user_id"
        " left join experiments e on e.id = t.experiment_id"
        " where a.start_time < ? and a.end_time > ? and a.slots > 0 order by a.start_time",
        end,
        start,
    )
    for row in rows:
        at = max(row["start_time"], start)
        while at < min(row["end_time"], end):
            midnight = (at // clock.DAY + 1) * clock.DAY
            until = min(midnight, row["end_time"], end)
            key = day(at) if period == "DAILY" else day(at)[:7]
            _add(periods.setdefault(key, _empty()), row, (until - at) / clock.SECOND * row["slots"])
            at = until
    return [
        {
            "periodStart": key,
            "period": PERIOD + period,
            "seconds": sums["total"],
            "byUsername": dict(sums["username"]),
            "byExperimentLabel": dict(sums["experiment_label"]),
            "byResourcePool": dict(sums["resource_pool"]),
        }
        for key, sums in sorted(periods.items())
    ]


def _empty() -> dict:
    return {"total": 0.0, **{name: defaultdict(float) for name in ("username", "experiment_label", "resource_pool")}}


def _add(sums: dict, row, seconds: float) -> None:
    sums["total"] += seconds
    sums["username"][row["username"]] += seconds
    sums["resource_pool"][row["resource_pool"]] += seconds
    for label in json.loads(row["labels"] or "[]"):
        sums["experiment_label"][label] += seconds


def aggregated_csv(call, request):
    _may(call)
    for field, name in (("startDate", "start_date"), ("endDate", "end_date"), ("period", "period")):
        if not request[field]:
            raise invalid(f"missing parameter: {name}")
    try:
        period, start, end = _period(request["period"].removeprefix(PERIOD), request["startDate"], request["endDate"])
    except ApiError as error:
        raise internal(error.as_result) from None
    rows = []
    for entry in _sums(call, period, start, end):
        for kind, field in (
            ("experiment_label", "byExperimentLabel"),
            ("username", "byUsername"),
            ("resource_pool", "byResourcePool"),
        ):
            rows += [(kind, key, entry["periodStart"], f"{value:.6f}") for key, value in sorted(entry[field].items())]
        rows.append(("total", "total", entry["periodStart"], f"{entry['seconds']:.6f}"))
    return _csv(["aggregation_type", "aggregation_key", "date", "seconds"], rows)
