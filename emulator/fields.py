# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request may carry: declared as short texts, decoded from JSON, query and path as the master's gateway does.

A spec is a text such as `"id:int32 name:string? states:[State] filters:BulkFilters"`:

- `string bool int32 int64 double bytes timestamp object value` are the plain types (bytes stay base64 text, timestamps
  become microseconds, `object` is any JSON object, `value` any JSON);
- `[T]` is a list, `{T}` a map from texts; a capital letter means an enum or a message declared by `enum` or `message`;
- `?` keeps "not sent" apart from the default: without it an absent field gets the type's empty value; with it, and for
  messages, objects and timestamps, the field is simply not in the decoded request. JSON null is the same as absent.

Names are taken in camelCase and in snake_case; unknown ones are dropped.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import clock
from .errors import ApiError, internal, invalid

NOTHING = object()
_EMPTY = {"string": "", "bool": False, "int32": 0, "int64": 0, "double": 0.0, "bytes": ""}
_GO = {"string": "string", "bool": "bool", "int32": "int32", "int64": "int64", "double": "float64", "bytes": "[]uint8"}
_GO_MAP = "map[string]json.RawMessage"
_BITS = {"int32": 32, "int64": 64}


@dataclass(frozen=True)
class Enum:
    """An enum of the API by its full name, e.g. determined.experiment.v1.State."""

    full: str
    numbers: Mapping[str, int]

    @property
    def zero(self) -> str:
        return next(iter(self.numbers))

    @property
    def go_name(self) -> str:
        """The name in query errors: experimentv1.State, apiv1.GetUsersRequest_SortBy."""
        _determined, package, version, *name = self.full.split(".")
        return f"{package}{version}.{'_'.join(name)}"


@dataclass(frozen=True)
class Field:
    """One field; kind is a plain type, or the name of an enum or message in TYPES."""

    name: str
    kind: str
    many: bool
    map: bool
    optional: bool

    @property
    def snake(self) -> str:
        return snake(self.name)

    def empty(self) -> Any:
        """What an absent field becomes, NOTHING if it stays out."""
        if self.optional:
            return NOTHING
        if self.many:
            return []
        if self.map:
            return {}
        declared = TYPES.get(self.kind)
        return declared.zero if isinstance(declared, Enum) else _EMPTY.get(self.kind, NOTHING)


class Message:
    """Fields under a name; `decode` turns JSON into a dict with camelCase names."""

    def __init__(self, spec: str):
        self.fields = read_fields(spec)
        for field in self.fields:
            if field.kind not in PLAIN and field.kind not in TYPES:
                raise ValueError(f"{field.name}:{field.kind}: no such type")
        self.by_name = {name: f for f in self.fields for name in (f.name, f.snake)}
        self._defaults = [(f.name, f.empty) for f in self.fields]

    def blank(self) -> dict:
        """All fields as if nothing had been sent."""
        return {name: value for name, empty in self._defaults if (value := empty()) is not NOTHING}

    def decode(self, value: Any) -> dict:
        if not isinstance(value, dict):
            raise _cannot(value, _GO_MAP)
        decoded = self.blank()
        for name, sent in value.items():
            field = self.by_name.get(name)
            if field and sent is not None:
                decoded[field.name] = decode_field(field, sent)
        return decoded


TYPES: dict[str, Enum | Message] = {}


def enum(full: str, names: str) -> None:
    """Declare an enum: its full name, and its values in the order of their numbers (or NAME=number).

    Its short name, for specs, leaves out `determined`, `api`, the version and `Request`: determined.user.v1.TokenType
    is user.TokenType, determined.api.v1.GetUsersRequest.SortBy is GetUsers.SortBy.
    """
    numbers: dict[str, int] = {}
    number = -1
    for word in names.split():
        name, dummy, given = word.partition("=")
        number = int(given) if given else number + 1
        numbers[name] = number
    _determined, package, _version, *names_inside = full.split(".")
    parts = [part.removesuffix("Request") for part in names_inside]
    TYPES[".".join(parts if package == "api" else [package, *parts])] = Enum(full, numbers)


def message(name: str, spec: str) -> None:
    """Declare a message for use in specs."""
    TYPES[name] = Message(spec)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def read_fields(spec: str) -> list[Field]:
    """The fields that a spec declares."""
    fields = []
    for word in spec.split():
        name, dummy, kind = word.partition(":")
        plain = kind.removesuffix("?")
        fields.append(Field(name, plain.strip("[]{}"), plain[0] == "[", plain[0] == "{", kind != plain))
    return fields


