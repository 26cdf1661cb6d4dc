# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a directory says of users and groups, checked before anything is read or written."""

from __future__ import annotations

import difflib
import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.spec import Spec
from ..errors import BadOption
from ..kinds.group import GROUP
from ..kinds.user import USER
from ..kinds.user_parts import check_name
from ..model.plan import Plan
from ..model.row import Row
from ..wording import some_of

DIRECTORY = Spec(
    {
        "users": {
            "type": "list",
            "elements": "dict",
            "options": {
                **{one.name: dict(one.option) for one in USER.fields},
                "username": {"type": "str", "required": True},
            },
        },
        "groups": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "members": {"type": "list", "elements": "str", "required": True},
            },
        },
        "members_mode": {"type": "str", "choices": ["exact", "append"], "default": "exact"},
        "reactivate": {"type": "bool", "default": False},
        "deactivate_missing": {"type": "bool", "default": False},
        "protect": {"type": "list", "elements": "str", "default": ["admin", "determined"]},
        "max_deactivations": {"type": "int", "default": 3},
        "max_deactivated_percent": {"type": "float", "default": 10.0},
        "allow_lockout": {"type": "bool", "default": False},
    },
    required_one_of=(("users", "groups"),),
    objects=("users", "groups", "protect"),
)


@dataclass(frozen=True)
class UserWish:
    """One entry of ``users``; options that were left out, or are null, are not managed."""

    options: Mapping[str, Any]

    @property
    def active(self) -> bool:
        return self.options["active"] is not False

    def why_not(self, current: Row | None) -> str | None:
        """Why the user is left alone: without single sign-on the password would be empty (facts-access 3)."""
        if current is not None and current["remote"] and self.options["remote"] is False:
            return "remote would become false, which leaves an empty password; change it with det_user"
        return None

    def values(self, current: Row | None) -> dict[str, Any]:
        """What the user is to be. A password is for a new user only."""
        given = {key: value for key, value in self.options.items() if value is not None and key != "password"}
        if current is not None or given.get("remote"):
            return given
        # With an empty one anybody could log in as this user (facts-access 2).
        return {**given, "password": self.options["password"] or secrets.token_urlsafe(32)}


@dataclass(frozen=True)
class GroupWish:
    """One entry of ``groups``."""

    name: str
    members: list[str]

    def values(self) -> dict[str, Any]:
        return {"name": self.name, "members": self.members}

    def demand_members(self, ids: Mapping[tuple[str, str], Any]) -> None:
        """Raise BadOption for members that are neither there nor to be created."""
        unknown = [name for name in self.members if ("user", name) not in ids]
        if not unknown:
            return
        close = difflib.get_close_matches(unknown[0], [name for kind, name in ids if kind == "user"], n=1)
        remedy = f"Did you mean {close[0]!r}?" if close else "Add them to users, or take them out of the group."
        shown = some_of([repr(name) for name in unknown])
        raise BadOption("groups", self.name, f"there is no user {shown}, neither in users nor on the master.", remedy)


def read_users(params: Mapping[str, Any]) -> dict[str, UserWish]:
    """{user name: wish}. Raises BadOption for a name that is given twice, or that the master would refuse."""
    users = params["users"] or []
    refuse_doubles("users", [one["username"] for one in users])
    for one in users:
        check_name("username", one["username"])
    if params["deactivate_missing"] and not users:
        raise BadOption("deactivate_missing", True, "needs users: nobody would be left.", "Give the list of users.")
    return {one["username"]: UserWish(one) for one in users}


def read_groups(params: Mapping[str, Any]) -> dict[str, GroupWish]:
    """{group name: wish}. Raises BadOption for a name that is given twice, empty, or that of a built-in group."""
    groups = params["groups"] or []
    refuse_doubles("groups", [one["name"] for one in groups])
    for one in groups:
        reason = GROUP.builtin(one) if one["name"].strip() else "is empty."
        if reason:
            raise BadOption("groups", one["name"], reason, "Name another group.")
    return {one["name"]: GroupWish(one["name"], sorted(set(one["members"]))) for one in groups}


def refuse_doubles(option: str, names: Collection[str]) -> None:
    doubled = sorted(name for name, count in Counter(names).items() if count > 1)
    if doubled:
        shown = some_of([repr(name) for name in doubled])
        raise BadOption(option, None, f"{shown} is given more than once.", "Give each name once.")


def check_names(plan: Plan) -> None:
    """Raise BadOption for a name that would change, and that the master would refuse."""
    for option in ("username", "display_name"):
        if plan.steps and plan.after.get(option) != plan.before.get(option):
            check_name(option, plan.after.get(option) or "")
