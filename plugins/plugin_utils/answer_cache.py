# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that all processes of one run share."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from typing import Any


class AnswerCache:
    """Files in ``folder``, which is the run's own: Ansible makes one before it starts its workers, readable by its user
    alone, and removes it at the end."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def value(self, key: Any, ask: Callable[[], Any], fresh: bool = False) -> Any:
        """What ``ask()`` returned to the first who had this key, a JSON value; the others wait for it.

        ``key``: a JSON value. ``fresh``: ask in any case, and keep that.
        """
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        path = os.path.join(self.folder, hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest())
        with open(path + ".lock", "a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not fresh and os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return json.load(file)
            value = ask()
            with open(path + ".new", "w", encoding="utf-8") as file:
                json.dump(value, file)
            # Who is killed while writing leaves no half of an answer.
            os.replace(path + ".new", path)
            return value
