# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tests/tools/wording.py finds the words of its list in pages and descriptions, and in nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("wording", ROOT / "tests/tools/wording.py")
assert SPEC
assert SPEC.loader
wording = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(wording)

WORDS = wording.read_words(
    "# Contributing\n\n## Words\n\n| `is no`, `in vain` | not |\n| `Who …` | any user |\n\n## Next\n"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The module waits in vain.", ["in vain"]),
        ("The module waits in\nvain.", ["in vain"]),
        ("The module waits in vainglory.", []),
        ("An empty text is no condition.", ["is no"]),
        ("There is no limit. The agent is no longer connected.", []),
        ("Who removes the label keeps it.", ["Who …"]),
        ("The label is gone. Who removed it?", ["Who …"]),
        ("| label | Who has it |", ["Who …"]),
        ("The user Who, and a user who.", []),
    ],
)
def test_words_in_a_text(text, found):
    assert [word for word, _place in wording.find(text, WORDS)] == found


def test_code_is_left_out_and_lines_keep_their_numbers():
    page = "One.\n```yaml\nwaits in vain\n```\nUse `in vain`.\n"
    assert not list(wording.find(wording.prose(page), WORDS))
    assert wording.prose(page).count("\n") == page.count("\n")


def test_all_that_is_described(tmp_path):
    spec = tmp_path / "argument_specs.yml"
    spec.write_text("argument_specs: {main: {short_description: a, options: {x: {description: [b, c], type: str}}}}\n")
    plugin = tmp_path / "plugin.py"
    plugin.write_text(
        'DOCUMENTATION = "{description: d, notes: [e]}"\n'
        'EXAMPLES = "{description: f}"\nRETURN = "x: {description: g}"\n'
    )
    assert list(wording.described(spec)) == ["a", "b", "c"]
    assert list(wording.described(plugin)) == ["d", "e", "g"]


def test_the_list_of_the_collection():
    words = dict(wording.read_words((ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert {"shall", "in vain", "Who …"} <= set(words)


def test_nothing_to_look_at_is_a_fault(tmp_path):
    assert list(wording.complaints(tmp_path)) == ["nothing to check"]
