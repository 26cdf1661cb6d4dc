# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which line a field stands."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils import config_lines

TEXT = """\
# A comment
name: x
searcher:
  name: single
  "odd.key":
    a: 1
  odd: {key: {a: 2}}
bind_mounts:
  - host_path: /a
    container_path: /b
  - {host_path: /c,
     container_path: /d}
base: &base
  lr: 1
hyperparameters:
  <<: *base
  3: x
  name: y
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", None),
        ("name", 2),
        ("nam", None),
        ("searcher", 3),
        ("searcher.name", 4),
        ("searcher.names", 3),
        ("searcher.metric", 3),
        ("searcher.odd.key.a", 6),
        ("searcher.odd.kez", 7),
        ("bind_mounts[0].container_path", 10),
        ("bind_mounts[1].container_path", 12),
        ("bind_mounts[1]", 11),
        ("bind_mounts[2].x", 8),
        ("bind_mounts.x", 8),
        ("hyperparameters.lr", 15),
        ("hyperparameters.name", 18),
        ("nothing.at.all", None),
    ],
)
def test_line(path, line):
    assert config_lines.line_of(config_lines.read_nodes(TEXT), path) == line


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1\nb: 2\n", 2, "expected ',' or ']', but got ':'"),
        ("a: 1\n\tb: 2\n", 2, "found character"),
        ("a: 1\na: 2\n", 2, "duplicate key"),
        ("a: *none\n", 1, "undefined alias"),
    ],
)
def test_what_is_no_yaml(text, line, said):
    found, problem = config_lines.yaml_fault(text)
    assert found == line
    assert said in problem
    assert config_lines.yaml_fault(TEXT) is None


@pytest.mark.parametrize(
    ("text", "whether"), [(TEXT, True), ("", False), ("[1]", False), ("a", False), ("a: [", False)]
)
def test_mapping(text, whether):
    assert config_lines.is_mapping(config_lines.read_nodes(text)) is whether


def test_without_the_library(monkeypatch):
    monkeypatch.setattr(config_lines, "YAML", None)
    assert config_lines.read_nodes(TEXT) is None
    assert config_lines.yaml_fault("a: [") is None
