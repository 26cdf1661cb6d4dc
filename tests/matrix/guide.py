# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the guide on the cluster as one document, step by step, and writes what each command prints into it.

    make guide      # writes docs/cluster-config.md anew

The blocks of the page are carried out in their order, in one folder:

- ``console``: each line behind a ``$`` is a command; what it prints stands below it. Of ``ansible-playbook`` that is
  what the role tells: tables, sentences, the plan as text, and why it failed. Headings, counts and times are left out.
- ``diff``: a change of a file, applied with ``git apply``.
- a block whose first line is ``# NAME``, with an ending: that file.
- ``<!-- NAME -->``: a step of HIDDEN that stands for what somebody does elsewhere, such as in the web UI.
- between ``<!-- reference -->`` and ``<!-- end -->``: the sections of the document with their keys.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

from emulator.testing import running
from tests.tools import warm
from tests.unit.plugins.module_utils.cluster_config.config_runs import Runs

PAGE = Path(__file__).parents[2] / "docs" / "cluster-config.md"
BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>\w+)\n(?P<body>.*?)^(?P=fence)\n|^<!-- (?P<hidden>[a-z -]+) -->\n",
    re.DOTALL | re.MULTILINE,
)
REFERENCE = re.compile(r"(?<=<!-- reference -->\n).*?(?=<!-- end -->)", re.DOTALL)
FILE = re.compile(r"# (\S+\.\w+)\n")
# It stands for ids too, which differ from one master to the next.
DIGEST = re.compile(r"(?<=confirm=)[0-9a-f]{16}")
PASSWORD = "Testing1!"
# What the cluster has before anybody writes a document.
GROWN = {
    "version": 1,
    "users": {"ana": {"display_name": "Ana Rossi"}, "bob": {}, "carla": {}},
    "groups": {"vision-team": {"members": ["ana", "bob"]}},
    "workspaces": {
        "vision": {
            "roles": [{"group": "vision-team", "role": "Editor"}],
            "projects": {"detr": {"description": "Object detection", "key": "DETR"}, "tests": {"key": "TESTS"}},
            "templates": {"two-gpus": {"config": {"resources": {"slots_per_trial": 2}}}},
            "policies": {"EXPERIMENT": {"constraints": {"resources": {"max_slots": 8}}}},
            "webhooks": {
                "alerts": {"url": "https://hooks.example.com/4711", "triggers": [{"experiment_state": "ERROR"}]}
            },
        },
        "speech": {"projects": {"whisper": {"description": "Transcription", "key": "WHISP"}}},
    },
}


class Guide:
    """One run of the guide. ``folder``: where its commands run."""

    def __init__(self, control, other, folder: Path) -> None:
        self.runs, self.other, self.folder = Runs(control), other, folder
        login = {"DET_USER": "admin", "DET_PASS": PASSWORD}
        # A vault's password, and what makes each run print the same.
        (folder / ".vault-password").write_text("secret\n")
        git = {f"GIT_{role}_{key}": "ana" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        self.environ = warm.environment(folder, {
            **git,
            **login,
            "DET_MASTER": control.url,
            "PRODUCTION": control.url,
            "STAGING": other.url,
            "PWD": str(folder),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(folder / ".vault-password"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "LC_ALL": "C.UTF-8",
        })  # fmt: skip
        for name, runs in (("PRODUCTION", self.runs), ("STAGING", Runs(other))):
            self.environ[f"{name}_TOKEN"] = runs.client.token
        self.runs.run("apply", GROWN)

    def written_anew(self, text: str) -> str:
        """The page with what its commands print now."""
        text = REFERENCE.sub(lambda _found: reference(), text)
        parts, end = [], 0
        for found in BLOCK.finditer(text):
            parts.append(text[end : found.start()])
            parts.append(self.carry_out(found))
            end = found.end()
        return "".join([*parts, text[end:]])

    def carry_out(self, found: re.Match) -> str:
        fence, kind, body, hidden = found.group("fence", "kind", "body", "hidden")
        if hidden in HIDDEN:
            HIDDEN[hidden](self)
        elif kind == "console" and body.startswith("$ "):
            body = "".join(f"$ {one}\n{self.printed(one)}" for one in commands(body))
            return f"{fence}console\n{body}{fence}\n"
        elif kind == "diff":
            self.call(["git", "apply", "--unidiff-zero", "-"], body)
        elif kind is not None and (file := FILE.match(body)):
            path = self.folder / file.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body.removeprefix(file.group(0)))
        return found.group(0)

    def printed(self, command: str) -> str:
        """What a command prints, by the rules above."""
        shown = self.play(command) if "ansible-playbook" in command else self.call(["bash", "-ec", command])
        shown = DIGEST.sub("DIGEST", shown.replace(str(self.folder), "/home/ana/cluster")).rstrip()
        return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())

    def call(self, command: list[str], text: str | None = None) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environ, input=text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, text, done.stdout + done.stderr)
        return done.stdout

    def play(self, command: str) -> str:
        """What an ansible-playbook prints. Settings before it are of its environment; VARIABLE= takes one away."""
        settings, _name, arguments = command.partition("ansible-playbook ")
        environ = dict(self.environ)
        for one in settings.split():
            key, _sign, value = one.partition("=")
            environ[key] = os.path.expandvars(value) if "$" not in value else self.environ[value.lstrip("$")]
            if not value:
                del environ[key]
        done = warm.call("playbook", split(arguments), self.folder, environ)
        shown = told(done.stdout)
        assert (done.returncode != 0) is ("FAILED: " in shown), done.stdout + done.stderr
        return shown


