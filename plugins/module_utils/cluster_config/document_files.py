# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a document, changed in place by edits of the document."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import BadOption
from .edits import Edit, Path
from .folder import Changes, find_changes, read_text
from .layout import DATA, ENCRYPTED, document_files, file_named
from .values import SECRET
from .yaml_nodes import CommentedMap, is_shared, load_nodes, new_key, new_node, plain_of, update_node, write_nodes


class CannotEdit(Exception):
    """Why the files cannot be changed at a place."""


class DocumentFiles:
    """``nodes``: {path of a file: its root node}; ``texts``: what the files hold."""

    def __init__(self, src: str) -> None:
        self.src = src
        self.root = src if os.path.isdir(src) else os.path.dirname(src)
        self.texts: dict[str, str] = {}
        self.nodes: dict[str, Any] = {}
        names = sorted(document_files(src)) if os.path.isdir(src) else [os.path.basename(src)]
        for name in names:
            self.load(name, True)
        self.parts = list(self.nodes)
        if not self.texts:
            raise BadOption("src", src, "is not there, or holds no YAML file.")

    def load(self, name: str, is_yaml: bool) -> None:
        text = read_text(os.path.join(self.root, name), "src")
        if text is None or text.startswith(ENCRYPTED):
            return
        self.texts[name] = text
        try:
            self.nodes[name] = load_nodes(text) if is_yaml else text
        except ValueError as error:
            raise BadOption("src", name, f"is not YAML: {error}") from error

    def changes(self) -> Changes:
        """What differs from the files."""
        texts = {}
        for name, node in self.nodes.items():
            before = self.texts[name]
            if isinstance(node, str):
                texts[name] = node
            else:
                texts[name] = write_nodes(node, before) if plain_of(node) != plain_of(load_nodes(before)) else before
        return find_changes(self.root, texts, (), "src")

    def edit(self, edit: Edit) -> None:
        """Make one edit. Raises CannotEdit, and then nothing is changed."""
        if edit.act == "set":
            self.set(edit.path, edit.value)
        elif edit.act == "remove":
            for holder in list(self.holders(edit.path)):
                demand_own(holder, edit.path[-1])
                del holder[edit.path[-1]]
        elif edit.act == "replace":
            self.replace(edit.path, edit.value)
        else:
            self.move(edit.path, *edit.value)

    def holders(self, path: Path) -> Iterator[Any]:
        """The nodes, one in each file that has the path, which hold its last key."""
        for name in self.parts:
            node, depth = walk(self.nodes[name], path[:-1])
            if depth == len(path) - 1 and isinstance(node, Mapping) and path[-1] in node:
                yield node

    def set(self, path: Path, value: Any) -> None:
        holder = next(self.holders(path), None)
        if holder is None:
            holder = self.make_holder(path)
            holder[new_key(path[-1])] = new_node(value)
            return
        node = holder[path[-1]]
        demand_plain(node)
        named = file_named(node)
        if named is not None:
            self.set_file(str(named), value)
        elif isinstance(node, Mapping) and set(node) == {SECRET}:
            raise CannotEdit("the files name a secret there.")
        else:
            holder[path[-1]] = update_node(node, value)

    def replace(self, path: Path, pairs: list[tuple[Any, Any]]) -> None:
        """Put elements of a list in the places of others."""
        for holder in self.holders(path):
            node = holder[path[-1]]
            demand_plain(node)
            for index, part in enumerate(node or ()):
                new = next((new for old, new in pairs if plain_of(part) == old), None)
                if new is not None:
                    node[index] = update_node(part, new)

    def set_file(self, name: str, value: Any) -> None:
        if os.path.isabs(name) or os.path.normpath(name).startswith(os.pardir):
            raise CannotEdit(f"{name} lies outside of the folder of the document.")
        if name not in self.nodes:
            self.load(name, name.endswith(DATA))
        if name not in self.nodes:
            raise CannotEdit(f"{name} is encrypted, or not there.")
        self.nodes[name] = str(value) if isinstance(self.nodes[name], str) else update_node(self.nodes[name], value)

    def make_holder(self, path: Path) -> Any:
        """The node that is to hold the last key of a path, made where it is not there yet."""
        name = max(self.parts, key=lambda part: walk(self.nodes[part], path[:-1])[1])
        if self.nodes[name] is None:
            self.nodes[name] = CommentedMap()
        node, depth = walk(self.nodes[name], path[:-1])
        if node is None:
            holder, depth = walk(self.nodes[name], path[: depth - 1])
            node = holder[path[depth]] = CommentedMap()
            depth += 1
        for key in path[depth:-1]:
            node[new_key(key)] = CommentedMap()
            node = node[key]
        return node

    def move(self, path: Path, new: Path, origin: str) -> None:
        """Give an entry another name, or another place, and say where it comes from."""
        for holder in list(self.holders(path)):
            demand_own(holder, path[-1])
            node = holder[path[-1]]
            demand_plain(node)
            if new[:-1] == path[:-1]:
                rename_key(holder, path[-1], new[-1])
            else:
                del holder[path[-1]]
                target = self.make_holder(new)
                target[new_key(new[-1])] = node
                holder = target
            if node is None:
                node = holder[new[-1]] = CommentedMap()
            if node.get("from") is None:
                node.insert(0, "from", new_node(origin))


def walk(node: Any, path: Path) -> tuple[Any, int]:
    """(node, how many keys led to it), as far as the path is there. Raises CannotEdit where others share a node."""
    for depth, key in enumerate(path):
        if not isinstance(node, Mapping) or key not in node:
            return node, depth
        demand_own(node, key)
        node = node[key]
        demand_plain(node)
    return node, len(path)


def merged_keys(node: Any) -> set[Any]:
    """The keys that a node has from others. Older releases of the library pair each of these with its place."""
    merged = (one[1] if isinstance(one, tuple) else one for one in getattr(node, "merge", None) or ())
    return {key for one in merged for key in one}


def demand_own(node: Any, key: str) -> None:
    if key in merged_keys(node):
        raise CannotEdit("the files have it from a merge key.")


def demand_plain(node: Any) -> None:
    if is_shared(node):
        raise CannotEdit("several places of the files share it by an anchor.")
    tag = getattr(node, "tag", None)
    if tag is not None and str(getattr(tag, "value", None) or "").startswith("!"):
        raise CannotEdit("it is encrypted in the files.")


def rename_key(holder: Any, old: str, new: str) -> None:
    """Give a key of a node another name, where it is."""
    place = list(holder).index(old)
    comment = holder.ca.items.pop(old, None)
    node = holder.pop(old)
    holder.insert(place, new_key(new), node)
    if comment is not None:
        holder.ca.items[new] = comment
