# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no plan may do, looked at for the plan as a whole and before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import Refused
from ..kinds.role_assignment import NO_ROLES
from .access import Access
from .cluster_plan import ClusterPlan
from .document import Document
from .holding import block_built_in, block_holders
from .lockout import block_lockout
from .planning import Planner
from .sections import SECTIONS
from .stack import Stack
from .world import World

# Of one kind: more than this share, and more than this number.
MOST_VANISHED_SHARE, MOST_VANISHED = 0.1, 3


def check_world(world: World, document: Document) -> None:
    """Refuse another cluster than the document is for."""
    have = world.master.get("clusterId")
    if document.cluster_id is not None and document.cluster_id != have:
        raise Refused(
            f"The document is for the cluster {document.cluster_id}, and this one is {have}.",
            "Check the address of the master.",
        )


def check_brakes(params: Mapping[str, Any], planner: Planner, plan: ClusterPlan, access: Access | None) -> None:
    """Block what must not be done. ``access``: what the plan does to who may do what."""
    check_vanished(planner)
    check_roles(planner, plan)
    block_built_in(plan)
    block_holders(plan, planner.world)
    if access is not None and not params["allow_lockout"]:
        block_lockout(access)
    if planner.stack.damaged and planner.choices.adopt != "all":
        block_all(plan, "the ledger has lost entries. Adopt what is there with adopt=all first.")


def refuse_empty(document: Document, stack: Stack, digest: str) -> None:
    """Refuse to apply a document without any object where the stack owns some, unless this plan was confirmed: it may
    be the wrong file, or one that came out empty."""
    if stack.owned and not document.entries:
        raise Refused(
            f"The document has no objects, and the stack {stack.name} owns {len(stack.owned)}.",
            f"Set confirm to {digest} if that is meant.",
            plan_digest=digest,
        )


def check_vanished(planner: Planner) -> None:
    """Refuse where many of what the stack owns are gone at once: more likely the account has lost the right to see
    them than that somebody has deleted them, and making them again would make doubles."""
    for section in SECTIONS:
        if not section.is_listed:
            continue
        keys = [key for key in planner.stack.owned if key.startswith(section.kind.name + "/")]
        gone = [key for key in keys if planner.matches.row_of_key(section, key) is None]
        if len(gone) > MOST_VANISHED and len(gone) > MOST_VANISHED_SHARE * len(keys):
            raise Refused(
                f"{len(gone)} of the {len(keys)} {section.kind.plural} that the stack owns are not there.",
                "The account may have lost the right to see them. If they were deleted, let the stack forget them with"
                " mode=forget.",
            )


def check_roles(planner: Planner, plan: ClusterPlan) -> None:
    """Roles without RBAC affect nothing, so that a document with roles is not for this master."""
    if planner.world.master.get("rbacEnabled"):
        return
    for act in plan.acts:
        if act.section.needs_rbac and act.entry is not None:
            act.blocked = act.blocked or NO_ROLES


def block_all(plan: ClusterPlan, why: str) -> None:
    """Block what would take something away because it left the document."""
    for act in plan.acts:
        if act.pruned and act.steps:
            act.blocked = act.blocked or why
