# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the pages of objects are in the web UI."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.experiment import EXPERIMENT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model import MODEL
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.model_version import MODEL_VERSION
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.project import PROJECT
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.run import RUN
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.trial import TRIAL
from ansible_collections.determined_ai.determined.plugins.module_utils.kinds.workspace import WORKSPACE
from ansible_collections.determined_ai.determined.plugins.module_utils.model.row import row_reader
from ansible_collections.determined_ai.determined.plugins.module_utils.model.web import is_page, page_column

MASTER = "https://gate.example.org:443/det-prod"
VERSION = {"version": 3, "model": {"id": 12}}


@pytest.mark.parametrize(
    ("kind", "answer", "path"),
    [
        (EXPERIMENT, {"id": 16}, "/det/experiments/16"),
        (RUN, {"id": 36}, "/det/trials/36"),
        (TRIAL, {"id": 36}, "/det/trials/36"),
        (WORKSPACE, {"id": 7}, "/det/workspaces/7"),
        (PROJECT, {"id": 12}, "/det/projects/12"),
        (MODEL, {"id": 12, "name": "a/b"}, "/det/models/12"),
        (MODEL_VERSION, VERSION, "/det/models/12/versions/3"),
    ],
)
def test_a_row_has_the_address_of_its_page(kind, answer, path):
    columns = kind.only("url")
    assert row_reader(columns, MASTER)(answer) == {"url": MASTER + path}
    assert kind.row(answer, True, MASTER)["url"] == MASTER + path
    assert is_page(MASTER + path)


def test_what_is_not_there_yet_has_none():
    assert MODEL_VERSION.row({"version": 3}, True, MASTER)["url"] is None
    assert EXPERIMENT.blank()["url"] is None


def test_a_name_in_a_path_is_one_segment():
    read = page_column("resource_pool", "name").reader(MASTER)
    assert read({"name": "a/../b?c"}) == MASTER + "/det/resourcepool/a%2F..%2Fb%3Fc"
