# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of the calling account: one as wanted, all of them read, all of them removed (facts-access 3)."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..engine.ensure import Target, ensure
from ..errors import BadOption, Refused
from ..kinds.user_setting import FORCE, KEPT, PATH, USER_SETTING
from ..model.row import Row
from ..store.answers import read_rows
from ..wording import some_of

RESET = PATH + "/reset"


def manage_settings(call: Call) -> dict[str, Any]:
    """The work of det_user_setting."""
    if call.params["state"] == "reset":
        return reset_settings(call)
    for option in ("path", "key"):
        if not call.params[option]:
            raise BadOption(option, call.params[option], "is empty.", "Give path and key of the setting.")
    if call.params["state"] == "present" and "value" not in call.given:
        raise BadOption("value", None, "is missing.", "Give the value, or set state=absent.")
    return ensure(call, USER_SETTING, SettingTarget(call, USER_SETTING))


class SettingTarget(Target):
    """A setting whose value is null is none: the master removes it."""

    def __init__(self, call: Call, kind: Any) -> None:
        super().__init__(call, kind)
        if call.params["value"] is None:
            self.state = "absent"


def reset_settings(call: Call) -> dict[str, Any]:
    """Remove all settings of the account. Raises Refused where marks of the collection are among them."""
    rows = read_settings(call)
    kept = sorted({row["path"] for row in rows if row["path"].startswith(KEPT)})
    if kept and not call.params["force"]:
        problem = "The settings cannot be reset: marks of det_task_cull, det_generic_task or det_checkpoint_gc are at"
        raise Refused(f"{problem} {some_of(kept)}.", FORCE)
    if rows and not call.check_mode:
        call.client.post(RESET, repeatable=True)
        call.progress(changed=True)
    return {
        "changed": bool(rows),
        "user_setting": None,
        "diff": {"before": {"settings": rows} if rows else {}, "after": {}},
        "requests": call.sent() if not call.check_mode else [f"POST {RESET}"] * bool(rows),
    }


def list_settings(call: Call) -> list[Row]:
    """The rows of det_user_setting_info."""
    wanted = {name: call.params[name] for name in ("path", "key") if call.params[name] is not None}
    return [row for row in read_settings(call) if all(row[name] == value for name, value in wanted.items())]


def read_settings(call: Call) -> list[Row]:
    """All settings of the account, by path and key."""
    answers = read_rows(call.client.get(PATH), "settings", f"GET {PATH}", "key", str)
    rows = [USER_SETTING.row(one, detail=True) for one in answers]
    return sorted(rows, key=lambda row: (row["path"], row["key"]))
