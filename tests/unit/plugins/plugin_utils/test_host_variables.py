# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which options of the connection the variables of a host say."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from ansible_collections.determined_ai.determined.plugins.plugin_utils.host_variables import host_connection

B = "https://b.example.com"
HOST = {"det_master_url": B, "det_token": "of-b", "omit": "left-out-here"}
KNOWN = ("master", "token", "user", "password")
PLUGINS = Path(__file__).parents[4] / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("det_*.py"))


def said(given, variables, known=KNOWN):
    return host_connection(given, variables, lambda value: value, known)


@pytest.mark.parametrize(
    ("given", "variables", "expected"),
    [
        ({}, HOST, {"master": B, "token": "of-b"}),
        ({}, {}, {}),
        ({"master": "https://a.example.com"}, HOST, {}),
        ({"master": "https://B.example.com:443/"}, HOST, {"token": "of-b"}),
        ({"master": "https://a.example.com"}, {"det_token": "t"}, {"token": "t"}),
        ({"token": "mine"}, HOST, {"master": B}),
        ({"user": "ana", "password": ""}, HOST, {"master": B}),
        ({"user": None, "password": None}, HOST, {"master": B, "token": "of-b"}),
        ({}, {"det_token": "t"}, {"token": "t"}),
        ({}, {**HOST, "det_token": "left-out-here"}, {"master": B}),
        ({}, {**HOST, "det_master_url": "left-out-here"}, {"token": "of-b"}),
    ],
)
def test_what_the_host_says(given, variables, expected):
    assert said(given, variables) == expected


def test_a_password_that_is_given_to_somebody_is_no_login():
    assert said({"password": "p"}, HOST, ("master", "token", "password")) == {"master": B, "token": "of-b"}


@pytest.mark.parametrize("name", ["det_master_url", "det_token"])
@pytest.mark.parametrize("value", ["", " \n", None])
def test_an_empty_variable_is_not_left_out(name, value):
    with pytest.raises(BadOption, match=name):
        said({}, {**HOST, name: value})


def test_a_variable_that_cannot_be_templated_is_an_error():
    def template(value):
        raise KeyError(value)

    with pytest.raises(KeyError):
        host_connection({}, HOST, template, KNOWN)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_that_speaks_to_a_master_takes_them(name):
    module = importlib.import_module(f"ansible_collections.determined_ai.determined.plugins.modules.{name}")
    found = said({}, HOST, module.SPEC.options)
    assert found == ({"master": B, "token": "of-b"} if "master" in module.SPEC.options else {})
    assert (PLUGINS / "action" / f"{name}.py").is_file()
