# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks: who is told of what happens to experiments and of lines in logs."""

from __future__ import annotations

import json
import re
import sqlite3
import uuid
from collections.abc import Callable

from .. import clock, delivery
from ..errors import guessed, internal, invalid
from ..objects import Table, prefixed
from ..permissions import allowed, lacks, visible_workspaces
from ..refusals import NO_ROWS, absent, refused

ORDER = 50
# No workspace is the whole cluster.
TABLE = Table(
    "webhooks",
    """
    id           | integer primary key autoincrement  | id:int32
    url          | text not null                      | url:string
                 |                                    | triggers:[Trigger]
    webhook_type | text not null                      | webhookType:webhook.WebhookType
    name         | text not null                      | name:string
    workspace_id | integer references workspaces (id) | workspaceId:int32
    mode         | text not null                      | mode:webhook.WebhookMode
    """,
    {
        "webhookType": prefixed("WEBHOOK_TYPE_", "webhook_type"),
        "workspaceId": lambda row: row["workspace_id"] or 0,
        "mode": prefixed("WEBHOOK_MODE_", "mode"),
    },
    ("unique (name, workspace_id)",),
)
TRIGGERS = Table(
    "webhook_triggers",
    """
    id           | integer primary key autoincrement         | id:int32
    trigger_type | text not null                             | triggerType:webhook.TriggerType
    condition    | text not null                             | condition:object
    webhook_id   | integer not null references webhooks (id) | webhookId:int32
    """,
    {"triggerType": prefixed("TRIGGER_TYPE_", "trigger_type")},
)
SCHEMA = (
    TABLE.schema
    + TRIGGERS.schema
    + """
create index if not exists webhook_triggers_webhook on webhook_triggers (webhook_id);
-- A task's log sets off a trigger once.
create table if not exists webhook_log_triggers (
    task_id text not null,
    trigger_id integer not null references webhook_triggers (id),
    primary key (task_id, trigger_id)
);
"""
)
# Seconds between two looks whether a test is through.
LOOKING = 0.01


# What is told of is noticed where it is stored, so that nobody who stores it has to know of webhooks.
_WATCHED = """
create temp trigger if not exists state_told after update of state on main.experiments
when new.state <> old.state and not new.unmanaged and new.state not in ('DELETING', 'DELETE_FAILED')
    and exists (select 1 from webhook_triggers where trigger_type = 'EXPERIMENT_STATE_CHANGE')
begin
    select notice('state', new.id, new.state);
end;
create temp trigger if not exists line_told after insert on main.task_logs
when new.agent_id is not null and exists (select 1 from webhook_triggers where trigger_type = 'TASK_LOG')
begin
    select notice('line', new.task_id, new.id);
end;
"""


