# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends notebooks and the like that are old or idle: warned first, killed when the grace time is over.

What was warned of is marked in the ledger of the calling account, one mark a task, so that runs at the same time do not
disturb each other. Who uses a task again in the grace time takes it out of the candidates, and its mark goes. So does
the mark of a task that has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from ..connection.auth import parse_time
from ..engine.bulk import Objects, Reasons, acts_of, plan_rows
from ..engine.call import Call as ModuleCall
from ..engine.ledger import PATH as SETTINGS
from ..engine.ledger import Ledger
from ..engine.many import Errors, Ident, Item, Many, Row, View, change_many, result_row
from ..engine.spec import Spec
from ..errors import ApiError
from ..model.call import Call
from ..model.field import Bulk, Verb
from ..model.kind import Collection, Kind
from ..model.plan import Wanted
from ..model.row import Column, unread
from ..selection.named import user_ids
from ..when import duration, moment, rfc3339
from .task_columns import TASK
from .task_kinds import KINDS
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


MARKED, UNMARKED, KILLED, KEPT = "warned", "unmarked", "killed", "present"
REASONS = Column("reasons", "Why it is to go; of one that has ended, that it has.", "list", ["older than 7d"])
KILL_AFTER = Column("kill_after", "When the time of its warning is over; null where it is not warned.",
                    sample="2026-02-08T12:00:00.000000Z")  # fmt: skip
CULLED = (*TASK, REASONS, KILL_AFTER)
SPARED = (*CULLED, Column("reason", "Why it is left alone.", sample="user ci-bot is exempt"))


def is_marked(row: Row) -> bool:
    return row["mark"] is not None


def way_to_kill(row: Row, _forced: bool) -> Sequence[str]:
    return (KILLED, UNMARKED) if is_marked(row) else (KILLED,)


MARKING = Bulk(Call("POST", SETTINGS, repeatable=True), silent=True)
# A task as the ledger and its age judge it. Those that have ended are not listed.
CULLED_TASK = Kind(
    name="task",
    plural="tasks",
    source=Collection("/api/v1/tasks", rows="tasks"),
    columns=(*CULLED, Column("mark", "The mark that the ledger has of it.", sample=MARKED)),
    verbs=(
        Verb(MARKED, None, is_marked, {"mark": MARKED}, bulk=MARKING),
        Verb(KILLED, Call("POST", "/api/v1/{plural}/{id}/kill", repeatable=True), lambda _row: False, {"state": KILLED},
             irreversible=True, reached=lambda _row: False, vanishes=True, way=way_to_kill),
        # The mark of one that could not be killed stays.
        Verb(UNMARKED, None, lambda row: not is_marked(row), {"mark": None}, bulk=MARKING),
    ),
)  # fmt: skip


def report(row: Row) -> dict[str, Any]:
    return {one.name: row[one.name] for one in CULLED}


def columns(row: Row) -> str:
    return f"{row['kind']:<11}  {row['name']:<32.32}  {row['owner']:<16.16}  {'; '.join(row['reasons'])}"


TASKS = View("tasks", report, columns)


def cull(call: ModuleCall) -> dict[str, Any]:
    """The work of det_task_cull."""
    now = datetime.now(timezone.utc)
    if call.params["exempt_users"]:
        # A user whose name is misspelled would not be spared.
        user_ids(call.client, call.params["exempt_users"], "exempt_users")
    rules = Rules(call, now)
    ledger = Ledger(call.client, call.params["ledger"])
    marks = ledger.read()
    listed = read_rows(call.client, call.params["kinds"])
    there = {row["id"] for row in listed}
    rows = [judged(rules, row, marks.get(row["id"])) for row in listed if rules.filter.fits(row)]
    rows += [
        ended(ident, mark)
        for ident, mark in sorted(marks.items())
        if mark["kind"] in call.params["kinds"] and ident not in there
    ]
    objects = describe_culled(call, ledger, rules)
    many, waiting = plan_culling(objects, rules, rows)
    due = sum(KILLED in one.acts for one in many.items)
    result = change_many(call, TASKS, many, acts_of(call, objects), guard_count=due, guard_noun="tasks")
    return summed_up(result, many.changed(call.check_mode), waiting)


