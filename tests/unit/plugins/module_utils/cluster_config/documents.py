# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up documents, and what becomes of them: each step of a life in which objects come, change, move and go."""

from __future__ import annotations

import copy
import random
from typing import Any

USERS = ["ana", "bob", "cleo", "dora", "emil"]
GROUPS = ["g1", "g2", "g3"]
STATES = ["ERROR", "COMPLETED", "CANCELED"]


def first_document(seed: random.Random, roles: bool = False) -> dict[str, Any]:
    """``roles``: with assignments, which count only on a master that uses roles."""
    document: dict[str, Any] = {"version": 1, "stack": "life", "users": {}, "groups": {}, "workspaces": {}}
    if roles:
        document["roles"] = {"add": []}
    for _number in range(6):
        change(document, seed)
    return document


def next_document(document: dict[str, Any], seed: random.Random) -> dict[str, Any]:
    """The document after some changes; what a rename has come from is said in it for the one step."""
    fresh = forget_origins(copy.deepcopy(document))
    for _number in range(seed.randint(1, 4)):
        change(fresh, seed)
    return fresh


def forget_origins(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: forget_origins(one) for key, one in value.items() if key != "from"}
    return [forget_origins(one) for one in value] if isinstance(value, list) else value


def change(document: dict[str, Any], seed: random.Random) -> None:
    acts = [
        add_user, edit_user, drop_user, edit_group, drop_group, add_workspace, add_workspace, rename_workspace,
        edit_workspace, drop_workspace, move_project, swap_projects, edit_message, *[edit_child] * 6, *[drop_child] * 2,
    ]  # fmt: skip
    seed.choice(acts if "roles" not in document else [*acts, edit_roles, edit_roles, edit_roles])(document, seed)


def edit_roles(document: Any, seed: random.Random) -> None:
    """Give and take roles in a workspace, or in the whole cluster."""
    who = [{"user": name} for name in sorted(document["users"])] + [
        {"group": name} for name in sorted(document["groups"])
    ]
    given = [{**one, "role": seed.choice(["Viewer", "Editor"])} for one in seed.sample(who, seed.randint(0, len(who)))]
    place = some_workspace(document, seed) if seed.random() < 0.8 else None
    if place is not None:
        place["roles"] = given if seed.random() < 0.7 else {"add": given}
    else:
        document["roles"] = {"add": given}


def drop_holder(document: Any, kind: str, name: str) -> None:
    """Take away the roles of a user or a group that leaves the document."""
    for place in [document, *document["workspaces"].values()]:
        value = place.get("roles") or []
        given = value["add"] if isinstance(value, dict) else value
        given[:] = [one for one in given if one.get(kind) != name]


def fresh_name(seed: random.Random, prefix: str) -> str:
    return f"{prefix}{seed.randrange(10**6)}"


def add_user(document: Any, seed: random.Random) -> None:
    document["users"].setdefault(seed.choice(USERS), {})


def edit_user(document: Any, seed: random.Random) -> None:
    for name in seed.sample(sorted(document["users"]), min(1, len(document["users"]))):
        document["users"][name] = seed.choice(
            [{"display_name": f"{name} {seed.randrange(9)}"}, {"active": seed.random() < 0.7}, {}]
        )


def drop_user(document: Any, seed: random.Random) -> None:
    if len(document["users"]) > 2:
        name = seed.choice(sorted(document["users"]))
        del document["users"][name]
        drop_holder(document, "user", name)
        for group in document["groups"].values():
            members = group.get("members")
            inner = members["add"] if isinstance(members, dict) else members
            if inner and name in inner:
                inner.remove(name)


def edit_group(document: Any, seed: random.Random) -> None:
    members = seed.sample(sorted(document["users"]), seed.randint(0, len(document["users"])))
    value: Any = {"add": members} if seed.random() < 0.3 else members
    document["groups"][seed.choice(GROUPS)] = {"members": value} if seed.random() < 0.8 else {}


def drop_group(document: Any, seed: random.Random) -> None:
    name = drop_one(document["groups"], seed)
    if name is not None:
        drop_holder(document, "group", name)


def drop_one(entries: dict[str, Any], seed: random.Random) -> str | None:
    if not entries:
        return None
    name = seed.choice(sorted(entries))
    del entries[name]
    return name


def add_workspace(document: Any, seed: random.Random) -> None:
    document["workspaces"][fresh_name(seed, "w")] = {}


