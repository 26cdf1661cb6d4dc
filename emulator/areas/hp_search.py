# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hyperparameter search would try, without an experiment."""

from __future__ import annotations

import math

from .. import expconf
from ..errors import ApiError, invalid

_MAX_LENGTH = {"maxLength": True}


def preview(call, request):
    config = request.get("config", {})
    try:
        given = expconf.checked(config)
    except ApiError as error:
        raise invalid(error.text) from None
    searcher = given.get("searcher")
    if not searcher:
        raise invalid(f"{expconf.INVALID.removesuffix(': ')}; missing searcher")
    problems = dict.fromkeys(expconf.searcher_missing(searcher, "<config>"))
    if problems:
        text = "\n".join(problems)
        raise invalid(f"invalid searcher configuration: config is invalid or incomplete: {text}")
    searcher = expconf.filled({"searcher": searcher})["searcher"]
    return {"summary": {"config": searcher, "trials": _trials(searcher, given.get("hyperparameters", {}))}}


def _trials(searcher: dict, hyperparameters: dict) -> list[dict]:
    kind = searcher["name"]
    if kind == "random":
        return [{"count": searcher["max_trials"], "unit": _MAX_LENGTH}]
    if kind == "grid":
        return [{"count": math.prod(_choices(value) for value in hyperparameters.values()), "unit": _MAX_LENGTH}]
    if kind == "adaptive_asha":
        return _halving(searcher)
    return [{"count": 1, "unit": _MAX_LENGTH}]


def _choices(hyperparameter: dict) -> int:
    kind = hyperparameter.get("type")
    if kind is None:
        return math.prod(_choices(value) for value in hyperparameter.values())
    if kind == "categorical":
        return len(hyperparameter["vals"])
    if kind == "int":
        span = hyperparameter["maxval"] - hyperparameter["minval"] + 1
        return min(hyperparameter["count"] or span, span)
    return hyperparameter.get("count") or 1


def _halving(searcher: dict) -> list[dict]:
    """Of each rung one in `divisor` goes on to the next, which is `divisor` times as long."""
    longest = searcher.get("max_time") or (searcher.get("max_length") or {}).get("batches", 1)
    divisor = searcher["divisor"]
    rungs = max(1, min(searcher["max_rungs"], int(math.log(max(longest, 1), divisor)), _rungs(searcher)))
    left = searcher["max_trials"]
    trials = []
    for rung in range(rungs):
        going_on = max(1, math.ceil(left / divisor)) if rung < rungs - 1 else 0
        length = max(1, round(longest / divisor ** (rungs - 1 - rung)))
        unit = {"name": searcher.get("time_metric") or "batches", "value": length, "maxLength": False}
        trials.append({"count": left - going_on, "unit": unit})
        left = going_on
    return [trial for trial in trials if trial["count"]]


def _rungs(searcher: dict) -> int:
    return int(math.log(max(searcher["max_trials"], 1), searcher["divisor"])) + 1
