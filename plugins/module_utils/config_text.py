# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The config of an experiment or a task, from a dict or from a text, which is read as the CLI reads it."""

from __future__ import annotations

import copy
import json
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from .errors import BadOption

try:
    from ruamel.yaml import YAML  # YAML 1.2, as the CLI reads a config: 1e-3 is a number, off is a text
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.error import YAMLError
except ImportError:
    YAML = None
    YAML_ERROR = traceback.format_exc()
    SafeConstructor = object
else:
    YAML_ERROR = None

# A number for the CLI that is a text in a playbook, as Ansible reads YAML 1.1 there.
LIKE_A_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+")
NAMED = 5


class Constructor(SafeConstructor):
    """Makes what JSON can hold: a date stays the text that it is, as the API has no dates."""


if YAML is not None:
    Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def parse_config(value: Any, warn: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The config as a dict of its own. Raises BadOption for what is none, or what JSON cannot hold.

    :param value: a dict, which is taken as it is, or a text in YAML.
    :param warn: function (text) that is told where a dict holds a text that would be a number in a file.
    """
    config = copy.deepcopy(value) if isinstance(value, dict) else read_text(value)
    try:
        json.dumps(config, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        problem = f"holds what JSON cannot: {error}."
        raise BadOption("config", None, problem, "Give numbers that are finite, texts, lists and dicts.") from error
    if warn is not None and isinstance(value, dict):
        warn_of_texts(config, warn)
    return config


def read_text(text: Any) -> dict[str, Any]:
    if not isinstance(text, str):
        raise BadOption("config", text, "is not a config.", "Give a dict, or its text in YAML.")
    if YAML is None:
        raise BadOption(
            "config",
            None,
            "reading a text needs the Python library ruamel.yaml.",
            "Give a dict, or install it: pip install ruamel.yaml.",
        )
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = Constructor
    try:
        config = reader.load(text)
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BadOption("config", None, f"is not YAML: {error}.") from error
    if not isinstance(config, dict):
        raise BadOption("config", text, "is not a config.", "Give a dict, or its text in YAML.")
    return config


def warn_of_texts(config: dict[str, Any], warn: Callable[[str], None]) -> None:
    found = [f"{path} is the text {text!r}" for path, text in texts(config, "") if LIKE_A_NUMBER.fullmatch(text)]
    if found:
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        said = ", ".join(found[:NAMED]) + more
        warn(f"config: {said}. In a playbook a number in this form needs a point and a sign: 1.0e-3.")


def texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(path, text) of each text in a config."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from texts(one, f"{path}[{number}]")
