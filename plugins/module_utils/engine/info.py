# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the objects of a described kind, for the info modules."""

from __future__ import annotations

from ..errors import NotFound
from .run import find_named, look_up, present, read_one

EVERY_PARENT = 0


def gather(call, resource, query):
    """The objects that the options id, name and the parent's name, as snake_case dicts; ``query`` narrows a list."""
    params = call.params
    if params.get("id") is not None:
        rows = [read_one(call.client, resource, params["id"])]
    else:
        holder = parent_id(call, resource.parent) if resource.parent else None
        if params.get("name") is not None:
            rows = [
                read_one(call.client, resource, row["id"])
                for row in look_up(call.client, resource, params["name"], holder, query)
            ]
        else:
            path = resource.list.replace("{parent}", str(holder))
            rows = call.client.get(path, **query)[resource.rows]
    return present(rows, resource.verbatim)


def parent_id(call, parent):
    """The id of the parent that the options name; the one that stands for all when they name none."""
    params = call.params
    if params.get(parent.by_id) is not None:
        return params[parent.by_id]
    name = params.get(parent.by_name)
    if name is None:
        return EVERY_PARENT
    found = find_named(call.client, parent.resource, name)
    if found is None:
        raise NotFound(f"There is no {parent.resource.kind} {name!r}.", option=parent.by_name)
    return found["id"]
