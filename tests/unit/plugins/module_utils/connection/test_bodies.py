# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How deep an answer is nested: told by its brackets where that is certain, by its values otherwise."""

from __future__ import annotations

import json

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.bodies import (
    DEEPEST_ANSWER,
    BadBody,
    is_deep,
    is_surely_flat,
    parse_json,
)
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text('[]{}"\\\n,:aé😀', max_size=6)
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def nest(value, depth):
    """The value inside of so many lists and objects, by turns."""
    for number in range(depth):
        value = [value, "]["] if number % 2 else {'"}{\\': value}
    return value


@given(VALUES, st.integers(0, 30), st.booleans(), st.sampled_from([None, 1]))
def test_flat_ones_are_told_by_their_brackets(value, depth, plain, indent):
    raw = json.dumps(nest(value, depth), ensure_ascii=plain, indent=indent).encode("utf-8", "surrogatepass")
    assert is_surely_flat(raw)


@given(VALUES, st.integers(0, 2 * DEEPEST_ANSWER))
def test_no_deep_one_is_taken_for_flat(value, depth):
    nested = nest(value, depth)
    raw = json.dumps(nested).encode()
    assert not (is_surely_flat(raw) and is_deep(nested))


@pytest.mark.parametrize("sign", ["]", "}", "[]", "][", "}{", '\\"]', '\\\\"', "]\\"])
def test_brackets_in_texts_do_not_hide_the_depth(sign):
    for make in (
        lambda one, depth: [sign, one, sign],
        lambda one, depth: {sign: one},
        lambda one, depth: {"a": sign, "b": one, "c": sign} if depth % 2 else [one, sign, sign],
    ):
        raw = 1
        for depth in range(DEEPEST_ANSWER + 2):
            raw = make(raw, depth)
        text = json.dumps(raw).encode()
        assert not is_surely_flat(text)
        with pytest.raises(BadBody, match="nested"):
            parse_json(text)
        for depth in range(10):
            assert is_surely_flat(json.dumps(make(1, depth)).encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
def test_other_encodings_are_looked_at_value_by_value(encoding):
    raw = json.dumps({"a": [1]}).encode(encoding)
    assert not is_surely_flat(raw)
    assert parse_json(raw) == {"a": [1]}
