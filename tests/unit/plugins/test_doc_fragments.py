# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands twice in the documentation says the same."""

from __future__ import annotations

import yaml
from ansible_collections.determined_ai.determined.plugins.doc_fragments.select import ModuleDocFragment

OF_ONE = {"states", "expired_label", "experiment_ids"}


def conditions(text):
    return yaml.safe_load(text)["options"]["select"]["suboptions"]


def test_experiments_and_runs_are_selected_alike():
    experiments, runs = conditions(ModuleDocFragment.DOCUMENTATION), conditions(ModuleDocFragment.RUNS)
    assert set(experiments) ^ set(runs) <= OF_ONE
    common = set(experiments) & set(runs) - OF_ONE
    assert len(common) > 10
    assert {name: experiments[name] for name in common} == {name: runs[name] for name in common}
