# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the children is one table, and the emulator does as it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator import parents
from emulator.areas import deletions, models, webhooks, workspaces
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master
from emulator.parents import DELETED, MOVED, Fate

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


class Deletion:
    """A workspace with a model and a webhook."""

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

    def run(self) -> str | None:
        """The error of what is left of the workspace, None where nothing is."""
        list(deletions.delete_workspace(self.call, {"id": self.id}))
        return self.master.db.value("select error_message from workspaces where id = ?", self.id)


def test_what_refuses_and_what_holds():
    deletion = Deletion()
    deletion.add_model()
    with pytest.raises(ApiError, match="contains models; move or delete models first"):
        deletion.run()
    deletion = Deletion()
    deletion.add_webhook()
    assert "webhooks_workspace_id_fkey" in deletion.run()
    assert Deletion().run() is None


@pytest.mark.parametrize("child", ["models", "webhooks"])
@pytest.mark.parametrize("fate", [Fate.GOES, Fate.BEFORE])
def test_the_table_decides(child: str, fate: Fate, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(DELETED["workspaces"], child, fate)
    deletion = Deletion()
    deletion.add_model() if child == "models" else deletion.add_webhook()
    assert deletion.run() is None
    assert deletion.master.db.value(f"select count(*) from {child}") == 0
