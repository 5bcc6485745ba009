"""`./nrm soak --parts containers` where it cannot run: it says so, says what to do, and fails. The run itself needs a container engine."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.commands.soak import DRAWN
from deploy.proving.soak.containers.engine import NoEngine, must_be_there
from deploy.proving.soak.containers.joining import BUS, LISTED, PORT
from deploy.proving.soak.containers.land import FILE, NEEDED, TOOLS
from tests.deploy.installation.test_containers import SERVICES

COMMAND = ("soak", "--parts", "containers")


def program(folder: Path, script: str) -> None:
    file = folder / "docker"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_without_docker_it_says_what_to_install_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEngine, match=r"^NOT RUN: .*Install Docker with Compose 2"):
        must_be_there()
    done = CliRunner().invoke(app, [*COMMAND, "--keep", str(tmp_path / "kept")])
    assert done.exit_code != 0
    assert isinstance(done.exception, NoEngine)
    assert not (tmp_path / "kept").exists()


def test_a_docker_without_compose_2_is_told_from_one_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1")
    with pytest.raises(NoEngine, match=r"no Compose 2 here \(docker: 'compose' is not a docker command"):
        must_be_there()
    program(tmp_path, "case $1 in compose) exit 0 ;; esac; echo 'cannot connect to the daemon' >&2; exit 1")
    with pytest.raises(NoEngine, match=r"does not answer \(cannot connect to the daemon\)"):
        must_be_there()


@pytest.mark.parametrize("name", DRAWN)
def test_an_option_that_would_mean_nothing_is_refused(name: str) -> None:
    done = CliRunner().invoke(app, [*COMMAND, f"--{name}", {"faults": "kill", "jaeger": __file__}.get(name, "7")])
    assert done.exit_code == 2
    assert f"there is no --{name}" in " ".join(done.output.replace("│", " ").split())


def test_what_the_run_takes_for_granted_is_in_the_compose_file() -> None:
    assert FILE.is_file()
    assert {*NEEDED, TOOLS} <= SERVICES.keys()
    assert SERVICES[TOOLS]["environment"]["NRM_BUS"] == BUS
    published = {int(port.split(":")[1]) for one in SERVICES.values() for port in one.get("ports", [])}
    assert published.isdisjoint({PORT + n for n in range(len(LISTED.services))})
