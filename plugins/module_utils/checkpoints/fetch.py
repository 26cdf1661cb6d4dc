# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A checkpoint from the master to this machine's disk: which one, whether it is there, fetched, put in place."""

from __future__ import annotations

import math
import os
import shutil
from typing import TYPE_CHECKING, Any

from ..connection.paths import quote_segment
from ..downloads.archives import MIME, Allowance
from ..downloads.coming import Coming
from ..downloads.storing import store, unpack
from ..errors import BadOption, DeterminedError, NotFound, Refused, Unreachable
from ..kinds.checkpoint import CHECKPOINT, REMOVED, WHOLE, checkpoint_row, read_checkpoints
from ..model.row import Row, unread
from ..model.states import prefix_states
from ..safe_files import readable
from ..wording import some_of
from .fetched import Record, is_as_recorded, read_record, record_path, strangers, write_record
from .workplace import check_workplace, workplace

if TYPE_CHECKING:
    from ..engine.call import Call

FORMS = ("folder", *MIME)


class Incomplete(DeterminedError):
    """The storage does not hold what the master's record says."""

    code = "incomplete"


def fetch_checkpoint(call: Call) -> dict[str, Any]:
    """The work of det_checkpoint_fetch."""
    params = call.params
    form, dest = params["format"], os.path.abspath(os.path.expanduser(params["dest"]))
    check_place(dest, form)
    if call.unmade:
        return fetched_later(dest, form)
    checkpoint = find(call)
    resources = checkpoint["resources"]
    allowance = Allowance(resources)
    record = read_record(dest)
    result = {
        "checkpoint": checkpoint,
        "dest": dest,
        "files": sum(not path.endswith("/") for path in resources),
        "bytes": allowance.content(),
        "downloaded_bytes": 0,
    }
    wanted = {"checkpoint": checkpoint["uuid"], "format": form}
    if record and (record.uuid, record.form) == tuple(wanted.values()) and is_as_recorded(dest, record):
        diff = {"before": wanted, "after": wanted}
        return dict(result, changed=False, diff=diff, requests=[], **sums(dest, record))
    refuse(dest, form, record, params["force"])
    demand_space(dest, allowance.content() + (0 if form == "folder" else allowance.around()))
    before = {"checkpoint": record.uuid, "format": record.form} if record and os.path.exists(dest) else {}
    result.update(changed=True, diff={"before": before, "after": wanted}, requests=[])
    if call.check_mode:
        return dict(result, sha256=None, record=record_path(dest))
    try:
        record, result["downloaded_bytes"] = download(call, checkpoint["uuid"], resources, form, dest)
    except OSError as error:
        where = readable(os.fsdecode(error.filename or dest))
        raise DeterminedError(f"{where} cannot be written: {error.strerror}.", code="disk") from error
    return dict(result, **sums(dest, record))


def fetched_later(dest: str, form: str) -> dict[str, Any]:
    """What check mode says where an earlier task would make what the checkpoint is of."""
    return {
        "changed": True, "checkpoint": unread(CHECKPOINT.columns), "dest": dest, "files": None, "bytes": None,
        "downloaded_bytes": 0, "sha256": None, "record": record_path(dest), "requests": [],
        "diff": {"before": {}, "after": {"checkpoint": None, "format": form}},
    }  # fmt: skip


def sums(dest: str, record: Record) -> dict[str, Any]:
    """The checksum of an archive (a folder has one for each file) and where it is written."""
    digest = record.digests[os.path.basename(dest)] if record.form != "folder" else None
    return {"sha256": digest, "record": record_path(dest)}


# Which


def find(call: Call) -> Row:
    """The checkpoint that the options name."""
    params, client = call.params, call.client
    if params["uuid"] is not None:
        found, _missing = read_checkpoints(client, [params["uuid"]])
        if not found:
            raise NotFound(f"There is no checkpoint {params['uuid']}, or the user may not see it.", option="uuid")
        if found[0]["state"] in REMOVED:
            raise Refused(f"The files of checkpoint {params['uuid']} were removed.")
        return found[0]
    return choose(call)


def choose(call: Call) -> dict[str, Any]:
    """The best, or the latest, whole checkpoint of the experiment or the trial that the options name."""
    params, client = call.params, call.client
    kind = "experiment" if params["experiment_id"] is not None else "trial"
    ident = params[kind + "_id"]
    answers = client.get(f"/api/v1/{kind}s/{ident}/checkpoints", states=prefix_states([WHOLE]))["checkpoints"]
    if not answers:
        raise NotFound(f"{kind} {ident} has no whole checkpoint.")
    if params["which"] == "latest":
        return max(map(checkpoint_row, answers), key=lambda row: (row["report_time"], row["uuid"]))
    return best(answers, params, f"{kind} {ident}")


def best(answers: list[dict[str, Any]], params: dict[str, Any], whose: str) -> Row:
    """The checkpoint with the best validation, by the searcher's metric or by the one that is named."""
    name, smaller = params["metric"], params["smaller_is_better"]
    if smaller is None:
        smaller = answers[0]["training"]["experimentConfig"]["searcher"].get("smaller_is_better", True)
    found = [(value(row, name), row) for row in map(checkpoint_row, answers)]
    found = [(one, row) for one, row in found if is_figure(one)]
    if not found:
        hint = "Take which=latest, or a metric that was reported."
        raise NotFound(f"No checkpoint of {whose} has a validation with {name or 'its metric'}.", hint)
    return min(found, key=lambda pair: (pair[0] if smaller else -pair[0], pair[1]["uuid"]))[1]


