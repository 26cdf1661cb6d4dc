# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs one part of the test run and keeps what came of it; sums the parts up.

parts.py run FOLDER NAME COMMAND [ARGUMENT ...]
parts.py summary FOLDER NAME ...
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

# The line that pytest ends with: "== 12 passed, 1 failed in 3.21s ==".
CLOSING = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s")
FAILURES = {"failed", "error", "errors"}
# What pytest says of each of them, behind the tests.
FAILURE = re.compile(r"^(?:FAILED|ERROR) tests/")
# Lines of a part without tests of pytest: what it ended with.
ENDING = 15


def counts(line: str) -> tuple[int, int] | None:
    """Tests passed and failed by one line of output, None for any line but pytest's last."""
    closing = CLOSING.match(line)
    if not closing:
        return None
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", closing[1])}
    return numbers.get("passed", 0), sum(numbers.get(word, 0) for word in FAILURES)


def run(folder: Path, name: str, command: list[str]) -> int:
    """Runs the command, passes its output on, and writes FOLDER/NAME.json and FOLDER/NAME.log."""
    folder.mkdir(parents=True, exist_ok=True)
    # The command may be a make of its own: it must not look for the job slots of this one.
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    begin = time.monotonic()
    passed = failed = 0
    with (
        (folder / f"{name}.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            print(line, end="", flush=True)
            if found := counts(line):
                passed, failed = passed + found[0], failed + found[1]
    outcome = {
        "code": process.returncode,
        "seconds": round(time.monotonic() - begin),
        "passed": passed,
        "failed": failed,
    }
    (folder / f"{name}.json").write_text(json.dumps(outcome), encoding="utf-8")
    return process.returncode


def failures(log: Path) -> list[str]:
    """What a part's output says of its failures: pytest's line for each, or else the lines that it ended with."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if FAILURE.match(line)] or lines[-ENDING:]


def summary(folder: Path, names: list[str]) -> int:
    """Prints a line for each part, what failed in them, and "N passed, N failed".

    Tests of pytest count one by one, any other part as one.
    """
    passed = failed = 0
    bad = []
    for name in names:
        record = folder / f"{name}.json"
        if not record.exists():
            failed += 1
            print(f"{name:<18} not run")
            continue
        outcome = json.loads(record.read_text(encoding="utf-8"))
        good = outcome["code"] == 0 and not outcome["failed"]
        passed += outcome["passed"] or good
        failed += outcome["failed"] or (not good)
        line = f"{name:<18} {'ok' if good else 'FAILED':<7}{outcome['seconds']:>5} s"
        if outcome["passed"] + outcome["failed"]:
            line += f"  {outcome['passed']} passed, {outcome['failed']} failed"
        print(line)
        if not good:
            bad.append(name)
    for name in bad:
        print(f"==== failed in {name}", *failures(folder / f"{name}.log"), sep="\n")
    if not names:
        failed += 1
        print("no part was to be run")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    action, where, *rest = sys.argv[1:]
    sys.exit(run(Path(where), rest[0], rest[1:]) if action == "run" else summary(Path(where), rest))
