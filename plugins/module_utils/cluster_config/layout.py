# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files a document is made of: the same for who reads them, writes an export, and writes drift back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

ENDINGS = (".yml", ".yaml")
# What is read as data where the document names it by {file: …}; anything else is a text.
DATA = (*ENDINGS, ".json")
# The folder of what the document names by {file: …}: no part of the document by itself.
ASIDE = "templates"
FILE = "file"
ENCRYPTED = "$ANSIBLE_VAULT"


def document_files(folder: str) -> Iterator[str]:
    """The paths, inside of a folder, of the files that add up to a document: all YAML files of it and below, without
    hidden ones and those put aside."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one[0] != "." and not (where == folder and one == ASIDE))
        for name in files:
            if name.endswith(ENDINGS) and name[0] != ".":
                yield os.path.relpath(os.path.join(where, name), folder)


def file_named(value: Any) -> str | None:
    """The path in ``{file: PATH}``; None of anything else."""
    named = value[FILE] if isinstance(value, Mapping) and set(value) == {FILE} else None
    return named if isinstance(named, str) else None
