# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan in a file: applied as it was looked at, or not at all.

The file holds no values, only addresses, what is done, and digests: an apply reads the cluster and plans again, and
goes on only where the same comes out."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime, timezone

from ..engine.guard import digest
from ..errors import BadOption, Refused
from ..model.row import Row
from ..safe_files import read_file, replace_file
from ..wording import some_of
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan
from .compare import secret_parts
from .planning import Planner
from .stack import SLOW

VERSION = 1
MOST_BYTES = 64 * 1024 * 1024


def plan_lines(plan: ClusterPlan) -> list[list[str]]:
    """[address, op, digest of its requests] of each act."""
    if not plan.lines:
        plan.lines = [[act.address, act.op.value, digest_of_act(act)] for act in plan.acts if not act.is_silent]
    return plan.lines


def digest_of_act(act: PlannedAct) -> str:
    """A short text that stands for the requests of an act. A secret in them is slow to guess from it: a plan file, and
    a plan in a pull request, are read by many."""
    requests = [[str(step.request), json.dumps(step.request.body, sort_keys=True, default=repr)] for step in act.steps]
    if not (requests and has_secret(act)):
        return digest(requests)
    text = json.dumps(requests).encode()
    return hashlib.scrypt(text, salt=act.address.encode(), dklen=8, **SLOW).hex()


def has_secret(act: PlannedAct) -> bool:
    """Whether its requests may have a secret."""
    values, entry = act.wanted.values, act.entry
    if entry is not None and any(name in values for name in entry.hidden):
        return True
    fields = [one for one in act.kind.fields if one.name in values or act.op is Op.REPLACE]
    return any(one.hidden or secret_parts(one, values.get(one.name)) for one in fields)


def digest_of(plan: ClusterPlan) -> str:
    """A short text that stands for just these acts and requests."""
    return digest(plan_lines(plan))


def write_plan(path: str, planner: Planner, plan: ClusterPlan) -> None:
    """Write the plan; only its owner may read it. Raises BadOption."""
    content: Row = {
        "version": VERSION,
        "cluster_id": planner.world.master.get("clusterId"),
        "stack": planner.stack.name,
        "serial": planner.stack.meta.get("serial", 0),
        "made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "plan_digest": digest_of(plan),
        "acts": plan_lines(plan),
    }
    try:
        replace_file(os.path.expanduser(path), (json.dumps(content, indent=1) + "\n").encode())
    except OSError as error:
        raise BadOption("plan_file", path, f"cannot be written: {error.strerror}.") from error


def read_plan(path: str) -> Row:
    """What a plan file says. Raises BadOption."""
    try:
        found = json.loads(read_file(os.path.expanduser(path), MOST_BYTES))
    except FileNotFoundError as error:
        raise BadOption("plan_file", path, "is not there.", "Make it with mode=plan first.") from error
    except OSError as error:
        raise BadOption("plan_file", path, f"cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadOption("plan_file", path, "is no JSON.", "Make it anew with mode=plan.") from error
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("acts"), list):
        raise BadOption("plan_file", path, "is no plan of this release.", "Make it anew with mode=plan.")
    return found


def check_plan(path: str, planner: Planner, plan: ClusterPlan) -> None:
    """Refuse to apply another plan than the file's. One that was applied already, and leaves nothing, passes."""
    told, now = read_plan(path), digest_of(plan)
    if told.get("plan_digest") == now:
        return
    if planner.stack.meta.get("digest") == told.get("plan_digest") and not plan.due:
        return
    before = {address: (op, steps) for address, op, steps in told["acts"]}
    after = {address: (op, steps) for address, op, steps in plan_lines(plan)}
    differ = sorted(address for address in before.keys() | after.keys() if before.get(address) != after.get(address))
    raise Refused(
        f"The plan of {path} was made for another state of the cluster, or another document: {some_of(differ)} differ.",
        "Look at the plan anew with mode=plan.",
        plan_digest=now,
        differ=differ,
    )
