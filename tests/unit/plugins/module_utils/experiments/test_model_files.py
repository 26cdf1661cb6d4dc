# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an experiment: the tree as rows, one file or all of them, and the place on the disk where they go."""

from __future__ import annotations

import base64
import hashlib
import os

import pytest
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads import one_file
from ansible_collections.determined_ai.determined.plugins.module_utils.downloads.coming import Unsafe
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import (
    BadOption,
    DeterminedError,
    NotFound,
    OddAnswer,
    Refused,
    ServerError,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.experiments import model_files

from tests.unit.plugins.module_utils.checkpoints.made import entry, tar

CONTENTS = {"train.py": b"print(1)\n", "lib/util.py": b"\xff\xfe"}
FILE = "/api/v1/experiments/16/file"
TREE = "/api/v1/experiments/16/file_tree"
ALL = "/api/v1/experiments/16/model_def"
ONE = "/api/v1/experiments/16"


def node(path, size=0, files=(), folder=False):
    return {"path": path, "name": path, "modifiedTime": "1970-01-01T00:00:00Z", "contentLength": size, "isDir": folder,
            "contentType": "text/plain", "files": list(files)}  # fmt: skip


TREE_ANSWER = {"files": [node("train.py", 9), node("lib/", 4096, [node("lib/util.py", 2)], folder=True)]}


def failed(method, path):
    return ServerError(500, "Internal", "EOF", method, path)


def packed(files=None, entries=()):
    return {"b64Tgz": base64.b64encode(tar(CONTENTS if files is None else files, entries, mode="w:gz")).decode()}


# A gzip holds the time at which it was made.
PACKED = packed()


class Client:
    """Answers by path; an exception is raised."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def get(self, path):
        return self.read(path, None)

    def read(self, path, body):
        self.asked.append(path if body is None else (path, body))
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Call:
    def __init__(self, answers, check_mode=False, unmade=(), **params):
        self.client = Client(answers)
        self.check_mode = check_mode
        self.unmade = unmade
        self.params = {"experiment_id": 16, "path": None, "dest": None, "force": False, **params}


def test_tree_as_rows():
    call = Call({TREE: TREE_ANSWER})
    assert model_files.read_files(call) == {
        "changed": False,
        "requests": [],
        "files": [
            {"path": "lib", "is_folder": True, "bytes": 0, "modification_time": "1970-01-01T00:00:00Z",
             "content_type": None},
            {"path": "lib/util.py", "is_folder": False, "bytes": 2, "modification_time": "1970-01-01T00:00:00Z",
             "content_type": "text/plain"},
            {"path": "train.py", "is_folder": False, "bytes": 9, "modification_time": "1970-01-01T00:00:00Z",
             "content_type": "text/plain"},
        ],
    }  # fmt: skip
    assert call.client.asked == [TREE]


def test_without_files():
    answers = {TREE: failed("GET", TREE), ONE: {"experiment": {"id": 16, "modelDefinitionSize": 0}}}
    call = Call(answers)
    assert model_files.read_files(call)["files"] == []
    assert call.client.asked == [TREE, ONE]


def test_a_tree_that_cannot_be_read_is_not_taken_for_none():
    answers = {TREE: failed("GET", TREE), ONE: {"experiment": {"id": 16, "modelDefinitionSize": 120}}}
    with pytest.raises(ServerError):
        model_files.read_files(Call(answers))


@pytest.mark.parametrize(
    "answer",
    [
        {"files": None},
        {"files": [{**node("x"), "isDir": "no"}]},
        {"files": [{**node("x"), "path": 3}]},
        {"files": [{**node("x"), "files": None}]},
    ],
)
def test_odd_tree(answer):
    with pytest.raises(OddAnswer, match="file_tree"):
        model_files.read_files(Call({TREE: answer}))


@pytest.mark.parametrize(("path", "text"), [("train.py", "print(1)\n"), ("lib/util.py", None)])
def test_one_file(path, text):
    content = CONTENTS[path]
    call = Call({FILE: {"file": base64.b64encode(content).decode()}}, path=path)
    assert model_files.read_files(call) == {
        "changed": False,
        "requests": [],
        "file": {
            "path": path,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": base64.b64encode(content).decode(),
            "text": text,
        },
    }
    assert call.client.asked == [(FILE, {"path": path})]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.py", r"'none.py' is no file of experiment 16. There are: lib/util.py, train.py\."),
        ("lib", r"'lib' is a folder of experiment 16. There are: lib/util.py\."),
    ],
)
def test_no_such_file(path, said):
    call = Call({FILE: failed("POST", FILE), TREE: TREE_ANSWER}, path=path)
    with pytest.raises(NotFound) as caught:
        model_files.read_files(call)
    assert caught.value.result()["msg"] == said.replace("\\", "")
    assert caught.value.failure()["option"] == "path"


def test_a_file_that_is_there_and_cannot_be_read():
    with pytest.raises(ServerError):
        model_files.read_files(Call({FILE: failed("POST", FILE), TREE: TREE_ANSWER}, path="train.py"))


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../x", "a//b", "./a", "a/", "a\nb"])
def test_what_is_no_path(path):
    call = Call({}, path=path)
    with pytest.raises(BadOption, match="is no path of a file"):
        model_files.read_files(call)
    assert call.client.asked == []


def test_no_experiment():
    with pytest.raises(BadOption, match="which experiment"):
        model_files.read_files(Call({}, experiment_id=None))


@pytest.mark.parametrize("answer", [{}, {"file": None}, {"file": "%%%"}])
def test_what_is_no_base64(answer):
    with pytest.raises(OddAnswer, match="has no file in base64"):
        model_files.read_files(Call({FILE: answer}, path="train.py"))


@pytest.mark.parametrize("more", [0, 1])
def test_a_result_has_bounds(more, tmp_path):
    answers = {FILE: {"file": base64.b64encode(b"x" * (one_file.MOST_SHOWN + more)).decode()}}
    if more:
        with pytest.raises(Refused, match="at the most"):
            model_files.read_files(Call(answers, path="train.py"))
    else:
        assert model_files.read_files(Call(answers, path="train.py"))["file"]["bytes"] == one_file.MOST_SHOWN
    result = model_files.read_files(Call(answers, path="train.py", dest=str(tmp_path / "x")))
    assert "content" not in result["file"]
    assert (tmp_path / "x").stat().st_size == one_file.MOST_SHOWN + more


def test_all_files_written_once(tmp_path):
    answers, dest = {TREE: TREE_ANSWER, ALL: PACKED}, tmp_path / "code.tgz"
    results = [model_files.read_files(Call(answers, check, dest=str(dest))) for check in (True, False, True, False)]
    content = base64.b64decode(PACKED["b64Tgz"])
    digest = hashlib.sha256(content).hexdigest()
    assert [one["changed"] for one in results] == [True, True, False, False]
    assert {key: value for key, value in results[0].items() if key != "diff"} == {
        key: value for key, value in results[1].items() if key != "diff"
    }
    assert (results[0]["dest"], results[0]["bytes"], results[0]["sha256"]) == (str(dest), len(content), digest)
    assert results[0]["diff"] == results[1]["diff"] == {"before": {}, "after": {"sha256": digest}}
    assert results[3]["diff"] == {"before": {"sha256": digest}, "after": {"sha256": digest}}
    assert dest.read_bytes() == content
    assert os.listdir(tmp_path) == ["code.tgz"]


def test_somebody_elses_file_stays(tmp_path):
    dest = tmp_path / "code.tgz"
    dest.write_bytes(b"mine")
    answers = {TREE: TREE_ANSWER, ALL: PACKED}
    for check_mode in (True, False):
        with pytest.raises(Refused, match="holds something else"):
            model_files.read_files(Call(answers, check_mode, dest=str(dest)))
    assert dest.read_bytes() == b"mine"
    result = model_files.read_files(Call(answers, dest=str(dest), force=True))
    assert result["diff"]["before"] == {"sha256": hashlib.sha256(b"mine").hexdigest()}
    assert dest.read_bytes() == base64.b64decode(PACKED["b64Tgz"])


@pytest.mark.parametrize("kind", ["link", "folder", "no folder above", "folder of others"])
def test_places_that_are_refused(tmp_path, kind, monkeypatch):
    dest = tmp_path / "x"
    if kind == "link":
        dest.symlink_to(tmp_path / "target")
    elif kind == "folder":
        dest.mkdir()
    elif kind == "folder of others":
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    else:
        dest = tmp_path / "none" / "x"
    call = Call({}, dest=str(dest), force=True)
    with pytest.raises(BadOption, match="dest"):
        model_files.read_files(call)
    assert call.client.asked == []


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadOption, match="no plain file"):
        model_files.read_files(Call({}, dest=str(tmp_path / "pipe")))


def test_a_full_disk(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(one_file, "replace_file", full)
    with pytest.raises(DeterminedError, match="No space left") as caught:
        model_files.read_files(Call({TREE: TREE_ANSWER, ALL: PACKED}, dest=str(tmp_path / "x")))
    assert caught.value.code != "bug"
    assert caught.value.failure()["code"] == "disk"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (packed({"../x": b"1"}), Unsafe),
        (packed(entries=[entry("link", type=b"2", linkname="/etc/passwd")]), Unsafe),
        (packed({**CONTENTS, "large": b"0" * (17 << 20)}), Unsafe),
        (packed({"train.py": b"print(1)\n"}), OddAnswer),
        ({"b64Tgz": ""}, DeterminedError),
        ({"b64Tgz": base64.b64encode(b"no archive").decode()}, DeterminedError),
    ],
)
def test_archives_that_are_not_kept(tmp_path, answer, error):
    with pytest.raises(error):
        model_files.read_files(Call({TREE: TREE_ANSWER, ALL: answer}, dest=str(tmp_path / "x")))
    assert os.listdir(tmp_path) == []


def test_no_archive_of_nothing(tmp_path):
    answers = {TREE: failed("GET", TREE), ONE: {"experiment": {"id": 16, "modelDefinitionSize": 0}}}
    with pytest.raises(NotFound, match="Experiment 16 has no files"):
        model_files.read_files(Call(answers, dest=str(tmp_path / "x")))


@pytest.mark.parametrize(
    ("params", "keys"),
    [
        ({}, {"files"}),
        ({"path": "a"}, {"file"}),
        ({"dest": "x"}, {"files", "dest", "bytes", "sha256", "diff"}),
        ({"dest": "x", "path": "a"}, {"file", "dest", "bytes", "sha256", "diff"}),
    ],
)
def test_an_experiment_that_is_not_there_yet(tmp_path, params, keys):
    if "dest" in params:
        params = {**params, "dest": str(tmp_path / "x")}
    call = Call({}, True, unmade={"experiment_id"}, **params)
    result = model_files.read_files(call)
    assert set(result) == {"changed", "requests", *keys}
    assert result["changed"] == ("dest" in params)
    assert call.client.asked == []
