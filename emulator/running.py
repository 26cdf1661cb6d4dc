# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed experiments on agents.

The verbs set the state of an experiment in the store and call `reconcile`, which puts the scheduler right: an active
experiment has an allocation for each trial that is not over, a paused one has none, a stopping one ends with its last.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable

from . import checkpoint_files, expconf, globs, images, searcher
from .areas import projects
from .scheduler import DEFAULT_PRIORITY, Allocation, Job

ENDED = ("CANCELED", "COMPLETED", "ERROR")
ALIVE = ("ACTIVE", "PAUSED", "STOPPING_CANCELED", "STOPPING_KILLED", "STOPPING_COMPLETED", "STOPPING_ERROR")


def _row(db, experiment_id: int) -> sqlite3.Row | None:
    return db.row(
        "select e.*, p.workspace_id from experiments e join projects p on p.id = e.project_id where e.id = ?",
        experiment_id,
    )


def _config(row: sqlite3.Row) -> dict:
    return expconf.filled(json.loads(row["config"]))


def _environment(config: dict) -> tuple[str, dict[str, str]]:
    """(the image, the variables) for a container on a device without a GPU."""
    environment = config["environment"]
    image, variables = environment["image"], environment["environment_variables"]
    image = image["cpu"] if isinstance(image, dict) else image
    variables = variables.get("cpu", []) if isinstance(variables, dict) else variables
    return image, dict(v.partition("=")[::2] for v in variables)


def _job(master, row: sqlite3.Row, config: dict) -> Job:
    """The experiment's job, made at its first use."""
    jobs = master.scheduler.jobs
    if row["job_id"] not in jobs:
        resources = config["resources"]
        jobs[row["job_id"]] = Job(
            id=row["job_id"],
            kind="EXPERIMENT",
            pool=row["resource_pool"] or master.scheduler.pools[0],
            submitted=row["start_time"],
            user_id=row["owner_id"],
            workspace_id=row["workspace_id"],
            entity=str(row["id"]),
            priority=resources["priority"] or DEFAULT_PRIORITY,
            weight=resources["weight"],
            max_slots=resources["max_slots"],
        )
    return jobs[row["job_id"]]


def find_job(master, job_id: str) -> Job | None:
    """The job of a managed experiment that is not over."""
    experiment_id = master.db.value(
        f"select id from experiments where job_id = ? and not unmanaged and state in {ALIVE}", job_id
    )
    row = _row(master.db, experiment_id) if experiment_id else None
    return _job(master, row, _config(row)) if row else None


def queue_entry(db, experiment_id: int) -> dict:
    """What the queue shows of an experiment as it is now."""
    row = _row(db, experiment_id)
    return {
        "entityId": str(experiment_id),
        "name": row["name"],
        "progress": row["progress"] or 0,
        "workspaceId": row["workspace_id"],
    }


def set_resources(db, experiment_id: int, **resources) -> None:
    """Keep values in the config's resources."""
    config = json.loads(db.value("select config from experiments where id = ?", experiment_id))
    config["resources"] = {**(config.get("resources") or {}), **resources}
    db.update("experiments", experiment_id, config=json.dumps(config, ensure_ascii=False, separators=(",", ":")))


def apply_resources(master, experiment_id: int) -> None:
    """Let the scheduler see what was changed in the config's resources."""
    row = _row(master.db, experiment_id)
    job = master.scheduler.jobs.get(row["job_id"])
    if job:
        resources = _config(row)["resources"]
        job.priority = resources["priority"] or DEFAULT_PRIORITY
        job.weight, job.max_slots = resources["weight"], resources["max_slots"]
        master.scheduler.kick()


def move_to_pool(master, experiment_id: int, pool: str) -> None:
    """Run an experiment in another pool: its allocations end, and new ones wait there."""
    row = _row(master.db, experiment_id)
    set_resources(master.db, experiment_id, resource_pool=pool)
    master.db.update("experiments", experiment_id, resource_pool=pool)
    master.scheduler.jobs[row["job_id"]].pool = pool
    for allocation in master.scheduler.of_job(row["job_id"]):
        master.scheduler.preempt(allocation, "allocation resource pool changed")


