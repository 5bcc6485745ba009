"""The parts of a soak: faults drawn from a seed, small disks, databases put back, and when a land is at rest."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import psycopg
import pytest

from deploy.demo.folder import Folder
from deploy.demo.quiescence import unrest
from deploy.process.country_file import country_of
from deploy.proving.soak.chaos import KINDS, Chaos, named
from deploy.proving.soak.databases import Files, Servers
from deploy.proving.soak.disks import SmallDisk
from deploy.proving.soak.faults import Restore
from deploy.proving.soak.load import CasePlayer, Noting
from deploy.proving.soak.read_back import untold
from deploy.proving.soak.stage import COUNTRY, SMALL, SoakStage
from deploy.proving.soak.wrong_clock import WrongClock
from deploy.trouble import Trouble
from shared.config.clock import clock_for, wall

AGENCY = "rs-ir"
END = {"nrm.case-events": {"0": 7, "1": 0}, "nrm.statistics": {"0": 2, "1": 0}}


@pytest.fixture
def stage(tmp_path: Path) -> SoakStage:
    return SoakStage(Folder(tmp_path / "soak"), SMALL, print, disks=False)


async def drawn(stage: SoakStage, seed: int) -> list[tuple[str, str, float]]:
    async with Noting(stage) as offices:
        chaos = Chaos(stage, CasePlayer(stage, offices, 1), named("all"), seed, pause=1)
        faults = [fault for _ in range(30) if (fault := chaos.next())]
    return [(fault.name, fault.target, fault.length) for fault in faults]


async def test_a_seed_draws_the_same_faults_and_another_one_others(stage: SoakStage) -> None:
    assert await drawn(stage, 5) == await drawn(stage, 5)
    assert await drawn(stage, 5) != await drawn(stage, 6)


async def test_what_a_fault_holds_no_other_touches(stage: SoakStage) -> None:
    stage.held = {f"agency:{agency.id}" for agency in stage.country.agencies} | {"broker:0"}
    assert {target.partition(":")[0] for _, target, _ in await drawn(stage, 5)} == {"agency"}  # lines and clocks, of agencies
    names = {name for name, _, _ in await drawn(stage, 5)}
    assert names == {"cut", "silent", "deaf", "slow", "lying", "clock"}


def test_databases_are_not_put_back_while_their_server_may_be_killed(tmp_path: Path, stage: SoakStage) -> None:
    """A copy that a killed server breaks off leaves a database that nobody can open."""
    stage.store = Servers(tmp_path, {stage.small: tmp_path / "small"}, stage.country)
    claimed = {fault.target: fault.claims for fault in (Restore(stage, None, Random(seed)) for seed in range(60))}  # type: ignore[arg-type]
    assert f"agency:{stage.small}" in claimed
    for target, claims in claimed.items():
        assert claims == {target, "server:1" if target == f"agency:{stage.small}" else "server:0"}


async def test_what_cannot_be_done_here_is_named_with_its_reason(stage: SoakStage) -> None:
    async with Noting(stage) as offices:
        not_run = Chaos(stage, CasePlayer(stage, offices, 1), named("all"), 1, pause=1).not_run
    assert set(not_run) == {"leaderless", "postgres", "disk-kafka", "disk-database"}
    assert not_run["postgres"] == "small parts have no PostgreSQL"


def test_faults_go_by_name() -> None:
    assert named("all") == list(KINDS)
    assert named("kill, cut") == ["kill", "cut"]
    with pytest.raises(Trouble, match="no fault flood"):
        named("kill,flood")


def test_a_small_disk_can_be_filled_and_keeps_what_is_to_be_kept(tmp_path: Path, stage: SoakStage) -> None:
    disk = SmallDisk(tmp_path / "disk", megabytes=4)
    if not disk.mount():
        assert "takes root" in stage.lacks("small disks")
        return
    try:
        (disk.folder / "kept").write_text("as it was")
        disk.fill()
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (disk.folder / "more").write_bytes(bytes(100_000))
        disk.free()
        (disk.folder / "more").write_bytes(bytes(100_000))
    finally:
        disk.unmount(keep=True)
    assert not os.path.ismount(disk.folder)
    assert (disk.folder / "kept").read_text() == "as it was"


def test_files_are_put_back_as_they_were(tmp_path: Path) -> None:
    store = Files(tmp_path / "agencies", {AGENCY: tmp_path / "own"})
    store.start()
    file = store.pattern(AGENCY).replace("{service}", "intake").replace("{agency}", AGENCY).removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode=wal")
        db.execute("CREATE TABLE said (word)")
        db.execute("INSERT INTO said VALUES ('first')")
        db.commit()
        store.save(AGENCY)  # with the file beside it in which the row still lies
        db.execute("INSERT INTO said VALUES ('second')")
        db.commit()
    store.restore(AGENCY)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT word FROM said").fetchall() == [("first",)]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Not below pytest's own folder, which the next pytest on this machine closes to the user that PostgreSQL runs as."""
    with tempfile.TemporaryDirectory(prefix="nrm-test-") as root:
        serbia = country_of(COUNTRY)
        servers = Servers(Path(root), {}, serbia.model_copy(update={"agencies": serbia.agencies[:1]}))
        servers.start()
        yield servers
        servers.stop()


