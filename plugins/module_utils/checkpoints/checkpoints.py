# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints: deleted whole or by files, metadata, and what a policy would keep."""

from __future__ import annotations

from ..engine.many import Kind, Many, change_many
from ..engine.one_by_one import one_by_one
from ..engine.run import present
from ..errors import NotFound
from ..selection.search import read_each
from ..store.answers import read_whole
from .globs import matching
from .reading import CHECKPOINTS, REMOVED, read_checkpoints
from .registry import registered_checkpoints
from .removal import remove, wait_removed

ACTS = ("metadata", "files", "absent")


def size(resources):
    """Bytes of the files of a checkpoint."""
    return sum(int(count) for count in (resources or {}).values())


def report(row):
    training = row.get("training") or {}
    return {
        "uuid": row["uuid"],
        "state": row["state"],
        "experiment_id": training.get("experimentId"),
        "trial_id": training.get("trialId"),
        "report_time": row["reportTime"],
        "bytes": size(row["resources"]),
    }


def columns(row):
    training = row.get("training") or {}
    return "experiment {:>8}  {:<24}  {:>14} bytes".format(
        training.get("experimentId") or "-", row["state"], size(row["resources"])
    )


KIND = Kind("checkpoints", report, columns, lambda item: item.row["freed"])


def change_checkpoints(call):
    """The work of det_checkpoint."""
    params = call.params
    rows, missing = read_checkpoints(call.client, list(dict.fromkeys(params["uuids"])))
    if missing and params["state"] != "absent":
        raise NotFound("There is no checkpoint {}.".format(", ".join(missing)), option="uuids")
    many = plan_all(call, rows)
    removes = params["state"] == "absent" or bool(params["files_absent"])
    return change_many(
        call, KIND, many, ACTS, lambda act, chunk: perform(call, act, chunk), request, irreversible=removes
    )


def plan_all(call, rows):
    params, many = call.params, Many()
    removes = params["state"] == "absent" or params["files_absent"]
    registered = registered_checkpoints(call.client) if removes and rows else {}
    for row in rows:
        acts, before, after = plan_one(params, row)
        if row["uuid"] in registered and set(acts) - {"metadata"}:
            many.skip({"id": row["uuid"], "name": None}, "registered as {}".format(", ".join(registered[row["uuid"]])))
        else:
            many.add(row["uuid"], row, acts, before, after)
    return many


def plan_one(params, row):
    """The acts that one checkpoint needs; ``freed`` is put into the row, the bytes that go with it."""
    row["freed"] = 0
    if params["state"] == "absent":
        if row["state"] in REMOVED:
            return [], {}, {}
        row["freed"] = size(row["resources"])
        return ["absent"], {"state": row["state"]}, {"state": "STATE_DELETED"}
    acts, before, after = [], {}, {}
    wanted = params["metadata"]
    if wanted is not None:
        have = row["metadata"] or {}
        metadata = wanted if params["metadata_mode"] == "exact" else merged(have, wanted)
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


def merged(have, wanted):
    """``have`` with what is wanted put over it; a null takes a key away."""
    both = {**have, **wanted}
    return {key: value for key, value in both.items() if value is not None or key not in wanted}


def request(act):
    return {
        "metadata": "POST /api/v1/checkpoints/{id}/metadata",
        "files": "POST /api/v1/checkpoints/rm",
        "absent": "DELETE /api/v1/checkpoints",
    }[act]


def perform(call, act, chunk):
    if act == "metadata":
        return set_metadata(call, chunk)
    uuids = [one.id for one in chunk]
    problem = remove(call, uuids, call.params["files_absent"] if act == "files" else None)
    if problem:
        return dict.fromkeys(uuids, problem)
    if not call.params["wait"]:
        return {}
    gone = {one.id: set(one.before["files"]) - set(one.after["files"]) for one in chunk} if act == "files" else {}
    return wait_removed(call, uuids, gone)


def set_metadata(call, chunk):
    def post(item):
        body = {"checkpoint": {"uuid": item.id, "metadata": item.after["metadata"]}}
        call.client.post(f"{CHECKPOINTS}/{item.id}/metadata", body, repeatable=True)

    return one_by_one(post, chunk)


# Reading


def gather_checkpoints(call):
    """The work of det_checkpoint_info."""
    params, client = call.params, call.client
    uuids, ids = [], []
    if params["uuids"] is not None:
        rows, uuids = read_checkpoints(client, list(dict.fromkeys(params["uuids"])))
    elif params["experiment_ids"] is not None:
        rows, ids = checkpoints_of(client, "experiments", params["experiment_ids"])
    else:
        rows, ids = checkpoints_of(client, "trials", params["trial_ids"])
    states = {"STATE_" + name for name in params["states"] or ()}
    shown = [described(row) for row in rows if not states or row["state"] in states]
    if params["registered"] is not None:
        registered = registered_checkpoints(client)
        for one in shown:
            one["registered_as"] = registered.get(one["uuid"], [])
        shown = [one for one in shown if bool(one["registered_as"]) == params["registered"]]
    held = sum(one["bytes"] for one in shown if one["state"] not in REMOVED)
    return {"checkpoints": shown, "missing_uuids": uuids, "missing_ids": ids, "bytes": held}


def checkpoints_of(client, kind, ids):
    def read(ident):
        path = f"/api/v1/{kind}/{ident}/checkpoints"
        rows = read_whole(client.get(path), "checkpoints", f"GET {path}", "uuid", str)
        return sorted(rows, key=lambda one: (one["reportTime"] or "", one["uuid"]))

    return read_each(read, ids)


def described(row):
    """A checkpoint as results show it: without the config, with its size."""
    (row.get("training") or {}).pop("experimentConfig", None)
    return dict(present(row, ("resources", "metadata", "hparams")), bytes=size(row["resources"]))
