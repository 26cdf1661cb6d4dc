# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures on request, the journal and the clock, over HTTP as a client meets them."""

from __future__ import annotations

import pytest
import requests

from emulator.faults import Faults
from emulator.testing import Control, running

CONFIG = "searcher: {name: single, metric: loss}\ncheckpoint_storage: {type: shared_fs, host_path: /c}\n"


class Client:
    """A logged-in user."""

    def __init__(self, emulator: Control):
        self.emulator = emulator
        self.session = requests.Session()
        self.session.trust_env = False
        login = {"username": "admin", "password": "Testing1!"}
        self.session.headers["Authorization"] = "Bearer " + self("POST", "auth/login", login).json()["token"]
        emulator.forget()

    def __call__(self, method: str, path: str, body: object = None) -> requests.Response:
        url = f"{self.emulator.url}/api/v1/{path}"
        return self.session.request(method, url, json=body, timeout=10, allow_redirects=False)

    def ended_experiment(self) -> int:
        sent = {"config": CONFIG, "unmanaged": True}
        experiment = self("POST", "experiments", sent).json()["experiment"]["id"]
        trial = self("POST", "trials", {"experimentId": experiment, "unmanaged": True}).json()["trial"]["id"]
        self("PATCH", f"trials/{trial}", {"state": "STATE_COMPLETED"})
        return experiment


@pytest.fixture
def emulator():
    with running() as control:
        yield control


@pytest.fixture
def client(emulator):
    return Client(emulator)


