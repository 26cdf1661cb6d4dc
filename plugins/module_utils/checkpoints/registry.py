# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which checkpoints are versions of registered models, and so must not be deleted."""

from __future__ import annotations

from ..errors import Denied


def registered_experiments(client):
    """{experiment id: ["model:version", …]} of the experiments with a registered checkpoint."""
    found = {}
    for name, checkpoint in registered_versions(client):
        experiment = checkpoint.get("training", {}).get("experimentId")
        if experiment:
            found.setdefault(experiment, []).append(name)
    return found


def registered_by_experiment(client):
    """{experiment id: {checkpoint uuid: ["model:version", …]}}."""
    found = {}
    for name, checkpoint in registered_versions(client):
        experiment = found.setdefault(checkpoint.get("training", {}).get("experimentId"), {})
        experiment.setdefault(checkpoint.get("uuid"), []).append(name)
    return found


def registered_checkpoints(client):
    """{checkpoint uuid: ["model:version", …]}."""
    found = {}
    for name, checkpoint in registered_versions(client):
        found.setdefault(checkpoint.get("uuid"), []).append(name)
    return found


def registered_versions(client):
    """Pairs of "model:version" and the checkpoint, of all models that the user may see; one request a model."""
    try:
        models = client.get("/api/v1/models")["models"]
    except Denied:
        return
    for model in models:
        if not model["numVersions"]:
            continue
        for version in client.get(f"/api/v1/models/{model['id']}/versions")["modelVersions"]:
            yield f"{model['name']}:{version['version']}", version.get("checkpoint") or {}
