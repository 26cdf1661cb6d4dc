# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brakes on acts that many objects suffer, and the journal of what was done."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from datetime import datetime, timezone

from ..errors import BadOption, DeterminedError, Refused
from .spec import Spec

MOST_IRREVERSIBLE = 100

GUARD = Spec(
    {
        "max_changes": {"type": "int"},
        "confirm": {"type": "str"},
        "confirm_above": {"type": "int"},
        "journal": {"type": "path"},
    }
)


def digest(plan):
    """A short text that stands for just this plan, any structure that JSON can hold."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:16]


def brake(params, plural, count, plan_digest, irreversible):
    """Refuse before the first write what touches more than allowed, or is not the plan that was confirmed."""
    most = params["max_changes"]
    if most is None and irreversible:
        most = MOST_IRREVERSIBLE
    if most is not None and count > most:
        raise Refused(
            f"{count} {plural} would be changed, and max_changes is {most}.",
            "Look at the plan in check mode, then narrow the selection or raise max_changes.",
            count=count,
            plan_digest=plan_digest,
        )
    confirm, above = params["confirm"], params["confirm_above"]
    if confirm is not None and confirm != plan_digest:
        raise Refused(
            f"The plan is {plan_digest}, and confirm is {confirm}: something else would be done now.",
            "Look at the plan in check mode again.",
            count=count,
            plan_digest=plan_digest,
        )
    if irreversible and above is not None and count > above and confirm is None:
        raise Refused(
            f"{count} {plural} would be changed for good, more than confirm_above ({above}).",
            f"Run it in check mode and give its plan_digest as confirm: {plan_digest}.",
            count=count,
            plan_digest=plan_digest,
        )


class Journal:
    """A file with a JSON line for each act: before it is sent, and what came of it.

    A line is on the disk before the request goes out; where it cannot be written, nothing is sent.
    """

    def __init__(self, path):
        self.path = path
        self._file = None

    def __enter__(self):
        if self.path:
            try:
                self._file = open(os.path.expanduser(self.path), "a", encoding="utf-8")
            except OSError as error:
                raise BadOption("journal", self.path, f"cannot be written: {error.strerror}.") from error
        return self

    def __exit__(self, *error):
        if self._file:
            # What is still to be written here could not be written before, and that was reported.
            with suppress(OSError):
                self._file.close()

    def write(self, phase, act, rows):
        """One line for each of ``rows``, dicts with id and whatever else is worth keeping."""
        if not self._file:
            return
        time = datetime.now(timezone.utc).isoformat()
        try:
            for row in rows:
                self._file.write(json.dumps(dict({"time": time, "phase": phase, "act": act}, **row)) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise DeterminedError(
                f"The journal {self.path} cannot be written: {error.strerror}.",
                "Nothing was sent after the last line of it; free the disk and run again.",
                code="journal",
            ) from error