def decode_field(field: Field, value: Any) -> Any:
    """The JSON value of a field, checked; raises the gateway's 400."""
    if field.many:
        if not isinstance(value, list):
            raise _cannot(value, "[]json.RawMessage")
        one = _decoder(field.kind)
        return [one(item) for item in value]
    if field.map:
        if not isinstance(value, dict):
            raise _cannot(value, _GO_MAP)
        one = _decoder(field.kind)
        return {key: one(item) for key, item in value.items()}
    return _decoder(field.kind)(value)


def _decoder(kind: str) -> Callable[[Any], Any]:
    declared = TYPES.get(kind)
    if isinstance(declared, Message):
        return declared.decode
    if declared:
        return lambda value: _enum_value(declared, value)
    return PLAIN[kind]


def _enum_value(declared: Enum, value: Any) -> str:
    if isinstance(value, str):
        if value in declared.numbers:
            return value
        raise invalid(f'unknown value "{json.dumps(json.dumps(value))[1:-1]}" for enum {declared.full}')
    return next((name for name, number in declared.numbers.items() if number == value), declared.zero)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _cannot(value, "string")
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _cannot(value, "bool")
    return value


def _integer(kind: str) -> Callable[[Any], int]:
    top = 1 << (_BITS[kind] - 1)

    def decode(value: Any) -> int:
        number = _unquoted(value, kind)
        if isinstance(number, float) and number.is_integer() and isinstance(value, float):
            number = int(number)
        if isinstance(number, float) or not -top <= number < top:
            raise invalid(f"json: cannot unmarshal number {number} into Go value of type {kind}")
        return number

    return decode


def _double(value: Any) -> float:
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    return float(_unquoted(value, "double"))


def _unquoted(value: Any, kind: str) -> int | float:
    """Numbers may come as texts."""
    number = value
    if isinstance(value, str):
        try:
            number = json.loads(value)
        except ValueError:
            raise invalid(_literal_error(value)) from None
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise _cannot(number, _GO[kind])
    return number


def _timestamp(value: Any) -> int:
    if not isinstance(value, str):
        raise _cannot(value, "string")
    try:
        return clock.parse(value)
    except ValueError:
        raise invalid(f"bad Timestamp: {time_error(value)}") from None


def time_error(value: str, layout: str = "2006-01-02T15:04:05.999999999Z07:00") -> str:
    """How Go's time parser complains: which part of the layout the rest of the value could not fill."""
    rest = value
    for part in ("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z07:00"):
        if part not in layout:
            continue
        if part == "Z07:00":
            rest = re.sub(r"^\.\d+", "", rest)
            found = re.match(r"Z|[+-]\d\d:\d\d", rest)
        else:
            found = re.match(r"\d" * len(part) if part.isdigit() else re.escape(part), rest)
        if not found:
            shown, part = json.dumps(rest), json.dumps(part)
            return f"parsing time {json.dumps(value)} as {json.dumps(layout)}: cannot parse {shown} as {part}"
        rest = rest[found.end() :]
    return f"parsing time {json.dumps(value)}: extra text: {json.dumps(rest)}"


def _object(value: Any) -> dict:
    if not isinstance(value, dict):
        raise invalid(f"bad StructValue: {_cannot(value, _GO_MAP).text}")
    return _free(value)


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise invalid(f"bad ListValue: {_cannot(value, '[]json.RawMessage').text}")
    return _free(value)


def _free(value: Any) -> Any:
    """Any JSON as the master keeps it: all numbers are doubles, so that large ones come back rounded."""
    if isinstance(value, dict):
        decoded = {}
        for key, inner in value.items():
            try:
                decoded[key] = _free(inner)
            except ApiError as error:
                raise invalid(f"bad value in StructValue for key {json.dumps(key)}: {error.text}") from None
        return decoded
    if isinstance(value, list):
        return [_free(inner) for inner in value]
    return value if isinstance(value, bool) or not isinstance(value, (int, float)) else as_double(value)


def as_double(number: float) -> float:
    """A number as Go shows the double next to it: whole ones below 1e21 without a fraction, the digits behind those
    that tell it from its neighbours are zeros. 400 for what no double can be."""
    try:
        double = float(number)
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise invalid(f'unrecognized type for Value "{number}"')
    return int(Decimal(repr(double))) if double.is_integer() and abs(double) < 1e21 else double


