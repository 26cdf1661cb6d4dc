# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as text, in the order of addresses, for diffs, files and pull requests."""

from __future__ import annotations

import json
import re
from typing import Any

from ..model.row import Row
from ..wording import counted
from .access_diff import sentences
from .act import Op, PlannedAct
from .cluster_plan import ClusterPlan

SIGNS = {
    Op.CREATE: "+", Op.CHANGE: "~", Op.RENAME: ">", Op.REPLACE: "-/+", Op.ARCHIVE: "~", Op.UNARCHIVE: "~",
    Op.SWITCH_OFF: "-", Op.DELETE: "-", Op.ADOPT: "=", Op.LEAVE: "!", Op.NONE: "!", Op.FORGET: "!",
}  # fmt: skip
WORDS = {
    Op.CREATE: "will be created", Op.CHANGE: "will be changed", Op.RENAME: "will be renamed or moved",
    Op.REPLACE: "must be replaced", Op.ARCHIVE: "will be archived", Op.UNARCHIVE: "will be unarchived",
    Op.SWITCH_OFF: "will be switched off", Op.DELETE: "will be deleted", Op.ADOPT: "will be adopted",
    Op.LEAVE: "left the document", Op.NONE: "stays as it is", Op.FORGET: "is forgotten",
}  # fmt: skip
COUNTED = {
    Op.CREATE: "to create", Op.CHANGE: "to change", Op.RENAME: "to rename", Op.REPLACE: "to replace",
    Op.ARCHIVE: "to archive", Op.UNARCHIVE: "to unarchive", Op.SWITCH_OFF: "to switch off", Op.DELETE: "to delete",
    Op.ADOPT: "to adopt",
}  # fmt: skip
# A comment on a pull request has at most 65,536 characters.
MOST_MARKDOWN = 60_000
SIGN = re.compile(r"(\s*)(-/\+|[-+~>!=])( .*)")


def plan_text(plan: ClusterPlan, requests: int, digest: str) -> str:
    lines: list[str] = []
    for act in sorted(plan.acts, key=lambda one: one.address):
        if not act.is_silent:
            lines += act_lines(act)
    lines += access_lines(plan)
    return "\n".join([*lines, summary_line(plan, requests, digest), ""])


def access_lines(plan: ClusterPlan) -> list[str]:
    """Who gains and loses access, as sentences."""
    lines = [f"  {sign} {sentence}" for sign, sentence in sentences(plan.access)]
    return ["Access:", *lines] if lines else []


def act_lines(act: PlannedAct) -> list[str]:
    lines = [f"{SIGNS[act.op]:>3} {act.address} {WORDS[act.op]}"]
    if act.blocked:
        lines[0] += f"   # blocked: {act.blocked}"
    for change in act.changes:
        lines += change_lines(act, change)
    for name, elements in act.comparison.kept.items():
        lines += [f"        {name}: {written(element)}   (kept, not ours)" for element in elements if act.changes]
    return lines + [f"      # {note}" for note in act.notes]


def change_lines(act: PlannedAct, change: Row) -> list[str]:
    comment = f"   # {change['reason']}" if change.get("reason") and act.op is not Op.CREATE else ""
    name = change["field"]
    if "added" in change and act.op is not Op.REPLACE:
        added = [f"      + {name}: {written(one)}{comment}" for one in change["added"]]
        return added + [f"      - {name}: {written(one)}{comment}" for one in change["removed"]]
    if act.op is Op.CREATE:
        return [f"      + {name}: {written(change['after'])}"]
    return [f"      ~ {name}: {written(change['before'])} -> {written(change['after'])}{comment}"]


def written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def summary_line(plan: ClusterPlan, requests: int, digest: str) -> str:
    counts = summary(plan)
    parts = [f"{counts[op.value]} {word}" for op, word in COUNTED.items() if counts[op.value]]
    parts += [f"{counts[word]} {word}" for word in ("blocked", "unchanged") if counts[word]]
    ending = f" Digest {digest}." if digest else ""
    return f"Plan: {', '.join(parts) or 'nothing'}. {counted(requests, 'request')}.{ending}"


def summary(plan: ClusterPlan) -> dict[str, int]:
    """How many acts there are of each op, how many are blocked, and how many objects stay as they are."""
    found = {op.value: len(plan.of(op)) for op in COUNTED}
    found["blocked"] = len(plan.blocked)
    found["unchanged"] = sum(1 for act in plan.of(Op.NONE) if act.entry is not None and not act.blocked)
    found["left"] = len(plan.of(Op.LEAVE))
    return found


def as_markdown(text: str, title: str) -> str:
    """The plan for a comment on a pull request: its sum, and the plan folded away, in colours where they are shown.

    What is too long for a comment is cut. Nothing of the plan can end the block of code that it is in.
    """
    lines = text.splitlines()
    kept, length = [], 0
    for line in lines:
        length += len(line.encode()) + 1
        if length > MOST_MARKDOWN:
            kept.append(f"# {len(lines) - len(kept)} more lines")
            break
        kept.append(sign_first(line))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "\n".join([f"{fence}diff", *kept, fence])
    total = lines[-1] if lines else ""
    return f"### {title}\n\n{total}\n\n<details><summary>Show the plan</summary>\n\n{body}\n\n</details>\n"


def plan_title(stack: str | None) -> str:
    return "Plan of the cluster" if stack is None else f"Plan of the stack {stack}"


def sign_first(line: str) -> str:
    """The line with its sign in the first column, where a diff has it; what changes has the sign that colours know."""
    found = SIGN.match(line)
    if found is None:
        return line
    blanks, sign, rest = found.groups()
    return f"{'!' if sign in ('~', '>') else sign}{blanks}{rest}"
