# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a directory must not do to a cluster: switch off a good part of its users, or its last administrator."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from ..errors import Refused
from ..kinds.access import LOCKOUT, read_administration, read_own_account
from ..kinds.user import USER
from ..store.store import Store


def refuse_many_off(params: Mapping[str, Any], off: int, active: int) -> None:
    """Refuse to switch off more users than both the number and the share allow.

    A list that came out short, as of a search that was cut off, looks like people who left.
    """
    number, percent = params["max_deactivations"], params["max_deactivated_percent"]
    if off <= number or off * 100 <= percent * active:
        return
    raise Refused(
        f"{off} of {active} active users would be switched off ({off * 100 / active:.0f} %), which is more than"
        f" max_deactivations ({number}) and more than max_deactivated_percent ({percent:g} %).",
        "Look at the plan in check mode. Mend the list of users, or raise one of the two.",
        count=off,
    )


def refuse_lockout(store: Store, off: Set[int], demoted: Set[int], members: Mapping[int, set[Any]]) -> None:
    """Refuse to switch off, or to take the administrator's right from, the own account or the last administrator.

    :param off: ids of users that would be switched off. ``demoted``: ids of those that would lose the admin flag.
    :param members: {group id: ids of its members as they are to be}.
    """
    if not off and not demoted and not members:
        return
    own = read_own_account(store)
    if own["id"] in {*off, *demoted}:
        raise Refused(
            f"user {own['username']!r} cannot be switched off or lose the admin flag: it is the account of this task.",
            f"Add it to protect, or to users. {LOCKOUT}",
        )
    administration = read_administration(store, USER)
    # With RBAC the flag says nothing.
    lost = off if administration.enabled else {*off, *demoted}
    if administration.left() and not administration.left(members=dict(members)) - lost:
        raise Refused("No active administrator would be left in the cluster.", LOCKOUT)
