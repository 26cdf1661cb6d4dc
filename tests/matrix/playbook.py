# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays made of tasks, run by ansible-playbook, with what they registered and which way they took."""

from __future__ import annotations

import json
import os
import re
import signal
from dataclasses import dataclass

from tests.matrix.place import Place
from tests.tools import warm
from tests.tools.warm import environment

COLLECTION = "determined_ai.determined"
GROUP = f"group/{COLLECTION}.all"
IN_PROCESS = re.compile(rf"{re.escape(COLLECTION)}: (\w+) runs in process")
HANDED_OVER = re.compile(rf"{re.escape(COLLECTION)}: (\w+) runs as a module of its own: (.*)")


@dataclass
class Played:
    """One run: its exit code, its output at -vvv, what the hosts registered."""

    code: int
    output: str
    hosts: dict

    @property
    def results(self) -> dict:
        """What the only host registered."""
        (results,) = self.hosts.values()
        return results

    def in_process(self) -> list[str]:
        """The modules that ran in Ansible's own process, one entry a run."""
        return IN_PROCESS.findall(self.output)

    def handed_over(self) -> list[tuple[str, str]]:
        """(module, reason) of each run as an ordinary module."""
        return HANDED_OVER.findall(self.output)


class Runner:
    """Runs playbooks with this Python's ansible-core and nothing of the caller's home or settings."""

    def __init__(self, folders):
        self._folders = folders

    def start(self, place: Place, tasks: list, *, hosts=("localhost",), in_process=True, environ=None, variables=None,
              defaults=None, arguments=(), files=None, **keywords):  # fmt: skip
        """Start ansible-playbook. Returns the process and its folder.

        :param tasks: as in a playbook; what they register is saved.
        :param hosts: all of them are this machine.
        :param in_process: False sets the variable det_in_process to false.
        :param environ: environment variables of ansible-playbook.
        :param defaults: options for all modules; the master and a token when left out.
        :param files: {name: contents} of files beside the playbook.
        :param keywords: further keywords of the play.
        """
        folder = self._folders.mktemp("play")
        for name, text in (files or {}).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        names = registered(tasks)
        save = {"name": "Save", "save": {"folder": str(folder), "results": {one: f"{{{{ {one} }}}}" for one in names}}}
        defaults = {"master": place.url, "token": "{{ place_token }}"} if defaults is None else defaults
        play = {
            "name": "Matrix",
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {GROUP: defaults, "observe": observe_defaults(place)},
            "tasks": [*tasks, save],
            **keywords,
        }
        (folder / "play.json").write_text(json.dumps([play]))
        common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {"all": {"hosts": dict.fromkeys(hosts), "vars": common}}
        (folder / "inventory.json").write_text(json.dumps(inventory))
        given = {"place_token": place.token, "det_url": place.url, **(variables or {})}
        if not in_process:
            given["det_in_process"] = False
        (folder / "vars.json").write_text(json.dumps(given))
        command = ["-vvv", "-i", "inventory.json", "-e", "@vars.json", *arguments, "play.json"]
        with (folder / "output").open("w") as file:
            into = (file.fileno(), file.fileno())
            process = warm.start("playbook", command, folder, environment(folder, environ or {}), *into)
        return process, folder

    def play(self, place: Place, tasks: list, *, code=0, secrets=(), **more) -> Played:
        """Run to the end. Asserts the exit code, and that neither the token nor ``secrets`` stand in the output.

        Ansible shows the environment of each program that it starts; ``secrets=None`` is for a token in there.
        """
        process, folder = self.start(place, tasks, **more)
        try:
            process.wait(timeout=300)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        output = (folder / "output").read_text()
        assert code is None or process.returncode == code, output[-3000:]
        assert secrets is None or not any(secret in output for secret in (place.token, *secrets))
        hosts = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json") if path.stem not in FILES}
        return Played(process.returncode, output, hosts)


FILES = ("play", "inventory", "vars")


def registered(tasks: list) -> list[str]:
    """The names under which tasks, also those in blocks, register."""
    names = []
    for task in tasks:
        names += registered(task["block"]) if "block" in task else [task["register"]] if "register" in task else []
    return names


def observe_defaults(place: Place) -> dict:
    return {"master": place.url, "token": "{{ place_token }}", "journal": place.control is not None}


def task(module: str, options: dict, **keywords) -> dict:
    """A task of the collection."""
    return {"name": f"{module}", f"{COLLECTION}.{module}": options, **keywords}


def errors(output: str) -> list[str]:
    """What Ansible itself calls errors, in their order. A check of variables takes two lines."""
    return ["\n".join(text.splitlines()[:2]) for text in output.split("[ERROR]: ")[1:]]


def look(name: str, reads: dict) -> dict:
    """A task that reads back without the collection: {name: path}."""
    return {"name": "Look", "observe": {"reads": reads}, "register": name, "no_log": True}
