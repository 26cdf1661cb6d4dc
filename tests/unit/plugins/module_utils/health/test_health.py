# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import ApiError, BadOption, Unreachable
from ansible_collections.determined_ai.determined.plugins.module_utils.health import health, health_checks
from ansible_collections.determined_ai.determined.plugins.module_utils.health.health_checks import (
    CHECKS,
    CODES,
    PULL,
    Finding,
)
from hypothesis import example, given, strategies

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
OPTIONS = {name: option.get("default") for name, option in health.HEALTH.options.items()}


def agent(ident, state="enabled", slots=(), version="0.38.1"):
    details = [{"id": number, "state": slot} for number, slot in enumerate(slots)]
    return {"id": ident, "state": state, "version": version, "slot_details": details}


@pytest.mark.parametrize(
    ("rows", "options", "found"),
    [
        ([agent("a")], {}, []),
        ([agent("a")], {"agents_expected": ["b", "a"]}, [("agent_missing", "b")]),
        ([agent("a", "drained")], {}, [("agent_off", "a")]),
        ([agent("a", "disabled")], {"agents_off": ["a"]}, []),
        ([agent("a", version="0.37")], {}, [("agent_version", "a")]),
        ([agent("a", slots=["enabled", "disabled"])], {}, [("slot_off", "a/1")]),
        ([agent("a", slots=["enabled", "disabled"])], {"quarantine": {"a": [1]}}, []),
        ([agent("a", slots=["enabled", "draining"])], {"quarantine": {"a": [0, 1]}}, [("slot_not_off", "a/0")]),
        # Off as a whole is one finding, not one for each slot.
        ([agent("a", "drained", ["drained"])], {}, [("agent_off", "a")]),
        ([agent("a")], {"quarantine": {"z": [1]}}, []),
    ],
)
def test_agents_and_slots(rows, options, found):
    params = {**OPTIONS, **options}
    findings = [
        *health_checks.agents(rows, params, "0.38.1"),
        *health_checks.slots(rows, params["quarantine"] or {}),
    ]
    assert [(one.code, one.ids[0]) for one in findings] == found


def job(ident, pool, slots):
    return {"id": ident, "resource_pool": pool, "requested_slots": slots}


@pytest.mark.parametrize(
    ("available", "slots", "code"), [(8, 1, "queue_stuck"), (0, 1, "pool_without_slots"), (0, 0, "queue_stuck")]
)
def test_a_pool_whose_jobs_wait(available, slots, code):
    pools = [{"name": "a", "slots_available": available}, {"name": "b", "slots_available": 0}]
    jobs = [job(str(number), "a", slots) for number in range(3)]
    (finding,) = health_checks.stuck(pools, jobs, {**OPTIONS, "limit": 2})
    assert (finding.code, finding.subject, finding.ids, finding.count) == (code, "pool a", ("0", "1"), 3)


def test_deletions_that_last():
    since = {1: NOW - timedelta(hours=3), 2: NOW - timedelta(hours=1)}
    assert health_checks.late_deletions((1, 2, 3), since, NOW - timedelta(hours=2)) == (1,)


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("pulling container image: error pulling image: docker.io/x:latest: Error response", "docker.io/x:latest"),
        ("error pulling image: host:5000/x@sha256:ab: denied", "host:5000/x@sha256:ab"),
        ("error pulling image: x", "x"),
        ("container failed with non-zero exit code: 1 (exit code 1)", None),
        ("", None),
    ],
)
def test_the_image_that_could_not_be_pulled(text, image):
    match = PULL.search(text)
    assert (match and match.group(1)) == image


def test_images_count_by_name():
    found = list(health_checks.images({"a": [1, 2], "b": [3]}, {**OPTIONS, "image_failures": 2}))
    assert [(one.subject, one.count) for one in found] == [("image a", 2)]


@pytest.mark.parametrize(
    ("ids", "count", "text"),
    [((7,), None, "experiment 7"), ((1, 2), None, "experiments 1, 2"), ((1, 2), 9, "experiments 1, 2 and 4 more")],
)
def test_names(ids, count, text):
    assert health_checks.named("experiment", ids, count) == text


