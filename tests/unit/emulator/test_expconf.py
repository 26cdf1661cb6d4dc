# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a master says of the types in an experiment's config."""

from __future__ import annotations

import pytest

from emulator.errors import ApiError
from emulator.expconf import complete, parse

PREFIX = "invalid experiment configuration: version 0 experiment config is invalid: config is invalid: "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: 5", "name: expected string or null, but got number"),
        ("name: true", "name: expected string or null, but got boolean"),
        ("name: [a]", "name: expected string or null, but got array"),
        ("name: {a: b}", "name: expected string or null, but got object"),
        # A boolean to Go's parser.
        ("name: y", "name: expected string or null, but got boolean"),
        ("description: 5.5", "description: expected string or null, but got number"),
        ("entrypoint: 5", "entrypoint: expected string or array or null, but got number"),
        ("entrypoint: [5]", "entrypoint[0]: expected string, but got number"),
        ("labels: x", "labels: expected array or null, but got string"),
        (
            "labels: [null, a, n]",
            "labels[0]: expected string, but got null\n<config>.labels[2]: expected string, but got boolean",
        ),
        ("resources: {weight: x}", "resources.weight: expected number or null, but got string"),
        ("resources: {slots_per_trial: 1.5}", "resources.slots_per_trial: expected integer or null, but got number"),
        ("resources: {shm_size: []}", "resources.shm_size: expected integer or string or null, but got array"),
        ("environment: {image: 5}", "environment.image: expected object or string or null, but got number"),
        ("searcher: {name: random, max_trials: x}", "searcher.max_trials: expected integer or null, but got string"),
        ("hyperparameters: {a: {type: int, minval: 1}}", 'hyperparameters.a: missing properties: "maxval"'),
        ("hyperparameters: {a: {type: log}}", 'hyperparameters.a: missing properties: "minval", "maxval", "base"'),
        ("hyperparameters: {a: {b: {type: categorical}}}", 'hyperparameters.a.b: missing properties: "vals"'),
        (
            "hyperparameters: {a: {type: const, val: 1, c: 2}}",
            'hyperparameters.a: additionalProperties "c" not allowed',
        ),
        (
            "hyperparameters: {a: {type: int, minval: 1.5, maxval: 2}}",
            "hyperparameters.a.minval: expected integer, but got number",
        ),
        (
            "hyperparameters: {a: {type: double, minval: 2, maxval: 2}}",
            "hyperparameters.a: minval must be less than maxval",
        ),
        (
            "hyperparameters: {a: {type: double, minval: 1, maxval: 2, count: 0}}",
            "hyperparameters.a.count: must be >= 1 but found 0",
        ),
        (
            "hyperparameters: {a: {type: nosuch}}",
            'hyperparameters.a: if a hyperparameter object\'s ["type"] is set, it must be one of "int", "double",'
            ' "log", const", or "categorical"',
        ),
        (
            "{searcher: {name: grid}, hyperparameters: {a: {type: int, minval: 1, maxval: 2}}}",
            "hyperparameters.a: grid search is in use but count was not provided",
        ),
        ("searcher: {name: random, max_trials: 0}", "searcher.max_trials: must be >= 1 but found 0"),
        ("searcher: {name: adaptive_asha, divisor: 1}", "searcher.divisor: must be > 1 but found 1"),
        (
            "searcher: {name: adaptive_asha, mode: x}",
            'searcher.mode: value must be one of <nil>, "aggressive", "standard", "conservative"',
        ),
        (
            "searcher: {name: adaptive_asha, bracket_rungs: [1, x]}",
            "searcher.bracket_rungs[1]: expected integer, but got string",
        ),
        (
            "retention_policy: {log_retention_days: x}",
            "retention_policy.log_retention_days: expected integer or null, but got string",
        ),
    ],
)
def test_types(text, problem):
    with pytest.raises(ApiError) as error:
        parse(text)
    assert error.value.text == PREFIX + "<config>." + problem


def test_what_is_wrong_for_any_searcher_is_said_twice():
    with pytest.raises(ApiError) as error:
        parse("searcher: {name: single, metric: 5}")
    once = "<config>.searcher.metric: expected string or null, but got number"
    assert error.value.text == f"{PREFIX}{once}\n{once}"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("name: '5'", "name", "5"),
        ("name: ''", "name", ""),
        ("name: 2026-01-31", "name", "2026-01-31"),
        ("debug: n", "debug", False),
        ("resources: {weight: 2}", "resources", {"weight": 2}),
        ("resources: {weight: 0.5, shm_size: 4g}", "resources", {"weight": 0.5, "shm_size": "4g"}),
        ("entrypoint: [python3, train.py]", "entrypoint", ["python3", "train.py"]),
    ],
)
def test_what_is_taken(text, key, value):
    assert parse(text)[key] == value


@pytest.mark.parametrize(
    ("searcher", "problem"),
    [
        ("name: custom", "the 'custom' searcher has been removed and is not valid for new experiments"),
        ("name: adaptive_simple, max_trials: 2", "the 'adaptive_simple' searcher has been removed"),
        (
            "name: adaptive_asha, max_trials: 2, max_time: 5",
            "the `adaptive_asha` searcher requires `max_time` and `time_metric` to be set",
        ),
        (
            "name: async_halving, max_trials: 2, num_rungs: 2",
            "the `async_halving` searcher requires `max_time` and `time_metric` to be set",
        ),
    ],
)
def test_searchers_that_are_refused(searcher, problem):
    with pytest.raises(ApiError) as refused:
        complete(parse(f"searcher: {{{searcher}, metric: loss}}"), None)
    assert refused.value.status == 500
    assert refused.value.text.startswith(f"invalid experiment configuration: {problem}")


@pytest.mark.parametrize(
    "space",
    [
        "{a: 1, b: [1, 2], c: {d: x, e: {type: const, val: null}}}",
        "{a: {type: int, minval: -1, maxval: 2}, b: {type: log, base: 10, minval: -3, maxval: 0.5, count: null}}",
        "{a: {type: categorical, vals: []}, b: {type: double, minval: 0, maxval: 1, count: 3}}",
    ],
)
def test_hyperparameters_that_are_taken(space):
    assert set(parse(f"hyperparameters: {space}")["hyperparameters"]) >= {"a", "b"}


@pytest.mark.parametrize("kind", ["name: adaptive_asha", "name: async_halving, num_rungs: 2"])
def test_searchers_that_stop_trials_are_taken(kind):
    given = f"searcher: {{{kind}, metric: loss, max_trials: 2, max_time: 8, time_metric: batches}}"
    assert complete(parse(given), None)["searcher"]["max_time"] == 8
