# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML files are changed line by line where that is meant, whatever their layout is."""

from __future__ import annotations

import copy
import difflib
import random

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.yaml_nodes import (
    load_nodes,
    plain_of,
    update_node,
    write_nodes,
)

TEXT = """# head
---
users:
    ana: {display_name: "Ana R"}   # boss
    bob:
        display_name:   'Bob'    # spaced
groups:
  g:
    members:
    - ana   # first
    - bob   # second
    # trailing
    - eve
  h: {members: [ana,bob]}


# between
message:
  text: >-
    folded text
    of two lines
  notes:
      - name: a
        contents: |
          one
          two
      -   name: b
          contents: x
# end
"""
PLAIN = plain_of(load_nodes(TEXT))


def written(value):
    nodes = load_nodes(TEXT)
    return write_nodes(update_node(nodes, value), TEXT)


def test_what_is_not_changed_is_as_it_was():
    assert written(copy.deepcopy(PLAIN)) == TEXT


def change(value, path, new):
    value = copy.deepcopy(value)
    *outer, last = path
    inner = value
    for key in outer:
        inner = inner[key]
    if new is None:
        del inner[last]
    else:
        inner[last] = new
    return value


@pytest.mark.parametrize(
    ("path", "new", "lines"),
    [
        (
            ("users", "bob", "display_name"),
            "on",
            ["-        display_name:   'Bob'    # spaced", "+        display_name: 'on'       # spaced"],
        ),
        (("groups", "g", "members"), ["ana", "eve", "1e3"], ["-    - bob   # second", "+    - '1e3'"]),
        (("groups", "h", "members"), ["bob"], ["-  h: {members: [ana,bob]}", "+  h: {members: [bob]}"]),
        (("message", "notes", 1, "contents"), "y", ["-          contents: x", "+          contents: y"]),
        (("message", "notes", 0, "contents"), "one\n2\n", ["-          two", "+          2"]),
        (("users", "bob", "admin"), True, ["+        admin: true"]),
        (("message",), None, None),
    ],
)
def test_lines_that_change(path, new, lines):
    value = change(PLAIN, path, new)
    text = written(value)
    assert plain_of(load_nodes(text)) == value
    found = [
        line
        for line in difflib.unified_diff(TEXT.splitlines(), text.splitlines(), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    if lines is not None:
        assert found == lines
    for comment in ("# head", "# boss", "# first", "# trailing"):
        assert comment in text


def scramble(value, chance):
    """The value with something else here and there."""
    if isinstance(value, dict):
        kept = {key: scramble(one, chance) for key, one in value.items() if chance.random() < 0.9}
        return {**kept, "new": chance.choice([1, "on", {"a": ["1e3"]}, []])} if chance.random() < 0.2 else kept
    if isinstance(value, list):
        kept = [scramble(one, chance) for one in value if chance.random() < 0.8]
        return [*kept, "more\nlines"] if chance.random() < 0.3 else kept
    return chance.choice(["x", "no", 7, None, "a: b"]) if chance.random() < 0.2 else value


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_changed_is_what_is_read(seed):
    value = scramble(PLAIN, random.Random(seed))
    assert plain_of(load_nodes(written(value))) == value
