# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mode accept of det_cluster_config: drift is written back into the files of the document."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..errors import BadOption
from .cluster_plan import ClusterPlan
from .document_files import CannotEdit, DocumentFiles
from .edits import find_edits
from .planning import Planner


def accept(call: Call, planner: Planner, plan: ClusterPlan) -> dict[str, Any]:
    """Make the files say what the cluster is, where somebody has changed what the stack had left. ``dest``: the files,
    which the action plugin names where only ``src`` is given."""
    if planner.stack.name is None:
        raise BadOption(
            "stack", None, "is needed to tell what was changed by hand.", "Give stack, or name it in the document."
        )
    dest = call.params["dest"]
    if dest is None:
        raise BadOption("src", None, "is needed: the files to write to.", "Give the document with src.")
    found = find_edits(planner, plan)
    files = DocumentFiles(dest)
    for edit in found.edits:
        try:
            files.edit(edit)
        except CannotEdit as error:
            found.give_up(edit, str(error))
    changes = files.changes()
    if not call.check_mode:
        changes.apply(None)
    for row in found.left:
        call.warn(f"{row['address']} cannot be written back: {row['why']}")
    result: dict[str, Any] = {
        "changed": changes.any,
        "accepted": found.accepted,
        "left": found.left,
        "written_files": changes.paths(changes.written),
    }
    return {**result, "diff": changes.diff()} if call.diff else result