PLAIN: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "bytes": _text,
    "bool": _bool,
    "int32": _integer("int32"),
    "int64": _integer("int64"),
    "double": _double,
    "timestamp": _timestamp,
    "object": _object,
    "list": _list,
    "value": _free,
}


def json_type(value: Any) -> str:
    """What Go calls the type of a JSON value."""
    if isinstance(value, bool):
        return "bool"
    return {str: "string", int: "number", float: "number", list: "array", dict: "object"}.get(type(value), "null")


def _cannot(value: Any, go_type: str) -> ApiError:
    return invalid(f"json: cannot unmarshal {json_type(value)} into Go value of type {go_type}")


def _literal_error(text: str) -> str:
    """How Go's JSON scanner complains about a text that should have been a number."""
    if not text:
        return "unexpected end of JSON input"
    for literal in ("null", "true", "false"):
        if text[0] == literal[0]:
            for want, got in zip(literal[1:], text[1:], strict=False):
                if want != got:
                    return f"invalid character '{got}' in literal {literal} (expecting '{want}')"
            return "unexpected end of JSON input"
    if text[0] in "-0123456789":
        bad = re.match(r"-?\d*(\D)", text)
        return f"invalid character '{bad.group(1) if bad else text[-1]}' after top-level value"
    return f"invalid character '{text[0]}' looking for beginning of value"


def load_json(body: bytes) -> Any:
    """The first JSON value of a body (what follows it is ignored), NOTHING if there is none."""
    text = body.decode("utf-8", errors="replace").lstrip()
    if not text:
        return NOTHING
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except json.JSONDecodeError as error:
        raise invalid(_syntax_error(text, error, "unexpected EOF")) from None


def go_json(text: str) -> Any:
    """JSON in a text field; 500 with the complaint of Go's json.Unmarshal."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise internal(_syntax_error(text.lstrip(), error, "unexpected end of JSON input")) from None


def _syntax_error(text: str, error: json.JSONDecodeError, at_end: str) -> str:
    if error.pos >= len(text):
        return at_end
    if error.pos == 0:
        return _literal_error(text)
    where = {
        "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
        "Expecting ':' delimiter": "after object key",
        "Expecting ',' delimiter": "after object key:value pair",
        "Extra data": "after top-level value",
    }.get(error.msg, "looking for beginning of value")
    return f"invalid character '{text[error.pos]}' {where}"


def from_query(declared: Message, pairs: Iterable[tuple[str, str]], decoded: dict) -> None:
    """Put query parameters (name, value) into a decoded request; `a.b` reaches into messages."""
    lists_begun = set()
    for name, value in pairs:
        target, container = declared, decoded
        *outer, last = name.split(".")
        for part in outer:
            field = target.by_name.get(part)
            inner = TYPES.get(field.kind) if field else None
            if not isinstance(inner, Message):
                break
            container = container.setdefault(field.name, inner.blank())
            target = inner
        else:
            field = target.by_name.get(last)
            if not field:
                continue
            read = from_text(field.kind, value)
            if not field.many:
                container[field.name] = read
            elif (id(container), field.name) in lists_begun:
                container[field.name].append(read)
            else:
                lists_begun.add((id(container), field.name))
                container[field.name] = [read]


def from_text(kind: str, value: str) -> Any:
    """A query or path parameter; raises 400 with the text of Go's strconv."""
    declared = TYPES.get(kind)
    if isinstance(declared, Enum):
        if value in declared.numbers:
            return value
        for name, number in declared.numbers.items():
            if value == str(number):
                return name
        raise invalid(f"{value} is not a valid {declared.go_name}")
    if kind in _BITS:
        if not re.fullmatch(r"[+-]?\d+", value):
            raise invalid(f"strconv.ParseInt: parsing {json.dumps(value)}: invalid syntax")
        top = 1 << (_BITS[kind] - 1)
        if not -top <= int(value) < top:
            raise invalid(f"strconv.ParseInt: parsing {json.dumps(value)}: value out of range")
        return int(value)
    if kind == "bool":
        if value in ("1", "t", "T", "true", "TRUE", "True"):
            return True
        if value in ("0", "f", "F", "false", "FALSE", "False"):
            return False
        raise invalid(f"strconv.ParseBool: parsing {json.dumps(value)}: invalid syntax")
    if kind == "double":
        try:
            return float(value)
        except ValueError:
            raise invalid(f"strconv.ParseFloat: parsing {json.dumps(value)}: invalid syntax") from None
    return _timestamp(value) if kind == "timestamp" else value
