# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ordinary way to run a module's work: as a program of its own, through AnsibleModule."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.validation import check_type_dict

from ..connection.client import open_client
from ..connection.secrets import Secrets, user_info
from ..connection.transport import REQUESTS_ERROR
from .call import Call, perform
from .given import written_options
from .null_ids import without_nulls
from .spec import Spec

BAD_OPTION = {"code": "bad_option"}


class Module(AnsibleModule):
    """AnsibleModule that remembers which options were written, so that null is not the same as left out."""

    def _load_params(self) -> None:
        super()._load_params()
        self.given = {name: value for name, value in self.params.items() if not name.startswith("_ansible_")}
        check_mode = self.params.get("_ansible_check_mode", False)
        self.params.update(without_nulls(self.argument_spec, self.params, check_mode))
        # An address with a password in it is refused, and shown as it was written in the invocation.
        for name in ("master", "det_master"):
            self.no_log_values.update(user_info(self.params.get(name)))

    def fail_json(self, msg: str, **facts: Any) -> None:
        """Also called by AnsibleModule itself, for options that it cannot take."""
        text = Secrets(map(str, self.no_log_values)).hide(msg)
        super().fail_json(text, **dict({"failure": BAD_OPTION}, **facts))


def run_module(spec: Spec, work: Callable[[Call], dict[str, Any]]) -> None:
    """Run ``work`` with the options of this process and leave with its result.

    A result's ``token`` is what the user asked for, so it stays although the same token given as an option is a secret.
    """
    module = Module(argument_spec=spec.options, supports_check_mode=True, **spec.rules())
    if REQUESTS_ERROR:
        library = {"code": "missing_library"}
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_ERROR, failure=library)
    call = Call(module.params, given_options(spec, module.given), module.check_mode, open_client, module._diff)
    result = perform(call, spec, work)
    if not module._diff:
        result.pop("diff", None)
    for note in call.notes:
        module.warn(note)
    if result.get("token") in module.no_log_values:
        result["invocation"] = {"module_args": remove_values(module.params, module.no_log_values)}
        module.no_log_values.discard(result["token"])
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def given_options(spec: Spec, written: dict[str, Any]) -> set[str]:
    """The names of the options that were written, by their names or aliases; see engine/given.py."""
    return written_options(spec.options, {name: as_dict(spec, name, value) for name, value in written.items()})


def as_dict(spec: Spec, name: str, value: Any) -> Any:
    """The value, a dictionary that was written as text read as the validator reads it."""
    if isinstance(value, str) and spec.options.get(name, {}).get("options"):
        with suppress(TypeError):
            return check_type_dict(value)
    return value
