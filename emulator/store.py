# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one store: SQLite, in memory or in a file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import Any

from .errors import ApiError
from .like import bytes_escaped, exactly_like, folded_like


class Store:
    """A thin layer over one SQLite connection. Rows are mappings by column name.

    Parameters are positional (`?`) or named (`:name`). Everything runs in the event loop's thread, so there is one
    connection and no lock.
    """

    def __init__(self, path: str = ":memory:"):
        self.connection = sqlite3.connect(path, isolation_level=None, cached_statements=1024, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = wal", "synchronous = off", "foreign_keys = on", "cache_size = -65536"):
            self.connection.execute(f"pragma {pragma}")
        self._refusal: ApiError | None = None
        for function, arguments in ((exactly_like, 2), (folded_like, 2), (bytes_escaped, 1)):
            refusing = self._refusing(function)
            self.connection.create_function(function.__name__, arguments, refusing, deterministic=True)

    def _refusing(self, function: Callable) -> Callable:
        """A function for SQL whose ApiError is the query's: SQLite itself says only that there was an exception."""

        def called(*args: Any) -> Any:
            try:
                return function(*args)
            except ApiError as error:
                self._refusal = error
                raise

        return called

    def _unless_refused(self, work: Callable) -> Any:
        try:
            return work()
        except sqlite3.OperationalError:
            refusal, self._refusal = self._refusal, None
            if refusal is None:
                raise
            raise refusal from None

    def define(self, schema: str) -> None:
        """Make the tables and indexes that are not there yet (write them with `if not exists`)."""
        self.connection.executescript(schema)

    def watch(self, triggers: str, notice: Callable[[str, Any, Any], None]) -> None:
        """Make temporary triggers that call `notice(kind, key, value)`; `notice` must not use the store."""
        self.connection.create_function("notice", 3, notice)
        for trigger in re.findall(r"create temp trigger.*?end;", triggers, re.DOTALL):
            self.connection.execute(trigger)

    @property
    def fresh(self) -> bool:
        """Whether nothing was ever stored here."""
        return self.value("select count(*) from users") == 0

    @contextmanager
    def transaction(self):
        """All of it or nothing; an inner one is part of the outer."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("begin")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    def keep(self) -> None:
        """Let what the transaction did so far stay, whatever comes after it."""
        self.connection.execute("commit")
        self.connection.execute("begin")

    def run(self, sql: str, *args: Any, **named: Any) -> int:
        """Execute; the number of rows changed."""
        return self._unless_refused(lambda: self.connection.execute(sql, named or args).rowcount)

    def many(self, sql: str, rows: Iterable[tuple]) -> None:
        self.connection.executemany(sql, rows)

    def rows(self, sql: str, *args: Any, **named: Any) -> list[sqlite3.Row]:
        return self._unless_refused(lambda: self.connection.execute(sql, named or args).fetchall())

    def row(self, sql: str, *args: Any, **named: Any) -> sqlite3.Row | None:
        return self._unless_refused(lambda: self.connection.execute(sql, named or args).fetchone())

    def value(self, sql: str, *args: Any, **named: Any) -> Any:
        """The first column of the first row, None without one."""
        row = self.row(sql, *args, **named)
        return row[0] if row else None

    def column(self, sql: str, *args: Any, **named: Any) -> list:
        """The first column of all rows."""
        return [row[0] for row in self.rows(sql, *args, **named)]

    def insert(self, table: str, **columns: Any) -> int:
        """Add one row; its id."""
        sql = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
        return self.connection.execute(sql, tuple(columns.values())).lastrowid

    def update(self, table: str, id_: int | str, **columns: Any) -> None:
        """Set columns of the row with that id; without columns nothing happens."""
        if columns:
            sql = f"update {table} set {', '.join(f'{c} = ?' for c in columns)} where id = ?"
            self.connection.execute(sql, (*columns.values(), id_))
