# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agents, the scheduler and what runs on them: on a clock that stands still unless it is moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.call import Call
from emulator.clock import DAY, SECOND, Clock
from emulator.errors import ApiError
from emulator.master import Master, Options


class Cluster:
    """A master without a socket, asked by its first user."""

    def __init__(self, agents: int = 4, database: str = ":memory:"):
        self.master = Master(Options(database=database, agents=agents), Clock(source=lambda: 20_000 * DAY))
        self.user = self.master.db.row("select * from users where id = 1")

    def __call__(self, where: str, **body):
        method, path = where.split()
        segments = path.split("/")[1:]
        row = self.master.router.find(method, segments)
        request = {**row.spec.decode(body), **row.path_values(segments)}
        with self.master.db.transaction():
            result = row.handler(Call(self.master, self.user, None), request)
        return [line for line in result if isinstance(line, dict)] if row.stream else result

    def advance(self, seconds: float) -> None:
        self.master.clock.advance(seconds)

    def command(self, slots: int = 1, pool: str = "gpu-b", image: str = "fake/run", priority: int = 42) -> str:
        """Launch one; its id."""
        config = {
            "entrypoint": ["x"],
            "environment": {"image": image},
            "resources": {"slots": slots, "resource_pool": pool, "priority": priority},
        }
        return self("POST /api/v1/commands", config=config)["command"]["id"]

    def state(self, command: str) -> str:
        return self(f"GET /api/v1/commands/{command}")["command"]["state"].removeprefix("STATE_")

    def experiment(self, image: str = "fake/run", slots: int = 1, pool: str = "gpu-a", variables=(), **config) -> int:
        """Make and activate one; its id."""
        whole = {
            "name": "e",
            "entrypoint": "x",
            "searcher": {"name": "single", "metric": "validation_loss"},
            "environment": {"image": image, "environment_variables": list(variables)},
            "resources": {"slots_per_trial": slots, "resource_pool": pool},
            "checkpoint_storage": {"type": "shared_fs", "host_path": "/c"},
            "max_restarts": 0,
            **config,
        }
        answer = self("POST /api/v1/experiments", config=json.dumps(whole), activate=True, projectId=1)
        return answer["experiment"]["id"]

    def shown(self, experiment: int) -> dict:
        return self(f"GET /api/v1/experiments/{experiment}")["experiment"]

    def trials(self, experiment: int) -> list[dict]:
        return self(f"GET /api/v1/experiments/{experiment}/trials")["trials"]

    def allocations(self, experiment: int) -> list[dict]:
        task = self.trials(experiment)[0]["taskId"]
        return self(f"GET /api/v1/tasks/{task}")["task"]["allocations"]

    def agents_of(self, task: str) -> list[str]:
        return [c.agent.id for c in self.master.scheduler.of_task(task).containers]


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


# --- the way of a task


def test_task_goes_through_its_states(cluster):
    slow = cluster.command(image="fake/slowpull")
    seen = [cluster.state(slow)]
    for seconds in (0.2, 6, 0.1, 1):
        cluster.advance(seconds)
        seen.append(cluster.state(slow))
    assert seen == ["QUEUED", "PULLING", "STARTING", "RUNNING", "RUNNING"]


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ("fake/exit0", "allocation exited successfully"),
        (
            "fake/exit1",
            "resources failed with non-zero exit code: container failed with non-zero exit code: 1 (exit code 1)",
        ),
    ],
)
def test_task_ends_by_itself_and_leaves_its_slots(cluster, image, status):
    command = cluster.command(image=image)
    cluster.advance(2)
    shown = cluster(f"GET /api/v1/commands/{command}")["command"]
    assert (shown["state"], shown["exitStatus"]) == ("STATE_TERMINATED", status)
    assert cluster.master.scheduler.agents["agent-3"].used == 0


def test_exit_status_comes_a_moment_after_the_end(cluster):
    command = cluster.command()
    cluster.advance(1)
    cluster(f"POST /api/v1/commands/{command}/kill")
    cluster.advance(0.11)
    shown = cluster(f"GET /api/v1/commands/{command}")["command"]
    assert (shown["state"], shown["exitStatus"]) == ("STATE_TERMINATED", "")
    cluster.advance(0.1)
    assert cluster(f"GET /api/v1/commands/{command}")["command"]["exitStatus"] == "allocation exited successfully"


