# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects and workspaces that are deleted, with what is in them: parents.py says what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Generator

from ..errors import precondition
from ..parents import IMMUTABLE, Fate, holding, require_open
from ..permissions import require
from . import lifecycle, ntsc, projects, workspaces

# Seconds between two looks whether the projects of a workspace are gone.
LOOKING = 0.01
NOT_CLEANED = "failed to checkpoint gc: {}"
# How the deletion of a workspace is refused for its children, and how it fails for them.
REFUSED = "workspace ({0}) contains {1}; move or delete {1} first"
HELD = (
    'error running query: delete_workspace: ERROR: update or delete on table "workspaces" violates foreign key'
    ' constraint "{0}_workspace_id_fkey" on table "{0}" (SQLSTATE 23503)'
)

# How children are ended that stay listed.
_KILLING: dict[str, Callable] = {"interactive_tasks": ntsc.stop_in_workspace}

# Told how a deletion ended: why it failed, "" where it did not.
Done = Callable[[str], None]


def delete_project(call, request):
    """An empty one is gone at once, the others a moment later."""
    row = projects.find(call, request["id"], counted=True)
    projects.require_ownership(call, row, "DELETE_PROJECT", "delete projects")
    require_open(IMMUTABLE, row["immutable"], "projects", "projects", "delete", row["id"])
    call.db.update("projects", row["id"], state="DELETING", error_message="")
    _delete_project(call.master, row["id"], lambda _failure: None)
    return {"completed": not row["num_experiments"]}


def _delete_project(master, project_id: int, done: Done) -> None:
    """Let a project be gone with its experiments, whatever their state, when clean-up tasks have removed their
    checkpoints and the time that it takes is over; at once where there are none. Only where the project was to be
    deleted by itself its state shows a failure."""
    if not holding(master.db, "projects", project_id, Fate.BEFORE):
        master.db.run("delete from projects where id = ?", project_id)
        done("")
        return
    ids = master.db.column("select id from experiments where project_id = ?", project_id)
    seconds, error = master.faults.outcome("project.delete")

    def finish(failure: str) -> None:
        if failure:
            master.db.run(
                "update projects set state = 'DELETE_FAILED', error_message = ? where id = ? and state = 'DELETING'",
                failure,
                project_id,
            )
        else:
            with master.db.transaction():
                sql = "select id from experiments where project_id = ?"
                lifecycle.remove(master, master.db.column(sql, project_id))
                master.db.run("delete from projects where id = ?", project_id)
        done(failure)

    def cleaned(failure: str) -> None:
        failure = NOT_CLEANED.format(failure) if failure else error
        master.clock.after(seconds or lifecycle.DELETING, lambda: finish(failure))

    lifecycle.clean_up(master, ids, cleaned)


def _delete_projects(master, project_ids: list[int], done: Done) -> None:
    """One after the other; the first failure is the last try."""
    if not project_ids:
        done("")
        return
    first, *others = project_ids
    _delete_project(master, first, lambda failure: done(failure) if failure else _delete_projects(master, others, done))


def delete_workspace(call, request):
    """Waits for everything in it, and still says that it is not completed if there were projects.

    The answer does not tell whether it worked: what could not be deleted shows so by its state. Templates and what
    runs interactively are gone then all the same.
    """
    row = workspaces.find(call, request["id"])
    workspace_id, master = row["id"], call.master
    require(call, "DELETE_WORKSPACE", workspace_id, owners=(row["user_id"],), basic="delete workspaces")
    for child in holding(call.db, "workspaces", workspace_id, Fate.REFUSES):
        raise precondition(REFUSED.format(workspace_id, child))
    require_open(IMMUTABLE, row["immutable"], "workspaces", "workspaces", "delete", workspace_id)
    call.db.update("workspaces", workspace_id, state="DELETING", error_message="")
    for child in holding(call.db, "workspaces", workspace_id, Fate.KILLED):
        _KILLING[child](master, workspace_id)
    before = holding(call.db, "workspaces", workspace_id, Fate.BEFORE)
    for child in set(before) - {"projects"}:
        call.db.run(f"delete from {child} where workspace_id = ?", workspace_id)
    # What takes its time comes last: it may fail.
    sql = "select id from projects where workspace_id = ? order by id"
    left = call.db.column(sql, workspace_id) if "projects" in before else []
    over: list[bool] = []

    def finish(failure: str) -> None:
        for child in holding(master.db, "workspaces", workspace_id, Fate.HOLDS):
            failure = failure or HELD.format(child)
        if failure:
            master.db.update("workspaces", workspace_id, state="DELETE_FAILED", error_message=failure)
        else:
            master.db.run("delete from workspaces where id = ?", workspace_id)
        over.append(True)

    _delete_projects(master, left, finish)
    return _answer_when(over, {"completed": not left})


def _answer_when(over: list[bool], answer: dict) -> Generator[float, None, dict]:
    while not over:
        yield LOOKING
    return answer
