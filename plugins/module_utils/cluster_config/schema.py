# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of the document, made from the sections and the options of their fields, so that editors complete
and check what they show. Draft 7, which the language servers for YAML know best."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..model.field import Field
from ..model.kind import Kind
from ..model.row import Row
from .document import VERSION, additive_word, leaving_words
from .sections import SECTIONS, Form, Section, meta_options, sections_in

DRAFT = "http://json-schema.org/draft-07/schema#"
TYPES = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}
# What can stand for a value.
REFERENCES = {
    "secret": "The name of a secret, whose value the option secrets gives.",
    "file": "A file whose content takes this place: its path, from the folder of the document.",
}
META_DOCS = {
    "state": "The state of the object; absent removes it.",
    "protect": "No plan may delete, archive or replace the object or what is in it.",
    "ignore": "Properties that are never compared.",
    "from": "The name, or the address, that the object had before: it is renamed or moved, and not made again.",
}
HEAD: Row = {
    "version": {"const": VERSION, "description": "The form of the document."},
    "stack": {"type": ["string", "null"], "description": "The name under which the cluster remembers what is owned."},
    "cluster_id": {"type": ["string", "null"], "description": "The id of the only cluster that the document is for."},
    "adopt": {
        "type": ["array", "null"],
        "items": {"type": "string"},
        "description": "Addresses, or patterns of them, of objects to take over that are there already.",
    },
}


def make_schema() -> Row:
    """The schema of a whole document, and of each file of a folder that holds one."""
    return {
        "$schema": DRAFT,
        "title": "A Determined cluster as one document",
        "type": "object",
        "properties": {**HEAD, "defaults": defaults_schema(), **section_schemas("")},
        "additionalProperties": False,
        "definitions": {
            "text": {
                "anyOf": [{"type": ["string", "null"]}, *({"$ref": f"#/definitions/{name}"} for name in REFERENCES)]
            },
            **{name: reference_schema(name, text) for name, text in REFERENCES.items()},
            **{one.kind.name: entry_schema(one) for one in SECTIONS if one.form is not Form.SET},
        },
    }


def schema_text() -> str:
    return json.dumps(make_schema(), indent=2, ensure_ascii=False) + "\n"


def reference(name: str) -> Row:
    return {"$ref": f"#/definitions/{name}"}


def reference_schema(key: str, text: str) -> Row:
    return {**closed({key: {"type": "string", "minLength": 1}}, [key]), "description": text}


def defaults_schema() -> Row:
    kinds = sorted({one.kind.name for one in SECTIONS if one.form is Form.NAMED})
    words = closed({name: {"enum": leaving_words(name)} for name in kinds})
    words["description"] = "What prune does to owned objects that left the document, by kind."
    return nullable(closed({"on_absent": nullable(words)}))


def section_schemas(holder: str) -> Row:
    return {name: section_schema(one) for name, one in sections_in(holder).items()}


def section_schema(section: Section) -> Row:
    text = f"{section.kind.plural.replace('_', ' ').capitalize()}: {section.form.value}."
    if section.form is Form.SET:
        return described(field_schema(section.set_field), column_doc(section.kind, section.set_field))
    entry = reference(section.kind.name)
    if section.form is Form.ONE:
        return entry
    if section.form is Form.EACH and section.names is not None:
        found = closed(dict.fromkeys(section.names, entry))
    else:
        found = {"type": "object", "propertyNames": {"pattern": r"\S"}, "additionalProperties": entry}
    return described(nullable(found), text)


def entry_schema(section: Section) -> Row:
    """The schema of one object, with the sections inside of it."""
    meta = {name: described(option_schema(option), META_DOCS[name]) for name, option in meta_options(section).items()}
    meta["ignore"]["items"] = {"enum": [one.name for one in section.fields]}
    fields = {one.name: described(field_schema(one), column_doc(section.kind, one)) for one in section.fields}
    inner = section_schemas(section.name) if section.form is Form.NAMED and not section.inside else {}
    return nullable(closed({**meta, **fields, **inner}))


def described(schema: Row, text: str) -> Row:
    """The schema with its description. What stands beside a reference counts for nothing, so that it is put inside."""
    return {**({"allOf": [schema]} if "$ref" in schema else schema), "description": text}


def column_doc(kind: Kind, one: Field) -> str:
    found = next((column.doc for column in kind.columns if column.name == one.name), "")
    return found or "It is set when the object is made, and never shown."


def field_schema(one: Field) -> Row:
    found = option_schema(one.option)
    word = additive_word(one)
    if not word:
        return found
    added = {**closed({word: found}, [word]), "description": "It is added; what others have put there stays."}
    return {"anyOf": [found, added]}


def option_schema(option: Mapping[str, Any]) -> Row:
    """The schema of an option's value. Null takes a value away, and a text can come from elsewhere."""
    kind = option.get("type", "str")
    if "choices" in option:
        return {"enum": [*option["choices"], None]}
    if kind == "list":
        return nullable({"type": "array", "items": element_schema(option)})
    if kind == "dict":
        found = dict_schema(option) if "options" in option else {"type": "object"}
        return nullable(found)
    if kind == "str":
        return reference("text")
    return {"type": [TYPES[kind], "null"]} if kind in TYPES else {}


def element_schema(option: Mapping[str, Any]) -> Row:
    kind = option.get("elements", "str")
    if kind == "dict":
        return dict_schema(option)
    return {"type": TYPES[kind]}


def dict_schema(option: Mapping[str, Any]) -> Row:
    """The schema of a dict of suboptions, with the rules between them."""
    options = option.get("options") or {}
    required = [name for name, one in options.items() if one.get("required")]
    found = closed({name: option_schema(one) for name, one in options.items()}, required)
    rules: list[Row] = []
    for names in option.get("required_one_of") or ():
        rules.append({"anyOf": [{"required": [name]} for name in names]})
    for names in option.get("mutually_exclusive") or ():
        pairs = [[one, other] for index, one in enumerate(names) for other in names[index + 1 :]]
        rules += [{"not": {"required": pair}} for pair in pairs]
    if rules:
        found["allOf"] = rules
    together = option.get("required_together") or ()
    if together:
        found["dependencies"] = {
            name: [other for other in names if other != name] for names in together for name in names
        }
    return found


def closed(properties: Row, required: list[str] | None = None) -> Row:
    """An object of these properties and no others."""
    found: Row = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required} if required else found


def nullable(schema: Row) -> Row:
    return {**schema, "type": [schema["type"], "null"]}
