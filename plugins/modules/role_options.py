# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role_options
short_description: Check the variables of a role and convert them to their types
version_added: 1.0.0
description:
  - The first task of each role of this collection. It holds the variables of the role that the task stands in against
    the C(meta/argument_specs.yml) of that role, and returns them in the types that are specified there.
  - A variable with the prefix of the role, such as C(log_retention_), that the role does not know is an error, which
    names the nearest one. The list C(det_other_variables) names variables, or prefixes that end in C(_), that belong
    to something else.
  - Texts, as C(-e name=value), INI inventories and surveys give them, become booleans, numbers, lists and dictionaries.
  - Null, an empty text and an empty list are refused where the default of the variable is not just as empty.
author:
  - The determined_ai.determined authors (@determined-ai-ansible)
options:
  entry_point:
    description: The entry point of the role whose variables are returned. The names of all entry points are known.
    type: str
    default: main
  roles:
    description:
      - Names of roles of this collection. The names of their variables are checked before any of them runs, and
        nothing is returned.
    type: list
    elements: str
attributes:
  check_mode:
    support: full
    description: Works in check mode without a difference.
  diff_mode:
    support: none
    description: Changes nothing.
notes:
  - In a role it is the first task, and registers its result, for instance as C(_log_retention). The tasks after it use
    C(_log_retention.cleanup) and not C(log_retention_cleanup).
  - The result has the variables without the prefix of the role. No output shows it, as some are secrets.
"""

EXAMPLES = r"""
- name: Check the variables of two roles before any of them begins
  determined_ai.determined.role_options:
    roles: [experiment_retention, log_retention]
"""

RETURN = r"""
option:
  description: Each variable of the role, under its name without the prefix.
  returned: success, without O(roles)
  type: raw
"""
