# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors a handler raises; the server turns them into the master's answers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

# gRPC code -> (name, HTTP status, HTTP reason), as the master's gateway maps them.
CODES = {
    2: ("Unknown", 500, "Internal Server Error"),
    3: ("InvalidArgument", 400, "Bad Request"),
    4: ("DeadlineExceeded", 504, "Gateway Timeout"),
    5: ("NotFound", 404, "Not Found"),
    6: ("AlreadyExists", 409, "Conflict"),
    7: ("PermissionDenied", 403, "Forbidden"),
    8: ("ResourceExhausted", 429, "Too Many Requests"),
    9: ("FailedPrecondition", 400, "Bad Request"),
    12: ("Unimplemented", 501, "Not Implemented"),
    13: ("Internal", 500, "Internal Server Error"),
    16: ("Unauthenticated", 401, "Unauthorized"),
}


class ApiError(Exception):
    """An answer other than 200: gRPC code and text."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code = code
        self.text = text
        self.unproven = ""

    @property
    def status(self) -> int:
        return CODES[self.code][1]

    @property
    def as_result(self) -> str:
        """The text inside another one and in results of bulk calls: with the code's name, but for plain failures."""
        if self.code == 13:
            return self.text
        return f"rpc error: code = {CODES[self.code][0]} desc = {self.text}"

    def body(self) -> dict:
        return {"error": {"code": self.code, "reason": CODES[self.code][0], "error": self.text}}

    def stream_body(self) -> dict:
        """The other form, in which streaming calls answer."""
        _name, status, reason = CODES[self.code]
        return {
            "error": {
                "grpcCode": self.code,
                "httpCode": status,
                "message": self.text,
                "httpStatus": reason,
                "details": [],
            }
        }


class UnsupportedMediaType(ApiError):
    """What the routes outside the API answer that gRPC has no code for."""

    def __init__(self, text: str):
        super().__init__(3, text)

    @property
    def status(self) -> int:
        return 415


def guessed(error: ApiError, what: str) -> ApiError:
    """An error that no recording and no source of a master shows: the journal tells so, with what is not known."""
    error.unproven = what
    return error


def invalid(text: str) -> ApiError:
    """400, the request is wrong."""
    return ApiError(3, text)


def not_found(text: str) -> ApiError:
    """404."""
    return ApiError(5, text)


def exists(text: str) -> ApiError:
    """409."""
    return ApiError(6, text)


def denied(text: str) -> ApiError:
    """403."""
    return ApiError(7, text)


def precondition(text: str) -> ApiError:
    """400, the state does not allow it."""
    return ApiError(9, text)


def internal(text: str) -> ApiError:
    """500, which the master answers for many ordinary conditions."""
    return ApiError(13, text)


@contextlib.contextmanager
def named_query(name: str) -> Iterator[None]:
    """The errors of what the master keeps as a query with a name tell that name."""
    try:
        yield
    except ApiError as error:
        raise internal(f"error running query: {name}: {error.text}") from None


def stumbled() -> ApiError:
    """500, a part of the request is missing that the master takes for granted."""
    return internal("runtime error: invalid memory address or nil pointer dereference")


def unauthenticated(text: str) -> ApiError:
    """401."""
    return ApiError(16, text)
