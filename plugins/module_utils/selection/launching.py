# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the master would refuse when something is started, or take without a word: looked up before it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..connection.client import Client
from ..errors import BadOption, Denied, Missing, NotFound, Refused
from ..store.answers import read_object
from ..wording import some_of

PROJECTS = "/api/v1/projects"
POOLS = "/api/v1/resource-pools"
SHOWN = 10


def check_project(call: Any, ident: Any) -> int | None:
    """The id of the project's workspace; None where the project is not made yet.

    The master starts in an archived project that is named by its id, where nobody looks for what runs.
    """
    if not isinstance(ident, int):
        return None
    path = f"{PROJECTS}/{ident}"
    row = read_object(call.client.get(path), "project", f"GET {path}", "workspaceId", int)
    if row.get("archived"):
        raise Refused(
            f"Nothing can be started in project {row.get('name')!r}, as it is archived.", "Unarchive it first."
        )
    return row["workspaceId"]


def check_pool(call: Any, pool: Any, workspace: int | None, option: str) -> None:
    """Raise BadOption for a resource pool that is not there, or that the workspace may not use.

    In check mode a pool that is there is only warned of, as an earlier task may be going to bind it.
    """
    if not isinstance(pool, str) or not pool or workspace is None:
        return
    try:
        known = names(call.client, f"/api/v1/workspaces/{workspace}/available-resource-pools")
    except (Denied, Missing):
        # Whoever may not look is told by the master.
        return
    if pool in known:
        return
    problem = f"workspace {workspace} has no such resource pool."
    hint = f"There are {some_of(sorted(known), SHOWN)}." if known else None
    if call.check_mode and pool in names(call.client, POOLS):
        call.warn(f"{option} ({pool!r}): {problem} {hint or ''}".rstrip())
        return
    raise BadOption(option, pool, problem, hint)


def demand_pools(pools: Collection[str], known: Sequence[str]) -> None:
    """Raise NotFound for those of the resource pools that are not among the known ones."""
    missing = [name for name in pools if name not in known]
    if missing:
        raise NotFound(
            "There is no resource pool {}.".format(", ".join(missing)), "There are: {}.".format(", ".join(known))
        )


def names(client: Client, path: str = POOLS) -> list[str]:
    # Without a limit some releases leave out what is beyond the first 100.
    rows = client.get(path, limit=-1).get("resourcePools") or ()
    return [row["name"] if isinstance(row, dict) else row for row in rows]
