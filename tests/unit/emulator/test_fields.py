# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decoding of requests: names, numbers in texts, and Go's complaints."""

from __future__ import annotations

import pytest

from emulator import fields
from emulator.errors import ApiError
from emulator.fields import Message, from_query, from_text, load_json

fields.enum("determined.thing.v1.Colour", "COLOUR_NONE COLOUR_RED=3 COLOUR_BLUE")
fields.message("Inner", "count:int32 names:[string]")
SPEC = Message(
    "thingId:int32 size:int64 name:string? on:bool colour:thing.Colour inner:Inner"
    " sizes:{int64} when:timestamp free:object"
)


def test_absent_fields_have_defaults_unless_optional():
    assert SPEC.decode({}) == {"thingId": 0, "size": 0, "on": False, "colour": "COLOUR_NONE", "sizes": {}}


def test_names_nulls_and_unknown_fields():
    decoded = SPEC.decode({"thing_id": "5", "name": None, "nonsense": 1, "inner": {"names": ["a"]}})
    assert decoded["thingId"] == 5
    assert "name" not in decoded
    assert decoded["inner"] == {"count": 0, "names": ["a"]}


def test_enum_numbers_may_have_gaps():
    assert SPEC.decode({"colour": 4})["colour"] == "COLOUR_BLUE"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"name": 5}, "json: cannot unmarshal number into Go value of type string"),
        ({"name": [1]}, "json: cannot unmarshal array into Go value of type string"),
        ({"on": "yes"}, "json: cannot unmarshal string into Go value of type bool"),
        ({"thingId": "nonsense"}, "invalid character 'o' in literal null (expecting 'u')"),
        ({"thingId": "high"}, "invalid character 'h' looking for beginning of value"),
        ({"thingId": 1.5}, "json: cannot unmarshal number 1.5 into Go value of type int32"),
        ({"thingId": 2**31}, f"json: cannot unmarshal number {2**31} into Go value of type int32"),
        ({"colour": "PINK"}, 'unknown value "\\"PINK\\"" for enum determined.thing.v1.Colour'),
        ({"inner": "x"}, "json: cannot unmarshal string into Go value of type map[string]json.RawMessage"),
        (
            {"free": "x"},
            "bad StructValue: json: cannot unmarshal string into Go value of type map[string]json.RawMessage",
        ),
        (
            {"when": "tomorrow"},
            'bad Timestamp: parsing time "tomorrow" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "tomorrow"'
            ' as "2006"',
        ),
    ],
)
def test_wrong_types(sent, text):
    with pytest.raises(ApiError) as error:
        SPEC.decode(sent)
    assert (error.value.status, error.value.text) == (400, text)


def test_query_reaches_into_messages_and_collects_lists():
    decoded = SPEC.blank()
    from_query(SPEC, [("inner.names", "a"), ("inner.names", "b"), ("thing_id", "7"), ("nosuch", "x")], decoded)
    assert decoded["inner"]["names"] == ["a", "b"]
    assert decoded["thingId"] == 7


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("int32", "x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("int32", str(2**40), f'strconv.ParseInt: parsing "{2**40}": value out of range'),
        ("bool", "maybe", 'strconv.ParseBool: parsing "maybe": invalid syntax'),
        ("thing.Colour", "PINK", "PINK is not a valid thingv1.Colour"),
    ],
)
def test_wrong_parameters(kind, value, text):
    with pytest.raises(ApiError) as error:
        from_text(kind, value)
    assert error.value.text == text


def test_what_follows_the_first_value_of_a_body_is_ignored():
    assert load_json(b'{"a": 1} trailing') == {"a": 1}
    assert load_json(b"  ") is fields.NOTHING


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{bad", "invalid character 'b' looking for beginning of object key string"),
        (b'{"a": ', "unexpected EOF"),
        (b'{"a" 1}', "invalid character '1' after object key"),
    ],
)
def test_bodies_that_are_no_json(body, text):
    with pytest.raises(ApiError) as error:
        load_json(body)
    assert error.value.text == text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (12345678901234567890, 12345678901234567000),
        (2**53 + 1, 2**53),
        (-(2**63), -9223372036854776000),
        (1.0, 1),
        (1.5, 1.5),
        (10**21, 1e21),
        (True, True),
        ("5", "5"),
        (None, None),
    ],
)
def test_numbers_in_free_json_are_doubles(sent, kept):
    decoded = SPEC.decode({"free": {"deep": [{"n": sent}]}})["free"]["deep"][0]["n"]
    assert (decoded, type(decoded)) == (kept, type(kept))


def test_what_no_double_can_be_is_refused():
    with pytest.raises(ApiError, match='bad value in StructValue for key "n": unrecognized type for Value'):
        SPEC.decode({"free": {"n": 10**400}})
