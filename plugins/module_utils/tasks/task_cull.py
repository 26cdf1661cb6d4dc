# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends notebooks and the like that are old or idle: warned first, killed when the grace time is over.

What was warned of is marked in the ledger of the calling account, one mark a task, so that runs at the same time do not
disturb each other. Who uses a task again in the grace time takes it out of the candidates, and its mark goes. So does
the mark of a task that has ended.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from ..connection.auth import parse_time
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..engine.ledger import PATH as SETTINGS
from ..engine.ledger import Ledger
from ..engine.many import Act, Errors, Item, Many, Row, View, change_many, told
from ..engine.settle import send_each
from ..engine.spec import Spec
from ..errors import ApiError, Missing, WaitTimeout
from ..model.row import Column, unread
from ..selection.named import user_ids
from ..store.wait import poll
from ..when import duration, moment, rfc3339
from .task_columns import TASK
from .task_kinds import KINDS, alive, list_kind
from .task_rows import FILTERS, Filter, pattern, read_rows

CULL = FILTERS + Spec(
    {
        "kinds": {"type": "list", "elements": "str", "choices": list(KINDS), "default": ["notebook", "shell"]},
        "older_than": {"type": "str"},
        "idle_containers": {"type": "list", "elements": "str"},
        "match": {"type": "str", "choices": ["all", "any"], "default": "all"},
        "warn_before": {"type": "str"},
        "exempt_users": {"type": "list", "elements": "str", "default": []},
        "exempt_descriptions": {"type": "list", "elements": "str", "default": []},
        "ledger": {"type": "str", "default": "cull"},
    },
    required_one_of=(("older_than", "idle_containers"),),
    # Without the time of a warning what is due is killed at once.
    narrows=("kinds", "older_than", "warn_before"),
    objects=("idle_containers", "exempt_users", "exempt_descriptions"),
)


REASONS = Column("reasons", "Why it is to go; of one that has ended, that it has.", "list", ["older than 7d"])
KILL_AFTER = Column("kill_after", "When the time of its warning is over; null where it is not warned.",
                    sample="2026-02-08T12:00:00.000000Z")  # fmt: skip
CULLED = (*TASK, REASONS, KILL_AFTER)
SPARED = (*CULLED, Column("reason", "Why it is left alone.", sample="user ci-bot is exempt"))


def report(row: Row) -> dict[str, Any]:
    return {one.name: row[one.name] for one in CULLED}


def columns(row: Row) -> str:
    return f"{row['kind']:<11}  {row['name']:<32.32}  {row['owner']:<16.16}  {'; '.join(row['reasons'])}"


TASKS = View("tasks", report, columns)


def cull(call: Call) -> dict[str, Any]:
    """The work of det_task_cull."""
    now = datetime.now(timezone.utc)
    if call.params["exempt_users"]:
        # A user whose name is misspelled would not be spared.
        user_ids(call.client, call.params["exempt_users"], "exempt_users")
    rules = Rules(call, now)
    ledger = Ledger(call.client, call.params["ledger"])
    marks = ledger.read()
    rows = read_rows(call.client, call.params["kinds"])
    many, waiting = plan_all(rules, [row for row in rows if rules.filter.fits(row)], marks)
    there = {row["id"] for row in rows}
    for ident, mark in sorted(marks.items()):
        if mark["kind"] in call.params["kinds"] and ident not in there:
            many.add(ident, ended(ident, mark), ["unmarked"], {"mark": "warned"}, {"mark": None})
    result = change_many(
        call,
        TASKS,
        many,
        [mark_act(ledger, "unmarked", now), mark_act(ledger, "warned", now), kill_act(call, ledger, rules)],
        count=sum("killed" in one.acts for one in many.items),
        counted="tasks",
    )
    return summed_up(result, many.changed(call.check_mode), waiting)


class Rules:
    """The options that say who is to go, made ready."""

    def __init__(self, call: Call, now: datetime) -> None:
        params = call.params
        self.now = now
        # Here the age is one of the reasons, and no filter.
        self.filter = Filter(call.client, dict(params, older_than=None))
        self.before = moment(params["older_than"], "older_than", now) if params["older_than"] is not None else None
        self.age = params["older_than"]
        self.idle = None if params["idle_containers"] is None else set(params["idle_containers"])
        self.every = params["match"] == "all"
        self.grace = duration(params["warn_before"], "warn_before") if params["warn_before"] is not None else None
        self.exempt_users = set(params["exempt_users"])
        self.exempt = [pattern(one, "exempt_descriptions") for one in params["exempt_descriptions"]]

    def reasons(self, row: Row) -> list[str]:
        """Why a task is to go; none where it may stay."""
        found = []
        if self.before is not None:
            found.append("older than " + self.age if parse_time(row["start_time"]) < self.before else None)
        if self.idle is not None:
            found.append("idle" if row["containers"] and self.idle.issuperset(row["containers"]) else None)
        met = [one for one in found if one]
        return met if not self.every or len(met) == len(found) else []

    def exemption(self, row: Row) -> str | None:
        if row["owner"] in self.exempt_users:
            return "user {} is exempt".format(row["owner"])
        for one in self.exempt:
            if one.search(row["name"]):
                return f"its description fits {one.pattern}"
        return None


