# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as one exception per remedy. Each becomes C(msg) and C(failure) of a failed task."""

from __future__ import annotations

from typing import Any


class DeterminedError(Exception):
    """Base of all errors that a task reports.

    ``msg`` is a sentence that says what happened and what to do. ``hint`` is the remedy alone, when there is one.
    """

    code = "error"

    def __init__(self, msg: str, hint: str | None = None, **facts: Any) -> None:
        super().__init__(msg)
        self.msg = msg
        self.hint = hint
        self.facts = facts

    def failure(self) -> dict[str, Any]:
        """The machine-readable half of a failed result: dict of code, hint and what else is known."""
        known = dict(self.facts, code=self.facts.get("code") or self.code, hint=self.hint)
        return {key: value for key, value in known.items() if value is not None}

    def result(self) -> dict[str, Any]:
        """Keys of a failed task's result."""
        text = self.msg if self.hint is None or self.hint in self.msg else f"{self.msg} {self.hint}"
        return {"msg": text, "failure": self.failure()}


class BadOption(DeterminedError):
    """An option's value cannot be used. Raised before anything is written."""

    code = "bad_option"

    def __init__(self, option: str, value: Any, problem: str, hint: str | None = None) -> None:
        shown = "" if value is None else f" ({value!r})"
        super().__init__(f"{option}{shown}: {problem}", hint, option=option)


class Refused(DeterminedError):
    """The object's state, a brake or the read-only switch forbids what was asked. Raised before the write."""

    code = "refused"

    def __init__(self, msg: str, hint: str | None = None, reason: str | None = None, **facts: Any) -> None:
        super().__init__(msg, hint, **facts)
        # Why, without what was to be done to which object, for lists that name these.
        self.why = reason or msg


class NotFound(DeterminedError):
    """There is no such object, or the user may not see it."""

    code = "not_found"


class Ambiguous(DeterminedError):
    """A name that several objects bear."""

    code = "ambiguous"


class Unreachable(DeterminedError):
    """No answer from the master: refused, reset, timed out, wrong certificate, not a master."""

    code = "unreachable"


class OddAnswer(DeterminedError):
    """An answer of another form than the API promises, or one that does not fit what was asked. Nothing is assumed.

    ``request``: method and path. ``problem``: what is wrong with the answer, as the rest of a sentence.
    """

    code = "odd_answer"

    def __init__(self, request: str, problem: str) -> None:
        super().__init__(
            f"{request}: the answer {problem}.",
            "What answers at this address may be a proxy, a cache, or a master of another release.",
            request=request,
        )


class WaitTimeout(DeterminedError):
    """What was waited for did not happen in time. What had been asked of the master stays asked."""

    code = "wait_timeout"


class ApiError(DeterminedError):
    """An answer of the master with a status of 400 or more. Its subclasses say which kind of refusal it is.

    ``words`` are the master's innermost words, ``status`` and ``text`` what came over the wire. Nothing above
    connection/ looks at ``status`` or ``text``: connection/refusals.py has told what they mean by the class.
    """

    code = "api_error"

    def __init__(
        self, status: int, reason: str, text: str, method: str, path: str, hint: str | None = None, words: str = ""
    ) -> None:
        self.status = status
        self.reason = reason
        self.text = text
        self.words = words or text.rstrip(".")
        answer = ": ".join(filter(None, (f"{status} {reason}".rstrip(), text.rstrip("."))))
        super().__init__(
            f"{method} {path}: {answer}.",
            hint,
            status=status,
            reason=reason,
            text=text,
            request=f"{method} {path}",
        )

    def about(self, act: str, remedy: str | None = None) -> ApiError:
        """The same error; its sentence says what was to be done to which object. ``act``: such as "Create group x"."""
        self.msg = f"{act} failed: {self.words or self.reason}."
        self.hint = remedy or self.hint
        return self


class Missing(ApiError):
    """There is no such object, or the user may not see it."""

    code = "not_found"


class Taken(ApiError):
    """An object of that name, or that pair, is there already."""

    code = "taken"


class Denied(ApiError):
    """The user is known, and is not allowed to do this."""

    code = "denied"


class NotLoggedIn(ApiError):
    """No token, or one that the master does not take (any more)."""

    code = "not_logged_in"


class WrongState(ApiError):
    """The object's state does not allow it."""

    code = "wrong_state"


class Invalid(ApiError):
    """The master does not take the values that were sent."""

    code = "invalid"


class Unsupported(ApiError):
    """This master, as it is set up, does not have the operation."""

    code = "unsupported"


class ServerError(ApiError):
    """The master, or what stands before it, failed: a status of 500 and more whose text tells nothing better."""

    code = "server_error"


class TooLarge(ApiError):
    """The answer would be over the master's message size; a repeat would be the same."""

    code = "too_large"
