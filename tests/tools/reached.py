# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tests run which lines, as a plugin of pytest for tests/tools/mutants; those that run the fewest lines first.

Writes {lines: {file: {line: tests}}, seconds: {test: how long it took}}.

REACHED: the file to write. REACHED_IN: the folder whose code counts. Needs Python 3.12 or newer.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

FOLDER = os.path.realpath(os.environ["REACHED_IN"]) + "/"
TREE = Path(FOLDER).parent
TOOL = sys.monitoring.COVERAGE_ID
lines: set[tuple[str, int]] = set()
by_test: dict[str, set[tuple[str, int]]] = {}
seconds: dict[str, float] = {}
files: dict[str, str] = {}


def reach(code, line):
    """Each line is told once a test."""
    path = files.get(code.co_filename)
    if path is None:
        path = files[code.co_filename] = os.path.realpath(code.co_filename)
    if path.startswith(FOLDER):
        lines.add((path, line))
    return sys.monitoring.DISABLE


def pytest_configure():
    sys.monitoring.use_tool_id(TOOL, "reached")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, reach)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    lines.clear()
    began = time.monotonic()
    sys.monitoring.restart_events()
    try:
        return (yield)
    finally:
        by_test[item.nodeid] = set(lines)
        seconds[item.nodeid] = time.monotonic() - began


def pytest_sessionfinish():
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for test, reached in sorted(by_test.items(), key=lambda one: len(one[1])):
        for path, line in reached:
            found[os.path.relpath(path, TREE)][line].append(test)
        for path in {path for path, _line in reached}:
            found[os.path.relpath(path, TREE)][0].append(test)
    Path(os.environ["REACHED"]).write_text(json.dumps({"lines": found, "seconds": seconds}), encoding="utf-8")