def commands(body: str) -> list[str]:
    """The commands of a block, each of one line or going on behind a backslash."""
    found: list[str] = []
    goes_on = False
    for line in body.splitlines():
        if goes_on:
            found[-1] += "\n" + line
        elif line.startswith("$ "):
            found.append(line[2:])
        goes_on = line.endswith("\\") and (goes_on or line.startswith("$ "))
    return found


def split(arguments: str) -> list[str]:
    return shlex.split(arguments.replace("\\\n", " "))


# A result of a task, as Ansible prints it.
RESULT = re.compile(r"^(ok|changed|failed|fatal|skipping): \[([^\]]+)\](.*)$")


def told(output: str) -> str:
    """What the role tells in the output of a playbook."""
    lines = output.splitlines()
    found: list[str] = []
    failed: list[str] = []
    task, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        result = RESULT.match(line)
        if line.startswith(("TASK [", "PLAY [", "PLAY RECAP")):
            task = line
        elif result is None:
            # Between the heading and the result of the role's work stands its diff.
            if "cluster_config : " in task and line and not line.startswith("[") and before_result(lines, number):
                found.append(line)
        elif result.group(1) == "fatal":
            # The last one: what a role rescues, it tells again at its end.
            failed = ["FAILED: " + json.loads(result.group(3).partition("=> ")[2])["msg"]]
        elif result.group(3).endswith("=> {"):
            end = lines.index("}", number)
            value = json.loads("\n".join(["{", *lines[number : end + 1]]))
            number = end + 1
            title = re.search(r"\(item=(.*)\)", result.group(3))
            message = value.get("msg", [])
            found += [f"{title.group(1)}:"] if title else []
            found += [f"{'  ' if title else ''}{one}" for one in (message if isinstance(message, list) else [message])]
    return "\n".join([*found, *failed])


def before_result(lines: list[str], number: int) -> bool:
    """Whether a result of a task comes before the next heading."""
    for line in lines[number:]:
        if RESULT.match(line):
            return not line.startswith(("fatal", "failed"))
        if line.startswith(("TASK [", "PLAY", "[")):
            return False
    return False


# What somebody does elsewhere.


def change_by_hand(guide: Guide) -> None:
    """A description is changed, and a workspace made, in the web UI."""
    projects = guide.runs.call("GET", "/api/v1/workspaces/0/projects")["projects"]
    (number,) = [one["id"] for one in projects if one["name"] == "detr"]
    guide.runs.call("PATCH", f"/api/v1/projects/{number}", {"description": "only a test"})
    guide.runs.call("POST", "/api/v1/workspaces", {"name": "playground"})


def tidy_up(guide: Guide) -> None:
    workspaces = guide.runs.call("GET", "/api/v1/workspaces")["workspaces"]
    (number,) = [one["id"] for one in workspaces if one["name"] == "playground"]
    guide.runs.call("DELETE", f"/api/v1/workspaces/{number}")


