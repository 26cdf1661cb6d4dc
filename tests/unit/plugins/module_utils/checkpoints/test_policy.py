# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a policy keeps, where the master's own word is not enough."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.checkpoints.checkpoint_gc import kept


def saved(uuid, trial, steps, metric, searcher=None):
    training = {"trialId": trial, "searcherMetric": metric, "experimentConfig": {"searcher": searcher or {}}}
    return {"uuid": uuid, "metadata": {"steps_completed": steps} if steps else {}, "training": training}


def cluster(searcher):
    """Two trials; the later a checkpoint of the first, the smaller its metric; its last has none."""
    rows = [
        ("a", 1, 10, 3.0),
        ("b", 1, 20, 2.0),
        ("c", 1, 30, 1.0),
        ("d", 1, 40, None),
        ("e", 2, 5, 2.5),
        ("f", 2, None, 9.0),
    ]
    return [saved(*row, searcher) for row in rows]


SMALL, LARGE = {"smaller_is_better": True}, {"smaller_is_better": False}


@pytest.mark.parametrize(
    ("searcher", "counts", "uuids"),
    [
        (SMALL, (0, 0, 0), ""),
        (SMALL, (1, 0, 0), "c"),
        ({}, (1, 0, 0), "c"),
        (LARGE, (1, 0, 0), "f"),
        (SMALL, (3, 0, 0), "bce"),
        (LARGE, (2, 0, 0), "af"),
        (SMALL, (9, 0, 0), "abcef"),
        (SMALL, (0, 1, 0), "ce"),
        (LARGE, (0, 1, 0), "af"),
        (SMALL, (0, 2, 0), "bcef"),
        (SMALL, (0, 0, 1), "de"),
        (SMALL, (0, 0, 2), "cdef"),
        (SMALL, (1, 1, 1), "cde"),
    ],
)
def test_kept(searcher, counts, uuids):
    names = ("save_experiment_best", "save_trial_best", "save_trial_latest")
    assert kept(cluster(searcher), dict(zip(names, counts, strict=True))) == set(uuids)
