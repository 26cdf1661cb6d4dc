# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the logs of experiments are kept, and the clean-up that removes those that are due."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..connection.auth import parse_time
from ..engine.bulk import Reasons, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Row, View, change_many
from ..engine.ranges import RANGES
from ..engine.spec import Spec
from ..errors import BadOption
from ..experiments.bulk_acts import describe_experiments
from ..experiments.experiments import EXPERIMENTS, KEPT, kept_by_label, report
from ..kinds.experiment_parts import FOREVER
from ..model.plan import Wanted
from ..model.row import Column
from ..selection.select import select_rows

ACT = "log_retention"
CLEANUP = "/api/v1/cleanup_logs"

REMAINING = (Column("remaining_days", "Whole days until its logs are due; null where they never are.", "int", 9),)

RETENTION = Spec(
    {
        "days": {"type": "str", "required": True},
        "keep_labels": {"type": "list", "elements": "str", "default": list(KEPT)},
    },
    required_one_of=(("ids", "select"),),
    objects=("keep_labels",),
)


def change_retention(call: Call) -> dict[str, Any]:
    """The work of det_log_retention."""
    days, now = days_of(call.params["days"]), datetime.now(timezone.utc)
    wanted = Wanted({"log_retention_days": days})
    # Logs that are due by it are gone for good.
    objects = describe_experiments(call, lambda rows: kept(call, rows, days), final=(ACT,))
    many = plan_rows(
        objects, select_rows(call), wanted, EXPERIMENTS, lambda plans: kept(call, [one.row for one in plans], days)
    )
    view = View(
        EXPERIMENTS.plural, lambda row: dict(report(row), remaining_days=remaining(row, days, now)), EXPERIMENTS.columns
    )
    due = sorted(item.id for item in many.items if remaining(item.row, days, now) == 0)
    result = change_many(
        call,
        view,
        many,
        acts_of(call, objects),
        guard_count=len(due),
        guard_noun="experiments whose logs would be due at once",
    )
    return dict(result, due_ids=sorted(set(due).intersection(result["changed_ids"])))


def days_of(text: str) -> int:
    """The number that the master takes for the option ``days``. Raises BadOption."""
    least, most = RANGES["log_retention_days"]
    number = str(FOREVER) if text.lower() == "forever" else text
    if not number.lstrip("-").isdigit() or not least <= int(number) <= most:
        raise BadOption("days", text, f"is no number of days from 0 to {most}.", "Write forever to keep the logs.")
    return int(number)


def kept(call: Call, rows: list[Row], days: int) -> Reasons:
    """{id: reason} of the experiments with a label that keeps their logs from going earlier."""
    labels = call.params["keep_labels"]
    reasons = {row["id"]: kept_by_label(row, labels) for row in rows if shorter(row["log_retention_days"], days)}
    return {ident: reason for ident, reason in reasons.items() if reason}


def shorter(have: int | None, days: int) -> bool:
    """Whether logs may go earlier by it. Nobody but an administrator knows the master's own value."""
    return days != FOREVER and (have is None or have == FOREVER or days < have)


def remaining(row: dict[str, Any], days: int, now: datetime) -> Any:
    """Whole days until the logs of an experiment are due, 0 if they are; None if they never are.

    The logs of unmanaged trials never are, as their tasks have no end.
    """
    if days == FOREVER or row["unmanaged"] or not row["end_time"]:
        return None
    return max(0, (parse_time(row["end_time"]) + timedelta(days=days) - now).days)


def clean_up(call: Call) -> Any:
    """The work of det_log_cleanup."""
    result = {"changed": True, "removed_lines": None, "requests": ["POST " + CLEANUP]}
    if call.check_mode:
        return result
    # Whoever asks twice is told what the second time removed.
    removed = int(call.client.post(CLEANUP)["removedCount"])
    return dict(result, changed=removed > 0, removed_lines=removed)
