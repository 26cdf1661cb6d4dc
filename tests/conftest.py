# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes `ansible_collections.determined_ai.determined` importable, whatever the folder of the clone is called."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINKS = ROOT / ".cache" / "link"

link = LINKS / "ansible_collections" / "determined_ai" / "determined"
if not link.exists():
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(ROOT)
os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(LINKS)

# After the variable is set: ansible reads it once.
from ansible.plugins.loader import init_plugin_loader  # noqa: E402
from ansible.utils.collection_loader import AnsibleCollectionConfig  # noqa: E402

# ansible-test has its own finder in place.
if AnsibleCollectionConfig.collection_finder is None:
    init_plugin_loader()
