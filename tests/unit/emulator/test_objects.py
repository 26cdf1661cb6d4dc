# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table whose rows the API shows, declared once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import emulator
from emulator import shapes
from emulator.areas import tasks
from emulator.objects import Shape, Table, as_text, prefixed
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
    {"state": prefixed("STATE_", "state"), "both": lambda row: f"{row['id']}/{row['size']}"},
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


def test_further_shape_of_the_same_rows():
    row = row_of(id=5, open=0, labels="[]", state=None)
    small = Shape("size | bytes:string\n | about:string", {"bytes": as_text("size")})
    assert small.shown(row) == {"bytes": "3"}
    assert small.shown(row, about="x") == {"bytes": "3", "about": "x"}
    wider = small.with_more("state | state:string?")
    assert wider.shown(row, about="x") == {"bytes": "3", "about": "x", "state": None}
    assert [field.name for field in wider.fields] == ["bytes", "about", "state"]


def test_what_is_worked_out_is_not_where_it_is_given():
    never = Shape("| both:string", {"both": lambda row: 1 // 0})
    assert never.shown({}, both="x") == {"both": "x"}


def test_unset():
    shape = Shape("a | a:int32\nb | b:[string]\nc | c:timestamp?\n | d:string")
    assert shape.unset() == {"a": 0, "b": [], "c": None}
    assert shape.unset(a=1, d="x") == {"a": 1, "b": [], "c": None, "d": "x"}


def test_a_line_has_all_its_parts():
    with pytest.raises(ValueError, match="not 3 parts"):
        Table("things", "id | id:int32")


def test_no_shape_stands_twice():
    texts = (shapes.MEMORY, shapes.CONFIGURED, shapes.WORKED_OUT, shapes.PARTS, shapes.AROUND)
    names = [*shapes.ROWS, *(name for text in texts for name in re.findall(r"^(\w+)", text, re.MULTILINE))]
    assert sorted(names) == sorted(shapes.shapes())


def test_what_is_declared_is_described():
    """Each table and shape that has fields is in the document: in shapes.ROWS, or as the answer itself."""
    root = Path(emulator.__file__).parent
    declared = {
        f"{path.stem}.{node.targets[0].id}"
        for path in [*root.glob("areas/*.py"), root / "tasklog.py"]
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in ("Shape", "Table", "TABLE.with_more")
    }
    tree = ast.parse((root / "shapes.py").read_text(encoding="utf-8"))
    described = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert declared - described == {"tasks.OF_TASK"}
    # That shows a part of another.
    assert set(tasks.OF_TASK.fields) < set(tasks.ALLOCATIONS.fields)
