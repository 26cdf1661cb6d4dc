# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels in use, which one request tells."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, OddAnswer
from ansible_collections.determined_ai.determined.plugins.module_utils.models.labels import (
    LABELS,
    OTHERS,
    gather_labels,
)


class Master:
    def __init__(self, labels):
        self.labels = labels
        self.asked = []

    def get(self, path, **query):
        self.asked.append((path, query))
        return {"labels": self.labels}


def ask(answer=("b", "a"), **options):
    master = Master(list(answer) if isinstance(answer, tuple) else answer)
    params = {**dict.fromkeys((*OTHERS, "workspace", "workspace_id")), **options}
    return gather_labels(Call(params, set(options), False, lambda *_open: master)), master.asked


@pytest.mark.parametrize("workspace", [None, 7])
def test_one_request_in_the_order_of_the_master(workspace):
    options = {} if workspace is None else {"workspace_id": workspace}
    assert ask(**options) == (["b", "a"], [(LABELS, {"workspaceId": workspace})])


@pytest.mark.parametrize("option", OTHERS)
def test_conditions_on_models_are_refused(option):
    with pytest.raises(BadOption, match=f"^{option}: is about models") as error:
        ask(**{option: False if option == "archived" else "x"})
    assert error.value.failure()["option"] == option


@pytest.mark.parametrize("labels", [None, "a", [1], {"a": 1}])
def test_what_is_no_list_of_labels(labels):
    with pytest.raises(OddAnswer):
        ask(labels)
