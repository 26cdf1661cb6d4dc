# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module says that it returns is what comes: every key, and each of its type."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform

from emulator.testing import running
from tests.unit.plugins.returned_runs import RACES, RUNS, World

FOLDER = Path(__file__).parents[3] / "plugins" / "modules"
PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
# role_options runs in its action plugin alone.
MODULES = sorted(path.stem for path in FOLDER.glob("det_*.py"))
# Ansible's own, and what only failures and diff mode bring.
ASIDE = {"changed", "diff", "failed", "msg", "failure", "exception", "warnings"}
TYPES = {
    "str": str,
    "int": int,
    "bool": bool,
    "float": (int, float),
    "dict": dict,
    "list": list,
    "raw": object,
}
# Dicts whose keys are the users' own, or ids and names of what they tell of, or options; and what the API has said.
OPEN = {
    "access", "after", "agent_user_group", "assignments", "before", "best", "checkpoint_policy", "checkpoint_storage",
    "columns", "config", "constraints", "containers", "counts", "drift", "figures", "filters", "groups", "hparams",
    "invariant_config", "json", "log_fields", "metadata", "metadata_values", "metric_ranges", "metrics", "notes",
    "owners", "ranges", "resources", "searcher", "series", "stats", "summary", "summary_metrics", "telemetry", "total",
    "training_metrics", "triggers", "usage", "users", "validation_metrics",
}  # fmt: skip


class Seen:
    """The keys that came, as paths of names, and what is wrong with them."""

    def __init__(self) -> None:
        self.paths: set[tuple[str, ...]] = set()
        self.wrong: set[str] = set()

    def look(self, value: dict, documented: dict, path: tuple[str, ...] = ()) -> None:
        """One dict of a result against its ``contains``."""
        for name, one in value.items():
            here = (*path, name)
            if name not in documented:
                self.wrong.add(f"{'.'.join(here)} came and is not documented")
                continue
            self.paths.add(here)
            self.look_at_value(one, documented[name], here)
        for name in set(documented) - set(value):
            if documented[name]["returned"] == "always":
                self.wrong.add(f"{'.'.join((*path, name))} is documented to come always, and did not")

    def look_at_value(self, value: object, said: dict, path: tuple[str, ...]) -> None:
        if value is None:
            return
        name = ".".join(path)
        if not is_of(value, said["type"]):
            self.wrong.add(f"{name} is {type(value).__name__}, not {said['type']}")
            return
        elements = value if isinstance(value, list) else []
        if said["type"] == "list" and not all(is_of(one, said["elements"]) for one in elements):
            self.wrong.add(f"the elements of {name} are not all of {said['elements']}")
            return
        if "contains" in said:
            for one in [value] if isinstance(value, dict) else elements:
                self.look(one, said["contains"], path)
        elif (isinstance(value, dict) or said.get("elements") == "dict") and path[-1] not in OPEN:
            self.wrong.add(f"{name} has no contains")


def is_of(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind in ("bool", "raw") or not isinstance(value, bool))


def paths(documented: dict, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every documented key."""
    found = set()
    for name, said in documented.items():
        if path or name not in ASIDE:
            found |= {(*path, name)} | paths(said.get("contains", {}), (*path, name))
    return found


def play(world: World, name: str, options: dict, check_mode: bool) -> dict:
    module = importlib.import_module(PACKAGE + name)
    connection = {} if name == "det_report" else {"master": world.url, "retry_time": 1}
    wait = {"wait_timeout": 20} if "wait_timeout" in module.SPEC.options else {}
    checked = ArgumentSpecValidator(module.SPEC.options, **module.SPEC.rules()).validate(
        {**connection, **wait, **options}
    )
    assert not checked.error_messages
    call = Call(
        checked.validated_parameters,
        set(options),
        check_mode,
        lambda given, read_only: open_client(given, read_only, world.environment),
    )
    return perform(call, module.SPEC, module.work)


def pages(value: Any) -> Iterator[str]:
    """The addresses in the web UI that the rows of a result have."""
    if isinstance(value, dict):
        address = value.get("url")
        if isinstance(address, str) and "/det/" in address:
            yield address
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from pages(inner)


def test_every_module_is_looked_at():
    assert sorted(RUNS) == MODULES


@pytest.mark.parametrize("name", sorted(RUNS))
def test_what_is_documented_is_what_comes(name, tmp_path):
    documented = yaml.safe_load(importlib.import_module(PACKAGE + name).RETURN)
    case, seen = RUNS[name], Seen()
    with running(password="Testing1!", **case.emulator) as control:
        world = World(control, tmp_path)
        for step in case.steps:
            options = step.options(world) if callable(step.options) else step.options
            if step.fault:
                control.fault(**(step.fault(world) if callable(step.fault) else step.fault))
            result = play(world, name, options, step.check)
            control.no_faults()
            assert bool(result.get("failed")) == bool(step.fault), result.get("msg")
            seen.look({key: one for key, one in result.items() if key not in ASIDE}, documented)
            assert all(one.startswith(world.url) for one in pages(result)), "the address of a page is that of no master"
    races = RACES.get(name, ())
    missing = {".".join(one) for one in paths(documented) - seen.paths if len(one) == 1 or one[0] not in races}
    wrong = seen.wrong | {f"{one} is documented and never came" for one in missing}
    assert not wrong, "\n".join(sorted(wrong))
