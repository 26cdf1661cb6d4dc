# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments: the options ids and select, made ready for the master's search."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from operator import itemgetter

from ..engine.resource import get_path
from ..engine.spec import Spec
from ..errors import BadOption, NotFound, ServerError
from ..when import moment, rfc3339
from .labels import check_labels, expired
from .places import TO_BE_MADE, matching_projects, matching_workspaces, projects
from .search import EXPERIMENTS, any_of, read_ids, read_search, search_body, whole
from .search import field as search_field

ACTIVE = ("ACTIVE", "QUEUED", "PULLING", "STARTING")
STATES = (
    *ACTIVE,
    "RUNNING",
    "PAUSED",
    "COMPLETED",
    "CANCELED",
    "ERROR",
    "DELETE_FAILED",
    "STOPPING_COMPLETED",
    "STOPPING_CANCELED",
    "STOPPING_ERROR",
    "STOPPING_KILLED",
)
ORDERS = ("id", "name", "start_time", "end_time", "checkpoint_size")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains", "notContains", "isEmpty", "notEmpty")

SELECT_OPTIONS = {
    "workspace": {"type": "list", "elements": "str"},
    "project": {"type": "list", "elements": "str"},
    "project_id": {"type": "list", "elements": "int"},
    "states": {"type": "list", "elements": "str"},
    "owners": {"type": "list", "elements": "str"},
    "labels_all": {"type": "list", "elements": "str"},
    "labels_any": {"type": "list", "elements": "str"},
    "labels_none": {"type": "list", "elements": "str"},
    "expired_label": {"type": "str"},
    "archived": {"type": "bool"},
    "unmanaged": {"type": "bool"},
    "name": {"type": "str"},
    "started_before": {"type": "str"},
    "started_after": {"type": "str"},
    "ended_before": {"type": "str"},
    "ended_after": {"type": "str"},
    "where": {
        "type": "list",
        "elements": "dict",
        "options": {
            "column": {"type": "str", "required": True},
            "operator": {"type": "str", "choices": list(OPERATORS), "default": "="},
            "value": {"type": "raw"},
        },
    },
    "order": {"type": "str", "choices": list(ORDERS), "default": "id"},
    "descending": {"type": "bool", "default": False},
    "limit": {"type": "int"},
}

NO_CONDITION = ("order", "descending", "limit")
CLIENT_SIDE = ("archived", "unmanaged", "labels_all", "labels_any", "labels_none", "expired_label")
SHOWN = (
    "id", "name", "state", "archived", "labels", "username", "userId", "projectId", "projectName", "workspaceName",
    "startTime", "endTime", "checkpointSize", "checkpointCount", "unmanaged", "parentArchived",
)  # fmt: skip

SELECT = Spec(
    {
        "ids": {"type": "list", "elements": "int"},
        "select": {
            "type": "dict",
            "options": SELECT_OPTIONS,
            "mutually_exclusive": [["workspace", "project", "project_id"]],
        },
    },
    mutually_exclusive=(("ids", "select"),),
)


class Selection:
    """Options ``select`` made ready: the filter for the master, and what only the client can look at."""

    source = EXPERIMENTS

    def __init__(self, client, options, now=None, warn=lambda text: None):
        self.client = client
        self.warn = warn
        self.options = options
        check_labels(options)
        self.today = (now or datetime.now(timezone.utc)).date()
        self.fields = conditions(options, self.user_ids(), now, self.source)
        self.show_archived = options.get("archived") is not False
        self.projects = self.project_ids()

    def rows(self, keep=whole):
        """What ``keep`` makes of each experiment that meets all conditions, in the wanted order.

        It is called as soon as a page is read, so that few pages stand in memory whole.
        """
        order, limit = self.options.get("order") or "id", self.options.get("limit")
        descending = bool(self.options.get("descending"))
        sorts, looks = order != "id" or descending, self.looks()

        def take(experiment):
            if looks and not self.matches(experiment):
                return None
            return sort_key(experiment, order) if sorts else None, keep(experiment)

        found = self.unordered(take)
        if sorts:
            found = iter(sorted(found, key=itemgetter(0), reverse=descending))
        for count, (_key, row) in enumerate(found):
            if limit is not None and count >= limit:
                return
            yield row

    def unordered(self, take):
        with self.where_explained():
            for project in self.projects:
                yield from read_search(self.client, self.fields, self.show_archived, project, take, source=self.source)

    def count(self):
        """How many meet the conditions, without reading them where the master can count them all."""
        if self.looks() or self.options.get("limit"):
            return sum(1 for row in self.rows(itemgetter("id")))
        with self.where_explained():
            bodies = [
                search_body(self.fields, self.show_archived, project, limit=-2, source=self.source)
                for project in self.projects
            ]
            totals = [self.client.read(self.source.path, body) for body in bodies]
        return sum(answer["pagination"]["total"] for answer in totals)

    @contextmanager
    def where_explained(self):
        """The master has no better answer to a condition that it cannot use than that of an internal error."""
        try:
            yield
        except ServerError as error:
            if not self.options.get("where"):
                raise
            shown = ", ".join("{column} {operator} {value}".format(**one) for one in self.options["where"])
            hint = "Compare names and types with the columns that det_project_info lists."
            raise BadOption("select.where", shown, f"the master cannot use it: {error.words}.", hint) from error

    def looks(self):
        """Whether there are conditions that only the client can look at."""
        if self.options.get("unmanaged") is not None:
            return True
        # Not the archived ones: this much the master can do.
        return any(self.options.get(name) for name in CLIENT_SIDE)

    def matches(self, experiment):
        """The conditions that the master's search has no columns for, and those it takes less exactly."""
        options, labels = self.options, set(experiment["labels"])
        if options.get("archived") and not experiment["archived"]:
            return False
        if options.get("unmanaged") is not None and bool(experiment.get("unmanaged")) != options["unmanaged"]:
            return False
        return (
            labels.issuperset(options.get("labels_all") or ())
            and (not options.get("labels_any") or bool(labels.intersection(options["labels_any"])))
            and labels.isdisjoint(options.get("labels_none") or ())
            and (not options.get("expired_label") or expired(labels, options["expired_label"], self.today))
        )

    def user_ids(self):
        """The ids behind the names in ``owners``."""
        names = self.options.get("owners")
        if not names:
            return []
        ids = {user["username"]: user["id"] for user in self.client.get("/api/v1/users")["users"]}
        unknown = [name for name in names if name not in ids]
        if unknown:
            raise BadOption("select.owners", ", ".join(unknown), "there is no such user.")
        return [ids[name] for name in names]

    def project_ids(self):
        """The ids to search in; [None] is the whole cluster."""
        if self.options.get("project_id"):
            return self.options["project_id"]
        patterns, workspaces = self.options.get("project"), self.options.get("workspace")
        if workspaces:
            return self.found_by(self.in_workspace, workspaces, "workspace")
        if not patterns or "*/*" in patterns:
            return [None]
        return self.found_by(self.of_pattern, patterns, "project")

    def found_by(self, function, patterns, name):
        """The ids that the function finds for any of the patterns. One that finds none is worth a word."""
        found = []
        for pattern in patterns:
            ids = function(pattern)
            if not ids:
                self.warn(
                    TO_BE_MADE.format("project", pattern)
                    if ids is None
                    else f"select.{name} {pattern!r} fits no project."
                )
            found += [one for one in ids or () if one not in found]
        return found

    def of_pattern(self, pattern):
        """The ids; None for a project that is not there yet, in check mode."""
        try:
            return matching_projects(self.client, pattern, "select.project")
        except NotFound:
            if not self.client.read_only:
                raise
            return None

    def in_workspace(self, pattern):
        return [row["id"] for one in matching_workspaces(self.client, pattern) for row in projects(self.client, one)]


