# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gains and who loses which permission where, by a plan: as rows, and in sentences that fold many users."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from typing import Any, Dict, FrozenSet, Tuple

from ..model.row import Row
from ..wording import some_of
from .grants import ADMINISTRATE, LOG_IN, Grants, Ident, Way

Permissions = Dict[str, FrozenSet[str]]
Names = Dict[Any, str]
Level = Tuple[str, FrozenSet[str]]
# What the built-in roles add to each other, in words: each has what those before it have.
ROLE_LEVELS = (
    ("Viewer", "read access"),
    ("Editor", "write access"),
    ("WorkspaceAdmin", "workspace administration"),
    ("ClusterAdmin", "cluster administration"),
)
ACCOUNT_LEVELS: tuple[Level, ...] = (
    ("ordinary access", frozenset({LOG_IN})),
    ("administration", frozenset({ADMINISTRATE})),
)
# More permissions than these are not named one by one.
MOST_NAMED = 3


def compare_grants(before: Grants, after: Grants, permissions: Permissions, names: Names) -> list[Row]:
    """Rows by the place; users who gain and lose the same are one row.

    users, scope (the workspace; None for the whole cluster), gained and lost (permissions), through (the roles that
    bring or brought it, each with the group by whose membership), and gains and loses, which say it in words. What
    somebody may do in the whole cluster counts in each workspace, so that a workspace has only what differs there
    besides. ``names``: {(kind, ident): name}.
    """
    found: dict[tuple[Any, ...], list[str]] = {}
    changes = compare_ways(before, after, permissions) if after.enabled else compare_accounts(before, after)
    for user, place, change in changes:
        key = (place, change)
        found.setdefault(key, []).append(names.get(("user", user), str(user)))
    levels = levels_of(permissions) if after.enabled else ACCOUNT_LEVELS
    rows = [row_of(place, change, sorted(users), names, levels) for (place, change), users in found.items()]
    return sorted(rows, key=lambda row: (row["scope"] or "", row["lost"], row["gained"], row["users"]))


@dataclass(frozen=True)
class Change:
    """What one user gains and loses in one place.

    :param kept: what the user may do there before as well as after.
    :param through: the roles that brought what is lost, and those that bring what is gained.
    :param ends: nothing is left of what the user could do there.
    """

    gained: frozenset[str]
    lost: frozenset[str]
    kept: frozenset[str]
    through: frozenset[Way] = frozenset()
    ends: bool = False

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def compare_accounts(before: Grants, after: Grants) -> Iterable[tuple[Ident, None, Change]]:
    for user in {**before.users, **after.users}:
        had, has = before.rights_without_roles(user), after.rights_without_roles(user)
        if had != has:
            yield user, None, Change(has - had, had - has, had & has, ends=not has)


def compare_ways(
    before: Grants, after: Grants, permissions: Permissions
) -> Iterable[tuple[Ident, Ident | None, Change]]:
    had, has = before.ways(), after.ways()
    for user in {**had, **has}:
        old, new = had.get(user, {}), has.get(user, {})
        if old == new:
            continue
        everywhere = compare_place(old.get(None, set()), new.get(None, set()), permissions)
        if everywhere:
            yield user, None, replace(everywhere, ends=not new)
        told = everywhere.gained | everywhere.lost
        for place in {**old, **new}:
            if place is not None:
                mine, then = (ways.get(place, set()) | ways.get(None, set()) for ways in (old, new))
                change = compare_place(mine, then, permissions, told)
                if change:
                    yield user, place, change


def compare_place(old: Set[Way], new: Set[Way], permissions: Permissions, told: frozenset[str] = frozenset()) -> Change:
    """``told``: permissions that come or go in the whole cluster, and are no news of one place."""
    had, has = rights(old, permissions), rights(new, permissions)
    gained, lost = has - had - told, had - has - told
    through = {way for way in old if lost & permissions.get(way.role, frozenset())}
    through |= {way for way in new if gained & permissions.get(way.role, frozenset())}
    return Change(gained, lost, had & has, frozenset(through), not has)


def rights(ways: Iterable[Way], permissions: Permissions) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    return found.union(*(permissions.get(way.role, frozenset()) for way in ways))


# As rows


def row_of(place: Ident | None, change: Change, users: list[str], names: Names, levels: Iterable[Level]) -> Row:
    scope = None if place is None else names.get(("workspace", place), str(place))
    through = [
        {"role": way.role, "group": None if way.group is None else names.get(("group", way.group), str(way.group))}
        for way in change.through
    ]
    return {
        "users": users,
        "scope": scope,
        "gained": sorted(change.gained),
        "lost": sorted(change.lost),
        "through": sorted(through, key=lambda one: (one["role"], one["group"] or "")),
        "gains": describe(change.gained, change.kept | change.lost, levels),
        "loses": "all access" if change.ends else describe(change.lost, change.kept | change.gained, levels),
    }


def levels_of(permissions: Permissions) -> list[Level]:
    """(words, permissions) of what each built-in role has beyond the one before."""
    levels: list[Level] = []
    known: frozenset[str] = frozenset()
    for role, words in ROLE_LEVELS:
        mine = permissions.get(role, frozenset())
        levels.append((words, mine - known))
        known |= mine
    return levels


def describe(some: Set[str], others: Set[str], levels: Iterable[Level]) -> str:
    """Permissions in words: a level where they are most of it and the user has no other of it, else their names."""
    words, left = [], set(some)
    for level, permissions in levels:
        mine = some & permissions
        if mine and not others & permissions and 2 * len(mine) >= len(permissions):
            words.append(level)
            left -= mine
    if words[:2] == ["read access", "write access"]:
        words[:2] = ["read and write access"]
    return join([*words, *([some_of(sorted(left), MOST_NAMED)] if left else [])])


def join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# As sentences


def sentences(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """(sign, sentence) of rows, losses first: users who gain or lose the same in several places are one sentence."""
    folded: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for row in rows:
        for sign, verb in (("-", "loses"), ("+", "gains")):
            if row[verb]:
                place = "the whole cluster" if row["scope"] is None else row["scope"]
                folded.setdefault((sign, row[verb], tuple(row["users"])), []).append(place)
    found = [(sign, sentence(sign, what, list(users), places)) for (sign, what, users), places in folded.items()]
    return sorted(found, key=lambda one: one[0] == "+")


def sentence(sign: str, what: str, users: list[str], places: list[str]) -> str:
    verb = "gain" if sign == "+" else "lose"
    where = f"{'to' if what.endswith('access') else 'in'} {some_of(places)}"
    if len(users) == 1:
        return f"{users[0]} {verb}s {what} {where}."
    return f"{len(users)} users {verb} {what} {where}: {some_of(users)}."
