# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The experiments that are worked on: those of a throwaway emulator, or some made for it on any other master."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import requests

ENDED = ("COMPLETED", "CANCELED", "ERROR")
SEARCH = "/api/v1/experiments-search"
PAGE = 1000


class Master:
    """The master's API, as user and password open it."""

    def __init__(self, url: str, user: str, password: str):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        answer = self.call("POST", "/api/v1/auth/login", {"username": user, "password": password})
        self.token = answer["token"]
        self.session.headers["Authorization"] = "Bearer " + self.token

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = self.session.request(method, self.url + path, json=body, timeout=600)
        answer.raise_for_status()
        return answer.json()

    def forget_journal(self) -> None:
        self.session.delete(self.url + "/_emulator/journal").raise_for_status()

    def logins(self) -> int:
        """Logins since the journal was emptied; an emulator alone can tell."""
        answer = self.session.get(self.url + "/_emulator/journal")
        answer.raise_for_status()
        return sum(entry["path"] == "/api/v1/auth/login" for entry in answer.json())


def field(column: str, operator: str, value, kind: str) -> dict:
    """A condition of the master's search."""
    return {
        "kind": "field",
        "columnName": column,
        "operator": operator,
        "value": value,
        "location": "LOCATION_TYPE_EXPERIMENT",
        "type": kind,
    }


class Subject:
    """Ended experiments, oldest first, and how to select the first of them.

    ``project_id``: where they were made; None: what is there is used.
    """

    def __init__(self, master: Master, ids: list[int], project_id: int | None):
        self.master = master
        self.ids = ids
        self.project_id = project_id

    def variables(self, count: int, everything: bool = False) -> dict:
        """What plays and scripts are given: the ids, and the same as a selection and as a filter of the search."""
        select: dict = {}
        conditions = []
        if self.project_id is not None:
            select["project_id"] = [self.project_id]
        elif everything:
            select["project"] = "*/*"
        if not everything:
            last = self.ids[count - 1]
            select["states"] = list(ENDED)
            select["where"] = [{"column": "id", "operator": "<=", "value": last}]
            states = [field("state", "=", state, "COLUMN_TYPE_TEXT") for state in ENDED]
            conditions = [
                {"kind": "group", "conjunction": "or", "children": states},
                field("id", "<=", last, "COLUMN_TYPE_NUMBER"),
            ]
        return {
            "master": self.master.url,
            "token": self.master.token,
            "ids": [] if everything else self.ids[:count],
            "select": select,
            "filter": conditions,
            "project_id": self.project_id,
            "count": count,
        }

    def unarchive(self, count: int) -> None:
        for ids in self.chunks(count):
            self.master.call("POST", "/api/v1/projects/-1/experiments/unarchive", {"experimentIds": ids})

    def check_archived(self, count: int) -> None:
        """Whatever the way, the work must be done: raises SystemExit where it is not."""
        root = {"kind": "group", "conjunction": "and", "children": self.variables(count)["filter"]}
        body = {"limit": -2, "filter": json.dumps({"filterGroup": root, "showArchived": False})}
        if self.project_id is not None:
            body["projectId"] = self.project_id
        left = self.master.call("POST", SEARCH, body)["pagination"]["total"]
        if left:
            raise SystemExit(f"of {count} experiments {left} are not archived")

    def chunks(self, count: int):
        return (self.ids[start : min(start + PAGE, count)] for start in range(0, count, PAGE))


def seeded(master: Master) -> Subject:
    """All ended experiments of an emulator, none of them archived."""
    states = {
        "kind": "group",
        "conjunction": "or",
        "children": [field("state", "=", s, "COLUMN_TYPE_TEXT") for s in ENDED],
    }
    ids: list[int] = []
    while True:
        after = field("id", ">", ids[-1] if ids else 0, "COLUMN_TYPE_NUMBER")
        root = {"kind": "group", "conjunction": "and", "children": [states, after]}
        body = {"limit": 1000, "sort": "id=asc", "filter": json.dumps({"filterGroup": root, "showArchived": True})}
        found = master.call("POST", SEARCH, body)["experiments"]
        ids += [row["experiment"]["id"] for row in found]
        if len(found) < 1000:
            break
    return Subject(master, ids, None)


class Made:
    """Experiments in a workspace of their own, which goes with them."""

    def __init__(self, master: Master, count: int):
        self.master = master
        self.count = count
        self.workspace = 0

    def __enter__(self) -> Subject:
        name = "benchmark-" + uuid.uuid4().hex[:8]
        self.workspace = self.master.call("POST", "/api/v1/workspaces", {"name": name})["workspace"]["id"]
        path = f"/api/v1/workspaces/{self.workspace}/projects"
        project = self.master.call("POST", path, {"name": name})["project"]["id"]
        with ThreadPoolExecutor(2) as pool:
            ids = sorted(pool.map(lambda number: self.make(name, number, project), range(self.count)))
        return Subject(self.master, ids, project)

    def make(self, name: str, number: int, project: int) -> int:
        """An ended experiment that the master does not run itself."""
        config = {"name": f"{name}-{number}", "entrypoint": "true", "searcher": {"name": "single", "metric": "loss"}}
        body = {"config": json.dumps(config), "projectId": project, "unmanaged": True}
        ident = self.master.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
        trial = {"experimentId": ident, "unmanaged": True, "hparams": {}}
        trial_id = self.master.call("POST", "/api/v1/trials", trial)["trial"]["id"]
        self.master.call("PATCH", f"/api/v1/trials/{trial_id}", {"state": "STATE_COMPLETED"})
        return ident

    def __exit__(self, *_) -> None:
        path = f"/api/v1/workspaces/{self.workspace}"
        self.master.call("DELETE", path)
        deadline = time.monotonic() + 600
        while self.master.session.get(self.master.url + path).status_code != 404:
            if time.monotonic() > deadline:
                raise SystemExit(f"workspace {self.workspace} is still being deleted")
            time.sleep(1)
