# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix fails on a request whose address was made of a name without quoting."""

from __future__ import annotations

import pytest

from tests.matrix.requests_sent import what_is_wrong


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/api/v1/workspaces", "nameCaseSensitive=a%26b&limit=5"),
        ("GET", "/api/v1/workspaces/3/", ""),
        ("PUT", "/api/v1/experiments/by-external-id/sweep%232%20x", ""),
        ("GET", "/", ""),
        ("GET", "/agents/a-1/slots", "any=thing"),
    ],
)
def test_what_the_api_knows(method, path, query):
    assert what_is_wrong(method, path, query) is None


@pytest.mark.parametrize(
    ("method", "path", "query", "why"),
    [
        ("GET", "/api/v1/workspaces/{id}", "", "not quoted"),
        ("GET", "/api/v1/workspaces/%7Bid%7D", "", "brace"),
        ("GET", "/api/v1/workspaces//projects", "", "empty"),
        ("GET", "/api/v1/templates/a b", "", "not quoted"),
        ("GET", "/api/v1/templates/a&b", "", "not quoted"),
        ("GET", "/api/v1/templates/50%", "", "not quoted"),
        ("GET", "/api/v1/templates/a/b", "", "no such operation"),
        ("GET", "/api/v1/workspaces", "name=a&b=", "no parameter b"),
    ],
)
def test_what_a_name_without_quoting_makes(method, path, query, why):
    assert why in what_is_wrong(method, path, query)
