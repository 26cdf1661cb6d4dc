# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a role, held against its argument_specs.yml: names, types, and what came out empty.

Ansible checks the types of role arguments but converts nothing, so C(-e role_cleanup=false) stays a text that is true;
and a misspelt variable is not noticed at all. Nothing here knows where variables come from.

Rules:

- A variable with the role's prefix that the role does not know is an error, which names the nearest one.
- Texts become what the specification says: booleans, numbers, lists (a,b or JSON), dictionaries (JSON).
- Null, an empty text and an empty list are taken only where the role's own default is just as empty. A condition or a
  brake has no such default, so one that a template made empty is never taken for "no condition".
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.targets import TARGETS, Unwritable

TRUE = frozenset(("true", "yes", "on", "y", "t", "1"))
FALSE = frozenset(("false", "no", "off", "n", "f", "0"))
WORDS = {
    "str": "a text",
    "path": "a path",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "dict": "a dictionary",
}
# A variable that is as near to the name of a role's variable, under another prefix, is probably a slip.
SLIP = 0.93
LONGEST_VALUE = 60
MISSING = object()


class WrongVariables(ValueError):
    """Variables of a role cannot be used. The message names each with its value and the remedy."""


@dataclass(frozen=True)
class Role:
    """What a role declares.

    - ``entries``: {entry point: {variable: specification as in argument_specs.yml}}
    - ``defaults``: of defaults/main.yml, as they stand there
    - ``results``: variables that the role itself sets for its callers
    - ``may_be_empty``: those that are off where they are null or empty, though their default is not
    - ``may_be_none``: lists for which C(none) stands for no entry, as an empty list would not be taken
    - ``may_find_none``: lists of what was found elsewhere, which may be nothing
    - ``forms``: {variable: {pattern, says} or {target}}: what a text must look like, in words, or where it must be
      writable to (module_utils/targets.py). Of a list each entry, of a dictionary each value is meant; ``keys`` is the
      pattern of its keys
    """

    name: str
    entries: Mapping[str, Mapping[str, Mapping[str, Any]]]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    results: Sequence[str] = ()
    may_be_empty: Sequence[str] = ()
    may_be_none: Sequence[str] = ()
    may_find_none: Sequence[str] = ()
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return self.name + "_"

    def options(self) -> set[str]:
        """The variables of all entry points: what is set for one may be there when another runs."""
        return {name for options in self.entries.values() for name in options}


@cache
def read_role(path: str) -> Role:
    """The role in a folder. Its vars/main.yml may name, as __ROLE_results and so on, what else ``Role`` holds."""
    name = os.path.basename(path)
    more = read_yaml(path, "vars")
    specs = read_yaml(path, "meta", "argument_specs.yml")["argument_specs"]
    noted: dict[str, Any] = {
        part: tuple(more.get(f"__{name}_{part}", ()))
        for part in ("results", "may_be_empty", "may_be_none", "may_find_none")
    }
    return Role(
        name,
        {entry: spec.get("options") or {} for entry, spec in specs.items()},
        read_yaml(path, "defaults"),
        forms=more.get(f"__{name}_forms", {}),
        **noted,
    )


def read_yaml(path: str, folder: str, name: str = "main.yml") -> dict[str, Any]:
    try:
        with open(os.path.join(path, folder, name), encoding="utf-8") as file:
            return yaml.safe_load(file) or {}
    except FileNotFoundError:
        return {}


def unknown_variables(role: Role, names: Iterable[str], others: Iterable[str] = (), ran: bool = False) -> list[str]:
    """An error for each name with the role's prefix that is not a variable of the role.

    :param others: names of variables, or prefixes that end in ``_``, that belong to something else.
    :param ran: whether the role ran before in this play, so that its results may be there.
    """
    known = role.options()
    allowed = tuple(others)
    errors = []
    for name in sorted(names):
        if not name.startswith(role.prefix) or name in known or (ran and name in role.results):
            continue
        if any(name == other or (other.endswith("_") and name.startswith(other)) for other in allowed):
            continue
        (nearest,) = difflib.get_close_matches(name, sorted(known), 1, 0) or [""]
        errors.append(
            f"{name}: the role {role.name} has no such variable. The nearest is {nearest}. "
            "Correct the name; if the variable belongs to something else, list its name in det_other_variables."
        )
    return errors


