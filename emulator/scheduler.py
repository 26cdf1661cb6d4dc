# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs and allocations: who waits, who runs where, and how an allocation gets from one state to the next.

A priority scheduler without preemption, as the recorded cluster had it: within a pool the smaller number goes first,
then the older job; once somebody of a priority does not fit, nobody of a lower one is started. Tasks with and without
slots do not stand in each other's way. Time passes on the master's clock only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from . import clock, hosts, images, tasklog

RECONNECTING = 25  # seconds that a lost agent may take to come back
DEFAULT_PRIORITY = 42
KILLED = "resources were killed"
LOST = "agent failed while the container was running: agent closed with allocated containers"
SUCCESS = "allocation exited successfully"


@dataclass
class Job:
    """What the queue knows of an experiment, an interactive task or a generic task."""

    id: str
    kind: str  # COMMAND, NOTEBOOK, SHELL, TENSORBOARD, EXPERIMENT, GENERIC, CHECKPOINT_GC
    pool: str
    submitted: int
    user_id: int
    workspace_id: int
    name: str = ""
    entity: str = ""
    priority: int = DEFAULT_PRIORITY
    weight: float = 1.0
    max_slots: int | None = None

    @property
    def place(self) -> tuple:
        return self.priority, self.submitted, self.id


@dataclass
class Allocation:
    """One run of a task. outcome, when it is over: stopped (by itself, without an error), killed, preempted, failed,
    aborted (it never started), lost (with its agent)."""

    id: str
    task_id: str
    number: int
    job: Job
    name: str
    slots: int
    pool: str
    image: str
    registered: int
    single_agent: bool = True
    reports_ready: bool = False
    preemptible: bool = False
    linger: float = images.STOPPING
    exit_code: int | None = None
    runs_for: float = images.EXITING
    started: Callable[[Allocation], None] | None = None
    over: Callable[[Allocation], None] | None = None
    state: str = "QUEUED"
    ready: bool = False
    containers: list[hosts.Container] = field(default_factory=list)
    killing: bool = False
    stopping: bool = False
    ended: bool = False
    outcome: str = ""
    exit_status: str = ""
    last_activity: int = 0
    gathered: dict = field(default_factory=dict)

    @property
    def scheduled(self) -> bool:
        return bool(self.containers)


