# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A checkpoint from the master to this machine's disk: which one, whether it is there, fetched, put in place."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from uuid import UUID

from ..errors import BadOption, DeterminedError, NotFound, Refused, Unreachable
from ..wording import some_of
from .archives import MIME, Coming, contents, store, unpack
from .checkpoints import report
from .fetched import Record, is_as_recorded, read_record, record_path, strangers, write_record
from .reading import REMOVED, read_checkpoints

FORMS = ("folder", *MIME)
# A header, and padding to whole blocks, for each file in an archive; what stands at its end.
BESIDE_A_FILE, AT_THE_END = 2048, 10240


class Incomplete(DeterminedError):
    """The storage does not hold what the master's record says."""

    code = "incomplete"


def fetch_checkpoint(call):
    """The work of det_checkpoint_fetch."""
    params = call.params
    checkpoint = find(call)
    form, dest = params["format"], os.path.abspath(os.path.expanduser(params["dest"]))
    files = {path: int(count) for path, count in checkpoint["resources"].items() if not path.endswith("/")}
    record = read_record(dest)
    result = {
        "checkpoint": described(checkpoint),
        "dest": dest,
        "files": len(files),
        "bytes": sum(files.values()),
        "downloaded_bytes": 0,
    }
    wanted = {"checkpoint": checkpoint["uuid"], "format": form}
    if record and (record.uuid, record.form) == tuple(wanted.values()) and is_as_recorded(dest, record):
        diff = {"before": wanted, "after": wanted}
        return dict(result, changed=False, diff=diff, requests=[], **sums(dest, record))
    refuse(dest, form, record, params["force"])
    needed = sum(files.values()) + (0 if form == "folder" else BESIDE_A_FILE * len(files) + AT_THE_END)
    demand_space(dest, needed)
    before = {"checkpoint": record.uuid, "format": record.form} if record and os.path.exists(dest) else {}
    result.update(changed=True, diff={"before": before, "after": wanted}, requests=[])
    if call.check_mode:
        return dict(result, sha256=None, record=record_path(dest))
    try:
        record, result["downloaded_bytes"] = download(call, checkpoint["uuid"], files, form, dest)
    except OSError as error:
        raise DeterminedError(f"{dest} cannot be written: {error.strerror}.", code="disk") from error
    return dict(result, **sums(dest, record))


def sums(dest, record):
    """The checksum of an archive (a folder has one for each file) and where it is written."""
    digest = record.digests[os.path.basename(dest)] if record.form != "folder" else None
    return {"sha256": digest, "record": record_path(dest)}


# Which


def find(call):
    """The checkpoint that the options name, as the master shows it, without its experiment's config."""
    params, client = call.params, call.client
    if params["uuid"] is not None:
        check_uuid(params["uuid"])
        found, _missing = read_checkpoints(client, [params["uuid"]])
        if not found:
            raise NotFound(f"There is no checkpoint {params['uuid']}, or the user may not see it.", option="uuid")
        if found[0]["state"] in REMOVED:
            raise Refused(f"The files of checkpoint {params['uuid']} were removed.")
        return found[0]
    kind = "experiment" if params["experiment_id"] is not None else "trial"
    ident = params[kind + "_id"]
    rows = client.get(f"/api/v1/{kind}s/{ident}/checkpoints", states="STATE_COMPLETED")["checkpoints"]
    if not rows:
        raise NotFound(f"{kind} {ident} has no whole checkpoint.")
    if params["which"] == "latest":
        return max(rows, key=lambda row: (row["reportTime"], row["uuid"]))
    return best(rows, params, f"{kind} {ident}")


def check_uuid(text):
    try:
        UUID(text)
    except ValueError as error:
        raise BadOption("uuid", text, "is no uuid.") from error


