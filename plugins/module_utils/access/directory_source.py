# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users and groups from the rows of a directory: a CSV text, a list of dicts, or entries of an LDAP search.

Pure. A row that cannot be understood is an error, since a user who is left out may be switched off.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

USERS_MAP = {
    "username": "username",
    "display_name": "display_name",
    "active": "active",
    "admin": "admin",
    "remote": "remote",
    "uid": "uid",
    "user": "user",
    "gid": "gid",
    "group": "group",
    "groups": "groups",
}
LDAP_USERS_MAP = {"username": "uid", "display_name": "cn"}
GROUPS_MAP = {"name": "name", "members": "members"}
LDAP_GROUPS_MAP = {"name": "cn", "members": "member"}
TRUE = frozenset(("true", "yes", "on", "1", "y", "t"))
FALSE = frozenset(("false", "no", "off", "0", "n", "f"))
# Active Directory tells in this bit of this attribute that an account is disabled.
ACCOUNT_CONTROL = "useraccountcontrol"
DISABLED = 2
DISTINGUISHED_NAME = "dn"


class WrongRow(ValueError):
    """A row of the directory cannot be used. The message names it."""


def read_directory(
    users: Any,
    groups: Any = None,
    users_map: Mapping[str, str] | None = None,
    groups_map: Mapping[str, str] | None = None,
    unknown_members: str = "fail",
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """The options ``users`` and ``groups`` of det_directory.

    :param users: CSV text with a header, or rows. ``groups``: the same; where it is None, the users' own column of
        groups says who is in which.
    :param users_map, groups_map: {property: column}; put over the usual ones, which for rows with a ``dn`` are those of
        LDAP. An empty column takes a property out.
    :param unknown_members: ``fail`` or ``ignore``: what becomes of members that are not among the users.
    :param defaults: {property: value} of users whose row has none.
    :raises WrongRow: for what cannot be understood.
    """
    user_rows = read_rows(users, "users")
    columns = columns_for(user_rows, users_map, USERS_MAP, LDAP_USERS_MAP, "users_map", {*USERS_MAP, "inactive"})
    columns, user_rows = put_defaults(user_rows, columns, defaults or {})
    wanted = [user_of(row, columns, number) for number, row in enumerate(user_rows, 1)]
    names = {one["username"] for one in wanted}
    if groups is None:
        found = groups_of_users(user_rows, wanted, columns)
    else:
        by_dn = {
            normal_dn(dn): one["username"] for row, one in zip(user_rows, wanted) for dn in values(row, "dn") if dn
        }
        group_rows = read_rows(groups, "groups")
        places = columns_for(group_rows, groups_map, GROUPS_MAP, LDAP_GROUPS_MAP, "groups_map", set(GROUPS_MAP))
        found = [
            group_of(row, places, number, names, by_dn, unknown_members) for number, row in enumerate(group_rows, 1)
        ]
    return {"users": wanted, "groups": found}


def put_defaults(
    rows: Sequence[Row], columns: Mapping[str, str], defaults: Mapping[str, Any]
) -> tuple[dict[str, str], Sequence[Row]]:
    """Columns and rows that have the defaults where a row has no value. Raises WrongRow for what is no property."""
    unknown = sorted(set(defaults) - {*USERS_MAP, "inactive"} | set(defaults) & {"username"})
    if unknown:
        raise WrongRow(f"defaults: {unknown[0]!r} is not a property that users can have in common.")
    places = {**{name: name for name in defaults}, **columns}
    if not defaults:
        return places, rows
    return places, [
        {**row, **{places[name]: one for name, one in defaults.items() if value(row, places[name]) is None}}
        for row in rows
    ]


def read_rows(source: Any, what: str) -> Sequence[Row]:
    if isinstance(source, str):
        source = list(csv.DictReader(io.StringIO(source.lstrip("\ufeff")), skipinitialspace=True, strict=True))
        if any(None in row or None in row.values() for row in source):
            raise WrongRow(f"{what}: a line of the CSV text has more or fewer columns than its header.")
    if not isinstance(source, (list, tuple)) or not all(isinstance(row, Mapping) for row in source):
        raise WrongRow(f"{what}: must be a CSV text with a header, or a list of dictionaries.")
    return source


def columns_for(
    rows: Sequence[Row],
    given: Mapping[str, str] | None,
    plain: Mapping[str, str],
    ldap: Mapping[str, str],
    option: str,
    known: set[str],
) -> dict[str, str]:
    unknown = sorted(set(given or ()) - known)
    if unknown:
        raise WrongRow(f"{option}: {unknown[0]!r} is not a property. There are {', '.join(sorted(known))}.")
    usual = ldap if rows and all(DISTINGUISHED_NAME in row for row in rows) else plain
    return {name: column for name, column in {**usual, **(given or {})}.items() if column}


def values(row: Row, column: str | None) -> list[Any]:
    """The values of a column, whose name has no case; a single one, or several as LDAP has them."""
    if not column:
        return []
    found = row.get(column)
    if found is None:
        lower = column.lower()
        found = next((value for key, value in row.items() if str(key).lower() == lower), None)
    if found is None or found == "":
        return []
    return list(found) if isinstance(found, (list, tuple)) else [found]


def value(row: Row, column: str | None) -> str | None:
    """The first value as text without blanks around it; None where there is none."""
    for one in values(row, column):
        return str(one).strip() or None
    return None


def user_of(row: Row, columns: Mapping[str, str], number: int) -> dict[str, Any]:
    name = value(row, columns.get("username"))
    if name is None:
        raise WrongRow(f"users: row {number} has no {columns.get('username')!r}, the name of the user.")
    user: dict[str, Any] = {"username": name}
    display_name = value(row, columns.get("display_name"))
    if display_name is not None:
        user["display_name"] = fold_to_ascii(display_name)
    for key in ("admin", "remote"):
        flag = boolean(row, columns.get(key), name)
        if flag is not None:
            user[key] = flag
    active = active_of(row, columns, name)
    if active is not None:
        user["active"] = active
    identity = identity_of(row, columns, name)
    if identity is not None:
        user["agent_user_group"] = identity
    return user


def active_of(row: Row, columns: Mapping[str, str], name: str) -> bool | None:
    column = columns.get("active")
    if column is not None and column.lower() == ACCOUNT_CONTROL:
        flags = number_of(row, column, name)
        return None if flags is None else not flags & DISABLED
    inactive = boolean(row, columns.get("inactive"), name)
    return boolean(row, column, name) if inactive is None else not inactive


def identity_of(row: Row, columns: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """The Unix user and group; None where a part of them is missing, as the master takes all or none."""
    uid, gid = number_of(row, columns.get("uid"), name), number_of(row, columns.get("gid"), name)
    user, group = value(row, columns.get("user")), value(row, columns.get("group"))
    if uid is None or gid is None or user is None or group is None:
        return None
    return {"uid": uid, "user": user, "gid": gid, "group": group}


def number_of(row: Row, column: str | None, name: str) -> int | None:
    text = value(row, column)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise WrongRow(f"users: {column} of {name!r} is {text!r}, which is not a whole number.") from None


def boolean(row: Row, column: str | None, name: str) -> bool | None:
    text = value(row, column)
    if text is None:
        return None
    if text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise WrongRow(f"users: {column} of {name!r} is {text!r}, which is neither true nor false.")


def fold_to_ascii(text: str) -> str:
    """The text with letters in place of letters with marks; the master takes ASCII characters only (facts-access 3)."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip()


def normal_dn(dn: Any) -> str:
    """A distinguished name to compare: without case, and without blanks around its commas."""
    return ",".join(part.strip() for part in str(dn).lower().split(","))


def group_name(text: str) -> str:
    """The name of a group that is told by its distinguished name, or by the name itself."""
    kind, equals, name = text.partition(",")[0].partition("=")
    return name.strip() if equals and kind.strip().isalpha() else text


def groups_of_users(rows: Sequence[Row], users: Sequence[Row], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """The groups that the column of groups names: a list, or names between semicolons."""
    found: dict[str, list[str]] = {}
    for row, user in zip(rows, users):
        for one in values(row, columns.get("groups")):
            for name in str(one).split(";"):
                if name.strip():
                    found.setdefault(group_name(name.strip()), []).append(user["username"])
    return [{"name": name, "members": found[name]} for name in sorted(found)]


def group_of(
    row: Row,
    columns: Mapping[str, str],
    number: int,
    names: set[str],
    by_dn: Mapping[str, str],
    unknown_members: str,
) -> dict[str, Any]:
    name = value(row, columns.get("name"))
    if name is None:
        raise WrongRow(f"groups: row {number} has no {columns.get('name')!r}, the name of the group.")
    told = [
        part.strip()
        for one in values(row, columns.get("members"))
        for part in ([str(one)] if "=" in str(one) else str(one).split(";"))
        if part.strip()
    ]
    members = [by_dn.get(normal_dn(one), one) for one in told]
    unknown = [one for one in members if one not in names]
    if unknown and unknown_members != "ignore":
        raise WrongRow(f"groups: the member {unknown[0]!r} of {name!r} is not among the users.")
    return {"name": name, "members": unique(one for one in members if one in names)}


def unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
