"""What each number means to the doctor, and what is wrong with a certificate: no bus needed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509

from deploy.backup.holders import holding
from deploy.brokers.certificates import Authority
from deploy.doctor import certificates, clock, databases, machine
from deploy.doctor.finding import Finding, Severity
from deploy.installation.patient import Patient
from deploy.process.country_file import country_of
from shared.config.clock import wall
from shared.config.release import PROJECT
from shared.config.settings import Settings

GREEN, YELLOW, RED = Severity.GREEN, Severity.YELLOW, Severity.RED
GIB = 1024**3


def patient(**settings: object) -> Patient:
    made = Settings.model_validate({"agency": "rs-ir", "country": "serbia", **settings})
    country = country_of(made.country)
    return Patient(made, country, country.agency(made.agency))


def pinned(name: str, release: str) -> Finding:
    lock = PROJECT.with_name("requirements.lock").read_text()
    return machine.pinned(lock.replace(f"\n{name}==", f"\n{name}=={release}.") if name else lock)


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (lambda: clock.kept(0, 1200), GREEN),
        (lambda: clock.kept(clock.UNSYNCHRONISED, 16_000_000), YELLOW),
        (lambda: clock.ahead(-5_000), GREEN),
        (lambda: clock.ahead(5_000), YELLOW),
        (lambda: clock.ahead(120_000), RED),
        (lambda: machine.room(50 * GIB), GREEN),
        (lambda: machine.room(3 * GIB), YELLOW),
        (lambda: machine.room(GIB // 2), RED),
        (lambda: pinned("", ""), GREEN),
        (lambda: pinned("sqlmodel", "9"), RED),
        (lambda: machine.pinned(""), YELLOW),
        (lambda: databases.backlog("x", 0, None), GREEN),
        (lambda: databases.backlog("x", 2, wall()), GREEN),
        (lambda: databases.backlog("x", 2, wall() - 10 * 60_000), YELLOW),
        (lambda: databases.backlog("x", 2, wall() - 3 * 3_600_000), RED),
        (lambda: databases.several("x", []), GREEN),
        (lambda: databases.several("x", ["process 1"]), GREEN),
        (lambda: databases.several("x", ["process 1", "process 2"]), RED),
        (lambda: databases.several("x", None), YELLOW),
        (lambda: databases.marked("x", {0: 2, 1: 2}, 2, 2), GREEN),
        (lambda: databases.marked("x", {0: 2, 1: 1}, 2, 2), YELLOW),
        (lambda: databases.marked("x", {0: 2}, 2, 2), YELLOW),
        (lambda: databases.lag("x", {0: 10, 1: 0}, {0: 10}), GREEN),
        (lambda: databases.lag("x", {0: 10_000}, {0: 10}), YELLOW),
        (lambda: databases.lag("x", {0: 10}, {0: 11}), RED),
    ],
)
def test_what_a_number_means(finding: Callable[[], Finding], state: Severity) -> None:
    found = finding()
    assert found.state is state
    assert bool(found.do) == (state is not GREEN), "who sees yellow or red is told what to do"


def health(**instance: object) -> dict[str, object]:
    return {"agency": "rs-ir", "instances": [{"instance": "intake.rs-ir", "faults": {}, "fence": "", **instance}]}


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (health(), GREEN),
        (health(faults={"figures-not-sent": "Figures wait."}), YELLOW),
        (health(faults={"not-tended": "A deadline waits."}), YELLOW),
        (health(faults={"figures-not-sent": "Figures wait.", "bus-not-sent": "The bus is away."}), RED),
        (health(faults={"catching-up": "It reads."}), YELLOW),
        (health(faults={"catching-up": "It reads.", "bus-not-read": "The bus is away."}), RED),
        (health(faults={"database-not-writable": "It is full."}), RED),
        (health(faults={"log-held-up": "It reads no further."}), RED),
        (health(fence="another process"), RED),
        (health(directory=""), GREEN),
        (health(directory="fork"), RED),
        ({"agency": "rs-zg"}, RED),
        ({}, RED),
    ],
)
def test_what_a_process_says_of_itself(body: dict[str, object], state: Severity) -> None:
    assert machine.running(body, "rs-ir").state is state


@pytest.mark.parametrize("fault", ["not-tended", "log-held-up"])
def test_where_our_own_program_fails_nobody_is_told_that_it_goes_on_by_itself(fault: str) -> None:
    found = machine.running(health(faults={fault: "Something waits.", "figures-not-sent": "Figures wait."}), "rs-ir")
    assert "who develops it" in found.do


@contextmanager
def answering(body: object) -> Generator[int]:
    """A program that answers this on some port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def test_processes_are_asked_and_those_that_are_silent_are_told() -> None:
    with answering(health()) as port:
        told = [(f.state, f.said) for f in machine.process(patient(port=port))]
        assert [state for state, _ in told] == [GREEN, YELLOW]
        assert "nothing answers for assistance" in told[1][1]
        alone = patient(port=port, services=("intake",))
        assert [f.state for f in machine.process(alone)] == [GREEN]
    assert [f.state for f in machine.process(alone)] == [YELLOW]
    with answering(["something", "else"]) as port:
        assert [f.state for f in machine.process(patient(port=port))] == [RED]


