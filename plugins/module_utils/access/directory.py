# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users and groups as a directory has them: one plan for all, held against its brakes, then sent.

Lists are read once, members once for each group that is named; what is as wanted costs no further request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..engine.call import Call
from ..engine.guard import warn_in_check_mode
from ..engine.known import Known
from ..engine.many import Act, Errors, Ident, Item, Many, View, change_many
from ..engine.settle import send_bulk, send_each
from ..errors import NotFound
from ..kinds.group import GROUP
from ..kinds.user import USER
from ..model.call import Later, Request
from ..model.kind import Kind
from ..model.plan import Plan, Wanted, make_plan
from ..model.row import Row
from ..store.parallel import map_concurrently
from ..store.send import carry_out
from ..store.store import Store
from .directory_brakes import refuse_lockout, refuse_many_off
from .directory_wish import GroupWish, UserWish, check_names, read_groups, read_users

ON, OFF = "user_switched_on", "user_switched_off"
# In this order: groups need the ids of new users, and whoever is switched off goes last.
ACTS = ("user_created", "user_changed", ON, "group_created", "group_changed", OFF)
SWITCHED_ON = {"active": True}
SWITCH = Request("PATCH", "/api/v1/users")
ABSENT = Wanted(state="absent")
PROTECTED = "the user is protected"


def sync_directory(call: Call) -> dict[str, Any]:
    """The work of det_directory."""
    users, groups = read_users(call.params), read_groups(call.params)
    sync = Sync(call, users, groups)
    sync.plan_users()
    sync.plan_groups()
    refused = sync.brake()
    view = View("entries", shown_row, lambda row: f"{row['kind']} {row['name']}", marks=sync.marks)
    answer = change_many(call, view, sync.many, sync.acts(), guard_noun="users and groups")
    rows = answer.pop(view.plural, None)
    if rows is not None:
        answer.update(users=of_kind(rows, USER), groups=of_kind(rows, GROUP))
    return {**answer, "refused": refused} if refused else answer


def of_kind(rows: list[Row], kind: Kind) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "kind"} for row in rows if row["kind"] == kind.name]


def shown_row(row: Row) -> Row:
    return {name: row.get(name) for name in ("kind", "id", "name")}


def changes(plan: Plan) -> Row:
    """The properties that a plan changes, without those that tell which object it is, and without secrets."""
    secret = {one.name for one in plan.kind.fields if one.secret}
    known = plan.kind.identity(plan.current or {})
    return {key: value for key, value in plan.after.items() if key not in secret and known.get(key) != value}


