# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of a report: a file for each run in JSON and CSV, and the page that is made of them.

A run is a dict of time (RFC 3339), host, role, lines, figures, errors, telling and tables; a table a dict of title,
rows and columns, and where it is to be drawn of chart.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..errors import DeterminedError
from ..targets import csv_line

RUNS = "runs"
PAGE = "index.html"
TABLES = "tables"
KEPT = "kept"


class ReportError(DeterminedError):
    """The folder of the report cannot be read or written."""

    code = "report"


@contextmanager
def problems(folder: str) -> Iterator[Any]:
    """What is wrong with the folder as a ReportError."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise ReportError(f"The report at {where} cannot be read or written: {error.strerror}.") from error


@contextmanager
def locked(folder: str) -> Iterator[Any]:
    """One writer at a time, so that no page misses a run that another process writes meanwhile."""
    os.makedirs(os.path.join(folder, RUNS), exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(path: str, text: str) -> None:
    """Replace a file at once: whoever reads it sees the old or the new one as a whole."""
    handle, partial = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".partial-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, 0o666 & ~umask())
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise


def umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def file_name(run: dict[str, Any]) -> str:
    """The name of a run's files without their ending; sorted by name they are sorted by time."""
    parts = (re.sub(r"[-:]", "", run["time"]), run["host"], run["role"])
    return "-".join(re.sub(r"[^A-Za-z0-9._]+", "_", part) for part in parts)


def run_text(run: dict[str, Any]) -> str:
    """A run in JSON, the tables last."""
    order = [name for name in run if name != TABLES] + [TABLES]
    return json.dumps({name: run[name] for name in order}, indent=1) + "\n"


def csv_text(run: dict[str, Any]) -> str:
    """The rows of all tables below one head: the table's title, then each key that any row has."""
    rows = [dict(row, table=one["title"]) for one in run["tables"] for row in one["rows"]]
    return csv_of(rows, ["table", *(key for key in keys_of(rows) if key != "table")])


def keys_of(rows: list[Any]) -> list[Any]:
    return list(dict.fromkeys(key for row in rows for key in row))


def csv_of(rows: list[Any], columns: list[str]) -> str:
    """The text of a CSV file: a head with the names of the columns, a line for each row."""
    return csv_line(columns) + "".join(csv_line(row.get(column) for column in columns) for row in rows)


def read_runs(folder: str) -> list[Any]:
    """All runs in the folder, the oldest first. Only those that ``shown`` names have their tables."""
    place = os.path.join(folder, RUNS)
    names = sorted(name for name in os.listdir(place) if name.endswith(".json")) if os.path.isdir(place) else []
    paths = [os.path.join(place, name) for name in names]
    runs = [read_run(path, head_only=True) for path in paths]
    for number in {place for places in shown(runs).values() for place in places}:
        runs[number] = read_run(paths[number])
    return runs


def shown(runs: list[Any]) -> dict[Any, Any]:
    """{(host, role): places in ``runs``}: of the newest run, and before it of the newest that tells of something."""
    places = {}
    for place, run in enumerate(runs):
        key = run["host"], run["role"]
        told = [one for one in places.get(key, ()) if runs[one]["telling"]]
        places[key] = [place] if run["telling"] else [*told[-1:], place]
    return places


def read_run(path: str, head_only: bool = False) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        try:
            run = json.loads(head(file) if head_only else file.read())
            missing = {"time", "host", "role", "lines", "figures", "errors", "telling", TABLES} - set(run)
        except (ValueError, TypeError) as error:
            raise ReportError(f"{path} is no JSON: {error}.", "Remove it or repair it.") from error
    if missing:
        raise ReportError(f"{path} has no {', '.join(sorted(missing))}.", "It is no file of a run: remove it.")
    # One infinite figure, written by hand or by an older release, would break every page from then on.
    return dict(run, figures={name: one for name, one in run["figures"].items() if is_finite(one)})


def is_finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def head(file: Any) -> str:
    """The JSON of a run without its tables, whose rows are most of a long history."""
    lines = []
    for line in file:
        if line.startswith(f' "{TABLES}": '):
            lines.append(f' "{TABLES}": []}}')
            break
        lines.append(line)
    return "".join(lines)


def read_text(path: str) -> str | None:
    """The text of a file, None where there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
