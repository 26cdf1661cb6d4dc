# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from outside, escaped for where it goes: one function for each target.

Names, labels, descriptions, error texts and log lines may hold anything: line breaks, signs that steer a terminal,
mark-up, formulas, half a character that no file takes (a lone surrogate). Nothing here knows Ansible or the master.

Two kinds of functions:

- What a person reads (``terminal_text``, ``slack_text``, ``monitoring_text``, ``csv_cell``, ``html_text``,
  ``systemd_text``) takes every text, and replaces what the target must not get.
- What a program reads (``cron_text``, ``cron_times``, ``systemd_value``, ``environment_value``, ``header_text``,
  ``shell_word``, ``command_text``, ``variables_text``) gives the program exactly this text, or raises ``Unwritable``
  where the target has no way to write it.
"""

from __future__ import annotations

import html
import json
import math
import re
import shlex
import unicodedata
from typing import Any, Callable, Iterable, Mapping

# What begins a formula in a spreadsheet, after any blanks. Some take the wide and small forms of these signs too.
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# Where a cell begins: readers of other countries take a semicolon or a tab for a separator, and then quotes for text.
CELL_BEGINS = re.compile(r"(?:^|[;\t\r\n])\s*")
# A mention of Mattermost, Discord and of Slack with link_names; user@host is none.
MENTION = re.compile(r"(?<![\w.+-])@(?=[\w!&])")
WIDE_AT = "\uff20"
# Fields of a crontab line in their order: the lowest and the highest number, and the names that stand for numbers.
CRON_FIELDS: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "minute": (0, 59, ()),
    "hour": (0, 23, ()),
    "day": (1, 31, ()),
    "month": (1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    "weekday": (0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
}
CRON_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([0-9]+))?")


class Unwritable(ValueError):
    """The text cannot be written for this target. The message says why, without the text itself."""


def printable_text(text: Any, keep: str = "") -> str:
    """The text with a blank for each sign that is not printable, other than those in ``keep``.

    Not printable are control characters, all line breaks, signs that turn the direction of writing, and halves of
    characters, which no UTF-8 file takes.
    """
    return "".join(sign if sign.isprintable() or sign in keep else " " for sign in str(text))


def terminal_text(text: Any) -> str:
    """One line for a terminal: no sign that steers the terminal, begins a line or turns the direction of writing."""
    return printable_text(text)


def slack_text(text: Any) -> str:
    """One line for a message of Slack, Mattermost and others that read ``{"text": ...}``.

    ``&``, ``<`` and ``>`` become entities, as Slack asks for, so there is no ``<!channel>`` and no link with another
    face. A mention gets a wide ``@``, and a link of Markdown a blank between its parts.
    """
    line = printable_text(text)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        line = line.replace(sign, entity)
    return MENTION.sub(WIDE_AT, line).replace("](", "] (").replace("][", "] [")


def monitoring_text(text: Any) -> str:
    """A part of the line of a monitoring plugin (Nagios, Icinga, Checkmk): one line without a bar.

    The bar begins the figures; it becomes a slash.
    """
    return printable_text(text).replace("|", "/")


def csv_cell(value: Any) -> str:
    """The text of a cell of a CSV file, before it is quoted: no text that a spreadsheet would calculate.

    Lists and dicts become JSON, booleans C(true) and C(false), None nothing. Numbers stay as they are.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    text = json.dumps(value, sort_keys=True, default=str) if isinstance(value, (list, tuple, dict)) else str(value)
    text = printable_text(text, keep="\t\n\r")

    def begin(found: re.Match[str]) -> str:
        return found.group() + ("'" if text[found.end() : found.end() + 1] in tuple(FORMULA) else "")

    text = CELL_BEGINS.sub(begin, text)
    return "'" + text if text.startswith(("\t", "\r")) else text


