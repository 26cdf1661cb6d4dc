# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication and trust: options, environment, the stored login."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection import auth
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import Credentials, Tls
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption

URL = "http://det:8080"


@pytest.fixture
def stored(tmp_path):
    """The environment of a user who has logged in with the official CLI."""
    folder = tmp_path / ".config" / "determined"
    folder.mkdir(parents=True)
    logins = {"masters": {URL: {"active_user": "ana", "tokens": {"ana": "of-ana", "bob": "of-bob"}}}}
    (folder / "auth.json").write_text(json.dumps(logins))
    (folder / "certs.json").write_text(json.dumps({URL: "PEM"}))
    return {"HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("det", "http://det:8080"),
        ("det:81", "http://det:81"),
        ("http://det", "http://det:80"),
        ("https://det", "https://det:443"),
        ("https://det/", "https://det:443"),
        ("https://det:8443/base/", "https://det:8443/base"),
        ("HTTPS://Det.Example", "https://det.example:443"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_master(value, url):
    assert auth.master_url(value) == url


@pytest.mark.parametrize(
    "value", ["", None, "ftp://det", "http://", "http://det:port", "http://det:99999", "http://a:b@det"]
)
def test_no_master(value):
    with pytest.raises(BadOption, match=r"^master") as error:
        auth.master_url(value)
    assert "a:b" not in error.value.result()["msg"]


CASES = [
    ("option", {"token": "o"}, {"DET_USER_TOKEN": "e", "DET_USER": "eva", "DET_PASS": "p"}, Credentials("o")),
    ("token and password", {"token": "o", "user": "ana", "password": "p"}, {}, Credentials("o", "ana", "p")),
    ("options", {"user": "ana", "password": "p"}, {"DET_USER_TOKEN": "e"}, Credentials(None, "ana", "p")),
    ("token of the environment", {}, {"DET_USER_TOKEN": "e", "DET_USER": "eva", "DET_PASS": "p"}, Credentials("e")),
    ("password of the environment", {}, {"DET_USER": "eva", "DET_PASS": "p"}, Credentials(None, "eva", "p")),
    ("empty password", {}, {"DET_USER": "eva", "DET_PASS": ""}, Credentials(None, "eva", "")),
    (
        "another user's token",
        {"user": "bob", "password": None},
        {"DET_USER_TOKEN": "e", "DET_USER": "eva"},
        Credentials("of-bob", "bob"),
    ),
    ("a user whom a task is about", {"user": "bob"}, {"DET_USER_TOKEN": "e"}, Credentials("e")),
    ("a password that a task gives", {"password": "p"}, {"DET_USER_TOKEN": "e"}, Credentials("e")),
    ("the stored login", {}, {}, Credentials("of-ana", "ana")),
    ("another stored login", {}, {"DET_USER": "bob"}, Credentials("of-bob", "bob")),
    ("no stored login of theirs", {"user": "eva", "password": None}, {}, Credentials(None, "eva")),
]


@pytest.mark.parametrize(
    ("options", "environ", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_credentials(stored, options, environ, expected):
    assert auth.credentials(options, URL, {**stored, **environ}) == expected


def test_the_stored_login_is_another_master_s(stored):
    assert auth.credentials({}, "http://other:8080", stored) == Credentials()


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "\0"])
def test_a_stored_login_that_cannot_be_read(stored, tmp_path, content):
    (tmp_path / ".config" / "determined" / "auth.json").write_text(content)
    assert auth.credentials({}, URL, stored) == Credentials()


def test_where_the_login_is_stored():
    assert auth.config_dir({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}).endswith("/determined")
    assert auth.config_dir({"DET_DEBUG_CONFIG_PATH": "/d", "HOME": "/h"}) == "/d"


def test_tls(stored, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("PEM")
    ca = str(file)
    cases = [
        ({}, {}, Tls()),
        ({"validate_certs": False, "ca_path": ca}, {}, Tls(verify=False)),
        ({"ca_path": ca, "server_name": "n"}, {"DET_MASTER_CERT_NAME": "other"}, Tls(ca_path=ca, server_name="n")),
        ({}, {"DET_MASTER_CERT_FILE": ca, "DET_MASTER_CERT_NAME": "n"}, Tls(ca_path=ca, server_name="n")),
        ({}, {"DET_MASTER_CERT_FILE": "noverify"}, Tls(verify=False)),
        ({"validate_certs": True}, {"DET_MASTER_CERT_FILE": "noverify"}, Tls()),
        ({}, {"DET_MASTER_CERT_FILE": ""}, Tls()),
    ]
    for options, environ, expected in cases:
        assert auth.tls(options, {"HOME": "/none", **environ}, URL) == expected
    assert auth.tls({}, stored, URL) == Tls(ca_data="PEM")
    with pytest.raises(BadOption, match=r"ca_path .*no such file"):
        auth.tls({"ca_path": "/no/ca"}, {}, URL)


def token(**facts):
    raw = json.dumps(facts).encode() + b"s" * 64
    return "v2.public." + base64.urlsafe_b64encode(raw).decode().rstrip("=") + ".footer"


def test_what_a_token_says():
    one = token(id=3, expiry="2026-03-01T12:00:00.123456789Z")
    assert auth.token_facts(one)["id"] == 3
    assert auth.expiry(one) == datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert auth.expired(one, datetime(2026, 3, 2, tzinfo=UTC))
    assert not auth.expired(one, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "one", ["", "x", "v2.public.", "v2.public.!", "v1.public.abc", token(expiry=5), token(expiry="soon")]
)
def test_a_token_that_says_nothing(one):
    assert auth.expiry(one) is None
    assert not auth.expired(one)


def test_passwords_are_never_sent_as_they_are():
    assert auth.hashed("") == ""
    assert len(auth.hashed("secret")) == 128
    assert auth.hashed("secret") != auth.hashed("Secret")


ENVIRONMENT = {"DET_USER_TOKEN": "e", "DET_USER": "eva", "DET_PASS": "p"}


@pytest.mark.parametrize("named", ["http://det", "det", "DET:8080/", "", None])
def test_the_environment_s_login_is_for_its_master(named):
    environ = {**ENVIRONMENT, **({} if named is None else {"DET_MASTER": named})}
    own = named != "http://det"
    found = auth.credentials({}, URL, environ)
    assert found == (Credentials("e") if own else Credentials())
    assert (found.withheld is None) == own


@pytest.mark.parametrize("name", ["DET_MASTER", "DET_MASTER_ADDR"])
def test_what_is_for_another_master_is_named(stored, name):
    environ = {**stored, **ENVIRONMENT, name: "https://other.example.com"}
    found = auth.credentials({}, URL, environ)
    # Its user is the other master's as well; the stored login is for this one.
    assert found == Credentials("of-ana", "ana")
    assert found.withheld.startswith("DET_USER_TOKEN and DET_PASS of the environment are for https://other.example.com")
    assert "e" not in auth.credentials({"user": "eva"}, URL, environ).withheld.split()


def test_an_environment_s_master_that_cannot_be_read_is_another():
    assert auth.credentials({}, URL, {**ENVIRONMENT, "DET_MASTER": "http://u:secret@det"}).token is None
    assert "secret" not in auth.credentials({}, URL, {**ENVIRONMENT, "DET_MASTER": "http://u:secret@det"}).withheld


@pytest.mark.parametrize("source", [{"token": " t\r\n"}, {}])
def test_a_token_as_a_file_has_it(source):
    assert auth.credentials(source, URL, {"DET_USER_TOKEN": "\tt\n"}).token == "t"


@pytest.mark.parametrize("token", ["one\ntwo", "one two", "t\0", "tökken", "t\x7f", "\ud800"])
def test_a_token_that_cannot_be_sent(token):
    for options, environ in (({"token": token}, {}), ({}, {"DET_USER_TOKEN": token})):
        with pytest.raises(BadOption, match=r"^(token|DET_USER_TOKEN): holds") as error:
            auth.credentials(options, URL, environ)
        assert token not in error.value.result()["msg"]


@pytest.mark.parametrize("name", ["master", "token"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_given_but_empty(name, value):
    with pytest.raises(BadOption, match=f"^{name}: is given, but empty"):
        auth.demand_filled({name: value}, {name})
    auth.demand_filled({name: value}, set())


@pytest.mark.parametrize(
    "address", ["http://b:p/w@det", "http://b:p#w@det", "b:pw@det", "https://det\\@evil", "http://only-user@det"]
)
def test_what_stands_before_the_at_is_not_shown(address):
    with pytest.raises(BadOption) as error:
        auth.master_url(address)
    assert address.rpartition("@")[0].rpartition("://")[2] not in error.value.result()["msg"]


@pytest.mark.parametrize(
    "address", ["http://d\net", "http://det\t", "http://de t", "http://d\u202eet", "http://det\x1b[0m"]
)
def test_an_address_holds_nothing_that_is_dropped_or_steers(address):
    stripped = address.strip() != address
    if stripped:
        assert auth.master_url(address) == "http://det:80"
        return
    with pytest.raises(BadOption):
        auth.master_url(address)


@pytest.mark.parametrize("path", ["/det", "/det/", "/det/dashboard", "/proxy/det/experiments/1?tab=x"])
def test_the_address_of_a_page(path):
    with pytest.raises(BadOption, match="page of the web interface") as error:
        auth.master_url("https://host" + path)
    assert error.value.hint == "Use https://host:443{} instead.".format("/proxy" if "proxy" in path else "")
    assert auth.master_url("https://host/details") == "https://host:443/details"
