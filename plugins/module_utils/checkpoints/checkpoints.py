# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints: deleted whole or by files, metadata, and what a policy would keep."""

from __future__ import annotations

from typing import Any

from ..connection.client import Client
from ..connection.paths import quote_segment
from ..engine.call import Call
from ..engine.many import Act, Errors, Item, Many, Row, View, change_many
from ..engine.settle import send_each
from ..kinds.checkpoint import CHECKPOINT, CHECKPOINTS, DELETED, REMOVED, checkpoint_row, read_checkpoints, size
from ..kinds.trial_reports import read_uses
from ..model.field import merge_items
from ..selection.named import refuse_missing
from ..selection.registered import Registry
from ..selection.search import read_each
from ..store.answers import read_whole
from ..store.parallel import ahead
from .globs import matching
from .removal import remove, wait_removed


def report(row: Row) -> Row:
    return {one.name: row[one.name] for one in CHECKPOINT}


def columns(row: Row) -> str:
    return "experiment {:>8}  {:<24}  {:>14} bytes".format(row["experiment_id"] or "-", row["state"], row["bytes"])


VIEW = View("checkpoints", report, columns, lambda item: item.row["freed"])


def change_checkpoints(call: Call) -> dict[str, Any]:
    """The work of det_checkpoint."""
    params = call.params
    rows, missing = read_checkpoints(call.client, list(dict.fromkeys(params["uuids"])))
    refuse_missing(params, missing, "checkpoint", "uuids")
    registry = Registry(call.client)
    many = plan_all(call, rows, registry)
    acts = [metadata_act(call), removal_act(call, "files", registry), removal_act(call, "absent", registry)]
    return change_many(call, VIEW, many, acts)


def plan_all(call: Call, rows: list[Row], registry: Registry) -> Many:
    params, many = call.params, Many()
    removes = params["state"] == "absent" or params["files_absent"]
    registered = registry.checkpoints() if removes and rows else {}
    for row in rows:
        acts, before, after = plan_one(params, row)
        if row["uuid"] in registered and set(acts) - {"metadata"}:
            many.skip({"id": row["uuid"], "name": None}, registered_reason(registered[row["uuid"]]))
        else:
            many.add(row["uuid"], row, acts, before, after)
    return many


def registered_reason(models: list[str]) -> str:
    return "registered as {}".format(", ".join(models))


def plan_one(params: dict[str, Any], row: Row) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """The acts that one checkpoint needs; ``freed`` is put into the row, the bytes that go with it."""
    row["freed"] = 0
    if params["state"] == "absent":
        if row["state"] in REMOVED:
            return [], {}, {}
        row["freed"] = row["bytes"]
        return ["absent"], {"state": row["state"]}, {"state": DELETED}
    acts: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    wanted = params["metadata"]
    if wanted is not None:
        have = row["metadata"]
        metadata = wanted if params["metadata_mode"] == "exact" else merge_items(have, wanted)
        if metadata != have:
            acts.append("metadata")
            before["metadata"], after["metadata"] = have, metadata
    files = matching(row["resources"], params["files_absent"]) if row["state"] not in REMOVED else {}
    if files:
        acts.append("files")
        row["freed"] = size(files)
        left = sorted(set(row["resources"]) - set(files))
        before["files"], after["files"] = sorted(row["resources"]), left
    return acts, before, after


# Doing


def metadata_act(call: Call) -> Act:
    return Act(
        "metadata",
        lambda items: send_each(items, lambda item: set_metadata(call, item), None, call.params["connections"]),
        lambda items: [f"POST {checkpoint_path(one)}/metadata" for one in items],
    )


def checkpoint_path(item: Item) -> str:
    return f"{CHECKPOINTS}/{quote_segment(str(item.id))}"


def set_metadata(call: Call, item: Item) -> None:
    """The master takes all of the metadata only: what the options leave alone is read right before."""
    path, wanted = checkpoint_path(item), item.after["metadata"]
    if call.params["metadata_mode"] != "exact":
        have = call.client.get(path)["checkpoint"]["metadata"] or {}
        wanted = merge_items(have, call.params["metadata"])
        if wanted == have:
            return
    body = {"checkpoint": {"uuid": item.id, "metadata": wanted}}
    call.client.post(path + "/metadata", body, repeatable=True)


def removal_act(call: Call, name: str, registry: Registry) -> Act:
    """``name``: files, or absent for whole checkpoints."""
    line = f"POST {CHECKPOINTS}/rm" if name == "files" else f"DELETE {CHECKPOINTS}"
    return Act(
        name,
        lambda items: perform(call, name, items),
        lambda _items: [line],
        irreversible=True,
        look_again=lambda items: look_again(items, registry),
    )


def look_again(items: list[Item], registry: Registry) -> Errors:
    """Errors of those that were registered meanwhile. That they are there or removed already makes no difference."""
    registered = registry.checkpoints()
    return {one.id: registered_reason(registered[str(one.id)]) for one in items if one.id in registered}


def perform(call: Call, act: str, chunk: list[Item]) -> Errors:
    uuids = [str(one.id) for one in chunk]
    problem = remove(call, uuids, call.params["files_absent"] if act == "files" else None)
    if problem:
        return dict.fromkeys(uuids, problem)
    if not call.params["wait"]:
        return {}
    gone = {str(one.id): set(one.before["files"]) - set(one.after["files"]) for one in chunk} if act == "files" else {}
    return wait_removed(call, uuids, gone)


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
        for one, uses in zip(shown, ahead(lambda path: read_uses(client, path), paths)):
            one["uses"] = uses
    held = sum(one["bytes"] for one in shown if one["state"] not in REMOVED)
    return {"checkpoints": shown, "missing_uuids": uuids, "missing_ids": ids, "bytes": held}


def checkpoints_of(client: Client, kind: str, ids: list[int]) -> tuple[list[Row], list[int]]:
    def read(ident: int) -> list[Row]:
        path = f"/api/v1/{kind}/{ident}/checkpoints"
        found = read_whole(client.get(path), "checkpoints", f"GET {path}", "uuid", str)
        return sorted(map(checkpoint_row, found), key=lambda one: (one["report_time"] or "", one["uuid"]))

    return read_each(read, ids)
