# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of the master's web UI (its own routes, release 0.38.1): below the master's address, like the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from .row import Column

# {kind: path of the page of one}, with the place of its id. Users, groups, templates, policies, webhooks, agents and
# checkpoints are on pages of all of them only.
PAGES = {
    "experiment": "/det/experiments/{}",
    "run": "/det/trials/{}",
    "trial": "/det/trials/{}",
    "workspace": "/det/workspaces/{}",
    "project": "/det/projects/{}",
    "model": "/det/models/{}",
    "model_version": "/det/models/{}/versions/{}",
    "resource_pool": "/det/resourcepool/{}",
    # Of a task there is a page of its logs.
    "command": "/det/command/{}/logs",
    "notebook": "/det/jupyter-lab/{}/logs",
    "shell": "/det/shell/{}/logs",
    "tensorboard": "/det/tensor-board/{}/logs",
}


def page_column(kind: str, *places: str, doc: str = "Address of its page in the web UI.") -> Column:
    """The address of an object's page. ``places``: where the answer has what stands in its path; dots lead deeper."""
    head, *parts = PAGES[kind].split("{}")

    def path_of(answer: Any) -> str | None:
        path = head
        for place, part in zip(places, parts):
            value = value_at(answer, place) if "." in place else answer.get(place)
            if value is None:
                return None
            # Lean, as it is called for each of 100,000 rows.
            path += f"{value}{part}" if isinstance(value, int) else quote(str(value), safe="") + part
        return path

    sample = "https://det.example.org" + PAGES[kind].format(*range(7, 7 + len(places)))
    return Column("url", doc, sample=sample, api=".", decode=path_of, page=True)


def value_at(answer: Any, place: str) -> Any:
    for name in place.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer


def is_page(address: Any) -> bool:
    """Whether it is an address in a web UI. Rows come from outside too, and have addresses of other things."""
    if not isinstance(address, str) or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and "/det/" in parts.path
