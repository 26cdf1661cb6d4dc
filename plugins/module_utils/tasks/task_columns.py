# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rows of tasks have, and the states of tasks."""

from __future__ import annotations

from typing import Any

from ..model.row import Column, state_word
from ..model.states import bare_state, bare_task_state
from ..model.web import page_column

# The states of what is in a container, in their order.
QUEUED, RUNNING = "QUEUED", "RUNNING"
OVER = ("TERMINATING", "TERMINATED")
STATES = (QUEUED, "WAITING", "PULLING", "STARTING", RUNNING, *OVER)
# A generic task has states of its own.
GENERIC_LIVING = ("ACTIVE", "PAUSED", "STOPPING_PAUSED")

TASK_ID = "3b4816c9-d684-4002-9731-da0d787bd095"
CONTAINER_ID = "a9d5cf7b-53e9-4675-8934-6a95d50451e3"
TIME = "2026-01-31T12:00:00.792Z"
type_word = state_word("TASK_TYPE_")


def kind_word(value: Any) -> Any:
    """The kind of a task as options name it."""
    return type_word(value).lower() if isinstance(value, str) else value


def without_token(address: Any) -> Any:
    """An address without what lets anybody in."""
    return address.partition("?")[0] if isinstance(address, str) else address


def nothing(_value: Any) -> None:
    return None


STATE = Column("state", ", ".join(STATES[:-1]) + " or " + STATES[-1] + ".", sample=RUNNING, decode=bare_state)
START = Column("start_time", "When it was started.", sample=TIME, api="startTime")
END = Column("end_time", "When it ended; null before its end.", sample=TIME, api="endTime")
EXIT = Column("exit_status", "How it ended, in the master's words; empty before its end.", sample="", api="exitStatus")
OWNED = (
    Column("owner", "Name of its owner.", sample="ana", api="username"),
    Column("owner_id", "Id of its owner.", "int", 3, api="userId"),
    Column("workspace_id", "Id of its workspace.", "int", 7, api="workspaceId"),
    Column("resource_pool", "Resource pool.", sample="default", api="resourcePool"),
)
ALLOCATION = (
    Column("id", "Id.", sample=TASK_ID + ".1", api="allocationId"),
    STATE,
    Column("ready", "Whether it has said that it is ready.", "bool", True, api="isReady", decode=bool),
    Column("slots", "Number of the slots that it holds.", "int", 2),
    START,
    END,
)
ALLOCATIONS = Column("allocations", "Its allocations, the newest first.", "list", parts=ALLOCATION)
# A task of any kind, read by its id.
TASK_BY_ID = (
    Column("id", "Id.", sample=TASK_ID, api="taskId"),
    Column("kind", "Its kind, such as notebook or trial.", sample="notebook", api="taskType", decode=kind_word),
    Column("task_state", "State of a generic task; null of another.", sample="ACTIVE", api="taskState",
           decode=bare_task_state),
    START,
    END,
    ALLOCATIONS,
)  # fmt: skip
GENERIC_TASK = (
    Column("id", "Id.", sample=TASK_ID),
    Column("name", "Name that it was started by; null where the id was given.", sample="preprocess"),
    Column("state", "ACTIVE, PAUSED, COMPLETED, CANCELED, ERROR, or on its way there: STOPPING_PAUSED and the like.",
           sample="ACTIVE"),
    START,
    END,
    ALLOCATIONS,
)  # fmt: skip
# One of the four kinds that modules start.
LAUNCHED = (
    Column("id", "Id.", sample=TASK_ID),
    Column("description", "Description, by which it is found.", sample="exploring"),
    STATE,
    *OWNED,
    START,
    Column("container_id", "Id of its container; null without one.", sample=CONTAINER_ID, api="container.id"),
    EXIT,
    Column("job_id", "Id of its job in the queue.", sample="e14c7f14-5b01-401a-a209-154cf2953a14", api="jobId"),
)
ADDRESS = "/proxy/" + TASK_ID + "/"
SERVICE_ADDRESS = Column("service_address", "Where it is reached, below the master's address.", sample=ADDRESS,
                         api="serviceAddress")  # fmt: skip
