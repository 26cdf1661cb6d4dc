# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes up who works together in a made-up cluster and what they keep for each other: groups with roles, templates,
models with versions, webhooks, access tokens. The same seed gives the same."""

from __future__ import annotations

import json
import random
from operator import itemgetter

from . import clock
from .areas import auth, roles
from .builtin_roles import WORKSPACE_ADMIN

EDITOR, VIEWER, WORKSPACE_CREATOR, TOKEN_CREATOR = 5, 4, 3, 10
TEMPLATES = {
    "quick": {"resources": {"slots_per_trial": 1}, "max_restarts": 0},
    "full-node": {"resources": {"slots_per_trial": 4}, "max_restarts": 5, "records_per_epoch": 50_000},
}
LONG_AGO = 120 * clock.DAY
STAGES = ("candidate", "staging", "production")
# Nobody has such an address, so nothing is ever sent to anybody.
RECEIVER = "https://hooks.determined.example"
TOKENS = (("nightly pipeline", 20, False), ("laptop", 2, False), ("old pipeline", -40, False), ("lost", 15, True))


def fill(master, seed: int) -> None:
    """Add to the users, workspaces and checkpoints that are there."""
    chance = random.Random(f"access {seed}")
    users = master.db.column("select id from users where active and id > 2 order by id") or [1]
    workspaces = master.db.rows("select * from workspaces where not immutable order by id")
    _cluster_groups(master, chance, users)
    for workspace in workspaces:
        _team(master, chance, users, workspace)
        _templates(master, workspace)
        _models(master, chance, users, workspace)
        _webhook(master, f"{_slug(workspace)} failures", workspace["id"], "DEFAULT", ("ERROR",))
    _webhook(master, "everything that ends", None, "SLACK", ("COMPLETED", "ERROR"))
    for number, (description, days, revoked) in enumerate(TOKENS):
        _token(master, users[number % len(users)], description, days, revoked)


def _slug(workspace) -> str:
    return workspace["name"].lower()


def _group(master, name: str, members: list[int], *given: tuple[int, int | None]) -> None:
    """A group with roles: (role id, workspace id or None)."""
    group_id = master.db.insert("groups", name=name)
    master.db.many("insert into group_members (group_id, user_id) values (?, ?)", [(group_id, m) for m in members])
    for role_id, workspace_id in given:
        master.db.insert("role_assignments", group_id=group_id, role_id=role_id, workspace_id=workspace_id)


def _some(chance: random.Random, users: list[int], most: int) -> list[int]:
    return sorted(chance.sample(users, min(len(users), chance.randint(2, most))))


def _cluster_groups(master, chance: random.Random, users: list[int]) -> None:
    _group(master, "platform", _some(chance, users, 3), (WORKSPACE_CREATOR, None), (TOKEN_CREATOR, None))
    _group(master, "observers", _some(chance, users, 4), (VIEWER, None))


def _team(master, chance: random.Random, users: list[int], workspace) -> None:
    roles.give(master.db, workspace["user_id"], WORKSPACE_ADMIN, workspace["id"])
    _group(master, f"{_slug(workspace)}-team", _some(chance, users, 6), (EDITOR, workspace["id"]))


def _templates(master, workspace) -> None:
    for name, config in TEMPLATES.items():
        name = f"{_slug(workspace)}-{name}"
        master.db.insert("templates", name=name, config=json.dumps(config), workspace_id=workspace["id"])


def _models(master, chance: random.Random, users: list[int], workspace) -> None:
    """Models of what the workspace's experiments saved, lately and long ago, named after the experiments."""
    by_name: dict[str, list] = {}
    for latest in (master.clock.now() - LONG_AGO, master.clock.now()):
        saved = master.db.rows(
            "select c.uuid, c.report_time, e.name from checkpoints c join experiments e on e.id = c.experiment_id"
            " join projects p on p.id = e.project_id where p.workspace_id = ? and c.state = 'COMPLETED'"
            " and c.report_time < ? order by c.report_time desc, c.uuid limit 60",
            workspace["id"],
            latest,
        )
        for row in reversed(saved):
            by_name.setdefault(row["name"], []).append(row)
    for number, name in enumerate(sorted(by_name)[:3]):
        rows = by_name[name]
        versions = sorted({row["uuid"]: row for row in (*rows[:2], *rows[-2:])}.values(), key=itemgetter("report_time"))
        owner, began = chance.choice(users), versions[0]["report_time"]
        model_id = master.db.insert(
            "models",
            name=f"{_slug(workspace)}-{name}",
            description=f"What {workspace['name']} makes of {name}",
            metadata=json.dumps({"stage": chance.choice(STAGES)}),
            labels=json.dumps(chance.sample(["baseline", "exported", "reviewed"], chance.randint(0, 2))),
            notes="",
            # The third one has had its day.
            archived=number == 2,
            user_id=owner,
            workspace_id=workspace["id"],
            created_at=began,
            updated_at=versions[-1]["report_time"],
        )
        for version, row in enumerate(versions, 1):
            moment = row["report_time"] + clock.DAY // 24
            master.db.insert(
                "model_versions",
                model_id=model_id,
                version=version,
                checkpoint_uuid=row["uuid"],
                name=f"v{version}",
                comment=chance.choice(["", "retrained", "more data", "fixed the split"]),
                metadata="{}",
                labels="[]",
                notes="",
                user_id=owner,
                created_at=moment,
                updated_at=moment,
            )


def _webhook(master, name: str, workspace_id: int | None, kind: str, states: tuple[str, ...]) -> None:
    url = f"{RECEIVER}/{name.replace(' ', '-')}"
    webhook_id = master.db.insert(
        "webhooks", name=name, url=url, webhook_type=kind, mode="WORKSPACE", workspace_id=workspace_id
    )
    for state in states:
        master.db.insert(
            "webhook_triggers",
            webhook_id=webhook_id,
            trigger_type="EXPERIMENT_STATE_CHANGE",
            condition=json.dumps({"state": state}),
        )


def _token(master, user_id: int, description: str, days: int, revoked: bool) -> None:
    """An access token that has so many days left of the 30 it was made for."""
    now = master.clock.now()
    expiry = now + days * clock.DAY
    token_id, _token = auth.make_token(master, user_id, expiry, "ACCESS_TOKEN", description)
    columns = {"revoked_at": now - clock.DAY} if revoked else {}
    master.db.update("user_sessions", token_id, created_at=expiry - 30 * clock.DAY, **columns)
