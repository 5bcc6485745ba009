"""Agencies as processes: who dies is named at once, and an answer counts only from the process that was started."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.brokers import Mock
from deploy.brokers.ports import any_port, free
from deploy.demo.fleet import UNSEALED, Fleet, Process
from deploy.demo.folder import Folder
from deploy.last_words import how
from deploy.process import forked
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from tests.deploy.countries.test_countries import TESTLAND

TWO = country_of(TESTLAND).agencies[:2]
COUNTRY = country_of(TESTLAND).model_copy(update={"agencies": TWO})
"""Two agencies of it: each process takes seconds to start."""
FIRST = TWO[1].id


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


def fleet_of(folder: Path, mock: Mock, port: int, said: list[str], sealing: dict[str, str] | None = None) -> Fleet:
    home = Folder(folder)
    home.make()
    return Fleet(COUNTRY, TESTLAND, home, mock.bus, port, said.append, sealing or UNSEALED, mock)


class Stranger(BaseHTTPRequestHandler):
    """Says to everybody that all is well."""

    def do_GET(self) -> None:  # the library's name
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def kill_when_there(process: Process) -> None:
    """SIGKILL to an agency's own process as soon as it has one."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for pid in process.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.01)


def test_two_fleets_that_start_at_the_same_moment_both_come_up_each_with_its_own_agencies(tmp_path: Path) -> None:
    port, said = any_port(), list[str]()
    with Mock() as one, Mock() as other, ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda a: fleet_of(tmp_path / a[0], a[1], port, said), [("one", one), ("other", other)]))
        try:
            list(pool.map(lambda fleet: fleet.start(), made))
            ports = [process.port for fleet in made for process in fleet.processes.values()]
            assert len(set(ports)) == 2 * len(COUNTRY.agencies)
            assert all(process.listening for fleet in made for process in fleet.processes.values())
            assert all(len(fleet.folder.databases()) == sum(len(a.services) for a in COUNTRY.agencies) for fleet in made)
        finally:
            for fleet in made:
                fleet.stop()


def test_ports_are_kept_from_their_choice_until_they_are_let_go(tmp_path: Path, mock: Mock) -> None:
    port, said = any_port(), list[str]()
    first, second = (fleet_of(tmp_path / name, mock, port, said) for name in ("first", "second"))
    taken = {process.port for process in first.processes.values()}
    assert taken.isdisjoint(process.port for process in second.processes.values())
    assert all(free(port) for port in taken), "nobody listens there yet"
    first.stop()
    second.stop()
    third = fleet_of(tmp_path / "third", mock, port, said)
    assert {process.port for process in third.processes.values()} == taken
    third.stop()


def test_a_stranger_at_the_port_is_not_taken_for_the_agency(tmp_path: Path, mock: Mock) -> None:
    said = list[str]()
    fleet = fleet_of(tmp_path, mock, any_port(), said)
    first = fleet.processes[FIRST]
    taken = first.port
    with HTTPServer(("127.0.0.1", taken), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert fleet.client.get(f"{first.url}/health").status_code == 200
            assert not fleet.is_ready(first)
            fleet.start()
            assert f"port {taken} of {FIRST} was taken by somebody else meanwhile, so all start at others" in said
            assert first.port != taken
            assert all(process.listening for process in fleet.processes.values())
        finally:
            fleet.stop()
            server.shutdown()
            thread.join()


def test_who_ends_while_starting_is_named_with_its_last_words_and_nobody_waits(tmp_path: Path, mock: Mock) -> None:
    fleet = fleet_of(tmp_path, mock, any_port(), [], {"NRM_ROOT": "no root"})
    for process in fleet.processes.values():
        process.log.write_text("said by an earlier start\n")
    try:
        with pytest.raises(Trouble) as trouble:
            fleet.start()
        named = [p for p in fleet.processes.values() if f"The process of {p.agency.id} ended with exit code 1" in str(trouble.value)]
        assert len(named) == 1, "two start side by side; the first that ended is named"
        assert f"Its last words ({named[0].log}):" in str(trouble.value)
        assert "Sealed events need the coordinator's root key" in str(trouble.value)
        assert "earlier start" not in str(trouble.value)
    finally:
        fleet.stop()


def test_who_is_killed_while_the_others_start_is_named(tmp_path: Path, mock: Mock) -> None:
    fleet = fleet_of(tmp_path, mock, any_port(), [])
    killer = threading.Thread(target=kill_when_there, args=(fleet.processes[COUNTRY.lead],))
    killer.start()
    try:
        with pytest.raises(Trouble, match=f"The process of {COUNTRY.lead} ended by SIGKILL: somebody killed it"):
            fleet.start()
    finally:
        killer.join()
        fleet.stop()


def test_who_dies_while_cases_are_played_ends_the_play_at_once_be_it_an_agency_or_the_broker(tmp_path: Path, mock: Mock) -> None:
    fleet = fleet_of(tmp_path, mock, any_port(), [])
    try:
        fleet.start()
        process = fleet.processes[FIRST]

        async def play() -> None:
            kill_when_there(process)
            await asyncio.Event().wait()

        with pytest.raises(Trouble, match=f"The process of {FIRST} ended by SIGKILL"):
            asyncio.run(fleet.all_along(play()))
        fleet.launch(process)
        while not fleet.is_ready(process):
            time.sleep(0.1)

        async def break_the_bus() -> None:
            assert mock._process is not None
            mock._process.kill()
            await asyncio.Event().wait()

        with pytest.raises(Trouble, match=r"The mock broker ended by SIGKILL.*\n?.*Nothing goes on without it"):
            asyncio.run(fleet.all_along(break_the_bus()))
    finally:
        fleet.stop()


def test_who_is_stopped_or_killed_by_us_has_not_died(tmp_path: Path, mock: Mock) -> None:
    fleet = fleet_of(tmp_path, mock, any_port(), [])
    process = fleet.processes[FIRST]
    for end in (process.kill, process.stop):
        fleet.launch(process)
        assert process.running
        end()
        assert (process.running, process.died) == (False, "")
    fleet.stop()


def test_who_is_started_again_has_not_died_while_it_waits_for_its_turn(tmp_path: Path, mock: Mock) -> None:
    fleet = fleet_of(tmp_path, mock, any_port(), [])
    process = fleet.processes[FIRST]
    fleet.launch(process)
    process.stop()
    process.log.write_text("what it said before\n")
    with ThreadPoolExecutor(1) as other:
        with forked.ONE_AT_A_TIME:
            launching = other.submit(fleet.launch, process)
            while process.since == 0 and not launching.done():
                time.sleep(0.01)
            assert process.died == ""
        launching.result()
    assert process.running
    fleet.stop()


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "with exit code 0"), (3, "with exit code 3"), (-15, "by SIGTERM"), (-11, "by SIGSEGV"), (-40, "by signal 40")],
)
def test_an_end_in_words(code: int, words: str) -> None:
    assert how(code) == words
