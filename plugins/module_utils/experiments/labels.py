# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels of an experiment, changed one by one, so that a label that its owner sets meanwhile stays.

The master adds a single label (PUT). It cannot take a single one away: release 0.38.1 answers every DELETE of a label
with an internal error. So what is taken away goes by the whole list (PATCH), which is read right before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..connection.client import Client
from ..engine.many import Item
from ..errors import NotFound, Unsupported
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import PATH, go_one_by_one, label_path
from ..selection.search import read_ids


def changed_labels(item: Item) -> tuple[list[str], list[str]]:
    """The labels that the plan adds to an item, and those that it takes away."""
    have, want = set(item.before["labels"]), set(item.after["labels"])
    return sorted(want - have), sorted(have - want)


def label_requests(ident: int, add: Collection[str], remove: Collection[str]) -> list[str]:
    """The requests that ``change_labels`` sends, as "METHOD path"."""
    if not go_one_by_one(add, remove):
        return ["PATCH " + path_of(ident)]
    return ["PUT " + path_of(ident, label_path(label)) for label in sorted(add)]


def path_of(ident: int, path: str = PATH) -> str:
    return path.replace("{id}", str(ident))


def change_labels(client: Client, ident: int, add: Collection[str], remove: Collection[str]) -> None:
    """Add labels to an experiment and take others away; all others stay. Raises ApiError, NotFound."""
    if not go_one_by_one(add, remove):
        replace_labels(client, ident, add, remove)
        return
    try:
        for label in sorted(add):
            client.request("PUT", path_of(ident, label_path(label)))
    except Unsupported:
        # A proxy, or another release, that does not take this label in an address.
        replace_labels(client, ident, add, remove)


def replace_labels(client: Client, ident: int, add: Collection[str], remove: Collection[str]) -> None:
    """Send the whole list, made from the one that the experiment has right now."""
    rows = list(read_ids(client, [ident], EXPERIMENT.only("id", "labels")))
    if not rows:
        raise NotFound(f"There is no experiment {ident} any more, or the user may not see it.")
    have = set(rows[0]["labels"])
    want = (have | set(add)) - set(remove)
    if want != have:
        client.request("PATCH", path_of(ident), body={"labels": sorted(want)})


def has_labels(row: dict[str, Any], add: Collection[str], remove: Collection[str]) -> bool:
    """Whether an experiment has all of the one and none of the other."""
    have = set(row["labels"] or ())
    return have.issuperset(add) and have.isdisjoint(remove)
