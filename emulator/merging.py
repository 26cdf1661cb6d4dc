# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the master lays one experiment config over another, field by field: a user's over a template's, policies' over a
user's, an experiment's storage over its workspace's. Both are normalised before (expconf.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import internal

# Fields of which one or the other is taken, though they are objects.
WHOLE = ("min_checkpoint_period", "min_validation_period")
# Objects of several kinds: the field that says which, and the fields that all kinds have. What belongs to one kind
# alone comes from below only if both are of that kind.
KINDS = {
    "checkpoint_storage": ("type", ("save_experiment_best", "save_trial_best", "save_trial_latest")),
    "searcher": ("name", ("metric", "smaller_is_better", "source_checkpoint_uuid", "source_trial_id")),
    "tensorboard_storage": ("type", ()),
}
# Fields that hold whatever the user likes: there, values of different types cannot be merged.
FREE = ("data", "entrypoint")
_GO_TYPES = {
    str: "string",
    bool: "bool",
    int: "float64",
    float: "float64",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


def merged(over: Any, base: Any, path: str = "") -> Any:
    """What `over` says, and where it says nothing, what `base` says; path: where in a config both are."""
    if over is None or base is None:
        return base if over is None else over
    if path in LISTS:
        return LISTS[path](over, base)
    if path in KINDS and isinstance(over, dict) and isinstance(base, dict):
        return _merged_kinds(over, base, path)
    if path.partition(".")[0] in FREE and _GO_TYPES[type(over)] != _GO_TYPES[type(base)]:
        raise internal(f"type mismatch in merge; can't merge {_GO_TYPES[type(base)]} into {_GO_TYPES[type(over)]}")
    is_value = path in (*WHOLE, "searcher.max_length") or (
        path.startswith("hyperparameters.") and ("type" in over or "type" in base)
    )
    if is_value or not isinstance(over, dict) or not isinstance(base, dict):
        return over
    result = dict(base)
    for key, value in over.items():
        result[key] = merged(value, base.get(key), f"{path}.{key}" if path else key)
    return result


def _merged_kinds(over: dict, base: dict, path: str) -> dict:
    kind, common = KINDS[path]
    if over.get(kind) not in (None, base.get(kind)):
        base = {key: value for key, value in base.items() if key in common}
    return {key: merged(over.get(key), base.get(key), f"{path}.{key}") for key in dict.fromkeys([*base, *over])}


def _united(over: list, base: list) -> list:
    return list(dict.fromkeys([*over, *base]))


def _by(identity: Callable[[dict], Any]) -> Callable[[list, list], list]:
    """All of `over`, then those of `base` that are none of them."""

    def unite(over: list, base: list) -> list:
        known = [identity(entry) for entry in over]
        return [*over, *(entry for entry in base if identity(entry) not in known)]

    return unite


def _variables(over: dict, base: dict) -> dict:
    """Of each kind of device, those of `over` at the end: the last of a name counts."""
    return {device: [*(base.get(device) or []), *(over.get(device) or [])] for device in dict.fromkeys([*base, *over])}


def _policy(policy: dict) -> tuple:
    return ("name", policy["name"]) if policy.get("name") is not None else (policy.get("action"), policy.get("pattern"))


# Lists, and what holds some, that are put together; of all others one or the other is taken.
LISTS: dict[str, Callable] = {
    "bind_mounts": _by(lambda mount: mount.get("container_path")),
    "environment.environment_variables": _variables,
    "environment.proxy_ports": _by(lambda port: port.get("proxy_port")),
    "labels": _united,
    "log_policies": _by(_policy),
    "resources.devices": _by(lambda device: device.get("container_path")),
}
