# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the matrix, and the one place that says what runs on an emulator only."""

from __future__ import annotations

import pytest

from emulator.testing import running
from tests.matrix.place import Place, given
from tests.matrix.playbook import Runner

GIVEN = given()


def pytest_configure(config):
    config.addinivalue_line("markers", "controls: needs what only an emulator has: journal, faults, clock")
    config.addinivalue_line("markers", "password: needs a user and a password, not only a token")


def pytest_collection_modifyitems(config, items):
    """On a master that is no emulator, or known by a token only, leave out what cannot be asked of it."""
    missing = set()
    if GIVEN is not None:
        missing |= {"controls"} if GIVEN["control"] is None else set()
        missing |= {"password"} if GIVEN["password"] is None else set()
    out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session")
def master():
    """The master under test."""
    if GIVEN is not None:
        place = Place(**GIVEN)
        yield place
        place.close()
        return
    with emulated() as place:
        yield place


@pytest.fixture
def own():
    """An emulator of this test alone, for faults and for what would disturb others."""
    with emulated() as place:
        yield place


class emulated:
    """An emulator as a Place, for as long as the block lasts."""

    def __init__(self, **options):
        self._running = running(password="Testing1!", **options)

    def __enter__(self):
        control = self._running.__enter__()
        self._place = Place(control.url, "admin", "Testing1!", control=control)
        return self._place

    def __exit__(self, *error):
        self._place.close()
        return self._running.__exit__(*error)


@pytest.fixture(scope="session")
def runner(tmp_path_factory):
    """Runs playbooks; each run in a folder of its own."""
    return Runner(tmp_path_factory)
