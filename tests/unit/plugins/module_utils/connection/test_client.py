# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP against a master, or a network, that misbehaves."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection import bodies
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.auth import Credentials, Tls
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import (
    Client,
    OutcomeUnknown,
    open_client,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.paths import (
    demand_path,
    quote_segment,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    ApiError,
    BadOption,
    OddAnswer,
    Refused,
    Unreachable,
)
from requests import ReadTimeout
from requests.adapters import HTTPAdapter

from tests.loopback import Server, certificate, cut, reply, reset

FINE = (200, {"ok": True})
TOKEN = (200, {"token": "new", "user": {}})
PATH = "/api/v1/thing"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No waiting between repeats: the clock that the client looks at jumps instead."""
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("DET_") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)
    return clock


def client(url, token="t", user=None, password=None, **more):
    return Client(url, Credentials(token, user, password), **{"timeout": 10, **more})


def status(number, **headers):
    body = {"error": {"code": 1, "reason": "R", "error": "text"}}
    return number, body, {name.replace("_", "-"): value for name, value in headers.items()}


# What is sent again


@pytest.mark.parametrize("fault", [status(429), status(502), status(503), status(504), reset, cut], ids=str)
def test_a_read_is_sent_again(fault):
    with Server([fault, fault, FINE]) as server:
        assert client(server.url).get(PATH) == {"ok": True}
        assert len(server.requests) == 3


@pytest.mark.parametrize("fault", [status(429), status(503), reset, cut], ids=str)
def test_a_post_that_may_have_arrived_is_sent_once(fault):
    with Server([fault, FINE]) as server:
        with pytest.raises(Unreachable) as error:
            client(server.url).post(PATH, {"a": 1})
        assert len(server.requests) == 1
    assert error.value.code == "outcome_unknown"
    assert "run again" in error.value.result()["msg"]


@pytest.mark.parametrize("fault", [status(503), reset, cut], ids=str)
def test_a_delete_that_may_have_arrived_is_sent_once(fault):
    with Server([fault, FINE]) as server:
        with pytest.raises(Unreachable):
            client(server.url).request("DELETE", PATH)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda one: one.request("PUT", PATH, body={}),
        lambda one: one.request("PATCH", PATH, body={}),
        lambda one: one.post(PATH, {}, repeatable=True),
        lambda one: one.read(PATH, {}),
    ],
    ids=["PUT", "PATCH", "repeatable POST", "reading POST"],
)
def test_what_does_no_harm_is_sent_again(call):
    with Server([reset, status(503), FINE]) as server:
        assert call(client(server.url)) == {"ok": True}
        assert len(server.requests) == 3


def test_retry_after_is_honoured(quick):
    with Server([status(429, Retry_After="7"), FINE]) as server:
        client(server.url).get(PATH)
    assert quick[0] == 7


@pytest.mark.parametrize("fault", [status(503), status(429, Retry_After="0.5"), reset], ids=str)
def test_repeats_end(quick, fault):
    with Server([fault]) as server:
        with pytest.raises((ApiError, Unreachable)):
            client(server.url, retry_time=30).get(PATH)
        assert len(server.requests) > 3
    assert quick[0] <= 30


def test_retry_after_beyond_the_end_is_not_waited_for(quick):
    with Server([status(503, Retry_After="3600")]) as server:
        with pytest.raises(ApiError):
            client(server.url).get(PATH)
        assert len(server.requests) == 1
    assert quick[0] == 0


def test_no_repeats_when_none_are_wanted():
    with Server([status(503)]) as server:
        with pytest.raises(ApiError):
            client(server.url, retry_time=0).get(PATH)
        assert len(server.requests) == 1


def test_an_answer_that_is_too_large_is_not_asked_for_again():
    too_large = (429, {"error": {"code": 8, "reason": "ResourceExhausted", "error": "larger than max"}})
    with Server([too_large]) as server:
        with pytest.raises(ApiError) as error:
            client(server.url).get(PATH)
        assert len(server.requests) == 1
    assert "fewer rows" in error.value.result()["msg"]


@pytest.mark.parametrize("method", METHODS)
def test_refused_then_there(monkeypatch, quick, method):
    """Whatever it is, it did not arrive, so it is sent when the master is there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    servers = []

    def start(seconds):
        quick[0] += seconds
        if quick[0] > 1 and not servers:
            servers.append(Server([FINE], port=port).__enter__())

    monkeypatch.setattr(time, "sleep", start)
    try:
        assert client(f"http://127.0.0.1:{port}").request(method, PATH) == {"ok": True}
        assert len(servers[0].requests) == 1
    finally:
        for server in servers:
            server.__exit__()


def test_refused_for_ever():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"{url} cannot be reached: .*refused"):
            client(url).post(PATH)


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
def test_slow(monkeypatch, method, times):
    """The server has the request, and its answer comes after the client has given up."""
    send, late = HTTPAdapter.send, [True] * times

    def send_slowly(adapter, request, **options):
        answer = send(adapter, request, **options)
        assert options["timeout"] == 10
        if late and late.pop():
            answer.close()
            raise ReadTimeout("Read timed out.")
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", send_slowly)
    with Server([FINE]) as server:
        one = client(server.url)
        if method == "GET":
            assert one.get(PATH) == {"ok": True}
        else:
            with pytest.raises(Unreachable, match="no answer from"):
                one.post(PATH)
        assert [asked[0] for asked in server.requests] == [method] * (3 if method == "GET" else 1)