def reconcile(master, experiment_id: int) -> None:
    """Put the scheduler right after the state of an experiment, or of a trial of it, has changed."""
    row = _row(master.db, experiment_id)
    if row is None or row["unmanaged"] or row["state"] not in ALIVE:
        return
    scheduler = master.scheduler
    config = _config(row)
    job = _job(master, row, config)
    runs = master.db.rows("select * from runs where experiment_id = ? order by id", experiment_id)
    for run in runs:
        if run["state"] in ENDED:
            continue
        allocation = scheduler.of_task(run["task_id"])
        state = run["state"] if run["state"].startswith("STOPPING") else row["state"]
        if state == "ACTIVE":
            if allocation is None:
                _submit(master, job, row, run, config)
        elif allocation is None:
            if state.startswith("STOPPING"):
                _end_run(master, run, "CANCELED")
        elif state == "STOPPING_KILLED":
            scheduler.kill(allocation, "user requested kill")
        else:
            scheduler.preempt(allocation, "user requested pause" if state == "PAUSED" else "user requested cancel")
    _finish(master, row)


def drop(master, ids: list[int]) -> None:
    """Stop what still runs of experiments that are about to be deleted."""
    for job_id in master.db.column(
        "select job_id from experiments where id in (select value from json_each(?))", json.dumps(ids)
    ):
        if master.scheduler.jobs.pop(job_id, None):
            for allocation in master.scheduler.of_job(job_id):
                master.scheduler.kill(allocation, "experiment deleted")


def _submit(master, job: Job, row: sqlite3.Row, run: sqlite3.Row, config: dict) -> Allocation:
    db = master.db
    image, variables = _environment(config)
    if not db.run("update tasks set end_time = null where id = ?", run["task_id"]):
        add_task(db, row, run["task_id"], row["start_time"])
    number = db.value("select coalesce(max(number), 0) + 1 from allocations where task_id = ?", run["task_id"])
    return master.scheduler.submit(_allocation(master, job, row, run, config, image, variables, number))


def _allocation(master, job, row, run, config, image, variables, number) -> Allocation:
    resources = config["resources"]
    experiment_id, run_id = row["id"], run["id"]
    return Allocation(
        id=f"{run['task_id']}.{number}",
        task_id=run["task_id"],
        number=number,
        job=job,
        name=f"Trial {run_id} (Experiment {experiment_id})",
        slots=resources["slots_per_trial"],
        pool=job.pool,
        image=image,
        registered=master.clock.now(),
        single_agent=bool(resources.get("is_single_node")),
        reports_ready=True,
        preemptible=True,
        linger=float(variables.get("FAKE_LINGER", images.STOPPING)),
        started=lambda allocation: master.train(run_id, allocation),
        over=lambda allocation: _over(master, experiment_id, run_id, allocation),
    )


def add_trial(master, experiment_id: int, config: dict, number: int) -> None:
    """Make a trial of a managed experiment, the one of that number."""
    row = master.db.row("select project_id, state from experiments where id = ?", experiment_id)
    master.db.insert(
        "runs",
        experiment_id=experiment_id,
        project_id=row["project_id"],
        local_id=projects.next_local_id(master.db, row["project_id"]),
        state=row["state"],
        start_time=master.clock.now(),
        hparams=json.dumps(searcher.hparams(config, number)),
        task_id=f"{experiment_id}.{uuid.uuid4()}",
        log_retention_days=(config.get("retention_policy") or {}).get("log_retention_days"),
    )


def add_task(db, row: sqlite3.Row, task_id: str, start: int) -> None:
    """Keep the task of a trial; of one that was deleted it may be there still."""
    db.run(
        "insert or replace into tasks (id, kind, job_id, user_id, experiment_id, start_time)"
        " values (?, 'TRIAL', ?, ?, ?, ?)",
        task_id,
        row["job_id"],
        row["owner_id"],
        row["id"],
        start,
    )


