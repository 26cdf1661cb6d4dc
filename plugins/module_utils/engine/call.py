# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a module's work, whichever way it was started."""

from __future__ import annotations

import traceback

from ..errors import DeterminedError
from ..selection.given import check_given
from .ranges import check_ranges


class Call:
    """What a module's work gets.

    ``params``: validated options. ``given``: names of the options that the user wrote, so that null differs from
    absent. ``client``: opened at first use, read-only in check mode. ``diff``: whether the user wants to see one, which
    is worth asking where it is long. ``notes``: warnings for the user. ``say``: function (text) for who watches, where
    somebody can.
    """

    def __init__(self, params, given, check_mode, open_client, diff=True):
        self.params = params
        self.given = frozenset(given)
        self.check_mode = check_mode
        self.diff = diff
        self.notes = []
        self.done = {}
        self.say = lambda text: None
        self._open_client = open_client
        self._client = None

    @property
    def client(self):
        if self._client is None:
            self._client = self._open_client(self.params, self.check_mode)
        return self._client

    def warn(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def progress(self, **facts):
        """Facts that a failure later on must still report, such as the ids that are done."""
        self.done.update(facts)

    def sent(self):
        return list(self._client.writes) if self._client is not None else []


def perform(call, spec, work):
    """The result of ``work(call)``; every failure as a result with ``failed``, ``msg`` and ``failure``."""
    try:
        check_given(spec, call.params, call.given)
        check_ranges(spec.options, call.params)
        result = work(call)
    except DeterminedError as error:
        result = dict(call.done, failed=True, **error.result())
    except Exception as error:
        result = dict(call.done, failed=True, msg=f"Unexpected {type(error).__name__}: {error}")
        result["exception"] = traceback.format_exc()
        result["failure"] = {"code": "bug"}
    if result.get("failed"):
        result["requests"] = call.sent()
    result.setdefault("changed", False)
    return result
