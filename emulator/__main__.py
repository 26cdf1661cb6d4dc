# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the emulator: `python -m emulator`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal

from . import seed
from .master import Options
from .server import listen


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m emulator", description="Run a small Determined master.")
    options.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    options.add_argument("--port", type=int, default=8080, help="0: any free one (default: %(default)s)")
    options.add_argument("--database", default=":memory:", metavar="FILE", help="keep the state in FILE")
    options.add_argument("--password", default="Testing1!", help="of admin and determined (default: %(default)s)")
    options.add_argument("--seed", type=int, default=1, metavar="N", help="what the made-up cluster is made from")
    options.add_argument("--experiments", type=int, default=0, metavar="N", help="make up a cluster with N experiments")
    options.add_argument("--users", type=int, default=8, metavar="N", help="… and N users (default: %(default)s)")
    options.add_argument("--agents", type=int, metavar="N", help="N agents (default: 4 with --experiments, else none)")
    options.add_argument("--rbac", action="store_true", help="with role based access control")
    options.add_argument("--ready-file", metavar="FILE", help="write the URL to FILE when listening")
    return options


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT."""
    setup = Options(options.database, options.password, options.rbac)
    master = seed.made_up(setup, options.seed, options.experiments, options.users, options.agents)
    runner, url = await listen(master, options.host, options.port)
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