class Scheduler:
    """The live part of the cluster. What has to outlast a restart is in the tables tasks and allocations."""

    def __init__(self, master, agents: int):
        self.master = master
        self.clock = master.clock
        self.pools = tuple(dict.fromkeys((*hosts.pools(agents), *master.options.pools)))
        self.agents = {a.id: a for a in (hosts.make(n, self.clock.now()) for n in range(1, agents + 1))}
        self.jobs: dict[str, Job] = {}
        self.allocations: dict[str, Allocation] = {}
        self._by_task: dict[str, Allocation] = {}
        self._deciding = False
        self._held: dict[str, list[Callable[[], None]]] = {}

    # Jobs and the queue

    def in_pool(self, pool: str) -> list[Allocation]:
        """Waiting and running allocations in the order in which they are served."""
        return sorted(
            (a for a in self.allocations.values() if a.pool == pool and not a.ended),
            key=lambda a: (*a.job.place, a.registered, a.number),
        )

    def of_job(self, job_id: str) -> list[Allocation]:
        return [a for a in self.allocations.values() if a.job.id == job_id]

    def of_task(self, task_id: str) -> Allocation | None:
        """The allocation of a task that waits or runs."""
        return self._by_task.get(task_id)

    def queue(self, pool: str) -> list[tuple[Job, dict]]:
        """(job, {state, jobsAhead, requested, allocated}) of a pool's jobs, the first in line first."""
        found: dict[str, tuple[Job, dict]] = {}
        for allocation in self.in_pool(pool):
            job = allocation.job
            if job.kind == "CHECKPOINT_GC":
                continue
            start = {"state": "STATE_QUEUED", "jobsAhead": len(found), "requested": 0, "allocated": 0}
            summary = found.setdefault(job.id, (job, start))[1]
            summary["requested"] += allocation.slots
            if allocation.scheduled:
                summary["state"] = "STATE_SCHEDULED"
                summary["allocated"] += allocation.slots
        return list(found.values())

    def summary(self, job_id: str) -> dict | None:
        """{state, jobsAhead} of a job in the queue."""
        job = self.jobs.get(job_id)
        for queued, summary in self.queue(job.pool) if job else ():
            if queued.id == job_id:
                return {"state": summary["state"], "jobsAhead": summary["jobsAhead"]}
        return None

    def counts(self, pool: str) -> dict:
        """How many jobs of the pool wait and run."""
        states = [summary["state"] for _job, summary in self.queue(pool)]
        return {
            "queuedCount": states.count("STATE_QUEUED"),
            "scheduledCount": states.count("STATE_SCHEDULED"),
        }

    def biggest_agent(self, pool: str) -> int:
        return max((len(a.slots) for a in self.agents.values() if a.pool == pool), default=0)

    def pool_slots(self, pool: str) -> int:
        return sum(len(a.slots) for a in self.agents.values() if a.pool == pool)

    # The way of an allocation

    def submit(self, allocation: Allocation) -> Allocation:
        """Put an allocation into its pool's queue."""
        self._register(allocation)
        self.master.db.insert(
            "allocations",
            id=allocation.id,
            task_id=allocation.task_id,
            number=allocation.number,
            slots=allocation.slots,
            resource_pool=allocation.pool,
            requested_at=allocation.registered,
        )
        self._log(allocation, f"Scheduling {allocation.name} (id: {allocation.id})")
        self.kick()
        return allocation

    def _register(self, allocation: Allocation) -> None:
        self.allocations[allocation.id] = allocation
        self._by_task[allocation.task_id] = allocation

    def kick(self) -> None:
        """Something changed that may let somebody start."""
        if not self._deciding:
            self._deciding = True
            self.clock.after(images.DECIDING, self._decide)

    def _decide(self) -> None:
        self._deciding = False
        for pool in self.pools:
            waiting = [a for a in self.in_pool(pool) if not a.scheduled]
            for with_slots in (True, False):
                blocked = None
                for allocation in waiting:
                    if bool(allocation.slots) != with_slots or not self._may_start(allocation):
                        continue
                    if blocked is not None and allocation.job.priority > blocked:
                        break
                    places = self._fit(allocation)
                    if places:
                        self._assign(allocation, places)
                    elif blocked is None:
                        blocked = allocation.job.priority

    def _may_start(self, allocation: Allocation) -> bool:
        limit = allocation.job.max_slots
        running = sum(a.slots for a in self.of_job(allocation.job.id) if a.scheduled)
        return limit is None or running + allocation.slots <= limit

    def _fit(self, allocation: Allocation) -> list[tuple[hosts.Agent, int]]:
        """(agent, slots) for it: the agent with the least room left, else as few equally free ones as can be."""
        agents = [a for a in self.agents.values() if a.pool == allocation.pool and a.usable]
        if not allocation.slots:
            agents = [a for a in agents if a.aux_used < a.aux_capacity]
            return [(min(agents, key=lambda a: (a.aux_capacity - a.aux_used, a.id)), 0)] if agents else []
        fitting = [a for a in agents if len(a.free()) >= allocation.slots]
        if fitting:
            return [(min(fitting, key=lambda a: (len(a.free()), a.id)), allocation.slots)]
        if allocation.single_agent:
            return []
        idle = [a for a in agents if not a.used and a.free()]
        for size in sorted({len(a.free()) for a in idle}, reverse=True):
            alike = sorted((a for a in idle if len(a.free()) == size), key=lambda a: a.id)
            needed, rest = divmod(allocation.slots, size)
            if not rest and needed <= len(alike):
                return [(a, size) for a in alike[:needed]]
        return []

    def _assign(self, allocation: Allocation, places: Iterable[tuple[hosts.Agent, int]]) -> None:
        allocation.containers = [agent.place(allocation.id, slots) for agent, slots in places]
        now = self.clock.now()
        # The master keeps the start in milliseconds.
        self._save(
            allocation, "PULLING", start_time=now // 1000 * 1000, pull_start=now, agents=self._placed(allocation)
        )
        self._log(allocation, f"{allocation.name} was assigned to an agent")
        image = images.behaviour(allocation.image)
        self._later(allocation, image.pulling, self._pulled if image.found else self._not_found)

    def _placed(self, allocation: Allocation) -> str:
        return json.dumps({c.agent.id: [c.id, [s.number for s in c.slots]] for c in allocation.containers})

    def _not_found(self, allocation: Allocation) -> None:
        name = f"docker.io/{allocation.image}:latest"
        daemon = f"Error response from daemon: pull access denied for {allocation.image}"
        error = f"pulling container image: error pulling image: {name}: {daemon}"
        self._end(allocation, "failed", f"task failed without an associated exit code: {error}")

    def _pulled(self, allocation: Allocation) -> None:
        name = f"docker.io/{allocation.image}:latest"
        skipped = images.behaviour(allocation.image).pulling == images.PULLING
        text = f"image already found, skipping pull phase: {name}" if skipped else f"image pulled: {name}"
        self._agent_log(allocation, text)
        for place in ("/", "/run/determined", "/", "/"):
            self._agent_log(allocation, f"copying files to container: {place}")
        self._save(allocation, "STARTING", pull_end=self.clock.now())
        self._later(allocation, images.STARTING, self._running)

    def _running(self, allocation: Allocation) -> None:
        for rank, container in enumerate(allocation.containers):
            for line, level, stdtype in tasklog.FIRST_LINES:
                self._log(allocation, line, level, "task", stdtype, container=container, rank=rank)
        self._save(allocation, "RUNNING")
        self._log(allocation, f"Resources for {allocation.name} have started")
        if allocation.started:
            allocation.started(allocation)
        if allocation.reports_ready:
            self._later(allocation, images.GETTING_READY, self.set_ready)
        self._await_exit(allocation)

    def _await_exit(self, allocation: Allocation) -> None:
        code = images.behaviour(allocation.image).exit_code if allocation.exit_code is None else allocation.exit_code
        if code is not None:
            self._later(allocation, allocation.runs_for, lambda a: self._exited(a, code))

    def set_ready(self, allocation: Allocation) -> None:
        """Its service answers."""
        if not allocation.ready:
            allocation.ready = True
            self.master.db.update("allocations", allocation.id, is_ready=True)

    def set_waiting(self, allocation: Allocation) -> None:
        self._save(allocation, "WAITING")

    def _exited(self, allocation: Allocation, code: int) -> None:
        if code:
            error = f"container failed with non-zero exit code: {code} (exit code {code})"
            self._end(allocation, "failed", f"resources failed with non-zero exit code: {error}")
        elif allocation.stopping:
            self._end(allocation, "preempted", "resources exited successfully with a zero exit code")
        else:
            self._end(allocation, "stopped", "resources exited successfully with a zero exit code")

    def kill(self, allocation: Allocation, reason: str = "user requested kill") -> None:
        """Take its containers away; what has not started is over at once."""
        if allocation.ended:
            return
        if not allocation.scheduled:
            self._end(allocation, "aborted", reason)
        elif not allocation.killing:
            allocation.killing = True
            self._log(allocation, f"forcibly killing allocation's remaining resources (reason: {reason})")
            self._later(allocation, images.DYING, lambda a: self._end(a, "killed", KILLED))

    def preempt(self, allocation: Allocation, reason: str) -> None:
        """Ask it to stop; what cannot be asked, or never said that it is ready, is killed."""
        if not (allocation.scheduled and allocation.preemptible and allocation.ready):
            self.kill(allocation, reason)
        elif not allocation.stopping and not allocation.killing:
            allocation.stopping = True
            self._log(allocation, f"gracefully terminating allocation's remaining resources (reason: {reason})")
            self._later(allocation, allocation.linger, lambda a: self._exited(a, 0))

    def _end(self, allocation: Allocation, outcome: str, detail: str) -> None:
        text = {
            "stopped": f"allocation stopped early after all resources exited: {detail}",
            "killed": f"allocation killed after all resources exited: {detail}",
            "preempted": f"allocation preempted after all resources exited: {detail}",
            "aborted": f"allocation aborted after exit before start: {detail}",
            "failed": f"allocation failed: {detail}",
            "lost": f"allocation failed due to agent failure: {detail}",
        }[outcome]
        failed = outcome in ("failed", "lost")
        allocation.outcome = outcome
        allocation.exit_status = detail if failed else SUCCESS
        if failed:
            self._log(allocation, f"crashed: {detail}", "ERROR")
        self._log(allocation, f"{allocation.name} was terminated: {text}", "ERROR" if failed else "INFO")
        now = self.clock.now()
        ends = {"end_time": now, "exit_reason": text} if allocation.scheduled else {}
        allocation.ended = True
        self._save(allocation, "TERMINATED", exit_status=allocation.exit_status, **ends)
        for container in allocation.containers:
            container.agent.remove(container)
        self.clock.after(images.LEAVING, lambda: self._leave(allocation))
        self.kick()

    def _leave(self, allocation: Allocation) -> None:
        self.allocations.pop(allocation.id, None)
        if self._by_task.get(allocation.task_id) is allocation:
            del self._by_task[allocation.task_id]
        if allocation.over:
            with self.master.db.transaction():
                allocation.over(allocation)

    def _later(self, allocation: Allocation, seconds: float, then: Callable[[Allocation], None]) -> None:
        """Do something in the containers' time: not once they are over, and not while an agent of theirs is lost."""

        def event() -> None:
            if allocation.ended:
                return
            lost = next((c.agent.id for c in allocation.containers if not c.agent.connected), None)
            if lost:
                self._held.setdefault(lost, []).append(event)
                return
            if allocation.killing and then in (self._pulled, self._running, self._not_found, self.set_ready):
                return
            with self.master.db.transaction():
                then(allocation)

        self.clock.after(seconds, event)

    def _save(self, allocation: Allocation, state: str, **columns) -> None:
        allocation.state = state
        for container in allocation.containers:
            container.state = state
        self.master.db.update("allocations", allocation.id, state=state, **columns)

    def _log(
        self, allocation, text, level="INFO", source="master", stdtype="stdout", container=None, rank=None
    ) -> None:
        tasklog.add(
            self.master.db,
            task_id=allocation.task_id,
            timestamp=self.clock.now(),
            log=f"{text}\n",
            level=level,
            source=source,
            stdtype=stdtype,
            agent_id=container.agent.id if container else None,
            container_id=container.id if container else None,
            allocation_id=allocation.id if source == "task" else None,
            rank_id=rank,
        )

    def _agent_log(self, allocation: Allocation, text: str) -> None:
        for container in allocation.containers:
            self._log(allocation, text, source="agent", container=container)

    # Agents

    def disabled(self, agent: hosts.Agent, slot: hosts.Slot | None = None) -> None:
        """Kill what runs on an agent, or on one slot of it, that was disabled without draining."""
        containers = list(agent.containers.values()) if slot is None else [slot.container] if slot.container else []
        for container in containers:
            allocation = self.allocations.get(container.allocation_id)
            if allocation:
                self.kill(allocation, "agent disabled" if slot is None else "slot disabled")

    def came(self, agent: hosts.Agent) -> None:
        """Note for the reports since when an agent is there."""
        self.master.db.insert("agent_stats", agent_id=agent.id, slots=len(agent.slots), start_time=self.clock.now())

    def lose(self, agent_id: str) -> None:
        """Let an agent lose its connection; unless it is back in time, it goes with its tasks. KeyError if unknown."""
        agent = self.agents[agent_id]
        agent.connected = False

        def give_up() -> None:
            # By then it may be back, or even have been lost again.
            if agent.connected or self.agents.get(agent_id) is not agent or self.clock.now() < agent.lost_until:
                return
            self._held.pop(agent_id, None)
            del self.agents[agent_id]
            sql = "update agent_stats set end_time = ? where agent_id = ? and end_time is null"
            self.master.db.run(sql, self.clock.now(), agent_id)
            for allocation in list(self.allocations.values()):
                if any(c.agent is agent for c in allocation.containers) and not allocation.ended:
                    self._end(allocation, "lost", LOST)

        agent.lost_until = self.clock.now() + RECONNECTING * clock.SECOND
        self.clock.after(RECONNECTING, give_up)

    def find_again(self, agent_id: str) -> None:
        """Bring an agent back: as it was, if it is still waited for, else as a new one; ValueError if there never was
        one of that name."""
        agent = self.agents.get(agent_id)
        if agent is None:
            agent = hosts.make(int(agent_id.removeprefix("agent-")), self.clock.now())
            self.agents[agent_id] = agent
            self.came(agent)
        agent.connected = True
        for event in self._held.pop(agent_id, []):
            event()
        self.kick()

    # Restart of the master

    def restore(self, allocation: Allocation, placed: dict, state: str, ready: bool) -> bool:
        """Take an allocation over that ran when the master stopped; False where its agent is not there."""
        wanted = [(self.agents.get(agent), container, slots) for agent, (container, slots) in placed.items()]
        if not wanted or any(agent is None for agent, _container, _slots in wanted):
            return False
        for agent, container_id, numbers in wanted:
            container = hosts.Container(container_id, allocation.id, agent, [agent.slots[n] for n in numbers], state)
            agent.containers[container_id] = container
            for slot in container.slots:
                slot.container = container
            allocation.containers.append(container)
        allocation.state, allocation.ready = state, ready
        self._register(allocation)
        self._log(allocation, f"Restoring {allocation.name} (id: {allocation.id})")
        self._log(allocation, f"{allocation.name} was recovered on an agent")
        if state != "RUNNING":
            self._later(allocation, images.PULLING, self._pulled)
            return True
        if allocation.started:
            allocation.started(allocation)
        if allocation.reports_ready and not ready:
            self._later(allocation, images.GETTING_READY, self.set_ready)
        self._await_exit(allocation)
        return True


def day(moment: int) -> str:
    """The date of a moment, as reports name it."""
    return clock.text(moment)[:10]
