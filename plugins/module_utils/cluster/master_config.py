# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of the master's config can be changed while it runs: its log (facts-access 12; recordings master-config-logs,
master-config-edge).

Release 0.38.1 answers such a change with success and makes none. So the config is read again afterwards: what did not
change is told, and never reported as changed."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..engine.spec import Spec
from ..errors import BadOption, Refused
from ..logs.logs import LEVELS
from ..model.row import Column, Row, read_row

PATH = "/api/v1/master/config"
# Releases that are known to change nothing.
IDLE = ("0.38.1",)
# How the logging library of the master calls some levels.
OTHER_NAMES = {"warn": "warning", "fatal": "critical", "panic": "critical"}


def level_name(level: Any) -> Any:
    return OTHER_NAMES.get(level, level)


LOG = (
    Column("log_level", ", ".join(LEVELS[:-1]) + " or " + LEVELS[-1] + ".", sample="info", api="log.level",
           decode=level_name),
    Column("log_color", "Whether the lines of the log have colours.", "bool", False, api="log.color"),
)  # fmt: skip
MASTER_CONFIG = Spec(
    {
        "log_level": {"type": "str", "choices": list(LEVELS)},
        "log_color": {"type": "bool"},
        "skip_unsupported": {"type": "bool", "default": False},
    },
    required_one_of=(("log_level", "log_color"),),
)


def change_config(call: Call) -> dict[str, Any]:
    """The work of det_master_config. Raises Refused where the master does not do what it was asked."""
    wanted = {one.name: call.params[one.name] for one in LOG if one.name in call.given}
    for option, value in wanted.items():
        if value is None:
            raise BadOption(option, None, "is null, and the master cannot take it away.", "Leave the option out.")
    have = read_log(call)
    changes = {name: value for name, value in wanted.items() if have[name] != value}
    seen = have
    if changes and not call.check_mode:
        call.client.request("PATCH", PATH, body=body_of(changes), repeatable=True)
        seen = read_log(call)
    elif changes and read_version(call) not in IDLE:
        seen = {**have, **changes}
    left = {name: value for name, value in changes.items() if seen[name] != value}
    made = {name: value for name, value in changes.items() if name not in left}
    result = {
        "changed": bool(made),
        "master_config": seen,
        "supported": not left,
        "diff": {"before": {name: have[name] for name in made}, "after": made},
        "requests": [f"PATCH {PATH}"] if changes else [],
    }
    return result if not left else unsupported(call, result, left, seen)


def unsupported(call: Call, result: dict[str, Any], left: Row, seen: Row) -> dict[str, Any]:
    """The result, with a sentence, where that was asked for. Raises Refused else."""
    what = " and ".join(f"{name} {seen[name]!r}, not {value!r}" for name, value in left.items())
    problem = f"The master takes the change of its config and does not make it: it has {what}."
    remedy = "Set log in the master's configuration file, and restart the master."
    if not call.params["skip_unsupported"]:
        call.progress(changed=result["changed"])
        raise Refused(problem, remedy)
    return {**result, "msg": f"{problem} {remedy}"}


def body_of(changes: Row) -> Row:
    """The level by its name in the API, and a mask that names what is meant."""
    values = {"level": f"LOG_LEVEL_{changes['log_level'].upper()}"} if "log_level" in changes else {}
    if "log_color" in changes:
        values["color"] = changes["log_color"]
    return {"config": {"log": values}, "fieldMask": {"paths": [f"log.{name}" for name in values]}}


def read_log(call: Call) -> Row:
    return read_row(LOG, call.client.get(PATH)["config"])


def read_version(call: Call) -> str:
    return str(call.client.get("/api/v1/master", log_in=False)["version"])
