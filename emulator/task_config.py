# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configs of interactive and generic tasks: decoded as strictly as Go's JSON decoder does, filled in with defaults."""

from __future__ import annotations

import copy
import json
from typing import Any

from . import durations

# The structs by Go's names: field -> Go type; a type that is itself a key here is a nested struct.
STRUCTS = {
    "CommandConfig": {
        "description": "string",
        "bind_mounts": "[]BindMount",
        "environment": "Environment",
        "resources": "ResourcesConfig",
        "entrypoint": "[]string",
        "tensorboard_args": "[]string",
        "idle_timeout": "duration",
        "notebook_idle_type": "string",
        "work_dir": "string",
        "debug": "bool",
        "pbs": "map",
        "slurm": "map",
    },
    "GenericTaskConfig": {
        "bind_mounts": "[]BindMount",
        "environment": "Environment",
        "resources": "ResourcesConfig",
        "entrypoint": "[]string",
        "work_dir": "string",
        "debug": "bool",
        "preemption_timeout": "int",
        "pbs": "map",
        "slurm": "map",
    },
    "Environment": {
        "image": "any",
        "environment_variables": "any",
        "proxy_ports": "any",
        "ports": "map",
        "registry_auth": "map",
        "force_pull_image": "bool",
        "pod_spec": "map",
        "add_capabilities": "[]string",
        "drop_capabilities": "[]string",
    },
    "ResourcesConfig": {
        "slots": "int",
        "max_slots": "int",
        "weight": "float64",
        "native_parallel": "bool",
        "shm_size": "any",
        "resource_pool": "string",
        "priority": "int",
        "is_single_node": "bool",
        "devices": "any",
    },
    "Constraints": {
        "resources": "ResourceConstraints",
        "priority_limit": "int",
    },
    "ResourceConstraints": {
        "max_slots": "int",
    },
    "BindMount": {
        "host_path": "string",
        "container_path": "string",
        "read_only": "bool",
        "propagation": "string",
    },
}
IDLE_TYPES = ("kernels_or_terminals", "kernel_connections", "activity")
DEVICES = ("cpu", "cuda", "rocm")
_IMAGE = {
    "cpu": "determinedai/pytorch-ngc:0.38.1",
    "cuda": "determinedai/pytorch-ngc:0.38.1",
    "rocm": "determinedai/environments:rocm-5.6-pytorch-1.3-tf-2.10-rocm-mpich-0736b6d",
}
DEFAULTS: dict[str, Any] = {
    "bind_mounts": None,
    "debug": False,
    "description": "",
    "entrypoint": None,
    "environment": {
        "add_capabilities": None,
        "drop_capabilities": None,
        "environment_variables": {},
        "force_pull_image": False,
        "image": _IMAGE,
        "pod_spec": None,
        "ports": None,
        "proxy_ports": None,
    },
    "idle_timeout": None,
    "notebook_idle_type": IDLE_TYPES[0],
    "pbs": {},
    "resources": {
        "devices": None,
        "is_single_node": None,
        "priority": 42,
        "resource_pool": "",
        "slots": 1,
        "weight": 1,
    },
    "slurm": {},
    "work_dir": None,
}
_JSON = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
_WANTED = {"string": (str,), "bool": (bool,), "int": (int,), "float64": (int, float), "map": (dict,)}


def go_json(value: Any) -> str:
    """The value as the master writes a config into its errors."""
    return json.dumps(value, separators=(", ", ":"), sort_keys=True, ensure_ascii=False)


def check(config: dict, struct: str = "CommandConfig", path: tuple[str, ...] = ()) -> None:
    """ValueError in the words of Go's decoder for an unknown key or a wrong type."""
    for name, value in sorted(config.items()):
        kind = STRUCTS[struct].get(name)
        if kind is None:
            raise ValueError(f'json: unknown field "{name}"')
        if value is not None:
            _check_value(value, kind, struct, (*path, name))


