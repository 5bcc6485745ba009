"""`./nrm kafka --brokers 3 --tls` as somebody calls it, and one agency's process at it with the line that it printed."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from deploy.brokers.ports import any_port
from deploy.cli import app
from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parents[3]
NRM = [sys.executable, "-P", "-m", "deploy.cli"]


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`./nrm …` as a process, whose output is read as it comes. It is killed where a test leaves it running."""
    process = subprocess.Popen(
        [*NRM, *arguments], env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], until: str) -> str:
    """What it printed up to the line with these words."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if until in line:
            return "".join(lines)
    raise AssertionError(f"it never said '{until}': {''.join(lines)}")


def ended(process: subprocess.Popen[str]) -> int:
    """Its exit code after Ctrl-C's gentler sister."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return process.returncode


def healthy(port: int, process: subprocess.Popen[str], within: float = 60) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            time.sleep(0.1)
    return False


@pytest.mark.long
def test_a_cluster_and_an_agency_at_it(tmp_path: Path) -> None:
    """Every day who follows the page of installation starts three brokers with TLS and agencies at them (`tests/journeys/installation`)."""
    with running("kafka", "--brokers", "3", "--tls", "--data", str(tmp_path / "cluster")) as cluster:
        told = said(cluster, "Ctrl-C stops it")
        words = shlex.split(re.search(r"^one agency: \./nrm (.+)$", told, re.MULTILINE)[1])
        folder = Path(words[words.index("--tls") + 1])
        assert {file.name for file in folder.iterdir()} >= {"ca.pem", "cert.pem", "key.pem"}
        assert words[words.index("--bus") + 1].count(",") == 2
        port = any_port()
        with running(*words, "--port", str(port), "--data", str(tmp_path / "agency")) as agency:
            assert healthy(port, agency)
            assert ended(agency) == -signal.SIGTERM  # its web server ends in order, then by the signal
            assert list((tmp_path / "agency").glob("*.db"))
            assert not list((tmp_path / "agency").glob("*-wal"))  # the databases were closed
        assert ended(cluster) == 0


def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    with running("kafka", "--brokers", "3", "--data", str(tmp_path / "kafka")) as process:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "Several brokers always speak TLS: add --tls." in " ".join(out.split())
        assert not (tmp_path / "kafka").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--tls", "--port", "9092"), "With --tls the ports are chosen when the cluster is made, and kept: leave --port out."),
        (("--tls", "--country", "nowhere"), "There is no country file"),
    ],
)
def test_what_else_cannot_be_is_refused_before_anything_is_made(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = CliRunner().invoke(app, ["kafka", *arguments, "--data", str(tmp_path / "kafka")])
    assert isinstance(done.exception, Trouble), done.output
    assert sentence in str(done.exception)
    assert not (tmp_path / "kafka").exists()
