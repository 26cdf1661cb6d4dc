# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What webhooks are told, how that is signed, and how often it is tried."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from emulator import delivery
from emulator.areas import webhooks
from emulator.testing import running

CONFIG = """
name: told
entrypoint: "true"
searcher: {name: single, metric: loss}
resources: {slots_per_trial: 0}
"""


class Receiver:
    """A server that answers with the given statuses, the last one again and again."""

    def __init__(self, *statuses: int):
        self.requests: list[tuple[dict, bytes]] = []
        self._came = threading.Condition()
        self._statuses = list(statuses)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._came:
                    statuses = receiver._statuses
                    status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
                    receiver.requests.append((dict(self.headers), body))
                    receiver._came.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Tests are quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def wait_for(self, count: int) -> list[dict]:
        """The bodies, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.requests) >= count, timeout=30)
            return [json.loads(body) for _headers, body in self.requests]


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    receiver = Receiver(*(statuses or (200,)))
    threading.Thread(target=receiver.server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


def deliver(receiver: Receiver, body: bytes = b"{}") -> bool:
    async def run() -> bool:
        moments = iter(range(1000, 2000))
        sender = delivery.Sender(lambda: next(moments), waits=(0, 0))
        taken = await sender.deliver(receiver.url, body)
        for headers, sent in receiver.requests:
            stamp = headers["X-Determined-AI-Signature-Timestamp"]
            expected = hmac.new(sender.key.encode(), f"{stamp},".encode() + sent, hashlib.sha256).hexdigest()
            assert headers["X-Determined-AI-Signature"] == expected
        return taken

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("statuses", "tries", "taken"),
    [((200,), 1, True), ((302,), 1, True), ((404,), 1, False), ((500, 503, 200), 3, True), ((500,), 3, False)],
)
def test_tries_again_only_where_the_receiver_fails(statuses, tries, taken):
    with receiving(*statuses) as receiver:
        assert deliver(receiver) is taken
        assert len(receiver.requests) == tries


def test_each_try_has_a_time_of_its_own_and_the_same_body():
    with receiving(500) as receiver:
        deliver(receiver, b'{"a":1}')
    assert [headers["X-Determined-AI-Signature-Timestamp"] for headers, _body in receiver.requests] == [
        "1000",
        "1001",
        "1002",
    ]
    assert {body for _headers, body in receiver.requests} == {b'{"a":1}'}
    assert receiver.requests[0][0]["Content-Type"] == "application/json; charset=UTF-8"
    assert receiver.requests[0][0]["User-Agent"] == "Go-http-client/1.1"


def test_nobody_there_is_a_failure():
    with receiving() as receiver:
        url = receiver.url

    async def run() -> bool:
        return await delivery.Sender(lambda: 0, waits=(0, 0)).deliver(url, b"{}")

    assert asyncio.run(run()) is False


def test_body_is_written_as_go_does():
    assert delivery.encode({"a": "<ü&>", "b": [1, None]}) == '{"a":"\\u003cü\\u0026\\u003e","b":[1,null]}'.encode()


@pytest.mark.parametrize(
    ("hook", "wishes", "hears"),
    [
        ({"mode": "WORKSPACE", "workspace_id": None}, {}, True),
        ({"mode": "WORKSPACE", "workspace_id": 2}, {}, True),
        ({"mode": "WORKSPACE", "workspace_id": 3}, {}, False),
        ({"mode": "WORKSPACE", "workspace_id": None}, {"exclude": True}, False),
        ({"mode": "SPECIFIC", "workspace_id": 2}, {}, False),
        ({"mode": "SPECIFIC", "workspace_id": 2}, {"webhook_id": [7]}, True),
        ({"mode": "SPECIFIC", "workspace_id": 2}, {"webhook_name": ["hook"]}, True),
        ({"mode": "SPECIFIC", "workspace_id": 3}, {"webhook_name": ["hook"]}, False),
        ({"mode": "SPECIFIC", "workspace_id": 2}, {"webhook_name": ["hook"], "exclude": True}, False),
    ],
)
def test_who_hears_of_what_happens_in_workspace_2(hook, wishes, hears):
    assert webhooks._hears({"id": 7, "name": "hook", **hook}, 2, wishes) is hears


class Api:
    """A client that is logged in as admin."""

    def __init__(self, url: str):
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        login = self.send("POST", "auth/login", {"username": "admin", "password": "Testing1!"})
        self._session.headers["Authorization"] = f"Bearer {login['token']}"

    def send(self, method: str, path: str, body: dict | None = None) -> dict:
        response = self._session.request(method, f"{self._url}/api/v1/{path}", json=body, timeout=30)
        assert response.ok, response.text
        return response.json()

    def hook(self, url: str, *triggers: dict, **more) -> dict:
        body = {
            "name": "hook",
            "url": url,
            "webhookType": "WEBHOOK_TYPE_DEFAULT",
            "triggers": [
                {"triggerType": f"TRIGGER_TYPE_{kind}", "condition": c} for t in triggers for kind, c in t.items()
            ],
            **more,
        }
        return self.send("POST", "webhooks", body)["webhook"]

    def experiment(self, config: str = CONFIG, **more) -> int:
        body = {"config": config, "projectId": 1, **more}
        return self.send("POST", "experiments", body)["experiment"]["id"]


@pytest.fixture
def api() -> Iterator[Api]:
    with running() as emulator:
        yield Api(emulator.url)


def states(*names: str) -> list[dict]:
    return [{"EXPERIMENT_STATE_CHANGE": {"state": name}} for name in names]


def test_states_of_managed_experiments_are_told(api):
    with receiving() as receiver:
        api.hook(receiver.url, *states("ACTIVE", "PAUSED", "CANCELED"))
        api.experiment(unmanaged=True)
        experiment = api.experiment(activate=False)
        assert receiver.requests == []
        for number, verb in enumerate(("activate", "pause", "kill"), 1):
            api.send("POST", f"experiments/{experiment}/{verb}")
            told = receiver.wait_for(number)
    assert [event["condition"]["state"] for event in told] == ["ACTIVE", "PAUSED", "CANCELED"]
    assert list(told[0]) == ["event_id", "event_type", "timestamp", "condition", "event_data"]
    assert told[2]["event_data"]["experiment"] == {
        "id": experiment,
        "state": "CANCELED",
        "name": "told",
        "duration": 0,
        "resource_pool": "default",
        "slots_per_trial": 0,
        "workspace": "",
        "project": "",
    }


def test_custom_event_arrives_for_each_naming(api):
    with receiving() as receiver:
        hook = api.hook(receiver.url, {"CUSTOM": {}}, mode="WEBHOOK_MODE_SPECIFIC")
        wishes = f"integrations: {{webhooks: {{webhook_id: [{hook['id']}], webhook_name: [hook]}}}}"
        experiment = api.experiment(CONFIG + wishes, activate=False)
        data = {"title": "t", "description": "d", "level": "LOG_LEVEL_INFO"}
        api.send("POST", "webhooks/custom", {"experimentId": experiment, "trialId": 5, "data": data})
        told = receiver.wait_for(2)
    for event in told:
        assert event["event_type"] == "CUSTOM"
        assert event["condition"] == {"state": "PAUSED"}
        assert event["event_data"]["custom_data"] == {"title": "t", "description": "d", "level": "INFO"}
        assert event["event_data"]["experiment"]["trial_id"] == 5


def test_line_of_a_log_is_told_once(api):
    with receiving() as receiver:
        api.hook(receiver.url, {"TASK_LOG": {"regex": "out of .*memory"}})
        experiment = api.experiment(unmanaged=True)
        task = api.send("POST", "trials", {"experimentId": experiment, "unmanaged": True})["trial"]["taskId"]
        lines = [
            {"taskId": task, "log": text, "agentId": agent}
            for text, agent in (
                ("out of memory\n", None),
                ("fine\n", "agent-1"),
                ("out of memory\n", "agent-1"),
                ("out of GPU memory\n", "agent-1"),
            )
        ]
        api.send("POST", "task/logs", {"logs": lines})
        [event] = receiver.wait_for(1)
        api.send("POST", "task/logs", {"logs": lines})
        api.hook(receiver.url, {"TASK_LOG": {"regex": "later"}}, name="other")
        api.send("POST", "task/logs", {"logs": [{"taskId": task, "log": "later\n", "agentId": "agent-1"}]})
        assert len(receiver.wait_for(2)) == 2
    assert event["condition"] == {"regex": "out of .*memory"}
    assert event["event_data"]["task_log"] == {
        "task_id": task,
        "node_name": "agent-1",
        "triggering_log": "out of memory\n",
    }


def test_slack_is_told_in_its_own_form(api):
    with receiving() as receiver:
        api.hook(receiver.url, *states("CANCELED"), webhookType="WEBHOOK_TYPE_SLACK")
        experiment = api.experiment(CONFIG + "workspace: Uncategorized\nproject: Uncategorized\n", activate=False)
        api.send("POST", f"experiments/{experiment}/kill")
        [told] = receiver.wait_for(1)
    [attachment] = told["attachments"]
    [block] = attachment["blocks"]
    assert attachment["color"] == "#009bde"
    assert block["text"] == {"type": "mrkdwn", "text": f"told (#{experiment})"}
    assert [field["text"] for field in block["fields"]] == [
        "*Status*: CANCELED",
        "*Duration*: 0h 0min",
        "*Workspace*: Uncategorized",
        "*Project*: Uncategorized",
    ]