def test_databases_of_a_server_are_put_back_as_they_were(servers: Servers) -> None:
    url = servers.pattern(AGENCY).replace("{service}", "intake").replace("{agency}", AGENCY).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE said (word text)")
        db.execute("INSERT INTO said VALUES ('first')")
    servers.save(AGENCY)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("INSERT INTO said VALUES ('second')")
    servers.restore(AGENCY)
    with psycopg.connect(url) as db:
        assert db.execute("SELECT word FROM said").fetchall() == [("first",)]


def health(**changed: object) -> dict[str, object]:
    one = {
        "instance": f"intake.{AGENCY}", "waiting_for_the_bus": 0, "statistics_waiting": 0, "fence": "", "caught_up": True, "next": {"0": 7},
    }  # fmt: skip
    return {"ready": True, "instances": [one | changed]}


def test_a_land_is_at_rest_when_nobody_has_anything_to_do() -> None:
    assert unrest(AGENCY, health(), END) == []
    assert unrest(AGENCY, health(instance="reporting.rs-zg", next={"0": 2}), END) == []
    assert unrest(AGENCY, None, END) == ["rs-ir does not answer"]
    assert unrest(AGENCY, health(waiting_for_the_bus=3), END) == ["intake.rs-ir has 3 waiting_for_the_bus"]
    assert unrest(AGENCY, health(next={"0": 5}), END) == ["intake.rs-ir is behind by {'0': 2}"]
    assert unrest(AGENCY, health(fence="another log"), END) == ["intake.rs-ir is fenced: another log"]


def test_a_clock_can_be_wrong_by_what_a_file_says_and_right_again(tmp_path: Path) -> None:
    clock = WrongClock(tmp_path / "clock")
    (tmp_path / "clock").write_text("-7200")
    before = wall()
    moved, simulated = clock.now()
    assert before - 7_200_000 <= moved <= wall() - 7_200_000
    assert not simulated
    (tmp_path / "clock").unlink()
    assert clock.now()[0] >= before


def test_the_product_itself_knows_no_clock_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="There is no clock"):
        clock_for(f"wrong:{tmp_path / 'clock'}")


def test_lengths_stay_within_their_bounds(stage: SoakStage) -> None:
    for kind in KINDS.values():
        fault = kind(stage, None, Random(3))  # type: ignore[arg-type]
        assert kind.seconds[0] <= fault.length <= kind.seconds[1]


def test_a_soak_whose_spans_were_not_all_told_is_not_well() -> None:
    assert untold(0, 10) == []
    (said,) = untold(1, 10)
    assert said.startswith("1 of 10 spans were never told")
