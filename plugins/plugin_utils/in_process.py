# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's work inside Ansible's worker: no new process, the HTTP session and the login are kept.

The result is that of the ordinary module. The work is handed over to that wherever the two could differ: a connection
that is not local, async, become, another Python interpreter, ANSIBLE_KEEP_REMOTE_FILES, or the variable det_in_process
set to false. ``-v`` tells why.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.connection.client import Client, open_client
from ..module_utils.connection.secrets import Secrets, user_info
from ..module_utils.connection.transport import REQUESTS_ERROR
from ..module_utils.engine.call import Call, perform
from ..module_utils.engine.module import BAD_OPTION, given_options
from ..module_utils.engine.null_ids import without_nulls
from ..module_utils.engine.spec import Spec
from ..module_utils.errors import DeterminedError
from .host_variables import host_connection
from .token_cache import TokenCache

PACKAGE = "ansible_collections.determined_ai.determined.plugins.modules."
display = Display()
tokens = TokenCache()
# Clients of the items of a loop, the one used last at the end. Each holds sockets, and a loop may be over many masters.
clients: OrderedDict[tuple[str, str], Client] = OrderedDict()
MOST_CLIENTS = 8


class InProcess(ActionBase):
    """Base of the action plugins of this collection."""

    _supports_async = True
    _supports_check_mode = True
    _supports_diff = True
    _requires_connection = False
    module: ModuleType

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Import the module of the action's name at once: Ansible loads the class before it forks its workers."""
        super().__init_subclass__(**kwargs)
        cls.module = importlib.import_module(PACKAGE + cls.__module__.rpartition(".")[2])

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        try:
            args = self.arguments(variables)
        except DeterminedError as error:
            return {"failed": True, "changed": False, **error.result()}
        result = self.carry_out(args, variables)
        if hides(self.module, args) and not result.get("failed"):
            result["_ansible_no_log"] = True
        return result

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The task's options, and those of the connection that it leaves out and the variables of the host say.

        Both ways to run a module take them from here, so that a module on another machine speaks to the same master.
        """
        args = dict(self._task.args)
        spec = self.module.SPEC
        names = {alias: name for name, option in spec.options.items() for alias in option.get("aliases", ())}
        given = {names.get(name, name): value for name, value in args.items()}
        return {**args, **host_connection(given, variables, self._templar.template, spec.options)}

    def carry_out(self, args: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        module, name = self.module, self._task.action.rpartition(".")[2]
        reason = self.why_not(variables)
        if reason:
            display.v(f"determined_ai.determined: {name} runs as a module of its own: {reason}")
            return self._execute_module(
                module_name=self._task.action,
                module_args=args,
                task_vars=variables,
                wrap_async=self._task.async_val,
            )
        display.vvv(f"determined_ai.determined: {name} runs in process")
        plain = json.loads(json.dumps(args, default=str))
        environ = self.task_environment()
        with environment(environ):
            keep = functools.partial(kept_client, json.dumps(environ, default=str))
            return self.perform(module.SPEC, module.work, plain, keep, shows_invocation(variables))

    def why_not(self, task_vars: Mapping[str, Any]) -> str | None:
        """Why the task must run as an ordinary module, or None."""
        if not boolean(self._templar.template(task_vars.get("det_in_process", True)), strict=False):
            return "det_in_process is false"
        if self._task.async_val:
            return "async"
        if self._play_context.become or self._task.become:
            return "become"
        if self._connection.transport != "local":
            return "the connection is " + self._connection.transport
        if C.DEFAULT_KEEP_REMOTE_FILES:
            return "remote files are kept"
        interpreter = self._templar.template(task_vars.get("ansible_python_interpreter"))
        if interpreter and not interpreter.startswith("auto") and not same_environment(interpreter):
            return f"the interpreter is {interpreter}"
        if REQUESTS_ERROR:
            return "Ansible's own Python has no requests"
        return None

    def task_environment(self) -> dict[str, Any]:
        """The variables of the keyword environment, outer ones first."""
        merged: dict[str, Any] = {}
        self._compute_environment_string(merged)
        return merged

    def perform(
        self,
        spec: Spec,
        work: Callable[[Call], dict[str, Any]],
        args: dict[str, Any],
        keep: Callable[..., Client],
        show_invocation: bool,
    ) -> dict[str, Any]:
        validator = ArgumentSpecValidator(spec.options, **spec.rules())
        given = given_options(spec, args)
        checked = validator.validate(without_nulls(spec.options, args, self._task.check_mode))
        secret, notes = no_log_values(checked), alias_warnings(checked)
        secret.update(user_info(checked.validated_parameters.get("master")))
        if checked.error_messages:
            text = Secrets(map(str, secret)).hide(self.refusal(checked.errors))
            result = {"failed": True, "msg": text, "failure": BAD_OPTION}
        else:
            call = Call(checked.validated_parameters, given, self._task.check_mode, keep, self._task.diff)
            call.say = display.v
            result = perform(call, spec, work)
            notes += call.notes
        if not self._task.diff:
            result.pop("diff", None)
        if show_invocation:
            result["invocation"] = {"module_args": remove_values(checked.validated_parameters, secret)}
        if notes:
            result["warnings"] = notes
        return result

    def refusal(self, errors: Any) -> str:
        """What the ordinary module says of options that are not valid."""
        unknown = isinstance(errors[0], UnsupportedError)
        return f"Unsupported parameters for ({self._task.action}) module: {errors.msg}" if unknown else errors.msg


def hides(module: ModuleType, args: Mapping[str, Any]) -> bool:
    """Whether a module's result is for nobody's eyes: always, or where the option is set that its HIDDEN names."""
    hidden = getattr(module, "HIDDEN", False)
    return hidden if isinstance(hidden, bool) else boolean(args.get(hidden, False), strict=False)


def kept_client(variables: str, options: Mapping[str, Any], read_only: bool) -> Client:
    """A client with the session of the last item that spoke to the same master as the same user.

    ``variables``: the task's part of the environment as text; the rest is the same for all items.
    """
    key = (json.dumps({name: options.get(name) for name in CLIENT_OPTIONS}), variables)
    if key not in clients:
        clients[key] = open_client(options, read_only, token_cache=tokens.entry)
    clients.move_to_end(key)
    while len(clients) > MOST_CLIENTS:
        clients.popitem(last=False)[1].close()
    clients[key].begin(read_only)
    return clients[key]


CLIENT_OPTIONS = (
    "master", "token", "user", "password", "validate_certs", "ca_path", "server_name", "timeout", "retry_time",
)  # fmt: skip


def same_environment(interpreter: str) -> bool:
    """Whether that Python is of the environment that Ansible itself runs in."""
    if os.path.dirname(interpreter) == os.path.dirname(sys.executable):
        return True
    try:
        return os.path.samefile(interpreter, sys.executable) and sys.prefix == sys.base_prefix
    except OSError:
        return False


@contextmanager
def environment(variables: Mapping[str, Any]) -> Iterator[None]:
    """The variables in os.environ while the block runs."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: str(value) for name, value in variables.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether results hold the options they came from: always before the setting came, with ansible-core 2.21."""
    if not hasattr(C, "INJECT_INVOCATION"):
        return True
    return C.config.get_config_value("INJECT_INVOCATION", variables=task_vars)


# What follows the validator keeps under private names; the tests watch them on each release.


def no_log_values(checked: Any) -> set[Any]:
    """The values to hide."""
    return set(checked._no_log_values)


def alias_warnings(checked: Any) -> list[str]:
    """What the ordinary module warns of, where an option is given twice."""
    return ["Both option {option} and its alias {alias} are set.".format(**names) for names in checked._warnings]
