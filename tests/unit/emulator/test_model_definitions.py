# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an experiment: what they are taken for, and what is said where there are none."""

from __future__ import annotations

import base64

import pytest

from emulator.areas import experiments, files, model_definitions
from emulator.call import Call
from emulator.errors import ApiError
from emulator.master import Master


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "text/plain; charset=utf-8"),
        (b"{}", "text/plain; charset=utf-8"),
        ("é\x1b[0m\n".encode(), "text/plain; charset=utf-8"),
        (b"\n <!DOCTYPE html>", "text/html; charset=utf-8"),
        (b"<htmlx>", "text/plain; charset=utf-8"),
        (b"<?xml version='1.0'?>", "text/xml; charset=utf-8"),
        (b"\x1f\x8b\x08\x00", "application/x-gzip"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x00\x01", "application/octet-stream"),
        (b"a" * 600 + b"\x00", "text/plain; charset=utf-8"),
    ],
)
def test_content_type(content: bytes, kind: str):
    assert model_definitions.content_type(content) == kind


class Experiment:
    """An experiment of a master of its own, and its files."""

    def __init__(self):
        master = Master()
        self.call = Call(master, master.db.row("select * from users where id = 1"), None)
        columns = experiments.columns_of({"name": "e", "searcher": {"name": "single", "metric": "loss"}})
        self.id = master.db.insert(
            "experiments",
            project_id=1,
            owner_id=1,
            state="PAUSED",
            start_time=0,
            original_config="",
            job_id="j",
            **columns,
        )

    def store(self, *sent: tuple[str, int, bytes]):
        made = [
            {"path": path, "type": kind, "content": base64.b64encode(content).decode(), "mode": 420, "mtime": 0}
            for path, kind, content in sent
        ]
        files.store(self.call.db, self.id, made)

    def read(self, path: str) -> bytes:
        answer = model_definitions.read(self.call, {"experimentId": self.id, "path": path})
        return base64.b64decode(answer["file"])


def test_files():
    experiment = Experiment()
    experiment.store(("d", files.DIRECTORY, b""), ("d/a.py", 48, b"print()"))
    assert experiment.read("d/a.py") == b"print()"
    [folder] = model_definitions.tree(experiment.call, {"experimentId": experiment.id})["files"]
    assert (folder["isDir"], [file["path"] for file in folder["files"]]) == (True, ["d/a.py"])
    for path in ("d", "a.py", ""):
        with pytest.raises(ApiError, match="file does not exist"):
            experiment.read(path)


def test_no_files():
    experiment = Experiment()
    for read in (model_definitions.tree, model_definitions.read):
        with pytest.raises(ApiError, match="EOF") as refused:
            read(experiment.call, {"experimentId": experiment.id, "path": "a.py"})
        assert refused.value.status == 500
    assert model_definitions.read_all(experiment.call, {"experimentId": experiment.id}) == {"b64Tgz": ""}
