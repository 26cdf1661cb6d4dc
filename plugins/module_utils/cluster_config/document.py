# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document as entries, each checked as the options of a task would be. Needs no master.

A document and a task read alike: an entry's keys are the options of the kind's module, and are checked by the same
specs. What is wrong is gathered, so that one run names all of it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..errors import BadOption, DeterminedError
from ..model.field import Field, Merge
from ..model.kind import Kind
from ..wording import counted
from .sections import SECTIONS, Form, Leaving, Section, meta_options, sections_in
from .values import MISSING, Additive, Path, resolve_secrets, secret_paths

VERSION = 1
MOST_PROBLEMS = 10
TOP = ("version", "stack", "cluster_id", "defaults", "adopt")
META = ("state", "from", "protect", "ignore")


@dataclass(eq=False)
class Entry:
    """What the document says of one object.

    :param address: its path in the document.
    :param name: its key there: the object's name, or the value that selects a singleton.
    :param holder: the entry of what holds it.
    :param values: {field: value}; a value can be Additive, and MISSING where it is a secret that was not given.
    :param state: present, archived or absent.
    :param came_from: the name or the address that it had before.
    :param secrets: the names of the secrets that were not given, by field.
    :param hidden: where a field's value names secrets, as secret_paths has it, by field.
    """

    section: Section
    address: str
    name: str = ""
    holder: Entry | None = None
    values: dict[str, Any] = field(default_factory=dict)
    state: str = "present"
    came_from: str | None = None
    protect: bool = False
    ignore: frozenset[str] = frozenset()
    secrets: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, dict[Path, str]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.section.kind

    @property
    def keys(self) -> dict[str, Any]:
        """The options that select a singleton."""
        return {self.section.select: self.name} if self.section.form is Form.EACH else {}


@dataclass(eq=False)
class Document:
    """``entries`` by address, holders first; ``sections``: the names of those that the document has at all, as
    addresses with a star for the names: users, workspaces/*/projects."""

    entries: dict[str, Entry] = field(default_factory=dict)
    sections: set[Section] = field(default_factory=set)
    stack: str | None = None
    cluster_id: str | None = None
    adopt: tuple[str, ...] = ()
    leaving: dict[str, Leaving] = field(default_factory=dict)

    def leaving_of(self, section: Section) -> Leaving:
        return self.leaving.get(section.kind.name, section.leaving)


def segment(name: str) -> str:
    """A name as a part of an address."""
    return name.replace("%", "%25").replace("/", "%2F")


def names_in(address: str) -> list[str]:
    """The parts of an address, names as they are."""
    return [part.replace("%2F", "/").replace("%25", "%") for part in address.split("/")]


def address_of(section: Section, name: str, holder: str) -> str:
    parts = [holder] if holder else []
    return "/".join([*parts, section.name, *([segment(name)] if name else [])])


def read_document(config: Any, secrets: Mapping[str, str], option: str = "config") -> Document:
    """The document of what YAML, or the option, holds. Raises BadOption that names each problem with its path."""
    reader = Reading(secrets)
    document = reader.read(config)
    if reader.problems:
        count = len(reader.problems)
        shown = " ".join(f"{one}" for one in reader.problems[:MOST_PROBLEMS])
        more = f" There are {count - MOST_PROBLEMS} more." if count > MOST_PROBLEMS else ""
        raise BadOption(option, None, f"the document has {counted(count, 'problem')}. {shown}{more}")
    return document


