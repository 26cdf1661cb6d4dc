# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the master's refusals mean, by texts as it words them."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils import errors
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import (
    class_of,
    innermost_words,
)

DUPLICATE = 'failed to create template x: ERROR: duplicate key value violates "templates_pkey" (SQLSTATE 23505)'


@pytest.mark.parametrize(
    ("status", "text", "meaning"),
    [
        (404, "user not found", errors.Missing),
        (404, "Not Found", errors.Unsupported),
        (501, "Not Implemented", errors.Unsupported),
        (404, "error getting default namespace: operation not supported", errors.Unsupported),
        (409, "Error creating group x: row already exists", errors.Taken),
        (500, "code=400, message=user already exists", errors.Taken),
        (500, DUPLICATE, errors.Taken),
        (500, "not found", errors.Missing),
        (500, "the file was not found in the bucket", errors.ServerError),
        (500, "sql: no rows in result set", errors.Missing),
        (500, "pool with name x doesn't exist or is not available", errors.Missing),
        (500, " workspace with id 7 and pool with name  x binding doesn't exist", errors.Missing),
        (500, "resource pool x does not exist or is not available to view", errors.Missing),
        (400, "resource pool x does not exist or is not available to workspace id 1", errors.Invalid),
        (
            500,
            "tried to delete default binding for cluster k: cannot delete the default namespace binding",
            errors.Missing,
        ),
        (500, 'model "x" is archived and cannot have attributes updated', errors.WrongState),
        (500, "unable to update inactive token with ID 3", errors.WrongState),
        (500, "non admin users can't edit global webhooks", errors.Denied),
        (500, 'current user "u" doesn\'t have permissions to get model "x"', errors.Denied),
        (403, "access denied; required permissions: PERMISSION_TYPE_UPDATE_GROUP", errors.Denied),
        (401, "token missing", errors.NotLoggedIn),
        (400, "valid url required", errors.Invalid),
        (500, "invalid experiment configuration: <config>: entrypoint: not found", errors.Invalid),
        (500, "invalid resource configuration: slots requested exceeds cluster capacity", errors.Invalid),
        (500, "managed experiments require entrypoint", errors.Invalid),
        (500, "workspace and project must both be included in config if one is provided", errors.Invalid),
        (500, "boom", errors.ServerError),
        (418, "teapot", errors.ApiError),
    ],
)
def test_class(status, text, meaning):
    assert class_of(status, "", text) is meaning


def test_an_answer_over_the_message_size():
    assert class_of(429, "ResourceExhausted", "too large") is errors.TooLarge
    assert class_of(429, "Too Many Requests", "later") is errors.ApiError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rpc error: code = NotFound desc = workspace '9' not found", "workspace '9' not found"),
        ("code=400, message=user already exists", "user already exists"),
        ("a: rpc error: code = Internal desc = b: rpc error: code = NotFound desc = c.", "c"),
        (DUPLICATE, 'duplicate key value violates "templates_pkey" (SQLSTATE 23505)'),
        ("plain", "plain"),
    ],
)
def test_innermost_words(text, words):
    assert innermost_words(text) == words
