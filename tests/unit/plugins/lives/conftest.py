# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a life came to, beside the test: compared, or with DET_RECORD=1 written anew, to be read before it is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.unit.plugins.lives.stage import Stage, Step, plain

RECORD = "DET_RECORD"


@pytest.fixture
def live(request):
    """Function (name, stage, steps): runs them and compares with what NAME.json of this folder says."""

    def run(name: str, stage: Stage, steps: list[Step], without: Collection[str] = (), like: str | None = None) -> None:
        """``without``: keys of results that are another each time. ``like``: the name of what went the same way in
        another test; only what differs from that is kept."""
        folder = Path(request.path.parent, "expected")
        path = folder / f"{name}.json"
        came = {str(number): told(stage, one) for number, one in enumerate(steps)}
        for one in came.values():
            for result in (one["result"], one["check"], one["again"]):
                result.update({key: "ANY" for key in without if result.get(key)})
        seen = plain([{"step": str(one), **came[str(number)]} for number, one in enumerate(steps)], hidden(stage))
        if like is not None:
            seen = differing(seen, json.loads((folder / f"{like}.json").read_text(encoding="utf-8")))
        if os.environ.get(RECORD):
            path.parent.mkdir(exist_ok=True)
            path.write_text(written(seen), encoding="utf-8")
        expected = json.loads(path.read_text(encoding="utf-8"))
        for found, wanted in zip(seen, expected, strict=True):
            assert found == wanted, f"{path.name}: {found['step']} ({RECORD}=1 writes it anew)"

    return run


def differing(steps: list[dict], others: list[dict]) -> list[dict]:
    """Of each step what was sent, and what of its results is not as in the others of the same names."""
    found, left = [], iter(others)
    for one in steps:
        other = next(each for each in left if each["step"] == one["step"])
        kept = {key: one[key] for key in ("step", "sent") if key == "step" or one[key] != other[key]}
        results = {key: apart(one[key], other[key]) for key in ("result", "again")}
        found.append({**kept, **{key: value for key, value in results.items() if value}})
    return found


def hidden(stage: Stage) -> dict[str, str]:
    return {stage.place.url: "MASTER", stage.place.url.partition("//")[2]: "HOST", **stage.names.get("hidden", {})}


def written(seen: list[dict]) -> str:
    """JSON with a line for each property of a step."""
    steps = []
    for one in seen:
        lines = [f"  {json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in one.items()]
        steps.append(" {\n" + ",\n".join(lines) + "\n }")
    return "[\n" + ",\n".join(steps) + "\n]\n"


def told(stage: Stage, step: Step) -> dict:
    """What one step came to. Check mode before it says the same and writes nothing; run again, it changes nothing."""
    if step.first:
        step.first(stage)
    options = step.options(stage) if callable(step.options) else step.options
    os.environ.update(step.environment)
    check = stage.watch(step.module, options, check=True)
    with stage.somebody(step.meanwhile), stage.broken(step.faults):
        real = stage.watch(step.module, options)
    again = stage.watch(step.module, options)
    for name in step.environment:
        del os.environ[name]
    assert check["sent"] == [], f"{step}: check mode writes"
    if step.predicted and not real["result"].get("failed"):
        for key in ("changed", "changed_ids", "failed_ids"):
            assert check["result"].get(key) == real["result"].get(key), f"{step}: {key} is predicted"
    if step.steady and not real["result"].get("failed"):
        assert (again["result"]["changed"], again["sent"]) == (False, []), f"{step}: a second run changes something"
    return {**real, "check": apart(check["result"], real["result"]), "again": apart(again["result"], real["result"])}


def apart(result: dict, other: dict) -> dict:
    """What of a result is not the same as in the other; None for what it has not."""
    return {key: result.get(key) for key in sorted({*result, *other}) if result.get(key) != other.get(key)}
