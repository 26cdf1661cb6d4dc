# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of every role: given as texts, misspelt, and empty. Made from the roles' own argument_specs.yml."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.targets import CRON_FIELDS
from ansible_collections.determined_ai.determined.plugins.plugin_utils import role_variables
from ansible_collections.determined_ai.determined.plugins.plugin_utils.role_variables import (
    Role,
    WrongVariables,
    likely_slips,
    read_role,
    typed_options,
    unknown_variables,
)

ROLES = Path(__file__).parents[3] / "roles"
EVERY = {path.name: read_role(str(path)) for path in sorted(ROLES.iterdir())}
OPTIONS = [
    (role.name, entry, name)
    for role in EVERY.values()
    for entry, options in role.entries.items()
    for name in options
    # The report of a role that failed takes what is there.
    if (role.name, entry) not in {("summary", "failed"), ("summary", "wrong_option")}
]
# What narrows a selection or stops an act: never taken for "no condition" or "no brake".
CONDITIONS = re.compile(
    r"_(projects|owners|states|kinds|workspaces|pools|pool|agents|checks|ended_before|archive_after|max_age|warn_before"
    r"|min_size|days|policy|keep_labels|protect|exempt_descriptions|max_changes|confirm|confirm_above|ledger|match|label"
    r"|prometheus_query|(?<!per_)user|inventory|on_timeout)$"
)
REFUSED = object()
OFF_WHEN_EMPTY = {"queue_guard_label"}
# What is to be there, and narrows nothing.
SET_UP = {
    "team_onboarding_pools",
    "team_onboarding_projects",
    "team_onboarding_default_compute_pool",
    "team_onboarding_default_aux_pool",
}
WRONG = {
    "int": ["x", 1.5, True, [1], "1e3", "\u0663"],
    "bool": ["perhaps", 2, [True], 1.0],
    "list": [{"a": 1}, True, "[a"],
    "dict": ["a", [1], 3, "{"],
    "str": [["a"], {"a": 1}, True],
    "path": [["a"], True],
}
SAMPLES = {"str": "a", "path": "a", "int": 7, "float": 7.5, "bool": False, "list": ["a"], "dict": {"a": 1}, "raw": "a"}


def sample(spec, key=""):
    """A value of the type that the specification wants."""
    if key in CRON_FIELDS:
        return "1"
    if spec.get("choices"):
        return [spec["choices"][0]] if spec["type"] == "list" else spec["choices"][0]
    if spec.get("options"):
        below = {key: sample(one, key) for key, one in spec["options"].items()}
        return [below] if spec["type"] == "list" else below
    return (
        [7]
        if spec.get("elements") == "int"
        else [{"a": 1}]
        if spec.get("elements") == "dict"
        else SAMPLES[spec["type"]]
    )


def texts(value):
    """How the value may arrive by -e name=value, an INI inventory or a survey."""
    if isinstance(value, bool):
        return ["yes", "true", "True", " on ", "1"] if value else ["no", "false", "False", "off ", "0"]
    if isinstance(value, int):
        return [str(value), f" {value} "]
    if isinstance(value, list):
        plain = all(isinstance(one, str) for one in value)
        return [json.dumps(value), *([", ".join(value)] if plain else [])]
    return [json.dumps(value)] if isinstance(value, dict) else [value]


def required(role, entry):
    return {name: sample(spec) for name, spec in role.entries[entry].items() if spec.get("required")}


def typed(role, entry, **values):
    values = {**required(role, entry), **values}
    return typed_options(role, entry, values, values)


@pytest.mark.parametrize(("role", "entry", "name"), OPTIONS)
def test_a_variable_given_as_text_arrives_as_its_type(role, entry, name):
    role = EVERY[role]
    wanted = sample(role.entries[entry][name])
    wanted = [wanted, True] if wanted is False else [wanted]
    for value in wanted:
        for text in [value, *texts(value)]:
            got = typed(role, entry, **{name: text})[name.removeprefix(role.prefix)]
            assert (got, type(got)) == (value, type(value)), text


