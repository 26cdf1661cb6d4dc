# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The security of a cluster: the checks of security_checks.py, told as those of its health are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine.spec import Spec
from ..kinds.user_parts import FIXED
from ..when import duration
from .health import run_checks
from .security_checks import CHECKS, CODES

if TYPE_CHECKING:
    from ..engine.call import Call

AGES = ("stale_after", "tokens_older_than")
SECURITY = Spec(
    {
        "checks": {"type": "list", "elements": "str", "choices": list(CHECKS), "default": list(CHECKS)},
        "accounts": {"type": "list", "elements": "str", "default": list(FIXED)},
        "passwords": {"type": "list", "elements": "str", "no_log": True},
        "admins_expected": {"type": "list", "elements": "str"},
        "stale_after": {"type": "str", "default": "90d"},
        "exempt_users": {"type": "list", "elements": "str"},
        # An age; nothing secret.
        "tokens_older_than": {"type": "str", "default": "90d", "no_log": False},
        "webhook_hosts": {"type": "list", "elements": "str"},
        "severities": {"type": "dict"},
    },
    narrows=("checks",),
    objects=("accounts", "admins_expected", "exempt_users", "webhook_hosts"),
)


def gather_security(call: Call) -> dict[str, Any]:
    """The work of det_security_info."""
    for option in AGES:
        duration(call.params[option], option)
    return {**run_checks(call, CHECKS, CODES), "master": call.client.url}