# What is no answer


@pytest.mark.parametrize("body", ["<html>Welcome</html>", '{"half": ', "", "[1]"])
def test_no_json(body):
    with Server([(200, body)]) as server, pytest.raises(Unreachable) as error:
        client(server.url).get(PATH)
    assert error.value.msg.startswith(f"GET {PATH}: {server.url} did not answer with JSON but with text/html.")
    assert "proxy" in error.value.hint


@pytest.mark.parametrize("number", [400, 403, 404, 500, 502])
def test_an_error_in_html(number):
    with Server([(number, "<html>no</html>")]) as server, pytest.raises((ApiError, Unreachable)) as error:
        client(server.url, retry_time=0).get(PATH)
    assert error.value.result()["failure"]["status"] == number


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
def test_a_read_is_redirected_inside_of_its_master(number):
    with Server([(number, {}, {"Location": "/other?a=1"}), FINE]) as server:
        assert client(server.url).get(PATH, limit=5) == {"ok": True}
        assert server.requests[1] == ("GET", "/other?a=1")
        assert server.headers[1]["Authorization"] == "Bearer t"


def test_a_redirect_that_never_ends():
    with Server([(302, {}, {"Location": PATH})]) as server, pytest.raises(Unreachable, match="redirects to"):
        client(server.url).get(PATH)


SENT = {
    "GET": lambda one: one.get(PATH),
    "GET of lines": lambda one: list(one.lines(PATH)),
    "POST that reads": lambda one: one.read(PATH, {}),
    "login": lambda one: one.log_in(),
    "login of another": lambda one: one.accepts_password("bob", "pw"),
}


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", SENT)
def test_nothing_is_sent_to_another_host(number, kind):
    with Server([FINE]) as there:
        target = there.url.replace("://", "://u:hidden@") + PATH
        with Server([(number, {}, {"Location": target})]) as here, pytest.raises(Unreachable) as error:
            SENT[kind](client(here.url, "t", "ana", "pw"))
        assert there.requests == []
    said = error.value.result()["msg"]
    assert "redirects to" in said
    assert there.url.partition("://")[2] in said
    assert "hidden" not in said


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_write_is_not_redirected(method):
    with Server([FINE]) as there, Server([(307, {}, {"Location": there.url + "/other"})]) as here:
        with pytest.raises(Unreachable) as error:
            client(here.url).request(method, PATH)
        assert there.requests == []
    assert there.url in error.value.msg
    assert "Set master to that address" in error.value.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(404), ("404", "R", "text")),
        ((404, {"message": "Not Found"}), ("This master does not have GET " + PATH,)),
        ((403, {"error": {"error": "access denied; required permissions: PERMISSION_TYPE_A, PERMISSION_TYPE_B"}}),
         ("needs the permission PERMISSION_TYPE_A, PERMISSION_TYPE_B",)),
        ((501, {"error": {"error": "Not Implemented"}}), ("another version",)),
        ((401, {"error": {"error": "token revoked"}}), ("The access token was revoked",)),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(answer, said):
    with Server([answer]) as server, pytest.raises(ApiError) as error:
        client(server.url).get(PATH)
    assert all(text in error.value.result()["msg"] for text in said)
    assert error.value.result()["failure"]["request"] == "GET " + PATH


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (TOKEN, True),
        ((401, {"error": {"code": 16, "reason": "Unauthenticated", "error": "invalid credentials"}}), False),
        # Only with the right password does the master say that the user is switched off.
        ((403, {"error": {"code": 7, "reason": "PermissionDenied", "error": "user is not active"}}), True),
    ],
)
def test_whether_a_password_is_accepted(answer, accepted):
    with Server([answer, FINE]) as server:
        assert client(server.url).accepts_password("ana", "p") is accepted


