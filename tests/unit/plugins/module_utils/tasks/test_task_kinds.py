# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which task is meant, where it runs, what of it may be shown."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks import task_kinds
from ansible_collections.determined_ai.determined.plugins.module_utils.tasks.task_rows import kind_of

MASTER = "https://det.example.org"
UUID = "0a5b83ba-d522-4800-ab2d-4f1c1812f962"
NOTEBOOK = {"id": "n", "serviceAddress": "/proxy/n/?token=v2.secret"}
SHELL = {"id": "s", "privateKey": "-----BEGIN", "publicKey": "ssh-ed25519 AAAA"}


def test_what_lets_anybody_in_is_not_shown():
    notebook, shell = task_kinds.NOTEBOOK.read(NOTEBOOK, MASTER), task_kinds.SHELL.read(SHELL, MASTER)
    assert task_kinds.NOTEBOOK.shown(notebook)["service_address"] == "/proxy/n/"
    assert task_kinds.SHELL.shown(shell) == {**shell, "private_key": None}
    # What check mode predicts has no address yet.
    assert task_kinds.NOTEBOOK.shown(task_kinds.NOTEBOOK.read({}, MASTER))["service_address"] is None


def test_the_page_of_a_task_is_that_of_its_logs():
    addresses = [kind.read({"id": "n 1"}, MASTER)["url"] for kind in task_kinds.KINDS.values()]
    paths = ("command", "jupyter-lab", "shell", "tensor-board")
    assert addresses == [f"{MASTER}/det/{path}/n%201/logs" for path in paths]
    assert task_kinds.NOTEBOOK.read({}, MASTER)["url"] is None


def test_what_lets_anybody_in_is_shown_when_asked_for():
    notebook, shell = task_kinds.NOTEBOOK.read(NOTEBOOK, MASTER), task_kinds.SHELL.read(SHELL, MASTER)
    assert task_kinds.NOTEBOOK.shown(notebook, reveal=True)["service_address"] == NOTEBOOK["serviceAddress"]
    assert task_kinds.SHELL.shown(shell, reveal=True)["private_key"] == SHELL["privateKey"]


def test_a_tensorboard_is_known_by_what_it_shows():
    options = {"experiment_ids": [3, 1, 3], "trial_ids": None}
    assert task_kinds.TENSORBOARD.identity(options) == {"experiment_ids": [1, 3], "trial_ids": []}


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        (None, ([], [])),
        ({"resources": []}, ([], [])),
        (
            {
                "resources": [
                    {"containerId": "b", "agentDevices": {"agent-2": {"devices": []}}},
                    {"containerId": "a", "agentDevices": {"agent-1": {}}},
                ]
            },
            (["a", "b"], ["agent-1", "agent-2"]),
        ),
    ],
)
def test_placed(summary, wanted):
    assert task_kinds.placed(summary) == wanted


@pytest.mark.parametrize(
    ("ident", "name", "kind"),
    [
        ("7." + UUID, "Trial 9 (Experiment 7)", "trial"),
        ("7." + UUID, "Checkpoint GC (Experiment 7)", "checkpoint_gc"),
        (UUID, f"Generic Task {UUID}", "generic"),
        # A description that somebody chose.
        (UUID, "Checkpoint GC of mine", None),
        (UUID, "Generic Task of mine", None),
    ],
)
def test_kind_of(ident, name, kind):
    assert kind_of(ident, name) == kind