def best(rows, params, whose):
    """The checkpoint with the best validation, by the searcher's metric or by the one that is named."""
    name, smaller = params["metric"], params["smaller_is_better"]
    if smaller is None:
        smaller = rows[0]["training"]["experimentConfig"]["searcher"].get("smaller_is_better", True)
    found = [(value(row, name), row) for row in rows]
    found = [(one, row) for one, row in found if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if not found:
        hint = "Take which=latest, or a metric that was reported."
        raise NotFound(f"No checkpoint of {whose} has a validation with {name or 'its metric'}.", hint)
    return min(found, key=lambda pair: (pair[0] if smaller else -pair[0], pair[1]["uuid"]))[1]


def value(row, name):
    training = row["training"]
    if name is None:
        return training.get("searcherMetric")
    return ((training.get("validationMetrics") or {}).get("avgMetrics") or {}).get(name)


def described(row):
    metric = (row.get("training") or {}).get("searcherMetric")
    return dict(report(row), metadata=row["metadata"], searcher_metric=metric)


# Before anything is written


def refuse(dest, form, record, force):
    """Raise where the place cannot be used, or holds what was not fetched."""
    parent = os.path.dirname(dest)
    if not os.path.isdir(parent):
        raise BadOption("dest", dest, f"there is no folder {parent}.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadOption("dest", dest, f"nothing can be written to {parent}.")
    if os.path.islink(dest):
        raise BadOption("dest", dest, "is a link.", "Name what it points to.")
    if os.path.isdir(dest) != (form == "folder") and os.path.lexists(dest):
        what = "a folder" if os.path.isdir(dest) else "no folder"
        raise BadOption("dest", dest, f"is {what}, so it cannot be replaced as format={form} needs it.")
    if force or not os.path.lexists(dest):
        return
    others = strangers(dest, record) if form == "folder" else [] if record else [dest]
    if others:
        raise Refused(
            f"{dest} holds what was not fetched by this module: {some_of(others)}.",
            "Take another dest, or force to replace it.",
        )


def demand_space(dest, needed):
    free = shutil.disk_usage(os.path.dirname(dest)).free
    if free < needed:
        raise Refused(f"{dest} needs up to {needed} bytes, and {free} are free.", needed=needed, free=free)


# Fetching


def download(call, uuid, files, form, dest):
    """Fetch it beside its place, see that it is whole, and put it there. Returns the Record and the bytes that came.

    The master sends whole archives only, so what breaks off is begun anew, ``attempts`` times in all.
    """
    with workplace(dest) as work:
        for left in reversed(range(call.params["attempts"])):
            empty(work)
            staged = os.path.join(work, os.path.basename(dest))
            try:
                digests, count = receive(call, uuid, files, form, staged)
                break
            except Unreachable as error:
                if not left:
                    raise
                call.say(f"{uuid}: {error.msg} It is begun anew.")
        record = Record(uuid, form, digests)
        # Should all end between these two, the next run sees that the files are others, and fetches them again.
        write_record(dest, record)
        put(staged, dest, work)
    return record, count


def receive(call, uuid, files, form, staged):
    """Fetch to ``staged``. Returns {path: SHA-256} and the bytes that came."""
    base = os.path.basename(staged)
    mime = MIME["tar" if form == "folder" else form]
    with call.client.download(f"/checkpoints/{uuid}", mime) as (expected, pieces):
        about = expected or sum(files.values())
        coming = Coming(expected, pieces, about, lambda text: call.say(f"{uuid}: {text}"))
        if form == "folder":
            os.mkdir(staged)
            found = unpack(coming, staged)
            digests = {f"{base}/{path}": digest for path, digest in found.items()}
            sizes = {path: os.path.getsize(os.path.join(staged, *path.split("/"))) for path in found}
        else:
            digests = {base: store(coming, staged)}
            sizes = contents(staged, form)
    demand_all(uuid, files, sizes)
    return digests, coming.count


def demand_all(uuid, files, sizes):
    """Raise where a file of the record is missing or of another size. More than the record says is no harm."""
    wrong = sorted(path for path, count in files.items() if sizes.get(path) != count)
    if wrong:
        path = wrong[0]
        came = f"of {sizes[path]} bytes" if path in sizes else "missing"
        raise Incomplete(
            f"{len(wrong)} files of checkpoint {uuid} are not as the master's record says, the first, {path}:"
            f" {came} instead of {files[path]} bytes.",
            "Files were changed or lost in the checkpoint storage.",
        )


@contextmanager
def workplace(dest):
    """A hidden folder beside ``dest``, this run's alone, gone afterwards. An earlier run may have left something."""
    path = os.path.join(os.path.dirname(dest), f".{os.path.basename(dest)}.part")
    os.makedirs(path, exist_ok=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(f"Another run is fetching to {dest} right now.") from error
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(handle)


def empty(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)


def put(staged, dest, work):
    """Give what was fetched its name. A file is replaced in one step; a folder that is there steps aside first."""
    if not os.path.isdir(dest):
        os.replace(staged, dest)
        return
    aside = os.path.join(work, ".old")
    os.rename(dest, aside)
    try:
        os.rename(staged, dest)
    except OSError:
        os.rename(aside, dest)
        raise
