# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page of a report with all that it can hold, and with names as nobody should have them.

made_up.py PAGE
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from ansible_collections.determined_ai.determined.plugins.module_utils.report.report_page import page

ODD = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "a name that goes on@and-on." * 3,
    "née & co",
)
OWNERS = ("ada.winter", "ben.okafor", "hugo.berg", *ODD)
POOLS = ("default", "gpu-a", "gpu-b")
REASONS = (
    "has a label gold",
    "registered as m version 1",
    "its description fits ^keep",
    "no agent is there to remove its files",
)
AGES = ("not ended", "up to 7 days", "7 to 30 days", "30 to 90 days", "90 days to a year", "longer")


def run(day: int, host: str, role: str, tables: list, **facts) -> dict:
    time = f"2026-10-{day:02}T02:00:00.000000Z"
    return {
        "time": time,
        "host": host,
        "master": "https://det.example.org:443",
        "role": role,
        "lines": [],
        "figures": {},
        "errors": [],
        "telling": any(one["title"] in ("deleted", "failed") for one in tables),
        "tables": tables,
        **facts,
    }


def nightly(chance: random.Random, day: int, role: str) -> dict:
    """A run of a role that deletes and keeps."""
    deleted = [
        {"id": 100 * day + place, "name": chance.choice(OWNERS), "owner": chance.choice(OWNERS),
         "end_time": "2026-09-01T12:00:00Z", "checkpoint_bytes": chance.randrange(10**11),
         "url": f"https://det.example.org:443/det/experiments/{100 * day + place}"}
        for place in range(12)
    ]  # fmt: skip
    kept = [{"id": place, "name": "x", "owner": OWNERS[0], "reason": chance.choice(REASONS)} for place in range(300)]
    reclaimed = sum(row["checkpoint_bytes"] for row in deleted)
    tables = [{"title": "deleted", "rows": deleted, "largest": "checkpoint_bytes", "why": "its day is over"},
              {"title": "kept", "rows": kept}]  # fmt: skip
    return run(
        day, "cluster-a", role, tables, figures={"reclaimed_bytes": reclaimed}, lines=["    312  were looked at"]
    )


def usage(chance: random.Random, host: str) -> dict:
    """A run of a role with charts of each shape: many bars, few, with and without parts, lying and standing."""

    def table(title: str, rows: list, category: str, value: str, **more) -> dict:
        return {"title": title, "rows": rows, "chart": {"category": category, "value": value, **more}}

    def hours(key: str, names) -> dict:
        rows = [{key: name, "slot_hours": chance.random() * 10000} for name in names]
        return table(f"Slot hours by {key}", rows, key, "slot_hours")

    days = [f"2026-10-{day:02}" for day in range(1, 32)]
    daily = [{"day": day, "pool": pool, "slot_hours": chance.random() * 500} for day in days for pool in POOLS]
    states = ("ACTIVE", "COMPLETED", "CANCELED", "ERROR")
    experiments = [{"age": age, "state": one, "experiments": chance.randrange(300)} for age in AGES for one in states]
    held = [{"owner": owner, "checkpoint_bytes": chance.randrange(10**13)} for owner in OWNERS]
    slots = [{"pool": pool, "use": use, "slots": chance.randrange(40)} for pool in POOLS for use in ("used", "idle")]
    return run(31, host, "usage_report", [
        hours("user", OWNERS), hours("workspace", [f"workspace {place}" for place in range(25)]), hours("pool", POOLS),
        table("Slot hours by day", daily, "day", "slot_hours", series="pool", upright=True),
        table("Experiments by age and state", experiments, "age", "experiments", series="state"),
        table("Checkpoints by owner", held, "owner", "checkpoint_bytes"),
        table("Slots by pool", slots, "pool", "slots", series="use"),
    ])  # fmt: skip


def runs() -> list[dict]:
    """A month of two roles, a role with errors, and the use of two clusters; the same each time."""
    chance = random.Random(1)
    nights = [nightly(chance, day, role) for day in range(1, 31) for role in ("experiment_retention", "checkpoint_gc")]
    failed = [{"id": "1d903b35-48da-4222-92d7-c2c6a05d7894", "name": ODD[1], "act": "kill", "error": ODD[0]}]
    idle = run(31, "cluster-a", "checkpoint_gc", [], figures={"experiments": 0, "reclaimed_bytes": 0})
    errors = ["No message reached ada.winter.", ODD[1]]
    document = run(
        31,
        "cluster-a",
        "cluster_config",
        [
            {
                "title": "drift",
                "rows": [{"what": "changed", "address": f"workspace {ODD[2]}", "field": "default_aux_pool"}],
            },
            {
                "title": "plan",
                "rows": [
                    {
                        "address": "user ada",
                        "act": "update",
                        "field": "admin",
                        "before": True,
                        "after": False,
                        "reasons": [ODD[0]],
                    }
                ],
            },
            {
                "title": "access",
                "rows": [{"users": ["ada"], "scope": "the whole cluster", "gains": [], "loses": ["Admin"]}],
            },
        ],
        figures={"planned": 1, "drift": 1},
        lines=["Plan: 1 to update"],
    )
    found = [{"code": "default_account", "subject": "admin", "what": "has the password of a new cluster"}]
    security = run(31, "cluster-a", "security_baseline", [{"title": "critical", "rows": found}])
    broken = run(30, "cluster-a", "idle_reaper", [{"title": "failed", "rows": failed}], errors=errors)
    return [*nights, broken, idle, document, security, *(usage(chance, host) for host in ("cluster-a", ODD[0]))]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(runs()), encoding="utf-8")
