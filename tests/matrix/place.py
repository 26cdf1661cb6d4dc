# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The master that the matrix runs against: the one that DET_MASTER names, or an emulator of its own."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from emulator.testing import Control


@dataclass
class Place:
    """A master, a session on it, and the emulator's controls where it is one."""

    url: str
    user: str | None = None
    password: str | None = None
    token: str | None = None
    control: Control | None = None
    _session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self):
        self._session.trust_env = False
        if self.token is None:
            self.token = self.log_in()

    def log_in(self, user: str | None = None, password: str | None = None) -> str:
        """A new token."""
        body = {"username": user or self.user, "password": self.password if password is None else password}
        return self.call("POST", "/api/v1/auth/login", body)["token"]

    def call(self, method: str, path: str, body=None, token: str | None = None) -> dict:
        """What the master answers; an error where it is none of success."""
        headers = {"Authorization": f"Bearer {token or self.token}"} if token or self.token else {}
        answer = self._session.request(method, self.url + path, json=body, headers=headers, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def close(self) -> None:
        self._session.close()


@contextmanager
def gone_after(place: Place, *names: str):
    """Whatever happens in the block, the workspaces of these names are gone after it, with all that is in them."""
    try:
        yield
    finally:
        for name in names:
            for one in place.call("GET", f"/api/v1/workspaces?nameCaseSensitive={name}")["workspaces"]:
                if one["archived"]:
                    place.call("POST", f"/api/v1/workspaces/{one['id']}/unarchive")
                place.call("DELETE", f"/api/v1/workspaces/{one['id']}")


def fresh(word: str = "") -> str:
    """A name that no master has yet."""
    return f"mx-{uuid.uuid4().hex[:10]}{'-' if word else ''}{word}"


def until(condition, seconds: float = 60) -> None:
    """Wait for something that the master, or a play, does on its own."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def given() -> dict | None:
    """The master that the environment names, as arguments of Place; None when it names none."""
    url = os.environ.get("DET_MASTER", "").rstrip("/")
    if not url:
        return None
    environ = {name: os.environ.get(name) for name in ("DET_USER", "DET_PASS", "DET_USER_TOKEN")}
    known = {"user": environ["DET_USER"], "password": environ["DET_PASS"], "token": environ["DET_USER_TOKEN"]}
    probe = requests.get(url + "/_emulator/clock", timeout=60)
    is_emulator = probe.ok and "now" in probe.text and probe.headers["Content-Type"].startswith("application/json")
    return {"url": url, "control": Control(url) if is_emulator else None, **known}
