# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which checkpoints are versions of registered models, and so must not be deleted."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..connection.client import Client
from ..errors import Denied


class Version(NamedTuple):
    """A registered checkpoint: "model:version", and what it is of; None where the master does not tell."""

    name: str
    experiment: int | None
    uuid: str | None


class Registry:
    """The registered checkpoints that the user may see.

    Reading again costs one request, and one for each model whose versions have changed since.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        # {model id: (what changes with its versions, its versions)}
        self._models: dict[int, tuple[tuple[Any, ...], list[Version]]] = {}

    def read(self) -> list[Version]:
        """Every version of every model, as they are now."""
        try:
            models = self.client.get("/api/v1/models")["models"]
        except Denied:
            return []
        known, self._models = self._models, {}
        for model in models:
            stamp = (model["name"], model["numVersions"], model.get("lastUpdatedTime"))
            have = known.get(model["id"])
            fresh = have is not None and have[0] == stamp
            self._models[model["id"]] = have if have and fresh else (stamp, self._versions(model))
        return [version for _stamp, versions in self._models.values() for version in versions]

    def _versions(self, model: dict[str, Any]) -> list[Version]:
        if not model["numVersions"]:
            return []
        rows = self.client.get(f"/api/v1/models/{model['id']}/versions")["modelVersions"]
        return [version_of(model["name"], row) for row in rows]

    def experiments(self) -> dict[int, list[str]]:
        """{experiment id: ["model:version", …]} of the experiments with a registered checkpoint."""
        found: dict[int, list[str]] = {}
        for name, experiment, _uuid in self.read():
            if experiment:
                found.setdefault(experiment, []).append(name)
        return found

    def by_experiment(self) -> dict[int | None, dict[str | None, list[str]]]:
        """{experiment id: {checkpoint uuid: ["model:version", …]}}."""
        found: dict[int | None, dict[str | None, list[str]]] = {}
        for name, experiment, uuid in self.read():
            found.setdefault(experiment, {}).setdefault(uuid, []).append(name)
        return found

    def checkpoints(self) -> dict[str | None, list[str]]:
        """{checkpoint uuid: ["model:version", …]}."""
        found: dict[str | None, list[str]] = {}
        for name, _experiment, uuid in self.read():
            found.setdefault(uuid, []).append(name)
        return found


def version_of(model: str, row: dict[str, Any]) -> Version:
    checkpoint = row.get("checkpoint") or {}
    training = checkpoint.get("training") or {}
    return Version(f"{model}:{row['version']}", training.get("experimentId"), checkpoint.get("uuid"))
