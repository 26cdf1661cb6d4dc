# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of modules that start a task in a container."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  id:
    description: Id of one that is there.
    type: str
  state:
    description:
      - V(started) starts one where none waits or runs that is meant, and waits until it is ready.
      - V(absent) kills it. The master goes on to list it as terminated for a day.
    type: str
    choices: [started, absent]
    default: started
  user:
    description:
      - Name of its owner. When left out it is the calling user, whose tasks alone can be started.
    type: str
  workspace:
    description: Name of its workspace. The built-in C(Uncategorized) when left out. Exclusive with O(workspace_id).
    type: str
  workspace_id:
    description: Id of its workspace.
    type: int
  config:
    description:
      - Its config, a dict or a text in YAML. The options O(pool) and O(priority) and the like are put over it.
      - A text is read as YAML 1.2, as the CLI does, with the Python library C(ruamel.yaml).
      - It is used when one is started. One that is there already is not compared with it.
    type: raw
  template:
    description: Name of a template that the config is put over.
    type: str
  context:
    description:
      - A folder whose files it gets in its working directory, 95 MiB at most.
      - What a file C(.detignore) in it names is left out. Needs the Python library C(pathspec).
      - Pipes, sockets and devices are left out with a warning, as are links to folders and links that lead out of it.
    type: path
  pool:
    description: Resource pool. The workspace's or the cluster's default when left out.
    type: str
  priority:
    description:
      - Priority from 1 to 99; the smaller the earlier on agent clusters. It is changed where it differs on one that
        is there already.
    type: int
  log_lines:
    description: How many of the last lines of its log a failure shows, or the result of what has ended.
    type: int
    default: 20
"""

    NAMED = r"""
options:
  description:
    description:
      - What it is found by, together with its workspace and its owner, among those that have not ended. Tasks have no
        other name.
    type: str
  slots:
    description: Slots that it needs. V(1) when left out here and in the config.
    type: int
"""
