# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: agents
short_description: The agents of a Determined cluster as hosts
version_added: 1.0.0
description:
  - Asks the master which agents are connected, and makes each a host. A playbook so reaches the machines of a pool,
    those that are drained, or those with free slots.
  - The source is a file whose name ends in C(det_agents.yml) or C(det_agents.yaml), one for each cluster.
  - All hosts are in the group C(det_agents), and in C(det_pool_NAME), C(det_state_STATE) and C(det_slot_TYPE), such as
    C(det_pool_gpu_a), C(det_state_enabled) and C(det_slot_cuda). Characters that group names cannot have become
    underscores.
  - An agent that has lost its connection is not a host any more after some 25 seconds. Until then the agent looks
    drained.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Marks the file as a source of this plugin.
    type: str
    required: true
    choices: [determined_ai.determined.agents]
  pools:
    description: Only agents in these resource pools. All when left out; an empty list is refused.
    type: list
    elements: str
  states:
    description: Only agents in these states. A V(drained) one runs nothing any more, a V(draining) one still does.
    type: list
    elements: str
    choices: [enabled, draining, drained, disabled]
  host_prefix:
    description:
      - Put before the id of each agent to make the name of its host, such as V(berlin-). Agents of two clusters that
        have the same ids so become hosts of their own.
    type: str
    default: ''
  merge:
    description:
      - Whether an agent with the name of a host that another source, read before, has becomes that host. Its variables
        C(det_agent_*) and C(det_master_url) and its groups are added there.
      - Otherwise the agent is left out, with a warning, since what an agent calls itself would decide about that host.
    type: bool
    default: false
notes:
  - B(Do not trust what an agent says about itself.) Anyone who can connect an agent to the master chooses its id and
    its addresses. Agents whose ids are not host names, or are names of the controller such as C(localhost), are left
    out with a warning, and so are invalid addresses. But Ansible connects to the name of a host where there is no
    C(ansible_host), and an C(ansible_host) that is composed of C(det_agent_addresses) is what the agent says. Set
    C(ansible_host) from a list of your own where agents are not under your control, and keep the check of host keys on.
  - 'Each host has these variables: C(det_agent_id), C(det_agent_state), C(det_agent_resource_pools),
    C(det_agent_version),
    C(det_agent_addresses), C(det_agent_registered_time), C(det_agent_slot_type) (such as V(CUDA), null without
    slots), C(det_agent_slots) and of these C(det_agent_slots_used), C(det_agent_slots_free) and
    C(det_agent_slots_disabled), C(det_agent_slot_details) (a list with id, state, device and container_id),
    C(det_agent_tasks) (a list with id, name and slots, of tasks without slots too), and C(det_master_url).'
  - The master does not know how a machine is reached. The plugin sets no C(ansible_host); compose it where the id of an
    agent is not its name.
seealso:
  - module: determined_ai.determined.det_agent
  - module: determined_ai.determined.det_agent_info
"""

EXAMPLES = r"""
# The least, in cluster.det_agents.yml. Address and login come from DET_MASTER and what else the modules read.
plugin: determined_ai.determined.agents

---
# Only some, reached at the first address that they say they have, with groups of one's own.
plugin: determined_ai.determined.agents
master: "{{ lookup('env', 'DET_MASTER') }}"
pools: [default, gpu-a]
states: [enabled, drained]
strict: true
compose:
  ansible_host: det_agent_addresses[0]
groups:
  idle: not det_agent_tasks
  roomy: det_agent_slots_free >= 4
keyed_groups:
  - key: det_agent_version
    prefix: version

