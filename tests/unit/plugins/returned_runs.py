# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module is run with so that it returns every key that it can: on an emulator of its own, step by step."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import requests

ENDED = ["COMPLETED", "CANCELED", "ERROR"]
FAILS = {"status": 500, "body": {"error": {"code": 13, "error": "made to fail"}}}


class World:
    """An emulator, what a test may put there by hand, and what it may look up."""

    def __init__(self, control: Any, folder: Any) -> None:
        self.control, self.url, self.folder = control, control.url, folder
        self.environment = {"DET_USER": "admin", "DET_PASS": "Testing1!"}
        body = {"username": "admin", "password": "Testing1!"}
        token = requests.post(self.url + "/api/v1/auth/login", json=body, timeout=10).json()["token"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + token

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, self.url + path, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def start(self, kind: str, image: str = "fake/run", **resources: Any) -> str:
        """The id of a command, notebook or shell."""
        config = {"description": "made", "entrypoint": ["x"], "environment": {"image": image}}
        body = {"config": {**config, "resources": {"slots": 0, **resources}}}
        ident = self.call("POST", f"/api/v1/{kind}s", body)[kind]["id"]
        if image == "fake/run":
            self.until(lambda: self.call("GET", f"/api/v1/{kind}s/{ident}")[kind]["state"] == "STATE_RUNNING")
        return ident

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.02)

    def experiments(self, state: str = "COMPLETED") -> list[int]:
        rows = self.call("GET", f"/api/v1/experiments?states=STATE_{state}&archived=false&limit=100")["experiments"]
        return sorted(one["id"] for one in rows)

    def with_checkpoints(self) -> int:
        """An experiment that has ended and has checkpoints."""
        rows = self.call("GET", "/api/v1/experiments?states=STATE_COMPLETED&archived=false&limit=100")["experiments"]
        return next(one["id"] for one in rows if one["checkpointCount"] > 1)

    def trial_of(self, experiment: int) -> int:
        return self.call("GET", f"/api/v1/experiments/{experiment}/trials")["trials"][0]["id"]

    def trial_with_checkpoints(self) -> dict[str, Any]:
        trials = self.call("GET", f"/api/v1/experiments/{self.with_checkpoints()}/trials")["trials"]
        return next(one for one in trials if one["checkpointCount"])

    def metric_of(self, trial: dict[str, Any]) -> str:
        """A metric of its validations, as det_metrics_info names it."""
        return "validation." + next(iter(trial["summaryMetrics"]["validation_metrics"]))

    def used(self) -> str:
        """The uuid of a checkpoint that a trial with metrics began with."""
        uuid_, trial = self.smallest(), self.trial_with_checkpoints()["id"]
        info = {"trialId": trial, "checkpointUuid": uuid_, "trialSourceInfoType": "TRIAL_SOURCE_INFO_TYPE_INFERENCE"}
        self.call("POST", "/api/v1/trial-source-info", {"trialSourceInfo": info})
        return uuid_

    def with_gpu(self) -> str:
        """The id of a command that runs, whose container has told of its GPU."""
        task = self.start("command")
        data = {"containerId": "c", "nodeName": "n", "acceleratorType": "GPU", "acceleratorUuids": ["u"]}
        self.call("POST", f"/api/v1/allocations/{task}.1/acceleratorData", {"acceleratorData": data})
        return task

    def profiled(self) -> int:
        """The id of a trial with a validation and a series of the profiler."""
        trial = self.trial_with_checkpoints()["id"]
        labels = {"trialId": trial, "name": "gpu_util", "agentId": "a", "metricType": "PROFILER_METRIC_TYPE_SYSTEM"}
        batch = {"values": [1, 2], "batches": [1, 2], "timestamps": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"]}
        self.call("POST", "/api/v1/trials/profiler/metrics", {"batches": [{**batch, "labels": labels}]})
        return trial

    def agent_of(self, task: str) -> str:
        found = self.call("GET", "/api/v1/tasks")["allocationIdToSummary"].values()
        (summary,) = (one for one in found if one["taskId"] == task)
        return next(iter(summary["resources"][0]["agentDevices"]))

    def ended(self) -> int:
        """An experiment that ran on an agent, with files, and has ended."""
        content = base64.b64encode(b"pass").decode()
        file = {"path": "model.py", "type": 48, "content": content, "mtime": "1", "mode": 0o644, "uid": 0, "gid": 0}
        config = (
            "name: made\nentrypoint: x\nsearcher: {name: single, metric: loss, max_length: {batches: 1}}\n"
            "environment: {image: fake/exit0}\nresources: {slots_per_trial: 0}\n"
        )
        body = {"projectId": 1, "config": config, "modelDefinition": [file], "activate": True}
        made = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        self.until(lambda: bool(self.call("GET", f"/api/v1/experiments/{made}")["experiment"]["endTime"]))
        return made

    def with_files(self) -> str:
        """The id of a command that was started with a file."""
        content = base64.b64encode(b"pass").decode()
        file = {"path": "model.py", "type": 48, "content": content, "mtime": "1", "mode": 0o644, "uid": 0, "gid": 0}
        config = {"description": "made", "entrypoint": ["x"], "environment": {"image": "fake/run"}}
        body = {"config": {**config, "resources": {"slots": 0}}, "files": [file]}
        return self.call("POST", "/api/v1/commands", body)["command"]["id"]

    def living(self) -> tuple[int, int]:
        """An experiment that has not ended, and its run."""
        body = {"projectId": 1, "config": "name: made\nsearcher: {name: single, metric: loss}\n", "unmanaged": True}
        experiment = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        trial = self.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]["id"]
        return experiment, trial

    def workspace(self) -> str:
        return self.call("POST", "/api/v1/workspaces", {"name": "made"})["workspace"]["name"]

    def policy(self) -> bool:
        body = {"workloadType": "NTSC", "configPolicies": "constraints: {priority_limit: 10}"}
        self.call("PUT", "/api/v1/config-policies/global/NTSC", body)
        return True

    def group(self) -> str:
        self.call("POST", "/api/v1/groups", {"name": "made", "addUsers": [1]})
        return "made"

    def webhook(self) -> int:
        body = {"url": "http://127.0.0.1:1/x", "webhookType": "WEBHOOK_TYPE_DEFAULT", "name": "made"}
        trigger = {"triggerType": "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE", "condition": {"state": "COMPLETED"}}
        return self.call("POST", "/api/v1/webhooks", {**body, "triggers": [trigger]})["webhook"]["id"]

    def token(self) -> str:
        """The description of an access token of the first user."""
        self.call("POST", "/api/v1/tokens", {"userId": 1, "description": "made"})
        return "made"

    def file(self, text: str) -> str:
        path = self.folder / "const.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def click(self) -> None:
        """Change by hand what the document CLICKED has made."""
        users = self.call("GET", "/api/v1/users")["users"]
        user = next(one["id"] for one in users if one["username"] == "zoe")
        self.call("PATCH", f"/api/v1/users/{user}", {"displayName": "Z", "active": True})
        hooks = self.call("GET", "/api/v1/webhooks")["webhooks"]
        hook = next(one["id"] for one in hooks if one["name"] == "all")
        self.call("PATCH", f"/api/v1/webhooks/{hook}", {"url": "http://127.0.0.1:1/b"})

    def model(self) -> str:
        return self.call("POST", "/api/v1/models", {"name": str(uuid.uuid4())})["model"]["name"]

    def register(self, model: str) -> str:
        """The uuid of a checkpoint that has been made a version of the model."""
        one = self.checkpoints()[0]
        self.call("POST", f"/api/v1/models/{model}/versions", {"checkpointUuid": one, "modelName": model})
        return one

    def model_with_version(self) -> str:
        model = self.model()
        self.register(model)
        return model

    def registered(self) -> str:
        """The uuid of a checkpoint that is a version of a model."""
        return self.register(self.model())

    def smallest(self) -> str:
        """The uuid of the checkpoint with the fewest bytes, which the emulator has files of."""
        rows = []
        for ident in self.experiments():
            rows += self.call("GET", f"/api/v1/experiments/{ident}/checkpoints")["checkpoints"]
        whole = [one for one in rows if one["state"] == "STATE_COMPLETED"]
        return min(whole, key=lambda one: sum(map(int, one["resources"].values())))["uuid"]

    def checkpoints(self) -> list[str]:
        """Uuids of checkpoints of one trial, that were put there."""
        body = {"projectId": 1, "config": "name: made\nsearcher: {name: single, metric: loss}\n", "unmanaged": True}
        experiment = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        trial = self.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]
        made = [str(uuid.uuid4()) for _number in range(2)]
        for one in made:
            files = {"model.pt": 100, "state/optimizer.pt": 300}
            body = {"uuid": one, "taskId": trial["taskId"], "resources": files, "state": "STATE_COMPLETED"}
            self.call("POST", "/api/v1/checkpoints", {**body, "metadata": {"steps_completed": 10}})
        return made

    def done(self) -> str:
        """The path of a journal: two experiments were archived, the second is not any more, a third was deleted."""
        first, second, third = self.experiments("COMPLETED")[:3]
        for one in (first, second):
            self.call("PATCH", f"/api/v1/experiments/{one}", {"labels": ["x"]})
        self.call("POST", f"/api/v1/experiments/{first}/archive")
        line = {"time": "2026-01-01T00:00:00Z", "run": "r", "master": self.url, "kind": "experiments", "name": "n"}
        acts = (
            (first, "archived", {"archived": False}, {"archived": True}),
            (first, "labels", {"labels": []}, {"labels": ["x"]}),
            (second, "labels", {"labels": []}, {"labels": ["y"]}),
            (third, "absent", {"state": "COMPLETED"}, {"state": "absent"}),
        )
        lines = (
            {**line, "phase": "intent", "id": ident, "act": act, "before": before, "after": after}
            for ident, act, before, after in acts
        )
        return self.file("".join(json.dumps(one) + "\n" for one in lines))

    def running_elsewhere(self) -> list[int]:
        """The id of a trial that the master only keeps the results of."""
        body = {"projectId": 1, "config": "name: made\nsearcher: {name: single, metric: loss}\n", "unmanaged": True}
        experiment = self.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        return [self.call("POST", "/api/v1/trials", {"experimentId": experiment, "unmanaged": True})["trial"]["id"]]


