# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which experiments: the options ids and select, made ready for the master's search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timezone
from functools import partial
from operator import itemgetter
from typing import Any

from ..engine.given import check_select
from ..engine.spec import Spec
from ..errors import ApiError, BadOption, NotFound
from ..kinds.experiment import EXPERIMENT
from ..kinds.experiment_parts import STATES, WAITING
from ..model.row import Column, Row
from ..model.states import bare_state
from ..store.answers import read_total
from ..when import moment, rfc3339
from .columns import DATE, DATES, NUMBER, typed_value
from .held import Contains, contains_fields, label_fields
from .labels import check_labels, expired, keeping_labels
from .named import refuse_missing, user_ids
from .patterns import ANY
from .places import TO_BE_MADE, matching_projects, matching_workspaces, projects
from .search import EXPERIMENTS, GUARDED, Source, any_of, read_ids, read_search, search_body
from .search import field as search_field

ORDERS = ("id", "name", "start_time", "end_time", "checkpoint_bytes")
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
# What a bulk change must know of an experiment; its config alone is ten times as large.
BRIEF = EXPERIMENT.only(
    "id", "name", "state", "archived", "labels", "owner", "owner_id", "project", "project_id", "workspace_id",
    "end_time", "checkpoint_bytes", "checkpoint_count", "unmanaged", "log_retention_days",
    "url",
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
    narrows=("select",),
    objects=("ids",),
)


