# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the master says about itself."""

from __future__ import annotations

import uuid

from .. import VERSION
from . import administration

ORDER = 20
SCHEMA = """
create table if not exists cluster (id text not null);
"""


def first(master):
    master.db.insert("cluster", id=str(uuid.uuid4()))


def _cluster_id(call) -> str:
    return call.db.value("select id from cluster")


def master(call, request):
    return {
        "version": VERSION,
        "masterId": call.master.master_id,
        "clusterId": _cluster_id(call),
        "clusterName": call.master.options.cluster_name,
        "telemetryEnabled": False,
        "ssoProviders": [],
        "externalLoginUri": "",
        "externalLogoutUri": "",
        "branding": "determined",
        "rbacEnabled": call.master.rbac,
        "product": "PRODUCT_UNSPECIFIED",
        "featureSwitches": [],
        "userManagementEnabled": True,
        "strictJobQueueControl": False,
        "hasCustomLogo": False,
        **administration.message_now(call),
    }


def telemetry(call, request):
    return {"enabled": False, "segmentKey": ""}


def info(call, request):
    return {
        "version": VERSION,
        "master_id": call.master.master_id,
        "cluster_id": _cluster_id(call),
        "cluster_name": call.master.options.cluster_name,
        "telemetry": {"enabled": False, "otel_enabled": False, "otel_endpoint": ""},
        "sso_providers": None,
    }
