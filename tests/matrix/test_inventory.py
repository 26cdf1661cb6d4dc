# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents as hosts: groups, variables, cache, and files that are wrong."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from tests.loopback import Server, reply
from tests.matrix.conftest import emulated
from tests.matrix.place import until
from tests.tools.warm import call, environment

pytestmark = [pytest.mark.needs("agents"), pytest.mark.core]
PLUGIN = {"plugin": "determined_ai.determined.agents"}
SOURCE = Path(__file__).parents[2] / "plugins" / "inventory" / "agents.py"


@pytest.fixture
def place():
    """A cluster with four idle agents."""
    with emulated(agents=4) as place:
        yield place


class Folder:
    """Runs ansible-inventory on a file in a folder of its own."""

    def __init__(self, path, place):
        self.path = path
        self.place = place

    def run(self, options, *arguments, name="c.det_agents.yml", code=0, **environ):
        (self.path / name).write_text(yaml.safe_dump({**PLUGIN, **options}))
        login = {"DET_MASTER": self.place.url, "DET_USER_TOKEN": self.place.token}
        strict = {"ANSIBLE_INVENTORY_UNPARSED_FAILED": "true"}
        environ = environment(self.path, {**login, **strict, **environ})
        done = call("inventory", ["-i", name, "--list", *arguments], self.path, environ)
        assert done.returncode == code, done.stderr
        return done if code else json.loads(done.stdout, object_hook=untagged)


def untagged(value):
    """ansible-inventory marks texts that are no templates."""
    return value.get("__ansible_unsafe", value)


@pytest.fixture
def folder(place, tmp_path):
    return Folder(tmp_path, place)


def hosts(listed):
    return {name: group["hosts"] for name, group in listed.items() if "hosts" in group}


def reads(place):
    return [entry["path"] for entry in place.control.journal() if entry["path"] == "/api/v1/agents"]


def test_groups_and_variables(place, folder):
    config = {"entrypoint": ["run"], "description": "{{ 6 * 7 }}"}
    config.update(resources={"slots": 0, "resource_pool": "gpu-b"}, environment={"image": "fake/run"})
    place.call("POST", "/api/v1/commands", {"config": config})
    until(lambda: place.call("GET", "/api/v1/resource-pools")["resourcePools"][2]["auxContainersRunning"])
    place.call("POST", "/api/v1/agents/agent-3/disable", {"drain": True})
    place.call("POST", "/api/v1/agents/agent-4/disable")
    listed = folder.run({})
    assert hosts(listed) == {
        "det_agents": ["agent-1", "agent-2", "agent-3", "agent-4"],
        "det_pool_default": ["agent-1", "agent-4"],
        "det_pool_gpu_a": ["agent-2"],
        "det_pool_gpu_b": ["agent-3"],
        "det_slot_cpu": ["agent-1", "agent-2", "agent-3", "agent-4"],
        "det_state_enabled": ["agent-1", "agent-2"],
        "det_state_draining": ["agent-3"],
        "det_state_disabled": ["agent-4"],
    }
    seen = listed["_meta"]["hostvars"]
    assert (seen["agent-1"]["det_agent_slots"], seen["agent-1"]["det_agent_slots_free"]) == (4, 4)
    assert (seen["agent-4"]["det_agent_slots"], seen["agent-4"]["det_agent_slots_free"]) == (8, 0)
    # What a user calls a task is no template.
    assert "{{ 6 * 7 }}" in json.dumps(seen["agent-3"]["det_agent_tasks"])
    assert {one["det_master_url"] for one in seen.values()} == {place.url}


def test_filters_and_groups_of_ones_own(folder):
    options = {
        "pools": ["default", "gone"],
        "states": ["enabled"],
        "strict": True,
        "compose": {"ansible_host": "det_agent_addresses[0]"},
        "groups": {"roomy": "det_agent_slots_free > 4"},
        "keyed_groups": [{"key": "det_agent_resource_pools", "prefix": "p"}],
    }
    listed = folder.run(options)
    assert hosts(listed)["det_agents"] == ["agent-1", "agent-4"]
    assert hosts(listed)["roomy"] == ["agent-4"]
    assert hosts(listed)["p_default"] == ["agent-1", "agent-4"]
    assert listed["_meta"]["hostvars"]["agent-1"]["ansible_host"]


def test_strict(folder):
    options = {"groups": {"broken": "no_such_variable.x"}}
    assert "broken" not in hosts(folder.run({**options, "strict": False}))
    assert "broken" in folder.run({**options, "strict": True}, code=1).stderr


@pytest.mark.needs("journal")
def test_cache_is_kept_and_flushed(place, folder):
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder.path / "kept")}
    first = folder.run(cache)
    assert folder.run(cache) == first
    assert len(reads(place)) == 1
    place.call("POST", "/api/v1/agents/agent-1/disable", {"drain": True})
    assert hosts(folder.run(cache, "--flush-cache"))["det_state_drained"] == ["agent-1"]
    assert hosts(folder.run(cache))["det_state_drained"] == ["agent-1"]
    assert len(reads(place)) == 2
    # Another master is another cluster.
    with emulated(agents=1) as other:
        listed = folder.run(cache, DET_MASTER=other.url, DET_USER_TOKEN=other.token)
    assert hosts(listed)["det_agents"] == ["agent-1"]
    assert place.token not in "".join(path.read_text() for path in (folder.path / "kept").iterdir())


