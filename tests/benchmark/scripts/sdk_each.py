# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official SDK: look at each experiment, archive it if it is not."""

from __future__ import annotations

from common import arguments, timed
from determined.experimental import Determined

given = arguments()
with timed():
    cluster = Determined(master=given["master"])
    for ident in given["ids"]:
        experiment = cluster.get_experiment(ident)
        if not experiment.archived:
            experiment.archive()
