# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide on the cluster as one document: each of its steps runs, and prints what the page shows."""

from __future__ import annotations

import pytest

from tests.matrix import guide


@pytest.mark.needs("seed")
def test_each_step_prints_what_the_page_shows(tmp_path):
    text = guide.PAGE.read_text("utf-8")
    assert guide.run(text, tmp_path) == text, "make guide writes it anew"
    # The drift and the plan are on the page of the report.
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "workspaces/playground" in page
    assert "only a test" in page
