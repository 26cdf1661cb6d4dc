# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that the web UI shows to everybody."""

from __future__ import annotations

from datetime import datetime, timezone

from ..connection.auth import parse_time
from ..engine.run import present
from ..errors import BadOption
from ..when import duration, moment, rfc3339

PATH = "/api/v1/master/cluster_message"
LONGEST = 250


def ensure_message(call):
    """The work of det_cluster_message."""
    have = call.client.get(PATH).get("clusterMessage")
    if call.params["state"] == "absent":
        changed, body = have is not None, None
    else:
        body = wanted(call.params, datetime.now(timezone.utc))
        changed = have is None or not same(have, body, call.params)
    method = "PUT" if body else "DELETE"
    if changed and not call.check_mode:
        call.client.request(method, PATH, body=body)
        have = call.client.get(PATH).get("clusterMessage")
    elif changed:
        have = body
    return {
        "changed": changed,
        "cluster_message": present(have) if have else None,
        "requests": [f"{method} {PATH}"] if changed else [],
    }


def wanted(params, now):
    """The body that makes the message. Left out, it starts now and has no end."""
    text = params["text"]
    if not text or not text.strip():
        raise BadOption("text", text, "a message must not be empty.", "Use state=absent to take it away.")
    if len(text) > LONGEST:
        raise BadOption("text", None, f"has {len(text)} characters, and the master takes {LONGEST}.")
    start = moment(params["start"], "start") if params["start"] else now
    body = {"message": text, "startTime": rfc3339(start)}
    end = moment(params["end"], "end") if params["end"] else None
    if params["duration"]:
        end = start + duration(params["duration"], "duration")
    if end is not None:
        if end <= max(start, now):
            raise BadOption("end", rfc3339(end), "must be later than the start and than now.")
        body["endTime"] = rfc3339(end)
    return body


def same(have, body, params):
    """Whether the message that is there is the wanted one; a start that is not given may be any."""
    if have["message"] != body["message"] or bool(have.get("endTime")) != bool(body.get("endTime")):
        return False
    start, end = parse_time(have["startTime"]), have.get("endTime")
    if params["start"] and start != parse_time(body["startTime"]):
        return False
    if params["duration"] and not params["start"]:
        return parse_time(end) - start == duration(params["duration"], "duration")
    return not end or parse_time(end) == parse_time(body["endTime"])
