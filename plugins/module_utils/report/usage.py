# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster was used for, and what experiments hold of it, for det_usage_info."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ..connection.auth import parse_time
from ..engine.spec import Spec
from ..errors import BadOption
from ..kinds.experiment import EXPERIMENT
from ..selection.search import read_search
from ..tasks.task_columns import kind_word
from ..when import moment, rfc3339
from .groups import PERIODS, Groups, cut_at_midnight, period_keys, rounded

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

CSV = "/resources/allocation/allocations-csv"
WORKLOADS = "/api/v1/resources/allocation/raw"
DAILY = "/api/v1/resources/allocation/aggregated"
HOUR = 3600.0
ANY_POOL = "*"
# Days since the end of an experiment, and how that is called.
AGES = ((7, "up to 7 days"), (30, "7 to 30 days"), (90, "30 to 90 days"), (365, "90 days to a year"))
OLDER, NOT_ENDED = "over a year", "not ended"
KEYS = {
    "allocations": ("owner", "workspace", "resource_pool", "kind", "experiment_id", *PERIODS),
    "workloads": ("owner", "label", "workload", "experiment_id", *PERIODS),
    "daily": ("owner", "label", "resource_pool", *PERIODS),
    "experiments": ("owner", "workspace", "project", "state", "age"),
}
# How the daily report calls the sums of a key.
DAILY_SUMS = {"owner": "byUsername", "label": "byExperimentLabel", "resource_pool": "byResourcePool"}

USAGE = Spec(
    {
        "report": {"type": "str", "choices": list(KEYS), "default": "allocations"},
        "month": {"type": "str"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "group_by": {"type": "list", "elements": "str", "default": []},
        "price": {"type": "dict"},
    },
    mutually_exclusive=(("month", "since"), ("month", "until")),
    narrows=("month", "since", "until"),
)


def gather_usage(call: Call) -> Any:
    """The result of det_usage_info: usage or groups, total, and the time that it is of."""
    params = call.params
    report, now = params["report"], datetime.now(timezone.utc)
    if report == "experiments":
        if any(params[name] is not None for name in ("month", "since", "until", "price")):
            raise BadOption("report", report, "it tells what there is now, so it has no time and no price.")
        ages = [NOT_ENDED, *(name for dummy, name in AGES), OLDER]
        groups = Groups(params["group_by"], KEYS[report], ("checkpoint_bytes", "experiments"), {"age": ages})
        return result(params, groups, experiments(call.client, now), {})
    since, until = span(params, now)
    if since >= now:
        raise BadOption("month" if params["month"] else "since", rfc3339(since), "it has not begun.")
    sums = ("slot_hours", "cost") if params["price"] is not None else ("slot_hours",)
    groups = Groups(params["group_by"], KEYS[report], sums if report == "daily" else (*sums, "seconds"))
    rows = READ[report](call.client, since, min(until, now), groups)
    if params["price"] is not None:
        rows = priced(rows, params["price"], groups, report)
    return result(params, groups, rows, {"since": rfc3339(since), "until": rfc3339(until)})


def result(params: dict[str, Any], groups: Any, rows: Iterable[dict[str, Any]], times: Any) -> dict[str, Any]:
    """With groups, no row is kept."""
    found = dict(times)
    if params["group_by"]:
        for row in rows:
            groups.add(row)
        found["groups"] = groups.rows()
    else:
        found["usage"] = []
        for row in rows:
            groups.add(row)
            found["usage"].append(rounded(row))
    return dict(found, total=rounded(groups.total), changed=False)


def span(params: dict[str, Any], now: Any) -> Any:
    """The two ends of the time that the options name."""
    if params["month"] is not None:
        return month(params["month"])
    if params["since"] is None:
        raise BadOption("since", None, "say from when on, with it or with month.")
    since = moment(params["since"], "since", now)
    until = now if params["until"] is None else moment(params["until"], "until", now)
    if since >= until:
        raise BadOption("until", params["until"], "it is not after since.")
    return since, until


def month(text: str) -> Any:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise BadOption("month", text, "is no month.", "Write such as 2026-10.")
    first = datetime(int(text[:4]), int(text[5:]), 1, tzinfo=timezone.utc)
    return first, (first + timedelta(days=31)).replace(day=1)


def priced(rows: Iterable[dict[str, Any]], price: Any, groups: Any, report: Any) -> Iterator[Any]:
    """The rows with their cost. A pool that has no price costs what C(*) says, or nothing."""
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in price.values()):
        raise BadOption("price", price, "a price is a number.")
    daily_by_pool = report == "daily" and all("resource_pool" in keys for keys in groups.keys.values())
    by_pool = report == "allocations" or daily_by_pool
    if not by_pool:
        raise BadOption("price", price, "this report, or a grouping of it, does not tell the pool.")
    for row in rows:
        yield dict(row, cost=row["slot_hours"] * price.get(row["resource_pool"], price.get(ANY_POOL, 0)))


