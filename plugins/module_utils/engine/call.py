# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a module's work, whichever way it was started."""

from __future__ import annotations

import os
import re
import secrets
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..connection.auth import demand_filled
from ..connection.client import Client
from ..connection.secrets import Secrets, environment_secrets, user_info
from ..errors import DeterminedError, OddAnswer
from .given import EMPTY, check_given
from .null_ids import WARNING, unmade_ids
from .ranges import check_ranges
from .spec import Spec

# The keys of a result that hold sentences: no secret belongs there, not even one of somebody else.
SENTENCES = ("msg", "exception", "failure")


class Call:
    """What a module's work gets.

    ``params``: validated options. ``given``: names of the options that the user wrote, so that null differs from
    absent. ``client``: opened at first use, read-only in check mode. ``diff``: whether the user wants to see one, which
    is worth asking where it is long. ``notes``: warnings for the user. ``say``: function (text) for who watches, where
    somebody can. ``unmade``: names of the options whose id is null in check mode, as an earlier task would make what it
    stands for. ``run``: an id of this run, for the journal.
    """

    def __init__(
        self,
        params: dict[str, Any],
        given: Collection[str],
        check_mode: bool,
        open_client: Callable[[dict[str, Any], bool], Client],
        diff: bool = True,
    ) -> None:
        self.params = params
        self.given = frozenset(given)
        self.check_mode = check_mode
        self.diff = diff
        self.run = secrets.token_hex(6)
        self.notes: list[str] = []
        self.done: dict[str, Any] = {}
        self.unmade: frozenset[str] = frozenset()
        self.say: Callable[[str], None] = lambda text: None
        self._open_client = open_client
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        if self._client is None:
            self._client = self._open_client(self.params, self.check_mode)
        return self._client

    def warn(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def progress(self, **facts: Any) -> None:
        """Facts that a failure later on must still report, such as the ids that are done."""
        self.done.update(facts)

    def sent(self) -> list[str]:
        return list(self._client.writes) if self._client is not None else []

    def answered(self) -> str | None:
        """The request whose answer came last, None before there is one."""
        return getattr(self._client, "answered", None)

    def secrets(self, options: Mapping[str, Any]) -> Secrets:
        """What of this run nobody may see: options that the spec marks so, the environment's, the client's."""
        found = Secrets(no_log_texts(options, self.params))
        found.add(*environment_secrets(os.environ), *user_info(self.params.get("master")))
        if self._client is not None:
            found.add(*self._client.secrets())
        return found


def perform(call: Call, spec: Spec, work: Callable[[Call], dict[str, Any]]) -> dict[str, Any]:
    """The result of ``work(call)``; every failure as a result with ``failed``, ``msg`` and ``failure``.

    No secret of the run is in it, except the ``token`` that was asked for.
    """
    try:
        take_null_ids(call, spec)
        empty = {name + EMPTY for name in call.unmade}
        check_given(spec, call.params, call.given - call.unmade - empty)
        check_ranges(spec.options, call.params)
        demand_filled(call.params, call.given)
        result = work(call)
    except Exception as error:
        result = dict(call.done, failed=True, **explain(error, call.answered()))
    if result.get("failed"):
        result["requests"] = call.sent()
    result.setdefault("changed", False)
    secrets = call.secrets(spec.options)
    call.notes[:] = [secrets.hide(note) for note in call.notes]
    return without_secrets(result, secrets)


def take_null_ids(call: Call, spec: Spec) -> None:
    call.unmade = frozenset(unmade_ids(spec.options, call.params, call.given, call.check_mode))
    for name in sorted(call.unmade):
        call.warn(WARNING.format(name))


def explain(error: Exception, answered: str | None = None) -> dict[str, Any]:
    """What a task reports of an error: msg and failure, and of one that was not foreseen where it came from.

    ``answered``: the request whose answer came last.
    """
    if isinstance(error, DeterminedError):
        return error.result()
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    problem = shape_problem(error)
    if answered is not None and problem is not None:
        return {**OddAnswer(answered, problem).result(), "exception": trace}
    return {"msg": f"Unexpected {type(error).__name__}: {error}", "exception": trace, "failure": {"code": "bug"}}


@contextmanager
def odd_answers(client: Client) -> Iterator[None]:
    """For plugins, which have no result: an answer of another form raises OddAnswer, as perform() reports it."""
    try:
        yield
    except DeterminedError:
        raise
    except Exception as error:
        problem = shape_problem(error)
        if client.answered is None or problem is None:
            raise
        raise OddAnswer(client.answered, problem) from error


# How Python says that a value of JSON is of another type than it was taken for.
OTHER_TYPE = re.compile(r"NoneType|\b(?:str|int|float|bool|dict|list)\b|string indices|not iterable|subscriptable")


def shape_problem(error: Exception) -> str | None:
    """What an error says of the form of an answer, as the rest of a sentence; None of one that says nothing of it.

    Most reading goes through store/answers.py, which knows what was expected; this is for the rest.
    """
    if isinstance(error, KeyError):
        return f"does not have {error.args[0]!r} where it was expected" if error.args else None
    if isinstance(error, (TypeError, AttributeError, ValueError, IndexError)) and (
        isinstance(error, IndexError) or OTHER_TYPE.search(str(error)) or "fromisoformat" in str(error)
    ):
        return f"is not of the form that was expected ({type(error).__name__}: {error})"
    return None


def told(error: DeterminedError, options: Mapping[str, Any]) -> str:
    """An error as a plugin tells it that has no result: its sentences without secrets.

    ``options``: those of the connection, as far as they are known.
    """
    secrets = Secrets([options.get("token"), *user_info(options.get("master")), *environment_secrets(os.environ)])
    return secrets.hide(error.result()["msg"])


def without_secrets(result: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The result with the secrets masked, in its sentences also what looks like one."""
    shown = secrets.hide_in({key: value for key, value in result.items() if key != "token"})
    for key in SENTENCES:
        if key in shown:
            shown[key] = hide_sentences(shown[key], secrets)
    return {**shown, "token": result["token"]} if "token" in result else shown


def hide_sentences(value: Any, secrets: Secrets) -> Any:
    if isinstance(value, dict):
        return {key: hide_sentences(item, secrets) for key, item in value.items()}
    return secrets.hide(value) if isinstance(value, str) else value


def no_log_texts(options: Mapping[str, Any], params: Any) -> Iterator[str]:
    """The values, also those inside of options, of what the spec marks as no_log."""
    if isinstance(params, (list, tuple)):
        for one in params:
            yield from no_log_texts(options, one)
    if not isinstance(params, Mapping):
        return
    for name, option in options.items():
        value = params.get(name)
        if option.get("no_log"):
            yield from texts(value)
        elif "options" in option:
            yield from no_log_texts(option["options"], value)


def texts(value: Any) -> Iterator[str]:
    """All texts inside of a value. A number or a boolean is no secret that could be told from others."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
