# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One experiment: found by its id, its external id or a label of its own, and made from a config."""

from __future__ import annotations

import json
from typing import Any

from ..checkpoints.registry import Registry
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..engine.ensure import Target
from ..errors import Ambiguous, BadOption, NotFound, Refused
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import is_deleting, is_over, label_changes, policy
from ..model.call import Request
from ..model.plan import Plan, Step, Wanted, make_plan
from ..model.row import Row, put_path
from ..selection.labels import check_label
from ..selection.places import check_template, project_id
from ..selection.search import field, read_search
from ..wording import some_of
from .config import parse_config
from .packing import pack

SHOWN_IDS = 5
MAKING = ("present", "active", "paused")
WHILE_IT_RUNS = ("max_slots", "weight", "priority")
IN_CONFIG = {
    "name": "name",
    "description": "description",
    "max_slots": "resources.max_slots",
    "weight": "resources.weight",
    "priority": "resources.priority",
    "checkpoint_policy": "checkpoint_storage",
    "log_retention_days": "retention_policy.log_retention_days",
}


class ExperimentTarget(Target):
    """The experiment that the options of det_experiment name."""

    def __init__(self, call: Call) -> None:
        super().__init__(call, EXPERIMENT)
        params = call.params
        for option in ("labels", "labels_add", "labels_remove"):
            for label in params[option] or ():
                check_label(label, option)
        if params["key_label"]:
            check_label(params["key_label"], "key_label")

    def read(self) -> None:
        params = self.call.params
        if params["project"]:
            self.values["project_id"] = project_id(self.call)
        if params["id"] is not None:
            self.current = self.by_id(params["id"])
        else:
            ident = self.search()
            self.current = self.store.again(EXPERIMENT, {"id": ident}) if ident else None
        if self.current is not None and is_deleting(self.current):
            self.leave()

    def search(self) -> int | None:
        """The id of the experiment with the external id or the key label, or None."""
        what = "external_id" if self.call.params["external_id"] is not None else "key_label"
        value = self.call.params[what]
        if what == "external_id":
            condition = field("externalExperimentId", "=", value)
        else:
            condition = field("tags", "contains", value)

        def take(row: Row) -> int | None:
            return row["id"] if what == "external_id" or value in row["labels"] else None

        ids = list(read_search(self.call.client, [condition], True, None, take))
        if len(ids) > 1:
            first = some_of([f"id {ident}" for ident in ids], SHOWN_IDS)
            raise Ambiguous(f"{len(ids)} experiments have the {what} {value!r}: {first}.", "Give the id.")
        return ids[0] if ids else None

    def leave(self) -> None:
        """It is being deleted already: wait for its end if it shall be absent."""
        if self.state != "absent":
            raise Refused("experiment {} is being deleted.".format(self.current["id"]))
        if not self.call.check_mode:
            self.wait_until_gone()
        self.current = None

    def plan(self) -> Plan:
        if self.state == "absent":
            if self.current is not None and self.current["checkpoint_count"]:
                self.refuse_registered()
            return self.planned({}, self.state)
        if self.current is None:
            return self.creation()
        params = self.call.params
        exact = params["labels"] if "labels" in self.call.given else None
        if "labels" in self.call.given:
            exact = exact or []
        key = [params["key_label"]] if params["key_label"] else []
        labels = label_changes(
            self.current["labels"], exact, (params["labels_add"] or []) + key, params["labels_remove"]
        )
        self.values.pop("labels", None)
        if labels is not None:
            self.values["labels"] = labels
        if params["config"] is not None and is_over(self.current):
            # It was made and has run: a second run of the same task asks for nothing more.
            wanted = {name: value for name, value in self.values.items() if name not in WHILE_IT_RUNS}
            return self.planned(wanted, "present" if self.state in MAKING else self.state)
        return self.planned(self.values, self.state)

    def planned(self, values: dict[str, Any], state: str) -> Plan:
        return make_plan(EXPERIMENT, self.current, Wanted(values, state))

    def refuse_registered(self) -> None:
        models = Registry(self.call.client).experiments().get(self.current["id"])
        if models:
            raise Refused(
                "experiment {} cannot be deleted: a checkpoint of it is registered as {}.".format(
                    self.current["id"], ", ".join(models)
                ),
                "Delete these model versions first, or keep the experiment.",
            )

    def creation(self) -> Plan:
        params = self.call.params
        if self.state not in MAKING:
            raise NotFound(f"There is no such experiment to be {self.state}.")
        if params["config"] is None:
            raise BadOption("config", None, "there is no such experiment, and no config to make it from.")
        check_template(self.call)
        config = parse_config(params["config"], self.call.warn)
        # Given and empty, the option takes away the labels of the config too.
        labels = set((params["labels"] if "labels" in self.call.given else config.get("labels")) or ())
        labels |= set(params["labels_add"] or ())
        labels |= {params["key_label"]} if params["key_label"] else set()
        config["labels"] = sorted(labels)
        for name, path in IN_CONFIG.items():
            if self.values.get(name) is not None:
                put_path(config, path, merged(config, path, self.values[name]))
        body = {
            "config": json.dumps(config),
            "projectId": self.values.get("project_id"),
            "template": params["template"],
            "parentId": params["parent_id"],
            "unmanaged": params["unmanaged"] or params["external_id"] is not None,
            "activate": not params["unmanaged"] and params["external_id"] is None and self.state != "paused",
            "modelDefinition": pack(params["model_folder"], "model_folder", self.call.warn)
            if params["model_folder"] is not None
            else None,
        }
        body = {name: value for name, value in body.items() if value not in (None, False)}
        request = Request("POST", "/api/v1/experiments", body)
        if params["external_id"] is not None:
            path = "/api/v1/experiments/by-external-id/" + quote_segment(params["external_id"], "external_id")
            request = Request("PUT", path, body, repeatable=True)
        steps = [Step(request, "create", unwrap="experiment")]
        if self.values.get("notes"):
            patch = Request("PATCH", "/api/v1/experiments/{id}", {"notes": self.values["notes"]}, repeatable=True)
            steps.append(Step(patch, "change notes"))
        after = {name: self.values[name] for name in self.values if self.values[name] is not None}
        after.update(name=config.get("name"), labels=config["labels"])
        after["state"] = "ACTIVE" if body.get("activate") else "PAUSED"
        return Plan(EXPERIMENT, None, {}, after, tuple(steps), "create", Wanted(self.values, self.state))


def merged(config: Row, path: str, value: Any) -> Any:
    """A dict given as an option adds to what the config has there."""
    return dict(config.get(path) or {}, **policy(value)) if isinstance(value, dict) else value