def test_status_with_retry_after_strikes_the_second_and_third_time(emulator, client):
    emulator.fault("status", path="/me$", status=429, retryAfter=3, skip=1, count=2, body={"error": {"code": 8}})
    answers = [client("GET", "me") for dummy in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "3"
    assert answers[1].json() == {"error": {"code": 8}}


def test_html_for_one_method_only(emulator, client):
    emulator.fault("status", method="POST", path="/workspaces", status=502, body="<h1>Bad Gateway</h1>")
    assert client("GET", "workspaces").status_code == 200
    answer = client("POST", "workspaces", {"name": "w"})
    assert (answer.status_code, answer.text) == (502, "<h1>Bad Gateway</h1>")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_reset_before_leaves_nothing_done(emulator, client):
    emulator.fault("reset", method="POST", path="/workspaces")
    with pytest.raises(requests.ConnectionError):
        client("POST", "workspaces", {"name": "lost"})
    assert client("GET", "workspaces?name=lost").json()["workspaces"] == []


def test_reset_after_has_done_it(emulator, client):
    emulator.fault("reset_after", method="POST", path="/workspaces")
    with pytest.raises(requests.ConnectionError):
        client("POST", "workspaces", {"name": "made"})
    assert len(client("GET", "workspaces?name=made").json()["workspaces"]) == 1


def test_truncated_body(emulator, client):
    emulator.fault("truncate", path="/me$")
    with pytest.raises(requests.RequestException):
        client("GET", "me")
    assert client("GET", "me").status_code == 200


def test_redirect(emulator, client):
    emulator.fault("redirect", path="/me$", location="https://elsewhere.example/")
    answer = client("GET", "me")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://elsewhere.example/")


def test_token_expires_at_a_request_or_for_all(emulator, client):
    emulator.fault("expire", path="/me$", skip=1)
    assert [client("GET", "me").status_code for dummy in range(3)] == [200, 401, 401]
    again = Client(emulator)
    emulator.expire("determined")
    assert again("GET", "me").status_code == 200
    emulator.expire()
    assert again("GET", "me").json()["error"]["error"] == "invalid credentials"


def test_session_is_too_old_after_a_week(emulator, client):
    emulator.advance(6 * 86_400)
    assert client("GET", "me").status_code == 200
    emulator.advance(86_400)
    assert client("GET", "me").status_code == 401


def test_slow_deletion_takes_its_time_on_the_clock(emulator, client):
    experiment = client.ended_experiment()
    emulator.fault("outcome", on="experiment.delete", seconds=3_600)
    assert client("DELETE", f"experiments/{experiment}").status_code == 200
    emulator.advance(3_000)
    assert client("GET", f"experiments/{experiment}").json()["experiment"]["state"] == "STATE_DELETING"
    emulator.advance(600)
    assert client("GET", f"experiments/{experiment}").status_code == 404


def test_deletion_that_fails_can_be_repeated(emulator, client):
    experiment = client.ended_experiment()
    emulator.fault("outcome", on="experiment.delete", fail=True)
    client("DELETE", f"experiments/{experiment}")
    emulator.advance(1)
    assert client("GET", f"experiments/{experiment}").json()["experiment"]["state"] == "STATE_DELETE_FAILED"
    assert client("DELETE", f"experiments/{experiment}").status_code == 200
    emulator.advance(1)
    assert client("GET", f"experiments/{experiment}").status_code == 404


def test_journal_shows_the_requests_and_not_its_own(emulator, client):
    client("POST", "workspaces?x=1", {"name": "w"})
    client("GET", "nothing-here")
    written, unknown = emulator.journal()
    assert (written["method"], written["path"], written["query"]) == ("POST", "/api/v1/workspaces", "x=1")
    assert (written["body"], written["user"], written["status"]) == ({"name": "w"}, "admin", 200)
    assert (unknown["status"], unknown["body"]) == (501, None)
    assert [entry["path"] for entry in emulator.writes()] == ["/api/v1/workspaces"]
    emulator.forget()
    assert emulator.journal() == []


def test_revoked_token_is_told_as_such(emulator, client):
    emulator.revoke("determined")
    assert client("GET", "me").status_code == 200
    emulator.revoke("admin")
    answer = client("GET", "me")
    assert (answer.status_code, answer.json()["error"]["error"]) == (401, "user access token revoked")


def test_agent_can_be_lost_and_come_back():
    with running(agents=1) as emulator:
        client = Client(emulator)
        emulator.connect("agent-1", False)
        lost = client("POST", "agents/agent-1/disable")
        emulator.connect("agent-1", True)
        assert (lost.status_code, client("POST", "agents/agent-1/disable").status_code) == (500, 200)


def test_exceptions_that_nobody_foresaw_are_kept(emulator, client, monkeypatch):
    def fail(_user):
        raise ZeroDivisionError

    assert emulator.errors() == []
    monkeypatch.setattr("emulator.areas.users.shown", fail)
    answer = client("GET", "me")
    assert answer.status_code == 500
    [error] = emulator.errors()
    assert error["what"] == "GET /api/v1/me"
    assert "Traceback" in error["error"]


def test_nonsense_for_the_control_routes_is_refused(emulator):
    url = f"{emulator.url}/_emulator"
    assert requests.post(f"{url}/faults", json={"kind": "nosuch"}, timeout=10).status_code == 400
    assert requests.post(f"{url}/faults", json={"kind": "delay", "path": "("}, timeout=10).status_code == 400
    assert requests.post(f"{url}/tokens", json={"forget": "admin"}, timeout=10).status_code == 400
    assert requests.post(f"{url}/clock", json={}, timeout=10).status_code == 400
    assert requests.get(f"{url}/nosuch", timeout=10).status_code == 404


def test_faults_are_shown_with_their_hits_and_forgotten_on_request(emulator, client):
    emulator.fault("status", path="/me$")
    client("GET", "me")
    assert [fault["hits"] for fault in emulator.faults()] == [1]
    emulator.no_faults()
    assert emulator.faults() == []


def test_outcomes_are_for_what_they_name():
    faults = Faults()
    faults.declare({"kind": "outcome", "on": "experiment.delete", "fail": "disk full", "seconds": 4})
    assert faults.outcome("project.delete") == (0.0, "")
    assert faults.outcome("experiment.delete") == (4, "disk full")
    assert faults.outcome("experiment.delete") == (0.0, "")
    assert faults.for_request("GET", "/api/v1/me") == []


def test_a_restart_keeps_what_is_stored_and_forgets_the_rest():
    with running(experiments=20, agents=2) as emulator:
        client = Client(emulator)
        before = client("GET", "experiments?limit=100").json()["experiments"]
        cluster = client("GET", "master").json()
        client("POST", "agents/agent-1/disable", {"drain": True})
        emulator.fault("restart", path="/experiments$")
        with pytest.raises(requests.ConnectionError):
            client("GET", "experiments?limit=100")
        assert client("GET", "experiments?limit=100").json()["experiments"] == before
        again = client("GET", "master").json()
        assert again["clusterId"] == cluster["clusterId"]
        assert again["masterId"] != cluster["masterId"]
        assert client("GET", "agents/agent-1").json()["agent"]["enabled"]
        assert emulator.errors() == []


def test_agents_are_lost_at_a_request():
    with running(agents=2) as emulator:
        client = Client(emulator)
        emulator.fault("lose", path="/agents$", agent="agent-2")
        seen = [one["id"] for one in client("GET", "agents").json()["agents"] if one["enabled"]]
        assert seen == ["agent-1"]
