# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conditions of webhooks, beside their table."""

from __future__ import annotations

import hashlib
from typing import Any, Callable
from urllib.parse import urlsplit

from ..errors import BadOption
from ..model.field import Context, sort_set
from ..model.kind import Reader
from ..model.row import Row

# The option of a trigger, its type in the API, and the key of its condition there.
TRIGGER_TYPES = (
    ("experiment_state", "TRIGGER_TYPE_EXPERIMENT_STATE_CHANGE", "state"),
    ("task_log", "TRIGGER_TYPE_TASK_LOG", "regex"),
    ("custom", "TRIGGER_TYPE_CUSTOM", ""),
    ("metric_threshold", "TRIGGER_TYPE_METRIC_THRESHOLD_EXCEEDED", ""),
)
TRIGGERS = {
    "type": "list",
    "elements": "dict",
    "options": {
        "experiment_state": {"type": "str"},
        "task_log": {"type": "str"},
        "custom": {"type": "bool"},
    },
    "mutually_exclusive": [["experiment_state", "task_log", "custom"]],
    "required_one_of": [["experiment_state", "task_log", "custom"]],
}


def prefixed(prefix: str) -> Callable[[Any, Context], str]:
    return lambda value, _context: prefix + value


def creation(body: Row) -> Row:
    """The body that makes a webhook. The master fails on one without a type (facts-access 9)."""
    return {"webhookType": "WEBHOOK_TYPE_DEFAULT", **body}


def decode_triggers(triggers: Any) -> list[Row]:
    """Triggers in the words of the option; one of a type that is not known keeps its type."""
    rows = []
    for one in triggers or ():
        kind, condition = one["triggerType"], one.get("condition") or {}
        name, key = next(((name, key) for name, api, key in TRIGGER_TYPES if api == kind), (kind, ""))
        rows.append({name: condition.get(key) if key else condition or True})
    return sort_set(rows)


def encode_triggers(triggers: list[Row], _context: Context) -> list[Row]:
    return [encode_trigger(one) for one in triggers]


def encode_trigger(trigger: Row) -> Row:
    name, value = next(iter(trigger.items()))
    kind, key = next(((api, key) for word, api, key in TRIGGER_TYPES if word == name), (name, ""))
    condition = {key: value} if key else value if isinstance(value, dict) else None
    return {"triggerType": kind, **({"condition": condition} if condition else {})}


def hide_url(url: str) -> str:
    """The host, and a fingerprint that tells two addresses apart; the rest of an address may be a secret."""
    if not url or "********" in url:
        return url
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}/******** ({hashlib.sha256(url.encode()).hexdigest()[:6]})"


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def without_nulls(triggers: list[Row]) -> list[Row]:
    rows = [{key: part for key, part in one.items() if part not in (None, False)} for one in triggers]
    if not all(rows):
        raise BadOption("triggers", None, "an entry names no event.", "Give it a value, or leave the entry out.")
    return rows


def check_webhook(_reader: Reader, plan: Any) -> list[str]:
    """Refuse what the master refuses, or takes and cannot use: addresses are not checked by its update."""
    values = plan.wanted.values
    if plan.act == "create":
        for option in ("url", "triggers"):
            if not values.get(option):
                raise BadOption(option, None, "a webhook needs it.", "Give it, or correct the name.")
    url = values.get("url")
    if url is not None and plan.act != "delete" and not is_address(url):
        raise BadOption("url", None, "is not an address of http or https.", "Write it as https://host/path.")
    after = {**(plan.current or plan.kind.defaults_on_create), **plan.after}
    if plan.act == "replace" and not after.get("triggers"):
        raise BadOption("triggers", None, "no trigger would be left.", "Keep one, or use state=absent.")
    if any("custom" in one for one in after.get("triggers") or ()) and after.get("mode") != "SPECIFIC":
        raise BadOption("triggers", "custom", "works with mode SPECIFIC only.", "Set mode to SPECIFIC.")
    if plan.act == "replace":
        return ["The webhook gets another id: configs that name it by webhook_id must be changed, by name they go on."]
    return []
