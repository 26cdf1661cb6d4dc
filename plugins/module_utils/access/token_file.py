# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that a token is delivered to: the token and a line end, for its owner only."""

from __future__ import annotations

import os

from ..connection.auth import token_facts
from ..errors import BadOption, DeterminedError
from ..safe_files import UnsafePlace, read_file, readable, replace_file

LONGEST = 65536
PRIVATE = 0o600


def read_token(dest: str) -> str | None:
    """The token in the file; None where there is no file, or something else is in it. Raises BadOption for a place
    where no file can be."""
    if not os.path.isdir(os.path.dirname(os.path.abspath(dest))):
        raise BadOption("dest", dest, "is in no folder that is there.", "Make the folder first.")
    try:
        text = read_file(dest, LONGEST).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except UnsafePlace as error:
        raise BadOption("dest", dest, f"cannot be used: {error.strerror}.", "Name a plain file.") from error
    except OSError as error:
        raise BadOption("dest", dest, f"cannot be read: {error.strerror}.") from error
    if text and not token_facts(text):
        raise BadOption("dest", dest, "holds something that is no token.", "Name another file, or remove this one.")
    return text or None


def token_id(token: str | None) -> int | None:
    """The id that a token says it has."""
    ident = token_facts(token).get("id") if token else None
    return ident if isinstance(ident, int) else None


def write_token(dest: str, token: str) -> None:
    """Put the token into the file, at once and for its owner only. Raises DeterminedError where that fails."""
    try:
        replace_file(dest, (token + "\n").encode(), PRIVATE)
    except OSError as error:
        raise DeterminedError(f"{readable(dest)} cannot be written: {error.strerror}.", code="disk") from error


def is_private(dest: str) -> bool:
    """Whether nobody but its owner may read the file."""
    return os.stat(dest).st_mode & 0o777 == PRIVATE
