# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents as YAML text that says the same to every reader: Ansible reads YAML 1.1, editors and the CLI 1.2. A text
that one of them would take for something else is quoted."""

from __future__ import annotations

import re
from typing import Any

from ..errors import DeterminedError

try:
    import yaml
    from yaml import SafeDumper
except ImportError:
    yaml = None
    SafeDumper = object

# Numbers of YAML 1.2 that are texts in 1.1.
NUMBERS = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+|[-+]?0x[0-9a-fA-F]+")
FLOAT = "tag:yaml.org,2002:float"
TEXT = "tag:yaml.org,2002:str"
MISSING = "Writing YAML needs the Python library PyYAML."


class Dumper(SafeDumper):
    """Writes lists indented, texts of several lines as such, nothing by reference, and never breaks a line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_text(self, value: str) -> Any:
        return self.represent_scalar(TEXT, value, style="|" if "\n" in value else None)


if yaml is not None:
    Dumper.add_implicit_resolver(FLOAT, re.compile(f"^(?:{NUMBERS.pattern})$"), list("-+.0123456789"))
    Dumper.add_representer(str, Dumper.write_text)


def dump_yaml(value: Any) -> str:
    """The value as YAML in block style. Raises DeterminedError where the library is missing."""
    if yaml is None:
        raise DeterminedError(MISSING, "Install it: pip install PyYAML.")
    return yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=float("inf")
    )


def read_yaml(text: str) -> Any:
    """What a file of one's own holds; None of what is not YAML."""
    if yaml is None:
        raise DeterminedError(MISSING, "Install it: pip install PyYAML.")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None
