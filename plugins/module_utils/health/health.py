# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of a cluster: all checks, their findings by severity, and the line that a monitoring reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, Dict

from ..engine.spec import Spec
from ..errors import ApiError, BadOption, NotLoggedIn, Unreachable
from ..model.row import Column, Row, read_row
from ..targets import monitoring_text
from ..when import duration
from .health_checks import CHECKS, CODES, Finding

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

# In the order of monitoring plugins, the mildest first, with the exit status of each.
SEVERITIES = {"info": 0, "unknown": 3, "warning": 1, "critical": 2}
WORDS = {"info": "OK", "unknown": "UNKNOWN", "warning": "WARNING", "critical": "CRITICAL"}
SHOWN = 3
AGES = ("deleting_over", "queued_over", "images_within", "silent_over")

FINDING = (
    Column("severity", "critical, warning, unknown or info.", sample="critical"),
    Column("code", "What is wrong, for machines.", sample="agent_missing"),
    Column("subject", "With what.", sample="agent agent-4"),
    Column("what", "What is wrong, for people.", sample="not connected"),
    Column("remedy", "What to do.", sample="See to its machine and to its agent's log."),
    Column("ids", "Ids of the first of the objects that it is about: of experiments, agents, slots (agent/number) or"
           " jobs; of image_pull those of tasks and trials.", "list", ["agent-4", 16]),
    Column("count", "Number of all these objects.", "int", 1),
)  # fmt: skip
COUNTS = tuple(Column(name, f"Number of the findings that are {name}.", "int", 0) for name in SEVERITIES)

HEALTH = Spec(
    {
        "checks": {"type": "list", "elements": "str", "choices": list(CHECKS), "default": list(CHECKS)},
        "master_version": {"type": "str"},
        "agents_expected": {"type": "list", "elements": "str"},
        "agents_off": {"type": "list", "elements": "str"},
        "quarantine": {"type": "dict"},
        "deleting_over": {"type": "str", "default": "2h"},
        "queued_over": {"type": "str", "default": "12h"},
        "image_failures": {"type": "int", "default": 3},
        "images_within": {"type": "str", "default": "1d"},
        "images_sample": {"type": "int", "default": 20},
        "silent_over": {"type": "str", "default": "1d"},
        "severities": {"type": "dict"},
        "limit": {"type": "int", "default": 100},
    },
    narrows=("checks", "master_version"),
    objects=("agents_expected", "agents_off"),
)


# One subject: function (client, options, now) -> (findings, figures).
Check = Callable[["Client", Dict[str, Any], datetime], Any]


def gather_health(call: Call) -> dict[str, Any]:
    """The work of det_health_info."""
    for option in AGES:
        duration(call.params[option], option)
    call.params["quarantine"] = slot_numbers(call.params["quarantine"] or {})
    return run_checks(call, CHECKS, CODES)


def run_checks(call: Call, checks: Mapping[str, Check], codes: Mapping[str, str]) -> dict[str, Any]:
    """The result of a module that looks for what is wrong.

    :param checks: {subject: function}; those in the option ``checks`` are made.
    :param codes: {code of a finding: its usual severity}; the option ``severities`` changes them.
    """
    params, now = call.params, datetime.now(timezone.utc)
    severities = {**codes, **checked(params["severities"] or {}, codes)}
    findings, figures = [], {}
    for name in checks:
        if name not in params["checks"]:
            continue
        try:
            found, counted = checks[name](call.client, params, now)
        except Unreachable as error:
            findings.append(Finding("master_unreachable", "master", error.msg, "See to the master and its log."))
            break
        except NotLoggedIn as error:
            # Who is nobody is told nothing at all. A monitoring still has its line.
            unknown = {"severity": "unknown", "subject": name, "what": error.msg}
            call.progress(exit_status=SEVERITIES["unknown"], text=text([unknown], "unknown", {}))
            raise
        except ApiError as error:
            remedy = error.hint or "Ask for this check's subject with det_api, and look at the master's log."
            findings.append(Finding("check_failed", name, error.msg, remedy))
        else:
            findings += found
            figures.update(counted)
    rows = ranked([row(one, severities) for one in findings])
    worst = rows[0]["severity"] if rows else "info"
    return {
        "findings": rows,
        "severity": worst,
        "exit_status": SEVERITIES[worst],
        "figures": figures,
        "counts": {severity: sum(one["severity"] == severity for one in rows) for severity in SEVERITIES},
        "text": text(rows, worst, figures),
    }


def checked(severities: Any, codes: Mapping[str, str]) -> Any:
    """The option ``severities``. Raises BadOption for a code or a severity that there is not."""
    for code, severity in severities.items():
        if code not in codes:
            raise BadOption("severities", code, "there is no such finding.", "There are {}.".format(", ".join(codes)))
        if severity not in SEVERITIES:
            known = ", ".join(SEVERITIES)
            raise BadOption("severities", severity, "there is no such severity.", f"There are {known}.")
    return severities


def slot_numbers(quarantine: Any) -> dict[str, Any]:
    """The option ``quarantine`` as {agent: [number]}. Raises BadOption."""
    for agent, numbers in quarantine.items():
        if not isinstance(numbers, list) or not all(str(number).isdigit() for number in numbers):
            raise BadOption(
                "quarantine", numbers, f"are no numbers of slots of {agent}.", "Write such as {node07: [3]}."
            )
    return {agent: [int(number) for number in numbers] for agent, numbers in quarantine.items()}


def row(finding: Finding, severities: Mapping[str, str]) -> Row:
    """``Finding`` has the names of the columns."""
    return read_row(FINDING, {**vars(finding), "severity": severities[finding.code], "ids": list(finding.ids)})


def ranked(rows: list[dict[str, Any]]) -> Any:
    """The gravest first, otherwise as the checks found them."""
    order = list(SEVERITIES)
    return sorted(rows, key=lambda one: -order.index(one["severity"]))


def text(rows: list[dict[str, Any]], worst: Any, figures: Any) -> Any:
    """One line as monitoring plugins print it: the state, the gravest findings, the figures."""
    grave = [one for one in rows if one["severity"] != "info"]
    said = "; ".join("{}: {}".format(one["subject"], one["what"]) for one in grave[:SHOWN]) or "nothing is wrong"
    more = f" (and {len(grave) - SHOWN} more)" if len(grave) > SHOWN else ""
    line = monitoring_text(f"DETERMINED {WORDS[worst]} - {said}{more}")
    data = " ".join(f"{performance(name, value)};;;0" for name, value in figures.items())
    return f"{line} | {data}" if data else line


def performance(name: str, value: Any) -> Any:
    return "{}={}s".format(name.replace("_seconds", ""), value) if name.endswith("_seconds") else f"{name}={value}"
