# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role support_bundle: what the archive holds, and what it must not."""

from __future__ import annotations

import json
import tarfile

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import until

pytestmark = pytest.mark.needs("agents")
SECRETS = ("hunter2", "hf_abcdefghijklmnop1234", "corp-4711", "v2.public.abcdef")
CONFIG = {
    "name": "corp-4711",
    "entrypoint": ["x", "--api-key", "hunter2"],
    "max_restarts": 0,
    "searcher": {"name": "single", "metric": "loss"},
    "resources": {"slots_per_trial": 0},
    "environment": {"image": "fake/exit1", "environment_variables": ["PGPASSWORD=hunter2", "EPOCHS=3"]},
    "checkpoint_storage": {"type": "shared_fs", "host_path": "/tmp"},
}
LINES = (
    "password: hunter2",
    "x --password hunter2",
    "größer",
    "token hf_abcdefghijklmnop1234",
    "v2.public.abcdef",
    "a harmless line",
)


@pytest.fixture(scope="module")
def place():
    with emulated(agents=1) as place:
        yield place


@pytest.fixture(scope="module")
def trial(place):
    """A trial that failed, and whose config and log hold secrets."""
    body = {"config": json.dumps(CONFIG), "activate": True}
    ident = place.call("POST", "/api/v1/experiments", body)["experiment"]["id"]
    until(lambda: place.call("GET", f"/api/v1/experiments/{ident}")["experiment"]["state"] == "STATE_ERROR")
    (trial,) = place.call("GET", f"/api/v1/experiments/{ident}/trials")["trials"]
    lines = [{"taskId": trial["taskId"], "log": line + "\n", "level": "LOG_LEVEL_INFO"} for line in LINES]
    place.call("POST", "/api/v1/task/logs", {"logs": lines})
    return trial


def collect(runner, place, folder, code=0, arguments=(), **variables):
    role = {"name": "Role", "ansible.builtin.include_role": {"name": "determined_ai.determined.support_bundle"}}
    variables = {"support_bundle_dest": str(folder), "support_bundle_redact": [r"corp-\d+"], **variables}
    # All at -vvv, which shows what each task returns.
    secrets = [secret for secret in SECRETS if secret not in json.dumps(variables)]
    return runner.play(place, [role], code=code, arguments=arguments, variables=variables, secrets=secrets).output


def contents(archive):
    with tarfile.open(archive) as packed:
        files = [member for member in packed.getmembers() if member.isfile()]
        return {one.name.partition("/")[2]: packed.extractfile(one).read().decode() for one in files}


def test_the_bundle_of_a_trial_holds_no_secrets(place, trial, runner, tmp_path):
    collect(runner, place, tmp_path / "none", arguments=("--check",), support_bundle_trial=trial["id"])
    assert not (tmp_path / "none").exists()
    collect(runner, place, tmp_path, support_bundle_trial=trial["id"])
    (archive,) = tmp_path.glob("trial-*.tgz")
    assert archive.stat().st_mode & 0o777 == 0o600
    files = contents(archive)
    assert not [(name, secret) for name, text in files.items() for secret in SECRETS if secret in text]
    assert "a harmless line" in files[f"trial-{trial['id']}.log"]
    assert "EPOCHS=3" in files["config.json"]
    assert json.loads(files["events.json"])[0]["taskId"] == trial["taskId"]
    manifest = json.loads(files["manifest.json"])
    assert (manifest["version"], manifest["missing"]) == ("0.38.1", [])
    sizes = {name: len(text.encode()) for name, text in files.items() if name != "manifest.json"}
    assert {one["name"]: one["size_bytes"] for one in manifest["contents"]} == sizes


def test_what_is_not_there_is_said(place, trial, runner, tmp_path):
    output = collect(runner, place, tmp_path, code=2, support_bundle_trial=9999)
    assert "There is no trial 9999" in output
    output = collect(runner, place, tmp_path, code=2)
    assert "Give just one of support_bundle_trial and support_bundle_experiment." in output
    assert not list(tmp_path.iterdir())


@pytest.mark.needs("faults")
def test_what_cannot_be_read_is_left_out(place, trial, runner, tmp_path):
    place.control.fault("status", status=500, path="agents$")
    try:
        collect(runner, place, tmp_path, support_bundle_experiment=trial["experimentId"])
    finally:
        place.control.no_faults()
    (archive,) = tmp_path.glob("experiment-*.tgz")
    files = contents(archive)
    assert json.loads(files["manifest.json"])["missing"] == ["agents.json"]
    assert "agents.json" not in files
