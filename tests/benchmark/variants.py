# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to do the same work, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """A play or a script.

    :param key: its short name.
    :param label: what the page calls it.
    :param file: in plays/ or scripts/.
    :param in_process: False: the collection's modules as programs of their own.
    :param sdk: with the Python that has the official SDK.
    :param writes: it archives, so that a second run finds nothing to do.
    """

    key: str
    label: str
    file: str
    in_process: bool = True
    sdk: bool = False
    writes: bool = True

    @property
    def is_play(self) -> bool:
        return self.file.endswith(".yml")


EMPTY = Way("empty", "a play without tasks", "empty.yml", writes=False)
URI = Way("uri", "`ansible.builtin.uri`, GET and conditional POST, in a loop", "uri.yml")
MODULE = Way("module", "`det_experiment` as a program of its own, in a loop", "loop.yml", in_process=False)
IN_PROCESS = Way("in process", "`det_experiment` in process, in a loop", "loop.yml")
LIST = Way("list", "`det_experiments`, one task with all ids", "list.yml")
LIST_MODULE = Way("list module", "the same as a program of its own", "list.yml", in_process=False)
SDK = Way("sdk", "official SDK, one script", "sdk_each.py", sdk=True)
REQUESTS = Way("requests", "bare `requests`, one script", "requests_each.py")
NOTHING = Way("nothing", "an action plugin that does nothing, in a loop", "nothing.yml", writes=False)
DEBUG = Way("debug", "`ansible.builtin.debug` in a loop", "debug.yml", writes=False)
SELECT = Way("select", "`det_experiments`, one task with a selection", "select.yml")
BRIEF = Way("brief", "the same with `details: false`", "select_brief.yml")
BULK = Way("bulk", "bare `requests`: the same search, then bulk calls", "bulk.py")
INFO = Way("info", "`det_experiment_info`, four fields", "read.yml", writes=False)
READ = Way("read", "bare `requests`: the same windows and connections, the same fields", "read.py", writes=False)

EACH = (URI, MODULE, IN_PROCESS, LIST, LIST_MODULE, SDK, REQUESTS, NOTHING, DEBUG)
MORE = (IN_PROCESS, LIST, REQUESTS, NOTHING, DEBUG)
SELECTION = (SELECT, BRIEF, BULK)
READING = (INFO, READ)
