# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has Ansible and the collection loaded, and forks a copy of itself for each run of an Ansible program.

Loading takes more computing than most plays do. Each copy has the environment, the folder and the output of its run,
and reads its settings anew. In the matrix a run with other collections or a configuration file is a program of its own.

warm SOCKET serves tests/tools/warm-ansible: whoever connects there.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

COLLECTION = "determined_ai.determined"
ACTIONS = Path(__file__).parents[2] / "plugins" / "action"
FOR_TESTS = Path(__file__).parents[1] / "matrix" / "ansible"
BUILTIN = ("assert", "debug", "fail", "include_vars", "set_fact")
# Plugins that every run reads the documentation of, which says what can be set.
READ = ("become", "callback", "connection", "inventory", "shell", "vars")
PROGRAMS = {"playbook": "PlaybookCLI", "inventory": "InventoryCLI", "adhoc": "AdHocCLI", "config": "ConfigCLI"}
# Bytes of one request: arguments and environment.
MOST = 1 << 20


@functools.cache
def loaded() -> Loaded:
    """The process, which ends with this one."""
    process = Loaded()
    atexit.register(process.close)
    return process


class Loaded:
    """The process, from outside."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._home = tempfile.TemporaryDirectory()
        with theirs:
            command = [sys.executable, "-m", "tests.tools.warm", str(theirs.fileno())]
            environ = environment(Path(self._home.name), {})
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
            root = Path(__file__).parents[2]
            self._process = subprocess.Popen(command, cwd=root, env=environ, pass_fds=[theirs.fileno()], **quiet)

    def start(self, program: str, arguments: list[str], folder: Path, environ: dict, output: int, errors: int) -> Run:
        """Start ansible-PROGRAM. output, errors: descriptors of files."""
        told, tells = os.pipe()
        asked = {"program": program, "arguments": arguments, "folder": str(folder), "environ": environ}
        socket.send_fds(self._line, [json.dumps(asked).encode()], [tells, output, errors])
        os.close(tells)
        return Run(told)

    def close(self) -> None:
        self._line.close()
        self._process.wait(timeout=60)
        self._home.cleanup()


class Run:
    """One run, with the part of subprocess.Popen that is in use here."""

    def __init__(self, told: int):
        self._told = os.fdopen(told)
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("ansible", timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(int(self._told.readline()))
            self._told.close()
        return self.returncode


def call(program: str, arguments: list[str], folder: Path, environ: dict) -> subprocess.CompletedProcess:
    """Run ansible-PROGRAM to its end, with what it wrote; in this process's forks where that is the same."""
    command = [sys.executable, "-m", "ansible", program, *arguments]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = start(program, arguments, folder, environ, output.fileno(), errors.fileno())
        try:
            code = process.wait(timeout=300)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for file in (output, errors):
            file.seek(0)
        return subprocess.CompletedProcess(command, code, output.read(), errors.read())


def start(program: str, arguments: list[str], folder: Path, environ: dict, output: int, errors: int):
    """A run that goes on: pid (of a process group of its own), poll(), wait(), returncode."""
    own_settings = environ.get("ANSIBLE_COLLECTIONS_PATH") != os.environ["ANSIBLE_COLLECTIONS_PATH"]
    if not own_settings and not (folder / "ansible.cfg").exists():
        return loaded().start(program, arguments, folder, environ, output, errors)
    command = [sys.executable, "-m", "ansible", program, *arguments]
    files = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": errors}
    return subprocess.Popen(command, cwd=folder, env=environ, start_new_session=True, **files)


def environment(folder: Path, more: dict) -> dict:
    """Nothing of the caller's home or settings. folder: what is written goes there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DET_", "ANSIBLE_"))}
    return {
        **kept,
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_ACTION_PLUGINS": str(FOR_TESTS / "action"),
        "PYTHONPATH": str(FOR_TESTS / "site"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_DEPRECATION_WARNINGS": "true",
        **more,
    }


# What follows runs in the process itself.


def load() -> None:
    """Import what a run would import."""
    from ansible.plugins import loader

    for name in PROGRAMS:
        importlib.import_module(f"ansible.cli.{name}")
    importlib.import_module("ansible.executor.playbook_executor")
    loader.init_plugin_loader()
    for name in (*BUILTIN, *(f"{COLLECTION}.{path.stem}" for path in sorted(ACTIONS.glob("*.py")))):
        # One that cannot be loaded is told by the run that uses it.
        with contextlib.suppress(AttributeError):
            loader.action_loader.get(name, class_only=True)
    loader.strategy_loader.get("linear", class_only=True)
    for kind in READ:
        list(getattr(loader, f"{kind}_loader").all(class_only=True))


def receive(line: socket.socket) -> Iterator[tuple[bytes, list[int]]]:
    """The requests of one side, until it is closed."""
    while True:
        request, descriptors, _flags, _address = socket.recv_fds(line, MOST, 3)
        if not request:
            return
        yield request, descriptors


def accept(door: socket.socket) -> Iterator[tuple[bytes, list[int]]]:
    """The request of each who connects, for ever."""
    while True:
        line, _address = door.accept()
        with line:
            request, descriptors, _flags, _from = socket.recv_fds(line, MOST, 3)
        if request:
            yield request, descriptors


def serve(door: socket.socket, requests: Iterator[tuple[bytes, list[int]]]) -> dict | None:
    """Fork for each request. Returns in each fork what was asked for."""
    for request, descriptors in requests:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork():
            for one in descriptors:
                os.close(one)
            continue
        door.close()
        tells, output, errors = descriptors
        pid = os.fork()
        if not pid:
            os.setsid()
            os.close(tells)
            os.dup2(output, 1)
            os.dup2(errors, 2)
            return json.loads(request)
        os.write(tells, f"{pid}\n".encode())
        os.write(tells, f"{os.waitpid(pid, 0)[1]}\n".encode())
        os._exit(0)
    return None


def run(program: str, arguments: list[str], folder: str, environ: dict) -> None:
    """Do what the program does, in this process."""
    from ansible import constants
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    read_settings(constants.config)
    for name in constants.config.get_configuration_definitions():
        constants.set_constant(name, constants.config.get_config_value(name, variables=vars(constants)))
    # The file with the tokens of a play is opened where the plugins are imported: one for each run.
    in_process = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.plugin_utils.in_process")
    in_process.tokens = in_process.TokenCache()
    # The program puts one of its own in place.
    _AnsibleCollectionFinder._remove()
    main = getattr(importlib.import_module(f"ansible.cli.{program}"), PROGRAMS[program])
    main.cli_executor([f"ansible-{program}", *arguments])


def read_settings(config) -> None:
    """Read the configuration file that the environment names, in place of the one that was read at the beginning."""
    from ansible.config.manager import find_ini_config_file

    config._parsers, config._config_file = {}, find_ini_config_file()
    if hasattr(config._get_ini_config_value, "cache_clear"):
        config._get_ini_config_value.cache_clear()
    if config._config_file:
        config._parse_config_file()


def listen(path: str) -> socket.socket:
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(path)
    door.listen(16)
    return door


if __name__ == "__main__":
    load()
    gc.collect()
    gc.freeze()
    if sys.argv[1].isdigit():
        door = socket.socket(fileno=int(sys.argv[1]))
        asked = serve(door, receive(door))
    else:
        door = listen(sys.argv[1])
        asked = serve(door, accept(door))
    if asked is not None:
        run(**asked)
