# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which kinds stand where in the document, and in which order they are brought about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from ..kinds.cluster_message import CLUSTER_MESSAGE
from ..kinds.config_policy import CONFIG_POLICY
from ..kinds.group import GROUP
from ..kinds.model import MODEL
from ..kinds.project import PROJECT
from ..kinds.role_assignment import ROLE_ASSIGNMENT
from ..kinds.template import TEMPLATE
from ..kinds.user import USER
from ..kinds.webhook import WEBHOOK
from ..kinds.workspace import WORKSPACE
from ..kinds.workspace_namespace import WORKSPACE_NAMESPACE
from ..kinds.workspace_pools import WORKSPACE_POOLS
from ..model.field import Field
from ..model.kind import Collection, Kind, Reader, Relation


class Form(Enum):
    """How a section is written."""

    NAMED = "a dict of the objects by their names"
    EACH = "a dict of the singletons by the value of the one option that selects them"
    ONE = "the fields of the one object"
    SET = "the set that is the one field of the object"


class Leaving(Enum):
    """What prune does to an object that left the document."""

    ARCHIVE = "archive"
    OFF = "off"
    DELETE = "delete"


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the document that describes objects of one kind.

    :param name: its key in the document, or inside of a workspace.
    :param rank: the order of what is sent; ranks are undone in reverse. ``later``: {field: rank} of fields that need
        what is made in between, on objects that are there already.
    :param inside: the name of the section whose objects hold those of this one; empty: the document itself does.
    :param built_in_holder: objects that the document holds are those of the built-in workspace.
    :param leaving: what prune does; None: see Leaving, by the document.
    :param batch: steps of several objects that go to one path are sent as one request.
    :param needs_rbac: on a master without RBAC it affects nothing.
    """

    name: str
    kind: Kind
    rank: int
    form: Form = Form.NAMED
    inside: str = ""
    later: dict[str, int] = field(default_factory=dict)
    built_in_holder: bool = False
    leaving: Leaving = Leaving.DELETE
    batch: bool = False
    needs_rbac: bool = False

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What the document can say of an object; its name is the key in the document."""
        return tuple(one for one in self.kind.fields if one.name != self.kind.key and one.name not in NOT_CONFIG)

    @property
    def inner(self) -> dict[str, Section]:
        """{name: section} of those inside of its objects."""
        return sections_in(self.name) if self.form is Form.NAMED and not self.inside else {}

    @property
    def set_field(self) -> Field:
        """The one field of a section of the form SET."""
        return self.kind.fields[0]

    @property
    def select(self) -> str:
        """The option that selects a singleton, for the form EACH."""
        return next(iter(self.kind.selects))

    @property
    def names(self) -> list[str] | None:
        """The keys that it can have, for the form EACH; None where only the master knows them."""
        return self.kind.selects[self.select].get("choices")

    def all_keys(self, reader: Reader) -> list[dict[str, str]]:
        """The options that select each of its singletons."""
        if self.form is not Form.EACH:
            return [{}]
        source = self.kind.source
        asked = source.names(reader) if isinstance(source, Relation) and source.names is not None else []
        return [{self.select: name} for name in (asked if self.names is None else self.names)]

    @property
    def archives(self) -> bool:
        return self.kind.verb("archived") is not None

    @property
    def is_listed(self) -> bool:
        return isinstance(self.kind.source, Collection)


# What is the calling account's own view and not the cluster's.
NOT_CONFIG = ("pinned",)
WORKSPACES = "workspaces"
DEFAULT_POOLS = {"default_compute_pool": 4, "default_aux_pool": 4}

SECTIONS = (
    Section("users", USER, 0, leaving=Leaving.OFF),
    Section("groups", GROUP, 1),
    Section(WORKSPACES, WORKSPACE, 2, later=DEFAULT_POOLS, leaving=Leaving.ARCHIVE),
    Section("pools", WORKSPACE_POOLS, 3, Form.SET, inside=WORKSPACES),
    Section("namespaces", WORKSPACE_NAMESPACE, 3, Form.EACH, inside=WORKSPACES),
    Section("projects", PROJECT, 5, inside=WORKSPACES, leaving=Leaving.ARCHIVE),
    Section("roles", ROLE_ASSIGNMENT, 6, Form.SET, batch=True, needs_rbac=True),
    Section("roles", ROLE_ASSIGNMENT, 6, Form.SET, inside=WORKSPACES, batch=True, needs_rbac=True),
    Section("templates", TEMPLATE, 7, built_in_holder=True),
    Section("templates", TEMPLATE, 7, inside=WORKSPACES),
    Section("policies", CONFIG_POLICY, 7, Form.EACH),
    Section("policies", CONFIG_POLICY, 7, Form.EACH, inside=WORKSPACES),
    Section("webhooks", WEBHOOK, 7),
    Section("webhooks", WEBHOOK, 7, inside=WORKSPACES),
    Section("models", MODEL, 7, inside=WORKSPACES),
    Section("message", CLUSTER_MESSAGE, 9, Form.ONE),
)


@lru_cache(maxsize=None)
def sections_in(holder: str) -> dict[str, Section]:
    """{name: section} of those inside of a section; of the document itself for an empty name."""
    return {one.name: one for one in SECTIONS if one.inside == holder}


def states_of(section: Section) -> list[str]:
    """What an entry's ``state`` can be."""
    kind = section.kind
    deletes = bool(kind.delete or kind.bulk_delete)
    return ["present", *(["archived"] if section.archives else []), *(["absent"] if deletes else [])]


@lru_cache(maxsize=None)
def meta_options(section: Section) -> dict[str, dict[str, Any]]:
    """What an entry can say besides its fields, as an argument spec."""
    options: dict[str, dict[str, Any]] = {
        "state": {"type": "str", "choices": states_of(section), "default": "present"},
        "protect": {"type": "bool"},
        "ignore": {"type": "list", "elements": "str"},
    }
    if section.form is Form.NAMED and any(one.name == section.kind.key for one in section.kind.fields):
        options["from"] = {"type": "str"}
    return options
