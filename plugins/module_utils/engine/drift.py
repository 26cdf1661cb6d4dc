# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has changed on an object between the plan and the moment before something irreversible is done to it."""

from __future__ import annotations

from typing import Any

from .many import Item, Row

# {column: word} of what a selection or a veto may rest on. Not the state: whether
# an act fits the state is decided where the act is known.
WATCHED = {
    "labels": "its labels",
    "archived": "whether it is archived",
    "project_id": "its project",
    "owner_id": "its owner",
    "end_time": "the time of its end",
}


def find_drift(item: Item, now: Row, ended: bool = True) -> str | None:
    """A sentence on what somebody else has changed on the item since it was planned; None where nothing was.

    Any such change leaves the item to the next run, which plans anew: a label may be its owner's word, whatever it is.
    ``ended``: the act is for what has ended, so the time of the end counts too.
    """
    changed = []
    for key, word in WATCHED.items():
        if key not in item.row or key not in now or (key == "end_time" and not ended):
            continue
        planned = item.after.get(key, item.row[key])
        if normal(planned) != normal(now[key]):
            changed.append(describe(word, normal(planned), normal(now[key])))
    return "; ".join(changed) or None


def normal(value: Any) -> Any:
    """A value to compare; the master shows labels in any order."""
    return sorted(value) if isinstance(value, (list, tuple)) else value


def describe(word: str, planned: Any, now: Any) -> str:
    if not isinstance(now, list) or not isinstance(planned, list):
        return f"{word} {'were' if word.endswith('s') else 'was'} {planned} and is {now}"
    parts = [f"{word} got {', '.join(sorted(set(now) - set(planned)))}" if set(now) - set(planned) else ""]
    parts.append(f"{word} lost {', '.join(sorted(set(planned) - set(now)))}" if set(planned) - set(now) else "")
    return ", ".join(filter(None, parts))
