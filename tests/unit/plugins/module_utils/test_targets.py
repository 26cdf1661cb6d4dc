# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile texts for every target: what a person reads takes every text, what a program reads arrives or is refused."""

from __future__ import annotations

import configparser
import contextlib
import csv
import html.parser
import io
import re
import shlex
import subprocess

import pytest
import yaml
from ansible_collections.determined_ai.determined.plugins.module_utils import targets
from hypothesis import HealthCheck, example, given, settings, strategies

# Whatever Python can hold as text, halves of characters too; the signs that mean something to a target come more often.
SIGNS = strategies.sampled_from(
    list("=+-@|%$`\"'\\<>&;,#*?()[]{}!~ \t\r\n\v\f\0\x1b\x85\u2028\u202e\u200b\ud800\uff1dé")
)
HOSTILE = strategies.text(strategies.one_of(SIGNS, strategies.characters(exclude_categories=())), max_size=40)
READ_BY_PEOPLE = ("terminal", "slack", "monitoring", "csv", "html", "systemd")
READ_BY_PROGRAMS = ("systemd_value", "environment", "cron", "header", "shell")
# With shapes of their own.
OTHERS = ("cron_times", "command", "variables")
REASONS = {
    "it holds a line break or a control character.",
    "it holds half a character, which no file can hold.",
    "it holds a zero byte.",
    "it begins or ends with a blank, which systemd drops.",
    "it ends with a backslash, which would continue the line.",
}
BY_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def written(target, text):
    """What the target gets, None where it refuses."""
    try:
        return targets.TARGETS[target](text)
    except targets.Unwritable:
        return None


def test_every_target_is_of_one_kind():
    assert set(targets.TARGETS) == {*READ_BY_PEOPLE, *READ_BY_PROGRAMS, *OTHERS}


@pytest.mark.parametrize("target", READ_BY_PEOPLE)
@given(text=HOSTILE)
@example(text="\x1b[2K\r\nOK\u2028\u202e\ud800")
def test_what_people_read_takes_every_text(target, text):
    shown = targets.TARGETS[target](text)
    kept = {"csv": "\t\n\r", "html": "\t\n"}.get(target, "")
    assert all(sign.isprintable() or sign in kept for sign in shown)
    assert shown.encode().decode() == shown


@pytest.mark.parametrize("target", READ_BY_PROGRAMS)
@given(text=HOSTILE)
def test_what_programs_read_can_be_written_or_is_refused_without_the_text(target, text):
    shown = written(target, text)
    if shown is None:
        with pytest.raises(targets.Unwritable) as refused:
            targets.TARGETS[target](text)
        assert str(refused.value) in REASONS
        return
    assert shown.encode().decode() == shown
    assert "\0" not in shown
    if target != "shell":
        assert len((shown + "x").splitlines()) == 1


@pytest.mark.parametrize("target", READ_BY_PROGRAMS)
@pytest.mark.parametrize("text", ["a\nb", "a\r", "\x1b[0m", "a\x85b", "a\u2028b"])
def test_a_line_break_is_refused(target, text):
    assert target == "shell" or written(target, text) is None


@pytest.mark.parametrize("target", [*READ_BY_PEOPLE, *READ_BY_PROGRAMS])
@pytest.mark.parametrize("text", ["resnet", "Größe 3.5 kB", "a_b-c", "https://det.example.com:8080/x"])
def test_harmless_texts_stay_readable(target, text):
    assert written(target, text).strip("\"'") == text


@given(text=HOSTILE)
@example(text="<!channel> <https://evil.example|log in> @here [log in](https://evil.example)")
def test_a_message_mentions_nobody_and_has_no_link_with_another_face(text):
    shown = targets.slack_text(text)
    assert "<" not in shown
    assert ">" not in shown
    assert re.sub(r"&(amp|lt|gt);", "", shown).count("&") == 0
    assert "](" not in shown
    assert not re.search(r"(?<![\w.+-])@\w", shown)


@given(text=HOSTILE)
def test_a_monitoring_line_has_no_figures_of_its_own(text):
    assert "|" not in targets.monitoring_text(text)


@given(
    cells=strategies.lists(strategies.one_of(HOSTILE, strategies.lists(HOSTILE, max_size=2)), min_size=1, max_size=4)
)
@example(cells=["\n=1+1", "\u200b=1", " @x", "\ufeff+1", "a;=1"])
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_csv_line_is_read_as_these_cells_and_has_no_formula(cells):
    line = targets.csv_line(cells)
    (read,) = csv.reader(io.StringIO(line, newline=""), lineterminator="\n")
    assert read == [targets.csv_cell(cell) for cell in cells]
    assert not [cell for cell in read if cell.lstrip().startswith(BY_FORMULA)]


@given(cells=strategies.lists(HOSTILE, min_size=1, max_size=3), separator=strategies.sampled_from(";\t"))
@example(cells=["a", "b;=1", "c\n-1"], separator=";")
def test_a_csv_line_has_no_formula_for_readers_with_another_separator(cells, separator):
    text = targets.csv_line(cells)
    parts = re.split(f"[\\n\\r{separator}]", text)
    assert not [part for part in parts if part.lstrip(' "').startswith(BY_FORMULA)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (-3, "-3"), (2.5, "2.5"), ([1, "a"], '[1, "a"]'), ({"=x": 1}, '{"=x": 1}')],
)
def test_values_of_a_csv_file(value, text):
    assert targets.csv_cell(value) == text


