# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One version of a model, which may be told by its experiment, and may be the only one with a label."""

from __future__ import annotations

from typing import Any

from ..checkpoints.fetch import choose
from ..engine.call import Call
from ..engine.ensure import Target, ensure, ensure_unmade
from ..engine.known import Known
from ..errors import BadOption
from ..kinds.model_parts import checked_labels
from ..kinds.model_version import MODEL_VERSION
from ..model.plan import Wanted
from ..model.row import Row
from ..store.store import Store

SOURCES = ("experiment_id", "trial_id")
UNMADE = (*SOURCES, "version", "checkpoint_uuid")


def change_model_version(call: Call) -> dict[str, Any]:
    """The work of det_model_version."""
    label = take_exclusive_label(call)
    if call.unmade.intersection(UNMADE):
        return ensure_unmade(call, MODEL_VERSION)
    if any(call.params[name] is not None for name in SOURCES):
        call.params["checkpoint_uuid"] = choose(call)["uuid"]
    target = Target(call, MODEL_VERSION)
    result = ensure(call, MODEL_VERSION, target)
    if label is None:
        return result
    return take_label_off(call, label, target, result)


def take_exclusive_label(call: Call) -> str | None:
    """The label that no other version shall have; it becomes one of those that this version shall have."""
    params = call.params
    label = params["exclusive_label"]
    if label is None:
        return None
    checked_labels([label])
    if params["state"] == "absent":
        raise BadOption("exclusive_label", label, "goes with state=present only.", "Leave it out.")
    if params["labels_mode"] == "remove" and "labels" in call.given:
        raise BadOption("exclusive_label", label, "does not go with labels_mode=remove.", "Use two tasks.")
    if "labels" not in call.given:
        params["labels_mode"] = "append"
    params["labels"] = [*(params["labels"] or ()), label]
    call.given |= {"labels"}
    return label


def take_label_off(call: Call, label: str, target: Target, result: dict[str, Any]) -> dict[str, Any]:
    """The result with what it takes that no other version of the model has the label. The version of the task has it
    by now, so that there is one at every moment."""
    others = labelled(target, label)
    wanted = Wanted({"labels": [label]}, modes={"labels": "remove"}, scope={"id": target.holder()})
    planned = [line for row in others for line in Known(call, MODEL_VERSION, row, wanted).change()]
    requests = [*result["requests"], *planned] if call.check_mode else call.sent()
    diff = result["diff"]
    if others:
        diff["before"]["others_with_label"] = [row["version"] for row in others]
        diff["after"]["others_with_label"] = []
    return {**result, "changed": result["changed"] or bool(others), "requests": requests, "diff": diff}


def labelled(target: Target, label: str) -> list[Row]:
    """The rows of the other versions of the model that have the label."""
    model = target.holder()
    if model is None:
        return []
    mine = (target.current or {}).get("version")
    rows = Store(target.client).every(MODEL_VERSION, model)
    return [row for row in rows if label in row["labels"] and row["version"] != mine]
