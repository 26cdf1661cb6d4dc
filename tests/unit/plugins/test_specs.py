# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of each module are those that its documentation names, and the rules between them are these."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

MODULES = Path(__file__).parents[3] / "plugins" / "modules"
PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
NAMES = sorted(path.stem for path in MODULES.glob("det_*.py"))
# Nobody may see these; other options whose names look like a secret say that they are none.
SECRET = {
    "det_api": {"token"},
    "det_cluster_config": {"token", "secrets"},
    "det_directory": {"token", "password"},
    "det_login": {"token", "password"},
    "det_report": set(),
    "det_security_info": {"token", "passwords"},
    "det_user": {"token", "password"},
    "det_webhook": {"token", "url"},
    "det_workspace": {"token", "secret_key", "access_key", "connection_string", "credential"},
}


def spec_of(name):
    return importlib.import_module(PACKAGE + name).SPEC


def documented(name):
    found, *_more = get_docstring(
        str(MODULES / f"{name}.py"), fragment_loader, collection_name="determined_ai.determined"
    )
    return found["options"]


def described(options):
    """What both say of options, in the words of the documentation."""
    return {
        name: {
            "type": one.get("type", "str"),
            "elements": one.get("elements"),
            "required": bool(one.get("required", False)),
            "default": one.get("default"),
            "choices": list(one["choices"]) if one.get("choices") else None,
            "aliases": sorted(one.get("aliases") or ()),
            "below": described(one.get("options") or one.get("suboptions") or {}),
        }
        for name, one in options.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_options_are_as_documented(name):
    assert described(spec_of(name).options) == described(documented(name))


def secrets(options):
    for name, one in options.items():
        if one.get("no_log"):
            yield name
        yield from secrets(one.get("options", {}))


@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_may_see(name):
    assert set(secrets(spec_of(name).options)) == SECRET.get(name, {"token"})
