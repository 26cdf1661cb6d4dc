# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes schemas/cluster-v1.json, the JSON Schema of the document of det_cluster_config; --check only compares."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas" / "cluster-v1.json"
MODULE = "ansible_collections.determined_ai.determined.plugins.module_utils.cluster_config.schema"


def main() -> int:
    sys.path.insert(0, str(ROOT / ".cache" / "link"))
    text = importlib.import_module(MODULE).schema_text()
    if SCHEMA.exists() and SCHEMA.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in sys.argv[1:]:
        print("schemas/cluster-v1.json is not up to date: run make schema", file=sys.stderr)
        return 1
    SCHEMA.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
