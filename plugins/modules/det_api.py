#!/usr/bin/python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: det_api
short_description: Call any operation of the API of a Determined master
version_added: 1.0.0
description:
  - Sends one request, named by its operation id or by method and path, and returns the master's JSON as it is.
  - Refuses the operations by which a running task speaks with the master, unless O(force_internal) is set. What reports
    on an unmanaged run from outside, such as C(ReportTrialMetrics), is not among them.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
extends_documentation_fragment:
  - determined_ai.determined.connection
  - determined_ai.determined.connection.module
attributes:
  check_mode:
    support: full
    description: Sends what only reads. What changes something is not sent and reported as changed.
  diff_mode:
    support: partial
    description: With O(when_different), shows the value that it compares.
  idempotent:
    support: partial
    description: What changes something is always sent, unless O(when_different) says how to see that it is done.
options:
  operation_id:
    description: Name of the operation in the API's description, such as V(GetMaster). Exclusive with O(path).
    type: str
  method:
    description: HTTP method. Used with O(path).
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description: Path, such as V(/api/v1/master), also outside of C(/api/v1). Exclusive with O(operation_id).
    type: str
  parameters:
    description: Values for the parameters in the path of O(operation_id), and for the query. A list repeats a
      parameter.
    type: dict
    default: {}
  body:
    description: The body, sent as JSON.
    type: raw
  paginate:
    description:
      - Read all pages of a list and return them as one.
      - Use O(page_size) for the size of a page.
    type: bool
    default: false
  page_size:
    description: Rows a page, with O(paginate).
    type: int
    default: 500
  when_different:
    description:
      - How to see that a call that changes something is not needed. What is there is read first, and the call is sent
        only if it is not as wanted. Keys that are not wanted do not count.
    type: dict
    suboptions:
      path:
        description: Path to read. The path of the call when left out.
        type: str
      at:
        description:
          - Where to look in the answer, as names and list indexes with dots between them.
          - Where the answer has nothing there, it counts as different, and a warning says so.
        type: str
      value:
        description: What must be there. The body of the call when left out.
        type: raw
  force_internal:
    description: Send operations that are meant for running tasks only. That can spoil a run.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: The master's version
  determined_ai.determined.det_api:
    operation_id: GetMaster
  register: master

- name: All users, in pages
  determined_ai.determined.det_api:
    path: /api/v1/users
    paginate: true
  register: users

- name: A display name, set only if it is another one
  determined_ai.determined.det_api:
    method: PATCH
    path: "/api/v1/users/{{ users.json.users[0].id }}"
    body: {displayName: The first, active: true}
    when_different: {at: user}
"""

RETURN = r"""
json:
  description:
    - What the master answered. The objects of a streamed answer as a list.
    - In check mode null for what was not sent. What was read, where O(when_different) found nothing to do.
  returned: success
  type: raw
  sample: {"version": "0.38.1"}
requests:
  description: What was sent to change something, in check mode what would be.
  returned: always
  type: list
  elements: str
failure:
  description:
    - What went wrong, for machines. Holds code, and where known status, reason, request and hint.
  returned: on failure
  type: dict
"""

from ansible_collections.determined_ai.determined.plugins.module_utils.api.any_operation import (
    by_id,
    by_path,
    read,
    read_pages,
    refuse_internal,
)
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.module import run_module
from ansible_collections.determined_ai.determined.plugins.module_utils.engine.spec import CONNECTION, Spec
from ansible_collections.determined_ai.determined.plugins.module_utils.errors import Refused

SPEC = CONNECTION + Spec(
    {
        "operation_id": {"type": "str"},
        "method": {"type": "str", "choices": ["GET", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
        "path": {"type": "str"},
        "parameters": {"type": "dict", "default": {}},
        "body": {"type": "raw"},
        "paginate": {"type": "bool", "default": False},
        "page_size": {"type": "int", "default": 500},
        "when_different": {
            "type": "dict",
            "options": {"path": {"type": "str"}, "at": {"type": "str"}, "value": {"type": "raw"}},
        },
        "force_internal": {"type": "bool", "default": False},
    },
    mutually_exclusive=(("operation_id", "path"),),
    required_one_of=(("operation_id", "path"),),
)


def work(call):
    params = call.params
    operation, path, query = target(params)
    method = operation.method if operation else params["method"]
    if not params["force_internal"]:
        refuse_internal(operation, "Set force_internal if you mean it.")
    if operation.reads if operation else method == "GET":
        return {"changed": False, "json": answer(call, operation, method, path, query), "requests": []}
    request = f"{method} {path}"
    result = {"changed": True, "json": None, "requests": [request]}
    if params["when_different"]:
        have, want, seen = compared(call, path)
        if holds(have, want):
            return {"changed": False, "json": seen, "requests": []}
        result["diff"] = {"before": have, "after": want}
    if not call.check_mode:
        result["json"] = call.client.request(method, path, query=query, body=params["body"])
    return result


def target(params):
    if params["path"] is not None:
        return by_path(params["method"], params["path"], params["parameters"])
    return by_id(params["operation_id"], params["parameters"])


def answer(call, operation, method, path, query):
    params = call.params
    if not params["paginate"] or (operation and operation.stream):
        return read(call.client, operation, method, path, query, params["body"])
    whole = read_pages(call.client, method, path, query, params["body"], params["page_size"])
    if "pagination" not in whole:
        raise Refused(f"{method} {path} has no pages.", "Leave out paginate.")
    return whole


def compared(call, path):
    """What is there, what is wanted, and the whole answer that shows it."""
    different = call.params["when_different"]
    answer = call.client.get(different["path"] or path)
    have = answer
    for part in (different["at"] or "").split(".") if different["at"] else []:
        try:
            have = have[int(part)] if isinstance(have, list) else have[part]
        except (KeyError, IndexError, ValueError, TypeError):
            have = None
            call.warn("when_different.at ({at}) names nothing in the answer.".format(**different))
            break
    want = call.params["body"] if different["value"] is None else different["value"]
    return have, want, answer


def holds(have, want):
    """Whether all that is wanted is there; dicts may hold more."""
    if isinstance(have, dict) and isinstance(want, dict):
        return all(key in have and holds(have[key], value) for key, value in want.items())
    return have == want


def main():
    run_module(SPEC, work)


if __name__ == "__main__":
    main()
