# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a state of objects of one kind, however many: asked for together, and no longer than it can come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..engine.spec import Spec
from ..errors import BadOption, DeterminedError, NotFound, WaitTimeout
from ..logs.logs import read_lines
from ..model.row import unread
from ..model.states import without_prefix
from ..store.wait import poll
from .waited_rows import ROWS
from .watched import WATCHED

if TYPE_CHECKING:
    from ..engine.call import Call

NAMED = 5
# Nothing was asked of the master, so it may go on or not: what is paused does not.
HINT = "Run again to wait further."
LISTS = ("experiments", "trials", "tasks", "agents")

WAIT_FOR = Spec(
    {
        "experiments": {"type": "list", "elements": "int", "aliases": ["experiment"]},
        "trials": {"type": "list", "elements": "int", "aliases": ["trial"]},
        "tasks": {"type": "list", "elements": "str", "aliases": ["task"]},
        "agents": {"type": "list", "elements": "str", "aliases": ["agent"]},
        "for_master": {"type": "bool"},
        "states": {"type": "list", "elements": "str", "aliases": ["state"]},
        "return_codes": {"type": "list", "elements": "int"},
        "master_version": {"type": "str"},
        "restarted_since": {"type": "str"},
        "wait_timeout": {"type": "float", "default": 300},
        "log_lines": {"type": "int", "default": 0},
    },
    mutually_exclusive=(("experiments", "trials", "tasks", "agents", "for_master"),),
    required_one_of=(("experiments", "trials", "tasks", "agents", "for_master"),),
    required_by={"master_version": ("for_master",), "restarted_since": ("for_master",), "return_codes": ("tasks",)},
    narrows=("states", "return_codes", "master_version", "restarted_since"),
    objects=("experiments", "trials", "tasks", "agents"),
)


class NeverReached(DeterminedError):
    """What is waited for cannot come any more. ``failure`` has the last lines of a log if they are asked for."""

    code = "never_reached"


def wait_for(call: Call) -> dict[str, Any]:
    """The work of det_wait."""
    params = call.params
    plural = "master" if params["for_master"] else next((one for one in LISTS if params[one] is not None), None)
    if plural is None:
        raise BadOption("for_master", False, "so nothing is named that could be waited for.")
    kind = WATCHED[plural]
    ids = [params["master"] or "master"] if plural == "master" else list(dict.fromkeys(params[plural]))
    wait = Wait(call, plural, kind, ids, words(params["states"], kind))
    if call.check_mode:
        wait.look()
    else:
        wait.to_the_end()
    result = wait.result()
    if plural in call.unmade:
        result[plural].append(dict(unread(ROWS[plural]), reached=False))
        result["reached"] = False
    return {"changed": False, **result}


def words(states: Any, kind: Any) -> Any:
    """The option ``states`` in one spelling."""
    wanted = [state.upper() for state in states or [kind.default]]
    for state, word in zip(states or (), wanted):
        if word not in kind.words:
            plain = without_prefix(word)
            hint = f"Write {plain}." if plain in kind.words else "There are {}.".format(", ".join(kind.words))
            raise BadOption("states", state, f"no {kind.word} is ever that.", hint)
    return frozenset(wanted)


