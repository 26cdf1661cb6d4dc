# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: what was asked, and where the emulator could only guess what a master does."""

from __future__ import annotations

import pytest
import requests

from emulator.journal import Journal
from emulator.testing import Control, running


def test_a_guess_is_told_once():
    journal = Journal()
    journal.add(path="/before", body=b"")
    journal.guess("It may be otherwise.")
    journal.add(path="/then", body=b"")
    journal.add(path="/after", body=b"")
    assert [entry.get("unproven") for entry in journal.entries()] == [None, ["It may be otherwise."], None]


@pytest.fixture
def master():
    with running(agents=4) as emulator:
        yield emulator


def ask(master: Control, session: requests.Session, what: str, body: object = None) -> dict:
    method, path = what.split()
    return session.request(method, f"{master.url}/api/v1/{path}", json=body, timeout=10).json()


def test_a_project_whose_clean_up_fails_is_not_deleted(master: Control):
    session = requests.Session()
    login = ask(master, session, "POST auth/login", {"username": "admin", "password": "Testing1!"})
    session.headers["Authorization"] = f"Bearer {login['token']}"
    workspace = ask(master, session, "POST workspaces", {"name": "w"})["workspace"]["id"]
    project = ask(master, session, f"POST workspaces/{workspace}/projects", {"name": "p"})["project"]["id"]
    config = {"config": "searcher: {name: single, metric: loss}", "projectId": project, "unmanaged": True}
    experiment = ask(master, session, "POST experiments", config)["experiment"]["id"]
    trial = ask(master, session, "POST trials", {"experimentId": experiment, "unmanaged": True})["trial"]
    checkpoint = {"taskId": trial["taskId"], "uuid": "11111111-0000-4000-8000-000000000001", "metadata": {}}
    ask(master, session, "POST checkpoints", checkpoint)
    master.fault("outcome", on="checkpoint.delete", fail=True)

    # It waits for the clean-up task, and its answer says no more of a failure than of success.
    assert ask(master, session, f"DELETE workspaces/{workspace}") == {"completed": False}

    shown = ask(master, session, f"GET workspaces/{workspace}")["workspace"]
    assert shown["state"] == "WORKSPACE_STATE_DELETE_FAILED"
    assert shown["errorMessage"] == (
        "failed to checkpoint gc: resources failed with non-zero exit code: container failed with non-zero exit code: 1"
        " (exit code 1)"
    )
    assert ask(master, session, f"GET projects/{project}")["project"]["state"] == "WORKSPACE_STATE_UNSPECIFIED"
    assert [entry for entry in master.journal() if "unproven" in entry] == []
    assert master.errors() == []


def test_a_guess_stands_with_its_request(master: Control):
    session = requests.Session()
    login = ask(master, session, "POST auth/login", {"username": "admin", "password": "Testing1!"})
    session.headers["Authorization"] = f"Bearer {login['token']}"
    searcher = {"name": "adaptive_asha", "metric": "loss", "max_trials": 8, "max_time": 0, "time_metric": "batches"}
    ask(master, session, "POST preview-hp-search", {"config": {"searcher": searcher}})
    [told] = [entry for entry in master.journal() if "unproven" in entry]
    assert (told["path"], told["status"], len(told["unproven"])) == ("/api/v1/preview-hp-search", 400, 1)
    assert master.errors() == []
