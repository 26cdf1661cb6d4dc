# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.determined_ai.determined.plugins.filter.redact import without_secrets
from ansible_collections.determined_ai.determined.plugins.module_utils.logs import redact as redacting
from ansible_collections.determined_ai.determined.plugins.module_utils.logs.redact import MASK, is_secret, redact

from tests.unit.plugins.module_utils.logs.steps import Counted


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True), ("HF_TOKEN", True), ("secretKey", True), ("aws_access_key_id", True), ("apiKey", True),
        ("SIGNING_KEY", True), ("Authorization", True), ("registry_auth", True), ("DB_PWD", True),
        ("PGPASSWORD", True), ("MYSQL_PASSWD", True), ("sshpass", True), ("DET_PASS", True), ("AccountKey", True),
        ("account_key", True), ("APIKEY", True), ("--api-key", True), ("GITHUB_TOKEN_2", True), ("authToken", True),
        ("sas_url", True), ("connection_string", True), ("AZURE_STORAGE_CONNECTION_STRING", True), ("sig", True),
        ("X-Amz-Signature", True), ("X-Amz-Credential", True), ("credentials", True), ("client_secrets", True),
        ("max_tokens", False), ("tokenizer", False), ("key", False), ("author", False), ("metric", False),
        ("primary_key", False), ("keyboard", False), ("token_count", False), ("key_label", False),
        ("keep_labels", False),
        ("token_accuracy", False), ("pad_token", False), ("eos_token_id", False), ("num_tokens", False),
        ("bypass", False),
        ("passes", False), ("forward_pass", False), ("sigma", False), ("signature", False), ("sort_key", False),
        ("secretary", False), ("connection", False), ("validation_loss", False),
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
        ("PGPASSWORD=foo psql", f"PGPASSWORD={MASK} psql"),
        ("DB_PASSWORD=12345", f"DB_PASSWORD={MASK}"),
        ("HF_TOKEN=12345", f"HF_TOKEN={MASK}"),
        ("train.py --password hunter2 --lr 3", f"train.py --password {MASK} --lr 3"),
        ("train.py --api-key=12345", f"train.py --api-key={MASK}"),
        ("--token 17 --max-tokens 512", f"--token {MASK} --max-tokens 512"),
        ("--password --lr 3", "--password --lr 3"),
        ('["--password", "a b", "--lr", "3"]', f'["--password", {MASK}, "--lr", "3"]'),
        ("https://h/c?sv=1&sig=ab%2B%3D&se=2", f"https://h/c?sv=1&sig={MASK}&se=2"),
        ("https://h/c?token=123&page=4", f"https://h/c?token={MASK}&page=4"),
        ("Name=x;AccountKey=ab==;Suffix=net", f"Name=x;AccountKey={MASK};Suffix=net"),
        (r"{\"password\": \"a b\", \"lr\": 1}", rf"{{\"password\": {MASK}, \"lr\": 1}}"),
        (r'"password": "a\"b", "lr": 1', f'"password": {MASK}, "lr": 1'),
        ('password: "cut', f"password: {MASK}"),
        ('"passwords": ["a", "b"]', f'"passwords": {MASK}'),
        ("token_count: 5 token: [1, 2] pass: 2", "token_count: 5 token: [1, 2] pass: 2"),
        ("auth: {user: u, token: t}", f"auth: {{user: u, token: {MASK}"),
        ("password: null, auth: none", "password: null, auth: none"),
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


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        # Where checkpoints are stored in Azure.
        (
            {"type": "azure", "container": "c", "connection_string": "Name=x;AccountKey=y"},
            {"type": "azure", "container": "c", "connection_string": MASK},
        ),
        ({"sas_url": "https://h/c?sig=abc"}, {"sas_url": MASK}),
        ({"account_url": "https://h/c?sig=abc"}, {"account_url": f"https://h/c?sig={MASK}"}),
        ({"password": 12345, "token": 3, "max_tokens": 512}, {"password": MASK, "token": 3, "max_tokens": 512}),
        ({"secrets": {"user": "u", "more": ["x", None]}}, {"secrets": {"user": MASK, "more": [MASK, None]}}),
        ({"auth": {"user": "u", "token": "t"}}, {"auth": {"user": "u", "token": MASK}}),
        ({"has_password": True, "password": ""}, {"has_password": True, "password": ""}),
        ({"name": "DB_PASSWORD", "value": "x"}, {"name": "DB_PASSWORD", "value": MASK}),
        ({"name": "token", "value": 0.5}, {"name": "token", "value": 0.5}),
        (["train.py", "--password", "a b", "--lr", "3"], ["train.py", "--password", MASK, "--lr", "3"]),
        (["--api-key", 12345, "--lr", 3], ["--api-key", MASK, "--lr", 3]),
        (["DB_PASSWORD=a, b", "NAMES=a, b"], [f"DB_PASSWORD={MASK}", "NAMES=a, b"]),
        ({"searcher": {"metric": "token_accuracy"}}, {"searcher": {"metric": "token_accuracy"}}),
        ({"labels": ["keep", "token"]}, {"labels": ["keep", "token"]}),
    ],
)
def test_values(value, wanted):
    assert redact(value) == wanted
    assert redact(wanted) == wanted