def value(row: dict[str, Any], name: str | None) -> Any:
    return row["searcher_metric"] if name is None else row["metrics"]["validation"].get(name)


def is_figure(one: Any) -> bool:
    """Whether it can be compared: a number, and not the one that is none."""
    return isinstance(one, (int, float)) and not isinstance(one, bool) and not math.isnan(one)


# Before anything is written


def check_place(dest: str, form: str) -> None:
    """Raise BadOption where nothing can be put, whatever is fetched."""
    parent = os.path.dirname(dest)
    if not os.path.basename(dest):
        raise BadOption("dest", dest, "is the root of all folders.")
    if not os.path.isdir(parent):
        raise BadOption("dest", dest, f"there is no folder {parent}.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadOption("dest", dest, f"nothing can be written to {parent}.")
    if os.path.islink(dest):
        raise BadOption("dest", dest, "is a link.", "Name what it points to.")
    if os.path.lexists(dest) and not (os.path.isdir(dest) if form == "folder" else os.path.isfile(dest)):
        what = "a folder" if os.path.isdir(dest) else "no folder" if form == "folder" else "no plain file"
        raise BadOption("dest", dest, f"is {what}, so it cannot be replaced as format={form} needs it.")
    path = record_path(dest)
    if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
        raise BadOption("dest", dest, f"the checksums go to {path}, which is no plain file.", "Take another dest.")
    check_workplace(dest)


def refuse(dest: str, form: str, record: Record | None, force: bool) -> None:
    """Raise where the place holds what was not fetched."""
    if force:
        return
    if record is None and os.path.lexists(record_path(dest)):
        raise Refused(
            f"{record_path(dest)}, where the checksums of {dest} go, was not written by this module for {dest}.",
            "Take another dest, or force to replace both.",
        )
    if not os.path.lexists(dest):
        return
    try:
        others = strangers(dest, record) if form == "folder" else [] if record else [dest]
    except OSError as error:
        raise Refused(f"{dest} holds {error.filename}, which cannot be read: {error.strerror}.") from error
    if others:
        raise Refused(
            f"{dest} holds what was not fetched by this module: {some_of([readable(one) for one in others])}.",
            "Take another dest, or force to replace it.",
        )


def demand_space(dest: str, needed: int) -> None:
    free = shutil.disk_usage(os.path.dirname(dest)).free
    if free < needed:
        raise Refused(f"{dest} needs up to {needed} bytes, and {free} are free.", needed=needed, free=free)


# Fetching


def download(call: Call, uuid: str, resources: dict[str, int], form: str, dest: str) -> tuple[Record, int]:
    """Fetch it beside its place, see that it is whole, and put it there. Returns the Record and the bytes that came.

    The master sends whole archives only, so what breaks off is begun anew, ``attempts`` times in all.
    """
    with workplace(dest) as work:
        for left in reversed(range(call.params["attempts"])):
            work.empty()
            staged = os.path.join(work.path, os.path.basename(dest))
            try:
                digests, count = receive(call, uuid, resources, form, staged)
                break
            except Unreachable as error:
                if not left:
                    raise
                call.say(f"{uuid}: {error.msg} It is begun anew.")
        record = Record(uuid, form, digests)
        # Should all end between these two, the next run sees that the files are others, and fetches them again.
        write_record(dest, record)
        work.put(staged)
    return record, count


def receive(call: Call, uuid: str, resources: dict[str, int], form: str, staged: str) -> tuple[dict[str, str], int]:
    """Fetch to ``staged``. Returns {path: SHA-256} and the bytes that came."""
    base, allowance = os.path.basename(staged), Allowance(resources)
    mime = MIME["tar" if form == "folder" else form]
    with call.client.download(f"/checkpoints/{quote_segment(uuid)}", mime) as (expected, pieces):
        about = expected or allowance.content()
        coming = Coming(expected, pieces, allowance.archive(), about, lambda text: call.say(f"{uuid}: {text}"))
        if form == "folder":
            os.mkdir(staged)
            found = unpack(coming, staged, allowance)
            digests = {f"{base}/{path}": digest for path, digest in found.items()}
        else:
            digests = {base: store(coming, staged, form, allowance)}
    demand_all(uuid, resources, allowance.found)
    return digests, coming.count


def demand_all(uuid: str, resources: dict[str, int], sizes: dict[str, int]) -> None:
    """Raise where a file of the record is missing or of another size. A few more than the record has are no harm."""
    files = {path: count for path, count in resources.items() if not path.endswith("/")}
    wrong = sorted(path for path, count in files.items() if sizes.get(path) != count)
    if wrong:
        path = wrong[0]
        came = f"of {sizes[path]} bytes" if path in sizes else "missing"
        raise Incomplete(
            f"{len(wrong)} files of checkpoint {uuid} are not as the master's record says, the first,"
            f" {readable(path)}: {came} instead of {files[path]} bytes.",
            "Files were changed or lost in the checkpoint storage.",
        )
