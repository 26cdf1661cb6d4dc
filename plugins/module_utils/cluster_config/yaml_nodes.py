# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML that is changed in place: comments, order, quotes and layout stay where nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from io import StringIO
from typing import Any

from ..errors import DeterminedError
from .values import KEPT
from .yaml_text import dump_yaml

try:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, SingleQuotedScalarString
except ImportError:
    YAML = None
    YAMLError = ValueError
    CommentedMap, CommentedSeq, TaggedScalar = dict, list, bytes
    DoubleQuotedScalarString = LiteralScalarString = SingleQuotedScalarString = str

NEEDED = "Changing YAML files needs the Python library ruamel.yaml."
# The first step of indentation of keys, and of lists in them.
INDENTED_KEY = re.compile(r"^[^\s#-].*:[ \t]*(?:#.*)?\n(?:[ \t]*#.*\n)*( +)(?=[^\s#-])", re.MULTILINE)
INDENTED_ITEM = re.compile(r"^[^\s#-].*:[ \t]*(?:#.*)?\n(?:[ \t]*#.*\n)*( +)(?=- )", re.MULTILINE)
DASHES = re.compile(r" *(?:- +)+(?=\S)")
QUOTED = {"'": SingleQuotedScalarString, '"': DoubleQuotedScalarString, "|": LiteralScalarString}


def parser(text: str) -> Any:
    """What reads a text, and writes it as it is indented."""
    if YAML is None:
        raise DeterminedError(NEEDED, "Install it: pip install ruamel.yaml.")
    found = YAML(typ="rt")
    found.preserve_quotes = True
    found.width = 2**20
    mapping = next((len(step) for step in INDENTED_KEY.findall(text)), 2)
    offset = next((len(step) for step in INDENTED_ITEM.findall(text)), 0)
    found.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    return found


def load_nodes(text: str) -> Any:
    """The nodes of a text, which remember its comments. Raises ValueError for what is not YAML."""
    try:
        return parser(text).load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error


def write_nodes(nodes: Any, original: str) -> str:
    """The text of changed nodes: that of ``original`` where nothing was changed, even where the library writes it in
    another layout."""
    edited, plain = dump_nodes(nodes, original), dump_nodes(load_nodes(original), original)
    text = keep_layout(*(part.splitlines(True) for part in (original, plain, edited)))
    try:
        same = plain_of(load_nodes(text)) == plain_of(nodes)
    except ValueError:
        same = False
    return text if same else edited


def dump_nodes(nodes: Any, original: str) -> str:
    stream = StringIO()
    parser(original).dump(nodes, stream)
    return stream.getvalue()


def plain_of(node: Any) -> Any:
    """A node as plain Python."""
    if isinstance(node, Mapping):
        return {str(key): plain_of(one) for key, one in node.items()}
    if isinstance(node, list):
        return [plain_of(one) for one in node]
    if isinstance(node, TaggedScalar):
        return f"{node.tag.value} {node.value}"
    return str(node) if isinstance(node, str) else node


def keep_layout(original: list[str], plain: list[str], edited: list[str]) -> str:
    """``original`` with the changes that lead from ``plain`` to ``edited``. ``plain`` says the same as ``original``; a
    change takes lines whole that the two lay out differently by more than blanks."""
    layout = differences([bare(line) for line in plain], [bare(line) for line in original])
    changes = differences(plain, edited)
    equal = [
        (left + index, first + index)
        for kind, left, right, first, _last in layout
        for index in range(right - left if kind == "equal" else 0)
    ]
    steps = [
        (there, before, after)
        for there, here in equal
        if is_said(plain[there])
        for before, after in zip(columns_of(plain[there]), columns_of(original[here]))
    ]
    found: list[str] = []
    at = 0
    for start, end, first, last in widen(changes, layout):
        above = [(before, after) for line, before, after in steps if line < start]
        # Comments at the end of what goes are about what comes next.
        stay = comments_at_end(plain[start:end]) if not ends_alike(edited[first:last], plain[start:end]) else 0
        found += original[place_in(layout, at, False) : place_in(layout, start, True)]
        found += indented(edited[first:last], above)
        at = end - stay
    return "".join(found + original[place_in(layout, at, False) :])


def differences(lines: list[str], others: list[str]) -> list[Any]:
    return SequenceMatcher(a=lines, b=others, autojunk=False).get_opcodes()


def comments_at_end(lines: list[str]) -> int:
    count = 0
    while count < len(lines) and lines[-1 - count].lstrip().startswith("#"):
        count += 1
    return count


