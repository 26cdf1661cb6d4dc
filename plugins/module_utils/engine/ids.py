# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that are texts, by the names of their options, which mean the same in every module.

They become parts of the paths of requests, so each is held against its form before the first one is sent.
"""

from __future__ import annotations

from typing import Any

from ..connection.paths import UUID, why_no_segment
from ..errors import BadOption

UUIDS = ("uuid", "uuids", "checkpoint_uuid")
TEXTS = ("id", "ids", "run", "task", "tasks", "agent", "agents", "parent_id", "forked_from", "external_id")


def check_id(name: str, option: str, value: Any) -> None:
    """Raise BadOption for an id, or one of a list of ids, that cannot be one. Other values, and options, are let be.

    :param name: of the option, by which its form is known.
    :param option: the same as messages name it, with the option that it is inside of.
    """
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str):
            continue
        if name in UUIDS and not UUID.fullmatch(one):
            raise BadOption(option, one, "is no uuid.", "Give the uuid as det_checkpoint_info shows it.")
        problem = why_no_segment(one) if name in TEXTS else None
        if problem:
            raise BadOption(option, one, problem, "Give the id as the master shows it.")
