#!/usr/bin/env python
# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks for words that texts for users do not use. The table under "Words" in CONTRIBUTING.md is the list.

wording.py [FOLDER]

Looks at the pages in docs/, the README files of the collection and of the roles, CONTRIBUTING.md, the argument specs of
roles, and DOCUMENTATION and RETURN of plugins. Code, in blocks or between backticks, is left out. Prints PATH:LINE for
pages and PATH: TEXT for descriptions; fails if a word is found, and if there is nothing to look at.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PAGES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "roles/*/README.md")
SPECS = ("roles/*/meta/argument_specs.yml",)
PLUGINS = ("plugins/*/*.py",)
DESCRIBED = {"description", "short_description", "notes"}
# Sentences in which a word of the list is the right one: "there is no limit", "an agent that is no longer connected".
RIGHT = re.compile(r"\bthere\s+(is|are)\s+no\b|\b(is|are) no\s+(longer|more|other)\b", re.IGNORECASE)


def read_words(text: str) -> list[tuple[str, re.Pattern[str]]]:
    """The words in the first column of the table under "Words", each with its pattern.

    A word that ends in " …" counts at the beginning of a sentence only.
    """
    section = text.partition("\n## Words\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return [(word, pattern_of(word)) for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def pattern_of(word: str) -> re.Pattern[str]:
    if word.endswith(" …"):
        # A text begins, or a sentence, a paragraph, a line of a list or a cell of a table.
        return re.compile(rf"(?:\A|(?<=\n\n)|(?<=[.!?:;|*-] )|(?<=[.!?]\n)){re.escape(word[:-2])}\b")
    return re.compile(rf"\b{re.escape(word)}\b".replace(r"\ ", r"\s+"), re.IGNORECASE)


def find(text: str, words: list[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[str, int]]:
    """Each word of the list in a text, with its place."""
    right = [found.span() for found in RIGHT.finditer(text)]
    for word, pattern in words:
        for found in pattern.finditer(text):
            if not any(start <= found.start() and found.end() <= end for start, end in right):
                yield word, found.start()


def prose(text: str) -> str:
    """A page without its code; the lines keep their numbers."""
    for code in (r"^```.*?^```$", r"`[^`\n]+`"):
        text = re.sub(code, lambda found: re.sub(r"[^\n]", "x", found[0]), text, flags=re.DOTALL | re.MULTILINE)
    return text


def descriptions(data: Any) -> Iterator[str]:
    """The texts under the keys that describe something, at any depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in DESCRIBED and not isinstance(value, dict):
                yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
            else:
                yield from descriptions(value)
    elif isinstance(data, list):
        for value in data:
            yield from descriptions(value)


def literals(source: str, fragment: bool) -> Iterator[str]:
    """The documentation in a plugin, which is literal text. ``fragment``: any constant of the class may be a part."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if any(name in ("DOCUMENTATION", "RETURN") or (fragment and name.isupper()) for name in names):
                yield node.value.value


def described(path: Path) -> Iterator[str]:
    """The texts that describe what is in a file. Raises yaml.YAMLError."""
    text = path.read_text("utf-8")
    for document in literals(text, path.parent.name == "doc_fragments") if path.suffix == ".py" else [text]:
        yield from descriptions(yaml.safe_load(document))


def complaints(root: Path) -> Iterator[str]:
    guide = root / "CONTRIBUTING.md"
    words = read_words(guide.read_text("utf-8")) if guide.exists() else []
    paths = {
        patterns: [path for one in patterns for path in sorted(root.glob(one))] for patterns in (PAGES, SPECS, PLUGINS)
    }
    if not words or not all(paths.values()):
        yield "nothing to check"
        return
    for path in paths[PAGES]:
        page = prose(path.read_text("utf-8"))
        for word, place in find(page, words):
            yield f"{path.relative_to(root)}:{page.count(chr(10), 0, place) + 1}: {word!r} is not used here"
    for path in paths[SPECS] + paths[PLUGINS]:
        if path.is_symlink():
            continue
        try:
            texts = list(described(path))
        except yaml.YAMLError as error:
            yield f"{path.relative_to(root)}: the documentation is not YAML: {error}"
            continue
        for text in texts:
            for word, _place in find(text, words):
                yield f"{path.relative_to(root)}: {word!r} is not used here: {' '.join(text.split())[:90]}"


def main() -> int:
    found = list(complaints(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    for one in found:
        print(one, file=sys.stderr)
    if found:
        print('CONTRIBUTING.md, "Words", says what to write instead', file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
