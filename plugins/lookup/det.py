# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: det
short_description: What a Determined master answers to a GET
version_added: 1.0.0
description:
  - Reads any operation of the API whose method is GET, and returns the master's JSON as it is. All pages of a list are
    read and returned as one.
  - An answer is kept for the rest of the run, for all hosts and tasks, so that the same lookup asks the master once.
  - Runs where Ansible runs, and sees its environment, not the one that a task sets. For other methods use
    M(determined_ai.determined.det_api).
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
options:
  _terms:
    description:
      - Operation ids such as V(GetMaster), or paths such as V(/api/v1/master), also with a query and also outside of
        C(/api/v1).
    type: list
    elements: str
    required: true
  parameters:
    description:
      - Values for the parameters in the path of an operation, and for the query. A list repeats a parameter.
      - With C(limit) or C(offset) among them, just that page is read.
    type: dict
    default: {}
  page_size:
    description: Rows a request.
    type: int
    default: 500
  cache:
    description: V(false) asks the master in any case, after something was changed. The answer is kept for others.
    type: bool
    default: true
  master:
    description:
      - Address of the master, such as V(https://det.example.com). Without a scheme it is V(http), without a port
        V(8080).
      - When left out, the first of these that is there is used, the variable C(det_master_url) of the host, the
        environment variable E(DET_MASTER). C(module_defaults) do not count for a lookup.
    type: str
    vars:
      - name: det_master_url
  token:
    description:
      - A session token, as M(determined_ai.determined.det_login) returns it, or an access token.
      - When left out, the first of these that is there is used, the variable C(det_token) of the host,
        E(DET_USER_TOKEN), a login by E(DET_USER) and E(DET_PASS), the login that C(det user login) stored for this
        master.
      - A token or a password of the environment is sent to the master that E(DET_MASTER) names, and to any only where
        that is not set. The variable C(det_token) is sent to the master of C(det_master_url), where there is one.
      - A login by password is shared with the modules that run in process, once one of these has run.
    type: str
    vars:
      - name: det_token
seealso:
  - module: determined_ai.determined.det_api
notes:
  - An answer may hold secrets, such as the addresses of notebooks. It is kept in the temporary folder of the run, which
    only the user of Ansible can read.
"""

EXAMPLES = r"""
- name: The master's version
  ansible.builtin.debug:
    msg: "{{ lookup('determined_ai.determined.det', 'GetMaster').version }}"

- name: Names of all users who are active
  ansible.builtin.debug:
    msg: "{{ users | selectattr('active') | map(attribute='username') }}"
  vars:
    users: "{{ lookup('determined_ai.determined.det', 'GetUsers').users }}"

- name: One experiment, by a parameter of the path
  ansible.builtin.debug:
    msg: "{{ lookup('determined_ai.determined.det', 'GetExperiment', parameters={'experimentId': 1}).experiment.name }}"

- name: The newest three, by a path with a query
  ansible.builtin.debug:
    var: item.name
  loop: "{{ lookup('determined_ai.determined.det', '/api/v1/experiments?limit=3&orderBy=ORDER_BY_DESC').experiments }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
_raw:
  description: The answer to each term. The objects of a streamed answer as a list.
  type: list
  elements: raw
"""

import os
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase

from ..module_utils.api.any_operation import by_id, by_path, read, read_pages, refuse_internal
from ..module_utils.api.operations import Operation
from ..module_utils.connection.auth import credentials, demand_filled, master_of
from ..module_utils.connection.client import open_client
from ..module_utils.connection.transport import REQUESTS_ERROR
from ..module_utils.engine.call import odd_answers, told
from ..module_utils.engine.spec import CONNECTION
from ..module_utils.errors import BadOption, DeterminedError, Refused
from ..plugin_utils.answer_cache import AnswerCache
from ..plugin_utils.host_variables import host_connection
from ..plugin_utils.in_process import tokens

INSTEAD = "Use the module det_api."


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        if REQUESTS_ERROR:
            raise AnsibleLookupError(missing_required_lib("requests"))
        options: dict[str, Any] = {}
        try:
            self.refuse_unknown(kwargs)
            options.update(self.connection_options(kwargs, variables or {}))
            return [self.answer(str(term), options) for term in terms]
        except DeterminedError as error:
            raise AnsibleLookupError(told(error, options)) from None

    def refuse_unknown(self, kwargs: dict[str, Any]) -> None:
        """Ansible lets a misspelt option pass."""
        unknown = sorted(set(kwargs).difference(self.get_options()))
        if unknown:
            raise BadOption(unknown[0], None, "the lookup has no such option.")

    def answer(self, term: str, options: dict[str, Any]) -> Any:
        operation, path, query = target(term, self.get_option("parameters"))
        whole = not (operation and operation.stream) and {"limit", "offset"}.isdisjoint(query)
        size = self.page_size() if whole else None
        who = credentials(options, options["master"])

        def ask() -> Any:
            client = open_client(options, read_only=True, token_cache=tokens.entry)
            try:
                with odd_answers(client):
                    if size is None:
                        return read(client, operation, "GET", path, query)
                    return read_pages(client, "GET", path, query, page_size=size)
            finally:
                client.close()

        key = [options["master"], who.token, who.user, path, query, size]
        kept = AnswerCache(os.path.join(C.DEFAULT_LOCAL_TMP, "determined_answers"))
        return kept.value(key, ask, fresh=not self.get_option("cache"))

    def connection_options(self, given: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """The options of the connection as the modules have them, with the master that is meant."""
        options = {name: self.get_option(name) for name in CONNECTION.options}
        # Before ansible-core 2.19 what the option has from a variable is the text as it was written.
        options.update({name: given.get(name) for name in ("master", "token")})
        demand_filled(options, given)
        options.update(host_connection(given, variables, self._templar.template, CONNECTION.options))
        options["master"] = master_of(options)
        return options

    def page_size(self) -> int:
        size = self.get_option("page_size")
        if size < 1:
            raise BadOption("page_size", size, "must be at least 1.")
        return size


def target(term: str, parameters: dict[str, Any]) -> tuple[Operation | None, str, dict[str, Any]]:
    """The operation or None, the path and the query. Raises Refused for what a lookup must not do."""
    if "/" in term:
        operation, path, query = by_path("GET", term, parameters)
    else:
        operation, path, query = by_id(term, parameters)
    if operation and operation.method != "GET":
        raise Refused(f"{term} is a {operation.method}, and a lookup only sends GET.", INSTEAD)
    refuse_internal(operation, INSTEAD)
    return operation, path, query
