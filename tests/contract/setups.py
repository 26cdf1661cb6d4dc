# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings, and the set-ups of the masters that they were made on. Needs no Ansible."""

from __future__ import annotations

from pathlib import Path

import requests

from emulator.testing import Control

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
# The set-ups of the master that the recordings name.
SETUPS = {"default": {}, "rbac": {"rbac": True}, "agents": {"agents": 4}}


def an_experiment_in_uncategorized(emulator: Control) -> None:
    """The recorded master had some there already, and shows when the last one began."""
    login = {"username": "admin", "password": "Testing1!"}
    token = requests.post(f"{emulator.url}/api/v1/auth/login", json=login, timeout=10).json()["token"]
    requests.post(
        f"{emulator.url}/api/v1/experiments",
        json={"config": "searcher: {name: single, metric: loss}", "unmanaged": True},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).raise_for_status()


PREPARE = {"project": an_experiment_in_uncategorized}
