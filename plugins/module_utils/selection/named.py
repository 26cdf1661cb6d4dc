# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that options name one by one: users by their names, and what is not there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..errors import BadOption, NotFound
from ..kinds.user import USER
from ..store.store import Store
from ..wording import some_of

SHOWN = 10


def user_ids(client: Any, names: Collection[str], option: str) -> list[int]:
    """The ids of the users of these names, in order. Raises BadOption for names that no user bears."""
    store = Store(client)
    users = store.named(USER, next(iter(names))) if len(set(names)) == 1 else store.every(USER)
    ids = {user["username"]: user["id"] for user in users}
    unknown = [name for name in names if name not in ids]
    if unknown:
        raise BadOption(option, ", ".join(unknown), "there is no such user.")
    return [ids[name] for name in names]


def refuse_missing(params: dict[str, Any], missing: Collection[Any], kind: str, option: str = "ids") -> None:
    """Raise NotFound for objects that were named but are not there; what is to be absent may be gone already."""
    if missing and params.get("state") != "absent":
        shown = some_of([str(one) for one in missing], SHOWN)
        raise NotFound(
            f"There is no {kind} {shown}, or the user may not see it. Nothing was changed.",
            f"Take it out of {option}.",
            option=option,
            missing=list(missing),
        )
