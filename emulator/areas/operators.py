# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes outside the API that operators use: health, Prometheus, checkpoint files, what a save policy would remove."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile

from .. import expconf, running
from ..answers import Binary, Text
from ..errors import ApiError, UnsupportedMediaType, internal, invalid
from ..permissions import require
from . import checkpoints, experiments

BIGGEST = 64 * 1024 * 1024


def health(call, request):
    return {
        "status": "up",
        "database": "up",
        "resource_managers": [{"cluster_name": "default", "status": "up"}],
    }


def preview_gc(call, request):
    """The checkpoints that a save policy would remove, with the metric that it goes by."""
    row = experiments.find(call, request["experimentId"], "VIEW_EXPERIMENT_ARTIFACTS")
    policy = {name: request[field] for name, field in running.POLICY.items()}
    uuids = json.dumps(running.superfluous(call.db, row["id"], **policy))
    rows = call.db.rows(
        f"{checkpoints.SELECT} where c.uuid in (select value from json_each(?)) order by c.report_time", uuids
    )
    return {"checkpoints": [_checkpoint(c) for c in rows], "metric_name": row["searcher_metric"]}


def _checkpoint(row) -> dict:
    shown = checkpoints.shown(row)
    training = shown["training"]
    return {
        "ID": row["id"],
        "UUID": row["uuid"],
        "TaskID": row["task_id"],
        "AllocationID": row["allocation_id"],
        "ReportTime": shown["reportTime"],
        "State": row["state"],
        "Resources": json.loads(row["resources"]),
        "Metadata": shown["metadata"],
        "Size": row["size"],
        "StorageID": None,
        "TrialID": row["trial_id"],
        "ExperimentID": row["experiment_id"],
        "ExperimentConfig": training["experimentConfig"],
        "HParams": training["hparams"],
        "TrainingMetrics": training["trainingMetrics"]["avgMetrics"],
        "ValidationMetrics": training["validationMetrics"]["avgMetrics"],
        "SearcherMetric": training.get("searcherMetric"),
        "StepsCompleted": row["steps_completed"],
    }


class Tar(Binary):
    content_type = "application/x-tar"


class Tgz(Binary):
    content_type = "application/gzip"
    sized = False


class Zip(Binary):
    content_type = "application/zip"
    sized = False


_ARCHIVES = {archive.content_type: archive for archive in (Tar, Tgz, Zip)}


def download(call, request):
    """The files of a checkpoint as an archive. There is no storage behind the records: files come with their size, made
    up from their names, and only up to BIGGEST bytes."""
    wanted = call.headers.get("Accept", "*/*")
    archive = _ARCHIVES.get("application/x-tar" if wanted in ("", "*/*", "application/*") else wanted)
    if archive is None:
        raise UnsupportedMediaType(f"unsupported media type to download a checkpoint: '{wanted}'")
    text = request["checkpointUuid"]
    try:
        row = checkpoints.find(call, text)
    except ApiError as error:
        raise invalid(f"unable to parse checkpoint UUID {text}: {error.text}") if error.code == 13 else error from None
    require(call, "VIEW_EXPERIMENT_ARTIFACTS", row["workspace_id"])
    storage = expconf.filled(json.loads(row["config"]))["checkpoint_storage"]
    if storage["type"] == "azure":
        raise invalid("checkpoint download via master is not supported for azure")
    folder = f"{storage.get('host_path', '')}/{row['uuid']}/"
    if row["state"] == "DELETED":
        raise internal(f"unable to list checkpoint {row['uuid']} files: lstat {folder}: no such file or directory")
    files = {path: size for path, size in json.loads(row["resources"]).items() if not path.endswith("/")}
    if sum(files.values()) > BIGGEST:
        raise internal(f"unable to download checkpoint {row['uuid']}: only {BIGGEST >> 20} MiB are made up")
    return archive(_packed(archive, row["uuid"], files))


def _packed(archive: type, uuid: str, files: dict[str, int]) -> bytes:
    buffer = io.BytesIO()
    if archive is Zip:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            for path, size in files.items():
                packed.writestr(path, _content(uuid, path, size))
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz" if archive is Tgz else "w") as packed:
            for path, size in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = size
                packed.addfile(entry, io.BytesIO(_content(uuid, path, size)))
    return buffer.getvalue()


def _content(uuid: str, path: str, size: int) -> bytes:
    """The same for the same file, another for any other."""
    digest = hashlib.sha256(f"{uuid}/{path}".encode()).digest()
    return (digest * (size // len(digest) + 1))[:size]


def _metric(name: str, meaning: str, series: list[dict]) -> str:
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    for labels in series:
        shown = ",".join(f"{key}={json.dumps(str(value))}" for key, value in sorted(labels.items()))
        lines.append(f"{name}{{{shown}}} 1")
    return "\n".join(lines) + "\n"


def prometheus(call, request):
    """Which container belongs to which allocation, task, job and experiment, for joins with other metrics."""
    scheduler = call.master.scheduler
    live = [a for a in scheduler.allocations.values() if a.scheduled and not a.ended]
    containers = [(container, a) for a in live for container in a.containers]
    experiment_ids = [(a.job.id, a.job.entity) for a in live if a.job.kind == "EXPERIMENT"]
    labels = [
        {"experiment_id": entity, "label": label}
        for _job, entity in experiment_ids
        for label in json.loads(call.db.value("select labels from experiments where id = ?", entity) or "[]")
    ]
    return Text(
        _metric(
            "det_container_id_allocation_id",
            "allocation of a container",
            [{"container_id": c.id, "allocation_id": a.id} for c, a in containers],
        )
        + _metric(
            "det_allocation_id_task_id_task_actor",
            "task and job of an allocation",
            [
                {"allocation_id": a.id, "task_id": a.task_id, "task_actor": a.job.kind.lower(), "job_id": a.job.id}
                for a in live
            ],
        )
        + _metric(
            "det_job_id_experiment_id",
            "experiment of a job",
            [{"job_id": job, "experiment_id": entity} for job, entity in dict(experiment_ids).items()],
        )
        + _metric("det_experiment_id_label", "labels of an experiment", labels)
        + _metric(
            "det_gpu_uuid_container_id",
            "container on a device",
            [{"gpu_uuid": slot.uuid, "container_id": c.id} for c, _a in containers for slot in c.slots],
        )
    )
