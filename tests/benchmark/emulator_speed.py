# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the emulator takes to start, empty and with many experiments, to answer pages of them, and its memory.

emulator_speed.py [EXPERIMENTS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
REPEATS = 15
LIST, SEARCH = "/api/v1/experiments", "/api/v1/experiments-search"


def field(name: str, operator: str, value: object, kind: str, location: str = "EXPERIMENT") -> dict:
    return {
        "kind": "field",
        "columnName": name,
        "location": f"LOCATION_TYPE_{location}",
        "type": f"COLUMN_TYPE_{kind}",
        "operator": operator,
        "value": value,
    }


def searched(*conditions: dict, **more: object) -> dict:
    """The body of a search for what meets all the conditions."""
    group = {"kind": "group", "conjunction": "and", "children": list(conditions)}
    return {"limit": 100, "filter": json.dumps({"filterGroup": group, "showArchived": False}), **more}


LISTED = {
    "the newest": {"limit": 100, "orderBy": "ORDER_BY_DESC"},
    "by state, not archived": {"limit": 100, "states": "STATE_ERROR", "archived": "false"},
    "by label": {"limit": 100, "labels": "baseline"},
    "by part of the name": {"limit": 100, "name": "resnet"},
    "by owner, sorted by checkpoints' size": {"limit": 100, "userIds": 3, "sortBy": "SORT_BY_CHECKPOINT_SIZE"},
}
SEARCHED = {
    "by state and age": searched(
        field("state", "=", "COMPLETED", "TEXT"), field("endTime", "<", "2026-01-01T00:00:00Z", "DATE")
    ),
    "by part of the name, sorted by metric": searched(
        field("name", "contains", "resnet", "TEXT"), sort="searcherMetricsVal=asc"
    ),
    "by a hyperparameter": searched(field("hp.learning_rate", ">", 0.001, "NUMBER", "HYPERPARAMETERS")),
    "all, sorted by a metric": searched(sort="validation.validation_loss.min=asc"),
    "by a metric": searched(field("validation.validation_loss.min", "<", 0.5, "NUMBER", "VALIDATIONS")),
}


@contextmanager
def program(*options: str) -> Iterator[tuple[str, subprocess.Popen, float]]:
    """(URL, process, seconds till it listened)"""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready")
        begin = time.perf_counter()
        command = [sys.executable, "-m", "emulator", "--port", "0", "--ready-file", str(ready), *options]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            try:
                while not ready.exists():
                    if process.poll() is not None:
                        sys.exit("the emulator did not start")
                    time.sleep(0.01)
                yield ready.read_text(), process, time.perf_counter() - begin
            finally:
                process.terminate()


def milliseconds(process: subprocess.Popen, session: requests.Session, *request: str, **more: object) -> str:
    """Median and slowest of the repeats, and what each took of a processor, which other work does not change much."""
    taken = []
    before = processor(process)
    for dummy in range(REPEATS):
        begin = time.perf_counter()
        session.request(*request, **more, timeout=60).raise_for_status()
        taken.append(1000 * (time.perf_counter() - begin))
    used = 1000 * (processor(process) - before) / REPEATS
    return f"{statistics.median(taken):.0f} ms, at most {max(taken):.0f}; {used:.0f} ms of a processor"


def processor(process: subprocess.Popen) -> float:
    """Seconds that it used so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: subprocess.Popen) -> str:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return f"{int(status.split('VmRSS:')[1].split()[0]) // 1024} MiB"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with program() as (_url, process, seconds):
        print(f"start, empty: {seconds:.2f} s, {memory(process)}")
    with program("--experiments", str(count)) as (url, process, seconds), requests.Session() as session:
        print(f"start with {count} experiments: {seconds:.1f} s, {memory(process)}")
        login = session.post(
            f"{url}/api/v1/auth/login", json={"username": "admin", "password": "Testing1!"}, timeout=60
        )
        session.headers["Authorization"] = f"Bearer {login.json()['token']}"
        for name, query in LISTED.items():
            print(f"100 listed, {name}: {milliseconds(process, session, 'GET', url + LIST, params=query)}")
        for name, body in SEARCHED.items():
            print(f"100 searched, {name}: {milliseconds(process, session, 'POST', url + SEARCH, json=body)}")
        print(f"memory afterwards: {memory(process)}")


if __name__ == "__main__":
    main()