class Wait:
    """Objects, what they shall be, and how they were when they were last looked at."""

    def __init__(self, call: Call, plural: Any, kind: Any, ids: Any, wanted: Any) -> None:
        self.call, self.plural, self.kind, self.ids, self.wanted = call, plural, kind, ids, wanted
        self.pending = list(ids)
        self.seen = {}
        self.known = set()
        self.started = time.monotonic()

    def look(self) -> bool:
        """Look at those that are not there yet; whether all are."""
        self.seen.update(self.kind.look(self.call, self.pending, self.wanted))
        self.known.update(ident for ident in self.pending if self.seen[ident].row["state"])
        self.pending = [ident for ident in self.pending if not self.wanted & self.seen[ident].holds]
        return not self.pending

    def to_the_end(self) -> None:
        """Until all are as wanted. Raises NeverReached, WaitTimeout."""
        try:
            poll(self.reached, self.call.params["wait_timeout"], self.what(), HINT)
        except WaitTimeout as error:
            raise self.with_log(WaitTimeout(f"{error.msg} {self.how(self.pending)}", error.hint)) from error

    def reached(self) -> Any:
        done = self.look()
        self.check_hope()
        self.check_codes()
        return done

    def check_hope(self) -> None:
        """Raises NeverReached as soon as one cannot become what it shall."""
        lost = [one for one in self.pending if self.seen[one].future is not None and not self.may_come(one)]
        unknown = [str(one) for one in lost if one not in self.known]
        if unknown:
            problem = f"There is no {self.kind.word} {', '.join(unknown[:NAMED])}, or the user may not see it."
            raise NotFound(problem, option=self.plural)
        if lost:
            raise self.with_log(NeverReached(f"Gave up waiting until {self.what()}: {self.how(lost)}"), lost[0])

    def may_come(self, ident: Any) -> Any:
        return bool(self.wanted & self.seen[ident].future)

    def check_codes(self) -> None:
        """Raises NeverReached for tasks that ended with another code than wanted."""
        codes = self.call.params["return_codes"]
        if codes is None:
            return
        ends = [one for one in self.ids if self.seen[one].row.get("killed") is not None]
        bad = [one for one in ends if self.seen[one].row["return_code"] not in codes]
        if bad:
            how = ", ".join(f"{one} {ended(self.seen[one].row)}" for one in bad[:NAMED])
            problem = f"{len(bad)} of {len(self.ids)} tasks ended otherwise than wanted: {how}."
            raise self.with_log(NeverReached(problem), bad[0])

    # What is said

    def result(self) -> dict[str, Any]:
        rows = [dict(self.seen[one].row, reached=one not in self.pending) for one in self.ids]
        if self.plural == "master":
            return {"master": rows[0], "reached": rows[0]["reached"], "waited": self.waited()}
        return {self.plural: rows, "reached": not self.pending, "waited": self.waited()}

    def waited(self) -> Any:
        return round(time.monotonic() - self.started, 1)

    def what(self) -> Any:
        if self.plural == "master":
            params = self.call.params
            version = [] if params["master_version"] is None else ["of version {}".format(params["master_version"])]
            return " and ".join(
                ["the master is ready", *version, *(["started anew"] if params["restarted_since"] else [])]
            )
        states = " or ".join(sorted(self.wanted))
        if len(self.ids) == 1:
            return f"{self.kind.word} {self.ids[0]} is {states}"
        return f"{len(self.ids)} {self.plural} are {states}"

    def how(self, ids: Any) -> Any:
        """The states of the first of these, as a sentence."""
        if self.plural == "master":
            row = self.seen[ids[0]].row
            return row["error"] or "It is {}.".format(row["state"])
        shown = [f"{ident} is {self.state(ident)}" for ident in ids[:NAMED]]
        more = [f"{len(ids) - NAMED} more are not either"] if len(ids) > NAMED else []
        return ", ".join(shown + more) + "."

    def state(self, ident: Any) -> Any:
        return self.seen[ident].row["state"] or "not there"

    def with_log(self, error: Any, ident: Any = None) -> Any:
        """The error with all that is known, and with the last lines of the log of the first that stands in the way."""
        self.call.progress(**self.result())
        ident = self.pending[0] if ident is None else ident
        path = self.kind.log and self.call.params["log_lines"] and self.kind.log(self.call.client, ident)
        if path and self.seen[ident].row["state"]:
            rows, _more = read_lines(self.call.client, path, {}, self.call.params["log_lines"], True)
            lines = [row["log"] for row in rows]
            error.msg = "\n".join([error.msg, *lines])
            error.facts["log"] = lines
        return error


def ended(row: dict[str, Any]) -> Any:
    if row["return_code"] is not None:
        return "with code {}".format(row["return_code"])
    return "was killed" if row["killed"] else "without a code"
