# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints as rows, their states, and reading them by their uuids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connection.paths import quote_segment
from ..errors import ApiError
from ..model.call import Call
from ..model.field import Batch, Bulk, Field, Merge
from ..model.kind import Collection, Kind
from ..model.row import Column, Row, read_row
from ..model.states import bare_state
from ..store.answers import check_asked, read_object
from ..store.parallel import map_concurrently
from .trial_reports import COLUMNS as USES

CHECKPOINTS = "/api/v1/checkpoints"
STATES = ("ACTIVE", "COMPLETED", "ERROR", "DELETED", "PARTIALLY_DELETED")
WHOLE, DELETED = "COMPLETED", "DELETED"
# Files of it are there.
USABLE = (WHOLE, "PARTIALLY_DELETED")
REMOVED = (DELETED,)


def file_sizes(resources: Mapping[str, Any] | None) -> dict[str, int]:
    return {path: int(count) for path, count in (resources or {}).items()}


def size(resources: Mapping[str, Any] | None) -> int:
    """Bytes of the files of a checkpoint."""
    return sum(file_sizes(resources).values())


def no_null(value: Any) -> Any:
    return value or {}


def metrics(training: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """{group: {name: value}} of what a trial had reported."""
    reports = {group: (training or {}).get(group + "Metrics") or {} for group in ("training", "validation")}
    return {group: report.get("avgMetrics") or {} for group, report in reports.items()}


UUID = "1387bb1c-bd0c-41bf-ad13-f191e3174576"
COLUMNS = (
    Column("uuid", "Uuid, by which it is known.", sample=UUID),
    Column("state", ", ".join(STATES[:-1]) + " or " + STATES[-1] + ".", sample=WHOLE, decode=bare_state),
    Column("experiment_id", "Id of its experiment; null without one.", "int", 16, api="training.experimentId"),
    Column("trial_id", "Id of its trial; null without one.", "int", 36, api="training.trialId"),
    Column("task_id", "Id of the task that made it.", sample="16.f191e317-4c4d-4b3b-8a39-0a4a39f9c8a4", api="taskId"),
    Column("report_time", "When it was reported.", sample="2026-01-31T12:00:00Z", api="reportTime"),
    Column("bytes", "Size of its files.", "int", 1073741824, api="resources", decode=size),
    Column("resources", "The size of each of its files, by path; a folder ends in a slash.", "dict",
           {"model.pt": 1073741824}, decode=file_sizes),
    Column("metadata", "Its metadata, as users wrote it.", "dict", {"steps_completed": 937}, decode=no_null),
    Column("hparams", "Hyperparameters of its trial.", "dict", {"lr": 0.01}, api="training.hparams", decode=no_null),
    Column("searcher_metric", "Value of the metric that the searcher goes by; null where it has no validation.",
           "float", 0.2, api="training.searcherMetric"),
    Column("metrics", "Values of the metrics of its trial then, by group (training, validation) and name.", "dict",
           {"training": {"loss": 0.31}, "validation": {"loss": 0.2}}, api="training", decode=metrics),
)  # fmt: skip
TOLD = (
    *COLUMNS,
    Column("registered_as", "The versions of models that it is registered as, as model:version.", "list", ["detr:3"],
           when="with O(registered)"),
    Column("uses", "What trials reported that say that they began with it.", "list", parts=USES, when="with O(uses)"),
)  # fmt: skip


def is_removed(row: Row) -> bool:
    return row["state"] in REMOVED


def remove_files(batch: Batch) -> dict[str, Any]:
    """The master is told patterns, the same for all checkpoints."""
    return {"checkpointUuids": batch.ids, "checkpointGlobs": list(batch.value.globs)}


def set_metadata(row: Row, value: Any) -> list[tuple[Call, Any]]:
    """The master takes all of the metadata only."""
    body = {"checkpoint": {"uuid": row.get("uuid"), "metadata": value}}
    return [(Call("POST", CHECKPOINTS + "/{uuid}/metadata", repeatable=True), body)]


CHECKPOINT = Kind(
    name="checkpoint",
    plural="checkpoints",
    source=Collection("/api/v1/experiments/{experiment_id}/checkpoints", rows="checkpoints",
                      one=CHECKPOINTS + "/{uuid}", unwrap="checkpoint"),
    columns=COLUMNS,
    key="",
    ident="uuid",
    fields=(
        Field("metadata", option={"type": "dict"}, merge=Merge.MAP, mode="merge", send=set_metadata),
        # A repeat would start another task but do no harm, so where the answer was lost waiting for the end tells.
        Field("resources", act="files", show=sorted, bulk=Bulk(
            Call("POST", CHECKPOINTS + "/rm", remove_files, repeatable=True), irreversible=True, silent=True,
            wait=True, ident="uuid",
        )),
    ),
    bulk_delete=Bulk(
        Call("DELETE", CHECKPOINTS, lambda batch: {"checkpointUuids": batch.ids}, repeatable=True), irreversible=True,
        silent=True, wait=True, ident="uuid",
    ),
    deleting=is_removed,
)  # fmt: skip


def checkpoint_row(answer: Mapping[str, Any]) -> Row:
    return read_row(COLUMNS, answer)


def read_checkpoints(client: Any, uuids: list[str]) -> tuple[list[Row], list[str]]:
    """The rows of the checkpoints of these uuids that are there, in order, and the uuids that are not."""

    def fetch(uuid: str) -> tuple[str, Row | None]:
        path = f"{CHECKPOINTS}/{quote_segment(uuid, 'uuids')}"
        try:
            answer = client.get(path)
        except ApiError as error:
            if error.status != 404:
                raise
            return uuid, None
        found = read_object(answer, "checkpoint", f"GET {path}", "uuid", str)
        # Everything that is done to it from here on goes by what it says of itself.
        check_asked([uuid.lower()], [found["uuid"].lower()], f"GET {path}")
        return uuid, checkpoint_row(found)

    answers = list(map_concurrently(fetch, uuids))
    return [row for _uuid, row in answers if row], [uuid for uuid, row in answers if not row]
