# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An option that was given but came out empty narrows nothing, so it is refused, in every module."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import given as givens
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.given import (
    NULL,
    check_value,
    is_empty,
    says_anything,
    written_options,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import given_options
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.null_ids import IDS
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption

PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
MODULES = sorted(path.stem for path in Path("plugins/modules").glob("det_*.py"))
EMPTY = ([], "", {}, None, [""], [None], "  ", ["\t"])
# Lists that say nothing of which objects a task is about: what is gathered, shown, set or started.
OTHER_LISTS = {
    "det_cluster_config": {"adopt_addresses"},
    "det_command": {"entrypoint"},
    "det_experiment": {"labels", "labels_add", "labels_remove"},
    "det_experiment_info": {"fields"},
    "det_experiments": {"labels_add", "labels_remove"},
    "det_generic_task": {"entrypoint"},
    "det_project_info": {"metadata_keys"},
    "det_report": {"tables", "errors", "lines"},
    "det_run_info": {"fields"},
    "det_security_info": {"passwords"},
    "det_unmanaged_run": {"metrics"},
    "det_usage_info": {"group_by"},
}
# What else a module must be given.
NEEDED = {
    "det_checkpoint": {"uuids": ["11111111-2222-3333-4444-555555555555"]},
    "det_log_info": {"trial": 1},
    "det_log_retention": {"days": "30"},
    "det_slot": {"agent": "a", "state": "drained"},
    "det_agent": {"state": "drained"},
    "det_trial": {"ids": [1]},
}
ONE_OF = {
    "det_checkpoint_gc": {"ids": [1]},
    "det_checkpoint_info": {"uuids": ["11111111-2222-3333-4444-555555555555"]},
    "det_experiments": {"ids": [1]},
    "det_log_retention": {"ids": [1]},
    "det_metrics_info": {"trial_ids": [1]},
    "det_run": {"ids": [1]},
    "det_task_cull": {"older_than": "1d"},
    "det_tensorboard": {"id": "a"},
    "det_trial_info": {"ids": [1]},
    "det_wait": {"for_master": True},
}


def spec_of(module):
    return importlib.import_module(PACKAGE + module).SPEC


def fields_of(module):
    """The options for what a kind's objects are to be, which an empty value resets."""
    names = vars(importlib.import_module(PACKAGE + module)).values()
    return {field.name for one in names if not isinstance(one, type) for field in getattr(one, "fields", ())}


def is_list(option):
    return option.get("type") == "list"


@pytest.mark.parametrize("module", MODULES)
def test_each_list_says_whether_it_narrows(module):
    spec = spec_of(module)
    known = {"gather", *fields_of(module), *spec.narrows, *spec.objects, *OTHER_LISTS.get(module, ())}
    assert {name for name, option in spec.options.items() if is_list(option)} <= known
    assert "select" not in spec.options or "select" in spec.narrows
    assert set(spec.narrows) | set(spec.objects) <= set(spec.options)


def cases():
    """(module, option, function that puts a value into it, or into a part of it)."""
    for module in MODULES:
        spec = spec_of(module)
        for name in (*spec.narrows, *spec.objects):
            yield pytest.param(module, name, lambda value: value, id=f"{module} {name}")
            for part in spec.options[name].get("options") or ():
                yield pytest.param(module, name, partial(as_part, part), id=f"{module} {name}.{part}")


def as_part(part, value):
    return {part: value}


def empty_values(module, name, inside):
    """The values that must be refused."""
    spec = spec_of(module)
    for value in EMPTY:
        made = inside(value)
        # A list of objects without entries names none. Ansible's own validator fails at a dictionary that is [null].
        nothing = name in spec.objects and made == []
        parts = spec.options[name].get("options") or {}
        dictionary = parts.get(min(made)) if isinstance(made, dict) and made else spec.options[name]
        if not nothing and not ((dictionary or {}).get("type") == "dict" and value == [None]):
            yield made


def tried(module, options, check=False):
    """The result of the module's work with these options; opening a connection fails the test."""
    spec = spec_of(module)

    def refuse_to_open(_options, _read_only):
        raise AssertionError("a connection was opened")

    given = given_options(spec, options)
    checked = ArgumentSpecValidator(spec.options, **spec.rules()).validate(options)
    if checked.error_messages:
        return {"failed": True, "failure": {"code": "bad_option"}, "msg": checked.errors.msg}
    call = Call(checked.validated_parameters, given, check, refuse_to_open)
    return perform(call, spec, importlib.import_module(PACKAGE + module).work)


def with_needed(module, name, value):
    """Options by which nothing but ``name`` is in the way."""
    spec, options = spec_of(module), {**NEEDED.get(module, {}), name: value}
    instead = ONE_OF.get(module, {})
    if not any(name in group for group in (*spec.mutually_exclusive, *spec.required_one_of)):
        options.update({key: one for key, one in instead.items() if key not in options})
    return options


@pytest.mark.parametrize(("module", "name", "inside"), list(cases()))
@pytest.mark.parametrize("check", [False, True])
def test_what_is_empty_is_refused_before_anything_is_asked(module, name, inside, check):
    for value in empty_values(module, name, inside):
        if check and name in IDS and value in (None, [None]):
            # What an earlier task of the play would make has no id yet.
            continue
        result = tried(module, with_needed(module, name, value), check)
        assert result["failed"]
        assert result["failure"]["code"] == "bad_option", (value, result)
        assert not result.get("changed")


@pytest.mark.parametrize("module", [one for one in MODULES if "select" in spec_of(one).options])
@pytest.mark.parametrize("part", ["owners", "labels_none", "project", "limit", "name"])
@pytest.mark.parametrize("value", EMPTY, ids=str)
def test_another_condition_does_not_help(module, part, value):
    options = {**NEEDED.get(module, {}), "select": {"states": ["COMPLETED"], part: value}}
    result = tried(module, options)
    assert result["failure"]["code"] == "bad_option"
    assert part in result["msg"]


@pytest.mark.parametrize("module", [one for one in MODULES if "select" in spec_of(one).options])
def test_a_dictionary_written_as_text_is_looked_into(module):
    text = '{"states": ["COMPLETED"], "owners": null}'
    result = tried(module, {**NEEDED.get(module, {}), "select": text})
    assert "select.owners" in result["msg"]


@pytest.mark.parametrize("value", EMPTY, ids=str)
def test_empty(value):
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, False, 0.0, "0", "a ", ["a"], [0], {"a": None}, "\\"])
def test_not_empty(value):
    assert not is_empty(value)


