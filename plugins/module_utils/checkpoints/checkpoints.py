# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints: deleted whole or by files, metadata, and what a policy would keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.bulk import Objects, Planned, Reasons, acts_of, plan_rows
from ..engine.call import Call
from ..engine.many import Errors, Item, Row, View, change_many
from ..kinds.checkpoint import CHECKPOINT, CHECKPOINTS, REMOVED, checkpoint_row, is_removed, read_checkpoints
from ..kinds.trial_reports import read_uses
from ..model.call import fill_path
from ..model.field import Derived, merge_items
from ..model.plan import Wanted
from ..selection.named import refuse_missing
from ..selection.registered import Registry
from ..selection.search import read_each
from ..store.answers import read_whole
from ..store.parallel import map_concurrently
from .globs import effective, matching
from .removal import wait_removed


@dataclass(frozen=True)
class Without(Derived):
    """The files of a checkpoint without those that one of the patterns fits."""

    globs: tuple[str, ...]

    def of(self, have: Any) -> dict[str, int]:
        gone = matching(have, self.globs)
        return {path: count for path, count in have.items() if path not in gone}


def report(row: Row) -> Row:
    return {one.name: row[one.name] for one in CHECKPOINT.columns}


def columns(row: Row) -> str:
    return "experiment {:>8}  {:<24}  {:>14} bytes".format(row["experiment_id"] or "-", row["state"], row["bytes"])


def removed_files(item: Item) -> set[str]:
    """The files that its acts take away."""
    have = set(item.row["resources"])
    if "absent" in item.acts:
        return have
    return have.difference(item.after["resources"]) if "files" in item.acts else set()


def freed(item: Item) -> int:
    return sum(item.row["resources"][path] for path in removed_files(item))


VIEW = View("checkpoints", report, columns, freed, left=lambda row: {"id": row["uuid"]})


def change_checkpoints(call: Call) -> dict[str, Any]:
    """The work of det_checkpoint."""
    params = call.params
    rows, missing = read_checkpoints(call.client, list(dict.fromkeys(params["uuids"])))
    refuse_missing(params, missing, "checkpoint", "uuids")
    registry = Registry(call.client)
    objects = describe_checkpoints(call, registry)
    many = plan_rows(
        objects, rows, lambda row: wanted_of(params, row), VIEW, lambda plans: registered_reasons(plans, registry)
    )
    return change_many(call, VIEW, many, acts_of(call, objects))


def wanted_of(params: dict[str, Any], row: Row) -> Wanted:
    """What the options ask of one checkpoint; of one that is removed no file is left to take away."""
    values: dict[str, Any] = {}
    if params["metadata"] is not None:
        values["metadata"] = params["metadata"]
    if params["files_absent"] and not is_removed(row):
        values["resources"] = Without(tuple(effective(params["files_absent"])))
    return Wanted(values, params["state"], {"metadata": params["metadata_mode"]})


def registered_reasons(plans: list[Planned], registry: Registry) -> Reasons:
    """{uuid: reason} of those that would lose files and are versions of models."""
    losing = [one.row for one in plans if set(one.acts) & {"absent", "files"}]
    return spared(losing, registry) if losing else {}


def spared(rows: list[Row], registry: Registry) -> Reasons:
    registered = registry.checkpoints()
    return {row["uuid"]: registered_reason(registered[row["uuid"]]) for row in rows if row["uuid"] in registered}


def registered_reason(models: list[str]) -> str:
    return "registered as {}".format(", ".join(models))


# Doing


def describe_checkpoints(call: Call, registry: Registry) -> Objects:
    """Checkpoints that are changed."""

    def wait(items: list[Item]) -> Errors:
        gone = {str(one.id): removed_files(one) for one in items if "files" in one.acts}
        return wait_removed(call, [str(one.id) for one in items], gone)

    return Objects(
        CHECKPOINT,
        lambda uuids: read_checkpoints(call.client, [str(one) for one in uuids])[0],
        spared=lambda rows: spared(rows, registry),
        senders={"metadata": lambda item: send_metadata(call, item)},
        ends={"files": wait, "absent": wait},
    )


def send_metadata(call: Call, item: Item) -> None:
    """What the options leave alone is read right before, as the master takes all of the metadata only."""
    for one in item.alone["metadata"]:
        body = one.body
        if call.params["metadata_mode"] != "exact":
            path = fill_path(CHECKPOINT.source.one, {"uuid": item.id})
            have = call.client.get(path)["checkpoint"]["metadata"] or {}
            wanted = merge_items(have, call.params["metadata"])
            if wanted == have:
                return
            body = {"checkpoint": {"uuid": item.id, "metadata": wanted}}
        call.client.request(one.method, one.path, body=body, repeatable=True)


# Reading


def gather_checkpoints(call: Call) -> dict[str, Any]:
    """The work of det_checkpoint_info."""
    params, client = call.params, call.client
    uuids: list[str] = []
    ids: list[int] = []
    if params["uuids"] is not None:
        rows, uuids = read_checkpoints(client, list(dict.fromkeys(params["uuids"])))
    elif params["experiment_ids"] is not None:
        rows, ids = checkpoints_of(client, "experiments", params["experiment_ids"])
    else:
        rows, ids = checkpoints_of(client, "trials", params["trial_ids"])
    shown = [row for row in rows if not params["states"] or row["state"] in params["states"]]
    if params["registered"] is not None:
        registered = Registry(client).checkpoints()
        for one in shown:
            one["registered_as"] = registered.get(one["uuid"], [])
        shown = [one for one in shown if bool(one["registered_as"]) == params["registered"]]
    if params["uses"]:
        paths = [f"{CHECKPOINTS}/{quote_segment(one['uuid'])}/metrics" for one in shown]
        for one, uses in zip(shown, map_concurrently(lambda path: read_uses(client, path), paths)):
            one["uses"] = uses
    held = sum(one["bytes"] for one in shown if one["state"] not in REMOVED)
    return {"checkpoints": shown, "missing_uuids": uuids, "missing_ids": ids, "bytes": held}


def checkpoints_of(client: Client, kind: str, ids: list[int]) -> tuple[list[Row], list[int]]:
    def read(ident: int) -> list[Row]:
        path = f"/api/v1/{kind}/{ident}/checkpoints"
        found = read_whole(client.get(path), "checkpoints", f"GET {path}", "uuid", str)
        return sorted(map(checkpoint_row, found), key=lambda one: (one["report_time"] or "", one["uuid"]))

    return read_each(read, ids)
