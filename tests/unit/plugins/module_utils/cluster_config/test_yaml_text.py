# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written as YAML is read as the same by Ansible's parser, which is of YAML 1.1, and by one of 1.2."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.yaml_text import dump_yaml
from hypothesis import given
from hypothesis import strategies as made
from ruamel.yaml import YAML

TEXTS = made.text(made.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30)
NUMBERS = made.integers(-(10**9), 10**9) | made.floats(allow_nan=False, allow_infinity=False)
VALUES = made.recursive(
    made.none() | made.booleans() | NUMBERS | TEXTS,
    lambda inner: made.lists(inner, max_size=3) | made.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ODD = ["on", "no", "y", "~", "null", "1e3", "1_000", "12:30:15", "0o17", "0x1f", "017", "1.", ".5", "+.inf", "=", "<<",
       "2026-01-31", "2026-01-31T12:00:00Z", "", " a", "a ", "a: b", "- a", "#a", "{{ x }}", "%x", "@x", "a\nb", "a\n",
       "\n", " a\nb", "a \nb\n", "tab\tx",
       "é", "1e-3", "1E5", "off", "True", "0b1", "---", "...", "!x", "&x", "*x", "|",
       "{secret: x}", "a\u2028b", "\ufeffx", "9" * 400]  # fmt: skip


def read_both(text):
    return yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("text", ODD)
def test_texts_stay_texts(text):
    value = {"value": text, "list": [text], text: 1}
    assert read_both(dump_yaml(value)) == (value, value)


@given(VALUES)
def test_what_is_written_is_read(value):
    assert read_both(dump_yaml({"value": value})) == ({"value": value}, {"value": value})


def test_it_reads_well():
    value = {"a": {"list": ["x", "y"], "long": "word " * 60 + "end", "text": "one\ntwo\n"}, "empty": {}}
    assert dump_yaml(value) == (
        "a:\n  list:\n    - x\n    - y\n  long: " + "word " * 60 + "end\n  text: |\n    one\n    two\nempty: {}\n"
    )
