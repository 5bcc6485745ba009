"""`./nrm check --vulnerabilities` asks about every pinned package as it is pinned, and says what is known; a service of our own answers."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rich.console import Console

from deploy.dev.runtime_lock import pinned
from deploy.dev.vulnerabilities import run
from deploy.trouble import Trouble

LOCK = (Path(__file__).resolve().parents[2] / "requirements.lock").read_text()
ADVISORY = {"id": "NRM-2026-1", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z", "summary": "invented"}


@contextmanager
def service(bad: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answers as OSV does, and knows something against one package: its address, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            queries = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
            asked.extend(queries)
            known = [{"id": ADVISORY["id"], "modified": ADVISORY["modified"]}]
            self.say({"results": [{"vulns": known} if query["package"]["name"] == bad else {} for query in queries]})

        def do_GET(self) -> None:
            self.say(ADVISORY)

        def say(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@pytest.mark.parametrize(("bad", "code"), [("cryptography", 1), ("", 0)])
def test_every_pinned_package_is_asked_about_and_what_is_known_is_said(bad: str, code: int) -> None:
    said = io.StringIO()
    with service(bad) as (address, asked):
        assert run(Console(file=said, width=200), "--service-url", address) == code
    assert {query["package"]["name"]: query["version"] for query in asked} == pinned(LOCK)
    assert len(asked) == sum(line[:1].isalnum() for line in LOCK.splitlines()) > 100
    assert (f"{ADVISORY['id']}: invented" in said.getvalue()) is bool(bad)


def test_where_nobody_can_be_asked_it_says_so_and_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(Trouble, match="could not be asked"):
        run(Console(file=io.StringIO()), "--service-url", "http://127.0.0.1:9/")
