# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching a tensorboard: of which experiments or trials, and where their logs lie."""

from __future__ import annotations

import json

from .. import clock, durations, task_config, words
from ..errors import invalid
from ..permissions import missing
from . import experiments, launches, lifecycle
from .ntsc import KINDS

IDLE = 5 * 60 * clock.SECOND
MOUNT = "/determined_shared_fs"


def _experiments(call, request: dict) -> list[tuple[int, str, list[int]]]:
    """What a tensorboard is to show: (id, config, trial ids as JSON) of each experiment; 404 for what is not there."""
    chosen: dict[int, list[int]] = {}
    ids = request["experimentIds"]
    if "filters" in request:
        picked = {"projectId": request["filters"]["projectId"] or lifecycle.ANY_PROJECT, "filters": request["filters"]}
        ids = [row["id"] for row in lifecycle.candidates(call, picked)]
    for experiment_id in ids:
        experiments.find(call, experiment_id, "VIEW_EXPERIMENT_ARTIFACTS")
        chosen[experiment_id] = []
    for trial_id in request["trialIds"]:
        experiment_id = call.db.value("select experiment_id from runs where id = ?", trial_id)
        if experiment_id is None:
            raise missing(call, "trial", trial_id)
        experiments.find(call, experiment_id, "VIEW_EXPERIMENT_ARTIFACTS")
        chosen.setdefault(experiment_id, []).append(trial_id)
    return [(i, call.db.value("select config from experiments where id = ?", i), chosen[i]) for i in sorted(chosen)]


def _storage_path(storage: dict) -> str:
    """Where the logs of experiments with that checkpoint storage lie."""
    kind = storage["type"]
    if kind in ("s3", "gcs"):
        scheme = "s3" if kind == "s3" else "gs"
        return "/".join(filter(None, (f"{scheme}:/", storage["bucket"], (storage.get("prefix") or "").strip("/"))))
    if kind == "azure":
        return f"azure://{storage['container']}"
    return storage["container_path"] if kind == "directory" else MOUNT


def launch(call, request):
    kind = KINDS["tensorboard"]
    if not request["experimentIds"] and not request["trialIds"] and "filters" not in request:
        raise invalid("must set experiment, trial ids, or filters")
    config, workspace = launches.prepare(call, request, slots=0)
    launches.open_workspace(call, workspace)
    chosen = _experiments(call, request)
    if not chosen:
        raise invalid("no experiments found")
    cluster = call.db.value("select id from cluster")
    folders, mounts = [], {}
    for experiment_id, stored, trials in chosen:
        storage = json.loads(stored)["checkpoint_storage"]
        if storage["type"] == "shared_fs":
            mounts[MOUNT] = {
                "container_path": MOUNT,
                "host_path": storage["host_path"],
                "propagation": "rprivate",
                "read_only": False,
            }
        base = f"{_storage_path(storage)}/{cluster}/tensorboard/experiment/{experiment_id}/"
        folders += [f"{base}trial/{trial}/" for trial in trials] or [base]
    arguments = config.get("tensorboard_args") or []
    port = kind.port()
    given = ["/run/determined/tensorboard/storage_config.json", ",".join(folders), *arguments]
    if not ((request.get("config") or {}).get("environment") or {}).get("image"):
        environment = (json.loads(chosen[-1][1]).get("environment") or {}).get("image")
        image = environment if isinstance(environment, dict) else dict.fromkeys(task_config.DEVICES, environment)
        config["environment"]["image"] = {**config["environment"]["image"], **{k: v for k, v in image.items() if v}}
    config["entrypoint"] = kind.entrypoint(given, port)
    config["bind_mounts"] = [*(config["bind_mounts"] or []), *mounts.values()] or None
    config["description"] = f"{kind.title} ({words.name()})"
    config["idle_timeout"] = config["idle_timeout"] or durations.text(IDLE)
    return launches.launch(
        call,
        kind,
        request,
        config,
        workspace["id"],
        port,
        experiment_ids=json.dumps(request["experimentIds"]),
        trial_ids=json.dumps(request["trialIds"]),
    )
