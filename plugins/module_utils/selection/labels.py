# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels as options name them, those that hold a day, and those that keep an object."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from ..errors import BadOption


def check_labels(options: Mapping[str, Any]) -> None:
    """Raise BadOption for a label among the conditions that no search can find."""
    for name in ("labels_all", "labels_any", "labels_none"):
        for label in options.get(name) or ():
            check_label(label, "select." + name)
    if options.get("expired_label") is not None:
        check_label(options["expired_label"], "select.expired_label")


def check_label(label: str, option: str) -> None:
    if "," in label:
        raise BadOption(option, label, "a label with a comma cannot be found by the master.", "Give one label an item.")
    if not label.strip():
        raise BadOption(option, label, "a label must not be empty.")


def expired(labels: Iterable[str], name: str, today: date) -> bool:
    """Whether a label ``name=YYYY-MM-DD`` is among them and the last such day is over.

    A label ``name=`` with anything else is of a day that never comes: in doubt nothing has expired.
    """
    texts = [label[len(name) + 1 :] for label in labels if label.startswith(name + "=")]
    try:
        days = [datetime.strptime(text, "%Y-%m-%d").date() for text in texts]
    except ValueError:
        return False
    return bool(days) and max(days) < today


def normal_form(label: str) -> str:
    """What two labels have in common that look alike: form, case and outer blanks do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", label).strip().casefold())


def keeping_labels(labels: Iterable[str], keep: Iterable[str], warn: Callable[[str], None] | None = None) -> list[str]:
    """Those of the labels that keep their object, sorted.

    A label that differs from one of ``keep`` in form, case or outer blanks only keeps the object too, since a guard
    must not fail by what nobody sees; ``warn`` is then called with a sentence.
    """
    exact = set(keep)
    forms = {normal_form(one): one for one in exact}
    found = sorted(label for label in labels if normal_form(label) in forms)
    for label in found:
        if label not in exact and warn is not None:
            meant = forms[normal_form(label)]
            warn(f"Label {label!r} differs from {meant!r} of keep_labels in spelling only; what has it is kept.")
    return found
