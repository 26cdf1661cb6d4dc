# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments: the filter that the master gets, and reading all that it finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, Missing, NotFound
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.experiment import EXPERIMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.selection import search, select
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, tzinfo=UTC)


COLUMNS = EXPERIMENT.only("id", "name")


def experiment(ident, **more):
    return {"id": ident, "name": "n", "labels": [], "archived": False, "unmanaged": False, "startTime": None, **more}


class Master:
    """Answers searches for ids; what else a filter says is up to the master."""

    url = "https://det.example.org"

    def __init__(self, experiments=(), users=(), workspaces=None, read_only=False):
        self.read_only = read_only
        self.experiments = list(experiments)
        self.users = [{"id": ident, "username": name} for ident, name in enumerate(users, 1)]
        self.workspaces = workspaces or {}
        self.bodies = []

    def read(self, _path, body):
        self.bodies.append(body)
        rows = [one for one in self.experiments if all(met(one, test) for test in filter_of(body)["children"])]
        rows.sort(key=lambda one: one["id"], reverse=body["sort"] == "id=desc")
        return {
            "experiments": [{"experiment": one} for one in rows[: max(body["limit"], 0)]],
            "pagination": {"total": len(rows)},
        }

    def get(self, path, **_query):
        if path == "/api/v1/users":
            return {"users": self.users, "pagination": {"total": len(self.users)}}
        if path.endswith("/by-username"):
            found = [one for one in self.users if one["username"] == path.split("/")[-2]]
            if not found:
                raise Missing(404, "NotFound", "user not found", "GET", path)
            return {"user": found[0]}
        if path == "/api/v1/workspaces":
            return {"workspaces": [{"id": at, "name": name} for at, name in enumerate(self.workspaces)]}
        at = int(path.split("/")[4])
        return {"projects": [{"id": ident, "name": name} for name, ident in list(self.workspaces.values())[at].items()]}


def filter_of(body):
    return json.loads(body["filter"])["filterGroup"]


def met(one, test):
    if test.get("columnName") != "id":
        return True
    return one["id"] > test["value"] if test["operator"] == ">" else one["id"] < test["value"]


@given(st.sets(st.integers(1, 300)), st.integers(1, 20))
def test_everything_is_read_once_and_in_order(ids, page):
    master = Master(map(experiment, ids))
    found = search.read_search(master, [], True, None, COLUMNS, lambda one: one["id"], page)
    assert list(found) == sorted(ids)
    assert all(body["limit"] <= page and "offset" not in body for body in master.bodies)


def test_few_requests_where_ids_lie_apart():
    master = Master(map(experiment, range(1, 10**6, 1000)))
    assert len(list(search.read_search(master, [], True, None, COLUMNS, lambda one: one, 100))) == 1000
    assert len(master.bodies) < 30


def asked(body):
    """(what the ids are above, what below, how many, in which order)."""
    bounds = {one["operator"]: one["value"] for one in filter_of(body)["children"]}
    return bounds.get(">"), bounds.get("<"), body["limit"], body["sort"]


