# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs, waits and has run on a made-up cluster: notebooks nobody uses, shells, commands, tensorboards, a drained
agent, deletions that failed, usage of the last months, logs. The same seed gives the same, counted back from now."""

from __future__ import annotations

import json
import random
import uuid

from . import clock, hosts, running, task_config, tasklog, words
from .areas import ntsc

HOUR = 3_600 * clock.SECOND
# What is there now: kind, how many, slots each, days since the start (at most).
LIVE = (
    ("notebook", 6, 1, 21),
    ("notebook", 2, 0, 4),
    ("tensorboard", 5, 0, 12),
    ("shell", 3, 0, 9),
    ("command", 2, 0, 1),
)
# What has ended but is still listed, and what waits for the drained agent.
OVER, WAITING = 4, 2
HISTORY = 90  # days
PER_DAY = 6
FAILED_DELETIONS = 3
ACTIVATED = 2
# The newest ones, and of the others one in so many.
LOGGED_TRIALS, LOGGED_OF = 100, 20
TITLES = {
    "notebook": ("exploration", "data check", "plots for the paper", "debugging", "error analysis"),
    "shell": ("inspect checkpoints", "profiling", "copy data"),
    "command": ("preprocess", "convert weights", "evaluate", "download data"),
    "tensorboard": ("",),
}
LINES = (
    ("loading data", "INFO"),
    ("model has 25.6M parameters", "INFO"),
    ("step 100: loss 1.83", "INFO"),
    ("data loader is slow: 42 % of the time is spent waiting", "WARNING"),
    ("step 200: loss 1.41", "INFO"),
    ("checkpoint saved", "INFO"),
)
EXIT_CODES = (0, 0, 0, 0, 1, 137)


def fill(master, seed: int, tasks: int) -> None:
    """Fill a new master that has its users and experiments already."""
    maker = _Maker(master, random.Random(f"cluster {seed}"))
    master.db.run(
        "insert into tasks (id, kind, job_id, user_id, experiment_id, start_time, end_time)"
        " select r.task_id, 'TRIAL', e.job_id, e.owner_id, e.id, r.start_time,"
        " case when e.unmanaged then null else r.end_time end from runs r join experiments e on e.id = r.experiment_id"
    )
    maker.failed_deletions()
    maker.trials()
    if master.scheduler.agents:
        maker.history()
        maker.now_running()
        maker.more_running(tasks)
        ntsc.start(master)
        maker.waiting()
        maker.experiments()
        if maker.drained:
            maker.drained.switch(False, draining=True)
    maker.older_trials()


class _Maker:
    def __init__(self, master, chance: random.Random):
        self.master, self.db, self.chance = master, master.db, chance
        self.now = master.clock.now() // 1000 * 1000
        self.owners = self.db.column("select id from users where active order by id")
        self.workspaces = self.db.column("select id from workspaces order by id")
        self.agents = list(master.scheduler.agents.values())
        # One agent is drained; what is bound for its pool alone waits.
        self.drained = self.agents[2] if len(self.agents) > 2 else None
        self.taken: dict[str, int] = {}

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _ago(self, days: float) -> int:
        """A moment up to so many days back; recent ones are likelier."""
        return self.now - round(self.chance.random() ** 1.5 * days * clock.DAY) - 60 * clock.SECOND

    def failed_deletions(self) -> None:
        """A few old experiments with checkpoints whose deletion did not work."""
        for experiment_id in self.db.column(
            "select id from experiments where state = 'COMPLETED' and checkpoint_count > 0 and not archived"
            " order by id limit ?",
            FAILED_DELETIONS,
        ):
            self.db.update("experiments", experiment_id, state="DELETE_FAILED")

    def trials(self) -> None:
        """Logs of the newest trials, and where they ran if the master ran them."""
        rows = self.db.rows(
            "select r.*, e.unmanaged, e.resource_pool from runs r join experiments e on e.id = r.experiment_id"
            " order by r.id desc limit ?",
            LOGGED_TRIALS,
        )
        for row in rows:
            end = row["end_time"] or self.now
            allocation = None
            if not row["unmanaged"] and self.agents:
                allocation = self._allocation(row["task_id"], row["resource_pool"], 1, row["start_time"], end)
            self._logs(row["task_id"], allocation, row["start_time"], end, LINES)

    def older_trials(self) -> None:
        """Logs of some of the others, for whoever cleans up."""
        for row in self.db.rows(
            "select task_id, start_time, end_time from runs where end_time is not null and id % ? = 0"
            " and id not in (select id from runs order by id desc limit ?)",
            LOGGED_OF,
            LOGGED_TRIALS,
        ):
            self._logs(row["task_id"], None, row["start_time"], row["end_time"], LINES)

    def _logs(self, task_id: str, allocation: str | None, start: int, end: int, lines: tuple) -> None:
        agent = self.agents[0].id if self.agents else None
        container = self._uuid()
        for number, (line, level) in enumerate(lines, 1):
            tasklog.add(
                self.db,
                task_id=task_id,
                allocation_id=allocation,
                agent_id=agent if allocation else None,
                container_id=container if allocation else None,
                rank_id=0,
                timestamp=start + (end - start) * number // (len(lines) + 1),
                level=level,
                source="task",
                stdtype="stderr" if level == "WARNING" else "stdout",
                log=f"{line}\n",
            )

    def _allocation(
        self,
        task_id: str,
        pool: str,
        slots: int,
        start: int,
        end: int | None,
        placed: dict | None = None,
        code: int = 0,
    ) -> str:
        """Keep the first allocation of a task that has run, or without an end runs; its id."""
        status, reason = "allocation exited successfully", "allocation stopped early after all resources exited"
        if code:
            container = f"container failed with non-zero exit code: {code} (exit code {code})"
            status = f"resources failed with non-zero exit code: {container}"
            reason = f"allocation failed: {status}"
        pulled = start + round(self.chance.uniform(0.1, 40) * clock.SECOND)
        self.db.insert(
            "allocations",
            id=f"{task_id}.1",
            task_id=task_id,
            number=1,
            state="RUNNING" if end is None else "TERMINATED",
            slots=slots,
            resource_pool=pool,
            requested_at=start - round(self.chance.expovariate(1 / 90) * clock.SECOND),
            pull_start=start,
            pull_end=pulled if end is None else min(pulled, end),
            start_time=start // 1000 * 1000,
            end_time=end,
            is_ready=True,
            agents=json.dumps(placed or {}),
            exit_reason=None if end is None else reason,
            exit_status="" if end is None else status,
        )
        return f"{task_id}.1"

    def history(self) -> None:
        """Interactive tasks of the last months that nobody lists any more, and since when the agents are there."""
        self.db.run("update agent_stats set start_time = ?", self.now - HISTORY * clock.DAY)
        pools = self.master.scheduler.pools
        for day in range(HISTORY, 0, -1):
            for dummy in range(self.chance.randint(1, PER_DAY)):
                kind = self.chance.choice(("NOTEBOOK", "COMMAND", "SHELL"))
                start = self.now - day * clock.DAY + round(self.chance.uniform(0, 10) * HOUR)
                end = start + round(self.chance.lognormvariate(0.8, 0.9) * HOUR)
                task_id = self._uuid()
                self._task(task_id, kind, start, min(end, self.now))
                slots = self.chance.choice((0, 1, 1, 2, 4))
                self._allocation(task_id, self.chance.choice(pools), slots, start, min(end, self.now))

    def _task(self, task_id: str, kind: str, start: int, end: int | None) -> dict:
        owner = {
            "user_id": self.chance.choice(self.owners),
            "workspace_id": self.chance.choice(self.workspaces),
            "job_id": self._uuid(),
        }
        self.db.insert("tasks", id=task_id, kind=kind, start_time=start, end_time=end, **owner)
        return owner

    def now_running(self) -> None:
        if self.drained:
            # The one that keeps the drained agent from being empty.
            self._interactive("notebook", 1, self.now - 16 * clock.DAY, self.drained)
        for name, number, slots, days in LIVE:
            for dummy in range(number):
                agent = self._room(slots)
                if agent:
                    self._interactive(name, slots, self._ago(days), agent)
        for dummy in range(OVER):
            start = self._ago(0.9)
            end = start + (self.now - start) // 2
            self._interactive(self.chance.choice(("command", "shell", "notebook")), 1, start, self.agents[0], end=end)

    def more_running(self, tasks: int) -> None:
        """Notebooks and the like without slots, evenly spread, of which an agent can have many."""
        agents = [agent for agent in self.agents if agent is not self.drained]
        for number in range(tasks):
            name, days = self.chance.choice((("notebook", 30), ("shell", 20), ("command", 3)))
            self._interactive(name, 0, self._ago(days), agents[number % len(agents)])

    def waiting(self) -> None:
        """Commands for the drained agent."""
        for dummy in range(WAITING if self.drained else 0):
            slots = len(self.drained.slots)
            ntsc.submit(self.master, self._interactive("command", slots, self._ago(3), self.drained, waits=True))

    def _room(self, slots: int) -> hosts.Agent | None:
        """Where something started that still runs: not more than half of an agent is taken that way."""
        fitting = [
            agent
            for agent in self.agents
            if agent is not self.drained and self.taken.get(agent.id, 0) + slots <= len(agent.slots) // 2
        ]
        return self.chance.choice(fitting) if fitting else None

    def _interactive(
        self, name: str, slots: int, start: int, agent: hosts.Agent, *, end: int | None = None, waits: bool = False
    ) -> str:
        """Keep an interactive task with its allocation, unless it waits; its id."""
        kind = ntsc.KINDS[name]
        task_id, title = self._uuid(), self.chance.choice(TITLES[name])
        description = title or f"{kind.title} ({words.name(self.chance)})"
        config = task_config.fill({"description": description})
        config["resources"].update(resource_pool=agent.pool, slots=slots)
        port = kind.first_port + self.chance.randrange(300) if kind.first_port else 0
        config["entrypoint"] = kind.entrypoint(["python3", "-m", title.replace(" ", "_")] if title else [], port)
        shown: list[int] = []
        if name == "tensorboard":
            # Who wants to keep one sets its timeout; otherwise it would be gone after five minutes.
            config["idle_timeout"] = "2160h0m0s"
            shown = self.db.column("select id from experiments order by id desc limit 2")
        owner = self._task(task_id, kind.stored, start, end)
        self.db.insert(
            "interactive_tasks",
            id=task_id,
            kind=kind.stored,
            description=description,
            config=json.dumps(config),
            start_time=start,
            port=port,
            experiment_ids=json.dumps(shown),
            **owner,
        )
        if waits:
            return task_id
        first = self.taken.get(agent.id, 0)
        if end is None:
            self.taken[agent.id] = first + slots
        placed = {agent.id: [self._uuid(), list(range(first, first + slots))]}
        code = self.chance.choice(EXIT_CODES) if end and name == "command" else 0
        allocation = self._allocation(task_id, agent.pool, slots, start, end, placed, code)
        lines = tuple((line, level) for line, level, _stdtype in tasklog.FIRST_LINES)
        self._logs(task_id, allocation, start, start + clock.SECOND, lines)
        return task_id

    def experiments(self) -> None:
        """The newest paused experiments are at work."""
        for experiment_id in self.db.column(
            "select id from experiments where state = 'PAUSED' and not unmanaged order by id desc limit ?", ACTIVATED
        ):
            self.db.update("experiments", experiment_id, state="ACTIVE")
            self.db.run("update runs set state = 'ACTIVE' where experiment_id = ?", experiment_id)
            running.reconcile(self.master, experiment_id)
