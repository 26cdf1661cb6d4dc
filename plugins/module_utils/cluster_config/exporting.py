# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mode export of det_cluster_config: reads the cluster, and writes the document to files or into the result."""

from __future__ import annotations

import os
from typing import Any

from ..engine.call import Call
from ..engine.spec import Spec
from ..errors import BadOption
from ..safe_files import PRIVATE, SHARED
from .cluster_plan import read_choices
from .export import SELECTS, Export, Exporter
from .export_files import MANIFEST, files_written, folder_files, one_file, secrets_text
from .folder import Changes, find_changes, read_text
from .layout import ENCRYPTED, ENDINGS
from .stack import Stack, read_settings
from .world import World
from .yaml_text import read_yaml

EXPORT = Spec(
    {
        "dest": {"type": "path"},
        "include": {"type": "str", "choices": SELECTS, "default": "all"},
        "secrets_dest": {"type": "path"},
    }
)


def export(call: Call) -> dict[str, Any]:
    params = call.params
    if params["include"] == "owned" and params["stack"] is None:
        raise BadOption("include", "owned", "needs a stack, which remembers what is its own.", "Give stack.")
    found = read_cluster(call)
    public = document_changes(params["dest"], found) if params["dest"] is not None else None
    private = secret_changes(params, found)
    changes = [one for one in (public, private) if one is not None]
    if not call.check_mode:
        for one, mode in ((public, SHARED), (private, PRIVATE)):
            if one is not None:
                one.apply(mode)
    for left in found.left_out:
        call.warn(f"{left['address']} is not in the export: {left['why']}")
    result: dict[str, Any] = {
        "changed": any(one.any for one in changes),
        "left_out": found.left_out,
        "secret_names": sorted(found.secrets.values),
        "written_files": [path for one in changes for path in one.paths(one.written)],
        "removed_files": [path for one in changes for path in one.paths(one.removed)],
    }
    if public is None:
        result["config"] = found.config
    elif call.diff:
        result["diff"] = public.diff()
    return result


def read_cluster(call: Call) -> Export:
    params = call.params
    world = World(call.client)
    stack = Stack(params["stack"], read_settings(world))
    return Exporter(world, stack, read_choices(params), params["include"]).export()


def document_changes(dest: str, found: Export) -> Changes:
    """What differs between the document and the file, or the folder, that ``dest`` names."""
    if dest.endswith(ENDINGS) and not os.path.isdir(dest):
        folder, name = os.path.split(dest)
        return find_changes(folder, one_file(found.config, name), (), "dest")
    old = read_text(os.path.join(dest, MANIFEST), "dest")
    return find_changes(dest, folder_files(found.config), files_written(old or ""), "dest")


def secret_changes(params: dict[str, Any], found: Export) -> Changes | None:
    """What differs between the secrets and the file that is to hold them; None where nobody wants one."""
    path = params["secrets_dest"]
    if path is None:
        return None
    folder, name = os.path.split(os.path.abspath(path))
    dest = os.path.abspath(params["dest"]) if params["dest"] is not None else None
    if dest is not None and name.endswith(ENDINGS) and os.path.join(folder, "").startswith(os.path.join(dest, "")):
        problem = "lies in the folder of the document, whose files are all read as parts of it."
        raise BadOption("secrets_dest", path, problem, "Choose a place outside of it.")
    before = read_text(path, "secrets_dest") or ""
    if before.startswith(ENCRYPTED):
        raise BadOption("secrets_dest", path, "is encrypted, and its secrets would be lost.", "Choose another file.")
    kept = read_yaml(before)
    text = secrets_text(found.secrets.values, kept if isinstance(kept, dict) else {})
    return find_changes(folder, {name: text}, (), "secrets_dest")
