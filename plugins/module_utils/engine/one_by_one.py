# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the master has no bulk operation for: a request for each object, several at a time."""

from __future__ import annotations

from ..connection.client import Outcome
from ..errors import ApiError
from ..selection.search import ahead


def one_by_one(send, items):
    """{id: error} of the items for which ``send(item)`` was refused or got no answer."""

    def attempt(item):
        try:
            send(item)
        except (ApiError, Outcome) as error:
            return item.id, error.msg
        return item.id, None

    return {ident: text for ident, text in ahead(attempt, items) if text}