@pytest.mark.parametrize(
    "condition",
    [
        {"column": "name", "operator": "="},
        {"column": "name", "operator": "contains", "value": ""},
        {"column": "name", "operator": "isEmpty", "value": "x"},
        {"column": "", "operator": "=", "value": "x"},
        {"column": "name", "operator": "=", "value": ["x"]},
        {"column": "name", "operator": "=", "value": {}},
    ],
)
def test_conditions_without_a_value(condition):
    with pytest.raises(BadOption, match=r"select\.where"):
        check_value(condition, "select.where")


@pytest.mark.parametrize("value", [0, False, "x", 1.5])
def test_conditions_with_a_value(value):
    check_value({"column": "a", "operator": "=", "value": value}, "select.where")
    check_value({"column": "a", "operator": "isEmpty", "value": None}, "select.where")


WRITTEN = {
    "name": {"type": "str", "aliases": ["called"]},
    "ids": {"type": "list", "elements": "int"},
    "select": {"type": "dict", "options": {"owners": {"type": "list"}, "order": {"type": "str", "default": "id"}}},
    "metadata": {"type": "dict"},
}


@pytest.mark.parametrize(
    ("args", "written"),
    [
        ({}, set()),
        ({"called": "a"}, {"name"}),
        ({"name": ""}, {"name", "name" + givens.EMPTY}),
        ({"name": None}, {"name", "name" + givens.EMPTY, "name" + NULL}),
        ({"ids": []}, {"ids"}),
        ({"ids": [1]}, {"ids"}),
        ({"ids": [1, None]}, {"ids", "ids" + givens.EMPTY, "ids" + NULL}),
        ({"ids": [None, ""]}, {"ids", "ids" + givens.EMPTY}),
        ({"ids": ""}, {"ids", "ids" + givens.EMPTY}),
        ({"metadata": {}}, {"metadata", "metadata" + givens.EMPTY}),
        ({"metadata": {"owners": ""}}, {"metadata"}),
        ({"select": {"owners": []}}, {"select", "select.owners"}),
        ({"select": {"order": None}}, {"select", "select.order", "select.order" + givens.EMPTY, "select.order" + NULL}),
        ({"other": 0}, {"other"}),
    ],
)
def test_what_was_written(args, written):
    assert written_options(WRITTEN, args) == written


@pytest.mark.parametrize(
    ("select", "given", "says"),
    [
        ({"owners": None, "order": "id"}, {"select"}, False),
        ({"owners": ["a"], "order": "id"}, {"select"}, True),
        ({"owners": None, "order": "name"}, {"select"}, True),
        ({"owners": None, "order": "id"}, {"select", "select.order"}, True),
        ({"owners": None, "order": "id"}, {"select", "select.owners"}, True),
    ],
)
def test_whether_a_selection_says_anything(select, given, says):
    assert says_anything("select", select, given, WRITTEN["select"]["options"]) is says
