# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What admins see and set of the master: its config, its log, the message to all users."""

from __future__ import annotations

import copy
import sqlite3
from pathlib import Path

import yaml

from .. import VERSION, clock, durations
from ..errors import internal, invalid
from ..objects import Table
from ..permissions import require

ORDER = 21
MESSAGES = Table(
    "cluster_messages",
    """
    message      | text not null                     | message:string
    start_time   | integer not null                  | startTime:timestamp
    created_time | integer not null                  | createdTime:timestamp
    end_time     | integer                           | endTime:timestamp
    id           | integer primary key autoincrement |
    """,
)
SCHEMA = MESSAGES.schema
LONGEST_MESSAGE = 250
# Seconds between two looks of somebody who follows the log.
LOOKING = 0.2

_DATA = yaml.safe_load((Path(__file__).parents[1] / "data" / "master_config.yml").read_text("utf-8"))


def start(master):
    master.log.add(f"Determined master {VERSION}")
    master.log.add(f"master {master.master_id} uses the database {master.options.database}")
    for pool in master.scheduler.pools:
        master.log.add(f"resource pool {pool} is there")
    master.log.add("accepting incoming connections")


def config(call, request):
    require(call, "VIEW_MASTER_CONFIG", basic="administrate the master")
    master = call.master
    shown = copy.deepcopy(_DATA["config"])
    shown["cluster_name"] = master.options.cluster_name
    shown["resource_pools"] = [{**_DATA["resource_pool"], "pool_name": pool} for pool in master.scheduler.pools]
    shown["webhooks"]["signing_key"] = master.sender.key
    if master.rbac:
        shown["security"]["authz"]["type"] = "rbac"
    return {"config": shown}


def patch_config(call, request):
    """Takes what it knows of, and changes nothing."""
    require(call, "UPDATE_MASTER_CONFIG", basic="administrate the master")
    for path in request.get("fieldMask", {}).get("paths", []):
        if path not in ("log.level", "log.color"):
            raise internal(f"unsupported or invalid field: {path}")
    return {}


def logs(call, request):
    """The lines from an offset on, a negative one counted from the end; who follows gets what comes."""
    offset, limit = request["offset"], request["limit"]
    if limit < 0:
        raise invalid("Limit must be >= 0")
    if limit and request["follow"]:
        raise invalid("Limit cannot be specified when following")
    require(call, "VIEW_MASTER_LOGS")
    log = call.master.log
    sent = max(offset + len(log), 0) if offset < 0 else offset
    while True:
        lines = log.after(sent)
        for number, message, level, moment in lines[: limit or None]:
            sent = number
            # The log counts its lines from 1, a master's ids begin at 0.
            yield {
                "logEntry": {
                    "id": number - 1,
                    "message": message,
                    "timestamp": clock.text(moment),
                    "level": f"LOG_LEVEL_{level}",
                }
            }
        if not request["follow"]:
            return
        yield LOOKING


def _newest(call) -> sqlite3.Row | None:
    """The newest message unless it has ended."""
    row = call.db.row("select * from cluster_messages order by id desc limit 1")
    return row if row and (row["end_time"] is None or row["end_time"] > call.now()) else None


def message_now(call) -> dict:
    """The message that counts now, as part of the answer to who asks for the master; empty if none does."""
    row = _newest(call)
    return {"clusterMessage": MESSAGES.shown(row)} if row and row["start_time"] < call.now() else {}


def message(call, request):
    require(call, "UPDATE_MASTER_CONFIG", basic="administrate the master")
    row = _newest(call)
    return {"clusterMessage": MESSAGES.shown(row)} if row else {}


def _end_messages(call) -> None:
    now = call.now()
    call.db.run("update cluster_messages set end_time = ? where end_time >= ? or end_time is null", now, now)


def set_message(call, request):
    require(call, "UPDATE_MASTER_CONFIG", basic="administrate the master")
    begin, end, now = request.get("startTime", 0), request.get("endTime"), call.now()
    if end is not None and "duration" in request:
        raise invalid("EndTime and Duration are mutually exclusive")
    if "duration" in request:
        try:
            end = begin + durations.parse(request["duration"])
        except ValueError:
            end = begin - 1
        if end < begin:
            raise invalid("Duration must be a Go-formatted duration string with a positive value")
    if len(request["message"]) > LONGEST_MESSAGE:
        length = len(request["message"])
        raise invalid(f"invalid input: message must be at most {LONGEST_MESSAGE} characters; got {length}")
    for moment, name in ((begin, "start"), (now, "current")):
        if end is not None and end < moment:
            raise invalid(f"invalid input, end time must be after {name} time")
    _end_messages(call)
    call.db.insert("cluster_messages", message=request["message"], start_time=begin, end_time=end, created_time=now)
    return {}


def delete_message(call, request):
    require(call, "UPDATE_MASTER_CONFIG", basic="administrate the master")
    _end_messages(call)
    return {}
