# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made-up clusters: the same for the same seed, believable, consistent."""

from __future__ import annotations

import pytest

from emulator.clock import DAY
from emulator.master import Options
from emulator.seed import Size, made_up


@pytest.fixture(scope="module")
def master():
    return made_up(Options(), 1, Size(400))


def contents(master) -> dict[str, list[tuple]]:
    """The rows of each table, without what is secret or fresh by its nature, and moments: these count back from now."""
    tables = master.db.column("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    return {
        table: [
            tuple(None if name == "token" or _is_moment(value) else value for name, value in dict(row).items())
            for row in master.db.rows(f"select * from {table}")
        ]
        for table in tables
        if table != "cluster"
    }


def _is_moment(value: object) -> bool:
    return isinstance(value, int) and value > 10**14


def test_same_seed_same_cluster(master):
    first = contents(master)
    assert contents(made_up(Options(), 1, Size(400))) == first
    other = contents(made_up(Options(), 2, Size(400)))
    assert all(other[table] != first[table] for table in ("experiments", "checkpoints", "tasks"))


def test_something_is_to_be_tidied_up(master):
    db, now = master.db, master.clock.now()
    started = db.column(
        "select i.start_time from interactive_tasks i join tasks t on t.id = i.id"
        " where i.kind = 'NOTEBOOK' and t.end_time is null"
    )
    assert sum(start < now - 2 * DAY for start in started) >= 2
    assert db.value("select count(*) from experiments where state = 'DELETE_FAILED'") == 3
    assert [agent.id for agent in master.scheduler.agents.values() if agent.draining] == ["agent-3"]
    assert db.value("select count(distinct size) from checkpoints") > 50


def test_ages_states_and_labels_are_mixed(master):
    db, now = master.db, master.clock.now()
    assert db.value("select min(start_time) from experiments") < now - 600 * DAY
    assert db.value("select max(start_time) from experiments") > now - 2 * DAY
    states = dict(db.connection.execute("select state, count(*) from experiments group by state").fetchall())
    assert set(states) >= {"COMPLETED", "ERROR", "CANCELED", "PAUSED", "RUNNING"}
    assert states["COMPLETED"] > 200
    labels = set(db.column("select value from experiments, json_each(labels)"))
    assert {"keep", "gold", "baseline"} <= labels
    assert any(label.startswith("expires=") for label in labels)


def test_nothing_contradicts_itself(master):
    db = master.db
    assert db.value("select count(*) from experiments where archived and state in ('RUNNING', 'PAUSED', 'ACTIVE')") == 0
    assert (
        db.value(
            "select count(*) from experiments where (end_time is null) <> (state in ('RUNNING', 'PAUSED', 'ACTIVE'))"
        )
        == 0
    )
    assert db.value("select count(*) from experiments where end_time <= start_time") == 0
    assert (
        db.value(
            "select count(*) from experiments e where checkpoint_size <>"
            " (select coalesce(sum(size), 0) from checkpoints c where c.experiment_id = e.id)"
        )
        == 0
    )
    assert (
        db.value(
            "select count(*) from runs r join metrics m on m.id = r.best_validation_id"
            " where not exists (select 1 from json_each(m.metrics) where value = r.searcher_metric_value)"
        )
        == 0
    )


def test_agents_clean_up_unless_their_number_is_given(master):
    assert master.options.agents == 4
    assert made_up(Options(), 1, Size(5, users=1, agents=0)).options.agents == 0
    assert made_up(Options(), 1, Size(users=1)).options.agents == 0


def test_as_many_checkpoints_and_tasks_as_wanted():
    db = made_up(Options(), 1, Size(500, agents=20, checkpoints=5_000, tasks=300)).db
    assert 4_000 < db.value("select count(*) from checkpoints") < 6_000
    running = "select count(*) from interactive_tasks i join tasks t on t.id = i.id where t.end_time is null"
    assert 300 <= db.value(running) < 330
    wrong = "select count(*) from experiments e where checkpoint_count <> (select count(*) from checkpoints c"
    assert db.value(f"{wrong} where c.experiment_id = e.id)") == 0
