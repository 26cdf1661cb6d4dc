# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions as the filter of a search."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.module_utils.selection.conditions import filter_text, node
from hypothesis import given, strategies

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def made(conditions, **options):
    return json.loads(filter_text(conditions, now=NOW, **options))


def only(condition, **options):
    (child,) = made([condition], **options)["filterGroup"]["children"]
    return child


def test_archived_ones_are_found_too_unless_told():
    condition = {"column": "name", "value": "x"}
    group = {"kind": "group", "conjunction": "and", "children": [only(condition)]}
    assert made([condition]) == {"filterGroup": group, "showArchived": True}
    assert made([condition], show_archived=False)["showArchived"] is False


@pytest.mark.parametrize(
    ("condition", "value", "kind", "location"),
    [
        ({"column": "name", "value": "x"}, "x", "TEXT", "EXPERIMENT"),
        ({"column": "name", "value": "2024"}, "2024", "TEXT", "EXPERIMENT"),
        ({"column": "name", "value": 2024}, "2024", "TEXT", "EXPERIMENT"),
        ({"column": "externalExperimentId", "value": "007"}, "007", "TEXT", "EXPERIMENT"),
        ({"column": "hp.code", "value": "007"}, "007", "TEXT", "HYPERPARAMETERS"),
        ({"column": "hp.layers", "value": "50"}, 50, "NUMBER", "HYPERPARAMETERS"),
        ({"column": "checkpointSize", "operator": ">", "value": "5"}, 5, "NUMBER", "EXPERIMENT"),
        ({"column": "validation.loss.min", "operator": "<", "value": 0.5}, 0.5, "NUMBER", "VALIDATIONS"),
        ({"column": "hp.lr", "operator": "<", "value": "1e-3"}, 0.001, "NUMBER", "HYPERPARAMETERS"),
        ({"column": "eval.f1.max", "value": 1}, 1, "NUMBER", "CUSTOM_METRIC"),
        ({"column": "description", "operator": "isEmpty"}, None, "TEXT", "EXPERIMENT"),
        ({"column": "endTime", "operator": "<", "value": "90d"}, "2026-08-26T00:00:00.000000Z", "DATE", "EXPERIMENT"),
        ({"column": "startTime", "value": "2026-01-31"}, "2026-01-31T00:00:00.000000Z", "DATE", "EXPERIMENT"),
    ],
)
def test_types_and_places(condition, value, kind, location):
    field = only(condition)
    assert (field["kind"], field["columnName"]) == ("field", condition["column"])
    assert (field["operator"], field["value"]) == (condition.get("operator", "="), value)
    assert (field["type"], field["location"]) == (f"COLUMN_TYPE_{kind}", f"LOCATION_TYPE_{location}")


@pytest.mark.parametrize(
    ("column", "location"),
    [
        ("experimentName", "RUN"),
        ("hp.lr", "RUN_HYPERPARAMETERS"),
        ("metadata.kept", "RUN_METADATA"),
        ("validation.loss.min", "VALIDATIONS"),
    ],
)
def test_places_of_runs(column, location):
    assert only({"column": column, "value": "x"}, runs=True)["location"] == f"LOCATION_TYPE_{location}"


def test_metadata_is_compared_as_it_is_given():
    text, number = (only({"column": "metadata.epoch", "value": one}, runs=True) for one in ("5", 5))
    assert (text["value"], text["type"]) == ("5", "COLUMN_TYPE_TEXT")
    assert (number["value"], number["type"]) == (5, "COLUMN_TYPE_NUMBER")


def test_groups_in_groups():
    a, b, c = ({"column": "name", "value": letter} for letter in "abc")
    group = only({"any_of": [a, {"all_of": [b, c]}]})
    assert (group["conjunction"], group["children"][0]["value"]) == ("or", "a")
    assert (group["children"][1]["conjunction"], len(group["children"][1]["children"])) == ("and", 2)


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ("name = x", "no list"),
        (["name = x"], "no dictionary"),
        ([{"value": 1}], "names no column"),
        ([{"column": "name", "operator": "like", "value": "x"}], "contains"),
        ([], "is empty"),
        ([{"any_of": []}], "is empty"),
        ([{"all_of": []}], "is empty"),
        ([{"column": "name"}], "no value to compare with"),
        ([{"column": "name", "value": None}], "no value to compare with"),
        ([{"column": "name", "value": " "}], "no value to compare with"),
        ([{"column": "name", "value": []}], "one text, number or boolean"),
        ([{"column": " ", "value": "x"}], "names no column"),
        ([{"column": "id", "value": "1_0"}], "column of numbers"),
        ([{"column": "checkpointSize", "value": "nan"}], "column of numbers"),
        ([{"column": "name", "value": 2024.0}], "column of texts"),
        ([{"column": "name", "operator": "isEmpty", "value": "x"}], "takes no value"),
        ([{"column": "name", "valeu": "x"}], "valeu"),
        ([{"any_of": [], "column": "name"}], "column"),
        ([{"any_of": {"column": "name", "value": "x"}}], "no list"),
        ([{"column": "endTime", "operator": "<", "value": "soon"}], "neither an age nor a time"),
    ],
)
def test_what_is_refused(conditions, text):
    with pytest.raises(BadOption) as error:
        filter_text(conditions)
    assert text in error.value.result()["msg"]


texts = strategies.text()
values = texts.filter(str.strip) | strategies.integers()


@given(strategies.lists(strategies.tuples(texts, values), min_size=1))
def test_all_conditions_are_there(pairs):
    children = made([{"column": "c" + column, "value": value} for column, value in pairs])["filterGroup"]["children"]
    assert [child["columnName"] for child in children] == ["c" + column for column, dummy in pairs]


@pytest.mark.parametrize("operator", ["isEmpty", "notEmpty"])
def test_an_operator_without_a_value(operator):
    condition = {"column": "tags", "operator": operator}
    assert node(condition, False, None)["operator"] == operator
    with pytest.raises(BadOption, match="takes no value"):
        node({**condition, "value": "x"}, False, None)
