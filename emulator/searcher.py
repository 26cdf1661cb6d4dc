# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trials a managed experiment has: how many, how many at a time, and each one's hyperparameters."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any


def total(config: dict) -> int:
    """How many trials the experiment comes to."""
    searcher = config["searcher"]
    kind = searcher["name"]
    if kind == "grid":
        return math.prod(len(values) for values in _axes(config.get("hyperparameters") or {}).values())
    return searcher.get("max_trials") or 1 if kind not in ("single", "custom") else 1


def at_once(config: dict) -> int:
    """How many of them may run at the same time."""
    return min(total(config), config["searcher"].get("max_concurrent_trials") or total(config))


def hparams(config: dict, number: int) -> dict:
    """The hyperparameters of a trial, counted from 0; the same each time."""
    space = config.get("hyperparameters") or {}
    if config["searcher"]["name"] == "grid":
        axes = _axes(space)
        chosen = next(itertools.islice(itertools.product(*axes.values()), number, None))
        point = dict(zip(axes, chosen, strict=True))
        return _place(space, lambda path, _given: point[path])
    seed = (config.get("reproducibility") or {}).get("experiment_seed") or 0
    chance = random.Random(seed * 1_000_003 + number)
    return _place(space, lambda _path, given: _sample(given, chance))


def _place(space: dict, choose, path: tuple[str, ...] = ()) -> dict:
    """The space with a value for each hyperparameter: choose(path, what is given for it)."""
    point = {}
    for name, given in space.items():
        if isinstance(given, dict) and "type" not in given:
            point[name] = _place(given, choose, (*path, name))
        elif not isinstance(given, dict):
            point[name] = given
        else:
            point[name] = choose((*path, name), given)
    return point


def _axes(space: dict, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], list]:
    """Path of each hyperparameter -> the values that a grid has for it."""
    axes: dict[tuple[str, ...], list] = {}
    for name, given in space.items():
        if isinstance(given, dict) and "type" not in given:
            axes.update(_axes(given, (*path, name)))
        elif isinstance(given, dict):
            axes[(*path, name)] = _steps(given)
    return axes


def _steps(given: dict) -> list[Any]:
    kind = given["type"]
    if kind == "const":
        return [given["val"]]
    if kind == "categorical":
        return list(given["vals"])
    low, high = given["minval"], given["maxval"]
    whole = kind == "int"
    count = given.get("count") or (high - low + 1 if whole else 1)
    count = min(count, high - low + 1) if whole else count
    points = [low + (high - low) * i / (count - 1) for i in range(count)] if count > 1 else [low]
    if whole:
        return [round(point) for point in points]
    return [given.get("base", 10) ** point for point in points] if kind == "log" else points


def _sample(given: dict, chance: random.Random) -> Any:
    kind = given["type"]
    if kind == "const":
        return given["val"]
    if kind == "categorical":
        return chance.choice(given["vals"])
    if kind == "int":
        return chance.randint(given["minval"], given["maxval"])
    value = chance.uniform(given["minval"], given["maxval"])
    return given.get("base", 10) ** value if kind == "log" else value