@pytest.mark.parametrize(("role", "entry", "name"), OPTIONS)
def test_a_variable_of_another_type_is_refused_by_its_name(role, entry, name):
    role = EVERY[role]
    kind = role.entries[entry][name].get("type", "str")
    for value in WRONG[kind]:
        with pytest.raises(WrongVariables, match=f"^{name}[ :]"):
            typed(role, entry, **{name: value})


@pytest.mark.parametrize(("role", "entry", "name"), OPTIONS)
@pytest.mark.parametrize("empty", [[], "", "  ", None, {}], ids=["list", "text", "blanks", "null", "dictionary"])
def test_an_empty_value_is_refused_or_the_same_as_the_default(role, entry, name, empty):
    role = EVERY[role]
    spec = role.entries[entry][name]
    got = REFUSED
    with contextlib.suppress(WrongVariables):
        got = typed(role, entry, **{name: empty})[name.removeprefix(role.prefix)]
    if got is REFUSED:
        with pytest.raises(WrongVariables, match=f"^{name}[ :]"):
            typed(role, entry, **{name: empty})
        return
    if name in role.may_be_empty:
        assert got is None
    elif empty == {} and spec.get("options"):
        assert got == {key: below["default"] for key, below in spec["options"].items() if "default" in below}
        return
    elif name in role.may_find_none:
        assert got == []
    else:
        default = role.defaults.get(name, spec.get("default"))
        assert got == (spec.get("default") if isinstance(default, str) and "{{" in default else default)
        assert got in (None, "", [], {})
    assert not CONDITIONS.search(name) or name in {*OFF_WHEN_EMPTY, *SET_UP, *role.may_find_none}


@pytest.mark.parametrize("role", sorted(EVERY))
def test_the_conditions_are_those_of_the_roles(role):
    """What is listed above and in the roles exists."""
    options = EVERY[role].options()
    assert {*EVERY[role].may_be_empty, *EVERY[role].may_be_none, *EVERY[role].may_find_none} <= options
    assert {name for name in OFF_WHEN_EMPTY | SET_UP if name.startswith(role)} <= options
    assert set(EVERY[role].defaults) <= options
    assert not options & set(EVERY[role].results)


@pytest.mark.parametrize(("role", "entry", "name"), OPTIONS)
def test_a_misspelt_name_is_refused_and_the_right_one_named(role, entry, name):
    del entry
    role = EVERY[role]
    for slip in (name[:-1], name + "x", name.replace(role.prefix, role.prefix + "x", 1)):
        if slip in role.options():
            continue
        (error,) = unknown_variables(role, [slip, name, "ansible_facts", "_" + name])
        assert error.startswith(f"{slip}: ")
        assert f"The nearest is {role.prefix}" in error
        assert not unknown_variables(role, [slip], others=[slip])


def test_every_slip_of_one_letter_in_a_long_name_finds_the_name():
    role = EVERY["experiment_retention"]
    (error,) = unknown_variables(role, ["experiment_retention_keep_label"])
    assert "The nearest is experiment_retention_keep_labels." in error
    (error,) = likely_slips([role], ["experiment_retentoin_keep_labels", "my_experiment_retention_label", "label"])
    assert error.startswith(
        "experiment_retentoin_keep_labels: no role has such a variable, but experiment_retention_keep_labels"
    )


def test_variables_of_a_role_with_a_longer_prefix_are_its_own():
    role = EVERY["health_check"]
    assert unknown_variables(role, ["health_check_web_url"])
    assert not unknown_variables(role, ["health_check_web_url"], others=["health_check_web_"])


@pytest.mark.parametrize("role", [role for role in EVERY.values() if role.results], ids=lambda role: role.name)
def test_a_result_is_known_after_the_role_ran_only(role):
    assert len(unknown_variables(role, role.results)) == len(role.results)
    assert unknown_variables(role, role.results, ran=True) == []