def csv_line(cells: Iterable[Any]) -> str:
    """A line of a CSV file with its end, each cell by ``csv_cell``.

    Quoted is also what readers of other countries take for a separator.
    """
    texts = [csv_cell(cell) for cell in cells]
    quoted = ['"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text for text in texts]
    # One empty cell would be an empty line, which readers leave out.
    return (",".join(quoted) if quoted != [""] else '""') + "\n"


def html_text(text: Any) -> str:
    """Text for HTML, between tags or within a quoted attribute. Line breaks and tabs stay."""
    return html.escape(printable_text(text, keep="\n\t"))


def systemd_text(text: Any) -> str:
    """A text that people read in a unit of systemd, such as C(Description=): one line without specifiers."""
    # A backslash at the end would continue the line.
    return printable_text(text).rstrip("\\ ").replace("%", "%%")


def systemd_value(text: Any) -> str:
    """A value of a unit of systemd that has no syntax of its own, such as C(User=) or C(OnCalendar=)."""
    value = demand_one_line(text)
    if value != value.strip():
        raise Unwritable("it begins or ends with a blank, which systemd drops.")
    if value.endswith("\\"):
        raise Unwritable("it ends with a backslash, which would continue the line.")
    return value.replace("%", "%%")


def environment_value(text: Any) -> str:
    """A value of an environment file, quoted so that systemd and bash (C(source)) read the same."""
    return '"' + re.sub(r'([\\"`$])', r"\\\1", demand_one_line(text)) + '"'


def cron_text(text: Any) -> str:
    """A command of a crontab line; a bare percent sign would end the command there."""
    return demand_one_line(text).replace("%", "\\%")


def cron_times(times: Mapping[str, Any]) -> str:
    """The five fields of a crontab line from {minute, hour, day, month, weekday}; what is left out is ``*``.

    Raises Unwritable with the name of the field for what is not a time of cron.
    """
    if not isinstance(times, Mapping):
        raise Unwritable(f"it is not a dictionary of {', '.join(CRON_FIELDS)}.")
    unknown = [name for name in times if name not in CRON_FIELDS]
    if unknown:
        raise Unwritable(f"there is no field {unknown[0]!r}. Fields are {', '.join(CRON_FIELDS)}.")
    return " ".join(cron_field(name, times.get(name)) for name in CRON_FIELDS)


def cron_field(name: str, value: Any) -> str:
    """One field of a crontab line: ``*``, numbers, names, ranges, steps and lists of these."""
    text = "*" if value is None else str(value)
    lowest, highest, names = CRON_FIELDS[name]

    def number(part: str) -> int:
        """-1 for what is none."""
        if part.lower() in names:
            return names.index(part.lower()) + (1 if name == "month" else 0)
        return int(part) if part.isascii() and part.isdigit() and len(part) < 3 else -1

    for part in text.split(","):
        found = CRON_PART.fullmatch(part)
        ends = [number(end) for end in found.groups()[:2] if end] if found else [-1]
        step = found.group(3) if found else None
        if ends != sorted(ends) or not all(lowest <= end <= highest for end in ends) or (step and not int(step)):
            raise Unwritable(
                f"{name}: {text!r} is not a time of cron. Write a number from {lowest} to {highest}, a range such as "
                f"{lowest}-{highest}, a step such as */2, or a list of these."
            )
    return text


def header_text(text: Any) -> str:
    """A value of a header of a mail or of HTTP: one line."""
    return demand_one_line(text)


def shell_word(text: Any) -> str:
    """One word of a shell, always as it is. Line breaks stay; the shell has no way to write a zero byte."""
    value = str(text)
    if "\0" in value:
        raise Unwritable("it holds a zero byte.")
    return shlex.quote(demand_characters(value))


def command_text(text: Any) -> str:
    """A command of a shell from its words, each as it is: no word is an operator or a variable of the shell."""
    try:
        words = shlex.split(demand_one_line(text))
    except ValueError as error:
        raise Unwritable(f"its quotes do not match: {error}.") from None
    if not words:
        raise Unwritable("it has no word.")
    return " ".join(shlex.quote(word) for word in words)


def variables_text(values: Any) -> str:
    """A file of variables for Ansible, in YAML that is JSON but for tags: no text in it is run as a template."""
    try:
        return unsafe_json(values) + "\n"
    except RecursionError:
        raise Unwritable("it is too deep.") from None


def unsafe_json(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json_text(str(key))}: {unsafe_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(unsafe_json(one) for one in value) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise Unwritable(f"{value} is not a number that can be written.")
        return json.dumps(value)
    text = str(value)
    # Ansible begins a template with one of these pairs, whatever stands between them and its end.
    return ("!unsafe " if "{" in text else "") + json_text(text)


def json_text(text: str) -> str:
    """A text in quotes that JSON and YAML read alike. Letters stay, as YAML knows no pairs of surrogates."""
    # What YAML does not take as it is: control characters, marks of the byte order.
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]",
        lambda found: f"\\u{ord(found.group()):04x}",
        json.dumps(demand_characters(text), ensure_ascii=False),
    )


def demand_one_line(text: Any) -> str:
    """The text, if it is one line of printable signs and tabs. Raises Unwritable."""
    value = demand_characters(str(text))
    # Other signs of direction or format are no line break, and the programs take them as they are.
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") and sign != "\t" for sign in value):
        raise Unwritable("it holds a line break or a control character.")
    return value


def demand_characters(text: str) -> str:
    """The text, if a UTF-8 file can hold it. Raises Unwritable for halves of characters."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Unwritable("it holds half a character, which no file can hold.")
    return text


# The names under which the targets are known to the filter C(escape).
TARGETS: dict[str, Callable[[Any], str]] = {
    "terminal": terminal_text,
    "slack": slack_text,
    "monitoring": monitoring_text,
    "csv": csv_cell,
    "html": html_text,
    "systemd": systemd_text,
    "systemd_value": systemd_value,
    "environment": environment_value,
    "cron": cron_text,
    "header": header_text,
    "shell": shell_word,
    "cron_times": cron_times,
    "command": command_text,
    "variables": variables_text,
}
