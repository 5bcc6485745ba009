"""Looking harder: a range of seeds in pieces, what was looked at, and what keeps a land from resting."""

import asyncio
import io
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from deploy.proving.simulation import coverage, kept
from deploy.proving.simulation.command import chosen, run
from deploy.proving.simulation.history import Tally
from deploy.proving.simulation.steps import Drawn
from deploy.proving.simulation.world import World
from deploy.trouble import Trouble
from shared.processing.parking_causes import WAITS_BEHIND


def test_a_range_of_seeds_is_a_history_of_each() -> None:
    assert chosen(1, 9000, "") == [(1, 4000), (2, 4000), (3, 1000)]
    assert chosen(1, 9000, "7-8") == [(7, 4000), (8, 4000)]
    assert chosen(1, 300, "7-8") == [(7, 300), (8, 300)]


@pytest.mark.parametrize("said", ["7", "8-7", "a-b", "-3", "1-2-3"])
def test_what_is_no_range_is_said(said: str) -> None:
    with pytest.raises(Trouble, match="no range of seeds"):
        chosen(1, 1, said)


def played(histories: list[tuple[int, int]], keep: Path) -> str:
    said = io.StringIO()
    assert run(histories, Console(file=said, width=200), losses=False, jobs=1, keep=keep) == 0
    return said.getvalue()


def test_a_look_in_pieces_says_what_the_whole_says(tmp_path: Path) -> None:
    whole = played([(3, 120), (4, 120)], tmp_path / "whole")
    played([(3, 120)], tmp_path / "pieces")
    with (tmp_path / "pieces").open("a", encoding="utf-8") as file:
        file.write('{"code": "half a li')  # the next piece was killed while it wrote
        file.write("\n")
    pieces = played([(3, 120), (4, 120)], tmp_path / "pieces")
    assert "1 of them kept from before" in pieces
    assert whole.splitlines()[1:] == pieces.splitlines()[1:]


def test_what_another_state_of_the_code_gave_is_not_counted(tmp_path: Path) -> None:
    kept.wrote(tmp_path / "k", 3, 120, False, Tally(histories=1, steps=120, seen=Counter(killed=2)))
    assert kept.known(tmp_path / "k", losses=False)[3, 120].seen == Counter(killed=2)
    assert kept.known(tmp_path / "k", losses=True) == {}
    line = (tmp_path / "k").read_text(encoding="utf-8")
    (tmp_path / "k").write_text(line.replace(kept.code(), "another"), encoding="utf-8")
    assert kept.known(tmp_path / "k", losses=False) == {}


def test_what_was_never_looked_at_is_said() -> None:
    met = Counter({coverage.pair("killed", "withdrawal waits"): 7, coverage.pair("restored", "has a parked case"): 2})
    all_of_it, seldom, never = coverage.sentences(met, losses=False)
    assert all_of_it == "2 of 210 pairs of fault and situation occurred"
    assert seldom == "fewer than 5 times: restored × has a parked case"
    assert "killed × checkpoint waits" in never
    assert "killed × withdrawal waits" not in never
    assert "acknowledged and lost" not in never, "no broker forgets here"
    assert "acknowledged and lost × catches up" in list(coverage.sentences(met, losses=True))[-1]


async def kept_from_resting(folder: Path, templates: Path) -> list[str]:
    world, drawn = World(4, folder, templates), Drawn()
    for _ in range(300):
        drawn.one(world)(world)
        await world.turn()
    await world.rest()
    lead, case = world.posts["referral.rs-lead"], world.cases[-1]
    row = {
        "case": case, "partition": 0, "place": 10**6, "logged_at": 0, "value": b"no record", "code": WAITS_BEHIND.code, "reason": "",
        "type": "case.closed.v1", "author": "referral.rs-lead", "parked_at": 0, "retry": False,
    }  # fmt: skip
    lead.instance.transact(lambda work: work.parked.append(row))
    found = await world.rest()
    await world.close()
    return [said.replace(case[:8], "CASE") for said in found]


def test_a_land_that_does_not_come_to_rest_says_who_keeps_it_and_with_what(tmp_path: Path, templates: Path) -> None:
    said = "referral.rs-lead has parked case CASE, its case.closed.v1 at place 1000000: cannot-be-opened"
    assert asyncio.run(kept_from_resting(tmp_path, templates)) == [said]
