# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing files to what they should hold: only what differs is written, each file at once, and no link is followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from ..errors import BadOption
from ..model.row import Row
from ..safe_files import SHARED, UnsafePlace, read_file, readable, replace_file

MOST = 64 * 2**20


@dataclass
class Changes:
    """What differs below a folder: ``written`` {path: (before, after)}, before None where there is no file; ``removed``
    {path: before}."""

    root: str
    option: str
    written: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return bool(self.written or self.removed)

    def paths(self, names: Iterable[str]) -> list[str]:
        return [os.path.join(self.root, name) for name in sorted(names)]

    def apply(self, mode: int | None) -> None:
        """Write and remove. ``mode`` None: files that are there keep theirs."""
        for name, (_before, after) in self.written.items():
            path = os.path.join(self.root, name)
            try:
                make_folder(os.path.dirname(path))
                replace_file(path, after.encode(), mode_of(path) if mode is None else mode)
            except OSError as error:
                raise unusable(self.option, path, error) from error
        for name in self.removed:
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(self.root, name))

    def diff(self) -> list[Row]:
        """What Ansible shows with --diff."""
        changes = {**self.written, **{name: (before, "") for name, before in self.removed.items()}}
        return [
            {
                "before_header": os.path.join(self.root, name),
                "after_header": os.path.join(self.root, name),
                "before": before or "",
                "after": after,
            }
            for name, (before, after) in sorted(changes.items())
        ]


def mode_of(path: str) -> int:
    try:
        return stat.S_IMODE(os.lstat(path).st_mode)
    except FileNotFoundError:
        return SHARED


def find_changes(root: str, texts: dict[str, str], old: Iterable[str], option: str) -> Changes:
    """What differs from these texts. ``old``: paths that go where they are not among these. Raises BadOption."""
    changes = Changes(root, option)
    for name, text in texts.items():
        before = read_text(os.path.join(root, name), option)
        if before != text:
            changes.written[name] = (before, text)
    for name in old:
        before = None if name in texts else read_text(os.path.join(root, name), option)
        if before is not None:
            changes.removed[name] = before
    return changes


def read_text(path: str, option: str) -> str | None:
    """What a file holds; None where there is none. Raises BadOption for what is no plain file."""
    try:
        refuse_link(os.path.dirname(path))
        return read_file(path, MOST).decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable(option, path, error) from error


def refuse_link(folder: str) -> None:
    if os.path.islink(folder):
        raise UnsafePlace(errno.ELOOP, "it is a link, and links are not followed", folder)


def make_folder(path: str) -> None:
    if path:
        os.makedirs(path, exist_ok=True)


def unusable(option: str, path: str, error: OSError) -> BadOption:
    return BadOption(option, readable(path), f"cannot be used: {error.strerror or error}.")
