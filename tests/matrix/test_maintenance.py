# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role agent_maintenance: agents are off while it works on them, and on again whatever goes wrong."""

from __future__ import annotations

import json
import os
import signal

import pytest
import yaml

from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.matrix.playbook import errors
from tests.tools.warm import call, environment

pytestmark = pytest.mark.needs("agents")
ROLE = "determined_ai.determined.agent_maintenance"


@pytest.fixture
def place():
    """A cluster with four idle agents."""
    with emulated(agents=4) as place:
        yield place


class Maintenance:
    """Runs the role; the hook writes down each agent's state as it is then, and does what the test wants besides."""

    def __init__(self, runner, place, folder):
        self.runner, self.place, self.folder = runner, place, folder
        self.hook = folder / "hook.yml"
        self.works()

    def works(self, *tasks):
        look = {
            "name": "Look",
            "ansible.builtin.uri": {
                "url": "{{ det_url }}/api/v1/agents/{{ agent_maintenance_agent }}",
                "headers": {"Authorization": "Bearer {{ place_token }}"},
                "dest": f"{self.folder}/{{{{ agent_maintenance_agent }}}}.json",
            },
            "check_mode": False,
            "changed_when": False,
            "no_log": True,
        }
        self.hook.write_text(yaml.safe_dump([look, *tasks]))

    def start(self, *agents, **variables):
        given = {"agent_maintenance_agents": list(agents), "agent_maintenance_tasks": str(self.hook), **variables}
        return [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}], given

    def run(self, *agents, code=0, arguments=(), **variables):
        """One run; what it said."""
        tasks, given = self.start(*agents, **variables)
        return self.runner.play(self.place, tasks, code=code, arguments=arguments, variables=given).output

    def seen(self):
        """{agent: whether it was enabled while the hook ran}."""
        files = {path.stem: json.loads(path.read_text()) for path in self.folder.glob("*.json")}
        return {name: answer["agent"]["enabled"] for name, answer in files.items()}

    def enabled(self):
        agents = self.place.call("GET", "/api/v1/agents")["agents"]
        return sorted(agent["id"] for agent in agents if agent["enabled"])

    def marks(self):
        return [one["key"] for one in self.place.call("GET", "/api/v1/users/setting")["settings"]]


@pytest.fixture
def maintenance(runner, place, tmp_path):
    return Maintenance(runner, place, tmp_path)


ALL = ["agent-1", "agent-2", "agent-3", "agent-4"]
FAILS = {"name": "Patch", "ansible.builtin.fail": {"msg": "no such package"}}


def occupy(place):
    """A command that runs on the agent of the pool gpu-b."""
    config = {"entrypoint": ["run"], "resources": {"slots": 0, "resource_pool": "gpu-b"}}
    config["environment"] = {"image": "fake/run"}
    ident = place.call("POST", "/api/v1/commands", {"config": config})["command"]["id"]
    until(lambda: place.call("GET", f"/api/v1/commands/{ident}")["command"]["state"] == "STATE_RUNNING")
    return ident


@pytest.mark.needs("journal")
def test_one_after_the_other_and_what_was_off_stays_off(place, maintenance):
    place.call("POST", "/api/v1/agents/agent-2/disable", {"drain": True})
    output = maintenance.run("agent-1", "agent-2", "agent-3")
    assert maintenance.seen() == {"agent-1": False, "agent-2": False, "agent-3": False}
    assert maintenance.enabled() == ["agent-1", "agent-3", "agent-4"]
    assert maintenance.marks() == []
    assert "was off before" in output
    assert switched(place)[1:] == ["agent-1/disable", "agent-1/enable", "agent-3/disable", "agent-3/enable"]


def test_a_hook_that_fails(maintenance):
    """The agent is on again, and the others are not touched."""
    maintenance.works(FAILS)
    output = maintenance.run("agent-1", "agent-2", code=2, agent_maintenance_leave_off=True)
    assert "agent-1, Patch: no such package" in output
    assert maintenance.seen() == {"agent-1": False}
    assert maintenance.enabled() == ALL
    assert maintenance.marks() == []


def test_a_hook_that_fails_on_an_agent_that_was_off(place, maintenance):
    place.call("POST", "/api/v1/agents/agent-1/disable", {"drain": True})
    maintenance.works(FAILS)
    maintenance.run("agent-1", code=2)
    assert maintenance.enabled() == ALL[1:]


@pytest.mark.needs("journal")
def test_a_hook_that_cannot_be_loaded(place, maintenance):
    maintenance.hook.write_text("- no.such.module: {}\n")
    maintenance.run("agent-1", code=None)
    assert place.control.writes() == []


