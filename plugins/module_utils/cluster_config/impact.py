# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments that have not ended a new limit of a policy would have refused: a look before many wonder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..kinds.config_policy import CONFIG_POLICY
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import STATES, STOPPING, TERMINAL
from ..model.call import Later
from ..model.row import Column, Row
from ..selection.search import any_of, field, read_search
from ..selection.select import database_states
from ..wording import some_of
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .world import CLUSTER, World

WORKLOAD = {"workload_type": "EXPERIMENT"}
# What a submission is held against: its slots a trial, and the most that it asks for.
COLUMNS = (
    *EXPERIMENT.only("id", "name", "state", "archived", "labels", "workspace_id", "max_slots"),
    Column("slots_per_trial", "Slots of each trial.", "int", 4, api="config.resources.slots_per_trial"),
)


def tell_impact(world: World, plan: ClusterPlan) -> None:
    """Note on each act that sets a lower max_slots for experiments which of them would be refused now. What runs goes
    on: a limit counts when an experiment is submitted. Reads nothing where no act sets one."""
    acts = [(act, limit) for act in plan.acts for limit in [new_limit(act)] if limit is not None]
    if not acts:
        return
    everywhere = limit_of(cluster_policy(world, plan))
    rows = list(read_live(world))
    for act, limit in acts:
        place = act.wanted.scope
        if isinstance(place, Later) or (place and everywhere is not None):
            # Nothing runs in what is not made yet; and where the cluster has a limit, that of a workspace is not asked.
            continue
        refused = [row for row in rows if not place or row["workspace_id"] == place["id"]]
        refused = [row for row in refused if max(row["max_slots"] or 0, row["slots_per_trial"] or 0) > limit]
        if refused:
            names = some_of([f"{row['id']} {row['name']!r}" for row in refused])
            act.notes.append(
                f"{len(refused)} experiment(s) that have not ended ask for more than {limit} slots: {names}. They go"
                " on, and would be refused if they were submitted again."
            )


def new_limit(act: PlannedAct) -> int | None:
    """The max_slots that an act sets, where it allows less than before."""
    if act.kind is not CONFIG_POLICY or not act.steps or act.op is Op.DELETE or act.plan is None:
        return None
    if act.plan.wanted.keys != WORKLOAD or "constraints" not in act.plan.after:
        return None
    before, after = limit_of(act.row), limit_of(act.plan.after)
    return None if after is None or (before is not None and after >= before) else after


def limit_of(policy: Row | None) -> int | None:
    constraints: Any = (policy or {}).get("constraints")
    limit = ((constraints or {}).get("resources") or {}).get("max_slots")
    return limit if isinstance(limit, int) else None


def cluster_policy(world: World, plan: ClusterPlan) -> Row | None:
    """The policy of the whole cluster for experiments, as the plan leaves it."""
    for act in plan.acts:
        mine = act.kind is CONFIG_POLICY and act.wanted.scope == CLUSTER and act.plan is not None
        if mine and act.plan.wanted.keys == WORKLOAD:
            return None if act.op is Op.DELETE else {**(act.row or {}), **act.plan.after}
    return world.one_single(CONFIG_POLICY, CLUSTER, WORKLOAD)


def read_live(world: World) -> Iterable[Row]:
    """The experiments that have not ended."""
    states = [one for one in STATES if one not in (*TERMINAL, *STOPPING)]
    live = any_of([field("state", "=", one) for one in database_states(states)])
    return read_search(world.client, [live], True, None, COLUMNS, lambda row: row)