def plan_culling(objects: Objects, rules: Rules, rows: list[Row]) -> tuple[Many, list[Row]]:
    """(the plan, the rows that were warned of and whose time has not come) of judged rows."""
    exempt = [row for row in rows if row["exemption"] and not is_marked(row)]
    others = [row for row in rows if not row["exemption"] or is_marked(row)]
    many = plan_rows(objects, others, lambda row: wanted_of(rules, row), TASKS)
    for row in exempt:
        many.skip(report(row), row["exemption"])
    acted = {one.id for one in many.items}
    return many, [report(row) for row in others if row["kill_after"] and row["id"] not in acted]


def judged(rules: Rules, row: Row, mark: dict[str, Any] | None) -> Row:
    """The row with what the rules say of it.

    ``exemption``: why it must stay though it is to go. ``plural``: its kind, as paths have it.
    """
    reasons = rules.reasons(row)
    exemption = rules.exemption(row) if reasons else None
    after = None
    if reasons and not exemption and rules.grace is not None:
        after = (parse_time(mark["since"]) if mark else rules.now) + rules.grace
    return dict(
        row,
        plural=KINDS[row["kind"]].plural,
        reasons=reasons,
        exemption=exemption,
        mark=MARKED if mark else None,
        kill_after=None if after is None else rfc3339(after),
    )


def ended(ident: str, mark: dict[str, Any]) -> Row:
    """The row of a task that is known by its mark only."""
    known = {name: mark[name] for name in ("kind", "name", "owner")}
    return dict(unread(CULLED), id=ident, reasons=["has ended"], exemption="it has ended", mark=MARKED, **known)


def wanted_of(rules: Rules, row: Row) -> Wanted:
    """What one task shall be: warned, killed when the time of its warning is over, or left alone and not marked."""
    if row["exemption"] or not row["reasons"]:
        return Wanted({}, UNMARKED)
    if row["kill_after"] is None:
        return Wanted({}, KILLED)
    if not is_marked(row):
        return Wanted({}, MARKED)
    return Wanted({}, KEPT if rules.now < parse_time(row["kill_after"]) else KILLED)


class Rules:
    """The options that say who is to go, made ready."""

    def __init__(self, call: ModuleCall, now: datetime) -> None:
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


def describe_culled(call: ModuleCall, ledger: Ledger, rules: Rules) -> Objects:
    """Tasks that are warned and killed; their marks are written in one request."""

    def read(_ids: list[Ident]) -> list[Row]:
        return [dict(row, mark=None) for row in read_rows(call.client, call.params["kinds"])]

    def spared(rows: list[Row]) -> Reasons:
        reasons = {row["id"]: why_spared(rules, row) for row in rows}
        return {ident: reason for ident, reason in reasons.items() if reason}

    def write(items: list[Item], warned: bool) -> Errors:
        try:
            ledger.write({str(one.id): mark_of(one.row, rules.now) if warned else None for one in items})
        except ApiError as error:
            return dict.fromkeys([one.id for one in items], error.msg)
        return {}

    return Objects(
        CULLED_TASK,
        read,
        spared=spared,
        chunk_senders={MARKED: lambda items: write(items, True), UNMARKED: lambda items: write(items, False)},
    )


def why_spared(rules: Rules, row: Row) -> str | None:
    """Why a task must stay after all, right before it is killed."""
    fits = rules.filter.fits(row) and rules.reasons(row)
    return rules.exemption(row) or (None if fits else "it is used again")


def mark_of(row: Row, now: datetime) -> dict[str, Any]:
    """What the ledger keeps of a task; its name and owner are for the time when it has ended."""
    return {"since": rfc3339(now), "kind": row["kind"], "name": row["name"], "owner": row["owner"]}


def summed_up(result: dict[str, Any], done: list[Item], waiting: list[dict[str, Any]]) -> dict[str, Any]:
    """The result of many, with what each owner is to be result_row."""
    lists = {act: [result_row(TASKS, one) for one in done if act in one.acts] for act in (MARKED, KILLED)}
    lists["waiting"] = waiting
    owners = {}
    for what, rows in lists.items():
        for one in rows:
            owners.setdefault(one["owner"], {name: [] for name in lists})[what].append(one)
    ids = {what + "_ids": [one["id"] for one in lists[what]] for what in ("warned", "killed")}
    return dict(result, waiting=waiting, owners=owners, **ids)
