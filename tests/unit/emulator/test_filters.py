# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The grammar of searches: what it finds, and what it answers to nonsense."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import filters
from emulator.areas.experiments import JOINS
from emulator.areas.runs import FROM
from emulator.clock import parse
from emulator.errors import ApiError
from emulator.master import Master, Options

PEOPLE = {"admin": 1, "determined": 2}


@pytest.fixture(scope="module")
def db():
    """Four experiments, by name: alpha and beta ended, gamma archived, delta paused and without a trial."""
    store = Master(Options()).db
    hyperparameters = [
        {"lr": {"type": "const", "val": 0.1}, "opt": {"kind": {"type": "const", "val": "sgd"}}},
        {"lr": {"type": "double", "minval": 0.2, "maxval": 0.5, "count": None}},
        {"lr": {"type": "categorical", "vals": ["small", "large"]}, "flag": {"type": "const", "val": True}},
        {},
    ]
    rows = [
        ("alpha", "COMPLETED", 0, "first", ["x", "keep"], 1.5),
        ("beta", "ERROR", 0, None, [], 10),
        ("gamma", "COMPLETED", 1, "", ["y"], 9),
        ("delta", "PAUSED", 0, "last", ["x"], None),
    ]
    for number, ((name, state, archived, description, labels, loss), hps) in enumerate(
        zip(rows, hyperparameters, strict=True), 1
    ):
        start = parse(f"2026-01-0{number}T00:00:00Z")
        store.insert(
            "experiments",
            id=number,
            project_id=1,
            owner_id=1 if number < 4 else 2,
            state=state,
            archived=archived,
            start_time=start,
            end_time=start + number * 3_600_000_000 if state != "PAUSED" else None,
            name=name,
            description=description,
            labels=json.dumps(labels),
            config="{}",
            original_config="",
            hyperparameters=json.dumps(hps),
            searcher_type="single",
            searcher_metric="loss",
            job_id=str(number),
            progress=0.25 * number,
            best_trial_id=number if loss else None,
        )
        if loss:
            summary = {"validation_metrics": {"loss": {"last": loss, "min": loss, "type": "number"}}}
            store.insert(
                "runs",
                id=number,
                experiment_id=number,
                project_id=1,
                state=state,
                start_time=start,
                task_id=str(number),
                hparams=json.dumps({"lr": number / 10, "opt": "sgd"}),
                hparams_indexed=number == 2,
                searcher_metric_value=loss,
                summary_metrics=json.dumps(summary),
            )
    store.insert("run_metadata_index", run_id=1, flat_key="team", text_value="red")
    store.insert("run_metadata_index", run_id=2, flat_key="n", number_value=2)
    store.insert("run_metadata_index", run_id=2, flat_key="deep.flag", boolean_value=True)
    return store


def field(column, operator, value=None, location="EXPERIMENT", kind=None) -> dict:
    node = {"kind": "field", "columnName": column, "operator": operator, "location": f"LOCATION_TYPE_{location}"}
    if value is not None:
        node["value"] = value
    if kind:
        node["type"] = f"COLUMN_TYPE_{kind}"
    return node


def group(conjunction, *children) -> dict:
    return {"kind": "group", "conjunction": conjunction, "children": list(children)}


def found(db, node: dict, *, sort: str | None = None, archived: bool = True, runs: bool = False) -> str:
    """The first letters of the names, in the order found."""
    args: dict = {"now": parse("2026-02-01T00:00:00Z")}
    condition, shows_archived = filters.Compiler(args).root(json.dumps({"filterGroup": node, "showArchived": archived}))
    where = [condition or "1"] + ([] if shows_archived else ["not e.archived"])
    order = filters.order_by(sort, args, runs=runs)
    joined = FROM if runs else JOINS
    return "".join(
        name[0] for name in db.column(f"select e.name {joined} where {' and '.join(where)} order by {order}", **args)
    )