def test_killed_while_it_waits_is_over_at_once(cluster):
    command = cluster.command()
    assert cluster(f"POST /api/v1/commands/{command}/kill")["command"]["state"] == "STATE_TERMINATED"


# --- who runs where


def test_smaller_number_goes_first_and_nobody_overtakes_who_does_not_fit(cluster):
    first = cluster.command(slots=2)
    cluster.advance(1)
    later = cluster.command(slots=1, priority=50)
    wanted = cluster.command(slots=2, priority=10)
    cluster("POST /api/v1/agents/agent-3/slots/0/disable", drain=True)
    cluster(f"POST /api/v1/commands/{first}/kill")
    cluster.advance(1)
    # One slot is free: enough for the later one, but it has to wait behind the one of higher priority.
    assert (cluster.state(wanted), cluster.state(later)) == ("QUEUED", "QUEUED")
    cluster("POST /api/v1/agents/agent-3/enable")
    cluster.advance(1)
    assert (cluster.state(wanted), cluster.state(later)) == ("RUNNING", "QUEUED")


def test_task_without_slots_is_not_held_up(cluster):
    cluster.command(slots=2)
    cluster.advance(1)
    waiting, small = cluster.command(slots=2, priority=1), cluster.command(slots=0, priority=90)
    cluster.advance(1)
    assert (cluster.state(waiting), cluster.state(small)) == ("QUEUED", "RUNNING")


def test_agent_with_the_least_room_is_taken(cluster):
    command = cluster.command(slots=3, pool="default")
    cluster.advance(1)
    assert cluster.agents_of(command) == ["agent-1"]


def test_trial_spreads_over_equal_agents_only():
    cluster = Cluster(agents=6)
    # In this pool are agents with 4, 8 and 8 slots.
    experiment = cluster.experiment(slots=16, pool="default")
    cluster.advance(1)
    assert cluster.agents_of(cluster.trials(experiment)[0]["taskId"]) == ["agent-4", "agent-6"]


def test_interactive_task_needs_one_agent(cluster):
    with pytest.raises(ApiError, match="request unfulfillable"):
        cluster.command(slots=9, pool="default")


def test_max_slots_of_an_experiment_is_kept(cluster):
    experiment = cluster.experiment(
        searcher={"name": "random", "metric": "loss", "max_trials": 4},
        resources={"slots_per_trial": 1, "resource_pool": "gpu-a", "max_slots": 2},
    )
    cluster.advance(1)
    assert sorted(t["state"] for t in cluster.trials(experiment)) == ["STATE_QUEUED"] * 2 + ["STATE_RUNNING"] * 2


# --- agents


def test_drained_agent_keeps_what_runs_and_takes_nothing(cluster):
    running = cluster.command()
    cluster.advance(1)
    cluster("POST /api/v1/agents/agent-3/disable", drain=True)
    waiting = cluster.command()
    cluster.advance(60)
    assert (cluster.state(running), cluster.state(waiting)) == ("RUNNING", "QUEUED")
    # Without drain what still runs is killed.
    cluster("POST /api/v1/agents/agent-3/disable")
    cluster.advance(1)
    assert cluster.state(running) == "TERMINATED"


def test_experiment_on_a_disabled_agent_waits_again_and_counts_no_restart(cluster):
    experiment = cluster.experiment()
    cluster.advance(1)
    cluster("POST /api/v1/agents/agent-2/disable")
    cluster.advance(1)
    assert cluster.shown(experiment)["state"] == "STATE_QUEUED"
    cluster("POST /api/v1/agents/agent-2/enable")
    cluster.advance(1)
    assert cluster.shown(experiment)["state"] == "STATE_RUNNING"
    assert [a["allocationId"][-2:] for a in cluster.allocations(experiment)] == [".2", ".1"]
    assert cluster.trials(experiment)[0]["restarts"] == 0


def test_lost_agent_that_is_back_in_time_has_its_containers(cluster):
    command = cluster.command()
    cluster.advance(1)
    cluster.master.scheduler.lose("agent-3")
    shown = cluster("GET /api/v1/agents/agent-3")["agent"]
    assert (shown["enabled"], shown["draining"]) == (False, True)
    # What the container is told reaches it when the agent is back.
    cluster(f"POST /api/v1/commands/{command}/kill")
    cluster.advance(20)
    assert cluster.state(command) == "RUNNING"
    cluster.master.scheduler.find_again("agent-3")
    cluster.advance(10)
    assert cluster.state(command) == "TERMINATED"
    assert cluster("GET /api/v1/agents/agent-3")["agent"]["registeredTime"] == shown["registeredTime"]