# The reports. Times within [since, until); what still runs has been running until then.


def allocations(client: Client, since: Any, until: Any, groups: Any) -> Iterator[Any]:
    """What any task had of a pool. Those that never got slots are left out."""
    period = {"timestamp_after": seconds_text(since), "timestamp_before": seconds_text(until, 1)}
    with client.download(CSV, "text/csv", **period) as (dummy, pieces):
        for one in csv.DictReader(lines(pieces)):
            row = {
                "allocation_id": one["allocation_id"],
                "owner": one["username"],
                "workspace": one["workspace_name"],
                "resource_pool": one["resource_pool"],
                "kind": kind_word(one["task_type"]),
                "experiment_id": int(one["experiment_id"]) if one["experiment_id"] else None,
                "slots": int(one["slots"]),
            }
            yield from timed(row, one["start_time"], one["end_time"], since, until, groups)


def workloads(client: Client, since: Any, until: Any, groups: Any) -> Iterator[Any]:
    """What trials did, and how long agents were there (workload C(agent), whose owner is the agent)."""
    query: dict[str, Any] = {"timestampAfter": rfc3339(since), "timestampBefore": rfc3339(until)}
    for one in client.get(WORKLOADS, **query)["resourceEntries"]:
        labels = one.get("labels") or []
        row = {
            "owner": one.get("username") or "",
            "workload": one["kind"],
            "experiment_id": one.get("experimentId") or None,
            "labels": labels,
            "slots": one.get("slots") or 0,
        }
        if groups.keys:
            row["label"] = labels or [""]
        yield from timed(row, one.get("startTime"), one.get("endTime"), since, until, groups)


def timed(row: dict[str, Any], start: Any, end: Any, since: Any, until: Any, groups: Any) -> Iterator[Any]:
    """The row with the seconds and slot hours that lie in the time; for periods one row a day."""
    if not start:
        return
    begun = max(parse_time(start), since)
    ended = min(parse_time(end), until) if end else until
    if ended <= begun:
        return
    row.update(start_time=start, end_time=end or None)
    if not groups.periods():
        yield lasting(row, begun, ended)
        return
    for first, last in cut_at_midnight(begun, ended):
        yield dict(lasting(row, first, last), **period_keys(first))


def lasting(row: dict[str, Any], start: Any, end: Any) -> Any:
    seconds = (end - start).total_seconds()
    return dict(row, seconds=seconds, slot_hours=seconds * row["slots"] / HOUR)


def daily(client: Client, since: Any, until: Any, groups: Any) -> Iterator[Any]:
    """The master's own sums by day, without today; it has them also when the experiments are gone."""
    last = (until - timedelta(microseconds=1)).strftime("%Y-%m-%d")
    period = "RESOURCE_ALLOCATION_AGGREGATION_PERIOD_DAILY"
    entries = client.get(DAILY, startDate=since.strftime("%Y-%m-%d"), endDate=last, period=period)["resourceEntries"]
    wanted = {key for keys in groups.keys.values() for key in keys if key in DAILY_SUMS}
    if len(wanted) > 1:
        problem = "the daily sums are by one of owner, label and resource_pool at a time."
        raise BadOption("group_by", list(groups.keys), problem)
    key = next(iter(wanted), None)
    for one in entries:
        day = one["periodStart"][:10]
        times = {"day": day, "month": day[:7]}
        if key is None:
            yield dict(times, slot_hours=one.get("seconds", 0) / HOUR)
            continue
        for name, seconds in (one.get(DAILY_SUMS[key]) or {}).items():
            yield dict(times, slot_hours=seconds / HOUR, **{key: name})


READ = {"allocations": allocations, "workloads": workloads, "daily": daily}


COLUMNS = EXPERIMENT.only("id", "owner", "workspace", "project", "state", "end_time", "checkpoint_bytes")


def experiments(client: Client, now: Any) -> Any:
    """How many experiments there are, and what their checkpoints hold."""

    def take(one: Any) -> dict[str, Any]:
        return {
            "owner": one["owner"] or "",
            "workspace": one["workspace"] or "",
            "project": one["project"],
            "state": one["state"],
            "age": age(one["end_time"], now),
            "checkpoint_bytes": one["checkpoint_bytes"] or 0,
            "experiments": 1,
        }

    return read_search(client, [], True, None, COLUMNS, take)


def age(end: Any, now: Any) -> Any:
    if not end:
        return NOT_ENDED
    days = (now - parse_time(end)) / timedelta(days=1)
    return next((name for limit, name in AGES if days < limit), OLDER)


def seconds_text(time: Any, more: Any = 0) -> Any:
    """The only form that the CSV reports take, which has no fractions."""
    return (time.astimezone(timezone.utc) + timedelta(seconds=more)).strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(pieces: Any) -> Iterator[Any]:
    """The lines of a text that comes in pieces of bytes."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.decode() + "\n" for line in whole)
    if rest:
        yield rest.decode()