def test_patterns_of_ones_own():
    assert redact(["corp-12"], [re.compile(r"corp-\d+")]) == [MASK]
    with pytest.raises(AnsibleFilterError, match="no regular expression"):
        without_secrets("x", ["("])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:pa@ss@host/x", "https://u:********@host/x"),
        ("clone https://0123456789abcdef0123@git.host/x", "clone https://********@git.host/x"),
        ("ssh://git@git.host/x", "ssh://git@git.host/x"),
        ("x-eyJhbGciOiJIUzI1.eyJzdWIi.c2ln rest", "x-******** rest"),
        ("a.b.eyJhbGciOiJIUzI1.eyJzdWIi.c2ln", "a.b.********"),
        ("eyJhbGciOiJIUzI1..c2ln", "eyJhbGciOiJIUzI1..c2ln"),
        ("plugins.module_utils.logs.redact", "plugins.module_utils.logs.redact"),
    ],
)
def test_addresses_and_web_tokens(text, shown):
    assert redact(text) == shown


HOSTILE = [
    "eyJ-", "eyJaaaaaaaa.", "a.", "a-", "-----BEGIN ", "-----BEGIN PRIVATE KEY----- -----END ", "Bearer ", "x://",
    "x://:", "x://a:a", "a@",
    "token=", 'token="', "token='", "token=[", "token={", "token=1,", "token \\", "--token ", "--token-", "\\",
    '\\"', "A", "aA", "_", "conn_", "sk-", "v2.public.", " ", "\t", "=", ":", "[", "{", "'", '"', "password: ", "null,",
]  # fmt: skip


@pytest.fixture
def looks(monkeypatch):
    """Function (text) -> how many signs the patterns look at to redact it."""
    for name, one in list(vars(redacting).items()):
        if isinstance(one, re.Pattern):
            monkeypatch.setattr(redacting, name, Counted(one))
    monkeypatch.setattr(redacting, "SHAPES", tuple(map(Counted, redacting.SHAPES)))

    def count(text):
        before = Counted.looks
        redacting.redact(text)
        return Counted.looks - before

    return count


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("begin", ["", "token=", "x://a:"])
def test_the_work_grows_with_the_length_and_not_with_its_square(looks, piece, begin):
    """For a text four times as long: four times the work, or sixteen times if it is the square."""
    small, large = (looks(begin + piece * (length // len(piece))) for length in (60, 240))
    assert large < 8 * small


def test_what_grows_with_the_square_is_seen():
    for pattern, square in ((r"(?<!a)a+b", False), (r"a+b", True), (r"(?:a|a)*b", True), (r"a{1,3}b", False)):
        counts = []
        for length in (4, 16) if "|" in pattern else (60, 240):
            before = Counted.looks
            Counted(re.compile(pattern)).search("a" * length)
            counts.append(Counted.looks - before)
        assert (counts[1] >= 8 * counts[0]) is square, pattern
