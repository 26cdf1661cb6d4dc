# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the matrix, and the one place that says what runs on an emulator only."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.journal import Journal
from emulator.testing import Control, running
from tests.matrix.place import Place, given
from tests.matrix.playbook import Runner
from tests.matrix.requests_sent import what_is_wrong

GIVEN = given()


# What a test may need that a master in use cannot give: what was asked of it; faults; a clock to move and tokens to
# expire; agents to switch off, with tasks that end when they are told to; the made-up contents of an emulator.
NEEDS = {"journal", "faults", "clock", "agents", "seed"}


# What of the emulator's controls each need is for.
CONTROLS = {
    "journal": ("journal", "writes", "forget", "errors"),
    "faults": ("fault", "faults", "no_faults"),
    "clock": ("advance", "expire", "revoke"),
    "agents": ("connect",),
}


def pytest_addoption(parser):
    parser.addoption(
        "--smoke", action="store_true", help="of each file one test; of those marked with core each test once"
    )


def pytest_configure(config):
    config.addinivalue_line("markers", f"needs(*what): what only an emulator has; of {', '.join(sorted(NEEDS))}")
    config.addinivalue_line("markers", "core: rests on what may differ between releases of ansible-core")
    config.addinivalue_line("markers", "password: needs a user and a password, not only a token")


def needs(item) -> set[str]:
    """What a test was marked with."""
    found = {one for mark in item.iter_markers("needs") for one in mark.args}
    found |= {"password"} if item.get_closest_marker("password") else set()
    if found - NEEDS - {"password"}:
        raise pytest.UsageError(f"{item.nodeid} needs {found - NEEDS}, which nothing has")
    if "own" in item.fixturenames and not found & NEEDS:
        raise pytest.UsageError(
            f"{item.nodeid} has an emulator of its own: say what it needs it for, or take the master"
        )
    return found


def pytest_collection_modifyitems(config, items):
    """On a master that is no emulator, or known by a token only, leave out what cannot be asked of it.

    With --smoke also what shows no difference between releases of ansible-core that the tests that are left would not.
    """
    missing = set()
    if GIVEN is not None:
        missing |= NEEDS if GIVEN["control"] is None else set()
        missing |= {"password"} if GIVEN["password"] is None else set()
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    out = [item for item in mine if needs(item) & missing]
    if config.getoption("smoke"):
        kept = {}
        for item in mine:
            kept.setdefault((item.path, item.originalname if item.get_closest_marker("core") else None), item)
        out += [item for item in mine if item not in out and item not in kept.values()]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session", autouse=True)
def every_request():
    """Of all that the emulators of this run were asked, no address has a brace in it or a name without quoting."""
    add, asked = Journal.add, set()

    def add_and_keep(journal, **entry):
        asked.add((entry["method"], entry["path"], entry["query"]))
        add(journal, **entry)

    Journal.add = add_and_keep
    yield
    Journal.add = add
    wrong = {f"{one[0]} {one[1]}?{one[2]}": found for one in sorted(asked) if (found := what_is_wrong(*one))}
    assert wrong == {}


@pytest.fixture(autouse=True)
def nothing_unmarked(request, monkeypatch):
    """An emulator gives a test no more than the test says it needs: on another master that would not be there."""
    for what in CONTROLS.keys() - needs(request.node):
        for name in CONTROLS[what]:

            def refuse(*_arguments, name=name, what=what, **_more):
                raise AssertionError(f"the test uses {name}() of the emulator without the mark needs({what!r})")

            monkeypatch.setattr(Control, name, refuse)


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
