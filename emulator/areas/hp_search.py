# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hyperparameter search would try, without an experiment."""

from __future__ import annotations

import math

from .. import expconf
from .. import searcher as searches
from ..errors import ApiError, guessed, internal, invalid

_MAX_LENGTH = {"maxLength": True}
# Mode -> with how many rungs its first bracket begins, of so many at most.
_FIRST = {"conservative": lambda most: 1, "standard": lambda most: (most - 1) // 2 + 1, "aggressive": lambda most: most}


def preview(call, request):
    config = request.get("config", {})
    try:
        given = expconf.checked(config)
    except ApiError as error:
        raise invalid(error.text) from None
    searcher = given.get("searcher")
    if searcher is None:
        raise invalid(f"{expconf.INVALID.removesuffix(': ')}; missing searcher")
    problems = dict.fromkeys(expconf.searcher_missing(searcher, "<config>"))
    if problems:
        text = "\n".join(problems)
        raise invalid(f"invalid searcher configuration: config is invalid or incomplete: {text}")
    refusal = expconf.searcher_refusal(searcher)
    if refusal:
        raise internal(f"{expconf.INVALID}{refusal}")
    searcher = expconf.filled({"searcher": searcher})["searcher"]
    if searcher["name"] == "adaptive_asha" and not _makes_sense(searcher):
        error = invalid(f"{expconf.INVALID}config is invalid")
        raise guessed(error, "What is said of a search that has no time, or brackets without rungs.")
    trials = _trials({"searcher": searcher, "hyperparameters": given.get("hyperparameters")})
    return {"summary": {"config": searcher, "trials": trials}}


def _trials(config: dict) -> list[dict]:
    kind = config["searcher"]["name"]
    if kind == "async_halving":
        raise internal("invalid searcher configuration")
    if kind == "adaptive_asha":
        return _stopped(config["searcher"])
    # A grid is made of what there is to vary.
    nothing = kind == "grid" and not config["hyperparameters"]
    return [{"count": 0 if nothing else searches.total(config), "unit": _MAX_LENGTH}]


def _makes_sense(searcher: dict) -> bool:
    return all(number > 0 for number in (searcher["max_time"], *searcher["bracket_rungs"]))


def _brackets(searcher: dict) -> list[tuple[int, int]]:
    """(rungs, trials) of each bracket, those with most rungs first: each is to cost about the same."""
    divisor, trials = searcher["divisor"], searcher["max_trials"]
    rungs = searcher["bracket_rungs"]
    if not rungs:
        # The top rung is to have a trial at least.
        fit = [int(math.log(number) / math.log(divisor)) + 1 for number in (searcher["max_time"], trials)]
        most = min(searcher["max_rungs"], *fit)
        rungs = range(_FIRST[searcher["mode"]](most), most + 1)
    rungs = sorted(rungs, reverse=True)
    weights = [divisor ** (number - 1) / number for number in rungs]
    shares = [max(int(weight / sum(weights) * trials), 1) for weight in weights]
    shares[0] += max(trials - sum(shares), 0)
    return list(zip(rungs, shares, strict=True))


def _stopped(searcher: dict) -> list[dict]:
    """How many trials end at which length: of each rung one in `divisor` goes on to the next, which is `divisor` times
    as long."""
    divisor, longest = searcher["divisor"], searcher["max_time"]
    counts: dict[int, int] = {}
    for rungs, left in _brackets(searcher):
        for above in reversed(range(rungs)):
            length = max(int(longest / divisor**above), 1)
            going_on = max(int(left / divisor), 1) if above else 0
            counts[length] = counts.get(length, 0) + left - going_on
            left = going_on
    unit = {"name": searcher["time_metric"], "maxLength": False}
    return [{"count": counts[length], "unit": {**unit, "value": length}} for length in sorted(counts)]
