# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: who was given which, in a workspace or in the whole cluster. A user's own hang on the personal group."""

from __future__ import annotations

import sqlite3

from ..builtin_roles import CLUSTER_ADMIN, ROLES, WORKSPACE_ADMIN, shown, shown_short
from ..errors import exists, internal, invalid, stumbled
from ..permissions import lacks, may_see, rbac_allows, rbac_allows_somewhere, require
from ..refusals import absent, refused
from . import groups, users

ORDER = 40
# The API shows them by role; the roles are built in.
SCHEMA = """
create table if not exists role_assignments (
    id integer primary key autoincrement,
    group_id integer not null references groups (id),
    role_id integer not null,
    workspace_id integer references workspaces (id)
);
create unique index if not exists role_assignments_key
    on role_assignments (group_id, role_id, coalesce(workspace_id, 0));
"""
MOST = 500

_ASSIGNMENTS = """
select a.*, g.name as group_name, g.user_id from role_assignments a join groups g on g.id = a.group_id
"""


def first(master):
    """The first user of a new master may do everything."""
    give(master.db, 1, CLUSTER_ADMIN)


def give(db, user_id: int, role_id: int, workspace_id: int | None = None) -> None:
    """Give a user a role that the user does not have there."""
    group_id = db.value("select id from groups where user_id = ?", user_id)
    db.insert("role_assignments", group_id=group_id, role_id=role_id, workspace_id=workspace_id)


def give_maker(call, workspace_id: int) -> None:
    """Who makes a workspace is its admin."""
    give(call.db, call.user["id"], WORKSPACE_ADMIN, workspace_id)


def _by_role(rows: list[sqlite3.Row]) -> dict[int, list[sqlite3.Row]]:
    """Assignments by role, the roles in the order of their names."""
    found: dict[int, list[sqlite3.Row]] = {}
    for row in sorted(rows, key=lambda r: (ROLES[r["role_id"]].name, r["id"])):
        found.setdefault(row["role_id"], []).append(row)
    return found


def _of_user(call, user_id: int) -> list[sqlite3.Row]:
    """All that a user was given, alone or through groups."""
    where = "where a.group_id in (select group_id from group_members where user_id = ?)"
    return call.db.rows(_ASSIGNMENTS + where, user_id)


def _with_assignments(role_id: int, rows: list[sqlite3.Row]) -> dict:
    answer: dict = {"role": shown(ROLES[role_id]), "groupRoleAssignments": [], "userRoleAssignments": []}
    for row in rows:
        scope = {"scopeCluster": True}
        if row["workspace_id"] is not None:
            scope = {"scopeWorkspaceId": row["workspace_id"], "scopeCluster": False}
        assignment = {"roleAssignment": {"role": shown_short(ROLES[role_id]), **scope}}
        if row["user_id"] is None:
            answer["groupRoleAssignments"].append({"groupId": row["group_id"], **assignment})
        else:
            answer["userRoleAssignments"].append({"userId": row["user_id"], **assignment})
    return answer


def _summary(rows: list[sqlite3.Row]) -> dict:
    """Roles, and for each where it counts."""
    found = _by_role(rows)
    return {
        "roles": [shown(ROLES[role_id]) for role_id in found],
        "assignments": [
            {
                "roleId": role_id,
                "scopeWorkspaceIds": [r["workspace_id"] for r in of_role if r["workspace_id"] is not None],
                "scopeCluster": any(r["workspace_id"] is None for r in of_role),
            }
            for role_id, of_role in found.items()
        ],
    }


def _sees_all(call) -> bool:
    return not call.master.rbac or rbac_allows_somewhere(call, "ASSIGN_ROLES", "UPDATE_ROLES")


def _page(request: dict, roles: list) -> dict:
    part, pagination = groups.page(request, sorted(roles, key=lambda role: role.name), request["limit"] or MOST)
    return {"roles": [shown(role) for role in part], "pagination": pagination}


def search(call, request):
    visible = set(ROLES) if _sees_all(call) else {row["role_id"] for row in _of_user(call, call.user["id"])}
    return _page(request, [ROLES[role_id] for role_id in visible])


def search_assignable(call, request):
    require(call, "VIEW_WORKSPACE", request.get("workspaceId"))
    return _page(request, [role for role in ROLES.values() if role.in_workspace or "workspaceId" not in request])


def by_ids(call, request):
    wanted = request["roleIds"]
    if not _sees_all(call) and not set(wanted) <= {row["role_id"] for row in _of_user(call, call.user["id"])}:
        raise lacks("ASSIGN_ROLES", "UPDATE_ROLES")
    known = sorted(set(wanted) & set(ROLES))
    if not wanted or len(known) != len(wanted):
        raise absent("role by id")
    rows = _by_role(call.db.rows(_ASSIGNMENTS))
    return {"roles": [_with_assignments(role_id, rows.get(role_id, [])) for role_id in known]}