def conditions(options, user_ids=(), now=None, source=EXPERIMENTS):
    """The filter's fields for the options that the master's search can answer."""
    field = partial(search_field, source=source)
    fields = []
    if options.get("states"):
        fields.append(any_of([field("state", "=", state) for state in database_states(options["states"])]))
    if user_ids:
        fields.append(any_of([field("user", "=", one, "COLUMN_TYPE_NUMBER") for one in user_ids]))
    for label in options.get("labels_all") or ():
        fields.append(field("tags", "contains", label))
    if options.get("labels_any"):
        fields.append(any_of([field("tags", "contains", label) for label in options["labels_any"]]))
    if options.get("expired_label"):
        fields.append(field("tags", "contains", options["expired_label"] + "="))
    if options.get("name"):
        fields.append(field(source.name, "contains", options["name"]))
    for name, column, operator in TIMES:
        if options.get(name):
            time = rfc3339(moment(options[name], "select." + name, now))
            fields.append(field(column, operator, time, "COLUMN_TYPE_DATE"))
    for one in options.get("where") or ():
        fields.append(field(one["column"], one["operator"], number(one["value"]), None))
    return fields


TIMES = (
    ("started_before", "startTime", "<"),
    ("started_after", "startTime", ">"),
    ("ended_before", "endTime", "<"),
    ("ended_after", "endTime", ">"),
)


def database_states(names):
    """State names as the master's database knows them: what is shown as QUEUED and the like is ACTIVE there."""
    states = []
    for name in names:
        bare = name.upper().replace("STATE_", "")
        if bare not in STATES:
            raise BadOption("select.states", name, "there is no such state.", "There are {}.".format(", ".join(STATES)))
        bare = "ACTIVE" if bare in ACTIVE else bare
        if bare not in states:
            states.append(bare)
    return states


def number(value):
    """A text from a template as the number that it is."""
    if isinstance(value, str):
        for kind in (int, float):
            try:
                return kind(value)
            except ValueError:
                pass
    return value


def sort_key(row, order):
    names = {"start_time": "startTime", "end_time": "endTime", "checkpoint_size": "checkpointSize"}
    value = row.get(names.get(order, order))
    if order == "checkpoint_size":
        value = int(value or 0)
    return (value is not None, value if value is not None else "", row["id"])


def select_rows(call):
    """The experiments that the options ``ids`` or ``select`` name, slim, and the ids that are not there."""
    ids = call.params.get("ids")
    if ids is None:
        options = call.params.get("select") or {}
        demand_a_condition(options)
        return list(Selection(call.client, options, warn=call.warn).rows(slim)), []
    wanted = sorted(set(ids))
    rows = list(read_ids(call.client, wanted, slim))
    there = {row["id"] for row in rows}
    return rows, [one for one in wanted if one not in there]


def demand_a_condition(options):
    """An empty selection is every experiment of the cluster, which is more often a slip than a wish."""
    if all(value is None for name, value in options.items() if name not in NO_CONDITION):
        raise BadOption(
            "select", None, "it has no condition, so it is every experiment.", "Say project: '*/*' where that is meant."
        )


def slim(experiment):
    """What a bulk change must know of an experiment; the config alone is ten times as large."""
    row = {name: experiment.get(name) for name in SHOWN}
    row["logRetentionDays"] = get_path(experiment, "config.retention_policy.log_retention_days")
    return row