@dataclass
class Step:
    """One run of the module.

    :param options: a dict, or a function (world) -> dict.
    :param fault: what is to go wrong, a dict or a function (world) -> dict; the run is to fail then.
    """

    options: Any
    check: bool = False
    fault: Any = None


@dataclass
class Case:
    """``emulator``: what it is started with."""

    steps: Iterable[Step]
    emulator: dict[str, Any] = field(default_factory=dict)


def fails(method: str, path: str) -> dict[str, Any]:
    return {"kind": "status", "method": method, "path": path, "count": None, **FAILS}


def refused(method: str, path: str) -> Callable[[World], dict[str, Any]]:
    """A bulk request that is answered with an error for each of the two first experiments."""

    def fault(world: World) -> dict[str, Any]:
        results = [{"id": one, "error": "made to fail"} for one in world.experiments()[:2]]
        return {**fails(method, path), "status": 200, "body": {"results": results}}

    return fault


RBAC = {"rbac": True}
IDENTITY = {"uid": 5, "user": "ana", "gid": 6, "group": "staff"}
VIEWER = {"user": "admin", "role": "Viewer"}
HOOK = {"cluster": True, "name": "new", "url": "http://127.0.0.1:1/x", "triggers": [{"experiment_state": "COMPLETED"}]}
CONFIG = {"name": "new", "searcher": {"name": "single", "metric": "loss"}}
BEST_KEPT = {"select": {"project": "*/*"}, "save_trial_best": 0, "save_trial_latest": 0}
NOTES = [{"name": "a", "contents": "b"}]
NOTHING_KEPT = {"save_experiment_best": 0, "save_trial_best": 0, "save_trial_latest": 0}
OUTSIDE = {
    "external_id": "fleet",
    "run": "one",
    "config": {"name": "n", "searcher": {"name": "single", "metric": "loss"}},
}
REPORTED = {
    "metrics": [{"group": "validation", "steps_completed": 200, "values": {"loss": 0.4}}],
    "checkpoint": {
        "uuid": "3f1c2a84-9d5e-4b1a-8f6d-0c7a52e1b9d3",
        "resources": {"model.pt": 100},
        "steps_completed": 200,
    },
}
BRAKE = {"max_changes": 0}
AGENTS = {"agents": 4}
TWICE = {
    "name": "twice",
    "url": "http://127.0.0.1:1/x",
    "webhookType": "WEBHOOK_TYPE_DEFAULT",
    "triggers": [{"triggerType": "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE", "condition": {"state": "ERROR"}}],
}
CLICKED = {
    "version": 1,
    "users": {"zoe": {"display_name": "Zoe"}},
    "webhooks": {"all": {"url": "http://127.0.0.1:1/a", "triggers": [{"experiment_state": "ERROR"}]}},
}
SEEDED = {"agents": 4, "experiments": 20, "tasks": 4}


