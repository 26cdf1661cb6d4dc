# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels are added one by one; where one is taken away, the list is made from the one that is there right before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.bulk import plan_rows
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.many import Item
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import NotFound
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import labels
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.bulk_acts import describe_experiments
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments.experiments import EXPERIMENTS
from ansible_collections.determined_ai.determined.plugins.module_utils.model.field import Elements
from ansible_collections.determined_ai.determined.plugins.module_utils.model.plan import Wanted

PATH = "/api/v1/experiments/5"


class Master:
    """Has one experiment with these labels, or none. ``takes``: what it answers to a label in an address."""

    url = "https://det.example.org"

    def __init__(self, have, takes=True):
        self.have, self.takes, self.sent = have, takes, []

    def get(self, path, **query):
        row = {"id": 5, "name": "n", "state": "X", "archived": False, "labels": self.have}
        return {"experiments": [] if self.have is None else [row]}

    def request(self, method, path, body=None):
        self.sent.append(f"{method} {path}" + (f" {body['labels']}" if body else ""))
        if method == "PUT" and not self.takes:
            raise refusal(501, "Not Implemented", "Not Implemented", method, path)


@pytest.mark.parametrize(
    ("have", "add", "remove", "sent"),
    [
        ([], ["b", "a"], [], [f"PUT {PATH}/labels/a", f"PUT {PATH}/labels/b"]),
        ([], ["ü 1%=?#&:"], [], [f"PUT {PATH}/labels/%C3%BC%201%25%3D%3F%23%26%3A"]),
        # These are no single segment of an address.
        (["keep"], ["a/b"], [], [f"PATCH {PATH} ['a/b', 'keep']"]),
        (["keep"], ["."], [], [f"PATCH {PATH} ['.', 'keep']"]),
        (["keep"], ["..", "a"], [], [f"PATCH {PATH} ['..', 'a', 'keep']"]),
        (["keep", "old"], [], ["old", "older"], [f"PATCH {PATH} ['keep']"]),
        (["keep", "old"], ["new"], ["old"], [f"PATCH {PATH} ['keep', 'new']"]),
        # It is so already.
        (["keep", "new"], ["new"], ["old"], []),
    ],
)
def test_what_is_sent(have, add, remove, sent):
    master = Master(have)
    item = planned(have, add, remove)
    assert (item is not None) == bool(sent)
    if item is not None:
        labels.send_labels(master, item)
        assert [str(one) for one in item.alone["labels"]] == [" ".join(line.split()[:2]) for line in sent]
    assert master.sent == sent


def planned(have, add, remove):
    """What is to be done to an experiment; None where nothing is."""
    call = SimpleNamespace(client=None)
    wanted = Wanted({"labels": Elements(add=add, remove=remove)})
    row = {"id": 5, "name": "n", "state": "COMPLETED", "labels": sorted(have)}
    return next(iter(plan_rows(describe_experiments(call), [row], wanted, EXPERIMENTS).items), None)


def test_what_is_there_right_before_counts():
    master = Master(["theirs", "old"])
    labels.send_labels(master, planned(["old"], ["new"], ["old"]))
    assert master.sent == [f"PATCH {PATH} ['new', 'theirs']"]


def test_where_a_label_is_not_taken_in_an_address():
    master = Master(["keep"], takes=False)
    labels.send_labels(master, planned(["keep"], ["a", "b"], []))
    assert master.sent == [f"PUT {PATH}/labels/a", f"PATCH {PATH} ['a', 'b', 'keep']"]


def test_where_it_is_gone():
    with pytest.raises(NotFound, match="experiment 5"):
        labels.send_labels(Master(None), planned(["a"], [], ["a"]))


def test_changes_of_a_plan():
    item = Item(5, {}, ["labels"], {"labels": ["a", "b"]}, {"labels": ["b", "c"]})
    assert labels.changed_labels(item) == (["c"], ["a"])
