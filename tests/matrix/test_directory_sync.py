# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role directory_sync: from a CSV file and from LDAP's entries, predicted, done, unchanged, and braked."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("journal")
ROLE = "determined_ai.determined.directory_sync"
CSV = "username,display_name,groups\n" + "".join(f"user-{one},User {one},vision\n" for one in range(5))
LDAP = [{"dn": f"uid=user-{one},dc=x", "uid": f"user-{one}", "cn": f"Üser {one}"} for one in range(5)]
TEAMS = [{"dn": "cn=vision,dc=x", "cn": "vision", "member": ["uid=user-0,dc=x", "UID=user-1,dc=x"]}]


@pytest.fixture(scope="module")
def place():
    with emulated() as place:
        yield place


@pytest.fixture
def sync(runner, place, tmp_path_factory):
    """Function: one run of the role; what it said, and what it wrote."""
    path = tmp_path_factory.getbasetemp() / "users.csv"
    path.write_text(CSV)

    def run(code=0, arguments=(), **variables):
        place.control.forget()
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        played = runner.play(place, tasks, code=code, arguments=arguments, variables=variables)
        return played.output, [one["method"] for one in place.control.writes() if "search" not in one["path"]]

    run.csv = str(path)
    return run


def test_from_a_csv_file_and_from_ldap(sync, place):
    given = {"directory_sync_users_csv": sync.csv}
    output, sent = sync(arguments=("--check",), **given)
    assert sent == []
    counts = "users: 5 would be created, 0 would be changed, 0 would be switched on, 0 would be switched off"
    assert f"{counts}; groups: 1 would be changed" in output
    digest = output.partition("directory_sync_confirm=")[2].split()[0]
    output, sent = sync(directory_sync_confirm=digest, **given)
    assert sent == ["POST"] * 6
    assert "users: 5 created, 0 changed, 0 switched on, 0 switched off; groups: 1 changed" in output
    output, sent = sync(**given)
    assert (sent, "changed=0 " in output) == ([], True)
    ldap = {"directory_sync_users": LDAP[:4], "directory_sync_groups": TEAMS, "directory_sync_deactivate_missing": True}
    output, sent = sync(**ldap)
    # Without their marks the names are the same; one has left the directory, and three their group.
    assert sorted(sent) == ["PATCH", "PUT"]
    assert "users: 0 created, 0 changed, 0 switched on, 1 switched off; groups: 1 changed" in output
    users = {one["username"]: one for one in place.call("GET", "/api/v1/users")["users"]}
    assert [name for name, one in users.items() if not one["active"]] == ["user-4"]
    assert users["user-0"]["displayName"] == "User 0"


def test_what_is_wrong_is_said_and_nothing_written(runner, place, sync):
    for one in range(5):
        user = {"username": f"other-{one}", "active": True}
        place.call("POST", "/api/v1/users", {"user": user, "password": "x"})
    usual = {"directory_sync_users": [*LDAP, {"dn": "uid=new,dc=x", "uid": "new"}]}
    none_left = {"directory_sync_users": LDAP[:1], "directory_sync_deactivate_missing": True}
    cases = [
        ({**none_left, "directory_sync_max_deactivations": 0}, "more than directory_sync_max_deactivations (0)"),
        (
            {**none_left, "directory_sync_protect": "none", "directory_sync_max_deactivations": 99},
            "account of this task",
        ),
        ({"directory_sync_max_changes": 0}, "directory_sync_max_changes is 0"),
        ({"directory_sync_confirm": "0123456789abcdef"}, "The plan is"),
        ({"directory_sync_users_csv": sync.csv}, "Give just one of"),
        ({"directory_sync_users": None, "directory_sync_users_csv": "/nowhere.csv"}, "/nowhere.csv"),
        ({"directory_sync_users": []}, "is empty"),
        ({"directory_sync_users": [{"uid": "x"}]}, "row 1 has no 'username'"),
        ({"directory_sync_groups": [{"dn": "x", "cn": "v", "member": "uid=eve"}]}, "'uid=eve' of 'v' is not among"),
        ({"directory_sync_user": []}, "The nearest is directory_sync_users"),
    ]
    refusals(runner, place, ROLE, usual, cases)
