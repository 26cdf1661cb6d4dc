# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.filter.redact import without_secrets
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.redact import MASK, is_secret, redact


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True), ("HF_TOKEN", True), ("secretKey", True), ("aws_access_key_id", True), ("apiKey", True),
        ("SIGNING_KEY", True), ("Authorization", True), ("registry_auth", True), ("DB_PWD", True),
        ("max_tokens", False), ("tokenizer", False), ("key", False), ("author", False), ("metric", False),
        ("primary_key", False), ("keyboard", False),
    ],
)  # fmt: skip
def test_names_of_secrets(name, secret):
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("HF_TOKEN=hf_x EPOCHS=3", f"HF_TOKEN={MASK} EPOCHS=3"),
        ('{"password": "a b", "lr": 0.1}', f'{{"password": {MASK}, "lr": 0.1}}'),
        ("secret_key: abc", f"secret_key: {MASK}"),
        ("Authorization: Bearer abcdefgh.ijk", f"Authorization: Bearer {MASK}"),
        ("logged in with v2.public.abc_-9.def", f"logged in with {MASK}"),
        ("git clone https://ana:pw@host/x", f"git clone https://ana:{MASK}@host/x"),
        ("key is AKIAABCDEFGHIJKLMNOP", f"key is {MASK}"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nrest", f"{MASK}\nrest"),
        ("max_tokens=512 tokenizer=bert loss: 0.3", "max_tokens=512 tokenizer=bert loss: 0.3"),
        ("token: 17", "token: 17"),
        ("INFO: password: x", f"INFO: password: {MASK}"),
        ("secret: a: b", f"secret: {MASK} b"),
        ('["API_KEY=x","EPOCHS=3"]', f'["API_KEY={MASK}","EPOCHS=3"]'),
        ("http://127.0.0.1:8080/path", "http://127.0.0.1:8080/path"),
        ("", ""),
    ],
)
def test_text(text, wanted):
    assert redact(text) == wanted


def test_structures():
    config = {
        "checkpoint_storage": {"type": "s3", "access_key": "AB", "secret_key": None, "bucket": "b"},
        "environment": {"registry_auth": {"username": "u", "password": "p"}, "environment_variables": ["API_KEY=1a"]},
        "hyperparameters": {"tokens": 5, "token": 3},
    }
    assert redact(config) == {
        "checkpoint_storage": {"type": "s3", "access_key": MASK, "secret_key": None, "bucket": "b"},
        "environment": {
            "registry_auth": {"username": "u", "password": MASK},
            "environment_variables": [f"API_KEY={MASK}"],
        },
        "hyperparameters": {"tokens": 5, "token": 3},
    }
    assert redact(redact(config)) == redact(config)


def test_patterns_of_ones_own():
    assert redact(["corp-12"], [re.compile(r"corp-\d+")]) == [MASK]
    with pytest.raises(AnsibleFilterError, match="no regular expression"):
        without_secrets("x", ["("])
