# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A config that the master only looks at: the requests, its words as faults with places, what the search would try."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.refusals import refusal
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    Denied,
    OddAnswer,
    ServerError,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import validation

CREATE, PREVIEW = validation.CREATE, validation.PREVIEW
TEXT = "name: x\nentrypoint: y\nsearcher:\n  name: single\n"
PREFIX = "invalid experiment configuration: version 0 experiment config is invalid: config is invalid: "
MADE = {"experiment": {"id": 0}, "config": None, "warnings": ["LAUNCH_WARNING_CURRENT_SLOTS_EXCEEDED"]}
SUMMARY = {
    "summary": {
        "config": {"name": "single", "metric": "loss"},
        "trials": [
            {"count": 5, "unit": {"name": "batches", "value": 16, "maxLength": False}},
            {"count": 3, "unit": {"maxLength": True}},
        ],
    }
}


def refused(text, status=500, path=CREATE):
    return refusal(status, "Internal", text, "POST", path)


class Client:
    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def read(self, path, body):
        self.asked.append((path, body))
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Call:
    def __init__(self, answers, **params):
        self.client = Client(answers)
        self.unmade = ()
        self.check_mode = False
        self.done = {}
        self.params = {
            **dict.fromkeys(("config", "config_file", "project", "project_id", "template", "parent_id")),
            "unmanaged": False,
            "fail": False,
            **params,
        }

    def warn(self, text):
        raise AssertionError(text)

    def progress(self, **facts):
        self.done.update(facts)


def run(text, status=500, **params):
    call = Call({CREATE: refused(text, status)}, **{"config": TEXT, **params})
    return validation.validate_config(call)["errors"]


def test_valid():
    more = {"project_id": 7, "template": "t", "parent_id": 3, "unmanaged": True}
    call = Call({CREATE: MADE, PREVIEW: SUMMARY}, config=TEXT + "hyperparameters: {a: 1}\n", **more)
    result = validation.validate_config(call)
    config = {"name": "x", "entrypoint": "y", "searcher": {"name": "single"}, "hyperparameters": {"a": 1}}
    (_path, body), preview = call.client.asked
    assert json.loads(body.pop("config")) == config
    assert body == {"projectId": 7, "template": "t", "parentId": 3, "unmanaged": True, "validateOnly": True}
    assert preview == (PREVIEW, {"config": {"searcher": {"name": "single"}, "hyperparameters": {"a": 1}}})
    assert result == {
        "changed": False,
        "valid": True,
        "errors": [],
        "launch_warnings": ["CURRENT_SLOTS_EXCEEDED"],
        "search": {
            "searcher": {"name": "single", "metric": "loss"},
            "trials": [
                {"count": 5, "unit": "batches", "length": 16},
                {"count": 3, "unit": None, "length": None},
            ],
            "trial_count": 8,
        },
    }


def test_the_least_that_is_asked():
    call = Call({CREATE: MADE}, config={"name": "x"})
    assert validation.validate_config(call)["search"] is None
    assert call.client.asked == [(CREATE, {"config": '{"name": "x"}', "validateOnly": True})]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (PREFIX + "<config>.searcher: metric is a required property\n<config>.searcher: metric is a required property",
         [("metric is a required property", "searcher.metric", 3)]),
        (PREFIX + '<config>: additionalProperties "entrypoint", "none" not allowed',
         [('additionalProperties "entrypoint", "none" not allowed', "entrypoint", 2),
          ('additionalProperties "entrypoint", "none" not allowed', "none", None)]),
        (PREFIX + "<config>.searcher.name: expected string or null, but got number\n<config>.name: expected string",
         [("expected string or null, but got number", "searcher.name", 4), ("expected string", "name", 1)]),
        (PREFIX + "<config>: expected object, but got null", [("expected object, but got null", None, None)]),
        ("managed experiments require entrypoint", [("managed experiments require entrypoint", None, None)]),
    ],
)  # fmt: skip
def test_words_as_faults(text, faults):
    assert [(one["message"], one["field"], one["line"]) for one in run(text)] == faults
    assert all(one["line"] is None for one in run(text, config={"name": "x"}))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("project '9' not found", 404),
        ("resource pool nope does not exist or is not available to workspace id 1", 400),
        ("project (9) is archived and cannot add new experiments", 500),
    ],
)
def test_what_is_wrong_with_its_place(text, status):
    assert run(text, status) == [{"message": text, "field": None, "file": None, "line": None}]


@pytest.mark.parametrize(("text", "status", "error"), [("boom", 500, ServerError), ("access denied;", 403, Denied)])
def test_what_says_nothing_of_the_config(text, status, error):
    with pytest.raises(error):
        run(text, status)


def test_a_searcher_that_only_its_preview_refuses():
    text = "invalid searcher configuration: config is invalid or incomplete: <config>: name is a required property"
    call = Call({CREATE: MADE, PREVIEW: refused(text, 400, PREVIEW)}, config=TEXT)
    assert validation.validate_config(call)["errors"] == [
        {"message": "name is a required property", "field": "searcher.name", "file": None, "line": 4}
    ]


def test_a_master_that_makes_one_all_the_same():
    with pytest.raises(OddAnswer, match="experiment 17, which was only to be validated"):
        validation.validate_config(Call({CREATE: {"experiment": {"id": 17}}}, config=TEXT))


def test_an_invalid_config_fails_the_task(tmp_path):
    path = tmp_path / "const.yaml"
    path.write_text(TEXT)
    text = PREFIX + "<config>.searcher: metric is a required property\n<config>: entrypoint is a required property"
    call = Call({CREATE: refused(text)}, config_file=str(path), fail=True)
    with pytest.raises(validation.BadConfig) as caught:
        validation.validate_config(call)
    assert caught.value.result()["msg"] == (
        f"The config has 2 faults, the first: {path}, line 3, searcher.metric: metric is a required property."
        " Set fail to false to have it reported only."
    )
    assert (call.done["valid"], len(call.done["errors"]), call.done["changed"]) == (False, 2, False)
    assert call.done["errors"][0]["file"] == str(path)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [("a: 1\nb: [\n", 3, "expected"), ("", 1, "no mapping"), ("- a\n", 1, "no mapping")],
)
def test_a_text_that_is_no_config(text, line, said):
    call = Call({}, config=text)
    [fault] = validation.validate_config(call)["errors"]
    assert fault["line"] == line
    assert said in fault["message"]
    assert call.client.asked == []


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "large").write_bytes(b"x" * 11)
    monkeypatch.setattr(validation, "LARGEST_FILE", 10)
    for name, said in (
        ("none", "cannot be read: No such file"),
        ("folder", "no plain file|Is a directory"),
        ("pipe", "no plain file"),
        ("binary", "no text in UTF-8"),
        ("large", "which is no config"),
    ):
        with pytest.raises(BadOption, match=said):
            validation.read_text(str(tmp_path / name))
    (tmp_path / "link").symlink_to(tmp_path / "right")
    (tmp_path / "right").write_text("a: 123456")
    assert validation.read_text(str(tmp_path / "link")) == "a: 123456"
