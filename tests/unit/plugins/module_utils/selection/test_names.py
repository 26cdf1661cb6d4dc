# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, patterns, labels that keep, and what is named but not there."""

from __future__ import annotations

import fnmatch
import unicodedata

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Missing, NotFound
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.labels import keeping_labels
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.named import refuse_missing, user_ids
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.patterns import fits, matching_names
from hypothesis import given
from hypothesis import strategies as st


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=8))
def test_two_signs_mean_what_they_mean_everywhere(pattern, name):
    assert fits(pattern, name) == fnmatch.fnmatchcase(name, pattern)


@given(st.text("a[]!%_\\-^$.(", max_size=6), st.text("a[]!%_\\-^$.(", max_size=6))
def test_all_other_signs_are_themselves(pattern, name):
    assert fits(pattern, name) == (pattern == name)


def test_many_signs_cost_little():
    assert not fits("*a" * 200, "a" * 2000 + "b")


def test_a_name_that_is_spelled_as_a_pattern_is_meant_alone():
    assert matching_names("t*", ["t*", "tx"]) == {"t*"}
    assert matching_names("*", ["*", "tx"]) == {"*", "tx"}


NFC, NFD = (unicodedata.normalize(form, "für-immer") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("label", "keep"),
    [("keep", "keep"), (NFD, NFC), (NFC, NFD), ("keep ", "keep"), ("Keep", "keep"), ("keep", " KEEP")],
)
def test_a_label_that_looks_alike_keeps(label, keep):
    notes = []
    assert keeping_labels(["other", label], [keep], notes.append) == [label]
    assert bool(notes) == (label != keep)


def test_other_labels_do_not_keep():
    notes = []
    assert keeping_labels(["keeper", "ke ep"], ["keep"], notes.append) == notes == []


class Users:
    """The master finds a single user by just the name, with case and blanks."""

    url = "https://det.example.org"

    def __init__(self):
        self.asked = []

    def get(self, path, **_query):
        self.asked.append(path)
        users = [{"id": 1, "username": "ana"}, {"id": 2, "username": "bob"}, {"id": 3, "username": "a/b"}]
        if path == "/api/v1/users":
            return {"users": users, "pagination": {"total": len(users)}}
        found = [one for one in users if path == f"/api/v1/users/{one['username']}/by-username"]
        if not found:
            raise Missing(404, "NotFound", "user not found", "GET", path)
        return {"user": found[0]}


@pytest.mark.parametrize(
    ("names", "ids", "asked"),
    [
        (["bob", "ana"], [2, 1], "/api/v1/users"),
        (["ana", "ana"], [1, 1], "/api/v1/users/ana/by-username"),
        # The master answers 501 to a slash.
        (["a/b"], [3], "/api/v1/users"),
    ],
)
def test_users_are_found_by_just_their_names(names, ids, asked):
    users = Users()
    assert user_ids(users, names, "users") == ids
    assert users.asked == [asked]


@pytest.mark.parametrize("name", ["Bob", "bob ", "b", "%", "b/a"])
def test_a_user_of_another_name_is_not_taken(name):
    with pytest.raises(BadOption, match="no such user"):
        user_ids(Users(), [name], "users")


def test_what_is_not_there_is_an_error_unless_it_must_be_absent():
    refuse_missing({"state": "absent"}, [7], "run")
    refuse_missing({"state": "archived"}, [], "run")
    for params in ({"state": "archived"}, {}):
        with pytest.raises(NotFound) as error:
            refuse_missing(params, [7, 8], "run")
        assert "no run 7, 8" in error.value.msg
        assert error.value.failure()["missing"] == [7, 8]
