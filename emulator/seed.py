# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes up a believable cluster: users, workspaces, projects, experiments of up to two years with trials, metrics and
checkpoints. The same seed gives the same cluster, its times counted back from now."""

from __future__ import annotations

import json
import random
import time
import uuid
from dataclasses import dataclass, field

from . import clock, seed_access, seed_cluster
from .areas.projects import new_key
from .areas.users import stored_hash
from .master import Master, Options

BATCH = 5_000
# Trials with checkpoints for each experiment, on the average.
SAVING = 0.6
NAMES = [
    "Ada Winter",
    "Ben Okafor",
    "Carla Moreno",
    "Dmitri Volkov",
    "Elif Demir",
    "Farid Haddad",
    "Grace Lin",
    "Hugo Berg",
    "Ines Costa",
    "Jonas Keller",
    "Kemi Adeyemi",
    "Lars Nygaard",
    "Mina Park",
    "Noor Rahman",
    "Olga Petrova",
    "Pablo Ruiz",
    "Quinn Murphy",
    "Rosa Conti",
    "Sven Holm",
    "Tara Singh",
]
WORKSPACES = {
    "Vision": ("classification", "detection", "segmentation"),
    "Language": ("pretraining", "summarization", "translation"),
    "Speech": ("recognition", "synthesis"),
    "Recommenders": ("ranking", "retrieval"),
    "Playground": ("sandbox",),
}
MODELS = {
    "Vision": (("resnet50", "vit-b16", "convnext-t", "efficientnet-b0"), ("imagenet", "cifar10", "coco", "cityscapes")),
    "Language": (
        ("bert-base", "gpt2-medium", "t5-small", "llama-7b-lora"),
        ("wikitext", "c4", "cnn-dailymail", "wmt14"),
    ),
    "Speech": (("wav2vec2", "conformer-m", "tacotron2"), ("librispeech", "common-voice", "ljspeech")),
    "Recommenders": (("dlrm", "two-tower", "bert4rec"), ("criteo", "movielens", "amazon-reviews")),
    "Playground": (("mlp", "small-cnn"), ("mnist", "iris")),
}
LABELS = ("baseline", "ablation", "sweep", "paper", "debug", "nightly")
# Never cleaned up: the labels by which people keep what they need.
KEEP = ("keep", "gold")
DESCRIPTIONS = ("", "", "first try", "longer schedule", "lower learning rate", "with augmentation", "reproduction")
SAVED_AS = ("state_dict.pth", "metadata.json", "optimizer.pt", "code/train.py")

_EXPERIMENT = """
insert into experiments (id, project_id, owner_id, state, archived, start_time, end_time, name, description, labels,
    notes, config, original_config, hyperparameters, searcher_type, searcher_metric, smaller_is_better, resource_pool,
    progress, job_id, checkpoint_size, checkpoint_count, best_trial_id, unmanaged)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_RUN = """
insert into runs (id, experiment_id, project_id, state, start_time, end_time, hparams, task_id, searcher_metric_value,
    best_validation_id, latest_validation_id, checkpoint_size, checkpoint_count, summary_metrics, total_batches)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_METRIC = "insert into metrics (id, trial_id, grp, total_batches, end_time, metrics) values (?, ?, ?, ?, ?, ?)"
_CHECKPOINT = """
insert into checkpoints (uuid, trial_id, experiment_id, task_id, report_time, resources, metadata, state, size,
    steps_completed)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True)
class Size:
    """How large a made-up cluster is. Where there are experiments, there are some users and agents too, unless their
    number is given; ``checkpoints`` are about so many; ``tasks`` notebooks and the like run besides those that are
    always there."""

    experiments: int = 0
    users: int | None = None
    agents: int | None = None
    checkpoints: int | None = None
    tasks: int = 0


def made_up(options: Options, seed: int, size: Size) -> Master:
    """A master, filled if it is a new one."""
    options.agents = (4 if size.experiments else 0) if size.agents is None else size.agents
    master = Master(options)
    if (size.experiments or size.users) and master.is_new:
        fill(master, seed, size)
    return master


def fill(master, seed: int, size: Size) -> None:
    """Fill a new master."""
    experiments, users = size.experiments, 8 if size.users is None else size.users
    chance = random.Random(seed)
    now = master.clock.now()
    with master.db.transaction():
        owners = _users(master, chance, users, now)
        places = _places(master, chance, owners, now)
        saved = None if size.checkpoints is None else size.checkpoints / max(experiments * SAVING, 1)
        maker = _Maker(chance, now, owners, places, saved)
        # The older, the rarer; ids grow with the time of the start.
        ages = sorted((max(chance.random() ** 2.2 * 730, 0.05) for dummy in range(experiments)), reverse=True)
        for at in range(0, experiments, BATCH):
            for number, age in enumerate(ages[at : at + BATCH], at + 1):
                maker.experiment(number, age)
            maker.write(master.db)
        seed_access.fill(master, seed)
        seed_cluster.fill(master, seed, size.tasks)


