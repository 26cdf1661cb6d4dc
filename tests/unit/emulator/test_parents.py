# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the children is one table, and the emulator does as it says."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import emulator
from emulator import parents
from emulator.areas import deletions, models, templates, users, webhooks, workspaces
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master
from emulator.parents import ARCHIVED, DELETED, IMMUTABLE, MOVED, SWITCHED_OFF, Fate

DB = Master().db


def references() -> Iterator[tuple[str, str, str]]:
    """(parent, child, what the store does when the parent is deleted) of all tables."""
    for child in DB.column("select name from sqlite_master where type = 'table'"):
        for row in DB.rows(f"pragma foreign_key_list({child})"):
            yield row["table"], child, row["on_delete"]


STORED = {(parent, child): action for parent, child, action in references() if parent not in parents.NEVER_DELETED}


@pytest.mark.parametrize(("parent", "child"), sorted(STORED))
def test_the_store_deletes_what_goes(parent: str, child: str):
    assert (STORED[parent, child] == "CASCADE") == (DELETED[parent][child] is Fate.GOES)


def test_what_stays_is_not_referred_to():
    known = {(parent, child): fate for parent, fates in DELETED.items() for child, fate in fates.items()}
    assert {pair for pair, fate in known.items() if fate in (Fate.STAYS, Fate.KILLED)}.isdisjoint(STORED)
    assert {pair for pair, fate in known.items() if fate not in (Fate.STAYS, Fate.KILLED)} == set(STORED)


def test_a_child_without_a_fate_is_no_schema():
    with pytest.raises(KeyError):
        parents.with_fates("create table if not exists toys (workspace_id integer references workspaces (id));")
    for parent in parents.NEVER_DELETED:
        schema = f"create table if not exists toys (owner integer references {parent} (id));"
        assert parents.with_fates(schema) == schema


def test_what_follows_has_no_place_of_its_own():
    for parent, fates in MOVED.items():
        for child in parents.children(fates, Fate.FOLLOWS):
            columns = {row["name"] for row in DB.rows(f"pragma table_info({child})")}
            assert parents.reference(parent) in columns
            # Runs repeat the project of their experiment (lifecycle.move_to).
            assert columns & {"workspace_id", "project_id"} - {parents.reference(parent)} <= (
                {"project_id"} if child == "runs" else set()
            )


class Place:
    """A workspace, and what is put into it."""

    def __init__(self):
        self.master = Master()
        self.call = Call(self.master, self.master.db.row("select * from users where id = 1"), None)
        made = {"name": "w", "defaultComputePool": "", "defaultAuxPool": ""}
        self.id = workspaces.create(self.call, made)["workspace"]["id"]

    def add_model(self):
        sent = {"name": "m", "description": "", "labels": [], "notes": "", "workspaceId": self.id}
        models.create(self.call, sent)

    def add_webhook(self):
        trigger = {"triggerType": "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE", "condition": {"state": "COMPLETED"}}
        kinds = {"webhookType": "WEBHOOK_TYPE_DEFAULT", "mode": "WEBHOOK_MODE_WORKSPACE"}
        sent = {"name": "h", "url": "http://x/", "workspaceId": self.id, "triggers": [trigger], **kinds}
        webhooks.create(self.call, {"webhook": sent})

    def add_template(self):
        templates.create(self.call, {"template": {"name": "t", "config": {}, "workspaceId": self.id}})

    def archive(self):
        workspaces.archive(self.call, {"id": self.id})

    def delete(self) -> str | None:
        """The error of what is left of the workspace, None where nothing is."""
        list(deletions.delete_workspace(self.call, {"id": self.id}))
        return self.master.db.value("select error_message from workspaces where id = ?", self.id)


def test_what_refuses_and_what_holds():
    place = Place()
    place.add_model()
    with pytest.raises(ApiError, match="contains models; move or delete models first"):
        place.delete()
    place = Place()
    place.add_webhook()
    assert "webhooks_workspace_id_fkey" in place.delete()
    assert Place().delete() is None


@pytest.mark.parametrize("child", ["models", "webhooks"])
@pytest.mark.parametrize("fate", [Fate.GOES, Fate.BEFORE])
def test_the_table_decides(child: str, fate: Fate, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(DELETED["workspaces"], child, fate)
    place = Place()
    place.add_model() if child == "models" else place.add_webhook()
    assert place.delete() is None
    assert place.master.db.value(f"select count(*) from {child}") == 0


# --- archived and immutable


def texts(node: ast.expr) -> list[str]:
    """What an argument can be: archiving and its opposite are one function; what is handed on is none."""
    if isinstance(node, ast.Constant):
        return [node.value]
    return ["archive", "unarchive"] if ast.unparse(node) == "verb" else []


def asked() -> Iterator[tuple[str, ...]]:
    """(parent, child, what is to be done) wherever the emulator asks whether a parent refuses it."""
    for path in (Path(emulator.__file__).parent / "areas").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if name in ("require_open", "closed"):
                yield from itertools.product(*map(texts, node.args[2:5]))
            elif name == "find_open":
                yield from itertools.product(["workspaces"], *map(texts, node.args[2:4]))


def test_what_the_tables_refuse_is_asked_for():
    tables = {
        (parent, child, doing)
        for closing in (ARCHIVED, IMMUTABLE)
        for parent, its in closing.items()
        for child, refused in its.items()
        for doing in refused
    }
    assert set(asked()) == tables


def test_what_an_archived_workspace_refuses():
    place = Place()
    place.archive()
    place.add_model()
    place.add_webhook()
    with pytest.raises(ApiError, match="workspace '2' not found"):
        place.add_template()


def test_the_table_of_what_is_archived_decides(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ARCHIVED["workspaces"], "templates", {})
    place = Place()
    place.archive()
    place.add_template()
    assert place.master.db.value("select workspace_id from templates") == place.id


def test_words_have_the_names_in_them():
    refused = ("projects", "runs", "move away", 7)
    assert parents.closed(ARCHIVED, 1, *refused) == "project (7) is archived and cannot have runs moved from it"
    assert parents.closed(ARCHIVED, 0, *refused) is None
    assert parents.closed(ARCHIVED, 1, "workspaces", "models", "make") is None


# --- switched off


@pytest.mark.parametrize("fate", [Fate.REVOKED, Fate.ASLEEP])
def test_the_table_of_what_is_switched_off_decides(fate: Fate, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SWITCHED_OFF["users"], "ACCESS_TOKEN", fate)
    place = Place()
    db = place.master.db
    db.insert("user_sessions", user_id=2, token="t", token_type="ACCESS_TOKEN", created_at=0, expiry=0)
    users.patch(place.call, {"userId": 2, "user": {"active": False}})
    assert db.value("select revoked_at is not null from user_sessions where token = 't'") == (fate is Fate.REVOKED)
