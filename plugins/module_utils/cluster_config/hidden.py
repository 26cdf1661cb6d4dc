# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Elements of sets as plans and exports see them. Not seen, unless the document names them, are those of objects that
count as gone, such as users that are switched off, and what the running account got by making a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.field import Field, Merge, element_key, sort_set
from ..model.kind import Kind
from ..model.row import Row
from .sections import Section
from .world import CLUSTER, World

MAKERS_ROLE = "WorkspaceAdmin"


def own_assignment(world: World) -> Row:
    """What the master gives to the running account in each workspace that the account makes: nobody's wish."""
    return {"user": world.account["username"], "role": MAKERS_ROLE}


def as_document_says(
    world: World, section: Section, row: Row, values: Mapping[str, Any], renamed: Mapping[tuple[str, str], str]
) -> Row:
    """The row whose sets name other objects as the document does, and without elements that name what counts as gone.

    :param values: what the document says of the object.
    :param renamed: {(kind, name on the master): name in the document} of objects whose names differ.
    """
    found: Row = {}
    for one in section.kind.fields:
        if one.merge is Merge.SET and one.refers and row.get(one.name):
            named = named_elements(one, values.get(one.name))
            pairs = [(element, name_anew(one, element, renamed)) for element in row[one.name]]
            kept = [new for old, new in pairs if element_key(new) in named or not names_gone(world, one, old)]
            found[one.name] = sort_set(kept)
    return {**row, **found}


def name_anew(one: Field, element: Any, renamed: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(element, Mapping):
        return {key: renamed.get((key, name), name) for key, name in element.items()}
    return renamed.get((one.refers[0].name, element), element)


def named_elements(one: Field, value: Any) -> set[Any]:
    """What tells the elements of a document's set apart, that of one which is only added to included."""
    given = getattr(value, "value", value)
    return {element_key(element) for element in one.normal(given or [])}


def names_gone(world: World, one: Field, element: Any) -> bool:
    """Whether an element names an object that is there and counts as absent."""
    if isinstance(element, Mapping):
        kinds = {kind.name: kind for kind in one.refers}
        return any(is_gone(world, kinds[key], name) for key, name in element.items() if key in kinds)
    return is_gone(world, one.refers[0], element)


def is_gone(world: World, kind: Kind, name: str) -> bool:
    if not kind.alive:
        return False
    row = world.of_name(kind, name, CLUSTER)
    return row is not None and kind.gone(row)
