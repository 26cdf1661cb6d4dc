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
      - Without this option, the address is looked up in the variable C(det_master_url) of the host, then in the
        environment variable E(DET_MASTER). An empty value is an error.
    type: str
    aliases: [det_master]
  token:
    description:
      - A session token, as M(determined_ai.determined.det_login) returns it, or an access token.
      - Without this option, credentials are looked up in this order, the variable C(det_token) of the host,
        E(DET_USER_TOKEN), a login with E(DET_USER) and E(DET_PASS) (one for the whole play), the login that
        C(det user login) stored for this master.
      - A token or a password from the environment is sent only to the master in E(DET_MASTER), or to any master if
        E(DET_MASTER) is not set. The variable C(det_token) is sent only to the master in C(det_master_url), if set.
    type: str
  validate_certs:
    description:
      - Whether the master's certificate must be valid. The default is true, unless E(DET_MASTER_CERT_FILE) is
        V(noverify).
    type: bool
  ca_path:
    description:
      - File with the certificate (PEM) of the authority that signed the master's.
      - The default is E(DET_MASTER_CERT_FILE), or the file that the C(det) CLI stored for this master.
    type: path
  server_name:
    description:
      - The name in the master's certificate, if it differs from the name in O(master).
      - The default is E(DET_MASTER_CERT_NAME).
    type: str
  timeout:
    description: Seconds to wait for a connection, and for each part of an answer.
    type: float
    default: 60
  retry_time:
    description:
      - Maximum total time in seconds for retries of one request. V(0) disables retries.
      - A request is retried if it did not reach the master, or if it is safe to repeat.
    type: float
    default: 30
requirements:
  - requests >= 2.28
"""

    # What is true of modules alone, and not of plugins of other kinds.
    MODULE = r"""
options: {}
notes:
  - With the connection C(local) the module runs inside the Ansible process, otherwise as a module of its own, with the
    same result. Set the variable C(det_in_process) to V(false) to run it always as a module of its own.
  - O(master) and the other options of the connection can be given once for all modules, by C(module_defaults) of the
    group C(determined_ai.determined.all).
"""

    ATTRIBUTES = r"""
attributes:
  check_mode:
    support: full
    description: Computes the same plan as the real run, and sends no request that changes anything.
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