def _users(master, chance: random.Random, count: int, now: int) -> list[int]:
    password = stored_hash(master.options.password, False)
    ids = []
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        login = name.lower().replace(" ", ".") + (str(number // len(NAMES)) if number >= len(NAMES) else "")
        created = now - round(chance.uniform(200, 900) * clock.DAY)
        last = now - round(chance.uniform(0, 60) * clock.DAY)
        user_id = master.db.insert(
            "users",
            username=login,
            display_name=name,
            password_hash=password,
            # Now and then somebody has left.
            active=number % 7 != 6,
            modified_at=created,
            last_auth_at=last,
        )
        ids.append(user_id)
    return ids or [1]


def _places(master, chance: random.Random, owners: list[int], now: int) -> list[tuple[int, str]]:
    """(project id, name of its workspace) of all projects made."""
    places = []
    for name, projects in WORKSPACES.items():
        created, owner = now - 800 * clock.DAY, chance.choice(owners)
        workspace = master.db.insert("workspaces", name=name, user_id=owner, created_at=created)
        for project in projects:
            project_id = master.db.insert(
                "projects",
                name=project,
                key=new_key(master.db, project, chance),
                workspace_id=workspace,
                user_id=chance.choice(owners),
                description=f"{name}: {project}",
                created_at=created,
            )
            places.append((project_id, name))
    return places


@dataclass
class _Maker:
    """Collects the rows of a batch."""

    chance: random.Random
    now: int
    owners: list[int]
    places: list[tuple[int, str]]
    # Checkpoints of a trial that has any, on the average.
    saved: float | None = None
    trial_id: int = 0
    metric_id: int = 0
    experiments: list[tuple] = field(default_factory=list)
    runs: list[tuple] = field(default_factory=list)
    metrics: list[tuple] = field(default_factory=list)
    checkpoints: list[tuple] = field(default_factory=list)

    def write(self, db) -> None:
        for sql, rows in (
            (_EXPERIMENT, self.experiments),
            (_RUN, self.runs),
            (_METRIC, self.metrics),
            (_CHECKPOINT, self.checkpoints),
        ):
            db.many(sql, rows)
            rows.clear()

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _day(self, moment: int) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(moment // clock.SECOND))

    def _state(self, age: float) -> tuple[str, bool]:
        """(state, whether unmanaged)."""
        dice = self.chance.random()
        if age < 2 and dice < 0.4:
            return "RUNNING", True
        if dice < 0.03:
            return "PAUSED", False
        if dice < 0.10:
            return "CANCELED", False
        return ("ERROR", True) if dice < 0.20 else ("COMPLETED", True)

    def _labels(self, archived: bool) -> list[str]:
        chance = self.chance
        labels = [label for label in LABELS if chance.random() < 0.08]
        if chance.random() < 0.06:
            labels.append(chance.choice(KEEP))
        elif archived and chance.random() < 0.7:
            # Put there when it was archived: some of these days have passed.
            labels.append(f"expires={self._day(self.now + chance.randint(-60, 90) * clock.DAY)}")
        return labels

    def experiment(self, number: int, age: float) -> None:
        chance = self.chance
        project_id, workspace = chance.choice(self.places)
        models, datasets = MODELS[workspace]
        name = f"{chance.choice(models)}-{chance.choice(datasets)}"
        start = self.now - round(age * clock.DAY)
        state, unmanaged = self._state(age)
        end = None
        if state not in ("RUNNING", "PAUSED"):
            end = min(start + round(chance.lognormvariate(0.5, 1.2) * 3_600 * clock.SECOND), self.now - clock.SECOND)
        archived = end is not None and self.now - end > 60 * clock.DAY and chance.random() < 0.2
        smaller = chance.random() < 0.7
        metric = "validation_loss" if smaller else "accuracy"
        multiple = unmanaged and chance.random() < 0.1
        rate = chance.choice((1e-4, 3e-4, 1e-3, 3e-3, 1e-2))
        batch_size = chance.choice((32, 64, 128, 256))
        labels = self._labels(archived)
        hyperparameters = {
            "learning_rate": {"type": "const", "val": rate},
            "global_batch_size": {"type": "const", "val": batch_size},
        }
        searcher = {"name": "single", "metric": metric, "smaller_is_better": smaller}
        if multiple:
            hyperparameters["learning_rate"] = {
                "count": None,
                "type": "log",
                "base": 10,
                "minval": -5,
                "maxval": -1,
            }
            searcher = {"name": "random", "max_trials": 4, "metric": metric, "smaller_is_better": smaller}
        config = {
            "name": name,
            "labels": labels,
            "hyperparameters": hyperparameters,
            "searcher": searcher,
            "checkpoint_storage": {"type": "shared_fs", "host_path": "/checkpoints"},
            "reproducibility": {"experiment_seed": number},
        }
        pool = ""
        if not unmanaged:
            config["entrypoint"], config["resources"] = "python3 train.py", {"resource_pool": "default"}
            pool = "default"
        description = chance.choice(DESCRIPTIONS) or None
        if description:
            config["description"] = description
        best, size, count = self._trials(
            number, project_id, state, start, end, metric, smaller, rate, batch_size, multiple
        )
        progress = 1.0 if state == "COMPLETED" else round(chance.random(), 2)
        self.experiments.append(
            (
                number,
                project_id,
                chance.choice(self.owners),
                state,
                archived,
                start,
                end,
                name,
                description,
                json.dumps(labels),
                "",
                json.dumps(config, separators=(",", ":")),
                f"name: {name}\nsearcher: {{name: {searcher['name']}, metric: {metric}}}\n",
                json.dumps(hyperparameters),
                searcher["name"],
                metric,
                smaller,
                pool,
                progress,
                self._uuid(),
                size,
                count,
                best,
                unmanaged,
            )
        )

    def _trials(self, experiment, project_id, state, start, end, metric, smaller, rate, batch_size, multiple):
        """(best trial's id or None, bytes, number of checkpoints)."""
        best, best_value, size, count = None, None, 0, 0
        for dummy in range(4 if multiple else 1):
            self.trial_id += 1
            task = f"{experiment}.{self._uuid()}"
            value, ids, summary, steps = None, (None, None), "{}", 0
            trial_size = trial_count = 0
            if self.chance.random() < (0.8 if state != "CANCELED" else 0.3):
                value, ids, summary, points = self._metrics(start, end or self.now, metric, smaller)
                steps = points[-1][0]
                if self.chance.random() < 0.6:
                    trial_size, trial_count = self._checkpoints(experiment, task, points)
                if best_value is None or (value < best_value if smaller else value > best_value):
                    best, best_value = self.trial_id, value
            hparams = {"learning_rate": rate, "global_batch_size": batch_size}
            if multiple:
                hparams["learning_rate"] = round(10 ** self.chance.uniform(-5, -1), 8)
            self.runs.append(
                (
                    self.trial_id,
                    experiment,
                    project_id,
                    state,
                    start,
                    end,
                    json.dumps(hparams),
                    task,
                    value,
                    *ids,
                    trial_size,
                    trial_count,
                    summary,
                    steps,
                )
            )
            size, count = size + trial_size, count + trial_count
        return best, size, count

    def _metrics(self, start: int, end: int, metric: str, smaller: bool):
        """(best value, (best, latest validation id), summary, points of (steps, time, value)); they improve."""
        chance = self.chance
        number, every = chance.randint(2, 5), chance.choice((100, 500, 1000))
        level = chance.uniform(1.5, 4) if smaller else chance.uniform(0.3, 0.6)
        points, values, losses = [], [], []
        best = latest = None
        for step in range(1, number + 1):
            level = level * chance.uniform(0.6, 0.95) if smaller else level + (1 - level) * chance.uniform(0.05, 0.4)
            value = round(level * chance.uniform(0.98, 1.02), 5) if smaller else round(min(level, 0.999), 5)
            loss = round(value * chance.uniform(0.8, 1.0) if smaller else (1 - value) * 2, 5)
            moment = start + (end - start) * step // (number + 1)
            for group, shown in (("training", f'{{"loss": {loss}}}'), ("validation", f'{{"{metric}": {value}}}')):
                self.metric_id += 1
                self.metrics.append((self.metric_id, self.trial_id, group, step * every, moment, shown))
            latest = self.metric_id
            if not values or (value < min(values) if smaller else value > max(values)):
                best = latest
            points.append((step * every, moment, value))
            values.append(value)
            losses.append(loss)
        summary = {"avg_metrics": {"loss": _summary(losses)}, "validation_metrics": {metric: _summary(values)}}
        return (min(values) if smaller else max(values)), (best, latest), json.dumps(summary), points

    def _checkpoints(self, experiment: int, task: str, points: list[tuple]) -> tuple[int, int]:
        """(bytes, number)."""
        total = 0
        kept = points[-self.chance.randint(1, 3) :] if self.saved is None else self._spread(points)
        weight = round(self.chance.lognormvariate(18.5, 1.2))
        for steps, moment, _value in kept:
            files = dict(zip(SAVED_AS, (weight, 312, weight * 2, 4_096), strict=True))
            size = sum(files.values())
            total += size
            metadata = f'{{"steps_completed": {steps}, "framework": "torch-2.3"}}'
            self.checkpoints.append(
                (
                    self._uuid(),
                    self.trial_id,
                    experiment,
                    task,
                    moment,
                    json.dumps(files),
                    metadata,
                    "COMPLETED",
                    size,
                    steps,
                )
            )
        return total, len(kept)

    def _spread(self, points: list[tuple]) -> list[tuple]:
        """As many points as are wanted, between the first one and the last."""
        (low, begin, _value), (high, end, value) = points[0], points[-1]
        count = round(self.chance.uniform(0, 2) * self.saved)
        return [
            (low + (high - low) * number // count, begin + (end - begin) * number // count, value)
            for number in range(1, count + 1)
        ]


def _summary(values: list[float]) -> dict:
    total = round(sum(values), 6)
    return {
        "count": len(values),
        "last": values[-1],
        "max": max(values),
        "mean": total / len(values),
        "min": min(values),
        "sum": total,
        "type": "number",
    }
