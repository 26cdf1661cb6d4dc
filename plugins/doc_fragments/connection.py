# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module says of its connection, its attributes and what it returns in common."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  master:
    description:
      - Address of the master, such as V(https://det.example.com). Without a scheme it is V(http), without a port
        V(8080).
      - When left out, the first of these that is there is used, the variable C(det_master_url) of the host, the
        environment variable E(DET_MASTER). An empty value is an error, not left out.
    type: str
    aliases: [det_master]
  token:
    description:
      - A session token, as M(determined_ai.determined.det_login) returns it, or an access token.
      - When left out, the first of these that is there is used, the variable C(det_token) of the host,
        E(DET_USER_TOKEN), a login by E(DET_USER) and E(DET_PASS) (one for the whole play), the login that
        C(det user login) stored for this master.
      - A token or a password of the environment is sent to the master that E(DET_MASTER) names, and to any only where
        that is not set. The variable C(det_token) is sent to the master of C(det_master_url), where there is one.
    type: str
  validate_certs:
    description:
      - Whether the master's certificate must be valid. It must, unless E(DET_MASTER_CERT_FILE) is V(noverify).
    type: bool
  ca_path:
    description:
      - File with the certificate (PEM) of the authority that signed the master's.
      - Taken from E(DET_MASTER_CERT_FILE), or what the C(det) CLI stored for this master, when left out.
    type: path
  server_name:
    description:
      - The name that the master's certificate is made out to, where that is not the one in O(master).
      - Taken from E(DET_MASTER_CERT_NAME) when left out.
    type: str
  timeout:
    description: Seconds to wait for a connection, and for each part of an answer.
    type: float
    default: 60
  retry_time:
    description:
      - Seconds that the repeats of one request may take together. V(0) repeats nothing.
      - Repeated are requests that did not arrive, and those whose repeat is harmless.
    type: float
    default: 30
requirements:
  - requests >= 2.25
"""

    # What is true of modules alone, and not of plugins of other kinds.
    MODULE = r"""
options: {}
notes:
  - Runs inside the Ansible process where the connection is local, as a module of its own elsewhere, with the same
    result. Set the variable C(det_in_process) to V(false) to force the latter.
  - O(master) and the other options of the connection can be given once for all modules, by C(module_defaults) of the
    group C(determined_ai.determined.all).
"""

    ATTRIBUTES = r"""
attributes:
  check_mode:
    support: full
    description: Predicts what would be done, by the plan that the real run carries out, and sends nothing that changes.
  diff_mode:
    support: full
    description: Shows the managed properties before and after.
  idempotent:
    support: full
    description: A second run changes nothing.
"""

    READS = r"""
attributes:
  check_mode:
    support: full
    description: Only reads, so it does the same in check mode.
  diff_mode:
    support: N/A
    description: Changes nothing.
  idempotent:
    support: full
    description: Changes nothing.
"""