ASKED = [
    ([], [(None, None, 10, "id=asc")]),
    (range(1, 10), [(None, None, 10, "id=asc")]),
    # A full page is followed by another: it says that there is no more, and the newest needs not be looked for.
    (range(1, 11), [(None, None, 10, "id=asc"), (10, None, 10, "id=asc")]),
    (range(1, 12), [(None, None, 10, "id=asc"), (None, None, 1, "id=desc"), (10, 12, 10, "id=asc")]),
    (
        range(1, 31),
        [(None, None, 10, "id=asc"), (None, None, 1, "id=desc"), (10, 21, 10, "id=asc"), (20, 31, 10, "id=asc")],
    ),
    # Windows are as wide as to hold nine tenths of a page.
    (
        range(1, 201, 5),
        [(None, None, 10, "id=asc"), (None, None, 1, "id=desc"), (46, 92, 10, "id=asc"), (91, 137, 10, "id=asc"),
         (136, 182, 10, "id=asc"), (181, 197, 10, "id=asc")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ids", "bodies"), ASKED, ids=[str(len(ids)) for ids, _bodies in ASKED])
def test_windows_of_ids(ids, bodies):
    master = Master(map(experiment, ids))
    assert list(search.read_search(master, [], True, None, COLUMNS, lambda one: one["id"], 10)) == list(ids)
    assert [asked(body) for body in master.bodies[:2]] == bodies[:2]
    assert sorted(map(asked, master.bodies[2:])) == bodies[2:]


@given(st.sets(st.integers(1, 50)), st.integers(1, 8), st.integers(1, 5), st.booleans())
def test_order_and_limit(ids, limit, names, descending):
    rows = [experiment(ident, name=str(ident % names), endTime=None) for ident in ids]
    selection = select.Selection(Master(rows), {"order": "name", "descending": descending, "limit": limit})
    expected = sorted(((row["name"], row["id"]) for row in rows), reverse=descending)[:limit]
    assert [(row["name"], row["id"]) for row in selection.rows(COLUMNS)] == expected


@given(*[st.sets(st.sampled_from("abc"))] * 4)
def test_labels(have, every, some, none):
    given = {"labels_all": sorted(every), "labels_any": sorted(some), "labels_none": sorted(none)}
    options = {name: labels for name, labels in given.items() if labels}
    selection = select.Selection(Master([experiment(1, labels=sorted(have))]), options)
    expected = every <= have and (not some or bool(some & have)) and not none & have
    assert bool(list(selection.rows(COLUMNS))) == expected
    assert selection.count() == expected


@pytest.mark.parametrize(
    ("options", "archived", "unmanaged", "fits"),
    [
        ({}, True, True, True),
        ({"archived": True}, False, False, False),
        ({"archived": True}, True, False, True),
        ({"unmanaged": False}, False, True, False),
        ({"unmanaged": True}, False, True, True),
        ({"unmanaged": True}, False, False, False),
    ],
)
def test_what_only_the_client_sees(options, archived, unmanaged, fits):
    rows = [experiment(1, archived=archived, unmanaged=unmanaged)]
    assert bool(list(select.Selection(Master(rows), options).rows(COLUMNS))) == fits


FILTERS = [
    ({}, []),
    ({"states": ["COMPLETED", "error"]}, [("or", [("state", "=", "COMPLETED"), ("state", "=", "ERROR")])]),
    # The database knows one active state only.
    ({"states": ["QUEUED", "PULLING", "active"]}, [("or", [("state", "=", "ACTIVE")])]),
    ({"labels_all": ["a", "b"]}, [("tags", "contains", "a"), ("tags", "contains", "b")]),
    ({"labels_any": ["a", "b"]}, [("or", [("tags", "contains", "a"), ("tags", "contains", "b")])]),
    ({"name": "detr"}, [("name", "contains", "detr")]),
    ({"ended_before": "1d"}, [("endTime", "<", "2026-02-28T00:00:00.000000Z")]),
    ({"started_after": "2026-01-31"}, [("startTime", ">", "2026-01-31T00:00:00.000000Z")]),
    ({"where": [{"column": "hp.lr", "operator": ">", "value": "1e-3"}]}, [("hp.lr", ">", 0.001)]),
]


@pytest.mark.parametrize(("options", "expected"), FILTERS, ids=str)
def test_filter(options, expected):
    assert [short(one) for one in select.conditions(options, now=NOW)] == expected


def short(one):
    if one["kind"] == "group":
        return one["conjunction"], [short(child) for child in one["children"]]
    return one["columnName"], one["operator"], one["value"]


@pytest.mark.parametrize(
    ("column", "location", "value", "kind"),
    [
        ("checkpointSize", "EXPERIMENT", 5, "NUMBER"),
        ("hp.lr", "HYPERPARAMETERS", 0.1, "NUMBER"),
        ("validation.loss.min", "VALIDATIONS", 1, "NUMBER"),
        ("training.loss.last", "TRAINING", 1, "NUMBER"),
        ("mine.loss.max", "CUSTOM_METRIC", 1, "NUMBER"),
        ("searcherType", "EXPERIMENT", "single", "TEXT"),
    ],
)
def test_where_a_column_is(column, location, value, kind):
    one = search.field(column, "=", value, None)
    assert (one["location"], one["type"]) == ("LOCATION_TYPE_" + location, "COLUMN_TYPE_" + kind)


def test_owners_are_sent_as_ids():
    selection = select.Selection(Master(users=["ana", "bob"]), {"owners": ["bob"]})
    assert [short(one) for one in selection.fields] == [("or", [("user", "=", 2)])]


WORKSPACES = {"vision": {"detr": 3, "yolo": 4}, "text": {"bert": 5}}
ODD = {
    "Team [A]": {"p": 6},
    "Team A": {"p": 7},
    "50%": {"a_b": 8, "axb": 9},
    "a/b": {"c": 10},
    "t*": {"p": 11},
    "tx": {"p": 12},
}


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("Team [A]/p", [6]),
        ("Team ?A?/*", [6]),
        ("50%/a_b", [8]),
        ("50%/a?b", [8, 9]),
        ("a/b/c", [10]),
        ("t*/p", [11]),
        ("t?/p", [11, 12]),
        ("team a/p", None),
        ("Team A /p", None),
    ],
)
def test_names_are_names(pattern, ids):
    selection = select.Selection
    if ids is None:
        with pytest.raises(NotFound):
            selection(Master(workspaces=ODD), {"project": [pattern]})
    else:
        assert selection(Master(workspaces=ODD), {"project": [pattern]}).projects == ids


def test_a_slash_that_fits_in_two_ways_is_refused():
    workspaces = {"a": {"b/c": 1}, "a/b": {"c": 2}}
    with pytest.raises(BadOption) as error:
        select.Selection(Master(workspaces=workspaces), {"project": ["a/b/c"]})
    assert "Give project_id" in error.value.result()["msg"]


NAMES = ("run_1", "runX1", "RUN_1", "100%", "100 percent", "a\\b", "axb", "ab")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run_1", ["run_1", "RUN_1"]),
        ("0%", ["100%"]),
        ("a\\b", ["a\\b"]),
        ("\\", ["a\\b"]),
        ("b", ["a\\b", "axb", "ab"]),
    ],
)
def test_a_name_is_held_against_what_the_master_finds(text, found):
    rows = [experiment(ident, name=name) for ident, name in enumerate(NAMES, 1)]
    for options in ({"name": text}, {"where": [{"column": "name", "operator": "contains", "value": text}]}):
        selection = select.Selection(Master(rows), options)
        assert [row["name"] for row in selection.rows(COLUMNS)] == found
        assert "\\" not in json.dumps([short(one)[2] for one in selection.fields])
    none = select.Selection(Master(rows), {"where": [{"column": "name", "operator": "notContains", "value": text}]})
    assert [row["name"] for row in none.rows(COLUMNS)] == [name for name in NAMES if name not in found]