def test_what_does_not_end_in_time(place, maintenance):
    ident = occupy(place)
    output = maintenance.run("agent-3", code=2, agent_maintenance_wait_timeout=1)
    assert "nothing runs on the agents any more" in output
    said = output.partition("Fail because the agent is not drained")[2]
    assert "It was turned on again." in said
    assert "stays off" not in said
    assert f"agent-3  {ident}" in output.partition("ran there still")[2]
    assert maintenance.enabled() == ALL
    assert maintenance.seen() == {}
    output = maintenance.run(
        "agent-3", "agent-1", agent_maintenance_wait_timeout=1, agent_maintenance_on_timeout="kill"
    )
    (row,) = [line.split() for line in output.splitlines() if f"{ident}  command" in line]
    assert row[-3:-1] == ["admin", "agent-3"]
    assert maintenance.seen() == {"agent-1": False, "agent-3": False}
    assert maintenance.enabled() == ALL
    assert place.call("GET", f"/api/v1/commands/{ident}")["command"]["state"] == "STATE_TERMINATED"


@pytest.mark.needs("journal")
def test_check_mode_shows_what_would_be_waited_for(place, maintenance):
    ident = occupy(place)
    before = len(place.control.writes())
    output = maintenance.run("agent-1", "agent-3", arguments=("--check",))
    assert ident in output.partition("would be waited for")[2]
    assert len(place.control.writes()) == before
    # The tasks of the hook decide themselves what check mode means.
    assert maintenance.seen() == {"agent-1": True, "agent-3": True}


def test_a_run_that_was_broken_off_is_finished_by_the_next(runner, place, maintenance):
    occupy(place)
    tasks, given = maintenance.start("agent-3")
    process, _folder = runner.start(place, tasks, variables=given)
    until(lambda: "agent-3" not in maintenance.enabled())
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert maintenance.enabled() == ALL[:2] + ALL[3:]
    assert maintenance.marks() == ["agent-3"]
    maintenance.run("agent-3", agent_maintenance_wait_timeout=1, agent_maintenance_on_timeout="kill")
    assert maintenance.enabled() == ALL
    assert maintenance.marks() == []


@pytest.mark.needs("faults")
def test_what_cannot_be_drained_says_so_first(place, maintenance):
    place.control.fault("status", status=500, path="/agents/agent-1/disable$", body={"error": {"error": "disk full"}})
    assert "disk full" in errors(maintenance.run("agent-1", code=2))[0]
    assert maintenance.seen() == {}
    assert maintenance.enabled() == ALL


def test_left_off_and_not_on_again_by_a_later_run(maintenance):
    assert "left off" in maintenance.run("agent-1", agent_maintenance_leave_off=True)
    assert "changed=0 " in maintenance.run("agent-1", agent_maintenance_leave_off=True)
    maintenance.run("agent-1")
    assert maintenance.enabled() == ALL[1:]
    assert maintenance.marks() == []


def switched(place):
    return [entry["path"].split("/", 4)[4] for entry in place.control.writes() if "/agents/" in entry["path"]]


@pytest.mark.needs("journal")
def test_hosts_of_the_inventory_in_turn(place, maintenance, tmp_path):
    """Both playbooks, without a list of agents and with one."""
    source = {"plugin": "determined_ai.determined.agents", "compose": {"ansible_connection": "'local'"}}
    (tmp_path / "c.det_agents.yml").write_text(yaml.safe_dump(source))
    environ = environment(tmp_path, {"DET_MASTER": place.url, "DET_USER_TOKEN": place.token})

    def play(name, *options, code=0):
        done = call("playbook", ["determined_ai.determined." + name, *options], tmp_path, environ)
        assert done.returncode == code, done.stdout[-3000:] + done.stderr

    maintenance.hook.write_text(yaml.safe_dump([FAILS | {"when": "inventory_hostname == 'agent-3'"}]))
    play("rolling_maintenance", "-i", "c.det_agents.yml", "-e", f"agent_maintenance_tasks={maintenance.hook}", code=2)
    turns = [f"{agent}/{act}" for agent in ALL[:3] for act in ("disable", "enable")]
    assert switched(place) == turns
    play("drain_node", "-e", '{"agent_maintenance_agents": ["agent-4"]}')
    assert maintenance.enabled() == ALL[:3]


@pytest.mark.needs("journal")
@pytest.mark.parametrize(
    ("agents", "variables", "said"),
    [
        (["agent-9"], {}, "There is no agent agent-9"),
        (["agent-1"], {"agent_maintenance_tasks": "/no/such/file.yml"}, "/no/such/file.yml"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(place, maintenance, agents, variables, said):
    assert said in maintenance.run(*agents, code=2, **variables)
    assert switched(place) == []
