# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brake that keeps somebody in charge: the last administrator, and the account of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..kinds.access import LOCKOUT
from ..kinds.role_assignment import ROLE_ASSIGNMENT
from ..kinds.user import USER
from .access import Access, ident_of
from .act import PlannedAct
from .grants import Grants, Ident


def block_lockout(access: Access) -> None:
    """Block the acts that would leave the cluster without an active administrator, or the account of the run without
    its own rights."""
    before, after = access.before.administrators(), access.after.administrators()
    if before and not after:
        acts = causes(access, lambda grants: not before - grants.administrators())
        block(acts, f"no active administrator would be left. {LOCKOUT}")
    account = access.planner.world.account
    own, name = account["id"], account["username"]
    if own in before and own not in after:
        acts = causes(access, lambda grants: own in grants.administrators())
        block(acts, f"{name}, the account of this run, would be no administrator any more. {LOCKOUT}")
    mine = [act for act in access.acts if demotes(act, own) or takes_roles(act, name)]
    block(mine, f"{name} is the account of this run. {LOCKOUT}")


def block(acts: Iterable[PlannedAct], why: str) -> None:
    for act in acts:
        act.blocked = act.blocked or why


def causes(access: Access, is_fine: Callable[[Grants], bool]) -> list[PlannedAct]:
    """The acts each of which alone would do harm; all of them where only their sum does."""
    return [act for act in access.acts if not is_fine(access.after_only(act))] or list(access.acts)


def demotes(act: PlannedAct, own: Ident) -> bool:
    """Whether the account would be switched off, or lose the admin flag."""
    if act.kind is not USER or ident_of(act) != own or act.row is None:
        return False
    after = {**act.row, **(act.plan.after if act.plan is not None else {})}
    return any(act.row[name] and not after[name] for name in ("active", "admin"))


def takes_roles(act: PlannedAct, name: str) -> bool:
    """Whether a role that the account itself was given would be taken; one that goes with its workspace is not."""
    removed = (one for change in act.changes for one in change.get("removed") or ())
    return act.kind is ROLE_ASSIGNMENT and any(one.get("user") == name for one in removed)
