# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users, groups, roles, workspaces and what belongs to them: found, told, changed, refused."""

from __future__ import annotations

from tests.unit.plugins.lives.stage import Stage, Step, stage

SEEDED = {"experiments": 12, "agents": 2, "checkpoints": 10, "rbac": True}


def step(module, label="", **more):
    steps = {name: more.pop(name) for name in ("first", "steady", "predicted") if name in more}
    return Step(f"det_{module}", more, label, **steps)


TOLD = [
    step("workspace_info", "one", name="Vision"),
    step("workspace_info", "by id", id=3),
    step("workspace_info", "missing", name="Nowhere"),
    step("workspace_info", "missing id", id=99),
    step("workspace_info", "all"),
    step("project_info", "of a workspace", workspace="Language"),
    step("project_info", "one", workspace="Language", name="translation"),
    step("project_info", "by id", id=7),
    step("project_info", "missing", workspace="Language", name="nothing"),
    step("user_info", "one", username="grace.lin"),
    step("user_info", "by id", id=3),
    step("user_info", "missing", username="nobody"),
    step("user_info", "all"),
    step("group_info", "one", name="observers"),
    step("group_info", "missing", name="nothing"),
    step("group_info", "all"),
    step("role_info", "all"),
    step("role_info", "one", name="Viewer"),
    step("role_info", "missing", name="Nothing"),
    step("webhook_info", "all"),
    step("webhook_info", "of a workspace", workspace="Vision"),
    step("webhook_info", "one", workspace="Vision", name="vision failures"),
    step("config_policy_info", "of the cluster", workload_type="EXPERIMENT"),
    step("config_policy_info", "of a workspace", workspace="Vision", workload_type="NTSC"),
    step("master_info"),
    step("resource_pool_info"),
]


def test_what_is_told(live):
    with stage(**SEEDED) as here:
        live("told", here, TOLD)


def archive_a_project(here: Stage):
    here.ask("POST", "/api/v1/projects/4/archive")


PLACES = [
    step("workspace", "by id", id=2, default_compute_pool="default"),
    step("workspace", "renamed by id", id=2, new_name="Seeing"),
    step("workspace", "name taken", id=3, new_name="Seeing"),
    step("workspace", "no such id", id=99, new_name="x"),
    step("workspace", "gone already", name="Nowhere", state="absent"),
    step("workspace", "gone already by id", id=99, state="absent"),
    step("workspace", "with projects", name="Language", state="absent"),
    step("workspace", "made archived", name="old", state="archived"),
    step("workspace", "changed while archived", name="old", default_aux_pool="default"),
    step("workspace", "deleted while archived", name="old", state="absent"),
    step("workspace", "built in", id=1, state="absent"),
    step("workspace", "pinned", name="Speech", pinned=True),
    step("workspace", "no such pool", name="Speech", default_aux_pool="nothing"),
    step("workspace", "storage", name="Speech", checkpoint_storage={"type": "shared_fs", "host_path": "/x"}),
    step("workspace", "storage without a type", name="Speech", checkpoint_storage={"host_path": "/y"}),
    step("workspace", "half an identity", name="Speech", agent_user_group={"uid": 0, "user": "root", "gid": 0}),
    step("workspace", "an identity", name="Speech", agent_user_group={"uid": 0, "user": "root"}),
    step("workspace", "no name", state="present"),
    step("project", "by id", id=4, description="seen"),
    step("project", "in a workspace that is not", workspace="Nowhere", name="x"),
    step("project", "name taken", workspace="Speech", name="synthesis", new_name="recognition"),
    step("project", "notes", workspace="Speech", name="synthesis", notes=[{"name": "a", "contents": "b"}]),
    step("project", "more notes", workspace="Speech", name="synthesis", notes=[{"name": "c", "contents": ""}]),
    step("project", "key", workspace="Speech", name="synthesis", key="SYN"),
    step("project", "a key that is none", workspace="Speech", name="synthesis", key="so-long"),
    step("project", "with experiments", workspace="Language", name="summarization", state="absent"),
    step("project", "archived", id=4, state="archived", first=archive_a_project),
    step("project", "changed while archived", id=4, description="x"),
    step("project", "unarchived", id=4, state="unarchived", description="y"),
    step("project", "moved", id=7, workspace="Speech"),
    step("project", "not where said", workspace="Language", name="translation", state="absent"),
    step("project", "gone already", id=99, state="absent"),
    step("project", "forced", workspace="Speech", name="translation", state="absent", force=True),
]  # fmt: skip


def test_places(live):
    with stage(**SEEDED) as here:
        live("places", here, PLACES)


