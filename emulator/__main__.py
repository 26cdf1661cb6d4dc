# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the emulator: `python -m emulator` in the clone, `determined-emulator` where it is installed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path

from . import seed
from .faults import Faults
from .master import Master, Options
from .server import bind, listen
from .tls import server_context

PROGRAM = "python -m emulator" if __package__ == "emulator" else "determined-emulator"
DESCRIPTION = """
Run a small Determined master on this machine: it answers like a real one 0.38.1, runs made-up
containers on made-up agents, and fails on request. It ends with Ctrl-C or SIGTERM.
"""
EXAMPLES = """
examples:
  python -m emulator --experiments 2000
      a cluster to look at: http://127.0.0.1:8080/docs/rest-api/ in a browser, user admin
  DET_MASTER=http://127.0.0.1:8080 DET_USER=admin DET_PASS='Testing1!' det experiment list --all
      the same cluster with the official command line
  python -m emulator --database state.db --agents 4 --rbac
      an empty cluster with four agents and roles, which is there again after a restart
  python -m emulator --fault '{"kind": "status", "status": 503, "path": "archive$", "count": 2}'
      the first two requests to archive something are refused
  python -m emulator --tls certificates --tls-name master.example
      HTTPS; clients trust certificates/ca.pem
  python -m emulator --port 0 --ready-file url.txt & until test -s url.txt; do sleep 0.1; done
      in a script: any free port, known when it listens

faults are JSON objects: "kind" says what happens (status, delay, reset, reset_after, truncate,
redirect, expire, restart, lose, outcome), "method", "path", "skip" and "count" which requests it happens to.
docs/emulator.md has them all, and the control routes under /_emulator/ that do the same, move the
clock, end tokens and lose agents while it runs.
"""


class CannotStart(Exception):
    """What is in the way, as a sentence."""


@contextmanager
def blamed(option: str, *errors: type[Exception]):
    """Errors of the operating system, and these, are the option's fault."""
    try:
        yield
    except (OSError, *errors) as error:
        raise CannotStart(f"{option}: {getattr(error, 'strerror', None) or error}") from error


def count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 on")
    return int(text)


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 65535")
    return int(text)


def faults(text: str) -> list[dict]:
    """The faults that JSON, or @ and the name of a file with JSON, says: one, or a list."""
    try:
        given = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
        listed = given if isinstance(given, list) else [given]
        for fault in listed:
            Faults().declare(fault)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from None
    return listed


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog=PROGRAM,
        usage="%(prog)s [OPTION ...]",
        description=DESCRIPTION,
        epilog=EXAMPLES.replace("python -m emulator", PROGRAM),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    where = options.add_argument_group("where it listens")
    where.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    where.add_argument("--port", type=port, default=8080, metavar="N", help="0: any free one (default: %(default)s)")
    where.add_argument("--ready-file", metavar="FILE", help="write the URL to FILE when listening")
    where.add_argument("--tls", metavar="FOLDER", help="HTTPS; FOLDER/ca.pem is what clients have to trust")
    where.add_argument(
        "--tls-name", metavar="NAME", help="the certificate is for this name too, not only for localhost"
    )
    state = options.add_argument_group("what it is")
    state.add_argument("--database", default=":memory:", metavar="FILE", help="keep the state in FILE")
    state.add_argument("--password", default="Testing1!", help="of admin and determined (default: %(default)s)")
    state.add_argument("--rbac", action="store_true", help="with role based access control")
    state.add_argument(
        "--agents", type=count, metavar="N", help="N agents (default: 4 with --experiments, otherwise none)"
    )
    made_up = options.add_argument_group("a made-up cluster (in a new store only)")
    made_up.add_argument(
        "--experiments", type=count, default=0, metavar="N", help="N experiments and what belongs to them"
    )
    made_up.add_argument(
        "--checkpoints", type=count, metavar="N", help="about N checkpoints (default: as many as seem likely)"
    )
    made_up.add_argument(
        "--tasks", type=count, default=0, metavar="N", help="N notebooks, shells and commands that run, besides some"
    )
    made_up.add_argument("--users", type=count, metavar="N", help="N users (default: 8 with --experiments)")
    made_up.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same N makes the same cluster (default: %(default)s)"
    )
    failing = options.add_argument_group("what goes wrong")
    failing.add_argument(
        "--fault",
        type=faults,
        action="extend",
        default=[],
        metavar="JSON",
        help="let something fail, see below; @FILE: the faults, or the one, in FILE; can be given again",
    )
    return options


def made(options: argparse.Namespace) -> Master:
    setup = Options(options.database, options.password, options.rbac)
    size = seed.Size(options.experiments, options.users, options.agents, options.checkpoints, options.tasks)
    master = seed.made_up(setup, options.seed, size)
    for fault in options.fault:
        master.faults.declare(fault)
    return master


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT. Raises CannotStart, where it can before it makes a cluster up."""
    # Renamed into place: who finds the file finds the whole URL in it.
    partial = Path(f"{options.ready_file}.partial") if options.ready_file else None
    with blamed(f"--ready-file {options.ready_file}"):
        if partial:
            partial.touch()
    with blamed(f"--host {options.host} --port {options.port}"):
        bound = bind(options.host, options.port)
    with blamed(f"--tls {options.tls}", ValueError):
        tls = server_context(options.tls, options.tls_name) if options.tls else None
    # In memory, an error of the database is the emulator's own.
    errors = [] if options.database == ":memory:" else [sqlite3.Error]
    with blamed(f"--database {options.database}", *errors):
        master = made(options)
    runner, url = await listen(master, bound, tls)
    print(f"{url}  users admin and determined, password {options.password}", flush=True)
    with blamed(f"--ready-file {options.ready_file}"):
        if partial:
            partial.write_text(url, encoding="utf-8")
            os.replace(partial, options.ready_file)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    command_line = parser()
    options = command_line.parse_args()
    if options.tls_name and not options.tls:
        command_line.error("--tls-name needs --tls")
    try:
        asyncio.run(serve(options))
    except CannotStart as error:
        command_line.error(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
