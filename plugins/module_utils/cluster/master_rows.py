# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The master as it says of itself, and the lines of its log."""

from __future__ import annotations

from typing import Any

from ..engine.call import Call
from ..model.row import Column, read_row, state_word

MASTER = (
    Column("version", "Release.", sample="0.38.1"),
    Column("master_id", "Another after each start.", sample="f1a9fa67-46c5-45fc-829e-d9aeda343795", api="masterId"),
    Column("cluster_id", "Id of the cluster.", sample="e40f0f34-f118-4c3a-abea-5ec32f6d74e7", api="clusterId"),
    Column("cluster_name", "Name of the cluster; empty without one.", sample="cellar", api="clusterName"),
    Column("product", "Product; UNSPECIFIED for the open one.", sample="UNSPECIFIED", decode=state_word("PRODUCT_")),
    Column("branding", "Whose name and signs the web UI shows.", sample="determined"),
    Column("has_custom_logo", "Whether it has a logo of its own.", "bool", False, api="hasCustomLogo"),
    Column("rbac_enabled", "Whether roles decide on what users may do.", "bool", False, api="rbacEnabled"),
    Column("strict_job_queue_control", "Whether only some accounts may change the queue.", "bool", False,
           api="strictJobQueueControl"),
    Column("user_management_enabled", "Whether users can be changed here.", "bool", True, api="userManagementEnabled"),
    Column("telemetry_enabled", "Whether it reports its use.", "bool", False, api="telemetryEnabled"),
    Column("external_login_uri", "Where users log in elsewhere; empty without such a place.", sample="",
           api="externalLoginUri"),
    Column("external_logout_uri", "Where users log out elsewhere; empty without such a place.", sample="",
           api="externalLogoutUri"),
    Column("sso_providers", "Names of the services for single sign-on.", "list", ["okta"], api="ssoProviders",
           decode=lambda rows: [one["name"] for one in rows or ()]),
    Column("feature_switches", "Features that are switched on.", "list", ["rp_binding"], api="featureSwitches"),
)  # fmt: skip
TELEMETRY = (
    Column("enabled", "Whether it reports its use.", "bool", False),
    Column("segment_key", "Key that it reports with; empty without one.", sample="", api="segmentKey"),
)


def gather_master(call: Call) -> dict[str, Any]:
    """The work of det_master_info."""
    client, gather = call.client, call.params["gather"]
    result: dict[str, Any] = {"changed": False, "master": read_row(MASTER, client.get("/api/v1/master", log_in=False))}
    if "config" in gather:
        result["config"] = client.get("/api/v1/master/config")["config"]
        result["config"].get("webhooks", {}).pop("signing_key", None)
    if "telemetry" in gather:
        result["telemetry"] = read_row(TELEMETRY, client.get("/api/v1/master/telemetry", log_in=False))
    return result
