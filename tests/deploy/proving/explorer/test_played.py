"""The real parts do what the explorer's model does: its stories are played by instances, relays and queues on real databases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from deploy.proving.explorer import Bounds, Rules, explore
from deploy.proving.explorer.judging import at_rest
from deploy.proving.explorer.moves import moves
from deploy.proving.explorer.search import Step
from deploy.proving.explorer.state import start
from deploy.proving.explorer.view import LEAD
from deploy.proving.simulation.command import quietly
from deploy.proving.simulation.rules import Rules as Parts
from tests.deploy.proving.explorer.played import Played
from tests.deploy.proving.simulation import controls

WITHOUT = {"one_order": Parts(outgoing=controls.TwoOrders), "takes_away": Parts(instance=controls.BringingIn)}
"""Rules that chance finds missing late: the real parts without them."""
BOUNDS = Bounds(2, 1, "L", acts=False)
DEEPER = replace(BOUNDS, decisions=3)
PLAYED = 9
"""Stories of each bounds, spread over all."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What instances say of troubles made on purpose is not shown."""
    with quietly():
        yield


@cache
def stories(bounds: Bounds) -> list[list[Step]]:
    """Of each state at rest the shortest story; a broker that forgets what it acknowledged is for the simulation."""
    found = explore(bounds)
    told = [found.story_to(state) for state in found.origins if at_rest(state)]
    return [story for story in told if not any(move.what == "is forgotten" for move, _ in story)]


def alike(story: list[Step], bounds: Bounds, rule: str) -> bool:
    """Whether a story goes the same way without a rule."""
    without, before = replace(bounds, rules=bounds.rules.without(rule)), start(bounds)
    for move, after in story:
        if dict(moves(before, without)).get(move) != after:
            return False
        before = after
    return True


def settled(story: list[Step]) -> dict[str, str]:
    """What the model's lead has settled in the end, in order, the opening left out."""
    picture = story[-1][1].lead.view.picture
    assert picture is not None
    return {key: str(verdict) for key, verdict in picture.settled[1:]}


async def play(story: list[Step], folder: Path, templates: Path) -> None:
    """Play a story; every queue on the way, what is settled and the oracle's judgement must be as the model says."""
    async with Played(folder, templates) as land:
        await land.play(story)
        assert list(land.verdicts(LEAD).items()) == list(settled(story).items())
        judgement = await land.judged()
        assert judgement.ok, judgement.sentences()


def test_the_real_parts_play_the_explorers_stories(tmp_path: Path, templates: Path) -> None:
    for bounds in (BOUNDS, DEEPER):
        told = stories(bounds)
        some = told[1 :: len(told) // PLAYED]
        assert len(some) >= PLAYED
        for n, story in enumerate(some):
            folder = tmp_path / f"{bounds.decisions}-{n}"
            folder.mkdir()
            asyncio.run(play(story, folder, templates))


@pytest.mark.parametrize("rule", WITHOUT)
def test_the_real_parts_keep_a_rule_in_a_story_that_goes_otherwise_without_it(rule: str, tmp_path: Path, templates: Path) -> None:
    story = next(story for story in stories(DEEPER) if not alike(story, DEEPER, rule))
    asyncio.run(play(story, tmp_path, templates))


@pytest.mark.parametrize("rule", WITHOUT)
def test_what_the_explorer_finds_without_such_a_rule_the_oracle_finds_in_the_real_parts(rule: str, tmp_path: Path, templates: Path) -> None:
    bounds = replace(DEEPER, rules=Rules().without(rule))
    found = explore(bounds)

    async def judged() -> list[str]:
        async with Played(tmp_path, templates, WITHOUT[rule]) as land:
            await land.play(found.story)
            return (await land.judged()).sentences()

    assert found.fault.startswith("the pictures of L and J differ: settled are")
    (sentence,) = asyncio.run(judged())
    assert sentence.startswith("differing: assistance.rs-pol and referral.rs-lead differ in case")
    assert sentence.endswith(": settled")