class Selection:
    """Options ``select`` made ready: the filter for the master, and what only the client can look at.

    The master finds some things more loosely than they are asked for; what it finds is held against the conditions
    again before anything is done with it.
    """

    source: Source = EXPERIMENTS

    def __init__(
        self,
        client: Any,
        options: Mapping[str, Any],
        now: datetime | None = None,
        warn: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.client = client
        self.warn = warn
        self.options = options
        check_select(options)
        check_labels(options)
        self.today: date = (now or datetime.now(timezone.utc)).date()
        self.fields = conditions(options, self.user_ids(), now, self.source)
        within = texts_within(options, self.source)
        self.contains = [one for one in within if one.known()]
        self.warn_of_signs([one for one in within if not one.known() and one.loose()])
        self.show_archived = options.get("archived") is not False
        self.projects = self.project_ids()

    def warn_of_signs(self, loose: list[Contains]) -> None:
        """Rows do not show these columns, so what the master finds too much cannot be told."""
        for one in loose:
            self.warn(f"select.where: in {one.text!r} the master may take %, _ and \\ of {one.column} for any sign.")

    def rows(self, columns: tuple[Column, ...]) -> Iterator[Row]:
        """The rows that meet all conditions, in the wanted order, with these columns.

        Answers become rows as soon as a page is read, so that few pages stand in memory whole.
        """
        names = {one.name for one in columns}
        besides = [name for name in self.looked_at() if name not in names]
        order, limit = self.options.get("order") or "id", self.options.get("limit")
        descending = bool(self.options.get("descending"))
        # Projects are searched one after the other, each in the order of ids.
        sorts = order != "id" or descending or len(self.projects) > 1

        def take(row: Row) -> tuple[Any, Row] | None:
            if not self.matches(row):
                return None
            key = sort_key(row, order) if sorts else None
            for name in besides:
                del row[name]
            return key, row

        found = self.unordered(columns + self.source.kind.only(*besides), take)
        if sorts:
            found = iter(sorted(found, key=itemgetter(0), reverse=descending))
        for count, (_key, row) in enumerate(found):
            if limit is not None and count >= limit:
                return
            yield row

    def unordered(self, columns: tuple[Column, ...], take: Callable[[Row], Any]) -> Iterator[Any]:
        with self.where_explained():
            for project in self.projects:
                yield from read_search(
                    self.client, self.fields, self.show_archived, project, columns, take, source=self.source
                )

    def looked_at(self) -> list[str]:
        """The columns that rows must have to be held against the conditions, and sorted."""
        names = ["id", *GUARDED, "unmanaged", self.options.get("order") or "id"]
        return list(dict.fromkeys(names + [one.place for one in self.contains]))

    def count(self) -> int:
        """How many meet the conditions, without reading them where the master can count them all."""
        if self.needs_rows() or self.options.get("limit") is not None:
            return sum(1 for row in self.rows(self.source.kind.only("id")))
        with self.where_explained():
            bodies = [
                search_body(self.fields, self.show_archived, project, limit=-2, source=self.source)
                for project in self.projects
            ]
            return sum(read_total(self.client.read(self.source.path, body), self.source.request) for body in bodies)

    @contextmanager
    def where_explained(self) -> Iterator[None]:
        """The master has no better answer to a condition that it cannot use than that of an internal error."""
        try:
            yield
        except ApiError as error:
            if error.status != 500 or not self.options.get("where"):
                raise
            shown = ", ".join("{column} {operator} {value}".format(**one) for one in self.options["where"])
            hint = "Compare names and types with the columns that det_project_info lists."
            raise BadOption("select.where", shown, f"the master cannot use it: {error.text}.", hint) from error

    def needs_rows(self) -> bool:
        """Whether there are conditions that only the client can look at, or that the master takes more loosely."""
        # Not the archived ones: this much the master can do.
        given = [name for name in CLIENT_SIDE if self.options.get(name) is not None]
        return bool([name for name in given if name != "archived"] or self.options.get("archived")) or any(
            one.loose() for one in self.contains
        )

    def matches(self, row: Row) -> bool:
        """The conditions that the master's search has no columns for, and those it takes less exactly."""
        options, labels = self.options, set(row["labels"])
        if options.get("archived") is not None and row["archived"] != options["archived"]:
            return False
        if options.get("unmanaged") is not None and bool(row["unmanaged"]) != options["unmanaged"]:
            return False
        return (
            all(one.holds(row) for one in self.contains)
            and labels.issuperset(options.get("labels_all") or ())
            and (options.get("labels_any") is None or bool(labels.intersection(options["labels_any"])))
            and labels.isdisjoint(options.get("labels_none") or ())
            and (options.get("expired_label") is None or expired(labels, options["expired_label"], self.today))
        )

    def user_ids(self) -> list[int] | None:
        """The ids behind the names in ``owners``; None where the owner does not count."""
        names = self.options.get("owners")
        if names is None:
            return None
        return user_ids(self.client, names, "select.owners")

    def project_ids(self) -> list[int | None]:
        """The ids to search in; [None] is the whole cluster."""
        given = [name for name in ("project_id", "project", "workspace") if self.options.get(name) is not None]
        if not given or EVERYTHING in (self.options.get("project") or ()):
            return [None]
        if "project_id" in given:
            return list(dict.fromkeys(self.options["project_id"]))
        if "workspace" in given:
            return self.found_by(self.in_workspace, self.options["workspace"], "workspace")
        return self.found_by(self.of_pattern, self.options["project"], "project")

    def found_by(self, function: Callable[[str], list[int] | None], patterns: list[str], name: str) -> list[int | None]:
        """The ids that the function finds for any of the patterns. One that finds none is worth a word."""
        found: list[int | None] = []
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

    def of_pattern(self, pattern: str) -> list[int] | None:
        """The ids; None for a project that is not there yet, in check mode."""
        try:
            return matching_projects(self.client, pattern, "select.project")
        except NotFound:
            if not self.client.read_only:
                raise
            return None

    def in_workspace(self, pattern: str) -> list[int]:
        return [row["id"] for one in matching_workspaces(self.client, pattern) for row in projects(self.client, one)]


def texts_within(options: Mapping[str, Any], source: Source) -> list[Contains]:
    """The conditions that a text holds another, for the rows to be held against."""
    found = [Contains(source.name, options["name"])] if options.get("name") is not None else []
    for one in options.get("where") or ():
        if one["operator"] in ("contains", "notContains"):
            found.append(Contains(one["column"], str(one["value"]), one["operator"] == "contains"))
    return found


def conditions(
    options: Mapping[str, Any],
    user_ids: list[int] | None = None,
    now: datetime | None = None,
    source: Source = EXPERIMENTS,
) -> list[dict[str, Any]]:
    """The filter's fields for the options that the master's search can answer."""
    field = partial(search_field, source=source)
    fields = []
    if options.get("states") is not None:
        fields.append(any_of([field("state", "=", state) for state in database_states(options["states"])]))
    if user_ids is not None:
        fields.append(any_of([field("user", "=", one, NUMBER) for one in user_ids]))
    for label in options.get("labels_all") or ():
        fields += label_fields(label, source)
    if options.get("labels_any") is not None:
        each = [label_fields(label, source) for label in options["labels_any"]]
        # A label that the master cannot look for leaves it to the rows.
        if all(each):
            fields.append(any_of([one[0] if len(one) == 1 else all_of(one) for one in each]))
    if options.get("expired_label") is not None:
        fields += label_fields(options["expired_label"] + "=", source)
    if options.get("name") is not None:
        fields += contains_fields(source.name, options["name"], source)
    for name, column, operator in TIMES:
        if options.get(name) is not None:
            time = rfc3339(moment(options[name], "select." + name, now))
            fields.append(field(column, operator, time, DATE))
    for one in options.get("where") or ():
        fields += where_fields(one, now, source)
    return fields


def where_fields(condition: Mapping[str, Any], now: datetime | None, source: Source) -> list[dict[str, Any]]:
    """The fields of one condition on a column."""
    column, operator, value = condition["column"], condition["operator"], condition["value"]
    if operator in ("contains", "notContains") and Contains(column, "").known():
        return contains_fields(column, str(value), source, operator)
    return [typed_field(column, operator, value, "select.where", now, source)]


def typed_field(
    column: str, operator: str, value: Any, option: str, now: datetime | None = None, source: Source = EXPERIMENTS
) -> dict[str, Any]:
    """The field of a condition, with the value as the type of its column has it. Raises BadOption."""
    if value is None:
        return search_field(column, operator, value, None, source)
    if column in DATES and isinstance(value, str):
        value = rfc3339(moment(value, column, now))
    made, kind = typed_value(column, value, option)
    return search_field(column, operator, made, kind, source)


def all_of(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "group", "conjunction": "and", "children": fields}


EVERYTHING = "*/*"
TIMES = (
    ("started_before", "startTime", "<"),
    ("started_after", "startTime", ">"),
    ("ended_before", "endTime", "<"),
    ("ended_after", "endTime", ">"),
)


def database_states(names: list[str]) -> list[str]:
    """State names as the master's database knows them: what is shown as QUEUED and the like is ACTIVE there."""
    states = []
    for name in names:
        bare = name.upper()
        if bare not in STATES:
            plain = bare_state(bare)
            hint = f"Write {plain}." if plain in STATES else "There are {}.".format(", ".join(STATES))
            raise BadOption("select.states", name, "there is no such state.", hint)
        bare = "ACTIVE" if bare in WAITING else bare
        if bare not in states:
            states.append(bare)
    return states


def sort_key(row: Mapping[str, Any], order: str) -> tuple[bool, Any, int]:
    value = row[order]
    if order == "checkpoint_bytes":
        value = value or 0
    return (value is not None, value if value is not None else "", row["id"])


def select_rows(call: Any) -> list[Row]:
    """The experiments that the options ``ids`` or ``select`` name, with what a bulk change must know.

    Raises NotFound for ids that are not there, unless they are to be absent.
    """
    ids = call.params.get("ids")
    if ids is None:
        options = call.params.get("select") or {}
        demand_a_condition(options)
        rows = list(Selection(call.client, options, warn=call.warn).rows(BRIEF))
        warn_of_lookalikes(call, rows)
        return rows
    wanted = sorted(set(ids))
    rows = list(read_ids(call.client, wanted, BRIEF))
    warn_of_lookalikes(call, rows)
    missing = sorted(set(wanted) - {row["id"] for row in rows})
    refuse_missing(call.params, missing, "experiment")
    return rows


def warn_of_lookalikes(call: Any, rows: list[dict[str, Any]]) -> None:
    """Warn of labels that keep what has them although they are not spelled as ``keep_labels`` has them."""
    for row in rows:
        keeping_labels(row["labels"], call.params.get("keep_labels") or (), call.warn)


def demand_a_condition(options: Mapping[str, Any]) -> None:
    """A selection without an effective condition is everything, which is more often a slip than a wish."""
    if not any(narrows(name, value) for name, value in options.items()):
        raise BadOption("select", None, "is empty and would select everything.", "Set project: '*/*' to confirm.")


def narrows(name: str, value: Any) -> bool:
    """Whether a condition leaves anything out, or is the one that says that all is meant."""
    if value is None or name in NO_CONDITION:
        return False
    return name != "workspace" or not any(is_any(one) for one in value)


def is_any(pattern: str) -> bool:
    return not pattern.strip(ANY)
