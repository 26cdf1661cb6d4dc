# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a plan out: reads what is, plans, sends the steps, waits for their end, makes the result."""

from __future__ import annotations

import re
from functools import lru_cache

from ..connection.client import Outcome
from ..errors import (
    Ambiguous,
    ApiError,
    BadOption,
    Invalid,
    Missing,
    NotFound,
    Refused,
    ServerError,
    Taken,
    WrongState,
)
from ..store.wait import poll
from .plan import make_plan, named


def ensure(call, resource, target=None):
    """Make one object of a kind as the options say. Returns the result: changed, the object, diff, requests.

    ``target``: a Target that finds its object in a way of its own.
    """
    target = target or Target(call, resource)
    target.read()
    plan = target.plan()
    if plan.steps and resource.parent and target.parent is None and target.current is not None:
        target.parent = target.read_parent()
        plan = target.plan()
    warn_of_a_slip(call, resource, target, plan)
    result = {"changed": bool(plan.steps), "diff": {"before": plan.before, "after": plan.after}}
    if call.check_mode:
        result["requests"] = [f"{step.request.method} {step.request.path}" for step in plan.steps]
        seen = target.predicted(plan)
    else:
        carry_out(call, target, plan)
        result["requests"] = call.sent()
        seen = target.current
    result[resource.kind] = shown(resource, seen)
    return result


def warn_of_a_slip(call, resource, target, plan):
    """Who wants something archived means one that is there; a name with a slip in it would make another."""
    verb = resource.verb(target.state) if target.state != "absent" else None
    if verb is not None and target.current is None and any(step.verb is verb for step in plan.steps):
        name = target.wanted.get("name")
        call.warn(f"There is no {resource.kind} {name!r} yet; it is made to be {target.state}.")


class Target:
    """The object that a call is about, and its parent."""

    def __init__(self, call, resource):
        self.call = call
        self.resource = resource
        self.current = None
        self.parent = None
        params = call.params
        names = {one.name for one in resource.fields}
        self.wanted = {name: params[name] for name in call.given & names if name != "name"}
        self.state = params["state"]
        new_name = params.get("new_name")
        if new_name or params.get("name"):
            self.wanted["name"] = new_name or params["name"]

    def plan(self):
        force = self.call.params.get("force", False)
        return make_plan(self.resource, self.current, self.wanted, self.state, self.parent, force)

    def read(self):
        """Find the object, by its id, or by its name inside its parent."""
        params, resource = self.call.params, self.resource
        if resource.parent:
            self.parent = find_parent(self.call, resource.parent)
        if params.get("id") is not None:
            self.current = self.get(params["id"], missing_ok=self.state == "absent")
            return
        self.current = self.find()
        if self.current is not None and self.needs_detail():
            self.current = self.get(self.current["id"])
        if self.current is not None and self.current["name"] != self.wanted["name"]:
            self.refuse_taken_name()

    def find(self):
        """The object of the name, or else of the new one, in the parent that it shall be in, or else in the old one."""
        for name in (self.call.params["name"], self.call.params.get("new_name")):
            for holder in self.holders() if name is not None else ():
                found = one_of(self.look_up(name, holder), self.resource, name)
                if found is not None:
                    return found
        return None

    def refuse_taken_name(self):
        name, holder = self.wanted["name"], next(self.holders(), None)
        if self.look_up(name, holder):
            kind = self.resource.kind
            raise Refused(
                f"{named(self.resource, self.current)} cannot be renamed: there is a {kind} {name!r} already."
            )

    def holders(self):
        """The ids of the parents to look in, one after the other; None for a kind without."""
        parent = self.resource.parent
        if parent is None:
            yield None
            return
        if self.parent is not None:
            yield self.parent["id"]
        if parent.moved_from and self.call.params.get(parent.moved_from) is not None:
            source = find_named(self.call.client, parent.resource, self.call.params[parent.moved_from])
            if source is not None:
                yield source["id"]

    def look_up(self, name, holder):
        return look_up(self.call.client, self.resource, name, holder)

    def needs_detail(self):
        return any(not one.in_list for one in self.resource.fields if one.name in self.wanted)

    def read_parent(self):
        return read_one(self.call.client, self.resource.parent.resource, self.current[self.resource.parent.api])

    def get(self, ident, missing_ok=False):
        try:
            return read_one(self.call.client, self.resource, ident)
        except NotFound:
            if missing_ok:
                return None
            raise

    def refresh(self):
        self.current = self.get(self.current["id"], missing_ok=True)

    def predicted(self, plan):
        """The object as it will be, for check mode."""
        if not plan.after and plan.steps:
            return None
        if self.current is None and not plan.steps:
            return None
        api = {one.name: one.api for one in self.resource.fields}
        return {**(self.current or {}), **{api.get(name, name): value for name, value in plan.after.items()}}