class Sync:
    """What is, what is wanted, and the plan. ``ids``: {(kind, name): id}; Later of what is to be created."""

    def __init__(self, call: Call, users: dict[str, UserWish], groups: dict[str, GroupWish]) -> None:
        self.call = call
        self.params = call.params
        self.store = Store(call.client)
        self.users, self.groups = users, groups
        self.many = Many()
        self.plans: dict[Any, Plan] = {}
        self.there = {row["username"]: row for row in self.store.every(USER)}
        self.ids: dict[tuple[str, str], Any] = {("user", name): row["id"] for name, row in self.there.items()}
        self.off: set[int] = set()
        self.demoted: set[int] = set()
        self.protected = {*(self.params["protect"] or ())}

    # Planning

    def plan_users(self) -> None:
        for name, wish in self.users.items():
            current = self.there.get(name)
            if current is None and not wish.active:
                self.many.unchanged += 1
            elif current is not None and not wish.active:
                self.plan_off(current)
            elif current is not None and not current["active"] and not self.params["reactivate"]:
                self.skip(name, "the user is switched off, and reactivate is false")
            else:
                self.plan_user(name, wish, current)
        if self.params["deactivate_missing"]:
            for name, row in self.there.items():
                if name not in self.users:
                    self.plan_off(row)

    def plan_user(self, name: str, wish: UserWish, current: Row | None) -> None:
        if current is None:
            self.ids["user", name] = Later("user", name)
        plan = make_plan(USER, current, Wanted(wish.values(current)))
        reason = wish.why_not(current) or (PROTECTED if name in self.protected and current else None)
        if plan.steps and reason:
            self.skip(name, reason)
            return
        check_names(plan)
        if current is not None and plan.before.get("admin") and not plan.after["admin"]:
            self.demoted.add(current["id"])
        changed = ON if changes(plan) == SWITCHED_ON else "user_changed"
        self.add(USER, name, plan, "user_created" if current is None else changed)

    def plan_off(self, row: Row) -> None:
        name = row["username"]
        if not row["active"]:
            self.many.unchanged += 1
        elif name in self.protected:
            self.skip(name, PROTECTED)
        else:
            self.off.add(row["id"])
            self.add(USER, name, make_plan(USER, row, ABSENT), OFF)

    def plan_groups(self) -> None:
        listed = {row["name"]: row for row in self.store.every(GROUP)} if self.groups else {}
        found = [listed[name] for name in self.groups if name in listed]
        rows = dict(
            zip((row["name"] for row in found), map_concurrently(lambda row: self.store.by_id(GROUP, row["id"]), found))
        )
        for name, wish in self.groups.items():
            wish.demand_members(self.ids)
            wanted = Wanted(wish.values(), modes={"members": self.params["members_mode"]}, find=self.find)
            plan = make_plan(GROUP, rows.get(name), wanted)
            self.add(GROUP, name, plan, "group_changed" if name in rows else "group_created")

    def find(self, kind: str, name: str) -> Any:
        return self.ids[kind, name]

    def add(self, kind: Kind, name: str, plan: Plan, act: str) -> None:
        """Take a plan in. A property that is written only is named and not shown."""
        ident = f"{kind.name} {name}"
        after = changes(plan)
        before = {key: plan.before.get(key) for key in after} if plan.current is not None else {}
        self.many.add(ident, self.shown(kind, name, plan.current), [act] if plan.steps else [], before, after)
        if plan.steps:
            self.plans[ident] = plan

    def skip(self, name: str, reason: str) -> None:
        self.many.skip({"id": f"user {name}", "name": name}, reason)

    @staticmethod
    def shown(kind: Kind, name: str, row: Row | None) -> Row:
        return {"kind": kind.name, "id": (row or {}).get("id"), "name": name}

    # Brakes

    def brake(self) -> str | None:
        """Refuse before the first write. In check mode the reason, which the caller shows beside the whole plan."""
        off = [one for one in self.many.items if one.acts == [OFF]]
        members = {
            plan.current["id"]: {self.ids["user", name] for name in plan.after.get("members") or ()}
            for plan in self.plans.values()
            if plan.kind is GROUP and plan.current is not None
        }
        self.call.progress(matched=self.many.matched(), skipped_items=self.many.skipped)

        def refuse() -> None:
            refuse_many_off(self.params, len(off), sum(row["active"] for row in self.there.values()))
            if not self.params["allow_lockout"]:
                refuse_lockout(self.store, self.off, self.demoted, members)

        refused = warn_in_check_mode(self.call, refuse)
        if off and refused is None:
            self.call.warn("Switching users off revokes all of their access tokens for good.")
        return refused

    # Sending

    def acts(self) -> list[Act]:
        ways = {ON: (self.switch_on, lambda _items: [str(SWITCH)])}
        return [Act(name, *ways.get(name, (self.send, self.requests))) for name in ACTS]

    def requests(self, items: list[Item]) -> list[str]:
        return [str(step.request) for one in items for step in self.plans[one.id].steps]

    def send(self, items: list[Item]) -> Errors:
        return send_each(items, self.send_one, None, self.call.params["connections"])

    def switch_on(self, items: list[Item]) -> Errors:
        """Switch users on, all by one request.

        None are switched off that way: the master would leave their access tokens, which come back with the user.
        """
        idents = {item.row["id"]: item.id for item in items}

        def send(ids: list[Ident]) -> Any:
            body = {"userIds": ids, "activate": True}
            return self.call.client.request(SWITCH.method, SWITCH.path, body=body, repeatable=True)

        def active(asked: list[Item]) -> set[Ident]:
            on = {row["id"] for row in self.store.every(USER) if row["active"]}
            return on.intersection(one.id for one in asked)

        errors = send_bulk([replace(item, id=item.row["id"]) for item in items], send, active, once_more=True)
        return {idents[ident]: text for ident, text in errors.items()}

    def send_one(self, item: Item) -> None:
        """Bring one entry to what is wanted; a group whose new member could not be created fails alone.

        The plan is made again: the ids of users that were created meanwhile are known now.
        """
        planned = self.plans[item.id]
        unmade = [name for name in planned.after.get("members") or () if isinstance(self.ids["user", name], Later)]
        if unmade:
            raise NotFound(f"its member {unmade[0]} could not be created")
        subject = Known(self.call, planned.kind, planned.current, planned.wanted)
        carry_out(subject, subject.plan())
        if subject.current is not None:
            item.row["id"] = subject.current["id"]
            self.ids[planned.kind.name, item.row["name"]] = subject.current["id"]

    def marks(self, item: Item) -> Row:
        """What tells an entry apart in the journal, as those of det_user and det_group are told apart."""
        plan = self.plans[item.id]
        return {"kind": plan.kind.plural, "id": item.row["id"], "act": plan.act}
