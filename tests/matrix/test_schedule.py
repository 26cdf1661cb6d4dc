# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role schedule: units that systemd takes, scripts that lock, end what takes too long, and tell of failures."""

from __future__ import annotations

import configparser
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import Server
from tests.tools.warm import call, environment

ROLE = "determined_ai.determined.schedule"
ODD = "a b$HOME`id`\"quoted\" 'single' \\n #%h"


class Schedule:
    """A schedule in folders of the test."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "lib" / "nightly"
        self.units = folder / "units"
        self.playbook = folder / "play.yml"
        self.log = self.home / "last.log"
        self.environ = {}
        (folder / "bin").mkdir()
        self.units.mkdir()
        self.works('ansible.builtin.debug: {msg: \'env <{{ lookup("env", "ODD") }}> var <{{ given }}>\'}')

    def works(self, task):
        self.playbook.write_text(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n    - {task}\n")

    def program(self, name, text):
        path = self.folder / "bin" / name
        path.write_text("#!/bin/bash\n" + text)
        path.chmod(0o700)
        return path

    def apply(self, *arguments, code=0, **options):
        """One run of the role; what it said."""
        given = {
            "name": "nightly",
            "playbook": str(self.playbook),
            "variables": {"given": "x 'y'"},
            "environment": {"ODD": ODD},
            "enable": False,
            "folder": str(self.folder / "lib"),
            "unit_folder": str(self.units),
            "cron_folder": str(self.units),
            "ansible_playbook": str(Path(sys.executable).parent / "ansible-playbook"),
            **options,
        }
        role = {"role": ROLE, **{"schedule_" + name: value for name, value in given.items()}}
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "roles": [role]}
        (self.folder / "apply.json").write_text(json.dumps([play]))
        done = call("playbook", [*arguments, "apply.json"], self.folder, self.environment())
        assert done.returncode == code, done.stdout[-3000:] + done.stderr
        return done.stdout

    def environment(self):
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        return environment(self.folder, {"PATH": path, "ANSIBLE_PIPELINING": "true", **self.environ})

    def call(self, command):
        return subprocess.run(
            command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=120, check=False
        )

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for name in ("lib", "units") for path in self.under(name))

    def under(self, name):
        return [path for path in (self.folder / name).rglob("*") if path.is_file()]


@pytest.fixture
def schedule(tmp_path):
    return Schedule(tmp_path)


def unit(path):
    """{section: {key: value}} of a unit."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_units(schedule):
    secret = {"environment": {"DET_USER_TOKEN": "hush-hush"}, "webhook": "https://hook/hush-hush"}
    output = schedule.apply("--check", "--diff", **secret)
    assert schedule.files() == []
    assert "OnCalendar" in output
    assert "hush-hush" not in output
    schedule.apply(**secret, timeout=60)
    names = ["determined-nightly-failure.service", "determined-nightly.service", "determined-nightly.timer"]
    assert [path.name for path in sorted(schedule.under("units"))] == names
    service, timer = unit(schedule.units / names[1]), unit(schedule.units / names[2])
    assert service["Unit"]["OnFailure"] == names[0]
    assert service["Service"]["ExecStart"] == str(schedule.home / "run")
    assert service["Service"]["EnvironmentFile"] == str(schedule.home / "environment")
    assert service["Service"]["TimeoutStartSec"] == "180"
    assert unit(schedule.units / names[0])["Service"]["ExecStart"] == str(schedule.home / "notify")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 02:30:00"
    assert timer["Install"]["WantedBy"] == "timers.target"
    modes = {path.name: path.stat().st_mode & 0o777 for path in schedule.home.iterdir()}
    assert modes == {"run": 0o700, "notify": 0o700, "environment": 0o600, "variables.json": 0o600}
    assert schedule.home.stat().st_mode & 0o777 == 0o700
    # Not every machine that runs this has systemd.
    if shutil.which("systemd-analyze"):
        done = schedule.call(["systemd-analyze", "verify", *map(str, sorted(schedule.under("units")))])
        assert (done.returncode, done.stderr) == (0, "")
    assert "changed=0 " in schedule.apply(**secret, timeout=60)
    assert "changed=1 " in schedule.apply(state="absent", **secret)
    assert schedule.files() == []


