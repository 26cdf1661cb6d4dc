# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of users, beside their table."""

from __future__ import annotations

from typing import Any, Mapping

from ..connection.auth import hashed
from ..errors import BadOption, Refused
from ..model.field import Context
from ..model.kind import Reader
from ..model.row import Row
from .access import LOCKOUT, read_administration, read_own_account

IDENTITY = {"uid": "agentUid", "gid": "agentGid", "user": "agentUser", "group": "agentGroup"}
# The master takes all four or none, and never gives them up (facts-access 3).
UNIX_IDENTITY = {
    "type": "dict",
    "options": {
        "uid": {"type": "int", "required": True},
        "user": {"type": "str", "required": True},
        "gid": {"type": "int", "required": True},
        "group": {"type": "str", "required": True},
    },
}
FIXED = ("admin", "determined")
SHORTEST = 2


def creation(body: Row) -> Row:
    """The body that makes a user. One that is made without being told so would be switched off (facts-access 3)."""
    user = {"active": True, **{key: value for key, value in body.items() if key != "password"}}
    return {"user": user, **password_part(body)}


def update(body: Row) -> Row:
    return {**body, **password_part(body)}


def switch_off(_body: Any) -> Row:
    return {"active": False}


def password_part(body: Row) -> Row:
    return {"password": body["password"], "isHashed": True} if "password" in body else {}


def hashed_password(value: str, _context: Context) -> str:
    return hashed(value)


def encode_identity(value: Mapping[str, Any], _context: Context) -> Row:
    return {IDENTITY[key]: part for key, part in value.items()}


def identity_options(value: Mapping[str, Any] | None) -> Row | None:
    """The identity in the words of the options. One of zeros and empty names, which the master shows of some users and
    takes of nobody, is none."""
    names = {api: name for name, api in IDENTITY.items()}
    found = {names[key]: part for key, part in (value or {}).items() if key in names}
    return found if any(found.values()) else None


def not_for_remote(row: Row) -> str | None:
    return "the user logs in by single sign-on, which decides on it." if row.get("remote") else None


def fixed_accounts(row: Row) -> str | None:
    return "it is built in." if row.get("username") in FIXED else None


def password_is_wrong(reader: Any, row: Row, value: str) -> bool:
    """Whether a login with this password is refused; it costs the master one bcrypt."""
    return not reader.client.accepts_password(row["username"], value or "")


def check_user(reader: Reader, plan: Any) -> list[str]:
    for option in ("username", "display_name"):
        if plan.after.get(option) != plan.before.get(option):
            check_name(option, plan.after.get(option) or "")
    return protect_administrators(reader, plan)


def check_name(option: str, name: str) -> None:
    """Refuse a name that the master refuses (facts-access 3)."""
    if not name.isascii():
        raise BadOption(option, name, "holds characters that are not ASCII, which the master refuses.")
    if name != name.strip():
        raise BadOption(option, name, "has blanks around it, which the master takes away.", "Leave them out.")
    if option == "username" and len(name) < SHORTEST:
        raise BadOption(option, name, f"must have at least {SHORTEST} characters.")


def protect_administrators(reader: Reader, plan: Any) -> list[str]:
    """Refuse to switch off the own account or the last administrator, or to take the administrator's right."""
    after = {**(plan.current or {}), **plan.after}
    off = plan.current is not None and plan.current["active"] and not after.get("active", True)
    demoted = plan.current is not None and plan.current["admin"] and not after["admin"]
    if not (off or demoted) or plan.wanted.force:
        return []
    name = plan.kind.named(plan.current)
    what = "switched off" if off else "deprived of the admin flag"
    if read_own_account(reader)["id"] == plan.current["id"]:
        raise Refused(f"{name} cannot be {what}: it is the account of this task.", LOCKOUT)
    administration = read_administration(reader, plan.kind)
    if demoted and not off and administration.enabled:
        return []
    left = administration.left()
    if plan.current["id"] in left and len(left) == 1:
        raise Refused(f"{name} cannot be {what}: it is the last active administrator.", LOCKOUT)
    return ["Switching a user off revokes all of the user's access tokens for good."] if off else []
