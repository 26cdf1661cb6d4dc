# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access token of a user: there, rotated, or gone.

The master shows a token once, when it is made, and never finds out who uses it. So a new one is proven and delivered
before the old one is revoked, and one whose value was lost on the way is revoked.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..connection.auth import parse_time
from ..connection.client import OutcomeUnknown
from ..engine.call import Call
from ..engine.known import Known
from ..engine.scopes import find_scope
from ..engine.turns import Turn
from ..errors import BadOption, DeterminedError, NotFound
from ..kinds.access import read_own_account
from ..kinds.access_token import ACCESS_TOKEN, LONGEST
from ..model.call import Later
from ..model.kind import Scope
from ..model.plan import Wanted, make_plan
from ..model.row import Row
from ..store.store import Store
from ..when import duration
from .token_file import is_private, read_token, token_id, write_token

SCOPE: Scope = ACCESS_TOKEN.scope


def change_token(call: Call) -> dict[str, Any]:
    """The work of det_token."""
    params = call.params
    if not str(params["description"] or "").strip():
        raise BadOption("description", params["description"], "is empty.", "It is what tells tokens of a user apart.")
    delivered = read_token(params["dest"]) if params["dest"] is not None else None
    renew_before = duration(params["renew_before"], "renew_before")
    warn_of_short_life(call, renew_before)
    store = Store(call.client)
    if params["user"] is None and "user_id" not in call.given:
        params["user_id"] = read_own_account(store)["id"]
    user = find_scope(call, store, SCOPE, needed=True)
    if user is None or isinstance(user, Later):
        return Rotation(call, {"id": None, "username": params["user"]}, [], None).plan_only()
    with Turn(call, ACCESS_TOKEN.name, repr([user["id"], params["description"]])):
        rows = store.named(ACCESS_TOKEN, params["description"], user["id"], SCOPE.narrow(user))
        rows.sort(key=lambda row: row["id"])
        if params["state"] == "absent":
            return Rotation(call, user, rows, None).revoke_all()
        kept = find_kept(call, user, rows, delivered)
        if kept is not None and params["state"] == "rotated" and ends_within(kept, renew_before):
            kept = None
        return Rotation(call, user, rows, kept).run()


def warn_of_short_life(call: Call, renew_before: timedelta) -> None:
    """A token that lives no longer than it is renewed before its end is another one in each run."""
    lifespan = call.params["lifespan"]
    if call.params["state"] != "rotated" or lifespan in (None, LONGEST):
        return
    if duration(lifespan, "lifespan") <= renew_before:
        call.warn("Every run rotates the token, since lifespan is not longer than renew_before.")


def find_kept(call: Call, user: Row, rows: list[Row], delivered: str | None) -> Row | None:
    """The token that needs no other in its place: the one in the file, if it works; any where there is no file."""
    if call.params["dest"] is None:
        return rows[-1] if rows else None
    row = next((one for one in rows if one["id"] == token_id(delivered)), None)
    if row is None or delivered is None or call.client.owner_of(delivered) != user["id"]:
        return None
    return row


def ends_within(row: Row, renew_before: Any) -> bool:
    return bool(parse_time(row["expiry_time"]) - datetime.now(timezone.utc) <= renew_before)


class Rotation:
    """What is done about the tokens of one description: ``kept`` stays, or a new one comes; the others are revoked.

    Without a file nobody knows which of several is in use, so that all of them stay.
    """

    def __init__(self, call: Call, user: Row, rows: list[Row], kept: Row | None) -> None:
        self.call = call
        self.client = call.client
        self.user = user
        self.rows = rows
        self.kept = kept
        self.dest = call.params["dest"]
        self.value: str | None = None

    def run(self) -> dict[str, Any]:
        if self.kept is None and not self.call.check_mode:
            self.make()
        if self.kept is not None and self.dest is not None and not self.value and not self.call.check_mode:
            self.tighten()
        others = self.others()
        planned = self.creation() + [line for row in others for line in self.revoke(row)]
        return self.result(others, planned)

    def plan_only(self) -> dict[str, Any]:
        """For a user whom an earlier task of a check mode would make."""
        absent = self.call.params["state"] == "absent"
        return self.result([], [] if absent else self.creation())

    def revoke_all(self) -> dict[str, Any]:
        planned = [line for row in self.rows for line in self.revoke(row)]
        return {
            "changed": bool(self.rows),
            "access_token": None,
            "requests": planned if self.call.check_mode else self.call.sent(),
            "diff": {"before": {"ids": [row["id"] for row in self.rows]} if self.rows else {}, "after": {}},
        }

    def others(self) -> list[Row]:
        if self.dest is None or not self.call.params["revoke_others"]:
            return []
        return [row for row in self.rows if self.kept is None or row["id"] != self.kept["id"]]

    def creation(self) -> list[str]:
        return ["POST /api/v1/tokens"] if self.kept is None or self.value else []

    def revoke(self, row: Row) -> list[str]:
        return Known(self.call, ACCESS_TOKEN, row, Wanted(state="absent", scope=self.user)).change()

    # Making one

    def make(self) -> None:
        """Make a token, prove it, and deliver it. One that does not get there is revoked again."""
        answer = self.send_creation()
        row, self.value = self.find(answer["tokenId"]), answer["token"]
        self.call.progress(changed=True)
        try:
            if self.client.owner_of(answer["token"]) != self.user["id"]:
                raise DeterminedError("The master does not take the token that it made.", code="unproven")
            if self.dest is not None:
                write_token(self.dest, answer["token"])
        except BaseException:
            self.revoke(row)
            raise
        self.kept = row

    def send_creation(self) -> dict[str, Any]:
        params = self.call.params
        values = {name: params[name] for name in ("description", "lifespan") if params[name] is not None}
        (step,) = make_plan(ACCESS_TOKEN, None, Wanted(values, scope=self.user)).steps
        try:
            return self.client.request("POST", step.request.path, body=step.request.body)
        except OutcomeUnknown:
            # Whether it was made shows in the list; its value is lost in any case.
            known = {row["id"] for row in self.rows}
            lost = [row for row in self.read() if row["id"] not in known]
            for row in lost:
                self.revoke(row)
            return self.client.request("POST", step.request.path, body=step.request.body)

    def read(self) -> list[Row]:
        narrow = SCOPE.narrow(self.user)
        return Store(self.client).named(ACCESS_TOKEN, self.call.params["description"], self.user["id"], narrow)

    def find(self, ident: int) -> Row:
        found = [row for row in self.read() if row["id"] == ident]
        if not found:
            raise NotFound(f"The token {ident} is gone right after it was made.")
        return found[0]

    def tighten(self) -> None:
        """A file that others may read is written again."""
        if not is_private(self.dest):
            write_token(self.dest, read_token(self.dest) or "")

    # Telling

    def result(self, others: list[Row], planned: list[str]) -> dict[str, Any]:
        params = self.call.params
        made = self.kept is None or self.value is not None
        shown = {name: params[name] for name in ("description", "lifespan", "dest") if params[name] is not None}
        changed = made or bool(others)
        before = {"ids": [row["id"] for row in others]} if others else {}
        after = shown if made else {}
        blank = {**ACCESS_TOKEN.blank(), "description": params["description"], "user_id": self.user["id"]}
        absent = params["state"] == "absent"
        result: dict[str, Any] = {
            "changed": changed and not absent,
            "access_token": None if absent else self.kept or {**blank, "revoked": False},
            "requests": planned if self.call.check_mode else self.call.sent(),
            "diff": {"before": before, "after": after},
        }
        if self.value and self.dest is None:
            result["token"] = self.value
        return result
