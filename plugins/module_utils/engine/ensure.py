# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes one object of a described kind as the options say: reads, plans, sends, waits, makes the result."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..connection.paths import why_no_segment
from ..errors import BadOption, NotFound, Refused
from ..model.call import Later
from ..model.kind import Collection, Kind
from ..model.plan import Plan, Wanted, make_plan
from ..model.row import Row, unchanged
from ..store.send import carry_out
from ..wording import TO_BE_MADE
from .call import Call
from .journal import noted
from .scopes import find_scope
from .secrets import secrets_to_send
from .subject import Subject
from .turns import Turn


def ensure(call: Call, kind: Kind, target: Target | None = None) -> dict[str, Any]:
    """Make one object of a kind as the options say. Returns the result: changed, the object, diff, requests.

    ``target``: a Target that finds its object in a way of its own.
    """
    if "id" in call.unmade:
        return ensure_unmade(call, kind)
    target = target or Target(call, kind)
    with turn_for(call, kind, target):
        return ensure_target(call, kind, target)


def turn_for(call: Call, kind: Kind, target: Target) -> AbstractContextManager[Any]:
    """The right to make the object, for a kind that the master would make twice."""
    if not kind.doubles or target.given_id is not None:
        return nullcontext()
    scope = kind.scope
    place = [call.params.get(name) for name in (scope.by_name, scope.by_id)] if scope else []
    return Turn(call, kind.name, repr([*place, target.values.get(kind.key)]))


def ensure_target(call: Call, kind: Kind, target: Target) -> dict[str, Any]:
    target.read()
    plan = target.plan()
    if plan.steps and kind.check is not None:
        for warning in kind.check(target.store, plan):
            call.warn(warning)
    warn_if_created_by_typo(call, plan)
    result: dict[str, Any] = {"changed": bool(plan.steps), "diff": {"before": plan.before, "after": plan.after}}
    if call.check_mode:
        result["requests"] = [str(step.request) for step in plan.steps]
        seen = target.predicted(plan)
    else:
        with noted(call, target, plan):
            carry_out(target, plan)
        if plan.steps and plan.act != "delete":
            target.look()
        result["requests"] = call.sent()
        seen = target.current
    result[kind.name] = kind.result(seen)
    return result


def ensure_unmade(call: Call, kind: Kind) -> dict[str, Any]:
    """What check mode says of an object that an earlier task would make: it is changed as the options say."""
    names = {one.name for one in kind.fields}
    after = {name: call.params[name] for name in sorted(call.given & names)}
    absent = call.params.get("state") == "absent"
    seen = None if absent else {**kind.blank(), **kind.defaults_on_create, **after}
    diff = {"before": {}, "after": {} if absent else after}
    return {"changed": True, "diff": diff, "requests": [], kind.name: kind.result(seen)}


def warn_if_created_by_typo(call: Call, plan: Plan) -> None:
    """Who wants something archived means one that is there; a name with a slip in it would make another."""
    if plan.act == "create" and any(step.verb is not None for step in plan.steps):
        name = plan.wanted.values.get(plan.kind.key)
        call.warn(f"There is no {plan.kind.name} {name!r} yet; it is made to be {plan.wanted.state}.")