def some_workspace(document: Any, seed: random.Random) -> dict[str, Any] | None:
    names = sorted(name for name, one in document["workspaces"].items() if one.get("state") != "archived")
    return document["workspaces"][seed.choice(names)] if names else None


def rename_workspace(document: Any, seed: random.Random) -> None:
    names = sorted(
        name for name, one in document["workspaces"].items() if "from" not in one and one.get("state") != "archived"
    )
    if names:
        old, new = seed.choice(names), fresh_name(seed, "w")
        document["workspaces"][new] = {**document["workspaces"].pop(old), "from": old}


def edit_workspace(document: Any, seed: random.Random) -> None:
    workspace = some_workspace(document, seed)
    if workspace is not None:
        workspace.pop("agent_user_group", None)
        if seed.random() < 0.5:
            workspace["agent_user_group"] = {"uid": seed.randrange(9), "user": "u"}


def drop_workspace(document: Any, seed: random.Random) -> None:
    if len(document["workspaces"]) > 2:
        drop_one(document["workspaces"], seed)


def move_project(document: Any, seed: random.Random) -> None:
    """One project goes to another workspace, with the address that it comes from."""
    live = {name: one for name, one in document["workspaces"].items() if one.get("state") != "archived"}
    source = [name for name, one in live.items() if one.get("projects") and "from" not in one]
    if not source or len(live) < 2:
        return
    old = seed.choice(sorted(source))
    new = seed.choice(sorted(set(live) - {old}))
    name = seed.choice(sorted(live[old]["projects"]))
    if name in live[new].get("projects", {}) or "from" in live[old]["projects"][name]:
        return
    moved = live[old]["projects"].pop(name)
    live[new].setdefault("projects", {})[name] = {**moved, "from": f"workspaces/{old}/projects/{name}"}


def swap_projects(document: Any, seed: random.Random) -> None:
    """Two projects of one workspace take each other's names."""
    workspace = some_workspace(document, seed)
    projects = (workspace or {}).get("projects") or {}
    names = sorted(name for name, one in projects.items() if "from" not in one)
    if len(names) > 1:
        one, other = seed.sample(names, 2)
        projects[one], projects[other] = {**projects[other], "from": other}, {**projects[one], "from": one}


def edit_message(document: Any, seed: random.Random) -> None:
    document["message"] = {"text": f"message {seed.randrange(5)}"}


def edit_child(document: Any, seed: random.Random) -> None:
    workspace = some_workspace(document, seed)
    if workspace is None:
        return
    section = seed.choice(["projects", "templates", "webhooks", "policies", "models"])
    entries = workspace.setdefault(section, {})
    names = sorted(entries)
    name = seed.choice(names) if names and seed.random() < 0.6 else fresh_name(seed, section[0])
    if section == "policies":
        name = seed.choice(["EXPERIMENT", "NTSC"])
    before = {"from": entries[name]["from"]} if "from" in entries.get(name, {}) else {}
    entries[name] = {**before, **CHILDREN[section](seed)}


def drop_child(document: Any, seed: random.Random) -> None:
    workspace = some_workspace(document, seed)
    if workspace is not None:
        drop_one(workspace.get(seed.choice(["projects", "templates", "webhooks", "policies", "models"]), {}), seed)


def some(seed: random.Random, **choices: Any) -> dict[str, Any]:
    """Some of these keys."""
    return {key: value for key, value in choices.items() if seed.random() < 0.7}


CHILDREN = {
    "projects": lambda seed: some(
        seed,
        description=f"d{seed.randrange(4)}",
        notes=[{"name": "n", "contents": f"c{seed.randrange(3)}"}],
        state=seed.choice(["present", "present", "archived"]),
    ),
    "templates": lambda seed: {"config": {"resources": {"slots_per_trial": seed.randrange(1, 5)}}},
    "webhooks": lambda seed: {
        "url": f"https://receiver.invalid/{seed.randrange(3)}",
        "triggers": [{"experiment_state": one} for one in seed.sample(STATES, seed.randint(1, 2))],
    },
    "policies": lambda seed: {"constraints": {"resources": {"max_slots": seed.randrange(1, 5)}}},
    "models": lambda seed: some(
        seed,
        description=f"d{seed.randrange(4)}",
        labels=seed.choice([[], ["a"], ["a", "b"], {"add": ["c"]}]),
        metadata=seed.choice([{}, {"a": 1}, {"merge": {"b": 2}}]),
        state=seed.choice(["present", "present", "archived"]),
    ),
}