def start(master):
    master.sender = delivery.Sender(lambda: master.clock.now() // clock.SECOND)
    tell: dict[str, Callable] = {"state": _tell_of_state, "line": _tell_of_line}

    def notice(kind: str, key, value) -> None:
        # Told when the transaction is through.
        master.clock.after(0, lambda: tell[kind](master, key, value))

    master.db.watch(_WATCHED, notice)


# --- the API


def shown(db, row: sqlite3.Row) -> dict:
    """A webhook with its triggers."""
    triggers = db.rows("select * from webhook_triggers where webhook_id = ? order by id", row["id"])
    return TABLE.shown(row, triggers=[TRIGGERS.shown(trigger) for trigger in triggers])


def _require_edit(call, workspace_id: int | None) -> None:
    owners: tuple = ()
    if workspace_id is not None:
        owner = call.db.value("select user_id from workspaces where id = ?", workspace_id)
        if owner is None:
            raise absent("webhook")
        owners = (owner,)
    if not allowed(call, "EDIT_WEBHOOKS", workspace_id, owners=owners):
        if call.master.rbac:
            raise lacks("EDIT_WEBHOOKS")
        raise refused("edit webhooks")


def _find(call, webhook_id: int) -> sqlite3.Row:
    """The row of a webhook that the user may change; 500 where there is none."""
    row = call.db.row("select * from webhooks where id = ?", webhook_id)
    if row is None:
        raise absent("webhook")
    _require_edit(call, row["workspace_id"])
    return row


def list_webhooks(call, request):
    """Those of the whole cluster are for everybody's eyes."""
    visible = visible_workspaces(call, "VIEW_WEBHOOKS")
    if not call.master.rbac and not call.user["admin"]:
        visible = call.db.column("select id from workspaces where user_id = ?", call.user["id"])
    rows = call.db.rows("select * from webhooks order by id")
    seen = [r for r in rows if visible is None or r["workspace_id"] is None or r["workspace_id"] in visible]
    return {"webhooks": [shown(call.db, row) for row in seen]}


def _go_map(value) -> str:
    """How Go prints what was JSON."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{_go_map(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_go_map, value))}]"
    return "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _check_trigger(trigger: dict, mode: str) -> None:
    condition = trigger.get("condition", {})
    shown_condition = _go_map(condition)
    if trigger["triggerType"] == "TRIGGER_TYPE_TASK_LOG":
        text = "webhook task log condition must have"
        if len(condition) != 1:
            raise invalid(f"{text} one key got {shown_condition}")
        if "regex" not in condition:
            raise invalid(f"{text} key 'regex' got {shown_condition}")
        if not isinstance(condition["regex"], str):
            raise invalid(f"{text} key 'regex' as string got {shown_condition}")
    if trigger["triggerType"] == "TRIGGER_TYPE_CUSTOM" and mode != "WEBHOOK_MODE_SPECIFIC":
        raise invalid(f"custom trigger only works on webhook with mode 'SPECIFIC'. Got {mode}")


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        what, part = error.msg, pattern[error.pos or 0 :]
        for python, go, shown_part in (
            ("unterminated subpattern", "missing closing )", pattern),
            ("unterminated character set", "missing closing ]", part),
            ("unbalanced parenthesis", "unexpected )", pattern),
            ("nothing to repeat", "missing argument to repetition operator", part[:1]),
        ):
            if python in what:
                refusal = internal(f"compiling regex {pattern}: error parsing regexp: {go}: `{shown_part}`")
                raise refusal from None
        refusal = internal(f"compiling regex {pattern}: error parsing regexp: {what}: `{part}`")
        raise guessed(refusal, "What the master's regular expressions say of this one.") from None


def create(call, request):
    sent = request["webhook"]
    workspace_id = sent["workspaceId"] or None
    _require_edit(call, workspace_id)
    triggers = sent["triggers"]
    if not triggers:
        raise invalid("at least one trigger required")
    if not re.fullmatch(r"([a-zA-Z][a-zA-Z0-9+.-]*:|/)\S*", sent["url"]):
        raise invalid("valid url required")
    for trigger in triggers:
        _check_trigger(trigger, sent["mode"])
    for trigger in triggers:
        if trigger["triggerType"] == "TRIGGER_TYPE_UNSPECIFIED":
            raise internal("missing mapping for trigger TRIGGER_TYPE_UNSPECIFIED to SQL")
    if sent["webhookType"] == "WEBHOOK_TYPE_UNSPECIFIED":
        raise internal("missing mapping for webhook type WEBHOOK_TYPE_UNSPECIFIED to SQL")
    try:
        webhook_id = call.db.insert(
            "webhooks",
            name=sent["name"],
            url=sent["url"],
            webhook_type=sent["webhookType"].removeprefix("WEBHOOK_TYPE_"),
            mode="SPECIFIC" if sent["mode"] == "WEBHOOK_MODE_SPECIFIC" else "WORKSPACE",
            workspace_id=workspace_id,
        )
    except sqlite3.IntegrityError:
        raise internal(
            'ERROR: duplicate key value violates unique constraint "name_workspace_key" (SQLSTATE 23505)'
        ) from None
    for trigger in triggers:
        condition = trigger.get("condition", {})
        kind = trigger["triggerType"].removeprefix("TRIGGER_TYPE_")
        if kind == "TASK_LOG":
            _check_regex(condition["regex"])
        call.db.insert("webhook_triggers", webhook_id=webhook_id, trigger_type=kind, condition=json.dumps(condition))
    return {"webhook": shown(call.db, call.db.row("select * from webhooks where id = ?", webhook_id))}


def patch(call, request):
    """Only the URL, which a request without one empties."""
    row = _find(call, request["id"])
    call.db.update("webhooks", row["id"], url=request["webhook"]["url"])
    return {}


def delete(call, request):
    call.db.run("delete from webhooks where id = ?", _find(call, request["id"])["id"])
    return {}


def test(call, request):
    """One try, which is waited for."""
    row = _find(call, request["id"])
    sender, event_id = call.master.sender, uuid.uuid4()
    if row["webhook_type"] == "SLACK":
        body, headers = delivery.encode({"blocks": [_block("plain_text", "test")]}), {}
    else:
        body = delivery.encode(_event(call.master, "EXPERIMENT_STATE_CHANGE", {"state": "COMPLETED"}, {"data": "test"}))
        headers = sender.headers(body)

    def outcome():
        task = sender.try_once(row["url"], body, headers)
        while not task.done():
            yield LOOKING
        try:
            status = task.result()
        except delivery.SendError as error:
            raise invalid(f"error sending webhook request for event {event_id} error: {error}") from None
        if status >= 400:
            raise invalid(f"received error from webhook server for event {event_id} error: {status} ")
        return {"completed": False}

    return outcome()


# --- what is told


def _event(master, kind: str, condition: dict, data: dict) -> dict:
    return {
        "event_id": str(uuid.uuid4()),
        "event_type": kind,
        "timestamp": master.clock.now() // clock.SECOND,
        "condition": condition,
        "event_data": data,
    }


def _experiment(db, experiment_id: int) -> tuple[sqlite3.Row, dict] | None:
    """(row with the workspace's id, config) of an experiment."""
    row = db.row(
        "select e.*, p.workspace_id from experiments e join projects p on p.id = e.project_id where e.id = ?",
        experiment_id,
    )
    return (row, json.loads(row["config"])) if row else None


def _wishes(config: dict) -> dict:
    """What an experiment's config says of webhooks."""
    return (config.get("integrations") or {}).get("webhooks") or {}


def _hears(hook: sqlite3.Row, workspace_id: int | None, wishes: dict) -> bool:
    """Whether a webhook is told of what happens in the workspace to something that has these wishes."""
    if wishes.get("exclude") or hook["workspace_id"] not in (None, workspace_id):
        return False
    named = hook["id"] in (wishes.get("webhook_id") or []) or hook["name"] in (wishes.get("webhook_name") or [])
    return hook["mode"] != "SPECIFIC" or named


_TRIGGERS = """
select t.id as trigger_id, t.condition, w.* from webhook_triggers t join webhooks w on w.id = t.webhook_id
where t.trigger_type = ? order by t.id
"""


def _experiment_shown(row, config: dict, trial_id: int) -> dict:
    answer = {
        "id": row["id"],
        "state": row["state"],
        "name": row["name"],
        "duration": (row["end_time"] - row["start_time"]) // clock.SECOND if row["end_time"] else 0,
        "resource_pool": row["resource_pool"],
        "slots_per_trial": (config.get("resources") or {}).get("slots_per_trial", 1),
        "workspace": config.get("workspace") or "",
        "project": config.get("project") or "",
    }
    return {**answer, "trial_id": trial_id} if trial_id > 0 else answer


def _tell(master, hook: sqlite3.Row, kind: str, row, config: dict, custom: dict | None = None, trial: int = 0) -> None:
    if hook["webhook_type"] == "SLACK":
        payload = _slack_experiment(master, row, config, custom, trial)
    else:
        data = {"experiment": _experiment_shown(row, config, trial)}
        if custom is not None:
            data["custom_data"] = custom
        payload = _event(master, kind, {"state": row["state"]}, data)
    master.sender.send(hook["url"], payload)


def _tell_of_state(master, experiment_id: int, state: str) -> None:
    """Tell of the state that a managed experiment has come into."""
    found = _experiment(master.db, experiment_id)
    if found is None:
        return
    row, config = {**found[0], "state": state}, found[1]
    for hook in master.db.rows(_TRIGGERS, "EXPERIMENT_STATE_CHANGE"):
        if json.loads(hook["condition"]).get("state") == state and _hears(hook, row["workspace_id"], _wishes(config)):
            _tell(master, hook, "EXPERIMENT_STATE_CHANGE", row, config)


def custom_event(call, request):
    """Tells each webhook that the experiment's config names, as often as it names it."""
    sent = request.get("data")
    custom = {"title": "", "description": "", "level": ""}
    if sent is not None:
        level = sent["level"].removeprefix("LOG_LEVEL_")
        custom = {"title": sent["title"], "description": sent["description"], "level": level}
    found = _experiment(call.db, request["experimentId"])
    if found is None:
        fields = " ".join(f"{name.title()}:{value}" for name, value in custom.items())
        raise internal(
            f"failed to handle custom trigger data: {{{fields}}} experiment id: {request['experimentId']} trial_id"
            f" {request['trialId']} : error getting experiment from id {request['experimentId']}: {NO_ROWS}"
        )
    row, config = found
    wishes = _wishes(config)
    hooks = call.db.rows(_TRIGGERS, "CUSTOM")
    for field, column in (("webhook_id", "id"), ("webhook_name", "name")):
        for wanted in wishes.get(field) or []:
            for hook in hooks:
                if hook[column] == wanted and _hears(hook, row["workspace_id"], wishes):
                    _tell(call.master, hook, "CUSTOM", row, config, custom, request["trialId"])
    return {}


def _place(db, task_id: str) -> tuple[int | None, int | None]:
    """(experiment id, workspace id) of a task."""
    row = db.row(
        "select r.experiment_id, p.workspace_id from runs r join projects p on p.id = r.project_id where r.task_id = ?",
        task_id,
    )
    row = row or db.row("select experiment_id, workspace_id from tasks where id = ?", task_id)
    return (row["experiment_id"], row["workspace_id"]) if row else (None, None)


def _tell_of_line(master, task_id: str, line_id: int) -> None:
    """Tell of a line of a task's log, each webhook once for a task."""
    agent, text = master.db.row("select agent_id, log from task_logs where id = ?", line_id)
    experiment_id, workspace_id = _place(master.db, task_id)
    found = _experiment(master.db, experiment_id) if experiment_id else None
    wishes = _wishes(found[1]) if found else {}
    once = "insert into webhook_log_triggers (task_id, trigger_id) values (?, ?) on conflict do nothing"
    for hook in master.db.rows(_TRIGGERS, "TASK_LOG"):
        regex = json.loads(hook["condition"])["regex"]
        matches = re.search(regex, text) and _hears(hook, workspace_id, wishes)
        if not matches or not master.db.run(once, task_id, hook["trigger_id"]):
            continue
        if hook["webhook_type"] == "SLACK":
            payload = _slack_line(master.db, task_id, regex, agent, text)
        else:
            line = {"task_id": task_id, "node_name": agent, "triggering_log": text}
            payload = _event(master, "TASK_LOG", {"regex": regex}, {"task_log": line})
        master.sender.send(hook["url"], payload)


# --- for Slack


def _field(text: str, kind: str = "mrkdwn") -> dict:
    return {"type": kind, "text": text}


def _block(kind: str, text: str, fields: list[dict] | None = None) -> dict:
    block = {"type": "section", "text": _field(text, kind)}
    return block if fields is None else {**block, "fields": fields}


# State -> what is said of it, the mark before the experiment's name, the state's name, the colour.
_SLACK_STATES = {
    "COMPLETED": ("Your experiment completed successfully 🎉", "✅ ", "Completed", "#13B670"),
    "ERROR": ("Your experiment has stopped with errors", "❌ ", "Errored", "#DD5040"),
}


def _slack_experiment(master, row, config: dict, custom: dict | None, trial_id: int) -> dict:
    state = row["state"]
    other = (f"The status of your experiment is {state}", "", state, "#009bde")
    status, mark, state_name, colour = _SLACK_STATES.get(state, other)
    minutes = ((row["end_time"] or master.clock.now()) - row["start_time"]) // (60 * clock.SECOND)
    about = {"Status": state_name, "Duration": f"{minutes // 60}h {minutes % 60}min"}
    for title, key in (("Workspace", "workspace"), ("Project", "project")):
        if config.get(key):
            about[title] = config[key]
    if trial_id > 0:
        about["Trial ID"] = trial_id
    told = (
        None
        if custom is None
        else [_field(f"*{name.title()}*: {custom[name]}") for name in ("level", "title", "description")]
    )
    fields = [_field(f"*{title}*: {value}") for title, value in about.items()]
    block = _block("mrkdwn", f"{mark}{row['name']} (#{row['id']})", fields)
    return {"blocks": [_block("plain_text", status, told)], "attachments": [{"color": colour, "blocks": [block]}]}


def _slack_line(db, task_id: str, regex: str, agent: str, text: str) -> dict:
    trial = db.row("select id, experiment_id from runs where task_id = ?", task_id)
    if trial:
        who = f"Experiment ID `{trial['experiment_id']}`, Trial ID `{trial['id']}`"
        where = f"View full logs at /det/experiments/{trial['experiment_id']}/trials/{trial['id']}/logs"
    else:
        kind = db.value("select kind from tasks where id = ?", task_id)
        who, where = f"Task ID `{task_id}`, task type `{kind}`", ""
    message = (
        f"{who}, running on node `{agent}`, reported a log\n```{text}```\nThis log matched the regex\n```{regex}```\n"
    )
    return {"blocks": [_block("mrkdwn", message + where)]}