@pytest.mark.parametrize(
    ("node", "names"),
    [
        (field("name", "=", "alpha"), "a"),
        (field("name", "!=", "alpha"), "bgd"),
        (field("name", "contains", "ET"), "b"),
        (field("name", "contains", "a%a"), "ag"),
        (field("name", "notContains", "et"), "agd"),
        (field("description", "isEmpty"), "bg"),
        (field("description", "notEmpty"), "ad"),
        (field("tags", "contains", '"x"'), "ad"),
        (field("tags", "isEmpty"), "b"),
        (field("state", "=", "COMPLETED"), "ag"),
        (field("state", "<", "COMPLETED"), "d"),
        (field("id", ">=", "3"), "gd"),
        (field("user", "=", PEOPLE["determined"]), "d"),
        (field("startTime", ">", "2026-01-02T00:00:00Z", kind="DATE"), "gd"),
        (field("endTime", "<", "2026-01-02", kind="DATE"), "a"),
        (field("duration", "=", 7200), "b"),
        (field("numTrials", "<", 1), "d"),
        (field("progress", "<=", 50), "ab"),
        (field("searcherMetricsVal", ">", 8.5), "bg"),
        (field("validation.loss.last", "<", 9.5, "VALIDATIONS", "NUMBER"), "ag"),
        (field("validation.loss.last", "<", "2", "VALIDATIONS"), "ab"),
        (field("validation.loss.last", "contains", "0", "VALIDATIONS"), "b"),
        (field("validation.loss.last", "isEmpty", location="VALIDATIONS"), "d"),
        (field("training.loss.last", "notEmpty", location="TRAINING"), ""),
        (field("hp.lr", "<", 0.25, "HYPERPARAMETERS", "NUMBER"), "ab"),
        (field("hp.lr", ">", 0.4, "HYPERPARAMETERS", "NUMBER"), "b"),
        (field("hp.opt.kind", "=", "sgd", "HYPERPARAMETERS", "TEXT"), "a"),
        (field("hp.lr", "contains", "small", "HYPERPARAMETERS", "TEXT"), "g"),
        (field("hp.lr", "notContains", "small", "HYPERPARAMETERS", "TEXT"), "a"),
        (field("hp.nosuch", "isEmpty", location="HYPERPARAMETERS", kind="TEXT"), ""),
        (field("name", "="), "abgd"),
        ({"kind": "nosuch"}, "abgd"),
        ({}, "abgd"),
        (group("and"), "abgd"),
        (group("or", field("name", "=", "alpha"), field("state", "=", "ERROR")), "ab"),
        (group("or", field("name", "=", "alpha"), {"kind": "nosuch"}), "a"),
        (group("and", field("user", "=", 1), group("or", field("id", "=", 2), field("id", "=", 4))), "b"),
    ],
)
def test_experiments_found(db, node, names):
    assert found(db, node) == names


def test_archived_ones_are_left_out_unless_asked_for(db):
    assert found(db, {}, archived=False) == "abd"


