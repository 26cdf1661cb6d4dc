# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of searches, compiled to SQL: filters (JSON in a text) and sort expressions.

    filter = {"filterGroup": node, "showArchived": bool}
    node   = {"kind": "group", "conjunction": "and" | "or", "children": [node …]}
           | {"kind": "field", "columnName": …, "operator": …, "value": …, "location": …, "type": …}
    sort   = column=asc|desc, …

A query that uses it has the experiments as `e`, the run as `r` (for experiments: the best one), project and workspace
as `p` and `w`, the owner as `u`. Errors are those of the master and its database, whose types the columns name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from . import clock
from .errors import ApiError, guessed, internal, invalid
from .fields import go_json
from .like import matching, part_of
from .summaries import summarised

STATES = [
    "ACTIVE",
    "PAUSED",
    "STOPPING_CANCELED",
    "STOPPING_KILLED",
    "STOPPING_COMPLETED",
    "STOPPING_ERROR",
    "DELETING",
    "CANCELED",
    "COMPLETED",
    "ERROR",
    "DELETE_FAILED",
    "RUNNING",
]
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATORS = (*COMPARISONS, "contains", "notContains", "isEmpty", "notEmpty")
NUMBERS = ("integer", "bigint", "numeric", "double precision")
TIME, STATE, TEXT = "timestamp with time zone", "experiment_state", "text"

_PERCENT = "cast(round(coalesce(e.progress, 0) * 100) as integer)"
_BEST = "(select searcher_metric_value from runs b where b.id = e.best_trial_id)"
_COMMON = {
    "tags": ("e.labels", TEXT),
    "searcherType": ("e.searcher_type", TEXT),
    "searcherMetric": ("e.searcher_metric", TEXT),
    "user": ("e.owner_id", "integer"),
    "forkedFrom": ("e.parent_id", "integer"),
    "resourcePool": ("e.resource_pool", TEXT),
    "externalExperimentId": ("e.external_experiment_id", TEXT),
}


def _duration(table: str) -> str:
    return f"((coalesce({table}.end_time, :now) - {table}.start_time) / 1e6)"


EXPERIMENT_COLUMNS = {
    **_COMMON,
    "id": ("e.id", "integer"),
    "description": ("e.description", TEXT),
    "name": ("e.name", TEXT),
    "startTime": ("e.start_time", TIME),
    "endTime": ("e.end_time", TIME),
    "duration": (_duration("e"), "numeric"),
    "state": ("e.state", STATE),
    "numTrials": ("(select count(*) from runs t where t.experiment_id = e.id)", "bigint"),
    "progress": (_PERCENT, "integer"),
    "projectId": ("e.project_id", "integer"),
    "checkpointSize": ("e.checkpoint_size", "bigint"),
    "checkpointCount": ("e.checkpoint_count", "integer"),
    "searcherMetricsVal": (_BEST, "double precision"),
    "externalTrialId": ("r.external_run_id", TEXT),
}
RUN_COLUMNS = {
    **_COMMON,
    "id": ("r.id", "integer"),
    "experimentDescription": ("e.description", TEXT),
    "experimentName": ("e.name", TEXT),
    "startTime": ("r.start_time", TIME),
    "endTime": ("r.end_time", TIME),
    "duration": (_duration("r"), "numeric"),
    "state": ("r.state", STATE),
    "experimentProgress": (_PERCENT, "integer"),
    "projectId": ("r.project_id", "integer"),
    "checkpointSize": ("r.checkpoint_size", "bigint"),
    "checkpointCount": ("r.checkpoint_count", "integer"),
    "searcherMetricsVal": ("r.searcher_metric_value", "double precision"),
    "externalRunId": ("r.external_run_id", TEXT),
    "experimentId": ("e.id", "integer"),
    "localId": ("(p.key || '-' || r.local_id)", TEXT),
    "isExpMultitrial": ("(e.searcher_type <> 'single')", "boolean"),
    "parentArchived": ("(w.archived or p.archived)", "boolean"),
}

