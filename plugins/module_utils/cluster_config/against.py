# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan without a master: the emulator of this collection, started in this process, is brought to what an export
says, and the document is planned against that. No address, no credentials and no secrets are needed.

What is written goes to the emulator that was started here, and nowhere else."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..connection import auth
from ..connection.client import Client
from ..engine.call import Call
from ..errors import BadOption, DeterminedError
from ..kinds.role_assignment import ROLE_ASSIGNMENT
from ..kinds.user import USER
from ..model.kind import Kind
from ..model.row import Row
from .document import Document, read_document
from .secret_places import replace_secrets
from .values import is_secret
from .world import World

AGAINST = "against"
# In a clone the emulator that belongs to it, elsewhere the one that is installed.
EMULATORS = ("ansible_collections.determined_ai.determined.emulator.testing", "determined_emulator.testing")
# The one value of all secrets, so that none of them differs: an address, as webhooks need one.
STAND_IN = "https://secret.invalid"
SHOWN_STAND_IN = re.compile(re.escape(STAND_IN) + r"(?:/\*+ \(\w+\))?")
HIDDEN = "(secret)"
PASSWORD = "Testing1!"
ACCOUNT = "planning"
# Where a stack has no name; nobody sees it.
STACK = "export"
POOLS = ("default_compute_pool", "default_aux_pool")
UNBOUND = {
    "mode": "apply", "adopt": "all", "prune": "none", "manage": None, "only": None, "on_conflict": "overwrite",
    "max_changes": None, "max_deletions": 10**9, "confirm": None, "plan_file": None, "allow_lockout": True,
    "journal": None, "secrets": {},
}  # fmt: skip
# What an option of a plan against a master is for, and a plan against an export has not.
REFUSED = ("plan_file", "confirm")


def plan_against(call: Call, run: Any) -> dict[str, Any]:
    """The plan of the document against an export. ``run``: the class that performs a run, see work.py.

    All that the export has counts as set by the stack of the document. Ids, and the digest that stands for them, are
    not in the result. Raises BadOption, and DeterminedError that names what of the export could not be rebuilt.
    """
    params = call.params
    check_options(params)
    config, option = params["config"], "src" if params["src"] is not None else "config"
    export = read_part(params[AGAINST], AGAINST)
    document = read_part(config, option)
    document.stack = params["stack"] or document.stack or STACK
    account = unlike(ACCOUNT, {entry.name for one in (export, document) for entry in one.entries.values()})
    with emulated(export, document, account) as client:
        for note in leave_out(World(client), export, document):
            call.warn(note)
        rebuild(call, run, client, export, document, account)
        client.begin(read_only=True)
        inner = Call({**params, "secrets": {}, "stack": document.stack}, call.given, True, lambda _given, _only: client)
        found: dict[str, Any] = run(inner, document, world_without(account)).perform()
    for note in inner.notes:
        call.warn(note)
    return hide_stand_ins(hide_ids(found))


def check_options(params: Mapping[str, Any]) -> None:
    if params["mode"] != "plan":
        raise BadOption(AGAINST, None, f"goes with mode=plan, and mode is {params['mode']}.")
    for name in REFUSED:
        if params[name] is not None:
            problem = "goes with a plan that is made against a master, as only that can be applied."
            raise BadOption(name, None, problem, "Leave it out, or leave against out.")


def read_part(config: Any, option: str) -> Document:
    """The document, or the export, with stand-ins for all secrets. Raises BadOption."""
    if not isinstance(config, Mapping):
        raise BadOption(option, None, "gives no document.", "Give one, as a file, a folder or a dict.")
    found = read_document(with_stand_ins(config), {}, option)
    # It is for another master than the emulator.
    found.cluster_id = None
    return found


def with_stand_ins(config: Mapping[str, Any]) -> Row:
    """The document with the same value in all places of secrets, written there or named."""
    return replace_secrets(config, is_secret, lambda _value, _path: STAND_IN)


def is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def unlike(name: str, taken: set[str]) -> str:
    """The name, made longer until nothing has it."""
    while name in taken:
        name += "-"
    return name


