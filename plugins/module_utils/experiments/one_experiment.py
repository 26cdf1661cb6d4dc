# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One experiment: found by its id, its external id or a label of its own, and made from a config."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from ..config_text import parse_config
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..engine.ensure import Target, ensure
from ..engine.turns import Turn
from ..errors import Ambiguous, BadOption, NotFound, Refused, WaitTimeout
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import is_deleting, is_over, policy
from ..model.call import Call as ApiCall
from ..model.field import Elements
from ..model.plan import Plan, Step, Wanted, make_plan
from ..model.row import Row, put_path
from ..packing import pack
from ..selection.labels import check_label
from ..selection.launching import check_pool, check_project
from ..selection.places import check_template, project_id
from ..selection.registered import Registry
from ..selection.search import field, read_search
from ..store.wait import poll
from ..wording import some_of
from .labels import replace_labels

SHOWN_IDS = 5
# The project that the master takes where none is named.
UNCATEGORIZED = 1
# Whoever made the younger of two takes it away within this many seconds, or does so never.
DOUBLES_GO = 20
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


def ensure_experiment(call: Call) -> dict[str, Any]:
    """The work of det_experiment.

    The master takes a label twice, so whoever may make an experiment by its label takes a turn before looking for it,
    and looks again afterwards: another machine may have made one at the same time.
    """
    key, target = call.params["key_label"], ExperimentTarget(call)
    if key is None or call.params["state"] not in MAKING:
        return ensure(call, EXPERIMENT, target)
    with Turn(call, "experiment", key):
        result = ensure(call, EXPERIMENT, target)
        if call.check_mode or not target.creates or not target.is_double():
            return result
        kept = ensure(call, EXPERIMENT, ExperimentTarget(call))
    return dict(kept, changed=True, requests=call.sent(), diff=result["diff"])