---
# Kept for five minutes.
plugin: determined_ai.determined.agents
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /tmp/det_agents
cache_timeout: 300
"""

import ipaddress
import re
from typing import Any

import ansible.template
from ansible import constants as C
from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils.cluster.agent_rows import read_agents
from ..module_utils.connection.auth import demand_filled, master_of
from ..module_utils.connection.client import open_client
from ..module_utils.connection.transport import REQUESTS_ERROR
from ..module_utils.engine.call import odd_answers, told
from ..module_utils.engine.given import refuse_empty
from ..module_utils.errors import DeterminedError
from ..plugin_utils.host_variables import host_connection

ENDINGS = ("det_agents.yml", "det_agents.yaml")
CONNECTION = ("master", "token", "validate_certs", "ca_path", "server_name", "timeout", "retry_time")
TEMPLATES = ("master", "token")

# Names of hosts (RFC 1123; an underscore is in use). None begins with a dash, which SSH would take for an option.
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*")
OWN = ("localhost", "localhost.localdomain", "ip6-localhost", "all", "ungrouped")

if hasattr(ansible.template, "trust_as_template"):

    def plain(value: Any) -> Any:
        """Nothing is a template that is not marked as one."""
        return value

else:
    from ansible.utils.unsafe_proxy import wrap_var

    def plain(value: Any) -> Any:
        """Before ansible-core 2.19 the names of users' tasks would be templates."""
        return wrap_var(value)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "determined_ai.determined.agents"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith(ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        if REQUESTS_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        self._read_config_data(path)
        options: dict[str, Any] = {}
        try:
            pools, states = self.narrowing("pools"), self.narrowing("states")
            options.update(self.connection_options())
            rows = self.rows(options, path, cache)
        except DeterminedError as error:
            raise AnsibleParserError(told(error, options)) from None
        there = set(inventory.hosts)
        for row in rows:
            # That no agent of a pool is connected is no error here.
            in_pool = pools is None or not set(pools).isdisjoint(row["resource_pools"])
            if in_pool and (states is None or row["state"] in states):
                self.add(row, options["master"], there)

    def narrowing(self, option: str) -> list[str] | None:
        """The values of an option that narrows the hosts, which must not be empty; None where it is left out."""
        values = self.get_option(option)
        if values is not None:
            refuse_empty(option, values)
        return values

    def connection_options(self) -> dict[str, Any]:
        """The options of the connection as the modules have them, with the master that is meant.

        There are no variables of hosts yet; those that are given with -e count as for a task.
        """
        options = {name: self.get_option(name) for name in CONNECTION}
        given = {name: value for name, value in options.items() if value is not None}
        for name in TEMPLATES:
            if name in given:
                options[name] = given[name] = self.templar.template(given[name])
        demand_filled(options, given)
        options.update(host_connection(given, self._vars, self.templar.template, CONNECTION))
        options["master"] = master_of(options)
        return options

    def rows(self, options: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """The rows of all agents, from the cache where it is wanted and has them."""
        if not self.get_option("cache"):
            return fetch(options)
        self.load_cache_plugin()
        # The environment may name another master than the last time.
        key = self.get_cache_key(f"{path} {options['master']}")
        if cache:
            try:
                return self._cache[key]
            except KeyError:
                # Nothing was kept, or for too long.
                pass
        self._cache[key] = fetch(options)
        return self._cache[key]

    def add(self, row: dict[str, Any], master: str, there: set[str]) -> None:
        """One host, its variables and its groups. ``there``: the hosts of sources that were read before."""
        name = f"{self.get_option('host_prefix')}{row['id']}"
        problem = self.why_no_host(name, there)
        if problem:
            self.display.warning(f"The agent {ascii(row['id'])[:120]} is left out: {problem}")
            return
        row = dict(row, addresses=[one for one in row["addresses"] or () if is_address(one)])
        host = self.inventory.add_host(name)
        variables = {"det_agent_" + name: row[name] for name in row if name not in ("enabled", "draining")}
        variables = {name: plain(value) for name, value in dict(variables, det_master_url=master).items()}
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        for group in groups(row):
            self.inventory.add_child(self.inventory.add_group(self._sanitize_group_name(group)), host)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def why_no_host(self, name: str, there: set[str]) -> str | None:
        """Why a host is not to have that name, or None."""
        if not HOST_NAME.fullmatch(name):
            return "its id is no name of a host."
        if name.lower() in OWN or name in C.LOCALHOST or is_loopback(name):
            return "its id is a name of the controller, or one that Ansible keeps for itself."
        if name in self.inventory.groups:
            return "there is a group of that name. Set host_prefix."
        if name in there and not self.get_option("merge"):
            return "another source has a host of that name. Set host_prefix, or merge where both are one machine."
        return None

    def _compose(self, *arguments: Any, **more: Any) -> Any:
        """What is composed of an agent's words is no template either, before ansible-core 2.19 too."""
        return plain(super()._compose(*arguments, **more))


def is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_address(text: Any) -> bool:
    """Whether it is the address or the name of a host, and not something that steers what is given it."""
    if not isinstance(text, str):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return HOST_NAME.fullmatch(text) is not None
    return "%" not in text


def fetch(options: dict[str, Any]) -> list[dict[str, Any]]:
    client = open_client(options, read_only=True)
    try:
        with odd_answers(client):
            return read_agents(client)
    finally:
        client.close()


def groups(row: dict[str, Any]) -> list[str]:
    """The groups that an agent is in by itself."""
    names = ["det_agents", "det_state_" + row["state"]]
    names += ["det_pool_" + pool for pool in row["resource_pools"]]
    if row["slot_type"]:
        names.append("det_slot_" + row["slot_type"].lower())
    return names
