"""A further agency joins a running land by the commands that its people and the coordinator use, takes part in a case, and leaves."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.brokers import Kafka
from deploy.brokers.ports import any_port
from deploy.brokers.topics import PARTITIONS, ensure_topics
from deploy.directory.ceremony import Ceremony
from deploy.directory.coordinator import Coordinator
from deploy.process.country_file import country_of
from deploy.process.forked import GuardedProgram, Program, start
from tests.browser.agencies import Agency, until
from tests.deploy.contracts.world import REPORT
from tests.shared import network
from tests.shared.commands import nrm

REPORTER, LEAD, NINTH = "rs-ir", "rs-czztlj", "rs-ngo-new"


def done(*words: str | Path) -> str:
    """What a command of the project says; it must succeed."""
    code, said = nrm(*words)
    assert code == 0, said
    return said


class Land:
    """Two agencies that run all the time, and the coordinator."""

    def __init__(self, bus: str, folder: Path) -> None:
        self.bus, self.folder, self.coordinator = bus, folder, folder / "coordinator"
        self.agencies = {id: Agency(id, bus, folder) for id in (REPORTER, LEAD)}
        self.ninth: GuardedProgram | None = None
        self.url = ""

    def change(self, *words: str | Path) -> str:
        """A command of the coordinator."""
        return done("agency", *words, "--coordinator", self.coordinator, "--bus", self.bus)

    def serve(self, port: int) -> None:
        """The ninth agency's process."""
        with (self.folder / "ninth.log").open("wb") as output:
            self.ninth = start(Program("deploy.cli", ("serve", "--env-file", str(self.folder / NINTH / "agency.env"))), os.environ, output)
        self.url = f"http://127.0.0.1:{port}"
        until(lambda: answers(self.url), "the ninth agency is ready")

    def post(self, url: str, path: str, **body: Any) -> dict[str, Any]:
        """A decision that is taken."""
        answer = network.post(f"{url}/api/{path}", json=body)
        assert answer.status_code == 201, (path, answer.status_code, answer.text)
        return answer.json()

    def handoffs(self, url: str, service: str, case: str) -> dict[str, Any]:
        """The hand-offs to the ninth agency as an instance shows them, by their need."""
        answer = network.get(f"{url}/api/{service}/cases/{case}")
        found = answer.json()["case"]["handoffs"].values() if answer.status_code == 200 else ()
        return {h["need"]: h for h in found if h["to"] == NINTH}

    def stop(self) -> None:
        """End all."""
        if self.ninth:
            assert self.ninth.stdin is not None
            with self.ninth.stdin:
                self.ninth.terminate()  # its guard, which ends it in order
                self.ninth.wait(30)
        for agency in self.agencies.values():
            agency.stop()


def answers(url: str) -> bool:
    """Whether an agency has caught up."""
    try:
        return network.get(f"{url}/health").status_code == 200
    except httpx2.HTTPError:
        return False


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    with Kafka(tmp_path / "kafka") as kafka:
        asyncio.run(ensure_topics(kafka.bus))
        asyncio.run(Ceremony(tmp_path / "coordinator", tmp_path / "keys", country_of(Path("serbia"))).hold(kafka.bus, PARTITIONS))
        made = Land(kafka.bootstrap, tmp_path)
        for agency in made.agencies.values():
            agency.start()
        for agency in made.agencies.values():
            agency.await_ready()
        yield made
        made.stop()


def joined(land: Land) -> None:
    """The commands of an agency that comes: init, admit, check, serve."""
    folder, port = land.folder / NINTH, any_port()
    pin = Coordinator(land.coordinator).pin
    described = ("--name", "New Organisation", "--kind", "ngo", "--root", pin)
    done("agency", "init", NINTH, "--bus", land.bus, "--folder", folder, "--port", str(port), *described)
    land.change("admit", NINTH, "--yes", "--request", folder / "keys" / "request.json", "--to", folder / "keys")
    assert "red" not in done("agency", "check", "--env-file", folder / "agency.env").replace("0 red", "")
    land.serve(port)


@pytest.mark.kafka
def test_a_ninth_agency_joins_takes_part_changes_its_keys_and_leaves(land: Land) -> None:
    joined(land)
    lead, reporter = land.agencies[LEAD].url, land.agencies[REPORTER].url
    until(lambda: land.agencies[LEAD].app.state.running.instances[0].country.knows(NINTH), "the lead knows it, without a new start")
    case = land.post(reporter, "intake/reports", **REPORT)["case"]
    until(lambda: network.get(f"{lead}/api/referral/cases/{case}").status_code == 200, "the lead has the case")
    land.post(lead, "referral/record-consent", case=case, agency=NINTH, need="legal", classes=["D1", "D2"], language="sr")
    land.post(lead, "referral/add-agency", case=case, agency=NINTH, need="legal")
    until(lambda: land.handoffs(land.url, "assistance", case), "the ninth agency is asked")
    asked = land.handoffs(land.url, "assistance", case)["legal"]["id"]
    land.post(land.url, "assistance/accept", case=case, handoff=asked)
    until(lambda: land.handoffs(lead, "referral", case)["legal"]["state"] == "accepted", "the lead sees that it accepts")

    done("agency", "rotate", "--env-file", land.folder / NINTH / "agency.env")
    request = land.folder / NINTH / "keys" / "request.json"
    land.change("admit", NINTH, "--yes", "--request", request, "--to", land.folder / NINTH / "keys")
    land.post(land.url, "assistance/take-action", case=case, handoff=asked, action="legal_step")
    until(lambda: land.handoffs(lead, "referral", case)["legal"]["state"] == "acting", "it acts, under its new keys")

    assert "in force" in land.change("leave", NINTH)
    until(lambda: land.handoffs(lead, "referral", case)["legal"]["state"] == "returned", "what it held comes back")
    until(lambda: network.get(f"{land.url}/api/assistance/duties").json() == [], "it has nothing left to do")
    refused = network.post(f"{lead}/api/referral/add-agency", json={"case": case, "agency": NINTH, "need": "housing"})
    assert refused.status_code == 422, "nothing more is asked of it"
    assert "is revoked" in land.change("revoke", NINTH)
