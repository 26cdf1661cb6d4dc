# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events for webhooks: one that tells of an experiment, and the one that tests a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BadOption, DeterminedError, Invalid, NotFound
from ..kinds.experiment import EXPERIMENT
from ..model.row import Column
from ..selection.search import read_ids
from ..store.answers import read_rows

if TYPE_CHECKING:
    from ..engine.call import Call

WEBHOOKS = "/api/v1/webhooks"
CUSTOM = WEBHOOKS + "/custom"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
NAMES = Column("names", "The names of webhooks in the config.", "raw", api="config.integrations.webhooks")


class NotDelivered(DeterminedError):
    """The receiver of a webhook did not take an event."""

    code = "not_delivered"


def send_event(call: Call) -> dict[str, Any]:
    """The work of det_webhook_event."""
    return test_receiver(call) if call.params["webhook_id"] is not None else tell(call)


def tell(call: Call) -> dict[str, Any]:
    """Tell the webhooks that the config of an experiment names."""
    params = call.params
    if not (params["title"] or params["description"]):
        raise BadOption("title", params["title"], "is needed, or a description.", "Say what has happened.")
    if not call.unmade:
        check_experiment(call, params["experiment_id"])
    level = f"LOG_LEVEL_{params['level']}"
    data = {"title": params["title"] or "", "description": params["description"] or "", "level": level}
    if not call.check_mode:
        body = {"data": data, "experimentId": params["experiment_id"]}
        if params["trial_id"] is not None:
            body["trialId"] = params["trial_id"]
        call.client.post(CUSTOM, body)
    return {"changed": True, "requests": ["POST " + CUSTOM]}


def check_experiment(call: Call, ident: int) -> None:
    """Raise NotFound without the experiment; warn where its config names no webhook, so that nobody hears of it."""
    rows = list(read_ids(call.client, [ident], (*EXPERIMENT.only("id"), NAMES)))
    if not rows:
        raise NotFound(f"There is no experiment {ident}, or the user may not see it.", option="experiment_id")
    named = rows[0]["names"] if isinstance(rows[0]["names"], dict) else {}
    if not (named.get("webhook_id") or named.get("webhook_name")):
        call.warn(f"Experiment {ident} names no webhook in integrations.webhooks of its config, so nobody is told.")


def test_receiver(call: Call) -> dict[str, Any]:
    """Let the master send the test event of a webhook, and wait for what its receiver says.

    The master's words on a failure hold the address, which is a secret, so they are not handed on.
    """
    ident = call.params["webhook_id"]
    rows = read_rows(call.client.get(WEBHOOKS), "webhooks", f"GET {WEBHOOKS}")
    found = [row for row in rows if row["id"] == ident]
    if not found:
        raise NotFound(f"There is no webhook {ident}, or the user may not see it.", option="webhook_id")
    path = f"{WEBHOOKS}/{ident}/test"
    if not call.check_mode:
        try:
            call.client.post(path)
        except Invalid as error:
            raise NotDelivered(
                f"The receiver of webhook {found[0].get('name')!r} did not take the test event.",
                "Look at the receiver, and whether the master can reach its address.",
                status=error.status,
                request=f"POST {path}",
            ) from None
    return {"changed": True, "requests": ["POST " + path]}
