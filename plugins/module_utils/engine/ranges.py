# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What values an option may have, by its name, which means the same in every module. The master answers many a value
outside of these with an internal error, some of them after it has done part of the work."""

from __future__ import annotations

from typing import Any

from ..connection.transport import MOST_CONNECTIONS
from ..errors import BadOption
from .ids import check_id

RANGES = {
    "attempts": (1, None),
    "chunk_size": (1, None),
    "connections": (1, MOST_CONNECTIONS),
    "confirm_above": (0, None),
    "end_batches": (0, None),
    "gid": (0, None),
    "head": (0, None),
    "limit": (1, None),
    "log_lines": (0, None),
    # The master keeps it in 16 bits and takes what is larger for another number. -1 is for ever.
    "log_retention_days": (-1, 32767),
    "lower": (0, None),
    "max_changes": (0, None),
    "max_datapoints": (1, None),
    "max_slots": (0, None),
    "min_size": (0, None),
    "page_size": (1, None),
    "priority": (1, 99),
    "raise": (0, None),
    "retry_time": (0, None),
    "save_experiment_best": (0, None),
    "save_trial_best": (0, None),
    "save_trial_latest": (0, None),
    "slots": (0, None),
    "tail": (0, None),
    "start_batches": (0, None),
    "timeout": (0.001, None),
    "uid": (0, None),
    "wait_timeout": (0, None),
    "weight": (0, None),
}
NOT_BLANK = ("name", "new_name", "external_id", "key_label", "workspace", "project")


def check_ranges(options: dict[str, Any], params: dict[str, Any], inside: str = "") -> None:
    """Raise BadOption for a number out of its range, a blank text, an id that is none; in suboptions too.

    :param options: the argument spec of ``params``.
    """
    for name, option in options.items():
        # By its options, as the values stand under aliases too.
        value, suboptions = params.get(name), option.get("options")
        if isinstance(value, dict) and suboptions:
            check_ranges(suboptions, value, f"{inside}{name}.")
        elif isinstance(value, str) and name in NOT_BLANK and not value.strip():
            raise BadOption(inside + name, value, "must not be empty.", "Leave the option out, or give a value.")
        elif isinstance(value, (int, float)) and name in RANGES:
            check_number(inside + name, value, *RANGES[name])
        else:
            check_id(name, inside + name, value)


def check_number(option: str, value: float, least: float, most: Any) -> None:
    if most is not None and not least <= value <= most:
        raise BadOption(option, value, f"must be between {least} and {most}.")
    if value < least:
        raise BadOption(option, value, f"must be {least} or more.")