class ExperimentTarget(Target):
    """The experiment that the options of det_experiment name."""

    def __init__(self, call: Call) -> None:
        super().__init__(call, EXPERIMENT)
        self.creates = False
        # The labels that the plan was made from.
        self.planned_on: list[str] = []
        params = call.params
        for option in ("labels", "labels_add", "labels_remove"):
            for label in params[option] or ():
                check_label(label, option)
        if params["key_label"]:
            check_label(params["key_label"], "key_label")

    def read(self) -> None:
        params = self.call.params
        if params["project"] or "project_id" in self.call.unmade:
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
        ids = self.all_of(what)
        if len(ids) > 1:
            first = some_of([f"id {ident}" for ident in ids], SHOWN_IDS)
            value = self.call.params[what]
            raise Ambiguous(f"{len(ids)} experiments have the {what} {value!r}: {first}.", "Give the id.")
        return ids[0] if ids else None

    def all_of(self, what: str) -> list[int]:
        """The ids of all experiments with the external id or the key label. What is found is held against it."""
        value = self.call.params[what]
        if what == "external_id":
            condition = field("externalExperimentId", "=", value)
        else:
            condition = field("tags", "contains", value)

        def take(row: Row) -> int | None:
            fits = row["external_id"] == value if what == "external_id" else value in row["labels"]
            return row["id"] if fits else None

        columns = EXPERIMENT.only("id", "external_id", "labels")
        return sorted(read_search(self.call.client, [condition], True, None, columns, take))

    def is_double(self) -> bool:
        """Whether the experiment that was just made is the younger of two of its key label; it is gone then."""
        ours, key = (self.current or {})["id"], self.call.params["key_label"]
        found = self.all_of("key_label")
        if ours == min(found, default=ours):
            if len(found) > 1:
                self.await_others()
            return False
        self.call.warn(
            f"experiment {ours} was made with the key label {key!r} at the same time as experiment {found[0]},"
            f" which was first. Experiment {ours} is deleted."
        )
        timeout = self.call.params["wait_timeout"]
        self.call.client.post(f"/api/v1/experiments/{ours}/kill", repeatable=True)

        def is_killed() -> bool:
            self.current = self.store.again(EXPERIMENT, {"id": ours})
            return self.current is None or is_over(self.current)

        poll(is_killed, timeout, f"experiment {ours}, which was made twice, is killed")
        self.call.client.request("DELETE", f"/api/v1/experiments/{ours}")
        self.wait_until_gone()
        poll(lambda: ours not in self.all_of("key_label"), timeout, f"experiment {found[0]} alone has the key label")
        return True

    def await_others(self) -> None:
        """Whoever made a younger one takes it away. Warns where that does not happen."""
        with suppress(WaitTimeout):
            poll(lambda: len(self.all_of("key_label")) == 1, DOUBLES_GO, "it is the only one")
            return
        key, found = self.call.params["key_label"], self.all_of("key_label")
        self.call.warn(
            f"Several experiments have the key label {key!r}: {', '.join(map(str, found))}. Delete all but one."
        )

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
        exact = params["labels"] or [] if "labels" in self.call.given else None
        key = [params["key_label"]] if params["key_label"] else []
        self.planned_on = self.current["labels"]
        self.values["labels"] = Elements(exact, (params["labels_add"] or []) + key, params["labels_remove"] or [])
        if params["config"] is not None and is_over(self.current):
            # It was made and has run: a second run of the same task asks for nothing more.
            wanted = {name: value for name, value in self.values.items() if name not in WHILE_IT_RUNS}
            return self.planned(wanted, "present" if self.state in MAKING else self.state)
        return self.planned(self.values, self.state)

    def planned(self, values: dict[str, Any], state: str) -> Plan:
        return make_plan(EXPERIMENT, self.current, Wanted(values, state))

    def send(self, step: Step) -> None:
        """A list of labels is made from the one that is there right now, as owners set labels too."""
        if step.what != "change labels" or step.request.method != "PATCH":
            super().send(step)
            return
        have, want = set(self.planned_on), set(step.request.body["labels"])
        replace_labels(self.client, self.current["id"], want - have, have - want)
        self.call.progress(changed=True)

    def refuse_registered(self) -> None:
        models = Registry(self.call.client).experiments().get(self.current["id"])
        if models:
            raise Refused(
                "experiment {} cannot be deleted: a checkpoint of it is registered as {}.".format(
                    self.current["id"], ", ".join(models)
                ),
                "Delete these model versions first, or keep the experiment.",
            )

    def first_labels(self, config: Row) -> list[str]:
        """The labels of one that is made: those of the option, which may be none, else of the config; and the key."""
        params = self.call.params
        labels = params["labels"] if "labels" in self.call.given else config.get("labels")
        if not isinstance(labels or [], list) or not all(isinstance(one, str) for one in labels or ()):
            raise BadOption("config", labels, "labels must be a list of texts.")
        key = [params["key_label"]] if params["key_label"] else []
        left = {*(labels or ()), *(params["labels_add"] or ())}.difference(params["labels_remove"] or ())
        return sorted(left.union(key))

    def check_place(self, config: Row) -> None:
        """Raise where it could not be made, or nobody would look for it."""
        ident = self.values.get("project_id")
        workspace = check_project(self.call, UNCATEGORIZED if ident is None else ident)
        resources = config.get("resources")
        if isinstance(resources, dict):
            check_pool(self.call, resources.get("resource_pool"), workspace, "config.resources.resource_pool")

    def creation(self) -> Plan:
        self.creates = True
        params = self.call.params
        if self.state not in MAKING:
            raise NotFound(f"There is no such experiment to be {self.state}.")
        if params["config"] is None:
            raise BadOption("config", None, "there is no such experiment, and no config to make it from.")
        check_template(self.call)
        config = parse_config(params["config"], self.call.warn)
        config["labels"] = self.first_labels(config)
        for name, path in IN_CONFIG.items():
            if self.values.get(name) is not None:
                put_path(config, path, merged(config, path, self.values[name]))
        self.check_place(config)
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
        body = {name: value for name, value in body.items() if value is not None and value is not False}
        create = ApiCall("POST", "/api/v1/experiments")
        if params["external_id"] is not None:
            path = "/api/v1/experiments/by-external-id/" + quote_segment(params["external_id"], "external_id")
            create = ApiCall("PUT", path, repeatable=True)
        steps = [Step(create, {}, body, "create", unwrap="experiment")]
        if self.values.get("notes"):
            patch = ApiCall("PATCH", "/api/v1/experiments/{id}", repeatable=True)
            steps.append(Step(patch, {}, {"notes": self.values["notes"]}, "change notes"))
        after = {name: self.values[name] for name in self.values if self.values[name] is not None}
        after.update(name=config.get("name"), labels=config["labels"])
        after["state"] = "ACTIVE" if body.get("activate") else "PAUSED"
        return Plan(EXPERIMENT, None, {}, after, tuple(steps), "create", Wanted(self.values, self.state))


def merged(config: Row, path: str, value: Any) -> Any:
    """A dict given as an option adds to what the config has there."""
    return dict(config.get(path) or {}, **policy(value)) if isinstance(value, dict) else value