def test_a_refusal_of_something_else_says_nothing_of_the_password():
    with Server([(403, {"message": "blocked"})]) as server, pytest.raises(ApiError):
        client(server.url).accepts_password("ana", "p")


# Streams


def stream(*lines):
    def answer(handler):
        raw = "".join(line + "\n" for line in lines).encode()
        reply(handler, 200, raw.decode())

    return answer


def test_lines():
    with Server([stream('{"result": {"a": 1}}', "", '{"result": {"a": 2}}')]) as server:
        assert list(client(server.url).lines(PATH)) == [{"a": 1}, {"a": 2}]


def test_an_error_on_the_way():
    bad = '{"error": {"grpcCode": 7, "httpCode": 403, "message": "no more", "httpStatus": "Forbidden"}}'
    with Server([stream('{"result": {"a": 1}}', bad)]) as server:
        lines = client(server.url).lines(PATH)
        assert next(lines) == {"a": 1}
        with pytest.raises(ApiError, match="no more") as error:
            next(lines)
    assert error.value.status == 403


def test_a_stream_that_breaks_off():
    with Server([cut]) as server, pytest.raises(Unreachable, match=f"GET {PATH}: no answer from"):
        list(client(server.url).lines(PATH))


# Who


def test_an_expired_token_costs_one_login():
    with Server([status(401), TOKEN, FINE]) as server:
        one = client(server.url, "old", "ana", "secret")
        assert one.get(PATH) == {"ok": True}
        assert [path for _method, path in server.requests] == [PATH, "/api/v1/auth/login", PATH]
        assert [server.headers[at]["Authorization"] for at in (0, 2)] == ["Bearer old", "Bearer new"]
        assert server.bodies[1]["password"] != "secret"
        assert one.logins == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_still_not_let_in(method):
    with Server([status(401), TOKEN, status(401)]) as server:
        with pytest.raises(ApiError) as error:
            client(server.url, "old", "ana", "secret").request(method, PATH)
        assert len(server.requests) == 3
    assert error.value.status == 401


def test_a_token_alone_is_not_renewed():
    with Server([status(401)]) as server:
        with pytest.raises(ApiError) as error:
            client(server.url, "old").get(PATH)
        assert len(server.requests) == 1
    assert "log in again" in error.value.result()["msg"]