def carry_out(call, target, plan):
    """Send the steps. An answer that was lost, or a change by somebody else, leads to another look and a new plan."""
    looks = 0
    while plan.steps:
        try:
            for step in plan.steps:
                send(call, target, step)
        except (Outcome, ApiError) as error:
            looks += 1
            if looks > 1 or not worth_a_look(error):
                raise
            if target.current is None or "id" not in target.current:
                target.read()
            else:
                target.refresh()
            if target.current is not None and target.state == "absent" and target.resource.deleting(target.current):
                wait_until_gone(call, target)
            fresh = target.plan()
            if isinstance(error, ApiError) and step.what in [other.what for other in fresh.steps]:
                raise
            plan = fresh
        else:
            break
    if target.current is not None and plan.steps and target.state != "absent":
        target.refresh()


def worth_a_look(error):
    return isinstance(error, (Outcome, Missing, Taken, WrongState, Invalid, ServerError))


def send(call, target, step):
    request, resource = step.request, target.resource
    path = request.path
    if target.current is not None:
        path = path.replace("{id}", str(target.current["id"]))
    answer = call.client.request(request.method, path, body=request.body, repeatable=request.repeatable or None)
    call.progress(changed=True)
    if step.what == "create":
        target.current = answer[resource.unwrap]
    elif step.what == "absent":
        wait_until_gone(call, target)
    elif step.verb is not None and step.verb.reached is not None:
        wait_for(call, target, step.verb)


def wait_until_gone(call, target):
    def gone():
        target.refresh()
        reason = target.resource.failed(target.current) if target.current is not None else None
        if reason:
            raise Refused(f"{named(target.resource, target.current)}: {reason}")
        return target.current is None

    if call.params.get("wait", True):
        poll(gone, call.params.get("wait_timeout", 300), named(target.resource, target.current) + " is gone")


def wait_for(call, target, verb):
    def reached():
        target.refresh()
        return target.current is None or verb.reached(target.current)

    if call.params.get("wait", True):
        what = f"{named(target.resource, target.current)} is {verb.state}"
        poll(reached, call.params.get("wait_timeout", 300), what)


# Finding


def read_one(client, resource, ident):
    """The object of that id as the master shows it. Raises NotFound."""
    path = resource.get.replace("{id}", str(ident))
    try:
        return client.get(path)[resource.unwrap]
    except Missing as error:
        raise NotFound(f"There is no {resource.kind} {ident}, or the user may not see it.", **error.facts) from error


def look_up(client, resource, name, holder=None, query=None):
    """All objects that bear just that name, inside the parent of that id; ``query`` narrows further."""
    path = resource.list.replace("{parent}", str(holder))
    rows = client.get(path, **dict(query or {}, **resource.find(name)))[resource.rows]
    return [row for row in rows if row["name"] == name]


def find_named(client, resource, name, holder=None):
    return one_of(look_up(client, resource, name, holder), resource, name)


def one_of(found, resource, name):
    if len(found) > 1:
        raise Ambiguous(
            "{} objects of kind {} bear the name {!r}: {}.".format(
                len(found), resource.kind, name, ", ".join("id {}".format(row["id"]) for row in found)
            ),
            "Give the id.",
        )
    return found[0] if found else None


def find_parent(call, parent):
    """The parent that the options name; None when they name none, or, in check mode, when it is not made yet."""
    ident, name = call.params.get(parent.by_id), call.params.get(parent.by_name)
    if ident is not None:
        return read_one(call.client, parent.resource, ident)
    if name is None:
        if call.params.get("id") is None:
            problem = f"a name is unique in its {parent.resource.kind} only."
            raise BadOption(parent.by_name, None, problem, "Give it too.")
        return None
    found = find_named(call.client, parent.resource, name)
    if found is None and call.params["state"] != "absent":
        if not call.check_mode:
            raise NotFound(f"There is no {parent.resource.kind} {name!r}.", option=parent.by_name)
        call.warn(f"There is no {parent.resource.kind} {name!r} yet; it is taken to be made before.")
    return found


# Results


def shown(resource, seen):
    """What a result has of an object; None of none."""
    if seen is None:
        return None
    return present({name: value for name, value in seen.items() if name not in resource.unshown}, resource.verbatim)


def present(value, verbatim=()):
    """An answer with its keys in snake_case. The content of the keys named in ``verbatim`` is the users' own."""
    if isinstance(value, list):
        return [present(item, verbatim) for item in value]
    if not isinstance(value, dict):
        return value
    return {snake(key): item if key in verbatim else present(item, verbatim) for key, item in value.items()}


@lru_cache(maxsize=4096)
def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name)
