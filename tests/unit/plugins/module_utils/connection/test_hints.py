# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way out that is told where the master does not let somebody in."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import Credentials
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.hints import unauthorized

NOBODY = Credentials()
BY_TOKEN = Credentials(token="t", source="option token")
BY_PASSWORD = Credentials(user="u", password="p", source="DET_PASS")
WITHHELD = Credentials(withheld="DET_USER_TOKEN is of another master.")
GIVE = "Give a token (option token, DET_USER_TOKEN) or log in with det_login."


@pytest.mark.parametrize(
    ("text", "logging_in", "token", "who", "remedy"),
    [
        ("", True, None, NOBODY, "Check the user name and the password."),
        ("", True, None, BY_PASSWORD, "Check the user name and the password. The password is that of DET_PASS."),
        ("", False, None, NOBODY, GIVE),
        ("", False, None, WITHHELD, f"DET_USER_TOKEN is of another master. {GIVE}"),
        ("token was revoked", False, "t", BY_TOKEN, "The access token was revoked: use another one."),
        ("", False, "t", BY_TOKEN, "The token (option token) is wrong, has expired or was logged out: log in again."),
        ("", False, "other", BY_TOKEN, "The token is wrong, has expired or was logged out: log in again."),
        ("", False, "t", NOBODY, "The token is wrong, has expired or was logged out: log in again."),
    ],
)
def test_not_let_in(text, logging_in, token, who, remedy):
    assert unauthorized(text, logging_in, token, who) == remedy
