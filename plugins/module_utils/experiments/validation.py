# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A config checked by the master, which makes nothing of it: what is wrong and where, and what the search would try."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..config_lines import is_mapping, line_of, read_nodes, yaml_fault
from ..config_text import YAML, parse_config
from ..errors import ApiError, BadOption, DeterminedError, Invalid, Missing, OddAnswer, WrongState
from ..model.row import Column
from ..safe_files import readable
from ..selection.places import project_id
from ..store.answers import read_object, read_rows

if TYPE_CHECKING:
    from ..connection.client import Client
    from ..engine.call import Call

CREATE = "/api/v1/experiments"
PREVIEW = "/api/v1/preview-hp-search"
# A config is a page or two.
LARGEST_FILE = 8 << 20
# What an invalid config is answered with; anything else says nothing of the config.
FAULTS = (Invalid, Missing, WrongState)
# One line of the master's words on a field.
FIELD = re.compile(r"<config>(?P<path>\S*): (?P<problem>.*)")
UNKNOWN = re.compile(r"additionalProperties (?P<names>\".*\") not allowed")
REQUIRED = re.compile(r"(?P<name>\w+) is a required property")
NAME = re.compile(r'"((?:[^"\\]|\\.)*)"')
SEARCHER = "searcher"
WARNINGS = "LAUNCH_WARNING_"

FAULT = (
    Column("message", "What is wrong, in the master's words.", sample="metric is a required property"),
    Column("field", "The field that is wrong or missing; null where the master names none.", sample="searcher.metric"),
    Column("file", "The file, where O(config_file) is given.", sample="model/const.yaml"),
    Column("line", "The line of the field, or of what should hold it; null where it is not known.", "int", 4),
)
TRIALS = (
    Column("count", "How many trials.", "int", 5),
    Column("unit", "What their length is counted in; null where each is as long as its code makes it.",
           sample="batches"),
    Column("length", "How long each is, in that unit; null where each is as long as its code makes it.", "int", 16),
)  # fmt: skip


class BadConfig(DeterminedError):
    """The master would not take the config."""

    code = "bad_config"


@dataclass(frozen=True)
class Source:
    """A config as it was given. ``text``: None of a dict, which has no lines. ``file``: None of what is in none."""

    value: Any
    text: str | None
    file: str | None

    def fault(self, message: str, field: str | None = None, line: int | None = None) -> dict[str, Any]:
        if line is None and field and self.text is not None:
            line = line_of(read_nodes(self.text), field)
        return {"message": message, "field": field, "file": self.file, "line": line}


def validate_config(call: Call) -> dict[str, Any]:
    """The work of det_experiment_validate."""
    params = call.params
    source = read_source(params)
    result: dict[str, Any] = {"changed": False, "launch_warnings": [], "search": None}
    errors = written_badly(source)
    if not errors:
        config = parse_config(source.value, call.warn)
        errors, result["launch_warnings"] = ask_whole(call, config, source)
        if not errors and config.get(SEARCHER):
            errors, result["search"] = ask_search(call.client, config, source)
    result.update(valid=not errors, errors=errors)
    if errors and params["fail"]:
        call.progress(**result)
        raise BadConfig(sentence(errors), "Set fail to false to have it reported only.")
    return result


def sentence(errors: list[dict[str, Any]]) -> str:
    """What is wrong, for the task's message: the first fault with its place, and how many there are."""
    first = errors[0]
    line = f"line {first['line']}" if first["line"] else None
    place = ", ".join(filter(None, (readable(first["file"]) if first["file"] else None, line, first["field"])))
    many = f"The config has {len(errors)} faults, the first: " if len(errors) > 1 else "The config has a fault: "
    return many + (f"{place}: " if place else "") + first["message"].rstrip(".") + "."


# What was given


def read_source(params: dict[str, Any]) -> Source:
    if params["config_file"] is not None:
        text = read_text(params["config_file"])
        return Source(text, text, params["config_file"])
    value = params["config"]
    return Source(value, value if isinstance(value, str) else None, None)


