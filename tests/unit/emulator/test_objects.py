# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table whose rows the API shows, declared once."""

from __future__ import annotations

from emulator.objects import Table
from emulator.store import Store

THINGS = Table(
    "things",
    """
    id      | integer primary key        | id:int32
    size    | integer not null default 3 | size:int32
    open    | integer not null           | isOpen:bool
    made_at | integer                    | madeAt:timestamp
    seen_at | integer                    | seenAt:timestamp?
    labels  | text not null              | labels:[string]
    secret  | text                       |
    total   |                            | total:int32
    state   | text                       | state:string
            |                            | both:string
    """,
    {"state": lambda row: f"STATE_{row['state']}", "both": lambda row: f"{row['id']}/{row['size']}"},
    ("unique (size, open)",),
)


def row_of(**columns) -> dict:
    store = Store()
    store.define(THINGS.schema)
    store.insert("things", **columns)
    return store.row("select *, 7 as total from things")


def test_row_is_shown():
    row = row_of(id=5, open=1, made_at=1_000_000, labels='["a"]', secret="hidden", state="ON")
    shown = THINGS.shown(row)
    assert shown.pop("madeAt").startswith("1970-01-01T00:00:01")
    assert shown == {
        "id": 5,
        "size": 3,
        "isOpen": True,
        "seenAt": None,
        "labels": ["a"],
        "total": 7,
        "state": "STATE_ON",
        "both": "5/3",
    }


def test_what_cannot_be_null_is_left_out():
    shown = THINGS.shown(row_of(id=5, open=0, labels="[]", state="ON"))
    assert "madeAt" not in shown
    assert shown["seenAt"] is None


def test_fields_can_be_shown_otherwise():
    shown = THINGS.shown(row_of(id=5, open=0, labels="[]", state="ON"), id=0, more=1)
    assert (shown["id"], shown["more"]) == (0, 1)


def test_fields_are_those_of_the_declaration():
    assert [(field.name, field.kind, field.many, field.optional) for field in THINGS.fields][:6] == [
        ("id", "int32", False, False),
        ("size", "int32", False, False),
        ("isOpen", "bool", False, False),
        ("madeAt", "timestamp", False, False),
        ("seenAt", "timestamp", False, True),
        ("labels", "string", True, False),
    ]