def test_a_label_is_looked_for_by_the_parts_that_json_keeps():
    rows = [experiment(1, labels=['a"b']), experiment(2, labels=["ab"])]
    selection = select.Selection(Master(rows), {"labels_any": ['a"b']})
    parts = [("tags", "contains", "a"), ("tags", "contains", "b")]
    assert [short(one) for one in selection.fields] == [("or", [("and", parts)])]
    assert [row["id"] for row in selection.rows(COLUMNS)] == [1]


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        (["vision/detr"], [3]),
        (["vision/*"], [3, 4]),
        (["*/bert", "vision/?olo"], [5, 4]),
        (["vision/*", "vision/detr"], [3, 4]),
        (["*/*"], [None]),
        (["vision/x*"], []),
        (["vision/*", "*/*"], [None]),
    ],
)
def test_projects(patterns, ids):
    assert select.Selection(Master(workspaces=WORKSPACES), {"project": patterns}).projects == ids


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"labels_all": ["a,b"]}, "select.labels_all ('a,b')"),
        ({"labels_none": [" "]}, "select.labels_none ([' '])"),
        ({"states": ["DONE"]}, "select.states ('DONE')"),
        ({"owners": ["eva"]}, "select.owners ('eva')"),
        ({"ended_before": "soon"}, "select.ended_before ('soon')"),
        ({"project": ["vision"]}, "select.project ('vision')"),
        ({"project": ["/x"]}, "select.project ('/x')"),
    ],
)
def test_bad_options(options, said):
    with pytest.raises(BadOption) as error:
        select.Selection(Master(workspaces=WORKSPACES), options)
    assert error.value.msg.startswith(said)


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({"project": ["vision/none"]}, ["There is no project 'vision/none' yet; it is taken to be made before."]),
        ({"project": ["*/none", "vision/detr"]}, ["select.project '*/none' fits no project."]),
        ({"workspace": ["visoin", "vision"]}, ["select.workspace 'visoin' fits no project."]),
    ],
)
def test_what_fits_nothing_is_worth_a_word(options, warned):
    notes = []
    select.Selection(Master(workspaces=WORKSPACES, read_only=True), options, warn=notes.append)
    assert notes == warned


def test_all_projects_of_a_workspace():
    by_name, by_pattern = (
        select.Selection(Master(workspaces=WORKSPACES), options).projects
        for options in ({"workspace": ["vision"]}, {"project": ["vision/*"]})
    )
    assert by_name == by_pattern != []


@pytest.mark.parametrize(
    "options",
    [{}, {"limit": 5, "order": "name", "descending": True}, {"owners": None}, {"workspace": ["*"]}],
)
def test_an_empty_selection_changes_nothing(options):
    with pytest.raises(BadOption, match="would select everything"):
        select.demand_a_condition({"archived": None, **options})


def test_no_such_project():
    with pytest.raises(NotFound, match="no project 'vision/none'"):
        select.Selection(Master(workspaces=WORKSPACES), {"project": ["vision/none"]})


@pytest.mark.parametrize(("state", "hint"), [("STATE_ERROR", "Write ERROR."), ("STATE_NO", "There are ")])
def test_a_state_with_the_prefix_of_the_api_is_refused_with_the_word(state, hint):
    with pytest.raises(BadOption) as refused:
        select.database_states([state])
    assert refused.value.hint.startswith(hint)
