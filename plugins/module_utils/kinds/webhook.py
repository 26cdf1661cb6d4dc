# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks, of a workspace or of the whole cluster (facts-access 9; recordings webhook-lifecycle, webhook-edge)."""

from __future__ import annotations

from ..model.call import Call
from ..model.field import Change, Field, Merge
from ..model.kind import Collection, Kind, Scope
from ..model.row import Column, state_word
from .webhook_parts import (
    TRIGGERS,
    check_webhook,
    creation,
    decode_triggers,
    encode_triggers,
    hide_url,
    prefixed,
    without_nulls,
)
from .workspace import WORKSPACE

KINDS = {"type": "str", "choices": ["DEFAULT", "SLACK"]}
MODES = {"type": "str", "choices": ["WORKSPACE", "SPECIFIC"]}
AGAIN = Change.RECREATE

WEBHOOK = Kind(
    name="webhook",
    plural="webhooks",
    # Those for the whole cluster.
    doubles=True,
    # The master has no way to read one, so that it is read again from the list.
    source=Collection("/api/v1/webhooks", rows="webhooks"),
    scope=Scope(WORKSPACE, api="workspaceId", cluster="cluster"),
    columns=(
        Column("id", "Id. A webhook that was replaced has another one.", "int", 68),
        Column("name", "Name.", sample="eda"),
        Column("workspace_id", "Id of its workspace; 0 where it is for the whole cluster.", "int", 7,
               api="workspaceId"),
        Column("url", "Where it delivers to. Only the host is shown, since the rest may be a secret.",
               sample="https://eda.example.com/********", hide=hide_url),
        Column("type", "Form of what it delivers.", sample="DEFAULT", api="webhookType",
               decode=state_word("WEBHOOK_TYPE_")),
        Column("mode", "Which experiments it reports: all, or those whose config names it.", sample="WORKSPACE",
               decode=state_word("WEBHOOK_MODE_")),
        Column("triggers", "The events that it reports, in order.", "list", [{"experiment_state": "ERROR"}],
               decode=decode_triggers),
    ),
    fields=(
        Field("name", change=AGAIN),
        Field("url", option={"type": "str", "no_log": True}, show=hide_url),
        Field("type", "webhookType", KINDS, encode=prefixed("WEBHOOK_TYPE_"), change=AGAIN, update=None),
        Field("mode", option=MODES, encode=prefixed("WEBHOOK_MODE_"), change=AGAIN, update=None),
        Field("triggers", option=TRIGGERS, encode=encode_triggers, change=AGAIN, update=None, merge=Merge.SET,
              normal=without_nulls),
    ),
    create=Call("POST", "/api/v1/webhooks", wrap=creation, unwrap="webhook"),
    # It takes nothing but the address, and empties it where that is missing.
    update=Call("PATCH", "/api/v1/webhooks/{id}", repeatable=True),
    delete=Call("DELETE", "/api/v1/webhooks/{id}"),
    defaults_on_create={"type": "DEFAULT", "mode": "WORKSPACE"},
    check=check_webhook,
)  # fmt: skip