def ended(ident: str, mark: dict[str, Any]) -> Row:
    """The row of a task that is known by its mark only."""
    known = {name: mark[name] for name in ("kind", "name", "owner")}
    return dict(unread(CULLED), id=ident, reasons=["has ended"], **known)


def plan_all(rules: Rules, rows: list[Row], marks: dict[str, dict[str, Any]]) -> tuple[Many, list[dict[str, Any]]]:
    """(the plan, the rows that were warned of and whose time has not come)."""
    many = Many()
    waiting: list[dict[str, Any]] = []
    for row in rows:
        mark = marks.get(row["id"])
        row.update(reasons=rules.reasons(row), kill_after=None)
        exemption = rules.exemption(row) if row["reasons"] else None
        acts, after = plan_one(rules, row, mark["since"] if mark else None, exemption is not None)
        if exemption and not acts:
            many.skip(report(row), exemption)
            continue
        if row["reasons"] and not acts:
            waiting.append(report(row))
        many.add(row["id"], row, acts, {"mark": "warned" if mark else None}, after)
    return many, waiting


def plan_one(rules: Rules, row: Row, warned: str | None, exempt: bool) -> tuple[list[str], dict[str, Any]]:
    """(acts, what they make) of a task; ``warned``: the time of its warning in the ledger, or None."""
    if exempt or not row["reasons"]:
        return (["unmarked"], {"mark": None}) if warned else ([], {})
    if rules.grace is None:
        return ["killed"], {"state": "killed"}
    since = parse_time(warned) if warned else rules.now
    row["kill_after"] = rfc3339(since + rules.grace)
    if not warned:
        return ["warned"], {"mark": "warned"}
    if rules.now < since + rules.grace:
        return [], {}
    return ["killed"], {"state": "killed"}


def mark_act(ledger: Ledger, name: str, now: datetime) -> Act:
    def write(items: list[Item]) -> Errors:
        try:
            ledger.write({str(one.id): mark(one.row, now) if name == "warned" else None for one in items})
        except ApiError as error:
            return dict.fromkeys([one.id for one in items], error.msg)
        return {}

    return Act(name, write, lambda _items: ["POST " + SETTINGS])


def mark(row: Row, now: datetime) -> dict[str, Any]:
    """What the ledger keeps of a task; its name and owner are for the time when it has ended."""
    return {"since": rfc3339(now), "kind": row["kind"], "name": row["name"], "owner": row["owner"]}


def kill_act(call: Call, ledger: Ledger, rules: Rules) -> Act:
    def requests(items: list[Item]) -> list[str]:
        unmark = ["POST " + SETTINGS] if any(one.before["mark"] for one in items) else []
        return [f"POST {kill_path(one)}" for one in items] + unmark

    return Act(
        "killed",
        lambda items: kill(call, ledger, items),
        requests,
        irreversible=True,
        look_again=lambda items: look_again(call, rules, items),
    )


def kill_path(item: Item) -> str:
    return f"{KINDS[item.row['kind']].path}/{quote_segment(str(item.id))}/kill"


def look_again(call: Call, rules: Rules, items: list[Item]) -> Errors:
    """Errors of what has ended or must stay after all; what is running is read once."""
    rows = {row["id"]: row for row in read_rows(call.client, sorted({one.row["kind"] for one in items}))}
    found: Errors = {}
    for one in items:
        row = rows.get(one.id)
        if row is None:
            found[one.id] = None
            continue
        reason = rules.exemption(row) or (None if rules.filter.fits(row) and rules.reasons(row) else "it is used again")
        if reason:
            found[one.id] = reason
    return found


def kill(call: Call, ledger: Ledger, chunk: list[Item]) -> Errors:
    def send(item: Item) -> None:
        # One that the master has forgotten is over.
        with suppress(Missing):
            call.client.post(kill_path(item), repeatable=True)

    errors = send_each(chunk, send, None, call.params["connections"])
    sent = [one for one in chunk if one.id not in errors]
    if call.params["wait"]:
        errors.update(wait_over(call, sent))
    # A mark that stays is that of a task that has ended, which the next run takes away.
    with suppress(ApiError):
        ledger.write({str(one.id): None for one in sent if one.id not in errors and one.before["mark"]})
    return errors


def wait_over(call: Call, items: list[Item]) -> Errors:
    """{id: reason} of those that do not end in time."""
    left = {one.id for one in items}
    kinds = {KINDS[one.row["kind"]] for one in items}

    def done() -> bool:
        living = {row["id"] for kind in kinds for row in list_kind(call.client, kind) if alive(row)}
        left.intersection_update(living)
        return not left

    try:
        poll(done, call.params["wait_timeout"], f"{len(left)} tasks are over")
    except WaitTimeout:
        return dict.fromkeys(left, "still running; its kill was sent")
    return {}


def summed_up(result: dict[str, Any], done: list[Item], waiting: list[dict[str, Any]]) -> dict[str, Any]:
    """The result of many, with what each owner is to be told."""
    lists = {act: [told(TASKS, one) for one in done if act in one.acts] for act in ("warned", "killed")}
    lists["waiting"] = waiting
    owners = {}
    for what, rows in lists.items():
        for one in rows:
            owners.setdefault(one["owner"], {name: [] for name in lists})[what].append(one)
    ids = {what + "_ids": [one["id"] for one in lists[what]] for what in ("warned", "killed")}
    return dict(result, waiting=waiting, owners=owners, **ids)
