# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels as options name them, and those that hold a day."""

from __future__ import annotations

from datetime import datetime

from ..errors import BadOption


def check_labels(options):
    for name in ("labels_all", "labels_any", "labels_none"):
        for label in options.get(name) or ():
            check_label(label, "select." + name)
    if options.get("expired_label") is not None:
        check_label(options["expired_label"], "select.expired_label")


def check_label(label, option):
    if "," in label:
        raise BadOption(option, label, "a label with a comma cannot be found by the master.", "Give one label an item.")
    if not label.strip():
        raise BadOption(option, label, "a label must not be empty.")


def expired(labels, name, today):
    """Whether a label ``name=YYYY-MM-DD`` is among them and the last such day is over.

    A label ``name=`` with anything else is of a day that never comes: in doubt nothing has expired.
    """
    texts = [label[len(name) + 1 :] for label in labels if label.startswith(name + "=")]
    try:
        days = [datetime.strptime(text, "%Y-%m-%d").date() for text in texts]
    except ValueError:
        return False
    return bool(days) and max(days) < today
