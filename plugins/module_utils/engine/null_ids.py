# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that are null, as check mode gives them to what an earlier task of the play would make.

In check mode such an object is not there yet; for real a null is a slip, and must neither find another object nor all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import BadOption
from .given import NULL

IDS = frozenset(
    {
        "id", "ids", "uuid", "uuids", "task", "tasks", "trial", "trials", "experiments", "experiment_id",
        "experiment_ids", "trial_id", "trial_ids", "project_id", "workspace_id", "parent_id", "forked_from", "model_id",
        "version", "checkpoint_uuid",
    }
)  # fmt: skip
WARNING = "{} is null: what it stands for is taken to be made by an earlier task."


def without_nulls(options: Mapping[str, Any], args: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """The options as they were written, in check mode without the nulls in lists of ids, which no validator takes."""
    if not check_mode:
        return dict(args)
    names = {alias: name for name, option in options.items() for alias in option.get("aliases", ())}
    lists = {key for key, value in args.items() if isinstance(value, list) and names.get(key, key) in IDS}
    return {key: [one for one in value if one is not None] if key in lists else value for key, value in args.items()}


def unmade_ids(
    options: Mapping[str, Any], params: dict[str, Any], given: Collection[str], check_mode: bool
) -> set[str]:
    """The names of the options that gave a null as an id. Raises BadOption for them, but in check mode.

    Lists lose their nulls here as well; one that was null alone is empty, so that it names no object.
    """
    found = {name for name in IDS.intersection(given) if name in options and is_null(name, params, given)}
    for name in sorted(found):
        if not check_mode:
            hint = "Give the id, or skip the task: the step that should have made the object did not."
            raise BadOption(name, None, "is null, which is no id.", hint)
        if options[name].get("type") == "list":
            params[name] = params.get(name) or []
    return found


def is_null(name: str, params: Mapping[str, Any], given: Collection[str]) -> bool:
    return params.get(name) is None or name + NULL in given
