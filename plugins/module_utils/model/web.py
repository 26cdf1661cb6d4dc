# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of the master's web UI (its own routes, release 0.38.1): below the master's address, like the API."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

# {kind: path of the page of one}, with the place of its id. Users, groups, templates, policies, webhooks, agents and
# checkpoints are on pages of all of them only.
PAGES = {
    "experiment": "/det/experiments/{}",
    "run": "/det/trials/{}",
    "trial": "/det/trials/{}",
    "workspace": "/det/workspaces/{}",
    "project": "/det/projects/{}",
    "model": "/det/models/{}",
}


def is_page(address: Any) -> bool:
    """Whether it is an address in a web UI. Rows come from outside too, and have addresses of other things."""
    if not isinstance(address, str) or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and "/det/" in parts.path
