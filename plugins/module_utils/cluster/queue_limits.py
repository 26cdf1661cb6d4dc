# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who holds more slots of a queue than a limit allows, and which of the jobs would have to give way."""

from __future__ import annotations

from typing import Any

from ..kinds.job import EXPERIMENT


def over_limit(jobs: Any, limit: Any, exempt: Any = ()) -> dict[str, Any]:
    """The users over the limit and the jobs that would have to give way.

    :param jobs: rows of det_job_info.
    :param limit: slots that a user may hold.
    :param exempt: names of users to whom it does not apply.
    :return: {"users": [{name, slots, limit, over, fixed}], "jobs": rows with a reason}. Of each user the youngest
        experiments give way, as these can be paused, until he is at the limit or none is left; ``fixed`` is by how many
        slots he would be over it even then.
    """
    users, chosen = [], []
    for name in sorted({job["owner"] for job in jobs} - set(exempt)):
        holding = [job for job in jobs if job["owner"] == name and job["allocated_slots"]]
        slots = sum(job["allocated_slots"] for job in holding)
        if slots <= limit:
            continue
        left = slots
        for job in sorted(filter(can_be_paused, holding), key=lambda job: job["submission_time"], reverse=True):
            if left <= limit:
                break
            left -= job["allocated_slots"]
            chosen.append(dict(job, reason=f"{name} holds {slots} slots, and may hold {limit}"))
        users.append(
            {"name": name, "slots": slots, "limit": limit, "over": slots - limit, "fixed": max(left - limit, 0)}
        )
    return {"users": users, "jobs": chosen}


def can_be_paused(job: dict[str, Any]) -> bool:
    """What the master calls preemptible is whether its scheduler does that on its own, in the pool of the job."""
    return bool(job["type"] == EXPERIMENT)
