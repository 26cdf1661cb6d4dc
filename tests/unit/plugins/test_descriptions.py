# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What describes things does not change, and where it holds functions it is compared as a thing, not by its parts."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

import pytest
from ansible_collections.determined_ai.determined.plugins import module_utils

# What is filled while a task runs.
FILLED = {
    "Back", "Changes", "ClusterPlan", "Comparison", "Document", "Edits", "Entry", "Export", "ExportedSecrets",
    "Findings", "Item", "JournalEntry", "Leaving", "Many", "Owned", "Planned", "PlannedAct", "Reading", "Report",
    "Results", "Stage", "Steps", "TakenBack", "Undo", "Unit",
}  # fmt: skip
AS_THINGS = {
    "Bulk", "Collection", "Column", "Document", "Entry", "Field", "Kind", "Leaving", "PlannedAct", "Relation", "Scope",
    "Section", "Singleton", "Stage", "Unit", "Verb",
}  # fmt: skip


def described():
    """{name: class} of all dataclasses of the collection."""
    found = {}
    for info in pkgutil.walk_packages(module_utils.__path__, module_utils.__name__ + "."):
        for one in vars(importlib.import_module(info.name)).values():
            if isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == info.name:
                found[one.__name__] = one
    return found


CLASSES = described()


def test_the_names_are_those_of_classes():
    assert CLASSES.keys() >= FILLED | AS_THINGS


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_description_is_fixed(name):
    options = CLASSES[name].__dataclass_params__
    expected = (name not in FILLED, name not in AS_THINGS)
    assert (options.frozen, options.eq) == expected, "frozen, unless listed above as filled; eq, unless as a thing"
