# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments."""

from __future__ import annotations

SCHEMA = """
create table if not exists experiments (
    id integer primary key autoincrement,
    project_id integer not null references projects (id)
);
"""
