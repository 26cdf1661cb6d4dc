# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users and groups out of CSV texts, lists and entries of an LDAP search."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.access.directory_source import (
    WrongRow,
    read_directory,
)

CSV = """\ufeffusername,display_name,admin,uid,user,gid,group,groups,office
ana,Ana Gómez,no,1014,ana,1014,ana,vision;nlp,4
bob,,yes,1015,bob,,,vision,
"""
LDAP = [
    {"dn": "uid=ana,ou=People,dc=x", "uid": "ana", "cn": ["Ana Gómez", "A. Gómez"], "uidNumber": "1014"},
    {"dn": "uid=bob, ou=people, dc=x", "uid": ["bob"], "cn": "Bob S", "memberOf": ["cn=nlp,ou=Groups,dc=x"]},
]
LDAP_GROUPS = [
    {"dn": "cn=vision,ou=groups,dc=x", "cn": "vision", "member": ["UID=ana,OU=people,DC=x", "uid=bob,ou=people,dc=x"]},
    {"dn": "cn=empty,ou=groups,dc=x", "cn": "empty"},
]


def test_csv():
    assert read_directory(CSV) == {
        "users": [
            {
                "username": "ana",
                "display_name": "Ana Gomez",
                "admin": False,
                "agent_user_group": {"uid": 1014, "user": "ana", "gid": 1014, "group": "ana"},
            },
            {"username": "bob", "admin": True},
        ],
        "groups": [{"name": "nlp", "members": ["ana"]}, {"name": "vision", "members": ["ana", "bob"]}],
    }


def test_ldap():
    assert read_directory(LDAP, LDAP_GROUPS) == {
        "users": [{"username": "ana", "display_name": "Ana Gomez"}, {"username": "bob", "display_name": "Bob S"}],
        "groups": [{"name": "vision", "members": ["ana", "bob"]}, {"name": "empty", "members": []}],
    }


def test_ldap_groups_by_name_of_member_and_by_the_users():
    groups = [{"dn": "cn=v,dc=x", "cn": "v", "memberUid": ["bob", "bob"]}]
    found = read_directory(LDAP, groups, groups_map={"members": "memberUid"})
    assert found["groups"] == [{"name": "v", "members": ["bob"]}]
    found = read_directory(LDAP, users_map={"groups": "memberof", "display_name": ""})
    assert found == {
        "users": [{"username": "ana"}, {"username": "bob"}],
        "groups": [{"name": "nlp", "members": ["bob"]}],
    }


@pytest.mark.parametrize(
    ("users_map", "row", "active"),
    [
        ({"active": "userAccountControl"}, {"useraccountcontrol": "514"}, False),
        ({"active": "userAccountControl"}, {"userAccountControl": "512"}, True),
        ({"inactive": "nsAccountLock"}, {"nsAccountLock": "TRUE"}, False),
        ({"active": "enabled"}, {"enabled": "1"}, True),
    ],
)
def test_active(users_map, row, active):
    found = read_directory([{"dn": "x", "uid": "ana", **row}], users_map=users_map)
    assert found["users"] == [{"username": "ana", "active": active}]


def test_list():
    found = read_directory(
        [{"username": "ana"}], [{"name": "vision", "members": ["ana", "eve"]}], unknown_members="ignore"
    )
    assert found == {"users": [{"username": "ana"}], "groups": [{"name": "vision", "members": ["ana"]}]}


def test_defaults_of_what_a_row_has_not():
    rows = [{"dn": "x", "uid": "ana", "uidNumber": "7", "gid": "8"}, {"dn": "y", "uid": "bob", "REMOTE": "no"}]
    places = {"uid": "uidNumber", "gid": "gid", "user": "uid", "remote": "remote"}
    found = read_directory(rows, users_map=places, defaults={"remote": True, "group": "staff"})
    identity = {"uid": 7, "user": "ana", "gid": 8, "group": "staff"}
    assert found["users"] == [
        {"username": "ana", "remote": True, "agent_user_group": identity},
        {"username": "bob", "remote": False},
    ]
    with pytest.raises(WrongRow, match="'username' is not a property that users can have in common"):
        read_directory(rows, defaults={"username": "x"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((CSV.replace("vision,\n", "vision\n"),), "more or fewer columns"),
        (("name\nana\n",), "row 1 has no 'username'"),
        (([{"username": "ana"}, {"username": " "}],), "row 2 has no 'username'"),
        (([{"username": "ana", "admin": "perhaps"}],), "admin of 'ana' is 'perhaps'"),
        (([{"username": "ana", "uid": "x1"}],), "uid of 'ana' is 'x1'"),
        (([{"username": "ana"}], [{"members": []}]), "groups: row 1 has no 'name'"),
        (([{"username": "ana"}], [{"name": "v", "members": ["eve"]}]), "member 'eve' of 'v' is not among the users"),
        (([{"username": "ana"}], None, {"usrename": "x"}), "users_map: 'usrename' is not a property"),
        ((None,), "must be a CSV text"),
        ((["ana"],), "must be a CSV text"),
    ],
)
def test_what_cannot_be_understood(arguments, said):
    with pytest.raises(WrongRow, match=said.replace("(", r"\(")):
        read_directory(*arguments)