def read_text(path: str) -> str:
    """The text of a file that the user names. Raises BadOption for what is none."""
    try:
        with open(os.open(os.path.expanduser(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadOption("config_file", path, "is no plain file.")
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadOption("config_file", path, f"cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_FILE:
        raise BadOption("config_file", path, f"has more than {LARGEST_FILE >> 20} MiB, which is no config.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BadOption("config_file", path, "is no text in UTF-8.") from error


def written_badly(source: Source) -> list[dict[str, Any]]:
    """The fault of a text that is no YAML, or no mapping, as far as that can be told without the master."""
    if source.text is None or YAML is None:
        return []
    fault = yaml_fault(source.text)
    if fault is not None:
        return [source.fault(fault[1], line=fault[0])]
    return [] if is_mapping(read_nodes(source.text)) else [source.fault("it is no mapping of fields", line=1)]


# What the master says


def ask_whole(call: Call, config: dict[str, Any], source: Source) -> tuple[list[dict[str, Any]], list[str]]:
    """(the faults of a config, what a launch would be warned of)."""
    params = call.params
    project = project_id(call)
    body = {
        "config": json.dumps(config),
        "projectId": project if isinstance(project, int) else None,
        "template": params["template"],
        "parentId": params["parent_id"],
        "unmanaged": params["unmanaged"] or None,
    }
    body = {name: value for name, value in body.items() if value is not None}
    try:
        answer = call.client.read(CREATE, {**body, "validateOnly": True})
    except FAULTS as error:
        return faults(error, source), []
    made = read_object(answer, "experiment", f"POST {CREATE}", "id")["id"]
    if made:
        raise OddAnswer(f"POST {CREATE}", f"speaks of experiment {made}, which was only to be validated")
    warnings = [str(one).replace(WARNINGS, "") for one in answer.get("warnings") or ()]
    return [], warnings


def ask_search(
    client: Client, config: dict[str, Any], source: Source
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """(the faults of a searcher, what it would try)."""
    body = {"config": {name: config[name] for name in (SEARCHER, "hyperparameters") if config.get(name) is not None}}
    try:
        answer = client.read(PREVIEW, body)
    except FAULTS as error:
        return faults(error, source, SEARCHER if error.words.startswith("invalid searcher") else ""), None
    request = f"POST {PREVIEW}"
    summary = read_object(answer, "summary", request)
    trials = [trials_of(one) for one in read_rows(summary, "trials", request, "count")]
    return [], {
        "searcher": read_object(summary, "config", request),
        "trials": trials,
        "trial_count": sum(one["count"] for one in trials),
    }


def trials_of(row: dict[str, Any]) -> dict[str, Any]:
    unit = row.get("unit") or {}
    counted = not unit.get("maxLength")
    return {
        "count": row["count"],
        "unit": unit.get("name") if counted else None,
        "length": unit.get("value") if counted else None,
    }


def faults(error: ApiError, source: Source, inside: str = "") -> list[dict[str, Any]]:
    """The master's words as faults, each once, in its order. ``inside``: the field that it takes for the whole."""
    found = []
    for line in error.words.split("\n"):
        named = FIELD.search(line)
        if named is None:
            found.append(source.fault(line.strip()))
            continue
        path = ".".join(filter(None, (inside, named.group("path").strip("."))))
        problem = named.group("problem").strip()
        found += [source.fault(problem, field) for field in fields_of(path, problem)]
    return [one for place, one in enumerate(found) if one["message"] and one not in found[:place]]


def fields_of(path: str, problem: str) -> list[str | None]:
    """The fields that a message is about: those that it does not allow or misses, else the one at its path."""
    unknown, required = UNKNOWN.fullmatch(problem), REQUIRED.fullmatch(problem)
    names = NAME.findall(unknown.group("names")) if unknown else [required.group("name")] if required else [""]
    return [".".join(filter(None, (path, name))) or None for name in names]
