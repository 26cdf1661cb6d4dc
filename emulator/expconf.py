# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiment configs: read, checked, and filled in with the defaults of data/experiment_config.yml.

Kept is what a config says, normalised (`given`); shown is that merged into the defaults (`filled`).
"""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar

import yaml

from .checkpoint_storage import KINDS, POLICY, REQUIRED
from .errors import internal
from .json_schema import hyperparameter_problems, is_one_of, out_of_bounds, schema_type, wrong_type
from .merging import WHOLE, merged

INVALID = "invalid experiment configuration: "


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as Go's parser and JSON know it: y and n are booleans, dates stay texts."""

    bool_values: ClassVar = {**yaml.SafeLoader.bool_values, "y": True, "n": False}


_Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^[yYnN]$"), list("yYnN"))

_DATA = yaml.safe_load((importlib.resources.files(__package__) / "data" / "experiment_config.yml").read_text())
DEFAULTS: dict = _DATA["defaults"]
_ALLOWED = {**DEFAULTS, **_DATA["optional"]}
_SEARCHER = _DATA["searcher"]


class YamlError(ValueError):
    """A text that is no YAML, in the words of Go's parser."""


@lru_cache(maxsize=4096)
def load_yaml(text: str) -> Any:
    """The parsed text; cached, so it must not be changed. Raises YamlError."""
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if error.context_mark and error.context_mark.line else error.problem_mark
        line = (mark.line if mark else 0) + (1 if isinstance(error, yaml.scanner.ScannerError) else 0)
        raise YamlError(f"yaml: line {max(line, 1)}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise YamlError(f"yaml: {error}") from None


def parse(text: str) -> dict:
    """The normalised config of a YAML text, not yet complete; 500 where the master refuses it."""
    try:
        config = load_yaml(text)
    except YamlError as error:
        message = f"unable to convert yaml to json: not valid yaml: error converting YAML to JSON: {error}"
        raise internal(INVALID + message) from None
    return checked(config)


def checked(config: Any) -> dict:
    """The normalised form of a parsed config; 500 where the master refuses it."""
    problems = list(_problems(config))
    if problems:
        details = "\n".join(sorted(problems))
        raise internal(f"{INVALID}version 0 experiment config is invalid: config is invalid: {details}")
    return _normalised(config)


def _problems(config: Any) -> Iterator[str]:
    if not isinstance(config, dict):
        yield f"<config>: {wrong_type(config, ['object'])}"
        return
    yield from _unknown_or_wrong(config, _ALLOWED, "<config>")
    searcher = config.get("searcher")
    if isinstance(searcher, dict) and "name" in searcher:
        kind = searcher["name"]
        known = _SEARCHER["kinds"].get(kind)
        if known is None and kind not in _SEARCHER["ended"]:
            yield (
                "<config>.searcher: is not an object where object[\"name\"] is one of 'single', 'random', 'grid',"
                " 'custom', or 'adaptive_asha'"
            )
        elif known is not None:
            allowed = {"name": "", "max_length": None, "stop_once": None, **_SEARCHER["defaults"], **known}
            # What is wrong for any searcher is said twice: for that, and for the kind.
            common = {
                key: value for key, value in searcher.items() if key in _SEARCHER["defaults"] or key not in allowed
            }
            yield from _unknown_or_wrong(common, allowed, "<config>.searcher")
            yield from _unknown_or_wrong(searcher, allowed, "<config>.searcher")
            yield from _searcher_problems(searcher, known)
    hyperparameters = config.get("hyperparameters")
    if isinstance(hyperparameters, dict):
        grid = isinstance(searcher, dict) and searcher.get("name") == "grid"
        yield from hyperparameter_problems(hyperparameters, "<config>.hyperparameters", grid)
    storage = config.get("checkpoint_storage")
    if isinstance(storage, dict) and storage.get("type", "shared_fs") not in KINDS:
        yield (
            "<config>.checkpoint_storage: is not an object where object[\"type\"] is one of 'shared_fs', 'directory',"
            " 's3', 'gcs', or 'azure'"
        )


def _searcher_problems(searcher: dict, known: dict) -> Iterator[str]:
    """What is wrong with the values that its kind has."""
    for name, bound in _SEARCHER["bounds"].items():
        problem = out_of_bounds(searcher.get(name), bound) if name in known else ""
        if problem:
            yield f"<config>.searcher.{name}: {problem}"
    modes = _SEARCHER["modes"]
    if "mode" in known and searcher.get("mode") not in (None, *modes):
        listed = ", ".join(f'"{mode}"' for mode in modes)
        yield f"<config>.searcher.mode: value must be one of <nil>, {listed}"
    rungs = searcher.get("bracket_rungs") if "bracket_rungs" in known else None
    for number, item in enumerate(rungs if isinstance(rungs, list) else []):
        if not is_one_of(item, ["integer"]):
            yield f"<config>.searcher.bracket_rungs[{number}]: {wrong_type(item, ['integer'])}"


def _unknown_or_wrong(given: dict, allowed: dict, path: str) -> Iterator[str]:
    unknown = [key for key in given if key not in allowed]
    if unknown:
        names = ", ".join(f'"{key}"' for key in sorted(map(str, unknown)))
        yield f"{path}: additionalProperties {names} not allowed"
    for key, value in given.items():
        default, where = allowed.get(key), f"{path}.{key}"
        types = _DATA["types"].get(where.removeprefix("<config>."))
        if value is None or (default is None and not types):
            continue
        types = types or [schema_type(default)]
        if not is_one_of(value, types):
            yield f"{where}: {wrong_type(value, [*types, 'null'])}"
        elif isinstance(value, list) and key in _DATA["texts"]:
            for number, item in enumerate(value):
                if not isinstance(item, str):
                    yield f"{where}[{number}]: {wrong_type(item, ['string'])}"
        elif isinstance(value, dict) and default and key not in _DATA["free"] and len(types) == 1:
            yield from _unknown_or_wrong(value, default, where)


def unknown_key(config: dict, allowed: dict = _ALLOWED) -> str | None:
    """The first key, by its name, that no config has; None if all are known."""
    for key, value in sorted(config.items()):
        if key not in allowed:
            return key
        inner = allowed[key]
        if isinstance(value, dict) and isinstance(inner, dict) and inner and key not in _DATA["free"]:
            found = unknown_key(value, inner)
            if found:
                return found
    return None


def _normalised(config: dict) -> dict:
    given = {key: value for key, value in config.items() if value is not None and key not in ("data_layer", "internal")}
    if "hyperparameters" in given:
        given["hyperparameters"] = {k: hyperparameter(v) for k, v in given["hyperparameters"].items()}
    if "labels" in given:
        given["labels"] = list(dict.fromkeys(given["labels"]))
    environment = given.get("environment")
    if environment:
        given["environment"] = environment = dict(environment)
        if isinstance(environment.get("image"), str):
            environment["image"] = dict.fromkeys(DEFAULTS["environment"]["image"], environment["image"])
        variables = environment.get("environment_variables")
        if isinstance(variables, list):
            environment["environment_variables"] = dict.fromkeys(("cpu", "cuda", "rocm"), variables)
    return given


def hyperparameter(value: Any) -> Any:
    """A hyperparameter as the master shows it: plain values are constants, objects without a type are nested."""
    if not isinstance(value, dict):
        return {"type": "const", "val": value}
    if "type" not in value:
        return {key: hyperparameter(inner) for key, inner in value.items()}
    return {"count": None, **value} if value["type"] in ("int", "double", "log") else value


def _with_defaults(over: Any, base: Any) -> Any:
    """`over`, and where it says nothing the defaults; lists are taken whole."""
    if isinstance(over, dict) and isinstance(base, dict):
        result = dict(base)
        for key, value in over.items():
            result[key] = _with_defaults(value, base[key]) if key in base else value
        return result
    return base if over is None else over


def complete(given: dict, workspace_storage: dict | None) -> dict:
    """The config of a new experiment with what the workspace and the master add; 500 for what it lacks."""
    storage = given.get("checkpoint_storage") or {}
    for other in (workspace_storage, _DATA["checkpoint_storage"]["master"]):
        if other:
            storage = merged(storage, {k: v for k, v in other.items() if v is not None}, "checkpoint_storage")
    given = {**given, "checkpoint_storage": storage}
    problems = list(_missing(given))
    if problems:
        raise internal(f"{INVALID}config is invalid or incomplete: " + "\n".join(problems))
    refusal = searcher_refusal(given["searcher"])
    if refusal:
        raise internal(f"{INVALID}{refusal}")
    return given


def _missing(given: dict) -> Iterator[str]:
    searcher = given.get("searcher")
    if not searcher:
        yield "<config>: searcher is a required property"
    else:
        yield from searcher_missing(searcher, "<config>.searcher")
    storage = given["checkpoint_storage"]
    required = REQUIRED[storage["type"]]
    if storage.get(required) is None:
        yield f"<config>.checkpoint_storage: {required} is a required property"
    priority = (given.get("resources") or {}).get("priority")
    if priority is not None and not 1 <= priority <= 99:
        yield f"<config>.resources.priority: must be {'<= 99' if priority > 99 else '>= 1'} but found {priority}"


def searcher_refusal(searcher: dict) -> str | None:
    """Why a complete searcher cannot be used for anything new; None where it can."""
    kind = searcher["name"]
    if kind in _SEARCHER["ended"]:
        return f"the '{kind}' searcher has been removed and is not valid for new experiments"
    if kind in _SEARCHER["timed"] and (searcher.get("max_time") is None or searcher.get("time_metric") is None):
        return f"the `{kind}` searcher requires `max_time` and `time_metric` to be set"
    return None


def searcher_missing(searcher: dict, path: str) -> Iterator[str]:
    """What a searcher lacks. A missing metric is said twice: once for any searcher, once for the kind."""
    kind = searcher.get("name")
    if kind is None:
        yield f"{path}: name is a required property"
    required = [*_SEARCHER["required"], *_SEARCHER["required_by_kind"].get(kind, [])]
    for name in sorted(required):
        if searcher.get(name) is None:
            yield f"{path}: {name} is a required property"
    if searcher.get("metric") is None and kind is not None:
        yield f"{path}: metric is a required property"


def filled(given: dict) -> dict:
    """The whole config as the API shows it."""
    config = _with_defaults(
        {key: value for key, value in given.items() if key not in ("searcher", "checkpoint_storage")}, DEFAULTS
    )
    for name in WHOLE:
        if given.get(name):
            config[name] = given[name]
    config["log_policies"] = merged(given.get("log_policies"), DEFAULTS["log_policies"], "log_policies")
    for path, defaults in _DATA["entries"].items():
        *outer, name = path.split(".")
        place = config
        for part in outer:
            place = place[part]
        place[name] = [{**defaults, **entry} if isinstance(entry, dict) else entry for entry in place[name]]
    searcher = given.get("searcher")
    if searcher:
        config["searcher"] = {**_SEARCHER["defaults"], **_SEARCHER["kinds"].get(searcher["name"], {}), **searcher}
    storage = given.get("checkpoint_storage")
    if storage:
        kind = storage["type"]
        config["checkpoint_storage"] = {
            **dict.fromkeys((*KINDS[kind], *POLICY)),
            **_DATA["checkpoint_storage"]["defaults"],
            **_DATA["checkpoint_storage"].get(kind, {}),
            **storage,
        }
    return config
