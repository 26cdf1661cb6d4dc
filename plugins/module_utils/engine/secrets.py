# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what is written only, such as a password, is sent to an object that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.kind import Kind
from ..model.row import Row
from ..store.store import Store
from .call import Call


def secrets_to_send(
    call: Call, store: Store, kind: Kind, current: Row | None, values: Mapping[str, Any]
) -> frozenset[str]:
    """The names of the secret fields to send, by the options ``update_NAME``: on_create, always or if_wrong."""
    found = set()
    for one in kind.fields:
        if not one.secret or one.name not in values or current is None:
            continue
        when = call.params["update_" + one.name]
        if when == "always" or (
            when == "if_wrong" and one.is_wrong is not None and one.is_wrong(store, current, values[one.name])
        ):
            found.add(one.name)
    return frozenset(found)