def likely_slips(roles: Iterable[Role], names: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """An error for each name that is no variable of a role, but hardly differs from one: a slip in the role's name."""
    roles = list(roles)
    known = {name for role in roles for name in role.options()}
    prefixes = tuple(role.prefix for role in roles)
    errors = []
    for name in sorted(names):
        # A variable of three letters more than another, such as my_ in front, is one of somebody else.
        if name not in known and not name.startswith((*prefixes, "_")) and name not in others:
            near = difflib.get_close_matches(name, [one for one in known if abs(len(one) - len(name)) < 3], 1, SLIP)
            if near:
                errors.append(
                    f"{name}: no role has such a variable, but {near[0]} is nearly the same. "
                    "Correct the name, or list it in det_other_variables."
                )
    return errors


def typed_options(role: Role, entry: str, values: Mapping[str, Any], given: Iterable[str]) -> dict[str, Any]:
    """{option without the role's prefix: value of the type that the specification gives}.

    Options that were left out and have no default are None; so are those of ``role.may_be_empty`` that are empty.

    :param values: {variable: value}, of those that are set; templates are resolved.
    :param given: those of them that are not simply the role's defaults.
    :raises WrongVariables: with all that is wrong.
    """
    options: dict[str, Any] = {}
    errors = []
    given = set(given)
    for name, spec in role.entries[entry].items():
        value = values.get(name, spec.get("default"))
        try:
            options[name.removeprefix(role.prefix)] = typed_option(role, name, value, name in given, spec)
        except WrongVariables as error:
            errors.append(f"{name}{shown(value, spec) if name in given else ''}: {error}")
    if errors:
        raise WrongVariables(" ".join(errors))
    return options


def typed_option(role: Role, name: str, value: Any, given: bool, spec: Mapping[str, Any]) -> Any:
    """One variable. Raises WrongVariables without its name."""
    if not given and value is None:
        if spec.get("required"):
            raise WrongVariables("is required.")
        return None
    if name in role.may_be_none and value in ("none", ["none"]):
        return []
    # An empty dictionary of known keys has the defaults of these.
    if given and is_empty(value) and not (isinstance(value, Mapping) and spec.get("options")):
        if name in role.may_be_empty:
            return None
        if name in role.may_find_none and value == []:
            return []
        default = role.defaults.get(name, spec.get("default", MISSING))
        # A template as the default says nothing by itself.
        return same_emptiness(value, spec.get("default", MISSING) if is_template(default) else default, spec)
    if value is None:
        return None
    result = typed(value, spec)
    demand_form(result, role.forms.get(name, {}))
    return result


def demand_form(value: Any, form: Mapping[str, str]) -> None:
    """Raises WrongVariables for what cannot be written to the form's target, or does not match its pattern."""
    target = form.get("target", "")
    if isinstance(value, Mapping) and target != "cron_times":
        for key, one in value.items():
            if "keys" in form and not re.fullmatch(form["keys"], str(key)):
                raise WrongVariables(f"has the key {shortened(key)}, which {form['says']}.")
            demand_form_of(one, form, f"has {shortened(key)}, which")
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            demand_form_of(one, form, f"has entry {number}, which")
    else:
        demand_form_of(value, form, "")


def demand_form_of(value: Any, form: Mapping[str, str], where: str) -> None:
    if "pattern" in form and not re.fullmatch(form["pattern"], str(value), re.DOTALL):
        raise WrongVariables(f"{where} {form['says']}.".strip())
    if "target" in form:
        try:
            TARGETS[form["target"]](value)
        except Unwritable as error:
            raise WrongVariables(f"{where} cannot be written: {error}".strip()) from None


def is_empty(value: Any) -> bool:
    """Whether the value is null, a text of blanks only, or a list or dictionary of nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {}, ())


def is_template(value: Any) -> bool:
    return isinstance(value, str) and "{{" in value


def same_emptiness(value: Any, default: Any, spec: Mapping[str, Any]) -> Any:
    """The default, where it is just as empty as the value. Raises WrongVariables.

    ``default``: MISSING where there is none. Null and an empty text are the same for an option that is a text.
    """
    structures = (list, tuple, Mapping)
    if (
        default is not MISSING
        and is_empty(default)
        and isinstance(value, structures) == isinstance(default, structures)
    ):
        return default
    raise WrongVariables(
        "is empty, which is neither taken for the default nor for all. Leave the variable out, or give "
        f"{WORDS.get(str(spec.get('type', 'str')), 'a value')}."
    )


def typed(value: Any, spec: Mapping[str, Any]) -> Any:
    """The value in the type of its specification. Raises WrongVariables."""
    kind = str(spec.get("type", "str"))
    result = CONVERTERS[kind](value, spec) if kind in CONVERTERS else value
    choices = spec.get("choices")
    if choices and kind != "list" and result not in choices:
        raise WrongVariables(f"is not one of {', '.join(map(str, choices))}.")
    return result


def wrong_type(kind: str) -> WrongVariables:
    return WrongVariables(f"is not {WORDS[kind]}.")


def typed_text(value: Any, spec: Mapping[str, Any]) -> str:
    """Numbers become text, as a name of digits may be read as one; nothing else does."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    # A time that YAML has read as one.
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise wrong_type("str")


def typed_boolean(value: Any, spec: Mapping[str, Any]) -> bool:
    word = str(value).strip().lower() if isinstance(value, (str, bool, int)) else ""
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise wrong_type("bool")


def typed_integer(value: Any, spec: Mapping[str, Any]) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", value):
        return int(value)
    raise wrong_type("int")


def typed_float(value: Any, spec: Mapping[str, Any]) -> float:
    try:
        number = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise wrong_type("float")
    return number


def typed_list(value: Any, spec: Mapping[str, Any]) -> list[Any]:
    """A text is a list in JSON or YAML where it begins with a bracket, otherwise words between commas."""
    if isinstance(value, str):
        value = (
            from_yaml(value, "list") if value.lstrip().startswith("[") else [one.strip() for one in value.split(",")]
        )
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise wrong_type("list")
    empty_entries = spec.get("default") == []
    element = {
        "type": spec.get("elements", "raw"),
        "choices": spec.get("choices"),
        "options": spec.get("options"),
        "no_log": spec.get("no_log"),
    }
    rows = []
    for number, one in enumerate(value, 1):
        # An empty name would be looked for as one, or taken for any; what is only printed may be empty.
        if is_empty(one) and not empty_entries and element["type"] in ("str", "int", "path"):
            raise WrongVariables(f"has an empty entry, number {number}. Remove it, or give it a value.")
        try:
            rows.append(typed(one, element))
        except WrongVariables as error:
            raise WrongVariables(f"has entry {number}{shown(one, spec)}, which {error}") from None
    return rows


def typed_dictionary(value: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        value = from_yaml(value, "dict")
    if not isinstance(value, Mapping):
        raise wrong_type("dict")
    options = spec.get("options")
    if not options:
        return dict(value)
    for key in value:
        if key not in options:
            (nearest,) = difflib.get_close_matches(str(key), sorted(options), 1, 0) or [""]
            raise WrongVariables(f"has no key {shortened(key)}. The nearest is {nearest}.")
    result = {}
    for key, below in options.items():
        if key not in value:
            if below.get("required"):
                raise WrongVariables(f"has no key {key}, which is required.")
            if "default" in below:
                result[key] = below["default"]
            continue
        try:
            below_default = below.get("default", MISSING)
            empty = is_empty(value[key])
            below = dict(below, no_log=spec.get("no_log") or below.get("no_log"))
            result[key] = same_emptiness(value[key], below_default, below) if empty else typed(value[key], below)
        except WrongVariables as error:
            raise WrongVariables(f"has {key}{shown(value[key], spec)}, which {error}") from None
    return result


CONVERTERS = {
    "str": typed_text,
    "path": typed_text,
    "bool": typed_boolean,
    "int": typed_integer,
    "float": typed_float,
    "list": typed_list,
    "dict": typed_dictionary,
}


def from_yaml(text: str, kind: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise wrong_type(kind) from None


def shown(value: Any, spec: Mapping[str, Any]) -> str:
    """The value for a message, nothing where it may be a secret, or have one inside."""
    return "" if may_be_secret(spec) else f" ({shortened(value)})"


def may_be_secret(spec: Mapping[str, Any]) -> bool:
    return bool(spec.get("no_log")) or any(may_be_secret(below) for below in (spec.get("options") or {}).values())


def shortened(value: Any) -> str:
    text = repr(str(value)) if isinstance(value, str) else str(value)
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