def test_agent_lost_for_good_takes_its_tasks_along(cluster):
    command, experiment = cluster.command(), cluster.experiment(pool="gpu-b")
    cluster.advance(1)
    cluster.master.scheduler.lose("agent-3")
    cluster.advance(26)
    assert "agent failed" in cluster(f"GET /api/v1/commands/{command}")["command"]["exitStatus"]
    assert cluster.shown(experiment)["state"] == "STATE_QUEUED"
    cluster.master.scheduler.find_again("agent-3")
    cluster.advance(1)
    assert cluster.shown(experiment)["state"] == "STATE_RUNNING"


# --- experiments


def test_pause_waits_for_the_container_and_activation_for_the_pause(cluster):
    experiment = cluster.experiment(variables=["FAKE_LINGER=5"])
    cluster.advance(1)
    cluster(f"POST /api/v1/experiments/{experiment}/pause")
    cluster.advance(3)
    assert cluster.shown(experiment)["state"] == "STATE_PAUSED"
    assert cluster.allocations(experiment)[0]["state"] == "STATE_RUNNING"
    cluster(f"POST /api/v1/experiments/{experiment}/activate")
    cluster.advance(1)
    assert len(cluster.allocations(experiment)) == 1
    cluster.advance(2)
    assert [a["state"] for a in cluster.allocations(experiment)] == ["STATE_RUNNING", "STATE_TERMINATED"]


def test_container_that_is_not_ready_is_not_asked_to_stop(cluster):
    experiment = cluster.experiment(image="fake/slowpull", variables=["FAKE_LINGER=1000"])
    cluster.advance(1)
    cluster(f"POST /api/v1/experiments/{experiment}/cancel")
    cluster.advance(1)
    assert cluster.shown(experiment)["state"] == "STATE_CANCELED"


def test_failing_trial_is_tried_again(cluster):
    experiment = cluster.experiment(image="fake/exit1", max_restarts=2)
    cluster.advance(5)
    [trial] = cluster.trials(experiment)
    assert (cluster.shown(experiment)["state"], trial["restarts"]) == ("STATE_ERROR", 2)
    assert len(cluster.allocations(experiment)) == 3


def test_search_tries_every_point_with_so_many_at_a_time(cluster):
    experiment = cluster.experiment(
        image="fake/exit0",
        searcher={"name": "grid", "metric": "loss", "max_concurrent_trials": 2},
        hyperparameters={"a": {"type": "categorical", "vals": [1, 2, 3]}, "b": {"c": {"type": "const", "val": 7}}},
    )
    assert len(cluster.trials(experiment)) == 2
    cluster.advance(5)
    hparams = [trial["hparams"] for trial in cluster.trials(experiment)]
    assert hparams == [{"a": a, "b": {"c": 7}} for a in (1, 2, 3)]
    assert cluster.shown(experiment)["state"] == "STATE_COMPLETED"


def test_move_to_another_pool_takes_a_new_allocation(cluster):
    experiment = cluster.experiment(pool="gpu-a")
    cluster.advance(1)
    job = cluster.shown(experiment)["jobId"]
    cluster("POST /api/v1/job-queues", updates=[{"jobId": job, "resourcePool": "gpu-b"}])
    cluster.advance(2)
    assert cluster.agents_of(cluster.trials(experiment)[0]["taskId"]) == ["agent-3"]


# --- checkpoints


def test_save_policy_is_applied_after_the_end(cluster):
    storage = {"type": "shared_fs", "host_path": "/c", "save_trial_latest": 1, "save_trial_best": 0}
    experiment = cluster.experiment(image="fake/train", checkpoint_storage=storage)
    cluster.advance(5)
    checkpoints = cluster(f"GET /api/v1/experiments/{experiment}/checkpoints")["checkpoints"]
    states = {c["metadata"]["steps_completed"]: c["state"] for c in checkpoints}
    assert states == {10: "STATE_DELETED", 20: "STATE_COMPLETED"}
    assert cluster.shown(experiment)["checkpointCount"] == 1


