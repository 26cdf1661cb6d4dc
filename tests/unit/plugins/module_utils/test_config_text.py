# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configs: a text is read as the CLI reads it, a dict is left as it is, what JSON cannot hold is refused."""

from __future__ import annotations

import datetime
import math

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils import config_text as configs
from ansible_collections.determined_ai.determined.plugins.module_utils.config_text import parse_config
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption

VALUES = {
    "1e-3": 0.001,
    "1E5": 100000.0,
    "-2.5e+3": -2500.0,
    ".5": 0.5,
    "1_000": 1000,
    "010": 10,
    "0o17": 15,
    "0x1f": 31,
    "off": "off",
    "yes": "yes",
    "NO": "NO",
    "y": "y",
    "true": True,
    "12:30:45": "12:30:45",
    "2026-01-02": "2026-01-02",
    "2026-01-02T03:04:05Z": "2026-01-02T03:04:05Z",
    "~": None,
    '"1e-3"': "1e-3",
    "[1, 1e-4]": [1, 0.0001],
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_a_text_is_yaml_1_2(text, value):
    read = parse_config(f"name: n\nvalue: {text}\n", pytest.fail)["value"]
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    ["", "a", "[1]", "a: [", "a: 1\na: 2", "a: !ENV x", "a: *b", "a: 1\n---\nb: 2", "a: .nan", "a: -.inf",
     "a: !!binary aGk=", "a: !!set {b}", "a: &b [*b]", "a: !!int x", "a: " + "[" * 5000],
)  # fmt: skip
def test_a_text_that_is_no_config(text):
    with pytest.raises(BadOption, match="config"):
        parse_config(text)


@pytest.mark.parametrize("value", [7, 1.5, True, ["name: n"]])
def test_what_is_neither_a_dict_nor_a_text(value):
    with pytest.raises(BadOption, match="is not a config"):
        parse_config(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, b"x", datetime.date(2026, 1, 2), {1, 2}])
def test_a_dict_that_json_cannot_hold(value):
    with pytest.raises(BadOption, match="JSON"):
        parse_config({"name": "n", "hyperparameters": {"lr": [value]}})


def test_a_dict_is_taken_as_it_is_and_left_so():
    given = {"name": "off", "resources": {"slots": 0}, "list": [None, "", "yes"]}
    read = parse_config(given, pytest.fail)
    assert read == given
    read["resources"]["slots"] = 8
    assert given["resources"] == {"slots": 0}


def test_a_text_like_a_number_in_a_dict_is_warned_of():
    warned = []
    given = {"hyperparameters": {"lr": "1e-3", "name": "1e-x", "more": [{"decay": "5.E-4"}, "0.1"]}, "seed": "12"}
    assert parse_config(given, warned.append) == given
    assert warned == [
        "config: hyperparameters.lr is the text '1e-3', hyperparameters.more[0].decay is the text '5.E-4'."
        " In a playbook a number in this form needs a point and a sign: 1.0e-3."
    ]


def test_without_the_library(monkeypatch):
    monkeypatch.setattr(configs, "YAML", None)
    assert parse_config({"name": "n"}) == {"name": "n"}
    with pytest.raises(BadOption) as error:
        parse_config("name: n")
    assert error.value.result()["msg"].endswith("pip install ruamel.yaml.")