HIDDEN = {"change by hand": change_by_hand, "tidy up": tidy_up}


# The reference


META = ("state", "protect", "ignore", "from")


def reference() -> str:
    """A table for each section: its keys, what they can be, and what they mean. Made from the JSON Schema."""
    schema = json.loads((PAGE.parents[1] / "schemas" / "cluster-v1.json").read_text("utf-8"))
    named = schema["definitions"]
    top = schema["properties"]
    sections = {key: one for key, one in top.items() if leads_to(one, named) or key == "roles"}
    lines = ["", "At the top of the document:", "", *table({key: top[key] for key in top if key not in sections})]
    inner = named["workspace"]["properties"]
    meta = {key: named["workspace"]["properties"][key] for key in META}
    lines += ["", "In each object:", "", *table(meta)]
    shown: dict[str | None, str] = {}
    lines += section_lines("", sections, named, shown)
    below = {key: one for key, one in inner.items() if is_section(key, one, named)}
    lines += section_lines("workspaces/NAME/", below, named, shown)
    return "\n".join([*lines, "", ""])


def section_lines(place: str, sections: dict, named: dict, shown: dict[str | None, str]) -> list[str]:
    """``shown``: {definition: section} of those whose table stands already."""
    lines: list[str] = []
    for key, one in sections.items():
        entry = leads_to(one, named)
        lines += ["", f"`{place}{key}`: {kind_of(one)}" + ("" if entry else f". {one.get('description', '')}")]
        properties = named[entry]["properties"] if entry else {}
        own = {name: value for name, value in properties.items() if name not in META}
        if entry is not None and entry in shown:
            lines[-1] += f", as `{shown[entry]}`"
            continue
        shown.setdefault(entry, key)
        if place == "" and entry == "workspace":
            own = {name: value for name, value in own.items() if not is_section(name, value, named)}
        lines += ["", *table(own)] if own else []
    return lines


def is_section(key: str, schema: dict, named: dict) -> bool:
    return bool(leads_to(schema, named)) or key in ("roles", "pools")


def leads_to(schema: dict, named: dict) -> str | None:
    """The name of the definition that the entries of a section have; None of what is no section of entries."""
    each = [schema, schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    for one in each:
        name = str((one if isinstance(one, dict) else {}).get("$ref", "")).rpartition("/")[2]
        if name in named and name not in ("text", "secret", "file"):
            return name
    return None


def kind_of(schema: dict) -> str:
    if "$ref" in schema:
        return "one object"
    if schema.get("properties"):
        return f"by {', '.join(schema['properties'])}"
    return shown_type(schema) if "anyOf" in schema else "by name"


def table(properties: dict) -> list[str]:
    rows = [f"| `{key}` | {shown_type(one)} | {meaning(one)} |" for key, one in properties.items()]
    return ["| key | value | |", "| --- | --- | --- |", *rows]


def meaning(schema: dict) -> str:
    inner = schema.get("properties") or {}
    return schema.get("description") or " ".join(one.get("description", "") for one in inner.values())


def shown_type(schema: dict) -> str:
    """What a value can be, in words."""
    if "anyOf" in schema:
        return " or ".join(filter(None, (shown_type(one) for one in schema["anyOf"])))
    if "allOf" in schema and "properties" not in schema:
        return shown_type(schema["allOf"][0])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"] if one is not None)
    if "$ref" in schema:
        return "text"
    kinds = schema.get("type", "any YAML")
    kind = next((one for one in kinds if one != "null"), "") if isinstance(kinds, list) else kinds
    if kind == "array":
        element = schema.get("items", {})
        return f"list of {shown_type(element)}" if element.get("properties") else "list"
    if schema.get("properties"):
        return "`{" + ", ".join(schema["properties"]) + "}`"
    return {"object": "dict", "integer": "number", "string": "text"}.get(kind, kind)


def run(text: str, folder: Path) -> str:
    """The page as it would be written anew."""
    with running(rbac=True, password=PASSWORD) as control, running(rbac=True, password=PASSWORD) as other:
        return Guide(control, other, folder).written_anew(text)