def test_deletion_with_checkpoints_waits_for_an_agent(cluster):
    experiment = cluster.experiment(image="fake/train")
    cluster.advance(5)
    for agent in ("agent-1", "agent-4"):
        cluster(f"POST /api/v1/agents/{agent}/disable", drain=True)
    cluster(f"DELETE /api/v1/experiments/{experiment}")
    cluster.advance(3_600)
    assert cluster.shown(experiment)["state"] == "STATE_DELETING"
    cluster("POST /api/v1/agents/agent-4/enable")
    cluster.advance(2)
    with pytest.raises(ApiError, match="not found"):
        cluster.shown(experiment)


def test_clean_up_task_fails_on_request(cluster):
    experiment = cluster.experiment(image="fake/train")
    cluster.advance(5)
    cluster.master.faults.declare({"kind": "outcome", "on": "checkpoint.delete", "fail": True, "seconds": 30})
    cluster(f"DELETE /api/v1/experiments/{experiment}")
    cluster.advance(20)
    assert cluster.shown(experiment)["state"] == "STATE_DELETING"
    cluster.advance(20)
    assert cluster.shown(experiment)["state"] == "STATE_DELETE_FAILED"
    cluster(f"DELETE /api/v1/experiments/{experiment}")
    cluster.advance(2)
    with pytest.raises(ApiError, match="not found"):
        cluster.shown(experiment)


def states(cluster: Cluster, *experiments: int) -> list[str]:
    """What is left of them."""
    rows = cluster("GET /api/v1/experiments", experimentIdFilter={"incl": list(experiments)})["experiments"]
    return [row["state"] for row in rows]


def test_what_is_deleted_together_fails_together(cluster):
    ids = [cluster.experiment(image=image) for image in ("fake/exit0", "fake/train", "fake/exit0", "fake/run")]
    cluster.advance(5)
    cluster.master.faults.declare({"kind": "outcome", "on": "checkpoint.delete", "fail": True})
    deletion = "DELETE /api/v1/projects/1/experiments/delete"
    results = cluster(deletion, projectId=1, experimentIds=ids)["results"]
    assert [one["id"] for one in results if one["error"]] == ids[3:]
    cluster.advance(20)
    # So is what the request named and what could not be deleted at all.
    assert states(cluster, *ids) == ["STATE_DELETE_FAILED"] * 4
    cluster(deletion, projectId=1, experimentIds=ids[:3])
    cluster.advance(20)
    assert states(cluster, *ids[:3]) == []


def test_a_deletion_by_filters_that_fails_never_ends(cluster):
    ids = [cluster.experiment(image="fake/exit0") for dummy in range(2)]
    cluster.advance(5)
    cluster.master.faults.declare({"kind": "outcome", "on": "experiment.delete", "fail": True})
    cluster("DELETE /api/v1/projects/1/experiments/delete", projectId=1, filters={})
    cluster.advance(3_600)
    assert states(cluster, *ids) == ["STATE_DELETING"] * 2


def test_removed_checkpoints_need_an_agent_too(cluster):
    experiment = cluster.experiment(image="fake/train")
    cluster.advance(5)
    rows = cluster(f"GET /api/v1/experiments/{experiment}/checkpoints")["checkpoints"]
    cluster("DELETE /api/v1/checkpoints", checkpointUuids=[row["uuid"] for row in rows])
    cluster.advance(5)
    rows = cluster(f"GET /api/v1/experiments/{experiment}/checkpoints")["checkpoints"]
    assert {row["state"] for row in rows} == {"STATE_DELETED"}
    for agent in ("agent-1", "agent-4"):
        cluster(f"POST /api/v1/agents/{agent}/disable", drain=True)
    cluster(f"DELETE /api/v1/experiments/{experiment}")
    cluster.advance(3_600)
    assert states(cluster, experiment) == ["STATE_DELETING"]


# --- idle, logs, usage


def notebook(cluster: Cluster, timeout: str) -> str:
    config = {"idle_timeout": timeout, "resources": {"slots": 0}}
    return cluster("POST /api/v1/notebooks", config=config)["notebook"]["id"]


