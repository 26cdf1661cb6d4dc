# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes what follows from the modules that exist: the action group `all` in meta/runtime.yml of those that speak to a
master, a file in plugins/action/ for each module that has no action plugin of its own.

With --check it writes nothing and fails when something differs. Other entries of runtime.yml stay as they are.
Files rather than routing: `plugin_routing` of the action breaks module_defaults of single modules, and `action_plugin`
of the module is followed only after Ansible has forked, so that each task would import the HTTP library anew. Files
rather than links to one of them: tools of Ansible object to links, or take them for other names of the same module.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "meta" / "runtime.yml"
MARK = "Written by tests/tools/sync_runtime.py."
ACTION = f'''# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module of this name in process. {MARK}"""

from __future__ import annotations

from ansible_collections.determined_ai.determined.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """A class of this file: its module tells which work to load."""
'''
CONNECTION = "  - determined_ai.determined.connection\n"
HEAD = "---\n# Written by tests/tools/sync_runtime.py.\n"


def modules() -> list[str]:
    """The names of all modules, sorted."""
    return sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def grouped() -> list[str]:
    """Those that take the options of the connection, which are all that is given to a whole group."""
    return [
        name for name in modules() if CONNECTION in (ROOT / "plugins" / "modules" / f"{name}.py").read_text("utf-8")
    ]


def runtime_text() -> str:
    """What meta/runtime.yml shall say."""
    content = yaml.safe_load(RUNTIME.read_text(encoding="utf-8")) if RUNTIME.exists() else {}
    groups = {**content.get("action_groups", {}), "all": grouped()}
    return HEAD + yaml.safe_dump({"requires_ansible": ">=2.19.0", **content, "action_groups": groups}, sort_keys=False)


def differences() -> dict[Path, str | None]:
    """Each path that differs, with the text that it must have; None where it must not be."""
    changes: dict[Path, str | None] = {}
    if not RUNTIME.exists() or RUNTIME.read_text(encoding="utf-8") != runtime_text():
        changes[RUNTIME] = runtime_text()
    folder = ROOT / "plugins" / "action"
    wanted = {folder / f"{name}.py" for name in modules()}
    for path in wanted:
        text = path.read_text(encoding="utf-8") if path.exists() else None
        # A file without the mark is an action plugin of the module's own.
        if path.is_symlink() or text is None or (MARK in text and text != ACTION):
            changes[path] = ACTION
    changes.update({path: None for path in folder.glob("*.py") if path not in wanted})
    return changes


def main() -> int:
    changes = differences()
    if "--check" in sys.argv[1:]:
        for path in sorted(changes):
            print(f"{path.relative_to(ROOT)} does not agree with plugins/modules/: run make runtime", file=sys.stderr)
        return 1 if changes else 0
    for path, content in changes.items():
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
