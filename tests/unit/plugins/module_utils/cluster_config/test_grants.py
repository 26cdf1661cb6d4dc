# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What grants amount to, and how two of them are told apart in words."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.access_diff import (
    compare_grants,
    sentences,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.grants import (
    Account,
    Grant,
    Grants,
    Holder,
)

from emulator.builtin_roles import ROLES

PERMISSIONS = {role.name: frozenset(role.permissions) for role in ROLES.values()}
USERS = {1: "ana", 2: "ben", 3: "carla"}
NAMES = {
    **{("user", ident): name for ident, name in USERS.items()},
    ("group", 7): "vision",
    ("workspace", 5): "vision",
    ("workspace", 6): "nlp",
}


def user(ident, role, place=None):
    return Grant(Holder("user", ident), role, place)


def group(ident, role, place=None):
    return Grant(Holder("group", ident), role, place)


def grants(*given, members=(), off=()):
    users = {ident: Account(active=ident not in off) for ident in USERS}
    return Grants(True, users, {7: frozenset(members)}, frozenset(given))


def told(before, after):
    return [f"{sign} {text}" for sign, text in sentences(compare_grants(before, after, PERMISSIONS, NAMES))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(grants(), grants(user(1, "Viewer", 5)), ["+ ana gains read access to vision."], id="given"),
        pytest.param(
            grants(group(7, "Editor", 5), members=[1, 2]),
            grants(group(7, "Viewer", 5), members=[1, 2]),
            ["- 2 users lose write access to vision: ana, ben."],
            id="a group gets less",
        ),
        pytest.param(
            grants(group(7, "Editor", 5), members=[1, 2]),
            grants(group(7, "Editor", 5), members=[1]),
            ["- ben loses all access to vision."],
            id="taken out of the group",
        ),
        pytest.param(
            grants(group(7, "Editor", 5), user(1, "Editor", 5), members=[1]),
            grants(group(7, "Editor", 5), members=[1]),
            [],
            id="kept by the group",
        ),
        pytest.param(
            grants(user(1, "Editor")), grants(user(1, "Editor"), user(1, "Viewer", 5)), [], id="had it everywhere"
        ),
        pytest.param(
            grants(user(1, "Editor", 5)),
            grants(user(1, "Editor")),
            ["+ ana gains read and write access to the whole cluster."],
            id="from one place to all",
        ),
        pytest.param(
            grants(user(1, "Editor")),
            grants(user(1, "Editor", 5)),
            ["- ana loses read and write access to the whole cluster."],
            id="from all places to one",
        ),
        pytest.param(
            grants(user(1, "Editor", 5), user(1, "Editor", 6)),
            grants(user(1, "Editor", 5), user(1, "Editor", 6), off=[1]),
            ["- ana loses all access to nlp, vision."],
            id="switched off",
        ),
        pytest.param(
            grants(user(1, "Viewer"), user(1, "Editor", 5)),
            grants(user(1, "Viewer"), user(1, "Editor", 5), off=[1]),
            ["- ana loses all access to the whole cluster, vision."],
            id="switched off with a role everywhere",
        ),
        pytest.param(
            grants(user(1, "Editor", 5)),
            grants(user(1, "EditorRestricted", 5)),
            ["- ana loses CREATE_NSC, UPDATE_NSC in vision."],
            id="a part of a level",
        ),
        pytest.param(grants(user(1, "Editor", 5), off=[1]), grants(off=[1]), [], id="was off already"),
        pytest.param(
            grants(),
            grants(user(1, "ClusterAdmin")),
            [
                "+ ana gains read and write access, workspace administration and cluster administration in the whole"
                " cluster."
            ],
            id="all",
        ),
        pytest.param(
            grants(),
            grants(user(1, "TokenCreator")),
            ["+ ana gains CREATE_TOKEN, UPDATE_TOKEN, VIEW_TOKEN in the whole cluster."],
            id="a few",
        ),
        pytest.param(
            grants(user(1, "Editor", 5)),
            grants(user(1, "WorkspaceAdmin", 5)),
            ["+ ana gains workspace administration in vision."],
            id="the next level",
        ),
    ],
)
def test_sentences_of_grants(before, after, expected):
    assert told(before, after) == expected


def test_rows_say_by_which_role_and_group():
    before = grants(group(7, "Viewer", 5), members=[1])
    row, *others = compare_grants(before, grants(members=[1]), PERMISSIONS, NAMES)
    assert others == []
    assert row["users"] == ["ana"]
    assert row["scope"] == "vision"
    assert row["gained"] == []
    assert row["lost"] == sorted(PERMISSIONS["Viewer"])
    assert row["through"] == [{"role": "Viewer", "group": "vision"}]


def test_there_and_back_is_the_mirror_image():
    """What one way loses, the other way gains."""
    before, after = grants(user(1, "Editor", 5), user(2, "ClusterAdmin")), grants(group(7, "Viewer"), members=[1, 3])
    there = compare_grants(before, after, PERMISSIONS, NAMES)
    back = compare_grants(after, before, PERMISSIONS, NAMES)
    mirrored = {(user, row["scope"], *row["lost"], "|", *row["gained"]) for row in back for user in row["users"]}
    assert {
        (user, row["scope"], *row["gained"], "|", *row["lost"]) for row in there for user in row["users"]
    } == mirrored


def test_without_roles_only_activity_and_the_flag_count():
    before = Grants(False, {1: Account(), 2: Account(admin=True), 3: Account(active=False)})
    after = Grants(False, {1: Account(admin=True), 2: Account(False, True), 3: Account()})
    assert told(before, after) == [
        "- ben loses all access to the whole cluster.",
        "+ ana gains administration in the whole cluster.",
        "+ carla gains ordinary access to the whole cluster.",
    ]
    assert before.administrators() == {2}
    assert after.administrators() == {1}


@pytest.mark.parametrize(
    ("have", "expected"),
    [
        (grants(user(1, "ClusterAdmin")), {1}),
        (grants(user(1, "ClusterAdmin"), off=[1]), set()),
        (grants(user(1, "ClusterAdmin", 5)), set()),
        (grants(group(7, "ClusterAdmin"), members=[1, 2], off=[2]), {1}),
        (grants(group(7, "ClusterAdmin"), members=[1]).without_group(7), set()),
        (grants(user(1, "WorkspaceAdmin")), set()),
    ],
)
def test_administrators(have, expected):
    assert have.administrators() == expected


def test_many_users_are_one_row_and_one_sentence():
    """200 users of a group that loses its role."""
    users = {ident: Account() for ident in range(200)}
    before = Grants(True, users, {7: frozenset(users)}, frozenset({group(7, "Editor", 5)}))
    names = {**NAMES, **{("user", ident): f"u{ident:03}" for ident in users}}
    rows = compare_grants(before, before.with_given(set(), {group(7, "Editor", 5)}), PERMISSIONS, names)
    assert len(rows) == 1
    assert [text for _sign, text in sentences(rows)] == [
        "200 users lose all access to vision: u000, u001, u002 and 197 more."
    ]