# All together


def run(monkeypatch, checks, **options):
    monkeypatch.setattr(health, "CHECKS", checks)
    params = {**OPTIONS, "checks": list(checks), **options}
    return health.gather_health(Call(params, options, False, lambda _params, _read_only: None))


def finds(*codes, **figures):
    return lambda client, params, now: ([Finding(code, "x", f"is {code}", "do") for code in codes], figures)


def fails(error):
    def check(client, params, now):
        raise error

    return check


DENIED = refusal(403, "PermissionDenied", "no", "GET", "/x")


@pytest.mark.parametrize(
    ("checks", "severity", "status", "codes"),
    [
        ({"a": finds()}, "info", 0, []),
        ({"a": finds("agent_version")}, "info", 0, ["agent_version"]),
        ({"a": finds("agent_off"), "b": finds("agent_missing")}, "critical", 2, ["agent_missing", "agent_off"]),
        ({"a": fails(DENIED), "b": finds("agent_version")}, "unknown", 3, ["check_failed", "agent_version"]),
        ({"a": fails(DENIED), "b": finds("agent_off")}, "warning", 1, ["agent_off", "check_failed"]),
        ({"a": fails(Unreachable("gone.")), "b": finds("agent_off")}, "critical", 2, ["master_unreachable"]),
    ],
)
def test_the_worst_decides(monkeypatch, checks, severity, status, codes):
    result = run(monkeypatch, checks)
    assert (result["severity"], result["exit_status"]) == (severity, status)
    assert [one["code"] for one in result["findings"]] == codes


def test_severities_of_ones_own(monkeypatch):
    result = run(monkeypatch, {"a": finds("agent_off", "delete_failed")}, severities={"agent_off": "info"})
    assert result["counts"] == {"info": 1, "unknown": 0, "warning": 1, "critical": 0}


def test_whom_the_master_does_not_know_is_told_so(monkeypatch):
    """It is a failure, that holds what a monitoring needs."""
    monkeypatch.setattr(health, "CHECKS", {"a": fails(refusal(401, "Unauthenticated", "no", "GET", "/x"))})
    call = Call({**OPTIONS, "checks": ["a"]}, {}, False, lambda _params, _read_only: None)
    with pytest.raises(ApiError):
        health.gather_health(call)
    assert call.done["exit_status"] == 3
    assert call.done["text"].startswith("DETERMINED UNKNOWN - a: ")


def test_the_line(monkeypatch):
    checks = {"a": finds(*["agent_off"] * 5, agents=4, oldest_queued_seconds=90)}
    assert run(monkeypatch, checks)["text"] == (
        "DETERMINED WARNING - x: is agent_off; x: is agent_off; x: is agent_off (and 2 more)"
        " | agents=4;;;0 oldest_queued=90s;;;0"
    )
    assert run(monkeypatch, {"a": finds("agent_version")})["text"] == "DETERMINED OK - nothing is wrong"
    assert "|" not in run(monkeypatch, {"a": fails(Unreachable("a|b\nc"))})["text"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"severities": {"agent_lost": "info"}}, "severities"),
        ({"severities": {"agent_off": "bad"}}, "severities"),
        ({"quarantine": {"a": 3}}, "quarantine"),
        ({"quarantine": {"a": ["x"]}}, "quarantine"),
    ],
)
def test_wrong_options(monkeypatch, options, said):
    with pytest.raises(BadOption, match=said):
        run(monkeypatch, {"a": finds()}, **options)


def test_every_finding_has_a_severity():
    assert set(CODES.values()) <= set(health.SEVERITIES)
    assert list(CHECKS) == health.HEALTH.options["checks"]["default"]


@given(name=strategies.text(strategies.characters(exclude_categories=()), max_size=20))
@example(name="a\r\x1b[2KDETERMINED OK - nothing is wrong\x1b[8m\u2028|x=1")
def test_the_line_of_a_monitoring_is_one_line_with_its_own_figures_only(name):
    line = health.text([{"severity": "critical", "subject": name, "what": name}], "critical", {"agents": 3})
    assert line.isprintable()
    assert line.partition("|")[2] == " agents=3;;;0"
