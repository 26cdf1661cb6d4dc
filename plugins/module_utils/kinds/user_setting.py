# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings that the master keeps for the calling account, each under a path and a key (facts-access 3 and 14; recording
user-settings).

The master stores JSON as a text and writes it anew in its own way, so that values are compared and not texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import BadOption, Refused
from ..model.call import Call
from ..model.field import Field
from ..model.kind import Kind, Reader, Singleton
from ..model.row import Column, Row

PATH = "/api/v1/users/setting"
# Where engine/ledger.py keeps the marks of det_task_cull, det_generic_task and det_checkpoint_gc.
KEPT = "determined_ai.determined/"
FORCE = "Set force to do it all the same."


def pick_setting(settings: Any, keys: Mapping[str, Any]) -> Any:
    found = (one for one in settings or () if (one["storagePath"], one["key"]) == (keys["path"], keys["key"]))
    return next(found, None)


def read_json(text: Any) -> Any:
    """What a setting says; one that is no JSON, which this release does not take, as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def as_json(value: Any) -> Any:
    """The value as it comes back. Raises BadOption for what JSON cannot hold."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        remedy = "Give numbers that are finite, texts, lists and dicts."
        raise BadOption("value", None, f"holds what JSON cannot: {error}.", remedy) from error


def says_the_same(have: Any, want: Any) -> bool:
    """Whether two values of JSON are the same: 1 and 1.0 are, 1 and true are not."""
    if isinstance(have, dict) and isinstance(want, dict):
        return have.keys() == want.keys() and all(says_the_same(one, want[key]) for key, one in have.items())
    if isinstance(have, list) and isinstance(want, list):
        return len(have) == len(want) and all(map(says_the_same, have, want))
    return isinstance(have, bool) == isinstance(want, bool) and bool(have == want)


def is_null(value: Any) -> bool:
    return value is None


def write(body: Row) -> Row:
    return {"settings": [{**named(body), "value": json.dumps(body["value"], sort_keys=True)}]}


def remove(body: Row) -> Row:
    return {"settings": [{**named(body), "value": ""}]}


def named(body: Row) -> Row:
    return {"key": body["key"], "storagePath": body["path"]}


def check_setting(_reader: Reader, plan: Any) -> list[str]:
    """Refuse to touch what this collection keeps there for its own use."""
    path = plan.wanted.keys["path"]
    if path.startswith(KEPT) and not plan.wanted.force:
        owners = "det_task_cull, det_generic_task or det_checkpoint_gc"
        raise Refused(f"The settings at {path} are marks of {owners}.", FORCE)
    return []


KEYS = ("path", "key")
USER_SETTING = Kind(
    name="user_setting",
    plural="user_settings",
    source=Singleton(PATH, unwrap="settings", pick=pick_setting, exists=lambda one: one is not None),
    key="",
    selects={"path": {"type": "str"}, "key": {"type": "str", "no_log": False}},
    columns=(
        Column("path", "Path.", sample="team/defaults", api="storagePath"),
        Column("key", "Key.", sample="theme"),
        Column("value", "Value.", "raw", {"dark": True}, decode=read_json),
    ),
    fields=(
        Field("value", option={"type": "raw"}, normal=as_json, same=says_the_same, empty=is_null),
    ),
    create=Call("POST", PATH, wrap=write, keys=KEYS, repeatable=True),
    update=Call("POST", PATH, wrap=write, keys=KEYS, repeatable=True),
    delete=Call("POST", PATH, wrap=remove, keys=KEYS, repeatable=True),
    force="force",
    check=check_setting,
)  # fmt: skip
