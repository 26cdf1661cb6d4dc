# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of checkpoint storage: which fields each has, which it must have, which are secret."""

from __future__ import annotations

from .errors import internal, invalid

POLICY = ("save_experiment_best", "save_trial_best", "save_trial_latest")
KINDS = {
    "shared_fs": ("host_path", "propagation", "storage_path"),
    "s3": ("access_key", "bucket", "endpoint_url", "prefix", "secret_key"),
    "gcs": ("bucket", "prefix"),
    "azure": ("account_url", "connection_string", "container", "credential"),
    "directory": ("container_path",),
}
REQUIRED = {
    "shared_fs": "host_path",
    "s3": "bucket",
    "gcs": "bucket",
    "azure": "container",
    "directory": "container_path",
}
SECRETS = {"access_key", "secret_key", "connection_string", "credential"}


def checked(sent: dict) -> dict:
    """The storage with all fields of its kind, those left out null; 400 or 500 as the master answers."""
    kind = sent.get("type", "")
    if kind not in KINDS:
        raise internal(f"unexpected type: {kind}")
    if sent.get(REQUIRED[kind]) is None:
        raise invalid(f"config is invalid or incomplete: <config>: {REQUIRED[kind]} is a required property")
    return {"type": kind, **{name: sent.get(name) for name in sorted((*KINDS[kind], *POLICY))}}


def masked(storage: dict | None) -> dict | None:
    """What is shown: secrets as stars."""
    if storage is None:
        return None
    return {k: "********" if k in SECRETS and v is not None else v for k, v in sorted(storage.items())}