def ends_alike(lines: list[str], others: list[str]) -> bool:
    return bool(lines and others) and lines[-1] == others[-1]


def indented(lines: list[str], above: list[tuple[int, int]]) -> list[str]:
    """New lines, indented as the original is: like the nearest line above of their own level, or deeper than that of
    the level above. ``above``: (indentation in the plain text, in the original) of the lines before."""
    found = []
    steps = list(above)
    for line in lines:
        have = indent(line)
        before, after = next((step for step in reversed(steps) if step[0] <= have), (0, 0))
        wanted = after + have - before
        found.append(" " * wanted + line.lstrip(" ") if line.strip() else line)
        if is_said(line):
            steps += [(column, column - have + wanted) for column in columns_of(line)]
    return found


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def columns_of(line: str) -> list[int]:
    """Where a line begins, and where what follows its dashes does."""
    dashes = DASHES.match(line)
    return [indent(line), dashes.end()] if dashes else [indent(line)]


def is_said(line: str) -> bool:
    """Whether a line is no comment and not empty."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def bare(line: str) -> str:
    return "".join(line.split())


def widen(changes: list[Any], layout: list[Any]) -> list[tuple[int, int, int, int]]:
    """(start and end in the plain text, start and end in the edited one) of the changes, none of which begins or ends
    inside of lines that are laid out differently."""
    found: list[tuple[int, int, int, int]] = []
    for tag, start, end, first, last in changes:
        if tag == "equal":
            continue
        for kind, left, right, _one, _other in layout:
            if kind != "equal" and left < max(end, start + 1) and start < max(right, left + 1):
                first, start = first - max(0, start - left), min(start, left)
                last, end = last + max(0, right - end), max(end, right)
        if found and start <= found[-1][1]:
            start, first = found[-1][0], found[-1][2]
            found.pop()
        found.append((start, end, first, last))
    return found


def place_in(layout: list[Any], line: int, is_end: bool) -> int:
    """The line of the original for one of the plain text that is not inside of lines which are laid out differently."""
    for kind, left, right, first, last in layout:
        if left <= line <= right:
            if kind == "equal":
                return first + line - left
            if line == right and (is_end or line != left):
                return last
            if line == left:
                return first
    return layout[-1][4] if layout else 0


# Changing nodes


def update_node(node: Any, value: Any) -> Any:
    """What stands for the value: the node itself, changed as little as can be, or a new one."""
    if value is KEPT or plain_of(node) == value:
        return node
    if isinstance(node, CommentedMap) and isinstance(value, Mapping):
        for key in [key for key in node if key not in value]:
            del node[key]
        for key, part in value.items():
            if key in node:
                node[key] = update_node(node[key], part)
            elif part is not KEPT:
                node[new_key(key)] = new_node(part)
        return node
    if isinstance(node, CommentedSeq) and isinstance(value, list):
        update_list(node, value)
        return node
    return new_node(value)


def update_list(node: Any, value: list[Any]) -> None:
    """Take out of a list what goes, and put in what comes, so that the rest keeps its comments."""
    for index, part in enumerate(value):
        if index < len(node) and isinstance(part, Mapping) and plain_of(node[index]) not in value:
            node[index] = update_node(node[index], part)
    for index in range(len(node) - 1, -1, -1):
        if plain_of(node[index]) not in value:
            del node[index]
    for index, part in enumerate(value):
        if index >= len(node) or plain_of(node[index]) != part:
            node.insert(index, new_node(part))
    del node[len(value) :]


def new_node(value: Any) -> Any:
    """A value as a node. A text that a reader of YAML 1.1 or 1.2 would take for something else is quoted."""
    if isinstance(value, Mapping):
        return CommentedMap((new_key(key), new_node(part)) for key, part in value.items() if part is not KEPT)
    if isinstance(value, list):
        return CommentedSeq([new_node(part) for part in value])
    return quoted(value) if isinstance(value, str) else value


def new_key(key: str) -> Any:
    found = quoted(key)
    return found if not isinstance(found, LiteralScalarString) else DoubleQuotedScalarString(key)


def quoted(text: str) -> Any:
    sign = dump_yaml(text)[:1]
    return QUOTED[sign](text) if sign in QUOTED else text


def is_shared(node: Any) -> bool:
    """Whether a node has a name by which other places can mean it too."""
    anchor = getattr(node, "anchor", None)
    return anchor is not None and anchor.value is not None
