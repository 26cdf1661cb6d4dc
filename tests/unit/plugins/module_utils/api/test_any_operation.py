# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request an operation is, and its pages."""

from __future__ import annotations

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.api.any_operation import (
    by_id,
    by_path,
    read,
    read_pages,
    refuse_internal,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import BadOption, OddAnswer, Refused


class Pages:
    """A client that has the rows 0 to ``total`` and notes what it was asked."""

    def __init__(self, total, most=100):
        self.total, self.most, self.asked = total, most, []

    def request(self, method, path, query=None, body=None, reading=None):
        asked = body if method == "POST" else query
        self.asked.append((method, path, query, body))
        start = asked["offset"]
        end = min(start + min(asked["limit"], self.most), self.total)
        pagination = {"offset": start, "limit": asked["limit"], "startIndex": start, "endIndex": end}
        return {"rows": list(range(start, end)), "name": "x", "pagination": {**pagination, "total": self.total}}


class Plain:
    """A client whose answers have no pages."""

    def request(self, method, path, query=None, body=None, reading=None):
        return {"asked": [method, path, query, body, reading]}

    def lines(self, path, **query):
        yield from ({"line": number, "query": query} for number in range(2))


def test_by_id_fills_the_path_in():
    operation, path, query = by_id("PutExperimentLabel", {"experimentId": 7, "label": "a/b c", "more": [1, 2]})
    assert (operation.method, path) == ("PUT", "/api/v1/experiments/7/labels/a%2Fb%20c")
    assert query == {"more": [1, 2]}


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        ("GetMasterr", {}, "Did you mean GetMaster"),
        ("qqqq", {}, "See the documentation"),
        ("GetUser", {}, "userId"),
        ("GetUser", {"userId": None}, "userId"),
    ],
)
def test_by_id_refuses(name, parameters, text):
    with pytest.raises(BadOption) as error:
        by_id(name, parameters)
    assert text in error.value.result()["msg"]


@pytest.mark.parametrize(
    ("path", "operation", "bare", "query"),
    [
        ("/api/v1/users", "GetUsers", "/api/v1/users", {"b": 1}),
        ("/api/v1/users/", "GetUsers", "/api/v1/users/", {"b": 1}),
        ("/api/v1/users?a=1&a=2&b=3&c=", "GetUsers", "/api/v1/users", {"a": ["1", "2"], "b": 1, "c": [""]}),
        ("/api/v1/users/setting", "GetUserSetting", "/api/v1/users/setting", {"b": 1}),
        ("/info", None, "/info", {"b": 1}),
    ],
)
def test_by_path(path, operation, bare, query):
    found = by_path("GET", path, {"b": 1})
    assert (found[0] and found[0].name, *found[1:]) == (operation, bare, query)


def test_a_path_begins_with_a_slash():
    with pytest.raises(BadOption, match="must begin with a slash"):
        by_path("GET", "api/v1/users", {})


@pytest.mark.parametrize("total", [0, 1, 5, 6, 7, 300])
def test_all_pages_are_read(total):
    client = Pages(total)
    whole = read_pages(client, "GET", "/p", {"name": "n"}, page_size=6)
    assert whole["rows"] == list(range(total))
    assert whole["pagination"] == {"offset": 0, "limit": 6, "startIndex": 0, "endIndex": total, "total": total}
    # A full page may not be the last, whatever its total says.
    assert len(client.asked) == total // 6 + 1
    assert {asked[2]["name"] for asked in client.asked} == {"n"}


def test_pages_that_are_smaller_than_asked_for():
    assert read_pages(Pages(25, most=10), "GET", "/p", {}, page_size=500)["rows"] == list(range(25))


def test_the_place_of_a_page_of_a_post_is_in_its_body():
    client = Pages(3)
    assert read_pages(client, "POST", "/p", {"q": 1}, {"filter": "f"}, 2)["rows"] == [0, 1, 2]
    assert client.asked[1] == ("POST", "/p", {"q": 1}, {"filter": "f", "limit": 2, "offset": 2})


def test_rows_that_are_counted_and_never_come_are_an_error():
    client = Pages(10)
    client.most = 0
    with pytest.raises(OddAnswer, match="GET /p: the answer holds no rows"):
        read_pages(client, "GET", "/p", {}, page_size=5)


def test_pages_that_repeat_are_an_error():
    client = Pages(2)
    first = client.request("GET", "/p", {"offset": 0, "limit": 2})
    first["pagination"]["total"] = 9
    client.request = lambda *_args, **_named: first
    with pytest.raises(OddAnswer, match="brings nothing"):
        read_pages(client, "GET", "/p", {}, page_size=2)


def test_what_has_no_pages_is_as_it_is():
    assert "pagination" not in read_pages(Plain(), "GET", "/p", {})


def test_a_stream_is_a_list():
    operation, path, query = by_id("TaskLogs", {"taskId": "t", "limit": 2})
    assert read(Plain(), operation, "GET", path, query) == [{"line": n, "query": {"limit": 2}} for n in range(2)]


def test_what_is_no_stream_is_read_once():
    assert read(Plain(), None, "POST", "/x", {"a": 1}, {"b": 2}) == {"asked": ["POST", "/x", {"a": 1}, {"b": 2}, True]}


def test_the_protocol_of_tasks_is_refused():
    operation = by_id("AllocationPreemptionSignal", {"allocationId": "x"})[0]
    with pytest.raises(Refused, match="protocol"):
        refuse_internal(operation, "Do not.")
    refuse_internal(by_id("GetMaster", {})[0], "Do not.")
    refuse_internal(None, "Do not.")


@pytest.mark.parametrize("value", ["..", ".", "", "../users", "a\nb"])
def test_a_parameter_is_one_part_of_the_path(value):
    with pytest.raises(BadOption, match=r"^parameters\.userId"):
        by_id("GetUser", {"userId": value})
    assert by_id("GetUser", {"userId": "a#b?c"})[1] == "/api/v1/users/a%23b%3Fc"


def test_a_path_with_a_place_that_is_not_filled_in():
    with pytest.raises(BadOption, match="not filled in"):
        by_path("GET", "/api/v1/users/{userId}", {})
