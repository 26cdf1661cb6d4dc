# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules at work on an emulator, all in this process, and what came of it without what differs from run to run."""

from __future__ import annotations

import contextlib
import importlib
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.determined_ai.determined.plugins.module_utils.connection.client import open_client
from ansible_collections.determined_ai.determined.plugins.module_utils.engine import many
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.call import Call, perform
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import given_options
from ansible_collections.determined_ai.determined.plugins.module_utils.store import parallel

from emulator.journal import Journal
from emulator.testing import running
from tests.matrix.place import Place

PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?")
PASSWORD = "Testing1!"
# Requests that are no part of what a module was asked to do.
LOGIN = "/api/v1/auth/"


@dataclass(frozen=True)
class Step:
    """One task. ``options``: its options, or a function of the stage that makes them.

    ``first``: what happens on the stage before. ``meanwhile``: what somebody else does between the plan of the real run
    and its first request. ``faults``: of the emulator, during the real run. ``steady``: whether the same task, run
    again, changes nothing. ``predicted``: whether check mode knows all that the real run does.
    """

    module: str
    options: dict | Callable[[Stage], dict]
    label: str = ""
    first: Callable[[Stage], Any] | None = None
    meanwhile: Callable[[Stage], Any] | None = None
    faults: tuple[dict, ...] = ()
    steady: bool = True
    predicted: bool = True
    environment: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return self.label or self.module


class Stage:
    """An emulator, and modules run on it. ``names``: what the steps before have made, for those that come."""

    def __init__(self, place: Place):
        self.place = place
        self.names: dict[str, Any] = {}
        self.token = place.token
        self.kept: list[dict] = []

    def ask(self, method: str, path: str, body: Any = None) -> dict:
        return self.place.call(method, path, body)

    def run(self, module: str, options: dict, check: bool = False) -> dict:
        """The result of one task, as Ansible would register it, with its warnings."""
        found = importlib.import_module(PACKAGE + module)
        written = {"master": self.place.url, "token": self.token, **options}
        checked = ArgumentSpecValidator(found.SPEC.options, **found.SPEC.rules()).validate(written)
        if checked.error_messages:
            return {"failed": True, "changed": False, "msg": checked.errors.msg}
        clients: list = []

        def open_here(params, read_only):
            clients.append(open_client(params, read_only))
            return clients[-1]

        call = Call(checked.validated_parameters, given_options(found.SPEC, written), check, open_here)
        try:
            result = perform(call, found.SPEC, found.work)
        finally:
            for one in clients:
                one.close()
        return {**result, "warnings": call.notes} if call.notes else result

    @contextmanager
    def somebody(self, act: Callable[[Stage], Any] | None) -> Iterator[None]:
        """Somebody else acts after a plan is made and before anything of it is sent."""
        before = many.carry_out

        def act_first(*args):
            with self.unseen():
                act(self)
            return before(*args)

        with mock.patch.object(many, "carry_out", act_first if act else before):
            yield

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What is asked in the block is none of the module's requests."""
        earlier = self.place.control.forget()
        yield
        self.place.control.forget()
        self.kept += earlier

    @contextmanager
    def broken(self, faults: tuple[dict, ...]) -> Iterator[None]:
        """The faults strike in the block, where requests go one after the other, so that each strikes the same one."""
        for one in faults:
            self.place.control.fault(**one)
        workers = parallel.ThreadPoolExecutor
        with mock.patch.object(parallel, "ThreadPoolExecutor", (lambda _count: workers(1)) if faults else workers):
            yield
        self.place.control.no_faults()

    def watch(self, module: str, options: dict, check: bool = False) -> dict:
        """{result, sent: the writes with their bodies, asked: the reads, each once}."""
        # What the task before has set going comes to its end.
        self.place.control.advance(600)
        self.place.control.forget()
        result = self.run(module, options, check)
        journal, self.kept = [*self.kept, *self.place.control.forget()], []
        journal = [one for one in journal if not one["path"].startswith(LOGIN)]
        sent = [[f"{one['method']} {address(one)}", one["body"]] for one in journal if writes(one)]
        # Several go at a time; the result tells them in the order of the plan.
        order = {request: place for place, request in enumerate(reversed(result.get("requests") or ()))}
        sent.sort(key=lambda one: (-order.get(one[0], -1), str(one[1])))
        asked = sorted({f"{one['method']} {address(one)}" + body(one) for one in journal if not writes(one)})
        return {"result": result, "sent": sent, "asked": asked}


def writes(entry: dict) -> bool:
    """Whether a request changes something: searches with long conditions are sent as POST."""
    return entry["method"] != "GET" and "search" not in entry["path"] and entry["path"] not in READS


READS = ("/api/v1/runs", "/api/v1/roles/assignments/by-user")


def address(entry: dict) -> str:
    return entry["path"] + (f"?{entry['query']}" if entry["query"] else "")


def body(entry: dict) -> str:
    return f" {entry['body']}" if entry["body"] else ""


class Time:
    """The emulator's time, which goes on by a second with each request, however long that takes."""

    gmtime = staticmethod(time.gmtime)

    def __init__(self):
        self.now = time.time_ns()

    def time_ns(self) -> int:
        return self.now

    def pass_on(self, add):
        def add_and_go_on(journal, **entry):
            add(journal, **entry)
            self.now += 10**9

        return add_and_go_on


@contextmanager
def stage(**size) -> Iterator[Stage]:
    """A new emulator whose names, ids and uuids are the same in every run."""
    chance = random.Random(5)

    def steady_uuid():
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    state = random.getstate()
    random.seed(5)
    with contextlib.ExitStack() as stack:
        stack.callback(random.setstate, state)
        stack.enter_context(mock.patch("uuid.uuid4", steady_uuid))
        stack.enter_context(mock.patch.dict("os.environ"))
        clock = Time()
        stack.enter_context(mock.patch("emulator.clock.time", clock))
        stack.enter_context(mock.patch.object(Journal, "add", clock.pass_on(Journal.add)))
        stack.enter_context(mock.patch("time.sleep", short_sleep))
        control = stack.enter_context(running(password=PASSWORD, **size))
        place = Place(control.url, "admin", PASSWORD, control=control)
        stack.callback(place.close)
        yield Stage(place)


SLEEP = time.sleep


def short_sleep(seconds: float) -> None:
    """The emulator's time goes on with requests, so nothing is won by waiting."""
    SLEEP(min(seconds, 0.01))


def plain(value: Any, hidden: dict[str, str]) -> Any:
    """The value as JSON holds it, moments as "TIME", and each text of ``hidden`` as what stands for it."""
    if isinstance(value, dict):
        return {str(key): plain(one, hidden) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one, hidden) for one in value]
    if not isinstance(value, str):
        return value
    for text, shown in hidden.items():
        value = value.replace(text, shown)
    return MOMENT.sub("TIME", value)
