# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brakes on acts that many objects suffer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from ..errors import Refused
from .call import Call
from .journal import JOURNAL
from .spec import Spec

MOST_IRREVERSIBLE = 100

GUARD = (
    Spec(
        {
            "max_changes": {"type": "int"},
            "confirm": {"type": "str"},
            "confirm_above": {"type": "int"},
        }
    )
    + JOURNAL
)


def digest(plan: Any) -> str:
    """A short text that stands for just this plan, any structure that JSON can hold."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:16]


def brake(params: dict[str, Any], plural: str, count: int, plan_digest: str, irreversible: bool) -> None:
    """Refuse before the first write what touches more than allowed, or is not the plan that was confirmed."""
    most = params["max_changes"]
    if most is None and irreversible:
        most = MOST_IRREVERSIBLE
    if most is not None and count > most:
        raise Refused(
            f"{count} {plural} would be changed, and max_changes is {most}.",
            "Look at the plan in check mode, then narrow the selection or raise max_changes.",
            count=count,
            plan_digest=plan_digest,
        )
    confirm, above = params["confirm"], params["confirm_above"]
    if confirm is not None and confirm != plan_digest:
        raise Refused(
            f"The plan is {plan_digest}, and confirm is {confirm}: something else would be done now.",
            "Look at the plan in check mode again.",
            count=count,
            plan_digest=plan_digest,
        )
    if irreversible and above is not None and count > above and confirm is None:
        raise Refused(
            f"{count} {plural} would be changed for good, more than confirm_above ({above}).",
            f"Run it in check mode and give its plan_digest as confirm: {plan_digest}.",
            count=count,
            plan_digest=plan_digest,
        )


def warn_in_check_mode(call: Call, refuse: Callable[[], None]) -> str | None:
    """Why a brake would stop a run for real, which check mode warns of: the whole plan is what has to be looked at
    before the brake is loosened. None where nothing would.

    :param refuse: function () that raises Refused. For real it goes through.
    """
    try:
        refuse()
    except Refused as error:
        if not call.check_mode:
            raise
        told: str = error.result()["msg"]
        call.warn(f"A run for real would fail: {told}")
        return told
    return None
