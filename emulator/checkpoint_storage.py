# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of checkpoint storage: which fields each has, which it must have, which are secret."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

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
# How a host's folder is mounted where nothing is said of it.
PROPAGATION = "rprivate"
SECRETS = {"access_key", "secret_key", "connection_string", "credential"}


def checked(sent: dict) -> dict:
    """The storage with all fields of its kind, those left out null; 400 or 500 as the master answers."""
    kind = sent.get("type", "")
    if kind and kind not in KINDS:
        raise internal(f"unexpected type: {kind}")
    fields = (*KINDS.get(kind, ()), *POLICY)
    unknown = sorted(set(sent) - {"type", *fields})
    if unknown:
        raise internal(f'json: unknown field "{unknown[0]}"')
    if not kind:
        raise invalid("config is invalid or incomplete: <config>: type is a required property")
    problems = list(_problems(kind, sent))
    if problems:
        raise invalid("config is invalid or incomplete: " + "\n".join(problems))
    return {"type": kind, **{name: sent.get(name) for name in sorted(fields)}}


def _problems(kind: str, sent: dict) -> Iterator[str]:
    if sent.get(REQUIRED[kind]) is None:
        yield f"<config>: {REQUIRED[kind]} is a required property"
    if ".." in (sent.get("prefix") or "").split("/"):
        yield "<config>.prefix: prefix cannot contain /../"
    host, storage = sent.get("host_path"), sent.get("storage_path")
    if host and storage and not _is_inside(posixpath.join(host, storage), host):
        yield "<config>: storage_path must either be a relative directory or a subdirectory of host_path"
    if sent.get("credential") is not None and sent.get("connection_string") is not None:
        yield "<config>: credential and connection_string must not both be set"


def _is_inside(path: str, folder: str) -> bool:
    path, folder = posixpath.normpath(path), posixpath.normpath(folder)
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def masked(storage: dict | None) -> dict | None:
    """What is shown: secrets as stars."""
    if storage is None:
        return None
    return {k: "********" if k in SECRETS and v is not None else v for k, v in sorted(storage.items())}