# Columns that sort by something else than what is compared, or cannot be compared at all.
_EXPERIMENT_SORT = {"user": "coalesce(nullif(u.display_name, ''), u.username)", "progress": "coalesce(e.progress, 0)"}
_RUN_SORT = {
    "user": "u.username",
    "experimentProgress": "coalesce(e.progress, 0)",
    "localId": "r.local_id",
    "archived": "(r.archived or e.archived)",
}
_NO_SORT = ("tags",)


def state_rank(column: str) -> str:
    """A state's place in the database's enum."""
    whens = " ".join(f"when '{state}' then {place}" for place, state in enumerate(STATES))
    return f"case {column} {whens} end"


def _failed(text: str, code: str) -> ApiError:
    return internal(f"ERROR: {text} (SQLSTATE {code})")


def _no_operator(left: str, operator: str, right: str) -> ApiError:
    return _failed(f"operator does not exist: {left} {operator} {right}", "42883")


def _literal_type(value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if float(value).is_integer() else "numeric"
    return "unknown"


def _path(*names: str) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


@dataclass
class Compiler:
    """Turns one filter into a condition; `args` collects its named parameters, `run` is the id of the run."""

    args: dict
    run: str = "r.id"

    def __post_init__(self):
        self.args.setdefault("now", 0)

    def parameter(self, value) -> str:
        name = f"f{len(self.args)}"
        self.args[name] = value
        return f":{name}"

    def root(self, text: str) -> tuple[str | None, bool]:
        """(the condition or None, whether archived ones count)."""
        root = _lowered(go_json(text))
        node = root.get("filtergroup") or {}
        return self.node(node), bool(root.get("showarchived"))

    def node(self, node: dict) -> str | None:
        """A condition; None for a node that says nothing."""
        kind = node.get("kind")
        if kind == "field":
            return self._field(node)
        if kind == "group":
            return self._group(node)
        return None

    def _group(self, node: dict) -> str | None:
        conjunction, children = node.get("conjunction"), node.get("children") or []
        if conjunction is None:
            raise internal("group specified with no conjunction")
        if not children:
            return "true"
        if conjunction not in ("and", "or"):
            raise internal(f"invalid conjunction value {conjunction}")
        parts = [part for child in children if (part := self.node(child)) is not None]
        return f"({f' {conjunction} '.join(parts)})" if parts else None

    def _field(self, node: dict) -> str:
        operator, value = node.get("operator"), node.get("value")
        if operator is None:
            raise internal("field specified with value but no operator")
        if value is None and operator not in ("isEmpty", "notEmpty"):
            return "true"
        if operator not in OPERATORS:
            raise internal(f"invalid operator {operator}")
        location = (node.get("location") or "LOCATION_TYPE_EXPERIMENT").removeprefix("LOCATION_TYPE_")
        compiled = _LOCATIONS.get(location)
        if compiled is None:
            return "true"
        kind = (node.get("type") or "COLUMN_TYPE_UNSPECIFIED").removeprefix("COLUMN_TYPE_")
        return f"({compiled(self, node.get('columnname') or '', operator, value, kind)})"

    # --- plain columns

    def column(self, table: dict, what: str, name: str, operator: str, value) -> str:
        if name not in table:
            raise internal(f"invalid {what} column {name}")
        sql, kind = table[name]
        if operator in ("isEmpty", "notEmpty"):
            if kind != TEXT:
                raise _bad_input(kind, "")
            empty = f"{sql} is null or {sql} = '' or {sql} = '[]'"
            return empty if operator == "isEmpty" else f"{sql} is not null and {sql} <> '' and {sql} <> '[]'"
        if operator in ("contains", "notContains"):
            negated = "!" if operator == "notContains" else ""
            if kind != TEXT:
                raise _no_operator(kind, f"{negated}~~*", "unknown")
            pattern = part_of(value)
            found = matching(sql, self.parameter(pattern), pattern)
            return f"not ({found})" if negated else found
        bound = self.parameter(_as(kind, operator, value))
        if kind == STATE and operator not in ("=", "!="):
            return f"{state_rank(sql)} {operator} {state_rank(bound)}"
        return f"{sql} {operator} {bound}"

    # --- values inside JSON

    def text_match(self, sql: str, operator: str, value) -> str:
        pattern = part_of(value)
        found = matching(sql, self.parameter(pattern), pattern, case=True)
        return f"not {found}" if operator == "notContains" else found

    def number_match(self, sql: str, operator: str, value) -> str:
        """Whether it is a number that compares so. Mostly named once only: reading it from JSON is what takes time."""
        number = _as("double precision", operator, value)
        if operator == "!=":
            return f"{_number(sql)} <> {self.parameter(number)}"
        low = {"=": number, ">=": number, ">": math.nextafter(number, math.inf)}.get(operator, -math.inf)
        high = {"=": number, "<=": number, "<": math.nextafter(number, -math.inf)}.get(operator, math.inf)
        return f"{sql} between {self.parameter(low)} and {self.parameter(high)}"

    def metric(self, identifier: str, operator: str, value, kind: str) -> str:
        metric, column = summarised(identifier)
        rows = f"select run_id from metric_summaries where metric = {self.parameter(metric)} and {column}"
        if operator == "isEmpty":
            return f"{self.run} is null or {self.run} not in ({rows} is not null)"
        return f"{self.run} in ({rows} {self._of_metric(column, operator, value, kind == 'NUMBER')})"

    def _of_metric(self, column: str, operator: str, value, number: bool) -> str:
        if operator == "notEmpty":
            return "is not null"
        if operator in ("contains", "notContains"):
            if number:
                raise _no_operator("double precision", "!~~" if operator == "notContains" else "~~", "unknown")
            return f"is not null and {self.text_match(f'cast({column} as text)', operator, value)}"
        if number:
            return f"is not null and {self.number_match(column, operator, value)}"
        return f"is not null and cast({column} as text) {operator} {self.parameter(_as(TEXT, operator, value))}"

    def hyperparameter(self, name: str, operator: str, value, kind: str) -> str:
        path = _path(*name.removeprefix("hp.").split("."))
        at = {part: f"json_extract(e.hyperparameters, {self.parameter(f'{path}.{part}')})" for part in _HP_PARTS}
        cases = self._text_cases if kind in ("TEXT", "DATE") else self._number_cases
        whens = " ".join(f"when {at['type']} {types} then {then}" for types, then in cases(at, operator, value))
        return f"case {whens} else false end"

    def _text_cases(self, at: dict, operator: str, value) -> list[tuple[str, str]]:
        const, categorical = "= 'const'", "= 'categorical'"
        if operator in ("isEmpty", "notEmpty"):
            null = f"is {'not ' if operator == 'notEmpty' else ''}null"
            return [(const, f"{at['val']} {null}"), (categorical, f"{at['vals']} {null}")]
        text = f"cast({at['val']} as text)"
        if operator in ("contains", "notContains"):
            return [(const, self.text_match(text, operator, value)), (categorical, self._among(at, operator, value))]
        return [(const, f"{text} {operator} {self.parameter(_as(TEXT, operator, value))}")]

    def _number_cases(self, at: dict, operator: str, value) -> list[tuple[str, str]]:
        const, categorical, ranges = "= 'const'", "= 'categorical'", "in ('int', 'double', 'log')"
        if operator in ("isEmpty", "notEmpty"):
            null = f"is {'not ' if operator == 'notEmpty' else ''}null"
            return [
                (const, f"{_number(at['val'])} {null}"),
                (categorical, f"{at['vals']} {null}"),
                (ranges, f"{at['type']} {null}"),
            ]
        if operator in ("contains", "notContains"):
            bound = self.parameter(_as("double precision", operator, value))
            low, high = ("<=", ">=") if operator == "contains" else (">=", "<=")
            within = f"({at['minval']} {low} {bound} or {at['maxval']} {high} {bound})"
            return [(categorical, self._among(at, operator, str(value))), (ranges, within)]
        bound = self.parameter(_as("double precision", operator, value))
        either = f"({at['minval']} {operator} {bound} or {at['maxval']} {operator} {bound})"
        return [(const, self.number_match(at["val"], operator, value)), (ranges, either)]

    def _among(self, at: dict, operator: str, value) -> str:
        there = (
            f"exists (select 1 from json_each({at['vals']}) where value = {self.parameter(value)} and type = 'text')"
        )
        return f"not {there}" if operator == "notContains" else there

    def run_hyperparameter(self, name: str, operator: str, value, kind: str) -> str:
        """Through an index that only managed runs and moved ones are in."""
        sql = f"json_extract(r.hparams, {self.parameter(_path(*name.removeprefix('hp.').split('.')))})"
        if operator == "isEmpty":
            return f"not (r.hparams_indexed and {sql} is not null)"
        if operator == "notEmpty":
            return f"r.hparams_indexed and {sql} is not null"
        if operator in ("contains", "notContains"):
            if kind != "TEXT":
                raise _bad_input("double precision" if kind == "NUMBER" else "boolean", f"%{value}%")
            return f"r.hparams_indexed and typeof({sql}) = 'text' and {self.text_match(sql, operator, value)}"
        if kind == "NUMBER":
            return f"r.hparams_indexed and {self.number_match(sql, operator, value)}"
        wanted = _as(TEXT if kind == "TEXT" else "boolean", operator, value)
        types = "('text')" if kind == "TEXT" else "('true', 'false')"
        path = self.parameter(_path(*name.removeprefix("hp.").split(".")))
        compared = f"{sql} {operator} {self.parameter(wanted)}"
        return f"r.hparams_indexed and json_type(r.hparams, {path}) in {types} and {compared}"

    def metadata(self, name: str, operator: str, value, kind: str) -> str:
        key = self.parameter(name.removeprefix("metadata."))
        rows = f"select run_id from run_metadata_index where flat_key = {key}"
        if operator in ("isEmpty", "notEmpty"):
            return f"r.id {'not ' if operator == 'isEmpty' else ''}in ({rows})"
        if operator in ("contains", "notContains"):
            if kind == "NUMBER":
                raise _failed('column "number_value" does not exist', "42703")
            if kind != "TEXT":
                raise _bad_input("boolean", f"%{value}%")
            return f"r.id in ({rows} and {self.text_match('text_value', operator, value)})"
        column, pg_type = _METADATA.get(kind, ("boolean_value", "boolean"))
        return f"r.id in ({rows} and {column} {operator} {self.parameter(_as(pg_type, operator, value))})"


_HP_PARTS = ("type", "val", "vals", "minval", "maxval")
_METADATA = {
    "NUMBER": ("number_value", "double precision"),
    "TEXT": ("text_value", TEXT),
    "DATE": ("time_value", TIME),
}
_LOCATIONS: dict[str, Callable] = {
    "EXPERIMENT": lambda c, name, op, value, kind: c.column(EXPERIMENT_COLUMNS, "experiment", name, op, value),
    "RUN": lambda c, name, op, value, kind: c.column(RUN_COLUMNS, "run", name, op, value),
    "VALIDATIONS": Compiler.metric,
    "TRAINING": Compiler.metric,
    "CUSTOM_METRIC": Compiler.metric,
    "HYPERPARAMETERS": Compiler.hyperparameter,
    "RUN_HYPERPARAMETERS": Compiler.run_hyperparameter,
    "RUN_METADATA": Compiler.metadata,
}


def _number(sql: str) -> str:
    """The value where it is a number, else null."""
    return f"case when typeof({sql}) in ('integer', 'real') then {sql} end"


def _bad_input(kind: str, text: str) -> ApiError:
    if kind == STATE:
        return _failed(f'invalid input value for enum experiment_state: "{text}"', "22P02")
    return _failed(f'invalid input syntax for type {kind}: "{text}"', "22007" if kind == TIME else "22P02")


def _as(kind: str, operator: str, value):
    """A filter's value for a column of that type; the database's error where it does not fit."""
    shown = "<>" if operator == "!=" else operator
    if isinstance(value, (list, dict)):
        raise guessed(_failed("syntax error", "42601"), "What the database says of a filter's value that is no scalar.")
    if not isinstance(value, str):
        fits = kind == "boolean" if isinstance(value, bool) else kind in NUMBERS
        if not fits:
            raise _no_operator(kind, shown, _literal_type(value))
        return value
    if kind in NUMBERS:
        try:
            return float(value) if kind in ("numeric", "double precision") else int(value)
        except ValueError:
            raise _bad_input(kind, value) from None
    if kind == TIME:
        try:
            return clock.parse(value if "T" in value else f"{value}T00:00:00Z")
        except ValueError:
            raise _bad_input(kind, value) from None
    if kind == "boolean":
        if value.lower() not in ("true", "false", "t", "f"):
            raise _bad_input(kind, value)
        return value.lower().startswith("t")
    if kind == STATE and value not in STATES:
        raise _bad_input(kind, value)
    return value


def _lowered(value):
    """Keys in lower case: Go's decoding does not look at their case."""
    if isinstance(value, dict):
        return {key.lower(): _lowered(inner) for key, inner in value.items()}
    return [_lowered(inner) for inner in value] if isinstance(value, list) else value


# --- sort


def order_by(text: str | None, args: dict, *, runs: bool = False) -> str:
    """The `order by` terms of a sort text; nulls last, then by id. None is by id."""
    table = RUN_COLUMNS if runs else EXPERIMENT_COLUMNS
    special = _RUN_SORT if runs else _EXPERIMENT_SORT
    own_id = table["id"][0]
    if text is None:
        return f"{own_id} asc"
    terms: list[str] = []
    by_id = False
    for part in text.split(","):
        name, equals, direction = part.partition("=")
        if not equals or "=" in direction:
            raise invalid(f"invalid sort parameter: {part}")
        if direction not in ("asc", "desc"):
            raise invalid(f"invalid sort direction: {direction}")
        if name.startswith("hp."):
            keys = _hyperparameter_order(name, args, runs=runs)
        elif runs and name.startswith("metadata."):
            keys = _json_order("r.metadata", name.removeprefix("metadata."), args)
        elif "." in name:
            metric, column = summarised(name)
            run = "r.id" if runs else "e.best_trial_id"
            of_run = f"metric = {_bind(args, metric)} and run_id = {run}"
            keys = [f"cast((select {column} from metric_summaries where {of_run}) as text)"]
        elif name in special:
            keys = [special[name]]
        elif name in table and name not in _NO_SORT:
            sql, kind = table[name]
            keys = [state_rank(sql) if kind == STATE else sql]
        else:
            raise invalid(f"invalid sort col: {name}")
        by_id = by_id or name == "id"
        terms += [f"{key} {direction} nulls last" for key in keys]
    return ", ".join(terms if by_id else [*terms, f"{own_id} asc"])


def _bind(args: dict, value) -> str:
    name = f"s{len(args)}"
    args[name] = value
    return f":{name}"


def _json_order(column: str, name: str, args: dict) -> list[str]:
    """JSON values in the database's order: texts, numbers, booleans; then by value."""
    path = _bind(args, _path(*name.split(".")))
    rank = f"case json_type({column}, {path}) when 'text' then 0 when 'integer' then 1 when 'real' then 1 else 2 end"
    value = f"json_extract({column}, {path})"
    return [f"case when {value} is not null then {rank} end", value]


def _hyperparameter_order(name: str, args: dict, *, runs: bool) -> list[str]:
    name = name.removeprefix("hp.").replace("'", "")
    if runs:
        return _json_order("r.hparams", name, args)
    path = _path(*name.split("."))
    kind = f"json_extract(e.hyperparameters, {_bind(args, f'{path}.type')})"
    rank = f"case {kind} when 'const' then 0 when 'categorical' then 1 when 'log' then 3 else 2 end"
    greatest = f"json_extract(e.hyperparameters, {_bind(args, f'{path}.maxval')})"
    return [
        f"case when {kind} is not null then {rank} end",
        *_json_order("e.hyperparameters", f"{name}.val", args),
        greatest,
    ]