def of_trials(**options: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"ids": [world.trial_of(world.with_checkpoints())], **options}


def best_of(world: World, trial: dict[str, Any]) -> dict[str, Any]:
    return {"trial_ids": [trial["id"]], "best": world.metric_of(trial), "smaller_is_better": True}


def best_at(world: World, trial: dict[str, Any]) -> dict[str, Any]:
    report = world.call("GET", f"/api/v1/trials/{trial['id']}")["trial"]["latestValidation"]
    options = {"experiment_ids": [trial["experimentId"]], "best": world.metric_of(trial), "smaller_is_better": True}
    return {**options, "at_batches": report["totalBatches"]}


def command(**options: Any) -> Callable[[World], dict[str, Any]]:
    """Options of a run that a command is started before, on agent-1 or agent-4."""

    def started(world: World) -> dict[str, Any]:
        world.start("command", resource_pool="default")
        return options

    return started


def of_job(**options: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"tasks": [world.start("command")], **options}


def of_checkpoints(**options: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"uuids": world.checkpoints(), **options}


def of_task(kind: str, **options: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"id": world.start(kind), **options}


def launch(**options: Any) -> Case:
    return Case([Step(options, check=True), Step(options)], AGENTS)


def given_by_a_group(world: World) -> dict[str, Any]:
    """Options that ask for the user ana, who has a role in a workspace as a member of a group."""
    user = world.call("POST", "/api/v1/users", {"user": {"username": "ana", "active": True}})["user"]["id"]
    group = world.call("POST", "/api/v1/groups", {"name": "vision", "addUsers": [user]})["group"]["groupId"]
    given = {"groupId": group, "roleAssignment": {"role": {"roleId": 5}, "scopeWorkspaceId": 1}}
    world.call("POST", "/api/v1/roles/add-assignments", {"groupRoleAssignments": [given]})
    return {"username": "ana", "permission": "CREATE_EXPERIMENT", "workspace": "Uncategorized"}