def test_a_run(schedule):
    """What it is given arrives as it is, one at a time, and too long is a failure."""
    mails = schedule.folder / "mails"
    mail = schedule.program("mail", f"cat > {mails}\n")
    with Server([(200, {})]) as hook:
        options = {"mail": "ops@example.com", "mail_command": str(mail), "webhook": hook.url + "/hush"}
        schedule.apply(method="cron", user="root", cron={"minute": "5", "weekday": "1-5"}, timeout=100, **options)
        entry = (schedule.units / "determined-nightly").read_text().splitlines()[-1]
        assert entry == f"5 * * * 1-5 root {schedule.home}/run >/dev/null 2>&1"
        run = [str(schedule.home / "run")]
        done = schedule.call(run)
        assert done.returncode == 0, done.stdout
        shown = json.loads(done.stdout.partition('"msg": ')[2].partition("\n")[0])
        assert shown == f"env <{ODD}> var <x 'y'>"
        assert schedule.log.read_text() == done.stdout
        with (schedule.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert schedule.call(run).returncode == 75
        assert not mails.exists()
        assert hook.requests == []
        schedule.works("ansible.builtin.fail: {msg: disk full}")
        assert schedule.call(run).returncode == 2
        assert mails.read_text().startswith("To: ops@example.com\nSubject: The schedule nightly has failed on ")
        assert "disk full" in mails.read_text()
        assert hook.requests == [("POST", "/hush")]
        assert hook.bodies[0]["text"].startswith("The schedule nightly has failed on ")
        schedule.works("ansible.builtin.command: sleep 600")
        script = schedule.home / "run"
        script.write_text(script.read_text().replace("=60 100 ", "=60 1 "))
        assert schedule.call(run).returncode == 124
        assert "It was ended" in mails.read_text()


@pytest.mark.parametrize("method", ["systemd", "cron"])
def test_the_collections_are_those_of_who_installs(schedule, method):
    """Also where the one who starts a run has none of them; and a playbook that is not there is refused."""
    playbooks = schedule.folder / "more" / "ansible_collections" / "own" / "jobs" / "playbooks"
    playbooks.mkdir(parents=True)
    schedule.works("ansible.builtin.debug: {msg: of the collection}")
    schedule.playbook.rename(playbooks / "hello.yml")
    path = f"{os.environ['ANSIBLE_COLLECTIONS_PATH']}:{schedule.folder / 'more'}"
    schedule.environ = {"ANSIBLE_COLLECTIONS_PATH": path}
    for arguments in (["--check"], []):
        output = " ".join(schedule.apply(*arguments, code=2, method=method, playbook="own.jobs.nosuch").split())
        assert "schedule_playbook: own.jobs.nosuch cannot be run by" in output
        assert f"with the collections in {path}:" in output
        assert schedule.files() == []
    schedule.apply(method=method, playbook="own.jobs.hello")
    schedule.environ = {"ANSIBLE_COLLECTIONS_PATH": "/nowhere"}
    done = schedule.call([str(schedule.home / "run")])
    assert done.returncode == 0, done.stdout
    assert "of the collection" in done.stdout


def test_folders_of_ones_own(schedule):
    paths = 'lookup("ansible.builtin.config", "COLLECTIONS_PATHS")'
    schedule.works(f"ansible.builtin.debug: {{msg: '{{{{ {paths} | join(\":\") }}}}'}}")
    own = [str(schedule.folder / name) for name in ("a", "b")]
    schedule.apply(collections_path=own)
    assert f'"msg": "{own[0]}:{own[1]}"' in schedule.call([str(schedule.home / "run")]).stdout
    # What is given for the environment is meant.
    schedule.apply(collections_path=own, environment={"ANSIBLE_COLLECTIONS_PATH": own[1]})
    assert f'"msg": "{own[1]}"' in schedule.call([str(schedule.home / "run")]).stdout


def test_the_user_looks_for_the_playbook(schedule):
    asked = schedule.folder / "asked"
    schedule.program("runuser", f'echo "$1 $2" > {asked}; shift 3; exec "$@"\n')
    output = schedule.apply("--check", code=2, user="nobody", playbook="nosuch")
    assert asked.read_text() == "-u nobody\n"
    assert "as nobody" in output


def test_cron_of_a_user(schedule):
    table = schedule.folder / "table"
    schedule.program("crontab", f'[[ $1 == -l ]] && {{ cat {table} || exit 1; }} || cp "${{@: -1}}" {table}\n')
    own = {"method": "cron", "scope": "user", "folder": "~/lib"}
    schedule.apply(**own)
    assert f"30 2 * * * {schedule.home}/run >/dev/null 2>&1" in table.read_text()
    assert (schedule.home / "environment").stat().st_mode & 0o777 == 0o600
    schedule.apply(**own, state="absent")
    assert "nightly" not in table.read_text()
    assert schedule.files() == []


@pytest.mark.parametrize(
    "options",
    [
        {"name": "a b"},
        {"folder": "/tmp/a b"},
        {"environment": {"A": "two\nlines"}},
        {"playbook": "nosuch"},
        {"ansible_playbook": "/nowhere/ansible-playbook"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(schedule, options):
    schedule.apply(code=2, **options)
    assert schedule.files() == []
