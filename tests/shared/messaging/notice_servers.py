"""A real mail server and a real web server, with the faults that such servers have."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

AT_AN_ADDRESS = {
    "nobody": "550 5.1.1 no such user",
    "nobody there": "550 no such user here",
    "no mail": "556 5.1.10 this domain takes no mail",
    "busy": "451 4.3.0 try again later",
    "over": "552 5.2.2 mailbox full",
    "no room": "452 no room for more there",
    "policy": "550 5.7.1 relaying denied",
    "sender": "550 5.1.8 sender address rejected",
    "rule": "554 transaction failed",
}
"""Faults that show when a server hears the address: what it says then."""


@dataclass
class Mailbox:
    """What a mail server took, and its fault: empty for none, one of `AT_AN_ADDRESS`, or `full`, `no room there`, `slow`, `dies`."""

    fault: str = ""
    tried: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    """Of each message whether it came through TLS."""

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        self.greeted.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.tried += 1
        if self.fault in AT_AN_ADDRESS:
            return AT_AN_ADDRESS[self.fault]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.fault == "slow":
            await asyncio.sleep(30)
        if self.fault == "full":
            return "554 5.2.2 mailbox full"
        if self.fault == "no room there":
            return "452 4.3.1 no room on this server"
        assert isinstance(envelope.content, bytes)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        self.to += envelope.rcpt_tos
        assert server.transport is not None
        self.closed.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.fault == "dies":
            server.transport.abort()
        return "250 OK"

    def ids(self) -> list[str]:
        return [one["Message-ID"] for one in self.got]


class MailServerOf:
    """Knows one user."""

    def __init__(self, user: str, password: str) -> None:
        self.wanted = (user.encode(), password.encode())

    def __call__(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and (given.login, given.password) == self.wanted
        return AuthResult(success=known, handled=True)


@contextmanager
def mail_server(
    box: Mailbox, certificate: Path | None = None, *, implicit: bool = False, user: str = "", password: str = ""
) -> Iterator[str]:
    """HOST:PORT of a mail server; with a certificate it wants STARTTLS, or speaks TLS from the first byte."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    kept: dict[str, Any] = {"authenticator": MailServerOf(user, password), "auth_required": True} if user else {}
    if context and not implicit:
        kept |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> asyncio.Server:
        made = partial(SMTP, box, hostname="mail.example", loop=loop, **kept)
        return await loop.create_server(made, "127.0.0.1", 0, ssl=context if implicit else None)

    async def end(server: asyncio.Server) -> None:
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(60)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def certificate(folder: Path, name: str = "127.0.0.1") -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    known = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
    made = (
        made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    )
    made = made.add_extension(x509.SubjectAlternativeName([known]), critical=False)
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / f"{name}.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@dataclass
class Gateway:
    """What a gateway of text messages took, how it answers, and which fault it has: empty for none, `talks`, `drips`."""

    status: int = 204
    fault: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tried: int = 0


@contextmanager
def gateway(kept: Gateway, certificate: Path | None = None) -> Iterator[str]:
    """The address of a gateway; with a certificate it speaks TLS."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.tried += 1
            if 200 <= kept.status < 300:
                kept.got.append(json.loads(body))
                kept.raw.append(({name.lower(): said for name, said in self.headers.items()}, body))
            self.send_response(kept.status)
            if kept.status in (301, 307):
                self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.send_header("content-length", "1000" if kept.fault == "talks" else "0")
            if kept.fault == "drips":
                self.drip()
            self.end_headers()
            if kept.fault == "talks":
                self.wfile.write(b"{")
                over.wait(60)

        def drip(self) -> None:
            """A header of a hundred letters, each in good time."""
            self.flush_headers()
            with suppress(OSError):
                self.wfile.write(b"x: ")
                for _ in range(100):
                    self.wfile.write(b"x")
                    over.wait(0.1)
                self.wfile.write(b"\r\n")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}/notices"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