def test_none_stands_for_no_entry_only_where_the_role_says_so():
    role = EVERY["experiment_retention"]
    options = typed(role, "main", experiment_retention_keep_labels="none", experiment_retention_projects="none")
    assert options["keep_labels"] == []
    assert options["projects"] == ["none"]


def test_what_was_left_out_is_none_or_the_default():
    role = EVERY["experiment_retention"]
    options = typed_options(role, "main", role.defaults | {"experiment_retention_report_dir": ""}, [])
    assert options["owners"] is None
    assert options["confirm"] is None
    assert options["keep_labels"] == ["keep", "gold"]
    assert options["max_changes"] == 500


def test_a_required_variable_is_missed():
    with pytest.raises(WrongVariables, match=r"^queue_guard_pool: is required\.$"):
        typed_options(EVERY["queue_guard"], "main", {}, [])


def test_the_value_of_a_secret_is_not_shown():
    role = Role("r", {"main": {"r_key": {"type": "int", "no_log": True}}})
    with pytest.raises(WrongVariables) as error:
        typed(role, "main", r_key="hunter2")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("entry", [{"password": ["hunter2"]}, {"password": "hunter2", "slip": 1}, "hunter2"])
def test_the_value_of_a_secret_inside_of_another_is_not_shown(entry):
    options = {"name": {"type": "str"}, "password": {"type": "str", "no_log": True}}
    role = Role("r", {"main": {"r_users": {"type": "list", "elements": "dict", "options": options}}})
    with pytest.raises(WrongVariables, match="entry 1") as error:
        typed(role, "main", r_users=[entry])
    assert "hunter2" not in str(error.value)


def test_an_entry_that_is_empty_is_refused_with_its_number():
    with pytest.raises(WrongVariables, match="empty entry, number 2"):
        typed(EVERY["idle_reaper"], "main", idle_reaper_workspaces=["a", ""])


@pytest.mark.parametrize("role", sorted(set(EVERY) - {"summary"}))
def test_a_role_uses_its_variables_as_they_were_checked(role):
    """No task reads a variable as it was given, after the first task has checked and converted all of them."""
    folder = ROLES / role
    names = "|".join(name.removeprefix(role + "_") for name in EVERY[role].options())
    raw = re.compile(rf"(?<![\w.])(?:{role})_(?:{names})\b(?![=\w])")
    for path in (
        sorted(folder.glob("tasks/*.yml")) + sorted(folder.glob("templates/*")) + [folder / "vars" / "main.yml"]
    ):
        text = path.read_text()
        expressions = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL) + re.findall(r"when: (.*)", text)
        # The report of a failure, which may be that of the check itself.
        rescue = {"{{ " + role + "_report_dir }}"}
        assert not [one for one in expressions if raw.search(one) and one not in rescue], path


@pytest.mark.parametrize("role", sorted(set(EVERY)))
def test_the_first_task_of_a_role_checks_its_variables(role):
    entries = ["begin", "end"] if role == "maintenance_window" else ["main"]
    for entry in entries:
        first = yaml.safe_load((ROLES / role / "tasks" / f"{entry}.yml").read_text())[0]
        first = first["block"][0] if "block" in first else first
        assert first["register"] == f"_{role}"
        assert (first["determined_ai.determined.role_options"] or {}).get("entry_point", "main") == entry


def test_methods_of_a_dictionary_are_no_options():
    """A template would get the method."""
    for role in EVERY.values():
        assert not {name.removeprefix(role.prefix) for name in role.options()} & set(dir(dict))


def test_the_roles_of_the_housekeeping_are_checked_before_it_begins():
    (play,) = yaml.safe_load((ROLES.parent / "playbooks" / "housekeeping.yml").read_text())
    checked = play["tasks"][0]["determined_ai.determined.role_options"]["roles"]
    used = [one["block"][0]["ansible.builtin.import_role"]["name"] for one in play["tasks"] if "block" in one]
    assert [f"determined_ai.determined.{name}" for name in checked] == used


