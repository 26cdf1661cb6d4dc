# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster that a host stands for: the variables that every module and plugin reads, above the environment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..module_utils.connection.auth import env_master, master_url
from ..module_utils.errors import BadOption

MASTER, TOKEN = "det_master_url", "det_token"
# Options that say by themselves whom to be. Only beside the option user is a password one of them.
LOGIN = ("token", "user", "password")


def host_connection(
    given: Mapping[str, Any], variables: Mapping[str, Any], template: Callable[[Any], Any], known: Collection[str]
) -> dict[str, Any]:
    """The options of the connection that were left out and that the host's variables say: of master and token.

    The token is the host's, so it goes to the host's master only, not to another one that an option names.

    :param given: the options that were given, by their own names. An option wins over the variable.
    :param template: function (value as the variable has it) -> value.
    :param known: the options that there are.
    """
    found: dict[str, Any] = {}
    address = read(MASTER, variables, template) if "master" in known else None
    if address is not None and "master" not in given:
        found["master"] = address
    login = LOGIN if "user" in known else ("token",)
    if "token" in known and not any(given.get(name) is not None for name in login):
        elsewhere = address is not None and "master" in given and not same(given["master"], address)
        token = None if elsewhere else read(TOKEN, variables, template)
        if token is not None:
            found["token"] = token
    return found


def read(name: str, variables: Mapping[str, Any], template: Callable[[Any], Any]) -> Any:
    """The variable's value, None where there is no such variable. One that is empty is an error: what it should have
    said would be taken from the environment. One that cannot be templated is one too, as the templates raise it."""
    if name not in variables:
        return None
    value = template(variables[name])
    if is_omit(value, variables):
        return None
    if value is None or not str(value).strip():
        raise BadOption(name, None, "the variable of the host is empty.", "Give it a value, or take it away.")
    return str(value)


def is_omit(value: Any, variables: Mapping[str, Any]) -> bool:
    """Whether a template said omit: an object of its own since ansible-core 2.19, a text before."""
    omit = variables.get("omit")
    return type(value).__name__ == "Omit" or (omit is not None and isinstance(value, str) and value == omit)


def same(one: Any, other: Any) -> bool:
    """Whether both are the address of one master."""
    try:
        return master_url(str(one or env_master() or "")) == master_url(str(other))
    except BadOption:
        return False
