# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects and their notes."""

from __future__ import annotations

ORDER = 31
SCHEMA = """
create table if not exists projects (
    id integer primary key autoincrement,
    name text not null,
    key text not null unique,
    workspace_id integer not null references workspaces (id),
    description text not null default '',
    archived integer not null default 0,
    immutable integer not null default 0,
    notes text not null default '[]',
    user_id integer not null references users (id),
    state text not null default 'UNSPECIFIED',
    error_message text not null default '',
    created_at integer not null,
    unique (workspace_id, name)
);
"""


def first(master):
    now = master.clock.now()
    master.db.insert(
        "projects", name="Uncategorized", key="UNCAT", workspace_id=1, immutable=1, user_id=1, created_at=now
    )