def test_many_threads_log_in_once():
    with Server([TOKEN, FINE]) as server:
        one = client(server.url, None, "ana", "secret")
        threads = [threading.Thread(target=one.get, args=(PATH,)) for dummy in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [path for _method, path in server.requests].count("/api/v1/auth/login") == 1
        assert len(server.requests) == 9


def test_netrc_does_not_replace_the_token(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Server([FINE]) as server:
        client(server.url).get(PATH)
        assert server.headers[0]["Authorization"] == "Bearer t"


@pytest.mark.parametrize("method", METHODS[1:])
def test_read_only_sends_no_write(method):
    with Server([FINE]) as server:
        with pytest.raises(Refused, match=f"{method} {PATH} is a write"):
            client(server.url, read_only=True).request(method, PATH)
        assert server.requests == []


def test_read_only_asks_and_logs_in():
    with Server([TOKEN, FINE]) as server:
        one = client(server.url, None, "ana", "secret", read_only=True)
        one.read(PATH, {"limit": 1})
        assert one.writes == []
        assert len(server.requests) == 2


def test_writes_are_noted():
    with Server([FINE]) as server:
        one = client(server.url)
        one.get(PATH)
        one.post(PATH)
        one.read(PATH, {})
        assert one.writes == ["POST " + PATH]
        one.begin(read_only=True)
        assert one.writes == []


def test_query():
    with Server([FINE]) as server:
        client(server.url).get(PATH, ids=[1, 2], archived=False, name=None, text="a b&c")
        assert server.requests[0][1] == PATH + "?ids=1&ids=2&archived=false&text=a+b%26c"


def test_keep_alive():
    ports = set()

    def note(handler):
        ports.add(handler.client_address[1])
        reply(handler, *FINE)

    with Server([note]) as server:
        one = client(server.url)
        for dummy in range(3):
            one.get(PATH)
    assert len(ports) == 1


# Trust


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    return {name: certificate(folder, name) for name in ("127.0.0.1", "det.example.org")}


@pytest.mark.parametrize("tls", [Tls(), "other"], ids=["system's", "another"])
def test_a_certificate_that_cannot_be_trusted(own, tls):
    tls = Tls(ca_path=str(own["det.example.org"].path)) if tls == "other" else tls
    with Server([FINE], certificate=own["127.0.0.1"]) as server:
        with pytest.raises(Unreachable, match="certificate cannot be trusted") as error:
            client(server.url, tls=tls).post(PATH)
        assert server.requests == []
    assert "ca_path" in error.value.hint


def test_an_own_ca(own):
    for tls in (
        Tls(ca_path=str(own["127.0.0.1"].path)),
        Tls(ca_data=own["127.0.0.1"].path.read_text()),
        Tls(verify=False),
    ):
        with Server([FINE], certificate=own["127.0.0.1"]) as server:
            assert client(server.url, tls=tls).get(PATH) == {"ok": True}


def test_another_name(own):
    ca = str(own["det.example.org"].path)
    with Server([FINE], certificate=own["det.example.org"]) as server:
        with pytest.raises(Unreachable, match="cannot be trusted"):
            client(server.url, tls=Tls(ca_path=ca)).get(PATH)
        assert client(server.url, tls=Tls(ca_path=ca, server_name="det.example.org")).get(PATH) == {"ok": True}


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_ca_of_the_environment(monkeypatch, own, name):
    monkeypatch.setenv(name, str(own["127.0.0.1"].path))
    with Server([FINE], certificate=own["127.0.0.1"]) as server:
        assert client(server.url).get(PATH) == {"ok": True}


# On the way


def test_proxy_of_the_environment(monkeypatch):
    with Server([FINE]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert client("http://det.example.org:8080").get(PATH) == {"ok": True}
        assert proxy.requests == [("GET", "http://det.example.org:8080" + PATH)]


def test_no_proxy(monkeypatch):
    with Server([FINE]) as server, Server([FINE]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        client(server.url).get(PATH)
        assert proxy.requests == []


def test_open_client():
    with Server([FINE]) as server:
        environ = {"DET_MASTER": server.url, "DET_USER_TOKEN": "from-there"}
        one = open_client({"timeout": 5, "retry_time": 0}, read_only=True, environ=environ)
        assert (one.read_only, one.retry_time, one.timeout) == (True, 0, 5)
        one.get(PATH)
        assert server.headers[0]["Authorization"] == "Bearer from-there"


# What an answer may cost


def packed(data):
    return lambda handler: send(handler, gzip.compress(data), "gzip")


def send(handler, raw, packing=None):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(raw)))
    if packing:
        handler.send_header("Content-Encoding", packing)
    handler.end_headers()
    handler.wfile.write(raw)


def test_a_packed_answer():
    with Server([packed(b'{"ok": true}')]) as server:
        assert client(server.url).get(PATH) == {"ok": True}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (packed(b'{"a": "' + b" " * (2 << 20) + b'"}'), "larger than 1 MiB"),
        (lambda handler: send(handler, b" " * (2 << 20)), "larger than 1 MiB"),
        (lambda handler: send(handler, b"x", "br"), "packed as 'br'"),
        (lambda handler: send(handler, b"x", "gzip, gzip"), "packed as"),
        (lambda handler: send(handler, b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}"), "nested"),
        (lambda handler: send(handler, b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"), "nested"),
        (lambda handler: send(handler, b'{"a":' * 200 + b"1" + b"}" * 200), "nested"),
    ],
    ids=["unpacked", "plain", "another packing", "packed twice", "deep", "deeper than Python", "deep objects"],
)
def test_an_answer_that_costs_too_much(monkeypatch, answer, problem):
    monkeypatch.setattr(bodies, "LARGEST_ANSWER", 1 << 20)
    with Server([answer]) as server:
        with pytest.raises(OddAnswer, match=problem) as error:
            client(server.url).get(PATH)
        assert len(server.requests) == 1
        assert error.value.facts["request"] == "GET " + PATH
        # What writes may have been done.
        with pytest.raises((OutcomeUnknown, OddAnswer)):
            client(server.url).post(PATH, {})


def test_a_line_that_never_ends(monkeypatch):
    monkeypatch.setattr(bodies, "LARGEST_LINE", 1 << 20)
    endless = Server([lambda handler: send(handler, b" " * (2 << 20))])
    with endless as server, pytest.raises(OddAnswer, match="a line of more than 1 MiB"):
        list(client(server.url).lines(PATH))


class Drip:
    """A response whose bytes come one by one, two seconds each."""

    def __init__(self, clock):
        self.clock, self.headers, self.raw, self.closed = clock, {}, self, False

    def read1(self, amount, decode_content):
        self.clock[0] += 2
        return b" "

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("read", "seconds"),
    [(bodies.read_body, 100), (lambda *more: list(bodies.read_lines(*more)), 1000)],
    ids=["body", "lines"],
)
def test_an_answer_that_drips(quick, read, seconds):
    response = Drip(quick)
    with pytest.raises(bodies.BadBody, match=f"not complete after {seconds} s"):
        read(response, 10)
    assert response.closed
    assert quick[0] <= seconds + 2


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number(number):
    with (
        Server([(200, '{"a": ' + number + "}")]) as server,
        pytest.raises(Unreachable, match="did not answer with JSON"),
    ):
        client(server.url).get(PATH)


# Paths


@pytest.mark.parametrize(
    "path",
    ["/api/v1/things/{id}", "/api/v1/../x", "/api/v1/%2e%2E/x", "/api/v1/a?b=1", "/api/v1/a#b", "api", "//host/x",
     "/a//b", "/a b", "/a\nb", "/a/."],
)  # fmt: skip
@pytest.mark.parametrize("method", METHODS)
def test_a_path_that_leads_elsewhere_is_not_sent(path, method):
    with Server([FINE]) as server:
        with pytest.raises(Refused, match="is not sent"):
            client(server.url).request(method, path)
        assert server.requests == []


@pytest.mark.parametrize(
    ("value", "segment"),
    [(5, "5"), ("a b", "a%20b"), ("x#2", "x%232"), ("x?v=2", "x%3Fv%3D2"), ("é{", "%C3%A9%7B"), ("...", "...")],
)
def test_a_text_as_a_segment(value, segment):
    assert quote_segment(value) == segment
    demand_path("GET", "/api/v1/things/" + segment)


@pytest.mark.parametrize("value", ["", " ", ".", "..", "a/b", "../x", "a\nb", "a\0", "\ud800"])
def test_no_segment(value):
    with pytest.raises(BadOption, match=r"^uuid"):
        quote_segment(value, "uuid")


# Proxies


def test_the_proxy_is_named(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://bob:hidden@127.0.0.1:9")
    with pytest.raises(Unreachable) as error:
        client("http://det.example.com:80", retry_time=0).get(PATH)
    said = error.value.result()["msg"]
    assert "through the proxy http://127.0.0.1:9" in said
    assert "no_proxy" in said
    assert "hidden" not in said


@pytest.mark.parametrize("answer", [{}, {"token": 5, "user": {}}, {"token": "a b", "user": {}}, {"token": "t"}])
def test_a_login_that_is_none(answer):
    with Server([(200, answer)]) as server, pytest.raises(OddAnswer, match="has no token, or no user"):
        client(server.url, None, "ana", "pw").get(PATH)
