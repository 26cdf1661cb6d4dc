# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role token_rotation: a new token reaches every consumer before the old one goes, and fails without harm."""

from __future__ import annotations

import pytest

from tests.matrix.conftest import emulated
from tests.matrix.roles import refusals

pytestmark = pytest.mark.needs("journal")
ROLE = "determined_ai.determined.token_rotation"
DELIVER = """
- name: Deliver
  ansible.builtin.debug:
    msg: "delivered {{ token_rotation_token.description }}, new {{ token_rotation_rotated }}"
- name: Break
  ansible.builtin.fail: {msg: The vault is closed}
  when: broken | default(false) | bool
"""


@pytest.fixture
def place():
    with emulated() as place:
        place.call("POST", "/api/v1/users", {"user": {"username": "ci-bot", "active": True}, "password": "x"})
        yield place


@pytest.fixture
def rotate(runner, place, tmp_path):
    """Function: one run of the role; what it said, and what it wrote."""
    (tmp_path / "deliver.yml").write_text(DELIVER)
    entries = [
        {"user": "ci-bot", "description": "monitoring", "dest": str(tmp_path / "monitoring")},
        {
            "user": "ci-bot",
            "description": "pipelines",
            "dest": str(tmp_path / "pipelines"),
            "lifespan": "10d",
            "consumers": [{"dest": str(tmp_path / "a"), "mode": "0640"}],
            "tasks": str(tmp_path / "deliver.yml"),
        },
    ]

    def run(code=0, arguments=(), secrets=(), **variables):
        place.control.forget()
        tasks = [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE}}]
        given = {"token_rotation_tokens": entries, "token_rotation_lifespan": "20d", **variables}
        played = runner.play(place, tasks, code=code, arguments=arguments, variables=given, secrets=secrets)
        return played.output, [one["method"] for one in place.control.writes()]

    run.entries, run.folder = entries, tmp_path
    # The second one lives for ten days.
    run.late = [entries[0], {**entries[1], "renew_before": "11d"}]
    return run


def tokens(place):
    return {one["id"] for one in place.call("GET", "/api/v1/tokens")["tokenInfo"]}


def test_made_kept_rotated_and_never_shown(rotate, place):
    output, sent = rotate(arguments=("--check",))
    assert (sent, tokens(place)) == ([], set())
    assert "2 tokens looked at, 2 would be rotated, 0 failed" in output
    output, sent = rotate()
    assert (sent, len(tokens(place))) == (["POST", "POST"], 2)
    first = {name: (rotate.folder / name).read_text() for name in ("monitoring", "pipelines", "a")}
    assert first["pipelines"] == first["a"]
    assert "delivered pipelines, new True" in output
    assert oct((rotate.folder / "a").stat().st_mode)[-3:] == "640"
    assert all(one.strip() not in output for one in first.values())
    output, sent = rotate()
    assert (sent, "changed=0 " in output) == ([], True)
    assert "delivered pipelines, new False" in output
    output, sent = rotate(secrets=[one.strip() for one in first.values()], token_rotation_tokens=rotate.late)
    assert sent == ["POST", "PATCH"]
    assert "lifespan is not longer than renew_before" in output
    assert "2 tokens looked at, 1 rotated, 0 failed" in output
    assert (rotate.folder / "monitoring").read_text() == first["monitoring"]
    second = (rotate.folder / "pipelines").read_text()
    assert second != first["pipelines"]
    assert second == (rotate.folder / "a").read_text()
    assert place.call("GET", "/api/v1/me", token=second.strip())["user"]["username"] == "ci-bot"
    with pytest.raises(AssertionError, match="revoked"):
        place.call("GET", "/api/v1/me", token=first["pipelines"].strip())
    # The old one works until the new one is delivered, which the next run finishes.
    output, sent = rotate(code=2, broken=True, token_rotation_tokens=rotate.late)
    assert sent == ["POST"]
    assert "pipelines, Break: The vault is closed" in output
    assert place.call("GET", "/api/v1/me", token=second.strip())["user"]["username"] == "ci-bot"
    output, sent = rotate()
    assert sent == ["PATCH"]
    with pytest.raises(AssertionError, match="revoked"):
        place.call("GET", "/api/v1/me", token=second.strip())
    assert len(tokens(place)) == 2


def test_what_is_wrong_is_said_and_nothing_written(runner, place, rotate):
    one, other = rotate.entries
    cases = [
        ({"token_rotation_tokens": [one, {**other, "user": "nobody"}]}, "There is no active user nobody"),
        ({"token_rotation_tokens": [one, {**other, "dest": "/nowhere/x"}]}, "/nowhere"),
        ({"token_rotation_tokens": [one, {**other, "dest": one["dest"]}]}, "the same file"),
        ({"token_rotation_tokens": [one, {**other, "description": "monitoring"}]}, "the same user and description"),
        ({"token_rotation_tokens": [one, {**other, "tasks": "nothing.yml"}]}, "nothing.yml"),
        ({"token_rotation_tokens": [one, {**other, "lifespan": "soon"}]}, "soon"),
        ({"token_rotation_tokens": [one], "token_rotation_renew": "1d"}, "The nearest is token_rotation_renew_before"),
        ({"token_rotation_tokens": []}, "is empty"),
    ]
    refusals(runner, place, ROLE, {}, cases)
