# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record a run in the folder of a report, and make the page anew."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from .errors import BadOption
from .report_files import RUNS, csv_text, file_name, locked, problems, run_text, write
from .spec import Spec
from .when import rfc3339

TABLE = {
    "title": {"type": "str", "required": True},
    "rows": {"type": "list", "elements": "dict", "default": []},
    "columns": {"type": "list", "elements": "str"},
    "largest": {"type": "str"},
    "why": {"type": "str"},
}
RUN = {
    "role": {"type": "str", "required": True},
    "host": {"type": "str", "required": True},
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


def report(call):
    """The result of the module: {changed, run, diff}."""
    folder = os.path.abspath(call.params["path"])
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise BadOption("path", folder, "is no folder.")
    run = new_run(call.params["run"])
    if run is None:
        return {"changed": False, "run": None}
    files = [os.path.join(folder, RUNS, file_name(run) + ending) for ending in (".json", ".csv")]
    if not call.check_mode:
        with problems(folder), locked(folder):
            for path, text in zip(files, (run_text(run), csv_text(run))):
                write(path, text)
    return {"changed": True, "run": files, "diff": {"before": {"run": None}, "after": {"run": files}}}


def new_run(options):
    """The run that the options tell of, with the time."""
    if options is None:
        return None
    for name, value in options["figures"].items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadOption("figures", {name: value}, "is no number.")
    tables = [{name: value for name, value in one.items() if value is not None} for one in options["tables"]]
    return dict(options, tables=tables, time=rfc3339(datetime.now(timezone.utc)))
