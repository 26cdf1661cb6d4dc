# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m emulator`, and TLS."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from emulator.__main__ import parser
from emulator.testing import Control, running

ROOT = Path(__file__).parents[3]


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """The URL of an emulator that runs as a program, and its process."""
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "emulator", "--port", "0", "--ready-file", str(ready), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            while not ready.exists():
                assert process.poll() is None
                time.sleep(0.02)
            yield ready.read_text(), process
        finally:
            process.terminate()


@contextmanager
def program(folder: Path, *options: str) -> Iterator[str]:
    """The URL of one that ends as it should."""
    with started(folder, *options) as (url, process):
        yield url
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert process.stdout.read().startswith(url)


def login(url: str, **how) -> requests.Response:
    sent = {"username": "admin", "password": "Testing1!"}
    return requests.post(f"{url}/api/v1/auth/login", json=sent, timeout=10, **how)


def test_faults_of_the_command_line_strike(tmp_path):
    listed = tmp_path / "faults.json"
    listed.write_text(json.dumps([{"kind": "status", "status": 502, "path": "/login"}]))
    one = '{"kind": "status", "status": 429, "path": "/login", "skip": 1, "retryAfter": 2}'
    with program(tmp_path, "--fault", f"@{listed}", "--fault", one) as url:
        assert [login(url).status_code for dummy in range(3)] == [502, 429, 200]


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("{", "Expecting property name"),
        ('{"kind": "explode"}', "kind must be one of status, delay"),
        ('{"kind": "delay", "minutes": 1}', "a fault of kind delay has no minutes"),
        ('{"kind": "outcome", "on": "coffee"}', "on must be one of experiment.delete"),
        ('{"kind": "delay", "path": "("}', "unterminated subpattern"),
        ("@nowhere.json", "No such file"),
    ],
)
def test_fault_that_makes_no_sense_is_refused_at_the_start(fault, complaint, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["--fault", fault])
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--experiments", "-5"], "-5 is no number from 0 on"),
        (["--users", "many"], "many is no number from 0 on"),
        (["--agents", "-1"], "-1 is no number from 0 on"),
        (["--port", "-1"], "-1 is no number from 0 to 65535"),
        (["--port", "65536"], "65536 is no number from 0 to 65535"),
        (["--port", "{taken}"], "--port {taken}: Address already in use"),
        (["--host", "host.invalid"], "--host host.invalid"),
        (["--ready-file", "{folder}/no/ready"], "{folder}/no/ready: No such file or directory"),
        (["--ready-file", "{folder}"], "--ready-file {folder}: "),
        (["--database", "{folder}/no/state.db"], "--database {folder}/no/state.db: unable to open database file"),
        (["--database", "{folder}/text"], "--database {folder}/text: file is not a database"),
        (["--tls", "{folder}/text"], "--tls {folder}/text: File exists"),
        (["--tls", "{folder}/tls", "--tls-name", "a..b"], "--tls {folder}/tls: "),
        (["--tls-name", "master.example"], "--tls-name needs --tls"),
    ],
)
def test_what_is_in_the_way_is_said_in_a_sentence(options, complaint, tmp_path):
    (tmp_path / "text").write_text("no database, and no folder")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        known = {"folder": tmp_path, "taken": taken.getsockname()[1]}
        command = [sys.executable, "-m", "emulator", "--port", "0", *(option.format(**known) for option in options)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("python -m emulator: error: ")
    assert complaint.format(**known) in last
    assert "Traceback" not in done.stderr


def test_tokens_and_settings_survive_in_the_file(tmp_path):
    database = str(tmp_path / "state.db")
    with program(tmp_path, "--database", database, "--users", "3", "--rbac") as url:
        headers = {"Authorization": f"Bearer {login(url).json()['token']}"}
        requests.post(f"{url}/api/v1/workspaces", json={"name": "Kept"}, headers=headers, timeout=10).raise_for_status()
    with program(tmp_path, "--database", database, "--rbac") as url:
        users = requests.get(f"{url}/api/v1/users", headers=headers, timeout=10).json()["users"]
        workspaces = requests.get(f"{url}/api/v1/workspaces?name=Kept", headers=headers, timeout=10).json()
        assert (len(users), [found["name"] for found in workspaces["workspaces"]]) == (5, ["Kept"])


def test_what_was_answered_survives_being_killed(tmp_path):
    """And what a real master forgets when it restarts is forgotten."""
    options = ("--database", str(tmp_path / "state.db"), "--agents", "4")
    image, resources = {"image": "fake/exit0"}, {"slots": 0}
    with started(tmp_path, *options) as (url, process), requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {login(url).json()['token']}"
        api = f"{url}/api/v1"
        for number in range(20):
            session.post(f"{api}/workspaces", json={"name": f"w{number}"}, timeout=10).raise_for_status()
        session.post(f"{api}/agents/agent-1/disable", json={"drain": True}, timeout=10).raise_for_status()
        config = {"config": {"environment": image, "resources": resources, "entrypoint": ["x"]}}
        command = session.post(f"{api}/commands", json=config, timeout=10).json()["command"]["id"]
        Control(url).advance(60)
        before = session.get(f"{api}/commands/{command}", timeout=10).json()["command"]["state"]
        process.kill()
    with program(tmp_path, *options) as url:
        api = f"{url}/api/v1"
        workspaces = session.get(f"{api}/workspaces?name=w%25", timeout=10).json()["workspaces"]
        agent = session.get(f"{api}/agents/agent-1", timeout=10).json()["agent"]
        after = session.get(f"{api}/commands/{command}", timeout=10).status_code
        task = session.get(f"{api}/tasks/{command}", timeout=10).json()["task"]["taskId"]
    assert [one["name"] for one in workspaces] == [f"w{number}" for number in range(20)]
    assert (before, after, task) == ("STATE_TERMINATED", 404, command)
    assert (agent["enabled"], agent["draining"]) == (True, False)


def test_https_with_an_authority_of_its_own(tmp_path):
    with program(tmp_path, "--tls", str(tmp_path / "tls"), "--tls-name", "master.example") as url:
        assert url.startswith("https://127.0.0.1:")
        ca = tmp_path / "tls" / "ca.pem"
        assert login(url, verify=str(ca)).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            login(url)
        assert Control(url, ca).errors() == []
        context = ssl.create_default_context(cafile=ca)
        address = ("127.0.0.1", urlsplit(url).port)
        for name in ("master.example", "localhost"):
            with socket.create_connection(address) as plain, context.wrap_socket(plain, server_hostname=name):
                pass
        with (
            socket.create_connection(address) as plain,
            pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
        ):
            context.wrap_socket(plain, server_hostname="other.example")


def test_https_inside_of_a_test(tmp_path):
    with running(tls=tmp_path) as emulator:
        assert login(emulator.url, verify=str(tmp_path / "ca.pem")).status_code == 200
        assert [entry["path"] for entry in emulator.journal()] == ["/api/v1/auth/login"]


def test_the_package_has_the_version_of_the_collection():
    project = tomllib.loads((ROOT / "emulator/pyproject.toml").read_text("utf-8"))["project"]
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))
    assert project["version"] == galaxy["version"].replace("-rc.", "rc")
