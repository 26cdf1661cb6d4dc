# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for what was not given one: three random words."""

from __future__ import annotations

import random

_HOW = "barely boldly calmly daily deeply fairly gladly hardly kindly lately mainly mostly nearly oddly only quietly"
_WHAT = "able brave bright clean eager fair fine gentle happy keen lucky mild neat proud quick ready smart warm"
_WHO = "ant bat bear cod crab deer duck finch fox goat hare ibis kiwi lark lynx mole newt otter owl pike seal"


def name(chooser: random.Random | None = None) -> str:
    """Such as calmly-keen-otter; a chooser of one's own makes it repeatable."""
    choose = (chooser or random).choice
    return "-".join(choose(words.split()) for words in (_HOW, _WHAT, _WHO))
