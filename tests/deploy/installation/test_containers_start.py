"""How the containers of docker-compose.yml start, and are asked how they are: faults that a container engine showed, told without one."""

import asyncio
import re
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.brokers.inforce import NobodyAnswers, answering
from deploy.brokers.kafka import Kafka
from deploy.brokers.ports import any_port
from shared.config.kafka import Bus
from shared.config.release import PROJECT

ROOT = PROJECT.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
CLIENT = {"bookworm": 15}
"""Release of PostgreSQL's client programs in each Debian."""
DATA = {15: "/var/lib/postgresql/data"}
"""Where the image of a release keeps its data; the volume must be there, or the data dies with the container."""
UNITS = {"s": 1, "m": 60}


def seconds(text: str) -> int:
    return int(text[:-1]) * UNITS[text[-1]]


def test_the_database_is_not_called_ready_while_only_the_server_of_its_set_up_runs_which_listens_on_a_socket_alone() -> None:
    asked = SERVICES["postgres"]["healthcheck"]["test"]
    assert asked[asked.index("--host") + 1] == "127.0.0.1"


def test_the_image_can_back_up_the_database_of_the_compose_file() -> None:
    assert re.search(r"apt-get install [^&]*\bpostgresql-client\b", DOCKERFILE)
    (debian,) = set(re.findall(r"^FROM python:[\d.]+-slim-(\w+)", DOCKERFILE, re.M))
    release = int(SERVICES["postgres"]["image"].partition(":")[2].partition(".")[0])
    assert release <= CLIENT[debian], "pg_dump refuses a server that is newer than itself"
    assert f"databases:{DATA[release]}" in SERVICES["postgres"]["volumes"]


def test_kafka_is_asked_seldom_because_each_look_starts_a_java_and_nobody_waits_for_one() -> None:
    check = SERVICES["kafka"]["healthcheck"]
    assert seconds(check["interval"]) >= 30
    assert seconds(check["timeout"]) >= 30
    assert seconds(check["start_period"]) >= 60
    waiting = [one["depends_on"]["kafka"]["condition"] for one in SERVICES.values() if "kafka" in one.get("depends_on", {})]
    assert waiting == ["service_started"]
    command = SERVICES["topics"]["command"]
    assert float(command[command.index("--wait") + 1]) >= 120


def test_no_check_asks_for_what_the_engine_of_debian_12_does_not_know() -> None:
    assert "start_interval" not in (ROOT / "docker-compose.yml").read_text()
    assert "start-interval" not in DOCKERFILE


def test_a_busy_machine_has_time_to_answer_the_check_of_our_own_services() -> None:
    (timeout,) = re.findall(r"^HEALTHCHECK .*--timeout=(\w+)", DOCKERFILE, re.M)
    assert seconds(timeout) >= 10


def test_the_files_say_which_compose_they_need(folder: Path) -> None:
    for file in (ROOT / "docker-compose.yml", folder / "compose.yml"):
        head = file.read_text().partition("\nname:")[0]
        assert "Compose 2" in head
    assert "Compose 2" in (ROOT / "docs" / "operations.md").read_text()


async def test_a_broker_that_is_starting_is_waited_for(tmp_path: Path) -> None:
    port = any_port()
    waiting = asyncio.create_task(answering(Bus(f"127.0.0.1:{port}"), 120))
    kafka = Kafka(tmp_path / "kafka", port)
    try:
        await asyncio.to_thread(kafka.start)
        await waiting
    finally:
        await asyncio.to_thread(kafka.stop)


async def test_where_no_broker_comes_that_is_said_with_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NobodyAnswers, match=f"No broker answers at {address}"):
            await answering(Bus(address), 0.5)