def test_idle_notebook_ends_unless_somebody_uses_it(cluster):
    left, used = notebook(cluster, "60s"), notebook(cluster, "60s")
    cluster.advance(50)
    cluster(f"PUT /api/v1/notebooks/{used}/report_idle", idle=False)
    cluster.advance(30)
    states = [cluster(f"GET /api/v1/notebooks/{n}")["notebook"]["state"] for n in (left, used)]
    assert states == ["STATE_TERMINATED", "STATE_RUNNING"]
    [line] = cluster(f"GET /api/v1/tasks/{left}/logs", searchText="idle for")
    assert "idle for more than 1m0s" in line["log"]


def test_finished_interactive_task_is_listed_for_a_day(cluster):
    command = cluster.command(image="fake/exit0")
    cluster.advance(DAY / SECOND - 60)
    assert cluster.state(command) == "TERMINATED"
    cluster.advance(120)
    with pytest.raises(ApiError, match="not found"):
        cluster.state(command)
    assert cluster(f"GET /api/v1/tasks/{command}")["task"]["taskId"] == command


def test_logs_are_removed_when_their_days_are_over(cluster):
    experiment = cluster.experiment(image="fake/exit0", retention_policy={"log_retention_days": 3})
    cluster.advance(2 * DAY / SECOND)
    assert cluster("POST /api/v1/cleanup_logs") == {"removedCount": "0"}
    cluster.advance(DAY / SECOND + 60)
    assert int(cluster("POST /api/v1/cleanup_logs")["removedCount"]) > 0
    trial = cluster.trials(experiment)[0]["id"]
    assert cluster(f"GET /api/v1/trials/{trial}/logs") == []


def test_usage_of_a_day_is_there_after_midnight(cluster):
    command = cluster.command(slots=2)
    cluster.advance(3_600.25)
    cluster(f"POST /api/v1/commands/{command}/kill")
    cluster.advance(1)
    period = "RESOURCE_ALLOCATION_AGGREGATION_PERIOD_DAILY"
    report = "GET /api/v1/resources/allocation/aggregated"
    days = {"startDate": "2020-01-01", "endDate": "2099-01-01", "period": period}
    assert cluster(report, **days) == {"resourceEntries": []}
    cluster.advance(DAY / SECOND)
    [entry] = cluster(report, **days)["resourceEntries"]
    assert entry["byResourcePool"] == {"gpu-b": pytest.approx(2 * 3_600, abs=2)}


# --- a restart of the master


def test_restart_forgets_what_a_real_one_forgets(tmp_path: Path):
    database = str(tmp_path / "master.db")
    cluster = Cluster(database=database)
    over = cluster.command(image="fake/exit0", pool="default")
    running, experiment = cluster.command(slots=2), cluster.experiment()
    cluster.advance(1)
    waiting = cluster.command(slots=2)
    cluster(f"POST /api/v1/commands/{running}/set_priority", priority=7)
    job = cluster.shown(experiment)["jobId"]
    cluster("POST /api/v1/job-queues", updates=[{"jobId": job, "priority": 8}])
    cluster("POST /api/v1/agents/agent-1/disable", drain=True)

    again = Cluster(database=database)
    assert again("GET /api/v1/agents/agent-1")["agent"]["enabled"]
    assert again.state(running) == "RUNNING"
    assert again(f"GET /api/v1/commands/{running}")["config"]["resources"]["priority"] == 42
    assert again.agents_of(running) == ["agent-3"]
    exit_status = again(f"GET /api/v1/commands/{waiting}")["command"]["exitStatus"]
    assert exit_status == "RM failed to restore the allocation: 0 container snapshots"
    with pytest.raises(ApiError, match="not found"):
        again.state(over)
    assert again(f"GET /api/v1/tasks/{over}/logs")
    shown = again.shown(experiment)
    assert (shown["state"], shown["jobId"]) == ("STATE_RUNNING", job)
    assert again.master.scheduler.jobs[job].priority == 8
    assert len(again.allocations(experiment)) == 1


def test_deletion_that_a_restart_interrupts_has_failed(tmp_path: Path):
    database = str(tmp_path / "master.db")
    cluster = Cluster(database=database)
    experiment = cluster.experiment(image="fake/exit0")
    cluster.advance(5)
    cluster.master.faults.declare({"kind": "outcome", "on": "experiment.delete", "seconds": 60})
    cluster(f"DELETE /api/v1/experiments/{experiment}")
    assert cluster.shown(experiment)["state"] == "STATE_DELETING"
    again = Cluster(database=database)
    again.advance(120)
    assert again.shown(experiment)["state"] == "STATE_DELETE_FAILED"
