# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lets more people into a cluster than it should: one function for each subject, as in health_checks.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, Tuple
from urllib.parse import urlsplit

from ..connection.auth import parse_time
from ..kinds.access import CLUSTER_ADMIN, read_administration
from ..kinds.access_token import ACCESS_TOKEN
from ..kinds.user import USER
from ..model.row import Row
from ..store.answers import read_rows
from ..store.store import Store
from ..when import duration
from ..wording import some_of
from .health_checks import Finding

if TYPE_CHECKING:
    from ..connection.client import Client

CODES = {
    "master_unreachable": "critical",
    "default_password": "critical",
    "unexpected_admin": "critical",
    "default_account": "warning",
    "stale_user": "warning",
    "old_token": "warning",
    "open_pool": "warning",
    "plain_http": "warning",
    "webhook_plain_http": "warning",
    "unexpected_webhook": "warning",
    "no_roles": "info",
    "admins": "info",
    "webhook_of_cluster": "info",
    "check_failed": "unknown",
}
SPARE_ACCOUNT = "determined"
LOCAL = ("localhost", "::1")
WEBHOOKS = "/api/v1/webhooks"
POOLS = "/api/v1/resource-pools"
# Findings, and figures by name.
Found = Tuple[List[Finding], Dict[str, int]]


def check_transport(client: Client, _params: dict[str, Any], _now: datetime) -> Found:
    """Passwords and tokens cross the network in the clear without TLS."""
    place = urlsplit(client.url)
    host = place.hostname or ""
    if place.scheme == "https" or host in LOCAL or host.startswith("127."):
        return [], {}
    remedy = "Put TLS in front of the master, or switch it on in its configuration."
    return [Finding("plain_http", f"master {host}", "reached without TLS", remedy, (host,))], {}


def check_accounts(client: Client, params: dict[str, Any], _now: datetime) -> Found:
    """Accounts that the master comes with, or that are named: active with an empty or a well-known password."""
    users = {row["username"]: row for row in Store(client).every(USER) if row["active"]}
    found = []
    for name in params["accounts"]:
        if name not in users or users[name]["remote"]:
            continue
        known = next((one for one in ("", *(params["passwords"] or ())) if client.accepts_password(name, one)), None)
        if known is not None:
            what = "anybody can log in with the {} password".format("well-known" if known else "empty")
            remedy = "det_user with a password and update_password=always, or with state=absent."
            found.append(Finding("default_password", f"user {name}", what, remedy, (name,)))
    if SPARE_ACCOUNT in users:
        remedy = f"det_user with username={SPARE_ACCOUNT} and state=absent, once all have accounts of their own."
        what = "the account that everybody shares is active"
        found.append(Finding("default_account", f"user {SPARE_ACCOUNT}", what, remedy, (SPARE_ACCOUNT,)))
    return found, {"default_passwords": sum(one.code == "default_password" for one in found)}


def check_admins(client: Client, params: dict[str, Any], _now: datetime) -> Found:
    """Who the administrators are, by their flag, or with RBAC by the role."""
    store = Store(client)
    administration = read_administration(store, USER)
    left = administration.left()
    names = sorted(row["username"] for row in administration.users if row["id"] in left)
    by = f"the role {CLUSTER_ADMIN}" if administration.enabled else "the admin flag"
    remedy = "See whether each of them must be one."
    found = [Finding("admins", "administrators", some_of(names, 10), remedy, tuple(names), len(names))]
    if params["admins_expected"] is not None:
        for name in names:
            if name not in params["admins_expected"]:
                remedy = "Take the right away with det_user or det_role_assignment, or expect it in admins_expected."
                found.append(
                    Finding("unexpected_admin", f"user {name}", f"is an administrator by {by}", remedy, (name,))
                )
    if not administration.enabled:
        what = "roles are not used: each user may see, and in part change, what belongs to others"
        remedy = "Set security.authz.type to rbac in the configuration of the master."
        found.append(Finding("no_roles", "master", what, remedy))
    return found, {"admins": len(names)}


