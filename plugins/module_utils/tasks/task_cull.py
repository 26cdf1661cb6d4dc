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

from ..connection.auth import parse_time
from ..engine.ledger import PATH as SETTINGS
from ..engine.ledger import Ledger
from ..engine.many import Kind, Many, change_many, told
from ..engine.run import poll
from ..engine.spec import Spec
from ..errors import ApiError, Missing, WaitTimeout
from ..selection.named import user_ids
from ..selection.search import ahead
from ..when import duration, moment, rfc3339
from .task_kinds import KINDS, alive, list_kind
from .task_rows import FILTERS, Filter, pattern, read_rows

ACTS = ("unmarked", "warned", "killed")

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


def report(row):
    shown = ("id", "kind", "name", "owner", "workspace_id", "pool", "slots", "start_time", "reasons", "kill_after")
    return {name: row[name] for name in shown}


def columns(row):
    return f"{row['kind']:<11}  {row['name']:<32.32}  {row['owner']:<16.16}  {'; '.join(row['reasons'])}"


TASKS = Kind("tasks", report, columns)


def cull(call):
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
        ACTS,
        lambda act, chunk: perform(call, ledger, act, chunk, now),
        request,
        irreversible=True,
        count=sum("killed" in one.acts for one in many.items),
        counted="tasks",
    )
    return summed_up(result, many.changed(call.check_mode), waiting)


class Rules:
    """The options that say who is to go, made ready."""

    def __init__(self, call, now):
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

    def reasons(self, row):
        """Why a task is to go; none where it may stay."""
        found = []
        if self.before is not None:
            found.append("older than " + self.age if parse_time(row["start_time"]) < self.before else None)
        if self.idle is not None:
            found.append("idle" if row["containers"] and self.idle.issuperset(row["containers"]) else None)
        met = [one for one in found if one]
        return met if not self.every or len(met) == len(found) else []

    def exemption(self, row):
        if row["owner"] in self.exempt_users:
            return "user {} is exempt".format(row["owner"])
        for one in self.exempt:
            if one.search(row["name"]):
                return f"its description fits {one.pattern}"
        return None


def ended(ident, mark):
    """The row of a task that is known by its mark only."""
    unknown = dict.fromkeys(("workspace_id", "pool", "slots", "start_time", "kill_after"))
    owner = mark["owner"]
    return dict(
        unknown, id=ident, kind=mark["kind"], name=mark["name"], owner=owner, username=owner, reasons=["has ended"]
    )


def plan_all(rules, rows, marks):
    """(the plan, the rows that were warned of and whose time has not come)."""
    many, waiting = Many(), []
    for row in rows:
        mark = marks.get(row["id"])
        row.update(reasons=rules.reasons(row), kill_after=None, username=row["owner"])
        exemption = rules.exemption(row) if row["reasons"] else None
        acts, after = plan_one(rules, row, mark and mark["since"], exemption is not None)
        if exemption and not acts:
            many.skip(report(row), exemption)
            continue
        if row["reasons"] and not acts:
            waiting.append(report(row))
        many.add(row["id"], row, acts, {"mark": "warned" if mark else None}, after)
    return many, waiting


def plan_one(rules, row, warned, exempt):
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


def request(act):
    return "POST /api/v1/{kind}s/{id}/kill" if act == "killed" else "POST " + SETTINGS


def perform(call, ledger, act, chunk, now):
    """Do one act to a chunk. Returns {id: error} of those that are not as wanted afterwards."""
    if act == "killed":
        return kill(call, ledger, chunk)
    try:
        ledger.write({one.id: mark(one.row, now) if act == "warned" else None for one in chunk})
    except ApiError as error:
        return dict.fromkeys([one.id for one in chunk], error.msg)
    return {}


def mark(row, now):
    """What the ledger keeps of a task; its name and owner are for the time when it has ended."""
    return {"since": rfc3339(now), "kind": row["kind"], "name": row["name"], "owner": row["owner"]}


def kill(call, ledger, chunk):
    def send(item):
        try:
            call.client.post(f"{KINDS[item.row['kind']].path}/{item.id}/kill", repeatable=True)
        except Missing:
            # One that the master has forgotten is over.
            return item.id, None
        except ApiError as error:
            return item.id, error.msg
        return item.id, None

    errors = {ident: text for ident, text in ahead(send, chunk) if text}
    sent = [one for one in chunk if one.id not in errors]
    if call.params["wait"]:
        errors.update(wait_over(call, sent))
    # A mark that stays is that of a task that has ended, which the next run takes away.
    with suppress(ApiError):
        ledger.write({one.id: None for one in sent if one.id not in errors and one.before["mark"]})
    return errors


def wait_over(call, items):
    """{id: reason} of those that do not end in time."""
    left = {one.id for one in items}
    kinds = {KINDS[one.row["kind"]] for one in items}

    def done():
        living = {row["id"] for kind in kinds for row in list_kind(call.client, kind) if alive(row)}
        left.intersection_update(living)
        return not left

    try:
        poll(done, call.params["wait_timeout"], f"{len(left)} tasks are over")
    except WaitTimeout:
        return dict.fromkeys(left, "still running; its kill was sent")
    return {}


def summed_up(result, done, waiting):
    """The result of many, with what each owner is to be told."""
    lists = {act: [told(TASKS, one) for one in done if act in one.acts] for act in ("warned", "killed")}
    lists["waiting"] = waiting
    owners = {}
    for what, rows in lists.items():
        for one in rows:
            owners.setdefault(one["owner"], {name: [] for name in lists})[what].append(one)
    ids = {what + "_ids": [one["id"] for one in lists[what]] for what in ("warned", "killed")}
    return dict(result, waiting=waiting, owners=owners, **ids)