PEOPLE = [
    step("user", "new", username="new", password="first-Secret1", display_name="New", active=True),
    step("user", "password left", username="new", password="other-Secret2"),
    step("user", "password always", username="new", password="other-Secret2", update_password="always", steady=False),
    step("user", "password if wrong", username="new", password="other-Secret2", update_password="if_wrong"),
    step("user", "weak password", username="new", password="x", update_password="always", steady=False),
    step("user", "by id", id=3, display_name="Ada W."),
    step("user", "an identity", id=3, agent_user_group={"uid": 7, "user": "ada", "gid": 8, "group": "adas"}),
    step("user", "another identity", id=3, agent_user_group={"uid": 0, "user": "ada", "gid": 8, "group": "adas"}),
    step("user", "no identity", id=3, agent_user_group=None),
    step("user", "half an identity", id=3, agent_user_group={"uid": 7}),
    step("user", "the own account", username="admin", active=False),
    step("user", "the last administrator", username="admin", admin=False),
    step("user", "name taken", username="new", new_username="ada.winter"),
    step("user", "off", username="new", state="absent"),
    step("user", "off already", username="nobody", state="absent"),
    step("user", "nobody of that id", id=99, active=False),
    step("user", "on", username="new", state="present", active=True),
    step("user", "remote", username="far", remote=True),
    step("group", "more", name="observers", members=["ada.winter", "ben.okafor"], members_mode="append"),
    step("group", "fewer", name="observers", members=["ada.winter", "nobody.known"], members_mode="remove"),
    step("group", "just these", name="observers", members=["carla.moreno", "ada.winter"]),
    step("group", "unknown member", name="observers", members=["nobody"]),
    step("group", "the same twice", name="observers", members=["ada.winter", "ada.winter"]),
    step("group", "by id", id=11, new_name="base"),
    step("group", "name taken", id=11, new_name="observers"),
    step("group", "none", name="observers", members=None),
    step("group", "gone", name="observers", state="absent"),
    step("role_assignment", "cluster", cluster=True, assignments=[{"user": "ada.winter", "role": "ClusterAdmin"}]),
    step("role_assignment", "workspace", workspace="Vision", assignments=[{"group": "base", "role": "Editor"}]),
    step("role_assignment", "both", cluster=True, assignments=[{"user": "ada.winter", "group": "base",
         "role": "Viewer"}]),
    step("role_assignment", "nobody", cluster=True, assignments=[{"user": "nobody", "role": "Viewer"}]),
    step("role_assignment", "no role", cluster=True, assignments=[{"user": "ada.winter", "role": "Nothing"}]),
    step("role_assignment", "taken", workspace="Vision", assignments=[{"group": "base", "role": "Editor"}],
         assignments_mode="remove"),
    step("role_assignment", "exact", workspace="Vision", assignments_mode="exact",
         assignments=[{"user": "ada.winter", "role": "Viewer"}, {"group": "base", "role": "Viewer"}]),
    step("role_assignment", "exact with a lockout", cluster=True, assignments=[], assignments_mode="exact"),
    step("role_assignment", "by id", workspace_id=3, assignments=[{"user": "ada.winter", "role": "Editor"}]),
    step("role_assignment", "no such place", workspace="Nowhere", assignments=[]),
]  # fmt: skip


def test_people(live):
    with stage(**SEEDED) as here:
        live("people", here, PEOPLE)


HOOK = {"workspace": "Vision", "name": "mine"}
ADDRESS = "https://hooks.invalid/services/T/B/X"
RULES = [
    step("webhook", "new", **HOOK, url=ADDRESS, triggers=[{"experiment_state": "COMPLETED"}, {"task_log": "oom"}]),
    step("webhook", "the same in another order", **HOOK, triggers=[{"task_log": "oom"},
         {"experiment_state": "COMPLETED"}]),
    step("webhook", "one less", **HOOK, triggers=[{"task_log": "oom"}], triggers_mode="remove"),
    step("webhook", "one more", **HOOK, triggers=[{"experiment_state": "ERROR"}], triggers_mode="append"),
    step("webhook", "an address with a secret", **HOOK, url="https://user:pw@hooks.invalid/x?token=t"),
    step("webhook", "by its name in the cluster", cluster=True, name="everything that ends", url=ADDRESS),
    step("webhook", "no address", workspace="Vision", name="other", triggers=[{"task_log": "oom"}]),
    step("webhook", "gone", **HOOK, state="absent"),
    step("webhook", "gone already", **HOOK, state="absent"),
    step("config_policy", "of the cluster", cluster=True, workload_type="EXPERIMENT",
         constraints={"priority_limit": 5}),
    step("config_policy", "another", cluster=True, workload_type="EXPERIMENT",
         constraints={"resources": {"max_slots": 0}}),
    step("config_policy", "with a config", cluster=True, workload_type="EXPERIMENT",
         invariant_config={"description": "d"}),
    step("config_policy", "of tasks", workspace="Vision", workload_type="NTSC", constraints={"priority_limit": 5}),
    step("config_policy", "nothing left", workspace="Vision", workload_type="NTSC", constraints=None),
    step("config_policy", "gone", cluster=True, workload_type="EXPERIMENT", state="absent"),
    step("config_policy", "gone already", cluster=True, workload_type="EXPERIMENT", state="absent"),
    step("config_policy", "nothing given", cluster=True, workload_type="EXPERIMENT"),
    step("config_policy", "no such workspace", workspace="Nowhere", workload_type="NTSC", constraints={}),
    step("cluster_message", "now", text="down at noon", end="2998-01-01T00:00:00Z", steady=False),
    step("cluster_message", "other times", text="x", start="2997-01-01T00:00:00Z", end="2998-01-01T00:00:00Z"),
    step("cluster_message", "ends before it starts", text="x", start="2999-01-01T00:00:00Z",
         end="2998-01-01T00:00:00Z"),
    step("cluster_message", "too long", text="x" * 251),
    step("cluster_message", "no text", text=""),
    step("cluster_message", "gone", state="absent"),
    step("cluster_message", "no text and none there", end="2999-01-01T00:00:00Z"),
]  # fmt: skip


def test_rules(live):
    with stage(**SEEDED) as here:
        live("rules", here, RULES)
