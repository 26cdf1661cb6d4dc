# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the emulator: `python -m emulator`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
from pathlib import Path

from . import seed
from .faults import Faults
from .master import Options
from .server import listen
from .tls import server_context

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
redirect, expire, outcome), "method", "path", "skip" and "count" which requests it happens to.
docs/emulator.md has them all, and the control routes under /_emulator/ that do the same, move the
clock, end tokens and lose agents while it runs.
"""


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
        prog="python -m emulator",
        usage="%(prog)s [OPTION ...]",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    where = options.add_argument_group("where it listens")
    where.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    where.add_argument("--port", type=int, default=8080, metavar="N", help="0: any free one (default: %(default)s)")
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
        "--agents", type=int, metavar="N", help="N agents (default: 4 with --experiments, otherwise none)"
    )
    made_up = options.add_argument_group("a made-up cluster (in a new store only)")
    made_up.add_argument(
        "--experiments", type=int, default=0, metavar="N", help="N experiments and what belongs to them"
    )
    made_up.add_argument("--users", type=int, metavar="N", help="N users (default: 8 with --experiments)")
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


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT."""
    setup = Options(options.database, options.password, options.rbac)
    master = seed.made_up(setup, options.seed, options.experiments, options.users, options.agents)
    for fault in options.fault:
        master.faults.declare(fault)
    tls = server_context(options.tls, options.tls_name) if options.tls else None
    runner, url = await listen(master, options.host, options.port, tls)
    print(f"{url}  users admin and determined, password {options.password}", flush=True)
    if options.ready_file:
        # Renamed into place: who finds the file finds the whole URL in it.
        partial = f"{options.ready_file}.partial"
        with open(partial, "w", encoding="utf-8") as file:
            file.write(url)
        os.replace(partial, options.ready_file)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    asyncio.run(serve(parser().parse_args()))


if __name__ == "__main__":
    main()