def test_words_for_all_types():
    assert set(role_variables.CONVERTERS) == set(role_variables.WORDS)


@pytest.mark.parametrize("role", sorted(EVERY))
def test_messages_name_variables_as_callers_know_them(role):
    for path in [*(ROLES / role).glob("tasks/*.yml"), *(ROLES / role).glob("templates/*")]:
        outside = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL)
        messages = re.findall(r"(?:fail_msg|msg): (?:>-\n)?((?:.*\n)(?: {8,}.*\n)*)", outside)
        assert not [one for one in messages if re.search(rf"(?<!_)_{role}\.", one)], path


SCHEDULED = [
    name
    for name, spec in EVERY["schedule"].entries["main"].items()
    if spec["type"] in ("str", "list", "dict") and not spec.get("choices")
]


@pytest.mark.parametrize("name", SCHEDULED)
@pytest.mark.parametrize(
    "evil", ["a\nExecStartPre=/bin/false", "a\n* * * * * root /bin/false", "a\r", "a\0", "a\u2028b", "a\ud800"]
)
def test_what_is_written_into_units_and_scripts_is_one_line(name, evil):
    """Variables of the playbook go into a file of their own, where every text is quoted."""
    role = EVERY["schedule"]
    kind = role.entries["main"][name]["type"]
    value = {"list": [evil], "dict": {"minute" if name == "schedule_cron" else "A": evil}}.get(kind, evil)
    if name == "schedule_variables":
        assert json.dumps(typed(role, "main", **{name: value})["variables"]) == json.dumps(value)
        return
    with pytest.raises(WrongVariables, match=f"^{name}[ :]") as refused:
        typed(role, "main", **{name: value})
    assert len(str(refused.value).splitlines()) == 1
    assert not role.entries["main"][name].get("no_log") or "Exec" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "name"), [("a b", "schedule_environment"), ("a=b", "schedule_variables"), ("1a", "schedule_variables")]
)
def test_a_name_that_is_none_is_refused(key, name):
    with pytest.raises(WrongVariables, match="is not a name of"):
        typed(EVERY["schedule"], "main", **{name: {key: "x"}})


@pytest.mark.parametrize("text", ["day={{ now() }}", "{% if x %}", "a {# b"])
def test_an_argument_is_no_template_for_the_scheduled_run(text):
    with pytest.raises(WrongVariables, match="schedule_variables"):
        typed(EVERY["schedule"], "main", schedule_arguments=["-e", text])


def test_what_a_bundle_reads_is_never_shown():
    """It is redacted when it is written, which is later than what -v shows."""
    tasks = yaml.safe_load((ROLES / "support_bundle" / "tasks" / "read.yml").read_text())
    reading = [one for one in tasks if any(key.startswith("determined_ai.determined.det_") for key in one)]
    assert len(reading) > 8
    assert [one["name"] for one in reading if one.get("no_log") is not True] == []


TASKS = sorted([*ROLES.rglob("*.yml"), *ROLES.parent.joinpath("playbooks").rglob("*.yml")])
TEMPLATES = [(path, one) for path in TASKS for one in re.findall(r"\{\{.*?\}\}", path.read_text("utf-8"))]
# An option is left out where its variable is not there, is null, or has the one value that its documentation names.
LEFT_OUT = re.compile(
    r"\{\{ omit if [\w.]+ (is none|== ('\w*'|\[\]|\{\})) else .+ \}\}"
    r"|\{\{ [\w.]+ \| default\(omit\) \}\}"
    r"|\{\{ .+ if __\w+_deletes else omit \}\}"
    r"|\{\{ _schedule\.user if _schedule\.scope == 'system' and _schedule\.user is not none else omit \}\}"
)


def test_no_value_is_left_out_because_it_is_false_zero_or_empty():
    found = [(path.name, one) for path, one in TEMPLATES if "omit" in one]
    assert len(found) > 30
    assert [one for one in found if not LEFT_OUT.fullmatch(one[1])] == []
