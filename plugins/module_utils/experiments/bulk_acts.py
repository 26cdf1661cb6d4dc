# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many experiments as the engine of bulk acts takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..engine.bulk import Objects, Reasons, no_reasons
from ..engine.call import Call
from ..engine.many import Ident
from ..kinds.experiment import EXPERIMENT
from ..model.row import Row
from ..selection.search import IDS_A_REQUEST, read_ids
from ..selection.select import BRIEF
from .labels import send_labels


def describe_experiments(
    call: Call, spared: Callable[[list[Row]], Reasons] = no_reasons, final: Sequence[str] = ()
) -> Objects:
    """Experiments that are changed. ``spared``, ``final``: as in Objects."""
    return Objects(
        EXPERIMENT,
        lambda ids: read_rows(call, ids).values(),
        IDS_A_REQUEST,
        spared,
        {"labels": lambda item: send_labels(call.client, item)},
        final=final,
    )


def read_rows(call: Call, ids: Iterable[Ident]) -> dict[Ident, Row]:
    """{id: what acts must know} of the experiments of these ids that are there; one request for 200."""
    return {row["id"]: row for row in read_ids(call.client, sorted(map(int, ids)), BRIEF)}