def _check_value(value: Any, kind: str, struct: str, path: tuple[str, ...]) -> None:
    if kind == "any":
        return
    if kind == "duration":
        if not isinstance(value, str):
            raise ValueError("error parsing duration: json: cannot unmarshal number into Go value of type string")
        try:
            durations.parse(value)
        except ValueError as error:
            raise ValueError(f"error parsing duration: {error}") from None
        return
    if kind in STRUCTS:
        if not isinstance(value, dict):
            raise _mismatch(value, f"model.{kind}", struct, path)
        check(value, kind, path)
        return
    if kind.startswith("[]"):
        if not isinstance(value, list):
            raise _mismatch(value, kind.replace("[]B", "[]model.B"), struct, path)
        for item in value:
            _check_value(item, kind[2:], struct, path)
        return
    if not isinstance(value, _WANTED[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise _mismatch(value, kind, struct, path)


def _mismatch(value: Any, kind: str, struct: str, path: tuple[str, ...]) -> ValueError:
    given = _JSON[type(value)]
    if given == "number" and kind == "int":
        given = f"number {value}"
    return ValueError(f"json: cannot unmarshal {given} into Go struct field {struct}.{'.'.join(path)} of type {kind}")


def resources(config: dict) -> tuple[str, int]:
    """(pool, slots) as far as they can be made out; what is wrong with the rest is said later."""
    given = config.get("resources")
    given = given if isinstance(given, dict) else {}
    pool, slots = given.get("resource_pool"), given.get("slots")
    whole = isinstance(slots, (int, float)) and not isinstance(slots, bool) and float(slots).is_integer()
    return pool if isinstance(pool, str) else "", int(slots) if whole else 1


def fill(*layers: dict) -> dict:
    """The defaults with configs laid over them, the last one on top."""
    filled = copy.deepcopy(DEFAULTS)
    for layer in layers:
        _lay(filled, layer)
    return filled


def _lay(below: dict, above: dict) -> None:
    for name, value in above.items():
        if value is None and isinstance(below.get(name), dict):
            continue
        if name in ("image", "environment_variables"):
            below[name] = _by_device(value, below.get(name) or {}, appending=name != "image")
        elif name == "bind_mounts" and value:
            mounts = [{"propagation": "rprivate", "read_only": False, **mount} for mount in value]
            below[name] = [*(below.get(name) or []), *mounts]
        elif name == "idle_timeout" and value is not None:
            below[name] = durations.text(durations.parse(value))
        elif isinstance(value, dict) and isinstance(below.get(name), dict):
            _lay(below[name], value)
        else:
            below[name] = value


def _by_device(value: Any, below: dict, *, appending: bool) -> dict:
    """What was given for all devices at once, or for each."""
    given = value if isinstance(value, dict) else dict.fromkeys(DEVICES, value)
    if "gpu" in given:
        given = {"cuda": given["gpu"], **{k: v for k, v in given.items() if k != "gpu"}}
    if appending:
        given = {k: [*below.get(k, []), *v] for k, v in given.items() if v}
    return {**below, **given}


def invalid(config: dict) -> str | None:
    """What the master's own check finds wrong with a filled config, in its words."""
    found = []
    slots, priority = config["resources"]["slots"], config["resources"]["priority"]
    if slots < 0:
        found.append(("root", f"resources.slots must be >= 0: {slots} is not greater than or equal to 0"))
    if not config["entrypoint"]:
        found.append(("root", "entrypoint must be non-empty: 0 is not greater than 0"))
    if config["notebook_idle_type"] not in IDLE_TYPES:
        listed = " ".join(IDLE_TYPES)
        found.append(("root", f"invalid notebook idle type: {config['notebook_idle_type']} not in {{[{listed}]}}"))
    if config["resources"]["is_single_node"] is not None:
        found.append(("root", "resources.is_single_node cannot be set for NTSCs: expected true, got false"))
    text = "scheduling priority must be greater than 0 and less than 100"
    if priority < 1:
        found.append(("root.Resources", f"{text}: {priority} is not greater than or equal to 1"))
    elif priority > 99:
        found.append(("root.Resources", f"{text}: {priority} is not less than or equal to 99"))
    if not found:
        return None
    lines = "".join(f"\n\terror found at {place}: {text}" for place, text in found)
    return f"Check Failed! {len(found)} errors found:{lines}"
