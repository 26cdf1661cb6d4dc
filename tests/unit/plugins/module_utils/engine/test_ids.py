# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that are texts: in every module held against their form, so that none leads a request to another path."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.paths import quote_segment
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import ids
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption
from hypothesis import given
from hypothesis import strategies as st

PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
FOLDER = Path(__file__).parents[5] / "plugins" / "modules"
MODULES = {path.stem: importlib.import_module(PACKAGE + path.stem) for path in sorted(FOLDER.glob("det_*.py"))}
LEADS_ELSEWHERE = [
    "../users",
    "a/b",
    "/",
    ".",
    "..",
    "",
    " ",
    "a\n",
    "a\rb",
    "\x00",
    "a\x1b[31m",
    "a\u2028b",
    "caf\udce9",
]
NO_UUIDS = [
    *LEADS_ELSEWHERE,
    "7",
    "1387bb1c",
    "1387bb1c-bd0c-41bf-ad13-f191e3174576 ",
    "1387bb1cbd0c41bfad13f191e3174576",
]
UUID = "1387bb1c-bd0c-41bf-ad13-f191e3174576"
IDS = [
    "1.f0d3a4b2-0000-4000-8000-000000000000",
    UUID,
    "agent-1",
    "sweep#2",
    "sweep?v=2",
    "100%",
    "größe",
    "a b",
    "a..b",
]


def texts(module):
    """The options of a module that take a text, or a list of texts."""
    for name, option in module.SPEC.options.items():
        kind = option.get("elements") if option.get("type") == "list" else option.get("type")
        if kind == "str" and "choices" not in option:
            yield name, option.get("type") == "list"


KNOWN = [
    pytest.param(module, name, is_list, id=f"{title} {name}")
    for title, module in MODULES.items()
    for name, is_list in texts(module)
    if name in ids.UUIDS + ids.TEXTS
]


def ran(module, params):
    """The result of a module whose work must not be reached."""
    call = Call({name: params.get(name) for name in module.SPEC.options}, params, False, pytest.fail)
    return perform(call, module.SPEC, lambda _call: {"reached": True})


@pytest.mark.parametrize(("module", "name", "is_list"), KNOWN)
def test_no_module_takes_what_is_no_id(module, name, is_list):
    good, bad = (UUID, NO_UUIDS) if name in ids.UUIDS else ("a", LEADS_ELSEWHERE)
    for text in bad:
        result = ran(module, {name: [good, text] if is_list else text})
        assert result["failure"]["code"] == "bad_option", text
        assert result["failure"]["option"] == name
    assert ran(module, {name: [good] if is_list else good}) == {"reached": True, "changed": False}


# What the documentation calls an id and is a text, and yet goes into no path.
COMPARED = {"det_log_info": {"containers", "allocations"}, "det_task_cull": {"idle_containers"},
            "det_wait": {"restarted_since"}, "det_api": {"operation_id", "path"},
            "det_health_info": {"agents_expected", "agents_off"}}  # fmt: skip


@pytest.mark.parametrize("title", MODULES)
def test_what_is_documented_as_an_id_is_known_as_one(title):
    options = yaml.safe_load(MODULES[title].DOCUMENTATION).get("options", {})
    for name, _is_list in texts(MODULES[title]):
        said = options.get(name, {}).get("description", "")
        first = said if isinstance(said, str) else said[0]
        if re.match(r"(The )?(ids?|uuids?)\b", first, re.IGNORECASE) and name not in COMPARED.get(title, ()):
            assert name in ids.UUIDS + ids.TEXTS, f"{name}: {first}"


@pytest.mark.parametrize("text", LEADS_ELSEWHERE)
def test_no_segment(text):
    with pytest.raises(BadOption, match="task"):
        quote_segment(text, "task")


@pytest.mark.parametrize("text", IDS)
def test_segment(text):
    assert re.fullmatch(r"[A-Za-z0-9._~%-]+", quote_segment(text))


@given(st.text(max_size=20))
def test_a_segment_stays_one(text):
    try:
        quoted = quote_segment(text)
    except BadOption:
        return
    assert quoted not in (".", "..")
    assert not set(quoted) & set("/?#\\; \n")
