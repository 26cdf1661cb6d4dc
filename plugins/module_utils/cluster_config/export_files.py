# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A document as files: one, or a folder with a file for each workspace and each template. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.row import Row
from .layout import ASIDE, FILE
from .schema import schema_text
from .sections import WORKSPACES
from .yaml_text import dump_yaml

MAIN = "cluster.yml"
SCHEMA = "cluster-v1.schema.json"
# What an export has written into a folder, so that the next one can remove what is gone.
MANIFEST = ".cluster-export.json"
WRITTEN = re.compile(r"(cluster|(workspaces|templates)/[^/\0]+)\.yml|cluster-v1\.schema\.json")
UNSAFE = re.compile(r"[^\w .,+@=()-]")
LONGEST = 100


def one_file(config: Row, name: str) -> dict[str, str]:
    """{file: text} of a document in one file, with its schema beside it."""
    return {name: document_text(config, SCHEMA), SCHEMA: schema_text()}


def folder_files(config: Row) -> dict[str, str]:
    """{path inside of the folder: text} of a document in many files."""
    texts: dict[str, str] = {}
    names = FileNames()
    rest = {key: value for key, value in config.items() if key != WORKSPACES}
    texts[MAIN] = document_text(put_templates_aside(rest, texts, names), SCHEMA)
    for name, entry in config.get(WORKSPACES, {}).items():
        part = {WORKSPACES: {name: put_templates_aside(entry, texts, names)}}
        texts[names.path(WORKSPACES, name)] = document_text(part, f"../{SCHEMA}")
    texts[SCHEMA] = schema_text()
    texts[MANIFEST] = json.dumps({"version": 1, "files": sorted(texts)}, indent=1) + "\n"
    return texts


def put_templates_aside(entry: Row, texts: dict[str, str], names: FileNames) -> Row:
    """The entry with the configs of its templates in files of their own."""
    if not entry.get(ASIDE):
        return entry
    found = {}
    for name, template in entry[ASIDE].items():
        if template.get("config"):
            path = names.path(ASIDE, name)
            texts[path] = "---\n" + dump_yaml(template["config"])
            template = {**template, "config": {FILE: path}}
        found[name] = template
    return {**entry, ASIDE: found}


def document_text(config: Mapping[str, Any], schema: str) -> str:
    return f"# yaml-language-server: $schema={schema}\n---\n{dump_yaml(config)}"


class FileNames:
    """File names for names of objects, which may hold what file systems do not take or take for the same."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def path(self, folder: str, name: str) -> str:
        """The path of the object's file. A name that cannot be one, or that differs from another in case only, has a
        fingerprint added."""
        safe = UNSAFE.sub("_", name)[:LONGEST]
        path = f"{folder}/{safe}.yml"
        if safe != name or safe[0] in ".-" or safe != safe.strip(" .") or path.casefold() in self.taken:
            mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
            path = f"{folder}/{safe.strip(' .-') or '_'}-{mark}.yml"
        self.taken.add(path.casefold())
        return path


def files_written(manifest: str) -> Iterator[str]:
    """The paths that an earlier export says it has written; nothing but what an export can have written."""
    try:
        found = json.loads(manifest)
        names = list(found["files"])
    except (ValueError, TypeError, KeyError):
        return
    for name in names:
        if isinstance(name, str) and WRITTEN.fullmatch(name):
            yield name


def secrets_text(values: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """The file of the secrets.

    :param values: {name: secret, or None where the master does not show it}.
    :param kept: what the file has now, which stays for those.
    """
    known = {name: kept.get(name) if value is None else value for name, value in values.items()}
    lines = ["# Values for the option secrets. Encrypt this file: ansible-vault encrypt FILE\n"]
    lines += [f"# {name}: the master does not show it\n" for name, value in known.items() if value is None]
    found = {name: value for name, value in known.items() if value is not None}
    return "".join([*lines, "---\n", dump_yaml(found)])