@pytest.mark.parametrize(
    ("node", "names"),
    [
        (field("experimentName", "contains", "a", "RUN"), "abg"),
        (field("experimentId", ">", 1, "RUN"), "bg"),
        (field("isExpMultitrial", "=", True, "RUN"), ""),
        (field("hp.lr", ">", 0, "RUN_HYPERPARAMETERS", "NUMBER"), "b"),
        (field("hp.opt", "=", "sgd", "RUN_HYPERPARAMETERS", "TEXT"), "b"),
        (field("hp.lr", "isEmpty", location="RUN_HYPERPARAMETERS"), "ag"),
        (field("metadata.team", "=", "red", "RUN_METADATA", "TEXT"), "a"),
        (field("metadata.team", "contains", "e", "RUN_METADATA", "TEXT"), "a"),
        (field("metadata.n", ">=", 2, "RUN_METADATA", "NUMBER"), "b"),
        (field("metadata.deep.flag", "=", True, "RUN_METADATA"), "b"),
        (field("metadata.team", "isEmpty", location="RUN_METADATA"), "bg"),
    ],
)
def test_runs_found(db, node, names):
    assert found(db, node, runs=True) == names


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name=desc", "gdba"),
        ("state=asc,name=desc", "dgab"),
        ("endTime=desc", "gbad"),
        ("endTime=asc", "abgd"),
        ("searcherMetricsVal=desc", "bgad"),
        # As texts: "1.5" < "10" < "9".
        ("validation.loss.last=asc", "abgd"),
        ("hp.lr=asc", "agbd"),
        ("user=desc,id=desc", "dgba"),
    ],
)
def test_sort(db, sort, names):
    assert found(db, {}, sort=sort) == names


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (field("nosuch", "=", 1), "invalid experiment column nosuch"),
        (field("archived", "=", True), "invalid experiment column archived"),
        (field("name", "~", "x"), "invalid operator ~"),
        (group("xor", field("name", "=", "x")), "invalid conjunction value xor"),
        ({"kind": "group", "children": []}, "group specified with no conjunction"),
        ({"kind": "field", "columnName": "name", "value": 1}, "field specified with value but no operator"),
        (field("validation.loss", "<", 1, "VALIDATIONS"), "validation.loss is not a valid metrics id"),
        (field("user", "contains", 1), "operator does not exist: integer ~~* unknown (SQLSTATE 42883)"),
        (field("state", "=", "STATE_ERROR"), 'invalid input value for enum experiment_state: "STATE_ERROR"'),
        (field("id", "=", "many"), 'invalid input syntax for type integer: "many"'),
        (field("name", "=", 1), "operator does not exist: text = integer"),
        (field("startTime", ">", "soon"), 'invalid input syntax for type timestamp with time zone: "soon"'),
        (field("id", "isEmpty"), 'invalid input syntax for type integer: ""'),
    ],
)
def test_nonsense_in_a_filter_is_an_internal_error(node, text):
    with pytest.raises(ApiError) as error:
        filters.Compiler({}).root(json.dumps({"filterGroup": node}))
    assert error.value.code == 13
    assert text in error.value.text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("not json", "invalid character 'o' in literal null (expecting 'u')"), ("", "unexpected end of JSON input")],
)
def test_filter_that_is_no_json(text, complaint):
    with pytest.raises(ApiError, match=r".") as error:
        filters.Compiler({}).root(text)
    assert error.value.text == complaint


@pytest.mark.parametrize(
    ("sort", "text"),
    [
        ("", "invalid sort parameter: "),
        ("name", "invalid sort parameter: name"),
        ("name=up", "invalid sort direction: up"),
        ("tags=asc", "invalid sort col: tags"),
    ],
)
def test_nonsense_in_a_sort(sort, text):
    with pytest.raises(ApiError) as error:
        filters.order_by(sort, {})
    assert (error.value.status, error.value.text) == (400, text)


names_of_columns = st.sampled_from(sorted(filters.EXPERIMENT_COLUMNS))
values = st.one_of(st.integers(-5, 5), st.floats(-5, 5), st.text(max_size=5), st.booleans(), st.none())
nodes = st.recursive(
    st.builds(field, names_of_columns, st.sampled_from(filters.OPERATORS), values),
    lambda inner: st.builds(lambda word, many: group(word, *many), st.sampled_from(("and", "or")), st.lists(inner)),
    max_leaves=6,
)


@given(nodes)
def test_any_filter_is_a_query_or_an_answer(db, node):
    try:
        names = found(db, node)
    except ApiError:
        return
    assert set(names) <= set("abgd")


def test_summaries_follow_the_runs():
    """What is found by a metric is what the runs' summaries say now."""
    store = Master(Options()).db
    columns = {"project_id": 1, "state": "COMPLETED", "start_time": 0}
    more = {"owner_id": 1, "name": "x", "config": "{}", "original_config": "", "searcher_type": "single"}
    experiment = store.insert("experiments", **columns, **more, searcher_metric="loss", job_id="1")

    def summary(value):
        return json.dumps({"validation_metrics": {'a "b".c': {"min": value, "last": value}}, "odd": 5})

    def found():
        return [tuple(row) for row in store.rows("select * from metric_summaries")]

    run = store.insert("runs", **columns, experiment_id=experiment, task_id="1", summary_metrics=summary(1))
    key = filters.summarised('validation.a "b".c.min')[0]
    assert found() == [(key, run, 1, None, None, 1)]
    store.update("runs", run, summary_metrics=summary(0.5))
    assert found() == [(key, run, 0.5, None, None, 0.5)]
    store.run("delete from experiments where id = ?", experiment)
    assert found() == []
