# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs' summaries of their metrics say, once more as a table: finding and sorting by a metric among 100,000
runs takes no reading of JSON. Triggers keep it."""

from __future__ import annotations

import json
import re

from .errors import internal

# "group"."name"
_METRIC = "json_quote(g.key) || '.' || json_quote(m.key)"
_OF = "from json_each({}.summary_metrics) g, json_each(g.value) m where g.type = 'object' and m.type = 'object'"
_VALUES = ", ".join(f"json_extract(m.value, '$.{name}')" for name in ("min", "max", "mean", "last"))
_ADD = f"insert into metric_summaries select {_METRIC}, new.id, {_VALUES} {_OF.format('new')};"
_FORGET = f"delete from metric_summaries where run_id = old.id and metric in (select {_METRIC} {_OF.format('old')});"
SCHEMA = f"""
create table if not exists metric_summaries (
    metric text not null,
    run_id integer not null,
    min,
    max,
    mean,
    last,
    primary key (metric, run_id)
) without rowid;
create trigger if not exists runs_summarised after insert on runs begin {_ADD} end;
create trigger if not exists runs_summarised_anew after update of summary_metrics on runs begin {_FORGET} {_ADD} end;
create trigger if not exists runs_forgotten after delete on runs begin {_FORGET} end;
"""


def summarised(identifier: str) -> tuple[str, str]:
    """(metric, column) in the table of `<group>.<metric>.<min|max|mean|last>`; 500 for what is none."""
    found = re.match(r"([ -~]+?)\.([ -~]+)\.(min|max|mean|last)", identifier)
    if not found:
        raise internal(f"{identifier} is not a valid metrics id")
    group, name, part = found.groups()
    group = {"training": "avg_metrics", "validation": "validation_metrics"}.get(group, group)
    return f"{json.dumps(group)}.{json.dumps(name)}", part