def of_user(call, request):
    user_id = request["userId"]
    if user_id == 0:
        raise invalid("bad request")
    if call.master.rbac and user_id != call.user["id"] and not rbac_allows_somewhere(call, "ASSIGN_ROLES"):
        raise lacks("ASSIGN_ROLES")
    return {"roles": [_with_assignments(role_id, rows) for role_id, rows in _by_role(_of_user(call, user_id)).items()]}


def of_group(call, request):
    if request["groupId"] == 0:
        raise invalid("bad request")
    groups.require_sight(call, request["groupId"])
    return _summary(call.db.rows(_ASSIGNMENTS + "where a.group_id = ?", request["groupId"]))


def of_workspace(call, request):
    answer: dict = {"groups": [], "usersAssignedDirectly": [], "assignments": []}
    if not may_see(call, "VIEW_WORKSPACE", request["workspaceId"]):
        return answer
    rows = call.db.rows(_ASSIGNMENTS + "where a.workspace_id = ? order by a.role_id, a.id", request["workspaceId"])
    shown_roles = set()
    for row in rows:
        if row["user_id"] is not None:
            user = users.by_id(call.db, row["user_id"])
            if request["name"] not in user["display_name"] and request["name"] not in user["username"]:
                continue
            answer["usersAssignedDirectly"].append(users.shown(user))
        elif request["name"] in row["group_name"]:
            group = call.db.row("select * from groups where id = ?", row["group_id"])
            answer["groups"].append(groups.details(call.db, group))
        else:
            continue
        shown_roles.add(row["role_id"])
    for role_id in sorted(shown_roles):
        of_role = [row for row in rows if row["role_id"] == role_id]
        answer["assignments"].append(_with_assignments(role_id, of_role))
    return answer


def summary(call, request):
    return _summary(_of_user(call, call.user["id"]))


def _changes(call, request) -> list[tuple[str, list[tuple[int, int, int | None]]]]:
    """What is to be given or taken, checked: for groups, then for users, (group id, role id, workspace id or None)."""
    sent = [*request["groupRoleAssignments"], *request["userRoleAssignments"]]
    if not sent:
        raise invalid("must specify at least one group or user assignment")
    if any("role" not in entry.get("roleAssignment", {}) for entry in sent):
        raise stumbled()
    if not call.master.rbac:
        if not call.user["admin"]:
            raise refused("assign roles")
    else:
        for entry in sent:
            if not rbac_allows(call, "ASSIGN_ROLES", entry["roleAssignment"].get("scopeWorkspaceId")):
                raise lacks("ASSIGN_ROLES")

    def triple(group_id: int, entry: dict) -> tuple[int, int, int | None]:
        assignment = entry["roleAssignment"]
        return group_id, assignment["role"]["roleId"], assignment.get("scopeWorkspaceId")

    for_groups = [triple(groups.find(call, e["groupId"])["id"], e) for e in request["groupRoleAssignments"]]
    for_users = []
    for entry in request["userRoleAssignments"]:
        group_id = call.db.value("select id from groups where user_id = ?", entry["userId"])
        if group_id is None:
            raise absent("user to assign", entry["userId"])
        for_users.append(triple(group_id, entry))
        call.db.update("users", entry["userId"], modified_at=call.now())
    return [("group", for_groups), ("user", for_users)]


def _require_workspace(call, doing: str, group_id: int, workspace_id: int | None) -> None:
    known = "select 1 from workspaces where id = ?"
    if workspace_id is not None and call.db.value(known, workspace_id) is None:
        raise absent("scope of an assignment", doing, group_id)


def assign(call, request):
    names = {"group": "group role assignments", "user": "role assignments for user groups"}
    for kind, changes in _changes(call, request):
        doing = f"error inserting {names[kind]}"
        if any(w is not None and r in ROLES and not ROLES[r].in_workspace for _group, r, w in changes):
            raise internal(f"{doing}: a global-only permission cannot be assigned to a local scope")
        for group_id, role_id, workspace_id in changes:
            _require_workspace(call, doing, group_id, workspace_id)
            if role_id not in ROLES:
                raise absent("role to assign", doing, group_id)
            try:
                call.db.insert("role_assignments", group_id=group_id, role_id=role_id, workspace_id=workspace_id)
            except sqlite3.IntegrityError:
                raise exists(
                    f"{doing}: Error inserting assignment for group id {group_id}: row already exists"
                ) from None
    return {}


def remove(call, request):
    names = {"group": "group assignments", "user": "user group assignments"}
    for kind, changes in _changes(call, request):
        doing = f"error removing {names[kind]}"
        for group_id, role_id, workspace_id in changes:
            _require_workspace(call, doing, group_id, workspace_id)
            sql = "delete from role_assignments where group_id = ? and role_id = ? and workspace_id is ?"
            if not call.db.run(sql, group_id, role_id, workspace_id):
                raise absent("assignment", doing, group_id)
    return {}
