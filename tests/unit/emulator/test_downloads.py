# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The download of checkpoints: archives by media type, told lengths, refusals in the master's words."""

from __future__ import annotations

import io
import tarfile
import uuid
import zipfile

import pytest
import requests

from emulator.testing import running

FILES = {"model.pt": 3000, "state/": 0, "state/optimizer.pt": 70000, "empty": 0}
STORAGE = "checkpoint_storage: {type: azure, container: c}\n"


@pytest.fixture(scope="module")
def session():
    """A session, and the function (config text) -> uuid of a checkpoint that was reported."""
    with running(password="Testing1!") as control, requests.Session() as session:
        session.trust_env = False

        def call(method, path, body=None, **headers):
            return session.request(method, control.url + path, json=body, headers=headers, timeout=60)

        login = call("POST", "/api/v1/auth/login", {"username": "admin", "password": "Testing1!"})
        session.headers["Authorization"] = "Bearer " + login.json()["token"]

        def reported(storage=""):
            config = f"name: x\nsearcher: {{name: single, metric: loss}}\n{storage}"
            made = call("POST", "/api/v1/experiments", {"config": config, "unmanaged": True, "projectId": 1})
            trial = {"experimentId": made.json()["experiment"]["id"], "unmanaged": True}
            task = call("POST", "/api/v1/trials", trial).json()["trial"]["taskId"]
            ident = str(uuid.uuid4())
            body = {"uuid": ident, "taskId": task, "resources": FILES, "state": "STATE_COMPLETED"}
            assert call("POST", "/api/v1/checkpoints", body).ok
            return ident

        yield call, reported


def files(media, content):
    if media == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {one.filename: archive.read(one) for one in archive.infolist()}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}


@pytest.mark.parametrize("media", ["application/x-tar", "application/gzip", "application/zip", "*/*", "application/*"])
def test_archives(session, media):
    call, reported = session
    ident = reported()
    answer = call("GET", f"/checkpoints/{ident}", Accept=media)
    kind = answer.headers["Content-Type"]
    assert kind == (media if "*" not in media else "application/x-tar")
    # Packed while it is sent, its length is not known beforehand; that of a plain archive is.
    assert ("Content-Length" in answer.headers) == (kind == "application/x-tar")
    found = files(kind, answer.content)
    assert {name: len(data) for name, data in found.items()} == {
        name: size for name, size in FILES.items() if not name.endswith("/")
    }
    assert found["model.pt"][:32] != found["state/optimizer.pt"][:32]
    again = call("GET", f"/checkpoints/{ident}", Accept=media, Range="bytes=10-20")
    assert again.status_code == 200
    assert files(kind, again.content) == found


def test_refusals(session):
    call, reported = session
    ident, elsewhere, lost = reported(), reported(STORAGE), uuid.uuid4()
    call("PATCH", "/api/v1/checkpoints", {"checkpoints": [{"uuid": ident, "resources": {"resources": {}}}]})
    wanted = {
        (f"/checkpoints/{ident}", "text/plain"): (415, "unsupported media type"),
        (f"/checkpoints/{ident}", "*/*"): (500, "no such file or directory"),
        (f"/checkpoints/{elsewhere}", "*/*"): (400, "is not supported for azure"),
        (f"/checkpoints/{lost}", "*/*"): (404, f"checkpoint '{lost}' not found"),
        ("/checkpoints/nope", "*/*"): (400, "unable to parse checkpoint UUID nope: invalid UUID length: 4"),
    }
    for (path, media), (status, text) in wanted.items():
        answer = call("GET", path, Accept=media)
        assert (answer.status_code, text in answer.json()["message"]) == (status, True), (path, media, answer.text)
    assert call("HEAD", f"/checkpoints/{ident}").status_code == 404
    assert call("GET", f"/checkpoints/{ident}", Authorization="Bearer none").status_code == 401
