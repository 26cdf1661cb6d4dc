# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what the rows in a module's result hold into its RETURN, from the columns of the rows.

The text goes between the lines ``# columns of NAME`` and ``# end of columns``; ``# columns of NAME: ONE, OTHER`` has
these alone. NAME is a kind, or the place of a tuple of columns below module_utils, such as
``cluster.agent_rows.AGENT``. With --check it writes nothing and fails when something differs, or when a module of a
kind has no such lines.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "plugins" / "modules"
UTILS = "ansible_collections.determined_ai.determined.plugins.module_utils"
BLOCK = re.compile(r"^( *)# columns of ([\w.]+)(: [\w, ]+)?\n.*?^\1# end of columns\n", re.MULTILINE | re.DOTALL)
USES = re.compile(r"\.kinds\.(\w+) import ")
WIDTH = 120
# What the elements of a list are, by what its sample holds.
ELEMENTS = {str: "str", int: "int", float: "float", bool: "bool", dict: "dict"}


def kinds() -> dict[str, Any]:
    """{name: Kind} of every table in module_utils/kinds/."""
    sys.path.insert(0, str(ROOT / ".cache" / "link"))
    model = importlib.import_module(UTILS + ".model.kind")
    found = {}
    for path in sorted((ROOT / "plugins" / "module_utils" / "kinds").glob("*.py")):
        module = importlib.import_module(f"{UTILS}.kinds.{path.stem}")
        found.update({one.name: one for one in vars(module).values() if isinstance(one, model.Kind)})
    return found


def elements_of(sample: list[Any]) -> str:
    """What the elements of a list are; raw where they differ."""
    kinds = {ELEMENTS[type(one)] for one in sample}
    return kinds.pop() if len(kinds) == 1 else "raw"


def columns_of(name: str, described: dict[str, Any]) -> tuple[Any, ...]:
    """The columns of a kind, or those at a dotted place below module_utils."""
    place, dot, constant = name.rpartition(".")
    return getattr(importlib.import_module(f"{UTILS}.{place}"), constant) if dot else described[name].columns


def column_text(column: Any, width: int = WIDTH - 8) -> str:
    """The entry of one column under ``contains``, in lines up to this width."""
    lines = [f"{column.name}:", *description(column.doc, width), f"  type: {column.type}"]
    if column.type == "list":
        lines.append("  elements: " + ("dict" if column.parts else elements_of(column.sample)))
    lines.append("  returned: " + (column.when or ("when the object itself was read" if column.detail else "always")))
    if column.parts:
        lines.append("  contains:")
        lines.append(textwrap.indent("".join(column_text(one, width - 4) for one in column.parts), "    ").rstrip("\n"))
    elif column.sample is not None:
        lines.append("  sample: " + json.dumps(column.sample, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def description(text: str, width: int) -> list[str]:
    """Quoted where YAML would take it for something else, in several lines where it is long."""
    if re.search(r": | #|^[\W]", text):
        text = json.dumps(text, ensure_ascii=False)
    line = f"  description: {text}"
    if len(line) <= width:
        return [line]
    return ["  description:", *textwrap.wrap(text, width, initial_indent="    - ", subsequent_indent="      ")]


def written(path: Path, described: dict[str, Any]) -> str:
    """What the file must be. Raises SystemExit where a module of a kind has no place for its columns."""
    text = path.read_text(encoding="utf-8")

    def filled(match: re.Match[str]) -> str:
        indent, name, some = match.groups()
        columns = columns_of(name, described)
        if some:
            known = {one.name: one for one in columns}
            columns = tuple(known[one] for one in some[2:].split(", "))
        new = textwrap.indent("".join(column_text(one) for one in columns), indent)
        return f"{indent}# columns of {name}{some or ''}\n{new}{indent}# end of columns\n"

    if USES.search(text) and not BLOCK.search(text):
        raise SystemExit(f"{path.relative_to(ROOT)}: RETURN has no lines '# columns of NAME' and '# end of columns'")
    return BLOCK.sub(filled, text)


def main() -> int:
    described = kinds()
    changed = []
    for path in sorted(MODULES.glob("*.py")):
        text = written(path, described)
        if text != path.read_text(encoding="utf-8"):
            changed.append(path)
            if "--check" not in sys.argv[1:]:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv[1:] and changed:
        for path in changed:
            print(
                f"{path.relative_to(ROOT)}: RETURN differs from the columns of its kind: run make return-docs",
                file=sys.stderr,
            )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