RUN = {"config": {"environment": {"image": "fake/exit0"}}, "entrypoint": ["x"], "slots": 0, "wait_for": "end"}
RUNS = {
    "det_agent": Case(
        [
            Step({"ids": ["agent-1", "gone"], "state": "drained", "wait_connected": True}, check=True),
            Step({"ids": ["agent-1"], "state": "disabled", **BRAKE, "kill": True}, check=True),
            Step({"ids": ["agent-3"], "state": "disabled"}),
            Step(command(pools=["default"], state="drained", wait=False)),
            Step({"ids": ["agent-2"], "state": "drained"}, fault=fails("POST", "/disable$")),
        ],
        AGENTS,
    ),
    "det_agent_info": Case([Step(command(slots=True))], AGENTS),
    "det_slot": Case(
        [
            Step({"agent": "agent-1", "slots": [1], "state": "disabled", "kill": True, **BRAKE}, check=True),
            Step({"agent": "agent-1", "slots": [1], "state": "disabled"}),
            Step(
                lambda world: {
                    "agent": world.agent_of(world.start("command", resource_pool="default", slots=1)),
                    "state": "drained",
                    "wait": False,
                }
            ),
            Step({"agent": "agent-2", "state": "drained"}, fault=fails("POST", "/disable$")),
        ],
        AGENTS,
    ),
    "det_job": Case(
        [
            Step(of_job(ids=["gone"], priority=7)),
            Step(of_job(priority=8, **BRAKE), check=True),
            Step(of_job(priority=9), fault=fails("POST", "/job-queues$")),
        ],
        AGENTS,
    ),
    "det_job_info": Case([Step({"stats": True, "hidden": True})], SEEDED),
    "det_resource_pool_binding": Case(
        [Step({"resource_pool": "gpu-a", "workspaces": ["Uncategorized"]}, check=check) for check in (True, False)],
        AGENTS,
    ),
    "det_resource_pool_info": Case([Step({"bindings": True, "stats": True})], SEEDED),
    "det_user_setting": Case([Step({"path": "p", "key": "k", "value": 1}, check=check) for check in (True, False)]),
    "det_user_setting_info": Case(
        [
            Step(
                lambda world: world.call(
                    "POST", "/api/v1/users/setting", {"settings": [{"storagePath": "p", "key": "k", "value": "1"}]}
                )
            )
        ]
    ),
    "det_task_info": Case(
        [
            Step({"ids": ["gone"]}),
            Step({"count": True}),
            Step({"allocations": True}),
            Step(lambda world: {"ids": [world.with_gpu()], "accelerators": True}),
        ],
        SEEDED,
    ),
    "det_task_cull": Case(
        [
            Step({"older_than": "0s", **BRAKE}, check=True),
            Step({"older_than": "0s", "warn_before": "1d", "exempt_descriptions": ["^exploration"]}),
            Step({"older_than": "0s", "warn_before": "1d"}),
            Step({"older_than": "0s"}, fault=fails("POST", "/kill$")),
            Step({"older_than": "0s"}),
        ],
        SEEDED,
    ),
    "det_command": launch(description="new", **RUN),
    "det_notebook": launch(description="new", slots=0),
    "det_shell": launch(description="new", slots=0, reveal=True),
    "det_tensorboard": Case([Step(lambda world: {"experiment_ids": world.experiments()[:1]})], SEEDED),
    "det_generic_task": launch(name="new", **RUN),
    "det_wait": Case(
        [
            Step(lambda world: {"experiments": world.experiments()[:1]}),
            Step(lambda world: {"trials": [world.trial_of(world.experiments()[0])]}),
            Step(lambda world: {"tasks": [world.start("command", "fake/exit0")]}),
            Step({"agents": ["agent-1"]}),
            Step({"for_master": True}),
        ],
        SEEDED,
    ),
    "det_checkpoint": Case(
        [
            Step(of_checkpoints(metadata={"a": "b"}, **BRAKE), check=True),
            Step(of_checkpoints(files_absent=["*.pt"], wait=False)),
            Step(lambda world: {"uuids": [world.registered()], "state": "absent"}),
            Step(of_checkpoints(metadata={"a": "b"}), fault=fails("POST", "/metadata$")),
        ],
        AGENTS,
    ),
    "det_checkpoint_info": Case(
        [
            Step(lambda world: {"uuids": ["11111111-1111-4111-8111-111111111111", world.registered()]}),
            Step(lambda world: {"experiment_ids": [world.with_checkpoints(), 99999]}),
            Step(lambda world: {"uuids": [world.registered()], "registered": True}),
            Step(lambda world: {"uuids": [world.used()], "uses": True}),
        ],
        SEEDED,
    ),
    "det_checkpoint_fetch": Case(
        [
            Step(
                lambda world: {"uuid": world.smallest(), "dest": str(world.folder / "made"), "format": "tgz"},
            ),
        ],
        SEEDED,
    ),
    "det_experiments": Case(
        [
            Step(lambda world: {"ids": world.experiments(), "state": "archived", **BRAKE}, check=True),
            Step(lambda world: {"ids": world.experiments("PAUSED"), "labels_add": ["a"], "state": "archived"}),
            Step(lambda world: {"ids": world.experiments()[:1], "labels_add": ["a"]}),
            Step(lambda world: {"ids": world.experiments()[:1], "labels_add": ["b"]}, fault=fails("PUT", "/labels/b$")),
        ],
        SEEDED,
    ),
    "det_experiment_info": Case(
        [
            Step(
                lambda world: {
                    "ids": [world.with_checkpoints(), 99999],
                    "gather": ["config", "trials", "checkpoints", "metrics", "log_fields"],
                }
            ),
        ],
        SEEDED,
    ),
    "det_run": Case(
        [
            Step({"select": {"states": ["COMPLETED"]}, "state": "archived", **BRAKE}, check=True),
            Step({"select": {"states": ["RUNNING", "ACTIVE", "PAUSED"]}, "state": "archived", "metadata": {"a": 1}}),
            Step({"select": {"states": ["COMPLETED"]}, "metadata": {"a": 1}}),
            Step({"select": {"states": ["COMPLETED"]}, "metadata": {"a": 2}}, fault=fails("POST", "/metadata$")),
        ],
        SEEDED,
    ),
    "det_run_info": Case([Step({"ids": [1, 99999]}), Step({"select": {"states": ["COMPLETED"]}})], SEEDED),
    "det_unmanaged_run": Case([Step(OUTSIDE), Step({**OUTSIDE, "state": "completed", **REPORTED})]),
    "det_trial": Case(
        [
            Step(of_trials(log_retention_days=7, **BRAKE), check=True),
            Step(of_trials(log_retention_days=7)),
            Step(of_trials(log_retention_days=8), fault=fails("PUT", "/retain_logs$")),
            Step(lambda world: {"ids": world.running_elsewhere(), "state": "killed"}),
        ],
        SEEDED,
    ),
    "det_trial_info": Case(
        [
            Step(
                lambda world: {
                    "ids": [world.trial_with_checkpoints()["id"], 99999],
                    "gather": ["summary", "training", "validation", "workloads", "checkpoints", "log_days"],
                }
            ),
        ],
        SEEDED,
    ),
    "det_metrics_info": Case(
        [
            Step(lambda world: {"experiment_ids": [world.with_checkpoints(), 99999], "series": "sampled"}),
            Step(lambda world: best_of(world, world.trial_with_checkpoints())),
            Step(lambda world: best_at(world, world.trial_with_checkpoints())),
            Step(lambda world: {"trial_ids": [world.profiled()], "gather": ["names", "searcher", "profiler"]}),
        ],
        SEEDED,
    ),
    "det_security_info": Case([Step({})], SEEDED),
    "det_health_info": Case([Step({"agents_expected": ["agent-9"]})], SEEDED),
    "det_usage_info": Case(
        [
            Step({"since": "365d", "price": {"*": 1}}),
            Step({"since": "365d", "group_by": ["owner"], "price": {"*": 1}}),
            Step({"since": "365d", "report": "workloads"}),
            Step({"since": "365d", "report": "daily"}),
            Step({"report": "experiments"}),
        ],
        SEEDED,
    ),
    "det_log_info": Case(
        [
            Step(lambda world: {"trial": world.trial_of(world.experiments()[0]), "tail": 5, "filters": True}),
            Step(lambda world: {"task": world.start("command"), "tail": 5}),
        ],
        SEEDED,
    ),
    "det_master_info": Case([Step({"gather": ["config", "telemetry"]})]),
    "det_master_config": Case(
        [Step({"log_level": "debug", "skip_unsupported": True}, check=check) for check in (True, False)]
    ),
    "det_master_log_info": Case([Step({"tail": 2})]),
    "det_namespace_binding": Case([Step({"workspaces": ["x"], "namespace": "y", "skip_unsupported": True})]),
    "det_namespace_info": Case([Step({"skip_unsupported": True})]),
    "det_resource_quota": Case([Step({"workspace_id": 1, "quota": 1, "skip_unsupported": True})]),
    "det_permission_info": Case([Step({}), Step(given_by_a_group), Step({"username": "ana"})], {"rbac": True}),
    "det_login": Case([Step({})]),
    "det_api": Case([Step({"path": "/api/v1/master"})]),
    "det_log_cleanup": Case([Step({}, check=True), Step({})]),
    "det_report": Case(
        [
            Step(
                lambda world: {
                    "path": str(world.folder / "report"),
                    "run": {"role": "mine", "host": "here", "tables": [{"title": "t", "rows": [{"a": 1}]}]},
                }
            )
        ]
    ),
    "det_checkpoint_gc": Case(
        [
            Step({"select": {"project": "*/*"}, **NOTHING_KEPT, **BRAKE}, check=True),
            # One experiment holds more, and would free less.
            Step({**BEST_KEPT, "min_size": 3 * 10**8}),
            Step({"select": {"project": "*/*"}, **NOTHING_KEPT, "max_changes": 1000, "wait": False}),
            Step(
                {"select": {"project": "*/*"}, **NOTHING_KEPT, "max_changes": 1000},
                fault=fails("DELETE", "/checkpoints$"),
            ),
        ],
        SEEDED,
    ),
    "det_cluster_message": Case([Step({"text": "Maintenance."})]),
    "det_config_policy": Case(
        [Step({"cluster": True, "workload_type": "NTSC", "constraints": {"priority_limit": 10}})]
    ),
    "det_config_policy_info": Case([Step(lambda world: {"cluster": world.policy()})]),
    "det_experiment": Case([Step({"external_id": "x", "config": CONFIG})]),
    "det_directory": Case(
        [
            Step({"users": [{"username": "new"}], "groups": [{"name": "new", "members": ["new"]}]}),
            Step({"users": [{"username": "new"}], "deactivate_missing": True}),
            Step(
                {"users": [{"username": "more"}], "groups": [{"name": "new", "members": []}]},
                fault={**fails("POST", "/users$"), "status": 400},
            ),
            Step({"users": [{"username": f"x{index}"} for index in range(9)], "max_changes": 1}, check=True),
        ]
    ),
    "det_group": Case([Step({"name": "new", "members": ["admin"]})], RBAC),
    "det_group_info": Case([Step(lambda world: {"name": world.group()})], RBAC),
    "det_log_retention": Case(
        [
            Step(lambda world: {"ids": [world.ended()], "days": "0", **BRAKE}, check=True),
            Step(lambda world: {"ids": [*world.experiments()[:2], world.living()[0]], "days": "7"}),
            Step(lambda world: {"ids": world.experiments()[:2], "days": "9"}, fault=refused("PUT", "/retain_logs$")),
        ],
        SEEDED,
    ),
    "det_model": Case([Step({"name": "new"})]),
    "det_model_version": Case(
        [Step(lambda world: {"model": world.model(), "checkpoint_uuid": world.checkpoints()[0], "name": "new"})]
    ),
    "det_model_version_info": Case([Step(lambda world: {"model": world.model_with_version()})]),
    "det_model_info": Case([Step({}), Step({"labels_in_use": True})], SEEDED),
    "det_project": Case([Step(lambda world: {"workspace": world.workspace(), "name": "new", "notes": NOTES})]),
    "det_project_info": Case(
        [Step({"id": 1, "gather": ["columns", "labels", "metric_ranges"], "metadata_keys": ["dataset.name"]})], SEEDED
    ),
    "det_user_groups": Case([Step(lambda world: {"user": "admin", "groups": [world.group()], "groups_mode": "exact"})]),
    "det_role_assignment": Case([Step({"workspace": "Uncategorized", "assignments": [VIEWER]})], RBAC),
    "det_role_info": Case([Step({"gather": ["assignments"]})], RBAC),
    "det_cluster_config": Case(
        [
            Step(
                {
                    "mode": "apply",
                    "stack": "s",
                    "config": {"version": 1, "groups": {"new": {"members": ["admin"]}}},
                }
            ),
            Step({"mode": "drift", "stack": "s", "config": {"version": 1, "users": {"ana": {"display_name": "Ana"}}}}),
            # Two webhooks of one name, which a document cannot tell apart.
            Step(
                lambda world: (
                    [world.call("POST", "/api/v1/webhooks", TWICE) for _number in range(2)] and {"mode": "export"}
                )
            ),
            Step(
                lambda world: {
                    "mode": "apply",
                    "stack": "t",
                    "config": CLICKED,
                    "undo_dest": str(world.folder / "undo.yml"),
                }
            ),
            Step(
                lambda world: (
                    world.click()
                    or {"mode": "accept", "stack": "t", "config": CLICKED, "dest": world.file(json.dumps(CLICKED))}
                )
            ),
            Step({"mode": "validate", "config": {"version": 1, "groups": {"new": {}}}}),
            Step({"config": {"version": 1}, "against": {"version": 1, "groups": {"new": {}}}, "markdown": True}),
            Step({"mode": "forget", "stack": "s"}),
        ]
    ),
    "det_template": Case([Step({"name": "new", "config": {"resources": {"slots": 1}}})]),
    "det_template_info": Case([Step({})], SEEDED),
    "det_token": Case([Step({"description": "new", "lifespan": "1h"})]),
    "det_token_info": Case([Step(lambda world: {"user_id": 1, "description": world.token()})]),
    "det_user": Case([Step({"username": "new", "agent_user_group": IDENTITY})]),
    "det_user_info": Case([Step({})], SEEDED),
    "det_webhook": Case([Step(HOOK)]),
    "det_webhook_event": Case(
        [
            Step(lambda world: {"experiment_id": world.experiments()[0], "title": "t"}),
            Step(lambda world: {"webhook_id": world.webhook()}, check=True),
        ],
        SEEDED,
    ),
    "det_webhook_info": Case([Step(lambda world: {"id": world.webhook()})]),
    "det_workspace": Case([Step({"name": "new"})]),
    "det_workspace_info": Case([Step({"name": "Uncategorized"})]),
    "det_experiment_files_info": Case(
        [
            Step(lambda world: {"experiment_id": world.ended()}),
            Step(lambda world: {"experiment_id": world.ended(), "path": "model.py"}),
            Step(lambda world: {"experiment_id": world.ended(), "dest": str(world.folder / "files.tgz")}),
        ],
        AGENTS,
    ),
    "det_task_files_info": Case(
        [
            Step(lambda world: {"task": world.with_files()}),
            Step(lambda world: {"task": world.with_files(), "path": "model.py"}),
            Step(lambda world: {"task": world.with_files(), "dest": str(world.folder / "files.tgz")}),
        ],
        AGENTS,
    ),
    "det_experiment_validate": Case(
        [
            Step({"config": {**CONFIG, "entrypoint": "x", "resources": {"slots_per_trial": 0}}}),
            Step(
                lambda world: {
                    "config_file": world.file("name: n\nentrypoint: x\nsearcher: {name: single}\n"),
                    "fail": False,
                }
            ),
        ],
        AGENTS,
    ),
    "det_undo": Case(
        [
            Step(lambda world: {"journal": world.done()}, check=True),
            Step(lambda world: {"journal": world.done(), **BRAKE}, check=True),
            Step(lambda world: {"journal": world.done()}, fault=fails("PATCH", "/experiments/")),
            Step(lambda world: {"journal": world.done()}),
        ],
        SEEDED,
    ),
    "det_tensorboard_files": Case(
        [
            Step(lambda world: {"ids": world.experiments()[:1], **BRAKE}, check=True),
            Step(lambda world: {"ids": [world.experiments()[0], world.living()[0]]}),
            Step(
                lambda world: {"ids": world.experiments()[1:2]},
                fault=fails("DELETE", "/tensorboard"),
            ),
        ],
        SEEDED,
    ),
}
# Keys that come only where somebody else acts in the middle of a run, or with Kubernetes, which others' tests show.
RACES = {
    "det_slot": ("skipped_items",),
    "det_namespace_binding": ("namespaces",),
    "det_namespace_info": ("namespaces",),
    "det_resource_quota": ("resource_quota",),
}
