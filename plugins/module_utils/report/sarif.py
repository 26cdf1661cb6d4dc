# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings of det_security_info and det_health_info as SARIF 2.1.0, which code hosts and security dashboards read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DRIVER = "determined_ai.determined"
LEVELS = {"critical": "error", "warning": "warning", "unknown": "note", "info": "note"}
# What dashboards sort by: 9 and above is critical, 4 to 6.9 medium, below 4 low.
SCORES = {"critical": "9.0", "warning": "5.0", "unknown": "2.0", "info": "1.0"}


def to_sarif(findings: Iterable[Mapping[str, Any]], master: str) -> dict[str, Any]:
    """The document, one result for each finding.

    :param findings: rows with severity, code, subject, what and remedy.
    :param master: address of the master that they are about; without user and password.
    """
    rows = list(findings)
    codes = sorted({row["code"] for row in rows})
    first = {code: next(row for row in rows if row["code"] == code) for code in codes}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": DRIVER, "rules": [rule(first[code]) for code in codes]}},
                "columnKind": "utf16CodeUnits",
                "results": [result(row, codes.index(row["code"]), master) for row in rows],
            }
        ],
    }


def rule(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "shortDescription": {"text": row["code"].replace("_", " ")},
        "help": {"text": row["remedy"]},
        "defaultConfiguration": {"level": LEVELS[row["severity"]]},
        "properties": {"tags": ["security"], "security-severity": SCORES[row["severity"]]},
    }


def result(row: Mapping[str, Any], index: int, master: str) -> dict[str, Any]:
    """One finding. Its fingerprint is the same in each run, so that a dashboard knows it again."""
    mark = hashlib.sha256("\0".join((master, row["code"], row["subject"])).encode()).hexdigest()
    return {
        "ruleId": row["code"],
        "ruleIndex": index,
        "level": LEVELS[row["severity"]],
        "message": {"text": f"{row['subject']}: {row['what']}. {row['remedy']}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": master}},
                "logicalLocations": [{"fullyQualifiedName": row["subject"], "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"finding/v1": mark},
    }