class Target(Subject):
    """The object that the options are about, and what holds it."""

    def __init__(self, call: Call, kind: Kind) -> None:
        super().__init__(call, kind)
        # The name that it may have now, and the one that it shall have.
        self.names: list[Any] = []
        params = call.params
        names = {one.name for one in kind.fields}
        self.values = {name: params[name] for name in call.given & names if name != kind.key}
        self.state = params.get("state", "present")
        # Given where the object may bear another name now than it shall.
        self.given_id = params.get(kind.ident) if kind.ident != kind.key else None
        if kind.key:
            self.check_key()
        self.known: dict[tuple[str, str], int] = {}

    def check_key(self) -> None:
        """Take the name that the object shall have; one that came out empty is a slip, and names nothing."""
        params, key = self.call.params, self.kind.key
        for option in (key, "new_" + key):
            given = params.get(option) if option in self.call.given else None
            if given is None:
                continue
            if not str(given).strip():
                raise BadOption(option, given, "is empty.", f"Give the {key} of the {self.kind.name}.")
            problem = why_no_segment(given) if self.kind.ident == key else None
            if problem:
                raise BadOption(option, given, problem, "The master cannot find such a one. Choose another name.")
        # As the object shows it, so that one is found however its name was written.
        normal = next((one.normal for one in self.kind.fields if one.name == key), unchanged)
        self.names = [normal(params[option]) for option in (key, "new_" + key) if params.get(option) is not None]
        if self.names:
            self.values[key] = self.names[-1]

    # Reading

    def read(self) -> None:
        """Find the object, by its id, or by its name inside what holds it."""
        kind = self.kind
        if kind.scope:
            needed = kind.scope.unique and (self.given_id is None or kind.scoped_ids)
            self.scope = find_scope(self.call, self.store, kind.scope, needed)
        if not isinstance(kind.source, Collection):
            self.current = self.read_single()
        elif self.given_id is not None:
            self.current = self.by_id(self.given_id)
        else:
            self.current = self.find()
            if self.current is not None and self.needs_detail():
                self.current = self.store.again(kind, self.current)
            if self.current is not None and self.current[kind.key] != self.values[kind.key]:
                self.refuse_taken_name()

    def by_id(self, ident: int | str) -> Row | None:
        try:
            return self.store.by_id(self.kind, ident, self.holder())
        except NotFound:
            if self.state == "absent":
                return None
            raise

    def find(self) -> Row | None:
        """The object of the name, or else of the new one, in what shall hold it, or else in what held it."""
        for name in self.names:
            for holder in self.holders():
                found = self.store.one_named(self.kind, name, holder, self.query(holder))
                if found is not None:
                    return found
        return None

    def find_again(self) -> Row | None:
        return self.find() if self.given_id is None else None

    def holders(self) -> Iterator[int | None]:
        """The ids of what may hold it, in order; None where its name is unique in the cluster."""
        scope = self.kind.scope
        if scope is None or not scope.unique:
            yield None
            return
        if self.scope is not None and not isinstance(self.scope, Later):
            yield self.scope.get("id", 0)
        source = self.call.params.get(scope.moved_from) if scope.moved_from else None
        if source is not None:
            found = self.store.one_named(scope.kind, source)
            if found is not None:
                yield found["id"]

    def query(self, holder: int | None) -> Mapping[str, Any]:
        """What narrows a list down to what holds the object, where its row is known."""
        scope, inside = self.kind.scope, self.scope
        if scope is None or not inside or isinstance(inside, Later) or holder != self.holder():
            return {}
        return scope.narrow(inside)

    def refuse_taken_name(self) -> None:
        """The name that it shall have must be free where it is now, or shall be."""
        name, holder = self.values[self.kind.key], next(self.holders(), None)
        if self.store.named(self.kind, name, holder):
            what = self.kind.named(self.current or {})
            raise Refused(f"{what} cannot be renamed: there is already a {self.kind.name} {name!r}.")

    def needs_detail(self) -> bool:
        detail = {one.name for one in self.kind.columns if one.detail}
        return bool(detail & set(self.values))

    # Planning

    def keys(self) -> dict[str, Any]:
        return {name: self.call.params[name] for name in self.kind.selects}

    def plan(self) -> Plan:
        scope = self.kind.scope
        unnamed = scope is not None and scope.unique and self.scope is None
        if scope and unnamed and self.current is not None and scope.column in self.current:
            # Found by its id: what holds it may be archived, and is asked only where something is to be changed.
            plan = self.make_plan()
            if not plan.steps:
                return plan
            ident = self.current[scope.column]
            self.scope = self.store.by_id(scope.kind, ident) if ident else {}
        return self.make_plan()

    def make_plan(self) -> Plan:
        params = self.call.params
        modes = {one.name: params[one.name + "_mode"] for one in self.kind.fields if one.merge.modes}
        secrets: frozenset[str] = frozenset()
        if self.state != "absent":
            # A deletion sends none, so it is not tried whether a password is right.
            secrets = secrets_to_send(self.call, self.store, self.kind, self.current, self.values)
        wanted = Wanted(
            values=self.values,
            state=self.state,
            modes=modes,
            secrets=secrets,
            scope=self.scope,
            keys=self.keys(),
            force=bool(self.kind.force and params.get(self.kind.force)),
            find=self.ident,
        )
        return make_plan(self.kind, self.current, wanted)

    def ident(self, kind: str, name: str) -> int | Later:
        """The id of an object that a field names; read once, when first needed."""
        if (kind, name) not in self.known:
            found = ((field, one) for field in self.kind.fields for one in field.refers)
            field, refers = next(pair for pair in found if pair[1].name == kind)
            self.known.update({(kind, row[refers.key]): row["id"] for row in self.store.every(refers)})
            if (kind, name) not in self.known:
                return self.later(field.name, refers, name)
        return self.known[kind, name]

    def later(self, option: str, kind: Kind, name: str) -> Later:
        """What stands for an object that is not there: in check mode a step before may be going to make it."""
        if self.call.check_mode and kind.create is not None:
            self.call.warn(TO_BE_MADE.format(kind.name, name))
            return Later(kind.name, name)
        names = [known for other, known in self.known if other == kind.name]
        close = difflib.get_close_matches(name, names, n=3)
        remedy = "Did you mean {}?".format(" or ".join(map(repr, close))) if close else None
        raise BadOption(option, name, f"there is no such {kind.name}, or the user of this task may not see it.", remedy)

    def predicted(self, plan: Plan) -> Row | None:
        """The row as it will be, for check mode: with every key, and no id where it is still to be made."""
        if plan.act == "delete":
            return {**(self.current or {}), **plan.after} if self.kind.alive else None
        if self.current is None and not plan.steps:
            return None
        base = (
            self.current
            if self.current is not None
            else {**self.kind.blank(), **self.kind.defaults_on_create, **self.placed()}
        )
        return {**base, **({self.kind.ident: None} if plan.act == "replace" else {}), **plan.after}
