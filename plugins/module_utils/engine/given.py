# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that were given but came out empty, which is never "no condition".

A list that a template left empty would otherwise widen what a task is about to everything. A module's Spec names the
options that narrow (C(narrows)) and those that list objects one by one (C(objects)); C(engine.call.perform) has them
checked before any work.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import BadOption

# Stands behind the name of an option, among those that were given, that was written empty: conversion to the option's
# type makes texts of nulls and of lists.
EMPTY = " is empty"
# The same for a null, alone or among the entries of a list that are otherwise filled.
NULL = " is null"
INSTEAD = "Give a value, skip the task where there is none, or leave the option out where it must not narrow the task."
ALL = "Set project: '*/*' alone to select everything."


def is_empty(value: Any) -> bool:
    """Whether a value holds nothing: null, blanks only, no entry, or an entry that holds nothing."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, (list, tuple, set, frozenset)):
        return not value or any(is_empty(one) for one in value)
    return isinstance(value, Mapping) and not value


def refuse_empty(option: str, value: Any, hint: str = INSTEAD) -> None:
    """Raise BadOption for a value that holds nothing."""
    if not is_empty(value):
        return
    if value is None:
        raise BadOption(option, None, "is null, which is not a condition.", hint)
    if isinstance(value, (list, tuple)) and value:
        raise BadOption(option, value, "has an empty entry.", hint)
    raise BadOption(option, value, "is empty, which is not a condition.", hint)


def check_given(spec: Any, params: Mapping[str, Any], given: Collection[str]) -> None:
    """Raise BadOption for an option of the Spec that was given but is empty, as far as it says what a task is about.

    ``params``: validated options. ``given``: what ``written_options`` makes of the options as they were written.
    """
    for name in spec.narrows:
        options = spec.options[name].get("options")
        if options and isinstance(params.get(name), Mapping) and says_anything(name, params[name], given, options):
            check_select(params[name], given, options, name)
        elif name in given:
            value = {} if options and params.get(name) is not None else params.get(name)
            refuse_empty(name, value, f"{INSTEAD} {ALL}" if options else INSTEAD)
            refuse_written_empty(name, given)
    for name in spec.objects:
        # A list without entries names no object, so nothing is done.
        if name in given and params.get(name) != []:
            refuse_empty(name, params.get(name))
            refuse_written_empty(name, given)


def says_anything(name: str, select: Mapping[str, Any], given: Collection[str], options: Mapping[str, Any]) -> bool:
    """Whether any suboption was written. Where only the names of whole options are known, defaults count as absent."""
    return any(
        select.get(one) not in (None, option.get("default")) or f"{name}.{one}" in given
        for one, option in options.items()
    )


def written_options(options: Mapping[str, Any], args: Mapping[str, Any], inside: str = "") -> set[str]:
    """The names of the options behind the names and aliases that were written.

    Of suboptions C(select.owners) and the like, and of each that was written empty a second one that ends in EMPTY, of
    nulls one that ends in NULL.
    """
    names = {alias: name for name, option in options.items() for alias in option.get("aliases", ())}
    written = set()
    for key, value in args.items():
        name = names.get(key, key)
        path = inside + name
        written.add(path)
        suboptions = options.get(name, {}).get("options")
        if suboptions and isinstance(value, Mapping):
            written |= written_options(suboptions, value, path + ".")
        # A list of objects may be without entries.
        if is_empty(value) and (value != [] or options.get(name, {}).get("type") != "list"):
            written.add(path + EMPTY)
        if value is None or (isinstance(value, list) and None in value and not is_empty_but_for_nulls(value)):
            written.add(path + NULL)
    return written


def is_empty_but_for_nulls(value: list[Any]) -> bool:
    return any(is_empty(one) for one in value if one is not None)


def check_select(
    select: Mapping[str, Any], given: Collection[str] = (), options: Collection[str] = (), inside: str = "select"
) -> None:
    """Raise BadOption for a condition of an option such as ``select`` that is empty.

    Validated options hold null for all that were left out, so only ``given`` tells which nulls were written.
    """
    for name in options or select:
        path = f"{inside}.{name}"
        if select.get(name) is not None or path in given:
            refuse_empty(path, select.get(name), f"{INSTEAD} {ALL}")
            refuse_written_empty(path, given)
    for one in select.get("where") or ():
        check_value(one, f"{inside}.where")


WITHOUT_VALUE = ("isEmpty", "notEmpty")


def check_value(condition: Mapping[str, Any], option: str) -> None:
    """Raise BadOption for a condition on a column whose value is missing, empty or no single value.

    The master takes a comparison without a value for one that always holds.
    """
    column, operator, value = condition.get("column"), condition.get("operator") or "=", condition.get("value")
    shown = f"{column} {operator}" + ("" if value is None else f" {value!r}")
    if is_empty(column):
        raise BadOption(option, shown, "names no column.")
    if operator in WITHOUT_VALUE:
        if value is not None:
            raise BadOption(option, shown, f"{operator} takes no value.")
    elif isinstance(value, (list, tuple, dict)):
        raise BadOption(option, shown, "must be compared with one text, number or boolean.")
    elif is_empty(value):
        hint = "Use the operator isEmpty for what has no value."
        raise BadOption(option, shown, "has no value to compare with.", hint)


def refuse_written_empty(path: str, given: Collection[str]) -> None:
    if path + EMPTY in given:
        raise BadOption(path, None, "was given but is empty, which is not a condition.", INSTEAD)