@pytest.mark.parametrize(
    ("options", "environ", "text"),
    [
        ({"pools": []}, {}, "pools ([]): is empty"),
        ({"states": []}, {}, "states ([]): is empty"),
        ({"states": ["asleep"]}, {}, "asleep"),
        ({"master": "http://127.0.0.1:1", "retry_time": 0}, {}, "cannot be reached"),
        ({}, {"DET_USER_TOKEN": "x"}, "log in"),
        ({}, {"DET_MASTER": ""}, "DET_MASTER"),
    ],
)
def test_what_is_wrong_is_told(folder, options, environ, text):
    assert text in folder.run(options, code=1, **environ).stderr


@pytest.mark.parametrize(("name", "code"), [("det_agents.yaml", 0), ("agents.yml", 1)])
def test_names_of_files(folder, name, code):
    folder.run({}, name=name, code=code)


def examples():
    for node in ast.parse(SOURCE.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return list(yaml.safe_load_all(ast.literal_eval(node.value)))
    raise AssertionError("no EXAMPLES")


@pytest.mark.parametrize("options", examples(), ids=["least", "some", "kept"])
def test_examples(folder, options):
    assert len(hosts(folder.run({**options, **({"cache_connection": "kept"} if "cache" in options else {})}))) > 3


def agents_that_say(rows):
    """Answers as of a master whose agents call themselves what they like."""

    def answer(handler):
        agents = [{**AGENT, **row} for row in rows]
        reply(handler, 200, {"agents": agents} if "/agents" in handler.path else NO_TASKS)

    return answer


NO_TASKS = {"allocationIdToSummary": {}}
AGENT = {
    "id": "a",
    "resourcePools": ["default"],
    "enabled": True,
    "draining": False,
    "version": "{{ 6 * 7 }}",
    "addresses": ["10.0.0.7", "-oProxyCommand=touch", "{{ 6 * 7 }}", "10.0.0.8\n"],
    "registeredTime": "2026-01-01T00:00:00Z",
    "slots": {},
}
NO_HOSTS = ["localhost", "LocalHost", "127.0.0.1", "all", "-oProxyCommand=touch x", "{{ 6 * 7 }}", "a b", "a\nb",
            "a[1:9]", "", "é", "x" * 300, "a:22", "u@h", "../x"]  # fmt: skip


def test_what_an_agent_calls_itself(tmp_path):
    with Server([agents_that_say([{"id": one} for one in ("good-1", "good.two", "there", *NO_HOSTS)])]) as server:
        place = SimpleNamespace(url=server.url, token="t")
        (tmp_path / "a.ini").write_text("there det_master_url=http://mine\n")
        folder = Folder(tmp_path, place)
        first = folder.run({}, "-i", "a.ini", name="z.det_agents.yml")
        assert hosts(first)["det_agents"] == ["good-1", "good.two", "there"]
        (tmp_path / "0.ini").write_text("there det_master_url=http://mine\n")
        seen = listed_after(folder, "0.ini")
        assert hosts(seen)["det_agents"] == ["good-1", "good.two"]
        assert seen["_meta"]["hostvars"]["there"]["det_master_url"] == "http://mine"
        assert hosts(listed_after(folder, "0.ini", merge=True))["det_agents"] == ["good-1", "good.two", "there"]
        prefixed = hosts(listed_after(folder, "0.ini", host_prefix="b-"))["det_agents"]
        assert {"b-there", "b-localhost", "b-all"} < set(prefixed)
        assert not any(set(name) & set(" {}[]\n@/:") for name in prefixed)
        one = first["_meta"]["hostvars"]["good-1"]
    assert one["det_agent_addresses"] == ["10.0.0.7"]
    assert one["det_agent_version"] == "{{ 6 * 7 }}"
    assert "ansible_host" not in one


def listed_after(folder, source, **options):
    """The inventory where another source is read before the plugin's."""
    (folder.path / "c.det_agents.yml").write_text(yaml.safe_dump({**PLUGIN, **options}))
    environ = environment(folder.path, {"DET_MASTER": folder.place.url, "DET_USER_TOKEN": "t"})
    done = call("inventory", ["-i", source, "-i", "c.det_agents.yml", "--list"], folder.path, environ)
    assert done.returncode == 0, done.stderr
    assert "is left out" in done.stderr
    return json.loads(done.stdout, object_hook=untagged)


@pytest.mark.parametrize("answer", [{}, {"agents": None}, {"agents": [None]}, {"agents": "x"}, {"agents": [{"id": 5}]}])
def test_an_answer_of_another_form(tmp_path, answer):
    with Server([(200, answer)]) as server:
        done = Folder(tmp_path, SimpleNamespace(url=server.url, token="t")).run({}, code=1)
    assert "/api/v1/" in done.stderr
    assert "Traceback" not in done.stderr


def test_given_on_the_command_line(place, tmp_path):
    with Server([(200, {})]) as elsewhere:
        wrong = SimpleNamespace(url=elsewhere.url, token="of-elsewhere")
        variables = ["-e", f"det_master_url={place.url}", "-e", f"det_token={place.token}"]
        assert len(hosts(Folder(tmp_path, wrong).run({}, *variables))["det_agents"]) == 4
        assert elsewhere.requests == []
