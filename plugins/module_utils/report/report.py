# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record a run in the folder of a report, and make the page anew."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import missing_required_lib

from ..connection.auth import master_url
from ..engine.spec import Spec
from ..errors import BadOption, DeterminedError
from ..when import rfc3339
from .report_files import (
    KEPT,
    PAGE,
    RUNS,
    csv_text,
    file_name,
    is_finite,
    locked,
    problems,
    read_runs,
    read_text,
    run_text,
    write,
)
from .report_page import JINJA_ERROR, page

if TYPE_CHECKING:
    from ..engine.call import Call

TABLE = {
    "title": {"type": "str", "required": True},
    "rows": {"type": "list", "elements": "dict", "default": []},
    "columns": {"type": "list", "elements": "str"},
    "largest": {"type": "str"},
    "why": {"type": "str"},
    "chart": {
        "type": "dict",
        "options": {
            "category": {"type": "str", "required": True},
            "value": {"type": "str", "required": True},
            "series": {"type": "str"},
            "upright": {"type": "bool", "default": False},
        },
    },
}
RUN = {
    "role": {"type": "str", "required": True},
    "host": {"type": "str", "required": True},
    "master": {"type": "str"},
    "tables": {"type": "list", "elements": "dict", "options": TABLE, "default": []},
    "lines": {"type": "list", "elements": "str", "default": []},
    "figures": {"type": "dict", "default": {}},
    "errors": {"type": "list", "elements": "str", "default": []},
}
REPORT = Spec(
    {
        "path": {"type": "path", "required": True},
        "run": {"type": "dict", "options": RUN},
    }
)


def report(call: Call) -> dict[str, Any]:
    """The result of the module: {changed, run, page, runs, diff}.

    The run is recorded first: it is not lost where the page cannot be made.
    """
    folder = os.path.abspath(call.params["path"])
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise BadOption("path", folder, "is no folder.")
    run = new_run(call.params["run"])
    with problems(folder):
        if call.check_mode:
            return work(call, folder, run)
        with locked(folder):
            return work(call, folder, run)


def work(call: Call, folder: str, run: dict[str, Any]) -> dict[str, Any]:
    runs = read_runs(folder)
    files = []
    if run is not None:
        files = [os.path.join(folder, RUNS, file_name(run) + ending) for ending in (".json", ".csv")]
        put(call, files, (run_text(run), csv_text(run)))
        call.progress(changed=True, run=files)
        runs.append(run)
    if JINJA_ERROR:
        raise DeterminedError(missing_required_lib("jinja2", reason="for the page"), code="missing_library")
    place = os.path.join(folder, PAGE)
    before, after = read_text(place), page(runs)
    if before != after:
        put(call, [place], [after])
    return {
        "changed": bool(files) or before != after,
        "run": files,
        "page": place,
        "runs": len(runs),
        "diff": {"before": {"page": digest(before), "run": []}, "after": {"page": digest(after), "run": files}},
    }


def put(call: Call, paths: list[str], texts: tuple[Any, ...] | list[str]) -> None:
    if not call.check_mode:
        for path, text in zip(paths, texts):
            write(path, text)


def digest(text: str | None) -> str | None:
    """Stands for the page in a diff, which nobody could read."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()[:16]


def new_run(options: dict[str, Any]) -> dict[str, Any] | None:
    """The run that the options tell of, with the time."""
    if options is None:
        return None
    options = dict(options, figures={name: figure(name, value) for name, value in options["figures"].items()})
    demand_json(options)
    telling = any(one["rows"] and not one.get("chart") and one["title"] != KEPT for one in options["tables"])
    return dict(
        without_null(options),
        master=plain_address(options.get("master")),
        time=rfc3339(datetime.now(timezone.utc)),
        telling=telling,
    )


def plain_address(text: str | None) -> str | None:
    """The master's address as links need it; None of what is not one. A run is recorded whatever its master was."""
    try:
        return master_url(text)
    except BadOption:
        return None


def figure(name: str, value: Any) -> float:
    """A figure as a number; templates of older releases of Ansible make texts of these. Raises BadOption."""
    number = value
    if isinstance(value, str):
        with suppress(ValueError):
            number = int(value) if value.strip().lstrip("-").isdigit() else float(value)
    if not is_finite(number):
        raise BadOption(
            "figures", {name: value}, "is no number that can be added up.", "Leave it out, or make it finite."
        )
    return number


def demand_json(options: dict[str, Any]) -> None:
    """Raises BadOption for rows with an infinite number: what is recorded is read by others than Python too."""
    for one in options["tables"]:
        for row in one["rows"]:
            try:
                json.dumps(row, allow_nan=False, default=str)
            except ValueError:
                reason = "has a number that is infinite or none."
                raise BadOption("tables", one["title"], reason, "Round it, or leave its key out.") from None


def without_null(options: dict[str, Any]) -> dict[str, Any]:
    """The options with the tables' own ones left out that nobody gave."""
    tables = [{name: value for name, value in one.items() if value is not None} for one in options["tables"]]
    return dict(options, tables=tables)