def _over(master, experiment_id: int, run_id: int, allocation: Allocation) -> None:
    """An allocation of a trial has ended: is the trial over, or does it run again?"""
    row = _row(master.db, experiment_id)
    run = master.db.row("select * from runs where id = ?", run_id)
    if row is None or run is None:
        master.db.update("tasks", allocation.task_id, end_time=master.clock.now())
        return
    if run["state"] in ENDED:
        return
    failed = allocation.outcome == "failed"
    if row["state"].startswith("STOPPING") or run["state"].startswith("STOPPING"):
        _end_run(master, run, "ERROR" if failed else "CANCELED")
    elif failed:
        limit = _config(row)["max_restarts"]
        master.db.update("runs", run_id, restarts=min(run["restarts"] + 1, limit))
        if run["restarts"] >= limit:
            _end_run(master, run, "ERROR")
    elif allocation.outcome == "stopped":
        _end_run(master, run, "COMPLETED")
    _search_on(master, row)
    reconcile(master, experiment_id)


def _search_on(master, row: sqlite3.Row) -> None:
    """Add the trials that the search comes to now that others are over."""
    if row["state"] != "ACTIVE":
        return
    config = _config(row)
    states = master.db.column("select state from runs where experiment_id = ?", row["id"])
    living = sum(state not in ENDED for state in states)
    for number in range(len(states), min(searcher.total(config), len(states) + searcher.at_once(config) - living)):
        add_trial(master, row["id"], config, number)


def _end_run(master, run: sqlite3.Row, state: str) -> None:
    now = master.clock.now()
    master.db.update("runs", run["id"], state=state, end_time=now)
    master.db.update("tasks", run["task_id"], end_time=now)


def _finish(master, row: sqlite3.Row) -> None:
    """End an experiment whose trials are all over."""
    states = master.db.column("select state from runs where experiment_id = ?", row["id"])
    if any(state not in ENDED for state in states):
        return
    if set(states) <= {"CANCELED"} or row["state"] in ("STOPPING_CANCELED", "STOPPING_KILLED"):
        state = "ERROR" if "ERROR" in states and len(states) == 1 else "CANCELED"
    else:
        state = "ERROR" if set(states) == {"ERROR"} else "COMPLETED"
    progress = {"progress": 1.0} if state == "COMPLETED" else {}
    master.db.update("experiments", row["id"], state=state, end_time=master.clock.now(), **progress)
    master.scheduler.jobs.pop(row["job_id"], None)
    apply_save_policy(master, row["id"])


def apply_save_policy(master, experiment_id: int) -> None:
    """Let a clean-up task remove the checkpoints that the experiment's save policy does not keep."""
    uuids = superfluous(master.db, experiment_id)
    if uuids:
        collect(master, experiment_id, uuids)


# The parts of a save policy: name in a config -> name in a request.
POLICY = {
    "save_experiment_best": "saveExperimentBest",
    "save_trial_best": "saveTrialBest",
    "save_trial_latest": "saveTrialLatest",
}


def superfluous(db, experiment_id: int, **policy) -> list[str]:
    """Checkpoints that a save policy (as in POLICY; left out, the one of the config) does not keep.

    What is in the model registry is always kept. As on the master, checkpoints that are deleted already keep their
    places among the best and the latest, and are named again.
    """
    row = _row(db, experiment_id)
    config = _config(row)
    policy = {**(config.get("checkpoint_storage") or {}), **policy}
    rows = db.rows(
        "select c.uuid, c.trial_id, c.steps_completed, json_extract(m.metrics, ?) as metric, exists"
        " (select 1 from model_versions v where v.checkpoint_uuid = c.uuid) as registered from checkpoints c"
        " left join metrics m on m.trial_id = c.trial_id and m.grp = 'validation' and not m.archived"
        " and m.total_batches = c.steps_completed"
        " where c.experiment_id = ?",
        f'$."{row["searcher_metric"]}"',
        experiment_id,
    )
    sign = 1 if row["smaller_is_better"] else -1
    measured = [r for r in rows if isinstance(r["metric"], (int, float))]
    best = sorted(measured, key=lambda r: sign * r["metric"])
    latest = sorted(rows, key=lambda r: -r["steps_completed"])
    kept = {r["uuid"] for r in best[: policy.get("save_experiment_best") or 0]}
    for trial_id in {r["trial_id"] for r in rows}:
        for order, name in ((best, "save_trial_best"), (latest, "save_trial_latest")):
            of_trial = [r["uuid"] for r in order if r["trial_id"] == trial_id]
            kept.update(of_trial[: policy.get(name) or 0])
    return [r["uuid"] for r in rows if r["uuid"] not in kept and not r["registered"]]


