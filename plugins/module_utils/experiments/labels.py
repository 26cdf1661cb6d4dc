# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels of an experiment, changed one by one, so that a label that its owner sets meanwhile stays.

The master adds a single label (PUT). It cannot take a single one away: release 0.38.1 answers every DELETE of a label
with an internal error. So what is taken away goes by the whole list (PATCH), which is read right before.
"""

from __future__ import annotations

from collections.abc import Collection

from ..connection.client import Client
from ..engine.many import Item
from ..errors import NotFound, Unsupported
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import PATH
from ..model.call import fill_path
from ..selection.search import read_ids


def changed_labels(item: Item) -> tuple[list[str], list[str]]:
    """The labels that the plan adds to an item, and those that it takes away."""
    have, want = set(item.before["labels"]), set(item.after["labels"])
    return sorted(want - have), sorted(have - want)


def send_labels(client: Client, item: Item) -> None:
    """Send what the plan has for the labels of an experiment; all others stay. Raises ApiError, NotFound."""
    ident, (add, remove) = int(item.id), changed_labels(item)
    try:
        for request in item.alone["labels"]:
            if request.method == "PATCH":
                replace_labels(client, ident, add, remove)
            else:
                client.request(request.method, request.path)
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
        client.request("PATCH", fill_path(PATH, {"id": ident}), body={"labels": sorted(want)})
