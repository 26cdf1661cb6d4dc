# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document of a cluster as it lies in files: one, or a folder of parts that add up to one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.vault import EncryptedString

from ..module_utils.cluster_config.layout import DATA, FILE, document_files, file_named
from ..module_utils.cluster_config.secret_places import replace_secrets
from ..module_utils.cluster_config.values import SECRET
from ..module_utils.config_text import parse_config
from ..module_utils.errors import BadOption


def read_source(loader: Any, src: str | None, config: Any = None) -> Any:
    """The document of a file or a folder, or the one that is given, with what it names by ``{file: PATH}``.

    ``loader``: Ansible's DataLoader, which also reads what ansible-vault has encrypted. Values are never templated.
    Raises BadOption.
    """
    if src is None:
        return with_files(loader, config, loader.get_basedir())
    path = loader.path_dwim(os.path.expanduser(src))
    if os.path.isdir(path):
        found: dict[str, Any] = {}
        places: dict[str, str] = {}
        names = sorted(document_files(path))
        if not names:
            raise BadOption("src", src, "is a folder without a YAML file.")
        for name in names:
            part = with_files(loader, read_yaml(loader, os.path.join(path, name), src), path)
            merge_parts(found, part, places, name)
        return found
    return with_files(loader, read_yaml(loader, path, src), os.path.dirname(path))


def read_yaml(loader: Any, path: str, src: str) -> Any:
    try:
        return loader.load_from_file(path, cache="none")
    except (AnsibleError, OSError) as error:
        raise BadOption("src", src, f"cannot be read: {error}") from error


def with_files(loader: Any, value: Any, base: str) -> Any:
    """The value with the content of the files that it names: YAML as what it says, others as text."""
    named = file_named(value)
    if named is not None:
        return read_named(loader, os.path.join(base, named), named)
    if isinstance(value, Mapping):
        return {key: with_files(loader, one, base) for key, one in value.items()}
    return [with_files(loader, one, base) for one in value] if isinstance(value, list) else value


def read_named(loader: Any, path: str, name: str) -> Any:
    try:
        text = loader.get_text_file_contents(path)
    except (AnsibleError, OSError) as error:
        raise BadOption(FILE, name, f"cannot be read: {error}") from error
    return parse_config(text) if name.endswith(DATA) else text


def merge_parts(found: dict[str, Any], part: Any, places: dict[str, str], name: str, path: str = "") -> None:
    """Add a part to the document. Raises BadOption where two parts say different things of one place."""
    if not isinstance(part, Mapping):
        if part is not None:
            raise BadOption("src", name, "is no dict of sections.")
        return
    for key, value in part.items():
        here = f"{path}/{key}" if path else str(key)
        if key not in found:
            found[key] = dict(value) if isinstance(value, Mapping) else value
            places[here] = name
            if isinstance(value, Mapping):
                found[key] = {}
                merge_parts(found[key], value, places, name, here)
        elif isinstance(found[key], dict) and isinstance(value, Mapping):
            merge_parts(found[key], value, places, name, here)
        elif found[key] != value:
            raise BadOption("src", None, f"{here} is said in {places[here]} and in {name}, and differs.")


def take_secrets(config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The document with its secrets by name, and these: {name: value}.

    Secret is what ansible-vault has encrypted, and what stands where the document has passwords and the like. So no
    result, and no invocation, shows them.
    """
    found: dict[str, str] = {}

    def take(value: Any, path: tuple[str, ...]) -> Any:
        name = "/".join(path)
        found[name] = str(value)
        return {SECRET: name}

    return replace_secrets(config, lambda value: isinstance(value, EncryptedString), take), found