class Parts(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


@given(text=HOSTILE)
@example(text="\"><script>alert('x')</script>")
def test_html_has_no_tag_or_attribute_of_the_text(text):
    shown = targets.html_text(text)
    page = Parts(f'<p title="{shown}">{shown}</p>')
    wanted = targets.printable_text(text, keep="\n\t")
    assert page.seen == [("p", [("title", wanted)])]
    assert page.text == wanted


@pytest.mark.parametrize("target", ["systemd", "systemd_value"])
@given(text=HOSTILE)
@example(text="a\\")
@example(text="a\n[Service]\nExecStart=/bin/false")
def test_a_unit_has_one_directive_for_a_text(target, text):
    shown = written(target, text)
    if shown is None:
        return
    assert not shown.endswith("\\")
    assert "%" not in shown.replace("%%", "")
    unit = configparser.RawConfigParser(delimiters="=", comment_prefixes=(), strict=True)
    unit.read_string(f"[Unit]\nDescription={shown}\nAfter=x\n")
    assert unit.sections() == ["Unit"]
    assert dict(unit["Unit"]) == {"description": shown.strip(), "after": "x"}


@given(text=HOSTILE)
@example(text="x\"$(touch /tmp/x)`id`\\ '! %h")
@settings(max_examples=40, deadline=None)
def test_bash_reads_environment_and_word_as_they_were(text):
    for target, script in (("environment", 'A={}; printf %s "$A"'), ("shell", "printf %s {}")):
        shown = written(target, text)
        if shown is not None:
            done = subprocess.run(["bash", "-c", script.format(shown)], capture_output=True, check=True)
            assert done.stdout.decode() == text


@given(text=HOSTILE)
def test_cron_gives_the_shell_the_command(text):
    shown = written("cron", f"run {text}")
    if shown is not None:
        assert re.sub(r"\\%", "", shown).count("%") == 0
        assert shown.replace("\\%", "%") == f"run {text}"


@given(text=HOSTILE)
def test_a_shell_word_is_one_word(text):
    shown = written("shell", text)
    if shown is not None:
        assert shlex.split(shown) == [text]


@pytest.mark.parametrize(
    ("times", "line"),
    [
        ({}, "* * * * *"),
        ({"minute": "30", "hour": 2}, "30 2 * * *"),
        ({"minute": "*/5", "hour": "8-18/2,22", "day": "1,15", "month": "jan-Mar", "weekday": "sun,7"},
         "*/5 8-18/2,22 1,15 jan-Mar sun,7"),
        ({"minute": 0}, "0 * * * *"),
        ({"minute": None}, "* * * * *"),
    ],
)  # fmt: skip
def test_times_of_cron(times, line):
    assert targets.cron_times(times) == line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hour", "99"), ("hour", "24"), ("minute", "60"), ("minute", "-1"), ("minute", ""), ("minute", "1 2"),
        ("minute", "* * * * * root /bin/true\n0"), ("minute", "0\n"), ("minute", "*/0"), ("minute", "5-1"),
        ("day", "0"), ("month", "13"), ("month", "sun"), ("weekday", "8"), ("weekday", "x"), ("minute", "\u0661"),
        ("minute", "1,"), ("minute", "%"), ("minute", True), ("second", "1"),
    ],
)  # fmt: skip
def test_what_is_no_time_of_cron_is_refused_by_its_field(name, value):
    with pytest.raises(targets.Unwritable, match=name):
        targets.cron_times({name: value})


@given(times=strategies.dictionaries(strategies.sampled_from(sorted(targets.CRON_FIELDS)), HOSTILE))
def test_a_line_of_cron_has_five_fields_or_is_refused(times):
    with contextlib.suppress(targets.Unwritable):
        assert len(targets.cron_times(times).split()) == 5


@given(text=HOSTILE)
@example(text="sendmail -t; rm -rf $HOME")
def test_a_command_has_no_operator_of_the_shell(text):
    shown = written("command", text)
    if shown is not None:
        assert shlex.split(shown) == shlex.split(text)
        assert not re.search(r"[;&|<>$`(){}*?\n]", re.sub(r"'[^']*'", "", shown))


NESTED = strategies.recursive(
    strategies.one_of(strategies.none(), strategies.booleans(), strategies.integers(), HOSTILE),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=6,
)


@given(value=NESTED)
@example(value={"v": "{{ lookup('pipe', 'id') }}", "w": ["{% if x %}", "{#", "\x85\u2028\ufeff\U0001f600\x7f"]})
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_variables_are_read_as_they_were_and_no_text_of_them_is_a_template(value):
    shown = written("variables", value)
    if shown is None:
        assert any("\ud800" <= sign <= "\udfff" for sign in repr_of(value))
        return
    assert shown.encode().decode() == shown
    unsafe = set()

    class Loader(yaml.SafeLoader):
        pass

    def mark(loader, node):
        unsafe.add(node.value)
        return node.value

    Loader.add_constructor("!unsafe", mark)
    assert yaml.load(shown, Loader) == value
    assert {text for text in texts_of(value) if "{" in text} == unsafe


def texts_of(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_of(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return [value] if isinstance(value, str) else []


def repr_of(value):
    """All signs in it, of keys too."""
    if isinstance(value, dict):
        return "".join(key + repr_of(one) for key, one in value.items())
    return "".join(map(repr_of, value)) if isinstance(value, list) else str(value)


def test_a_figure_that_is_infinite_is_no_variable():
    with pytest.raises(targets.Unwritable, match="inf is not a number"):
        targets.variables_text({"a": [float("inf")]})
