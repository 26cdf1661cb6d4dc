# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up documents, and what becomes of them: each step of a life in which objects come, change, move and go."""

from __future__ import annotations

import copy
import random
from typing import Any

USERS = ["ana", "bob", "cleo", "dora", "emil"]
STATES = ["ERROR", "COMPLETED", "CANCELED"]
POOLS = ["", "default"]


def first_document(seed: random.Random) -> dict[str, Any]:
    document: dict[str, Any] = {"version": 1, "stack": "life", "users": {}, "groups": {}, "workspaces": {}}
    for _ in range(6):
        change(document, seed)
    return document


def next_document(document: dict[str, Any], seed: random.Random) -> dict[str, Any]:
    """The document after some changes; what a rename has come from is said in it for the one step."""
    fresh = forget_origins(copy.deepcopy(document))
    for _ in range(seed.randint(1, 4)):
        change(fresh, seed)
    return fresh


def forget_origins(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: forget_origins(one) for key, one in value.items() if key != "from"}
    return value


def change(document: dict[str, Any], seed: random.Random) -> None:
    act = seed.choice(
        [add_user, edit_user, drop_user, edit_group, drop_group, add_workspace, add_workspace, rename_workspace,
         edit_workspace, drop_workspace, move_project, swap_projects, edit_message, *[edit_child] * 6,
         *[drop_child] * 2]
    )  # fmt: skip
    act(document, seed)


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
        for group in document["groups"].values():
            members = group.get("members")
            inner = members["add"] if isinstance(members, dict) else members
            if inner and name in inner:
                inner.remove(name)


def edit_group(document: Any, seed: random.Random) -> None:
    members = seed.sample(sorted(document["users"]), seed.randint(0, len(document["users"])))
    value: Any = {"add": members} if seed.random() < 0.3 else members
    document["groups"][seed.choice(["g1", "g2", "g3"])] = {"members": value} if seed.random() < 0.8 else {}


def drop_group(document: Any, seed: random.Random) -> None:
    drop_one(document["groups"], seed)


def drop_one(entries: dict[str, Any], seed: random.Random) -> None:
    if entries:
        del entries[seed.choice(sorted(entries))]


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