def check_users(client: Client, params: dict[str, Any], now: datetime) -> Found:
    """Active users who have not logged in for long; of one who never did, the last change of the account counts."""
    before = now - duration(params["stale_after"], "stale_after")
    rows = [row for row in Store(client).every(USER) if row["active"]]
    stale = [one for one in rows if is_before(one["last_login"] or one["modified"], before)]
    found = []
    for one in stale:
        if one["username"] in (params["exempt_users"] or ()):
            continue
        seen = f"last logged in on {one['last_login'][:10]}" if one["last_login"] else "never logged in"
        remedy = "det_user with state=absent, the role user_offboarding, or exempt_users for the account of a machine."
        name = one["username"]
        found.append(Finding("stale_user", f"user {name}", seen, remedy, (name,)))
    return found, {"users": len(rows), "stale_users": len(found)}


def is_before(time: str | None, moment: datetime) -> bool:
    return time is not None and parse_time(time) < moment


def check_tokens(client: Client, params: dict[str, Any], now: datetime) -> Found:
    """Access tokens that were made long ago and work still. Nothing tells when a token was last used."""
    before = now - duration(params["tokens_older_than"], "tokens_older_than")
    store = Store(client)
    rows = store.every(ACCESS_TOKEN)
    old = [one for one in rows if is_before(one["creation_time"], before)]
    names = {row["id"]: row["username"] for row in store.every(USER)} if old else {}
    found = [old_token(one, names) for one in old]
    return found, {"tokens": len(rows), "old_tokens": len(old)}


def old_token(one: Row, names: dict[int, str]) -> Finding:
    owner = names.get(one["user_id"], str(one["user_id"]))
    what = f"of {owner}, {one['description'] or 'no description'}, made on {one['creation_time'][:10]}"
    remedy = "Rotate it with the role token_rotation, or revoke it with det_token."
    return Finding("old_token", f"token {one['id']}", what, remedy, (one["id"],))


def check_pools(client: Client, _params: dict[str, Any], _now: datetime) -> Found:
    """Resource pools that are kept for no workspace. Default pools cannot be."""
    rows = read_rows(client.get(POOLS, unbound=True), "resourcePools", f"GET {POOLS}", key="name", kind=str)
    free = [row["name"] for row in rows if not (row["defaultComputePool"] or row["defaultAuxPool"])]
    remedy = "Keep it for workspaces with det_resource_pool_binding."
    found = [Finding("open_pool", f"pool {name}", "open to all workspaces", remedy, (name,)) for name in free]
    return found, {"open_pools": len(free)}


def check_webhooks(client: Client, params: dict[str, Any], _now: datetime) -> Found:
    """Where the master tells what happens. The path of an address may be a secret, so only its host is named."""
    rows = read_rows(client.get(WEBHOOKS), "webhooks", f"GET {WEBHOOKS}")
    return [one for row in rows for one in webhook(row, params["webhook_hosts"])], {"webhooks": len(rows)}


def webhook(row: Row, hosts: list[str] | None) -> Iterator[Finding]:
    subject, ids = f"webhook {row['name']} ({row['id']})", (row["id"],)
    try:
        place = urlsplit(row["url"])
        scheme, host = place.scheme, place.hostname or "no host"
    except ValueError:
        scheme, host = "", "an address that cannot be read"
    if scheme != "https":
        yield Finding(
            "webhook_plain_http", subject, f"delivers to {host} without TLS", "Give it an https address.", ids
        )
    if hosts is not None and host not in hosts:
        remedy = "Remove it with det_webhook, or name the host in webhook_hosts."
        yield Finding("unexpected_webhook", subject, f"delivers to {host}", remedy, ids)
    if not row["workspaceId"]:
        what = f"reports the experiments of all workspaces to {host}"
        yield Finding("webhook_of_cluster", subject, what, "See whether one workspace would do.", ids)


CHECKS = {
    "transport": check_transport,
    "accounts": check_accounts,
    "admins": check_admins,
    "users": check_users,
    "tokens": check_tokens,
    "pools": check_pools,
    "webhooks": check_webhooks,
}
