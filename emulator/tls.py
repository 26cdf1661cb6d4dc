# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTPS with a certificate that is made at the start, by a certificate authority of its own."""

from __future__ import annotations

import ssl
from pathlib import Path

NAMES = ("localhost", "127.0.0.1", "::1")


def server_context(folder: str | Path, name: str | None = None) -> ssl.SSLContext:
    """For a server that goes by the loopback's names, and by one more; the authority's certificate is written to
    FOLDER/ca.pem, for clients to trust."""
    # Making keys takes a library of some size, which a start without TLS does not wait for.
    import trustme

    Path(folder).mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(Path(folder, "ca.pem")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES, *([name] if name else [])).configure_cert(context)
    return context
