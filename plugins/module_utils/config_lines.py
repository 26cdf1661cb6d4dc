# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which line of a YAML text a field stands, by the path by which the master's messages name it."""

from __future__ import annotations

import re
from typing import Any

from .config_text import YAML

try:
    from ruamel.yaml import error as errors
    from ruamel.yaml import nodes
except ImportError:
    errors = nodes = None

ITEM = re.compile(r"\[(\d+)\]\.?")


def read_nodes(text: str) -> Any:
    """The text as nodes that know their places; None where it is empty or cannot be read."""
    if YAML is None:
        return None
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except (errors.YAMLError, ValueError, TypeError, RecursionError):
        return None


def line_of(node: Any, path: str) -> int | None:
    """The line, counted from 1, of the field C(searcher.max_time) or C(bind_mounts[0].host_path), or of what of the way
    to it is there; None of what is not in the text at all."""
    line = None
    while path:
        step = next_step(node, path)
        if step is None:
            break
        line, node, path = step
    return line


def next_step(node: Any, path: str) -> tuple[int, Any, str] | None:
    """(line, node, the rest of the path) of the first part of a path; names may hold dots themselves."""
    item = ITEM.match(path)
    if isinstance(node, nodes.SequenceNode) and item and int(item.group(1)) < len(node.value):
        inner = node.value[int(item.group(1))]
        return inner.start_mark.line + 1, inner, path[item.end() :]
    if not isinstance(node, nodes.MappingNode):
        return None
    fitting = [pair for pair in node.value if isinstance(pair[0].value, str) and begins_with(path, pair[0].value)]
    if not fitting:
        return None
    key, inner = max(fitting, key=lambda pair: len(pair[0].value))
    rest = path[len(key.value) :]
    return key.start_mark.line + 1, inner, rest[1:] if rest.startswith(".") else rest


def begins_with(path: str, name: str) -> bool:
    return path.startswith(name) and path[len(name) : len(name) + 1] in ("", ".", "[")


def yaml_fault(text: str) -> tuple[int | None, str] | None:
    """(line, what is wrong) of a text that is no YAML; None of one that is, or that nothing can be said of."""
    if YAML is None:
        return None
    try:
        YAML(typ="safe", pure=True).load(text)
    except errors.MarkedYAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or error
        return (mark.line + 1 if mark else None), str(problem).strip()
    except (errors.YAMLError, ValueError, TypeError, RecursionError) as error:
        return None, str(error)
    return None


def is_mapping(node: Any) -> bool:
    return isinstance(node, nodes.MappingNode)
