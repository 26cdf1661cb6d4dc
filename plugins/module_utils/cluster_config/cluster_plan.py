# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan holds, and what the options say of how it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ..errors import BadOption
from ..model.row import Row
from .act import Op, PlannedAct
from .matching import Matches
from .sections import sections_in


@dataclass(frozen=True)
class Choices:
    """What the options say of planning.

    :param adopt: never, named or all. ``named``: patterns of addresses that may be adopted.
    :param prune: none or owned.
    :param manage: names of the top sections that are managed; None: those of the document and of the ledger.
    :param only: patterns of addresses; none: all.
    :param conflict: overwrite, keep or fail.
    """

    adopt: str = "named"
    named: tuple[str, ...] = ()
    prune: str = "none"
    manage: frozenset[str] | None = None
    only: tuple[str, ...] = ()
    conflict: str = "overwrite"

    def covers(self, address: str) -> bool:
        """Whether the options leave an address in."""
        if self.manage is not None and address.split("/")[0] not in self.manage:
            return False
        return not self.only or any(fnmatchcase(address, pattern) for pattern in self.only)

    @property
    def is_partial(self) -> bool:
        return self.manage is not None or bool(self.only)


def read_choices(params: Mapping[str, Any]) -> Choices:
    """What the options say. Raises BadOption for a section that there is not."""
    manage, known = params["manage"], sections_in("")
    for name in manage or ():
        if name not in known:
            raise BadOption("manage", name, "is no section.", f"There are: {', '.join(known)}.")
    return Choices(
        adopt=params["adopt"],
        named=tuple(params["adopt_addresses"]),
        prune=params["prune"],
        manage=frozenset(manage) if manage is not None else None,
        only=tuple(params["only"] or ()),
        conflict=params["on_conflict"],
    )


@dataclass
class ClusterPlan:
    """``acts`` in the order of the document, then what left it; ``matches``: what was found for which entry.

    ``access``: who gains and loses which permission where, see access_diff. ``unfinished``: an earlier run was about to
    make something when it ended, so that the ledger has marks of it, or it has lost entries, and what is left is to be
    taken for the whole. ``lines``: what stands for the acts in a digest, once it was asked for."""

    acts: list[PlannedAct] = field(default_factory=list)
    matches: Matches | None = None
    access: list[Row] = field(default_factory=list)
    unfinished: bool = False
    lines: list[list[str]] = field(default_factory=list)

    def of(self, *ops: Op) -> list[PlannedAct]:
        return [act for act in self.acts if act.op in ops]

    @property
    def blocked(self) -> list[PlannedAct]:
        return [act for act in self.acts if act.blocked]

    @property
    def due(self) -> list[PlannedAct]:
        """The acts that send something."""
        return [act for act in self.acts if act.steps]

    @property
    def adopts(self) -> bool:
        return any(act.adopts and not act.blocked for act in self.acts)

    @property
    def changes_ledger(self) -> bool:
        """Whether an apply has something to remember or to forget, even where nothing is sent."""
        return (
            self.adopts
            or self.unfinished
            or any((act.op is Op.FORGET and act.key is not None) or act.is_news for act in self.acts)
        )

    @property
    def taken(self) -> int:
        return sum(act.taken for act in self.acts)