@contextmanager
def emulated(export: Document, document: Document, account: str) -> Iterator[Client]:
    """A client of an emulator that has the pools, and the kind of access control, that the two speak of. It is logged
    in as an administrator of that name."""
    entries = [*export.entries.values(), *document.entries.values()]
    pools = [str(entry.values[name]) for entry in entries for name in POOLS if entry.values.get(name)]
    pools += [str(one) for entry in entries if entry.section.name == "pools" for one in listed(entry.values)]
    rbac = any(entry.section.needs_rbac for entry in entries)
    with load_emulator().running(rbac=rbac, password=PASSWORD, pools=tuple(pools)) as control:
        first = Client(control.url, auth.Credentials(user="admin", password=PASSWORD), direct=True)
        user = {"username": account, "active": True, "admin": True}
        made = first.request("POST", "/api/v1/users", body={"user": user, "password": PASSWORD})["user"]
        if rbac:
            given = {"userId": made["id"], "roleAssignment": {"role": {"roleId": 1}}}
            first.request("POST", "/api/v1/roles/add-assignments", body={"userRoleAssignments": [given]})
        client = Client(control.url, auth.Credentials(user=account, password=PASSWORD), direct=True)
        try:
            yield client
        finally:
            first.close()
            client.close()


def leave_out(world: World, *documents: Document) -> list[str]:
    """Take away what the emulator does not have, such as namespaces of Kubernetes; sentences on it."""
    sections = {entry.section for one in documents for entry in one.entries.values()}
    missing = [one for one in sections if not world.is_supported(one)]
    for document in documents:
        document.sections -= set(missing)
        document.entries = {key: one for key, one in document.entries.items() if one.section not in missing}
    text = "{} are left out: the emulator does not have them. A plan of the master has them."
    return sorted(text.format(one.kind.plural.replace("_", " ").capitalize()) for one in missing)


def listed(values: Mapping[str, Any]) -> Iterator[Any]:
    """The elements of all sets among the values."""
    for value in values.values():
        found = getattr(value, "value", value)
        yield from found if is_list(found) else ()


def load_emulator() -> Any:
    """The module that starts the emulator. Raises DeterminedError where it, or a library of it, is missing."""
    needed = "the package determined-emulator"
    for name in EMULATORS:
        try:
            return importlib.import_module(name)
        except ImportError as error:
            missing = str(error.name)
            if not name.startswith(missing):
                needed = f"the Python library {missing.partition('.')[0]}, which the emulator is written with"
    raise DeterminedError(
        f"against needs {needed}. {sys.executable} does not have it.",
        "Install the emulator there, in a clone of the collection's repository: pip install ./emulator",
        code="missing_library",
    )


def rebuild(call: Call, run: Any, client: Client, export: Document, document: Document, account: str) -> None:
    """Bring the emulator to what the export says, as the stack of the document. Raises DeterminedError."""
    params = {**call.params, **UNBOUND, "stack": document.stack}
    inner = Call(params, frozenset(), False, lambda _given, _only: client)
    try:
        run(inner, export, world_without(account)).perform()
    except DeterminedError as error:
        facts = {"failed": error.facts.get("failed"), "skipped": error.facts.get("skipped")}
        raise DeterminedError(
            f"The cluster of the export could not be rebuilt. {error.result()['msg'].removesuffix(str(error.hint))}",
            "See failed and skipped of failure for what is missing.",
            code="not_rebuilt",
            **facts,
        ) from error


def world_without(account: str) -> type[World]:
    """A world that does not show the account of the planning, which the cluster of the export does not have."""

    class Without(World):
        def rows(self, kind: Kind) -> list[Row]:
            found = super().rows(kind)
            return [row for row in found if row[kind.key] != account] if kind is USER else found

        def relations(self, kind: Kind) -> Mapping[int | None, Row]:
            found = super().relations(kind)
            if kind is not ROLE_ASSIGNMENT:
                return found
            name = kind.fields[0].name
            return {
                place: {**row, name: [one for one in row[name] if one.get("user") != account]}
                for place, row in found.items()
            }

    return Without


def hide_ids(found: dict[str, Any]) -> dict[str, Any]:
    """The result with a word in the place of ids, which are the emulator's."""
    for act in found["plan"]:
        act["requests"] = [hide_id(one) for one in act["requests"]]
    found["requests"] = [hide_id(one) for one in found["requests"]]
    del found["plan_digest"]
    return found


def hide_stand_ins(value: Any) -> Any:
    """The result with a word in the place of secrets; one that is shown as an address has a fingerprint behind it."""
    if isinstance(value, Mapping):
        return {key: hide_stand_ins(one) for key, one in value.items()}
    if is_list(value):
        return [hide_stand_ins(one) for one in value]
    return SHOWN_STAND_IN.sub(HIDDEN, value) if isinstance(value, str) else value


def hide_id(request: str) -> str:
    return re.sub(r"(?<=/)\d+(?=/|$)", "{id}", request)
