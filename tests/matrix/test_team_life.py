# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole life of a team in one play: onboarded, at work, tokens rotated, a model promoted, a user off-boarded, and
that taken back. Each part runs twice: the second run changes nothing, and what each costs is known."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.place import Place, fresh
from tests.matrix.playbook import look, task
from tests.matrix.requests_sent import writes

PASSWORD = "first-Secret1"
# {part: (requests of its second run, writes of its first run)}.
BUDGET = {
    "onboard": (11, 7), "work": (12, 15), "rotate": (19, 2), "promote": (6, 1), "offboard": (52, 6), "undo": (0, 6),
}  # fmt: skip


@pytest.fixture
def place(master):
    """The master under test; an emulator is one with RBAC."""
    if master.control is None:
        yield master
        return
    with emulated(rbac=True) as place:
        yield place


@contextmanager
def team(place: Place):
    """Names of the team and of all that it has. What it leaves is archived, switched off, or deleted."""
    names = {one: fresh(one) for one in ("team", "ana", "bob", "model")}
    try:
        yield names
    finally:
        for one in place.call("GET", "/api/v1/models")["models"]:
            if one["name"] == names["model"]:
                place.call("DELETE", f"/api/v1/models/{one['id']}")
        for one in place.call("GET", "/api/v1/users")["users"]:
            if one["username"] in names.values():
                place.call("PATCH", f"/api/v1/users/{one['id']}", {"active": False})
        for one in place.call("GET", f"/api/v1/workspaces?nameCaseSensitive={names['team']}")["workspaces"]:
            place.call("POST", f"/api/v1/workspaces/{one['id']}/archive")


def role(name: str, **variables) -> dict:
    given = {f"{name}_{key}": value for key, value in variables.items()}
    include = {"name": f"determined_ai.determined.{name}", "public": False}
    return {"name": name, "ansible.builtin.include_role": include, "vars": given}


def parts(names: dict, folder, uuids: dict) -> dict[str, list]:
    """{part: its tasks}."""
    journal = str(folder / "journal.jsonl")
    ana = {"token": "{{ ana.token }}"}
    return {
        "onboard": [
            role(
                "team_onboarding",
                team=names["team"],
                users=[{"username": names[one], "password": PASSWORD} for one in ("ana", "bob")],
                projects=[{"name": "detr"}, {"name": "handover"}],
                roles=[{"role": "Editor"}],
            )
        ],
        "work": [
            task(
                "det_unmanaged_run",
                {
                    **ana,
                    "external_id": f"{names['team']} {name}",
                    "run": "one",
                    "project": names["team"] + "/detr",
                    "config": {
                        "name": name,
                        "searcher": {"name": "single", "metric": "loss"},
                        "checkpoint_storage": {"type": "shared_fs", "host_path": "/tmp"},
                    },
                    "metrics": [{"group": "validation", "steps_completed": 10, "values": {"loss": loss}}],
                    "checkpoint": {"uuid": uuids[name], "resources": {"model.pt": 10}, "steps_completed": 10},
                    "state": "completed",
                },
            )
            for name, loss in (("first", 0.5), ("second", 0.25))
        ]
        + [
            task("det_model", {"name": names["model"], "workspace": names["team"]}),
            *(
                task("det_model_version", {"model": names["model"], "checkpoint_uuid": uuids[one], "labels": [one]})
                for one in ("first", "second")
            ),
        ],
        "rotate": [
            role(
                "token_rotation",
                lifespan="20d",
                tokens=[{"user": names[one], "description": "ci", "dest": str(folder / one)} for one in ("ana", "bob")],
            )
        ],
        "promote": [
            role(
                "model_promotion",
                model=names["model"],
                version=2,
                labels=["audited"],
                gate={"metric": "loss", "max": 0.3, "better_than_holder": True},
                journal=journal,
            )
        ],
        "offboard": [
            {
                "name": "Keep a journal of what has no option for it",
                "module_defaults": {
                    f"determined_ai.determined.det_{one}": {"journal": journal}
                    for one in ("user", "group", "role_assignment", "model", "token")
                },
                "block": [
                    role(
                        "user_offboarding",
                        user=names["ana"],
                        heir=names["bob"],
                        move_to=names["team"] + "/handover",
                        sheet_dir=str(folder / "sheets"),
                        journal=journal,
                    )
                ],
            }
        ],
        "undo": [role("undo", journal=journal)],
    }


def test_the_whole_life_of_a_team(runner, place, tmp_path):
    uuids = {one: str(uuid.uuid4()) for one in ("first", "second")}
    with team(place) as names:
        tasks = [look("start", {})]
        for part, some in parts(names, tmp_path, uuids).items():
            for run in ("first", "second"):
                if (part, run) == ("work", "first"):
                    login = {"user": names["ana"], "password": PASSWORD}
                    tasks.append(task("det_login", login, register="ana", no_log=True))
                    tasks.append(look("login", {}))
                tasks += [
                    *some,
                    look(f"look_{part}_{run}", {"experiments": experiments_of(names), "users": "/api/v1/users"}),
                ]
        played = runner.play(place, tasks, secrets=[PASSWORD])
        left = seen(place, names)
    results = played.results
    assert left == {
        "active": {names["ana"]: True, names["bob"]: True},
        "members": sorted([names["ana"], names["bob"]]),
        "projects": ["detr"],
        "labels": [],
        "versions": {uuids["first"]: ["first"], uuids["second"]: ["second"]},
    }
    assert {one: (tmp_path / one).stat().st_mode & 0o777 for one in ("ana", "bob")} == {
        "ana": 0o600,
        "bob": 0o600,
    }
    sheet = (tmp_path / "sheets" / f"{names['ana']}.md").read_text()
    assert "second" in sheet
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert {one["kind"] for one in lines} >= {"users", "user_groups", "experiments", "access_tokens", "model_versions"}
    assert not any(secret in (tmp_path / "journal.jsonl").read_text() for secret in (PASSWORD, place.token))
    if place.control is None:
        return
    came = {}
    for part in BUDGET:
        first, second = (results[f"look_{part}_{run}"]["journal"] for run in ("first", "second"))
        assert made(second) == [], part
        came[part] = (len(second), len(made(first)))
    assert came == BUDGET


def made(journal: list[dict]) -> list[str]:
    """The writes, without logins."""
    return [f"{one['method']} {one['path']}" for one in writes(journal) if not one["path"].startswith("/api/v1/auth/")]


def experiments_of(names: dict) -> str:
    return f"/api/v1/experiments?users={names['ana']}"


def seen(place: Place, names: dict) -> dict:
    """What is left of the team at the end."""
    users = place.call("GET", "/api/v1/users")["users"]
    groups = place.call("POST", "/api/v1/groups/search", {"name": names["team"], "limit": 10})["groups"]
    group = place.call("GET", f"/api/v1/groups/{groups[0]['group']['groupId']}")["group"]
    rows = place.call("GET", experiments_of(names))["experiments"]
    versions = place.call("GET", f"/api/v1/models/{names['model']}/versions")["modelVersions"]
    return {
        "active": {one["username"]: one["active"] for one in users if one["username"] in names.values()},
        "members": sorted(one["username"] for one in group["users"]),
        "projects": sorted({one["projectName"] for one in rows}),
        "labels": sorted({label for one in rows for label in one["labels"]}),
        "versions": {one["checkpoint"]["uuid"]: one["labels"] for one in versions},
    }