COMMAND = (*LAUNCHED, page_column("command", "id"))
NOTEBOOK = (
    *LAUNCHED,
    Column("service_address", "Where it is reached, below the master's address; without the token that lets anybody in,"
           " unless O(reveal) is set.", sample=ADDRESS, api="serviceAddress", hide=without_token),
    page_column("notebook", "id"),
)  # fmt: skip
PORTS = (
    Column("container_ip", "Address in the container.", sample="172.17.0.2"),
    Column("container_port", "Port in the container.", "int", 3334),
    Column("host_ip", "Address of the agent.", sample="10.0.0.7"),
    Column("host_port", "Port of the agent.", "int", 33334),
)
IDENTITY = (
    Column("uid", "Number of the user.", "int", 1014),
    Column("user", "Name of the user.", sample="ana"),
    Column("gid", "Number of the group.", "int", 1014),
    Column("group", "Name of the group.", sample="ana"),
)
SHELL = (
    *LAUNCHED,
    Column("public_key", "Public key.", sample="ssh-rsa AAAA…", api="publicKey"),
    Column("private_key", "Private key, which lets anybody in; null unless O(reveal) is set.", sample="", hide=nothing,
           api="privateKey"),
    Column("addresses", "Where its SSH server is reached.", "list", parts=PORTS),
    Column("agent_user_group", "The Unix user and group that it runs as; null where none is set.", "dict",
           parts=IDENTITY, api="agentUserGroup"),
    page_column("shell", "id"),
)  # fmt: skip
TENSORBOARD = (
    *LAUNCHED,
    SERVICE_ADDRESS,
    Column("experiment_ids", "Ids of the experiments that it shows.", "list", [16], api="experimentIds"),
    Column("trial_ids", "Ids of the trials that it shows.", "list", [36], api="trialIds"),
    page_column("tensorboard", "id"),
)
# A task of any kind among others.
TASK = (
    Column("id", "Id.", sample=TASK_ID),
    Column("kind", "command, notebook, shell, tensorboard, trial, generic or checkpoint_gc.", sample="notebook"),
    Column("name", "Name, that of a notebook and the like its description.", sample="exploring"),
    Column("state", "State. For trials, generic tasks and checkpoint clean-ups it is known only whether they have a"
           " container yet, so theirs is RUNNING or QUEUED.", sample=RUNNING, decode=bare_state),
    Column("owner", "Name of its owner; null for a generic task and a checkpoint clean-up, of which nothing tells it.",
           sample="ana", api="username"),
    Column("owner_id", "Id of its owner; null where the name is.", "int", 3, api="userId"),
    Column("workspace_id", "Id of its workspace; null where the owner is.", "int", 7, api="workspaceId"),
    Column("resource_pool", "Resource pool.", sample="default", api="resourcePool"),
    Column("slots", "Number of the slots that it asks for.", "int", 2),
    Column("priority", "Priority; null of one that has ended.", "int", 42),
    Column("agents", "Ids of the agents that it runs on.", "list", ["agent-1"]),
    Column("containers", "Ids of its containers.", "list", [CONTAINER_ID]),
    START,
    Column("experiment_id", "Id of its experiment; null where it is of none.", "int", 16, api="experimentId"),
    EXIT,
    # Of what is in no list of its kind.
    page_column("experiment", "experimentId", doc="Address of the page of its logs in the web UI, or of that of its"
                " experiment; null of a generic task."),
)  # fmt: skip
ACCELERATORS = (
    Column("allocation_id", "Id of the allocation.", sample=TASK_ID + ".1", api="allocationId"),
    Column("container_id", "Id of the container.", sample=CONTAINER_ID, api="containerId"),
    Column("node", "Name of the machine.", sample="node07", api="nodeName"),
    Column("type", "What it is.", sample="NVIDIA A100", api="acceleratorType"),
    Column("uuids", "Uuids of the accelerators.", "list", ["GPU-6d1d8f2c"], api="acceleratorUuids"),
)
TASK_TOLD = (
    *TASK,
    Column("accelerators", "The GPUs that its containers had, the newest allocation first; empty where none was told.",
           "list", parts=ACCELERATORS, when="with O(accelerators)"),
    Column("allocations", "Its allocations, the newest first.", "list", parts=ALLOCATION, when="with O(allocations)"),
)  # fmt: skip
