# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on the loopback interface that answers, or fails to, as a test tells it; and certificates for it."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import struct
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Server:
    """Gives the answers one after the other, the last one again and again, and notes what was asked.

    An answer is (status, body[, headers]), with a dict as JSON or a text as it is, or a function (handler) -> None.
    ``requests``: (method, path) of each; ``headers``: their headers, ``bodies``: their bodies.
    """

    def __init__(self, answers, certificate=None, port=0):
        self.answers = list(answers)
        self.requests, self.headers, self.bodies = [], [], []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.path, certificate.key)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with server._lock:
                    server.requests.append((self.command, self.path))
                    server.headers.append(dict(self.headers))
                    server.bodies.append(json.loads(body) if body else None)
                    answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                if callable(answer):
                    answer(self)
                else:
                    reply(self, *answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *args):
                """Say nothing."""

        return Handler


def reply(handler, status, body, headers=()):
    kind = "text/html" if isinstance(body, str) else "application/json"
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": len(raw), **dict(headers)}.items():
        handler.send_header(name, str(value))
    handler.end_headers()
    handler.wfile.write(raw)


def reset(handler):
    """Drop the connection without an answer, as a host does that is gone."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def cut(handler):
    """Half of an answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"half": ')
    handler.wfile.flush()
    handler.close_connection = True


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate that signed itself, so that it is its own CA, and of its key."""

    path: Path
    key: Path


def certificate(folder: Path, name: str) -> Certificate:
    """One for a host name or an address."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    is_address = name.replace(".", "").isdigit()
    alternative = x509.IPAddress(ipaddress.ip_address(name)) if is_address else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    paths.path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