def collect(
    master,
    experiment_id: int,
    uuids: Iterable[str],
    patterns: Iterable[str] = (globs.EVERYTHING,),
    done: Callable[[str], None] = lambda error: None,
    by_call: bool = False,
) -> None:
    """Remove checkpoints, or those of their files that match, by a task without slots on the default pool;
    done(the error, "" for none) when that is over. ``by_call``: asked for by itself, so that
    the task's id does not begin with the experiment's.

    Without agents it waits for ever. The outcome `checkpoint.delete` (faults.py) lets it take its time or fail.
    """
    db, row = master.db, _row(master.db, experiment_id)
    _image, variables = _environment(_config(row))
    seconds, error = master.faults.outcome("checkpoint.delete")
    fails = bool(error) or variables.get("FAKE_GC") == "exit1"
    now = master.clock.now()
    task_id = str(uuid.uuid4()) if by_call else f"{experiment_id}.{uuid.uuid4()}"
    pool = master.scheduler.pools[0]
    job = Job(row["job_id"], "CHECKPOINT_GC", pool, now, row["owner_id"], row["workspace_id"])
    db.insert("tasks", id=task_id, kind="CHECKPOINT_GC", job_id=job.id, user_id=job.user_id, start_time=now)
    wanted, matching = json.dumps(list(uuids)), list(patterns)

    def over(allocation: Allocation) -> None:
        db.update("tasks", task_id, end_time=master.clock.now())
        if allocation.outcome == "stopped":
            sql = "select id from checkpoints where uuid in (select value from json_each(?))"
            checkpoint_files.remove(master, db.column(sql, wanted), matching)
        # Who was killed has no error.
        done(allocation.exit_status if allocation.outcome in ("failed", "lost") else "")

    master.scheduler.submit(
        Allocation(
            id=f"{task_id}.1",
            task_id=task_id,
            number=1,
            job=job,
            name=f"Checkpoint GC (Experiment {experiment_id})",
            slots=0,
            pool=pool,
            image="",
            registered=now,
            exit_code=int(fails),
            runs_for=seconds or images.COLLECTING,
            over=over,
        )
    )


def restore(master) -> None:
    """After a restart of the master: what ran goes on, what waited waits again in a new allocation."""
    scheduler, db = master.scheduler, master.db
    alive = db.column(f"select id from experiments where not unmanaged and state in {ALIVE} order by id")
    for experiment_id in alive:
        row = _row(db, experiment_id)
        config = _config(row)
        job = _job(master, row, config)
        image, variables = _environment(config)
        for kept in db.rows(
            "select a.*, r.id as run_id from allocations a join runs r on r.task_id = a.task_id"
            " where r.experiment_id = ? and a.end_time is null and a.state <> 'TERMINATED'",
            experiment_id,
        ):
            run = db.row("select * from runs where id = ?", kept["run_id"])
            allocation = _allocation(master, job, row, run, config, image, variables, kept["number"])
            scheduler.restore(allocation, json.loads(kept["agents"]), kept["state"], bool(kept["is_ready"]))
    db.run(
        "update allocations set state = 'TERMINATED' where coalesce(state, '') <> 'TERMINATED'"
        " and id not in (select value from json_each(?))"
        " and task_id in (select id from tasks where kind in ('TRIAL', 'CHECKPOINT_GC'))",
        json.dumps(list(scheduler.allocations)),
    )
    for experiment_id in alive:
        reconcile(master, experiment_id)
