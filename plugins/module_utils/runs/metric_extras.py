# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What det_metrics_info reads besides: the names in use, how the searcher's metric went, the profiler's series."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..errors import Missing
from ..model.row import Column
from ..store.answers import read_rows
from .trials import TRIALS

if TYPE_CHECKING:
    from ..connection.client import Client

EXPERIMENTS = "/api/v1/experiments"
GATHER = ("names", "searcher", "profiler")
OF_EXPERIMENTS = ("names", "searcher")
KIND = "PROFILER_METRIC_TYPE_"

HISTORY = (
    Column("trial_id", "Id of the trial.", "int", 36, api="trialId"),
    Column("time", "When it was reported.", sample="2026-11-24T00:20:25.870503Z", api="endTime"),
    Column("value", "The value of the metric that the searcher goes by.", "float", 1.5, api="searcherMetric"),
)
SERIES = (
    Column("name", "What was measured.", sample="gpu_util"),
    Column("kind", "SYSTEM, TIMING or MISC.", sample="SYSTEM", api="metricType",
           decode=lambda value: str(value or "").replace(KIND, "")),
    Column("agent", "Name of the agent.", sample="agent-1", api="agentId"),
    Column("gpu_uuid", "Uuid of the GPU; empty where it is about none.", sample="", api="gpuUuid"),
)  # fmt: skip
POINTS = (
    Column("time", "When it was measured.", sample="2026-11-24T00:20:25.870503Z"),
    Column("batches", "Batches that were processed by then.", "int", 100),
    Column("value", "What was measured.", "float", 0.93),
)
PROFILED = (
    Column("profiler", "The series that the profiler wrote.", "list", parts=(
        *SERIES, Column("points", "The points, as they were reported.", "list", parts=POINTS)
    ), when="with O(gather=profiler)"),
)  # fmt: skip
EXPERIMENT_METRICS = (
    Column("id", "Id of the experiment.", "int", 16),
    Column("names", "The metrics that its trials reported, as group.name, in order.", "list", ["validation.loss"],
           when="with O(gather=names)"),
    Column("best_validation", "The best value of the metric that the searcher goes by; null without a validation.",
           "float", 1.5, when="with O(gather=searcher)"),
    Column("validation_history", "Each value of that metric that was better than all before.", "list", parts=HISTORY,
           when="with O(gather=searcher)"),
)  # fmt: skip


def experiment_metrics(client: Client, ident: int, gather: list[str]) -> dict[str, Any]:
    """What is told of an experiment."""
    row: dict[str, Any] = {"id": ident}
    if "names" in gather:
        row["names"] = metric_names(client, ident)
    if "searcher" in gather:
        row["best_validation"] = best_validation(client, ident)
        path = f"{EXPERIMENTS}/{ident}/validation-history"
        found = read_rows(client.get(path), "validationHistory", f"GET {path}", "trialId")
        row["validation_history"] = [{one.name: one.read(point) for one in HISTORY} for point in found]
    return row


def metric_names(client: Client, ident: int) -> list[str]:
    """The first line of a stream: more would come only as long as the experiment goes on."""
    path = f"{EXPERIMENTS}/metrics-stream/metric-names"
    with closing(client.lines(path, ids=[ident])) as lines:
        first: Any = next(lines, {"metricNames": []})
    found = read_rows(first, "metricNames", f"GET {path}", "name", str)
    return sorted(f"{one.get('group')}.{one['name']}" for one in found)


def best_validation(client: Client, ident: int) -> Any:
    try:
        return client.get(f"{EXPERIMENTS}/{ident}/searcher/best_searcher_validation_metric").get("metric")
    except Missing:
        # There is no validation yet.
        return None


def profiler_series(client: Client, trial: int) -> list[dict[str, Any]]:
    """The series that the profiler of a trial wrote, with their points; none where it was not on."""
    path = f"{TRIALS}/{trial}/profiler"
    with closing(client.lines(f"{path}/available_series", follow=False)) as lines:
        first: Any = next(lines, {})
    if not first.get("labels"):
        return []
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in client.lines(f"{path}/metrics", follow=False):
        batch = line["batch"]
        labels = {one.name: one.read(batch["labels"]) for one in SERIES}
        series = found.setdefault(tuple(labels.values()), {**labels, "points": []})
        series["points"] += [
            {"time": time, "batches": batches, "value": value}
            for time, batches, value in zip(batch["timestamps"], batch["batches"], batch["values"])
        ]
    return [found[key] for key in sorted(found)]