def test_the_folder_must_be_there_and_ours(tmp_path: Path) -> None:
    states = [next(machine.disk(patient(data=folder))).state for folder in (tmp_path, tmp_path / "no")]
    assert states == [GREEN if machine.room(GIB * 9).state is GREEN else RED, YELLOW]


def test_who_has_a_file_open_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    file.touch()
    assert holding(file) == []
    command = [sys.executable, "-c", f"f = open({str(file)!r}); print('open', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert holding(file) == [f"process {other.pid}"]
        other.communicate(b"\n")
    assert os.getpid() != other.pid


# --- certificates -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return Authority(tmp_path / "authority").issue("rs-ir")


def states(tls: Path | None, bus: str = "kafka.example:9094") -> set[Severity]:
    return {finding.state for finding in certificates.certificates(patient(tls=tls, bus=bus))}


def another(keys: Path, name: str = "rs-ir") -> Path:
    return Authority(keys.parent.with_name("other")).issue(name)


BREAK: dict[str, Callable[[Path], object]] = {
    "no certificate": lambda keys: (keys / "cert.pem").unlink(),
    "no key": lambda keys: (keys / "key.pem").unlink(),
    "a key that others read": lambda keys: (keys / "key.pem").chmod(0o644),
    "a certificate that is none": lambda keys: (keys / "cert.pem").write_text("x"),
    "somebody else's certificate": lambda keys: (keys / "cert.pem").write_bytes(
        (Authority(keys.parent).issue("rs-zg") / "cert.pem").read_bytes()
    ),
    "a certificate for another key": lambda keys: (keys / "key.pem").write_bytes((another(keys) / "key.pem").read_bytes()),
    "another authority": lambda keys: (keys / "ca.pem").write_bytes((another(keys) / "ca.pem").read_bytes()),
}


def test_a_good_certificate_is_green(keys: Path) -> None:
    assert states(keys) == {GREEN}


@pytest.mark.parametrize("broken", BREAK)
def test_whatever_is_wrong_with_a_certificate_is_red(broken: str, keys: Path) -> None:
    BREAK[broken](keys)
    assert RED in states(keys)


def test_in_the_clear_is_fine_on_one_machine_only() -> None:
    assert states(None, "127.0.0.1:9092,localhost:9093") == {GREEN}
    assert states(None, "127.0.0.1:9092,kafka:9092") == {YELLOW}


@pytest.mark.parametrize(("days", "state"), [(-1, RED), (1, GREEN), (380, YELLOW), (398, RED)])
def test_a_certificate_has_its_time(days: int, state: Severity, keys: Path) -> None:
    own = x509.load_pem_x509_certificate((keys / "cert.pem").read_bytes())
    assert certificates.valid(own, datetime.now(UTC) + timedelta(days=days)).state is state