class Reading:
    """One reading of a document; ``problems`` are sentences that begin with a path."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.secrets = secrets
        self.problems: list[str] = []
        self.document = Document()

    def read(self, config: Any) -> Document:
        if not isinstance(config, Mapping):
            self.problem("", f"is {type_name(config)}, and must be a dict of sections.")
            return self.document
        known = sections_in("")
        self.check_keys("", config, [*TOP, *known])
        self.read_head(config)
        for name, section in known.items():
            if name in config:
                self.read_section(section, config[name], None)
        self.check_unique()
        return self.document

    def problem(self, path: str, text: str) -> None:
        self.problems.append(f"{path or 'The document'}: {text}" if path else f"The document {text}")

    def check_keys(self, path: str, values: Mapping[Any, Any], known: list[str]) -> None:
        for key in values:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                there = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(known))}."
                self.problem(path, f"has no {key!r}. {there}" if path else f"has no section {key!r}. {there}")

    def read_head(self, config: Mapping[str, Any]) -> None:
        document = self.document
        if config.get("version") != VERSION:
            self.problem("version", f"must be {VERSION}, and is {config.get('version')!r}.")
        for name in ("stack", "cluster_id"):
            if config.get(name) is not None:
                setattr(document, name, str(config[name]))
        adopt = config.get("adopt") or []
        if not isinstance(adopt, list) or not all(isinstance(one, str) for one in adopt):
            self.problem("adopt", "must be a list of addresses, or patterns of them.")
            adopt = []
        document.adopt = tuple(adopt)
        defaults = config.get("defaults") or {}
        self.check_keys("defaults", defaults, ["on_absent"])
        leaving = (defaults.get("on_absent") if isinstance(defaults, Mapping) else None) or {}
        names = sorted({one.kind.name for one in SECTIONS if one.form is Form.NAMED})
        self.check_keys("defaults/on_absent", leaving, names)
        for name, word in leaving.items():
            allowed = leaving_words(name)
            if word not in allowed:
                self.problem(f"defaults/on_absent/{name}", f"is {word!r}, and must be {' or '.join(allowed)}.")
            else:
                document.leaving[name] = Leaving(word)

    def read_section(self, section: Section, value: Any, holder: Entry | None) -> None:
        self.document.sections.add(section)
        path = address_of(section, "", holder.address if holder else "")
        if section.form is Form.SET:
            self.add(Entry(section, path, holder=holder), {section.set_field.name: value})
        elif section.form is Form.ONE:
            self.add_dict(section, path, "", value, holder)
        elif value is None or not isinstance(value, Mapping):
            if value is not None:
                self.problem(path, f"is {type_name(value)}, and must be a dict.")
        else:
            for name, values in value.items():
                if self.is_name(section, path, name):
                    address = address_of(section, str(name), holder.address if holder else "")
                    self.add_dict(section, address, str(name), values, holder)

    def is_name(self, section: Section, path: str, name: Any) -> bool:
        if not isinstance(name, str):
            self.problem(path, f"has the name {name!r}, which YAML reads as {type_name(name)}. Put it into quotes.")
        elif not name.strip():
            self.problem(path, "has an empty name.")
        elif section.form is Form.EACH and section.names is not None and name not in section.names:
            self.problem(path, f"has no {name!r}. There are: {', '.join(section.names)}.")
        else:
            return True
        return False

    def add_dict(self, section: Section, address: str, name: str, values: Any, holder: Entry | None) -> None:
        values = {} if values is None else values
        if not isinstance(values, Mapping):
            self.problem(address, f"is {type_name(values)}, and must be a dict.")
            return
        inner = section.inner
        fields = [one.name for one in section.fields]
        self.check_keys(address, values, [*fields, *meta_options(section), *inner])
        entry = Entry(section, address, name, holder)
        self.add(entry, {key: one for key, one in values.items() if key in fields or key in META})
        for key, below in inner.items():
            if key in values:
                self.read_section(below, values[key], entry)

    def add(self, entry: Entry, values: dict[str, Any]) -> None:
        """Check the values of an entry and keep it."""
        section = entry.section
        given: dict[str, Any] = {}
        additive: dict[str, str] = {}
        for key, value in values.items():
            found, missing = resolve_secrets(value, self.secrets)
            if missing:
                entry.secrets[key] = missing
            paths = secret_paths(value)
            if paths:
                entry.hidden[key] = paths
            one = next((one for one in section.fields if one.name == key), None)
            if one is not None and found is not MISSING:
                word = additive_word(one)
                if word and isinstance(found, Mapping) and set(found) == {word}:
                    additive[key], found = word, found[word]
                    entry.hidden[key] = {path[1:]: name for path, name in paths.items()}
            given[key] = found
        checked = self.checked(entry, {key: one for key, one in given.items() if one is not MISSING})
        for one in section.fields:
            if one.name in given:
                value = MISSING if given[one.name] is MISSING else checked.get(one.name)
                entry.values[one.name] = (
                    Additive(value or (() if additive[one.name] == "add" else {})) if one.name in additive else value
                )
        entry.state = checked.get("state") or "present"
        entry.came_from = checked.get("from")
        entry.protect = bool(checked.get("protect"))
        entry.ignore = frozenset(checked.get("ignore") or ())
        for name in sorted(entry.ignore.difference(one.name for one in section.fields)):
            self.problem(entry.address, f"ignores {name!r}, which is no property of a {section.kind.name}.")
        self.document.entries[entry.address] = entry

    def checked(self, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the options of a task would have them."""
        result = validator_of(entry.section).validate(values)
        for error in result.errors:
            # Ansible's sentence about what it does not know begins with the name alone.
            unknown = "has no " if isinstance(error, UnsupportedError) else ""
            self.problem(entry.address, unknown + sentence(error.msg))
        if result.error_messages:
            return {}
        checked = {key: result.validated_parameters.get(key) for key in values}
        for one in entry.section.fields:
            if checked.get(one.name) is None:
                continue
            try:
                checked[one.name] = sorted_as_said(one, checked[one.name])
            except DeterminedError as error:
                self.problem(entry.address, error.result()["msg"])
        return checked

    def check_unique(self) -> None:
        """Refuse two entries of a name that is unique in the cluster."""
        seen: dict[tuple[str, str], str] = {}
        for entry in self.document.entries.values():
            kind = entry.kind
            if entry.section.form is Form.NAMED and (kind.scope is None or not kind.scope.unique):
                first = seen.setdefault((kind.name, entry.name), entry.address)
                if first != entry.address:
                    self.problem(entry.address, f"the name is taken by {first}: it is unique in the cluster.")


def leaving_words(kind: str) -> list[str]:
    """What ``on_absent`` can say of a kind."""
    section = next(one for one in SECTIONS if one.kind.name == kind)
    if section.leaving is Leaving.OFF:
        return [Leaving.OFF.value]
    return [*([Leaving.ARCHIVE.value] if section.archives else []), Leaving.DELETE.value]


def additive_word(one: Field) -> str:
    """The key that makes the value one that is only added to what is there."""
    return {Merge.SET: "add", Merge.MAP: "merge"}.get(one.merge, "")


def sorted_as_said(one: Field, value: Any) -> Any:
    """The value in the words of a row, with null and empty as what they stand for."""
    return value if one.secret or one.empty(value) else one.normal(value)


@lru_cache(maxsize=None)
def validator_of(section: Section) -> ArgumentSpecValidator:
    """What checks the values of an entry; the parts of a field that say ``no_log`` stay secrets all the same."""
    fields = {one.name: dict(one.option) for one in section.fields}
    return ArgumentSpecValidator({**fields, **meta_options(section)})


def type_name(value: Any) -> str:
    names = {type(None): "empty", bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a dict" if isinstance(value, Mapping) else type(value).__name__)


def sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
