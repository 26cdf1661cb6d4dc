# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of many objects whose answers are held against the question, and the look where these leave doubts.

An object counts as changed where the answer says so of just this object, once; or where a look finds it as wanted. An
answer that was lost, that is silent about an object, or that speaks of others proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Callable

from ..connection.client import OutcomeUnknown
from ..connection.transport import CONNECTIONS
from ..errors import ApiError, DeterminedError, NotFound, WaitTimeout
from ..store.parallel import map_concurrently
from ..wording import some_of
from .many import Errors, Ident, Item


@dataclass
class Results:
    """What an answer says.

    :param errors: {id: the master's words} of those that were refused.
    :param doubts: {id: why nothing is known} of those that a look must decide on.
    :param lost: whether there was no answer at all, so that it is worth sending again what was not done.
    """

    errors: dict[Ident, str] = field(default_factory=dict)
    doubts: dict[Ident, str] = field(default_factory=dict)
    lost: bool = False


def send_bulk(
    items: Sequence[Item],
    send: Callable[[list[Ident]], Any],
    as_wanted: Callable[[list[Item]], Set[Ident]],
    once_more: bool = False,
    others: bool = False,
) -> Errors:
    """Change items by one call that answers {results: [{id, error}]}. Returns the Errors of an Act.

    :param send: function (ids) -> answer.
    :param as_wanted: function (items) -> ids of those that a read finds as wanted, in one request for one chunk.
    :param once_more: where the answer was lost, send again what the look shows not to be done.
    :param others: the answer may speak of more objects than were asked for, since more are changed along.
    """
    ids = [one.id for one in items]
    results = ask(ids, send, others)
    if not results.errors and not results.doubts:
        return {}
    fine = as_wanted([one for one in items if one.id in results.errors or one.id in results.doubts])
    # One that was refused and is as wanted all the same is so by somebody else.
    errors: Errors = {ident: None if ident in fine else text for ident, text in results.errors.items()}
    left = {ident: text for ident, text in results.doubts.items() if ident not in fine}
    if left and results.lost and once_more:
        again = send_bulk([one for one in items if one.id in left], send, as_wanted, others=others)
        # The first request may have arrived late, so that the second was refused: both are by this call.
        left = {ident: text for ident, text in again.items() if text}
    return {**errors, **left}


def send_whole(
    items: Sequence[Item],
    send: Callable[[list[Ident]], Any],
    as_wanted: Callable[[list[Item]], Set[Ident]],
    once_more: bool = False,
    _others: bool = False,
) -> Errors:
    """As send_bulk, for a call whose answer says nothing of single objects: a refusal is one of all, and some may be
    as wanted all the same."""
    try:
        send([one.id for one in items])
    except (ApiError, OutcomeUnknown) as error:
        fine = as_wanted(list(items))
        left = [one for one in items if one.id not in fine]
        if left and once_more and isinstance(error, OutcomeUnknown):
            return send_whole(left, send, as_wanted)
        return dict.fromkeys([one.id for one in left], error.msg)
    return {}


def ask(ids: list[Ident], send: Callable[[list[Ident]], Any], others: bool = False) -> Results:
    try:
        answer = send(ids)
    except OutcomeUnknown as error:
        return Results(doubts=dict.fromkeys(ids, error.msg), lost=True)
    return read_results(answer, ids, others)


def read_results(answer: Any, ids: Sequence[Ident], others: bool = False) -> Results:
    """What the answer of a bulk call says of just these ids."""
    rows = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(is_result(row) for row in rows):
        return Results(doubts=dict.fromkeys(ids, "the master's answer has no list of results with ids"))
    asked, found = set(ids), [row["id"] for row in rows]
    foreign = sorted(set(found) - asked)
    if foreign and not others:
        text = f"the master's answer speaks of {some_of([str(one) for one in foreign])}, which was not asked for"
        return Results(doubts=dict.fromkeys(ids, text))
    results = Results()
    by_id: dict[Ident, list[str]] = {}
    for row in rows:
        by_id.setdefault(row["id"], []).append(row.get("error") or "")
    for ident in ids:
        judge(results, ident, by_id.get(ident, []))
    return results


def is_result(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("error") or "", str):
        return False
    return isinstance(row.get("id"), int) and not isinstance(row["id"], bool)


def judge(results: Results, ident: Ident, texts: list[str]) -> None:
    """Put what an answer says of one object into the results."""
    if not texts:
        results.doubts[ident] = "the master's answer says nothing about it, and it is not as wanted"
    elif len(texts) > 1:
        results.doubts[ident] = "the master's answer speaks of it more than once, and it is not as wanted"
    elif texts[0]:
        results.errors[ident] = plain(texts[0])


def plain(text: str) -> str:
    """A bulk error without the wrapping of the master's own calls."""
    return text.rpartition("desc = ")[2]


def send_parts(
    parts: Iterable[list[Item]], send: Callable[[list[Item]], Errors], connections: int = CONNECTIONS
) -> Errors:
    """Requests for several parts of a chunk at a time. Returns the Errors of all.

    What is raised for one part counts for its items alone, so that what became of the others is told. What is raised
    for each of them ends the task.
    """
    raised: list[DeterminedError] = []

    def attempt(part: list[Item]) -> Errors:
        try:
            return send(part)
        except DeterminedError as error:
            raised.append(error)
            return dict.fromkeys((one.id for one in part), error.msg)

    found = list(map_concurrently(attempt, parts, connections))
    if raised and len(raised) == len(found):
        raise raised[0]
    return {ident: text for errors in found for ident, text in errors.items()}


def send_each(
    items: Sequence[Item],
    send: Callable[[Item], Any],
    as_wanted: Callable[[list[Item]], Set[Ident]] | None = None,
    connections: int = CONNECTIONS,
) -> Errors:
    """What the master has no bulk call for: requests for each item, several items at a time. Returns Errors.

    :param send: function (item); what it raises counts for this item alone.
    :param as_wanted: as in send_bulk, of those that were refused or got no answer. Of the latter those that are not as
        wanted are sent once more.
    :param connections: how many are sent at a time.
    """
    problems = try_each(items, send, connections)
    if not problems or as_wanted is None:
        return {ident: text for ident, (text, _lost) in problems.items()}
    fine = as_wanted([one for one in items if one.id in problems])
    lost = {ident for ident, (_text, lost) in problems.items() if lost}
    errors: Errors = {
        ident: None if ident in fine else text for ident, (text, _lost) in problems.items() if ident not in lost
    }
    again = [one for one in items if one.id in lost and one.id not in fine]
    errors.update({ident: text for ident, (text, _lost) in try_each(again, send, connections).items()})
    return errors


def try_each(items: Sequence[Item], send: Callable[[Item], Any], connections: int) -> dict[Ident, tuple[str, bool]]:
    """{id: (why it failed, whether the answer was lost)}."""

    def attempt(item: Item) -> tuple[Ident, str | None, bool]:
        try:
            send(item)
        except (ApiError, NotFound, OutcomeUnknown, WaitTimeout) as error:
            return item.id, error.msg, isinstance(error, OutcomeUnknown)
        return item.id, None, False

    return {ident: (text, lost) for ident, text, lost in map_concurrently(attempt, items, connections) if text}
