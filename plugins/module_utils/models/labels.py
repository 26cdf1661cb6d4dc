# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels that models have, as the master counts them (recordings registry-rights, registry-rights-rbac)."""

from __future__ import annotations

from ..engine.call import Call
from ..engine.scopes import find_scope
from ..errors import BadOption, OddAnswer
from ..kinds.model import MODEL
from ..model.call import Later
from ..store.store import Store

LABELS = "/api/v1/model/labels"
OTHERS = ("id", "name", "labels", "archived", "owners")


def gather_labels(call: Call) -> list[str]:
    """The labels of the models in a workspace, or of all; those of most models first."""
    for option in OTHERS:
        if call.params[option] is not None:
            raise BadOption(option, None, "is about models, and labels_in_use returns none.", "Leave one of both out.")
    if call.unmade:
        return []
    holder = find_scope(call, Store(call.client), MODEL.scope, needed=False, read=False) if MODEL.scope else None
    if isinstance(holder, Later):
        return []
    found = call.client.get(LABELS, workspaceId=(holder or {}).get("id")).get("labels")
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise OddAnswer(f"GET {LABELS}", "has no list of labels")
    return found
