"""A land in one process: whatever happens to it, nothing is lost, nothing counts twice, and everybody sees the same."""

import asyncio
import os
import subprocess
import sys
from math import inf
from pathlib import Path

import pytest

from deploy.proving.simulation.history import Tally, play
from deploy.proving.simulation.land import PARTITIONS
from deploy.proving.simulation.rules import Rules
from deploy.proving.simulation.scene import Scene
from deploy.proving.simulation.steps import Drawn
from deploy.proving.simulation.world import MIXED, WITH_A_SHELTER, WITH_SUPPORT, World
from tests.deploy.proving.simulation import controls

ROOT = Path(__file__).resolve().parents[4]
ASKED = int(os.environ.get("NRM_PROPERTY_EXAMPLES", "0"))
EVERY_DAY, LONG = 2, 5
"""Seeds, from 1 on."""
REGRESSIONS: tuple[tuple[int, int, bool], ...] = (
    (14, 2000, False),  # The simulation's own fault: a late seek to the very end, where no record comes that could tell.
)  # fmt: skip
"""Seed, steps, losses of each history that ever failed, each with a line that says what it found. When the steps or their weights change a
seed tells another story: what it found in the services must have a test of its own too."""
PROVEN_ELSEWHERE: tuple[tuple[int, int, bool], ...] = (
    (9, 4000, False),  # Its own again: it took a land for quiet while an instance had still to read on after a late seek, as in 14.
    (5000023, 1500, True),  # What covers a forgotten decision was said once more, as the same (tests/services/referral/test_cover.py).
    (770115, 2000, True),  # A checkpoint waited elsewhere after a restart (tests/shared/casework/test_order_of_what_waits.py).
    (990029, 2000, True),  # An erasure took the key under which parked records lay (tests/services/referral/test_told_anew.py).
    (8101, 2000, True), (8104, 2000, True), (770217, 2000, True), (770218, 2000, True), (990006, 2000, True), (990009, 2000, True),
    # The oracle's own: it did not believe a checkpoint that its reader notes as outside (test_told_and_left.py).
    (2100041, 2000, False), (2000099, 2000, True), (2000199, 2000, True),
    # The keystore clashed with itself: told anew, withdrawn and told anew in one poll (tests/shared/crypto/test_keystore.py).
)  # fmt: skip
"""The same, where what was found has a test of its own already, which runs every day: these are played with --long."""


def test_every_story_comes_to_rest_with_nothing_wrong(
    first_story: tuple[Tally, Scene | None], templates: Path, request: pytest.FixtureRequest
) -> None:
    tally, seeds = Tally(), ASKED or (LONG if request.config.getoption("--long") else EVERY_DAY)
    tally.add(first_story[0])
    for seed in range(2, 1 + seeds):
        tally.add(play(seed, 900, templates=templates))
    assert not tally.failed, tally.failed
    tame = "the stories are too tame to show anything"
    assert tally.verdicts["stale"] > seeds, tame
    assert tally.verdicts["repeated"] > 2 * seeds, tame
    for happened in ("killed", "killed in a transaction", "restored", "message lost", "message doubted", "answer lost", "tried again"):
        assert tally.seen[happened] > 0, f"{tame}: nobody was {happened}"


@pytest.mark.turns("seed")
@pytest.mark.parametrize("seed", [28, 13], ids=["unsealed", "sealed"])
def test_cases_of_both_protocols_side_by_side_while_one_instance_is_upgraded(templates: Path, seed: int) -> None:
    assert seed % 16 in MIXED
    tally = play(seed, 900, templates=templates)
    assert not tally.failed, tally.failed
    assert tally.seen["opened under protocol 1"] > 1
    assert tally.seen["opened under protocol 2"] > 1
    assert tally.seen["upgraded"] or seed == 28, "in the sealed one nobody opens under 2 before"


def test_a_broker_that_forgets_what_it_had_acknowledged_loses_nothing_that_its_author_has(
    templates: Path, request: pytest.FixtureRequest
) -> None:
    tally = Tally()
    for seed in (35, 39) if request.config.getoption("--long") else (35,):
        tally.add(play(seed, 900, losses=True, templates=templates))
    assert not tally.failed, tally.failed
    assert tally.seen["acknowledged and lost"] > 0


def test_a_country_with_a_shelter_comes_to_rest_with_nothing_wrong(templates: Path, request: pytest.FixtureRequest) -> None:
    """It acts in side cases that lie in one channel, among cover."""
    tally = Tally()
    for seed in (3, 7) if request.config.getoption("--long") else (3,):
        tally.add(play(WITH_A_SHELTER + seed, 900, templates=templates))
    assert not tally.failed, tally.failed
    assert tally.seen["not said: confidential-already"] > 0, "nobody asked the shelter"


def test_a_country_in_which_rides_and_interpreters_are_asked_for_comes_to_rest_with_nothing_wrong(
    templates: Path, request: pytest.FixtureRequest
) -> None:
    """With two desks that can lead, under the second protocol."""
    tally, long = Tally(), request.config.getoption("--long")
    for seed in (2, 19) if long else (19,):
        tally.add(play(WITH_SUPPORT + seed, 900 if long else 600, templates=templates))
    assert not tally.failed, tally.failed
    assert tally.seen["support asked for"] > 0, "nobody asked for any"


async def forgotten(folder: Path, templates: Path) -> tuple[set[str], set[str], bool]:
    """A story whose log is cut back; (who had read more, who has fenced itself, whether those said nothing more)."""
    world, drawn = World(3, folder, templates), Drawn()
    for _ in range(600):
        drawn.one(world)(world)
        await world.turn()
    for post in world.posts.values():
        post.instance.positions.kept_at = -inf
        post.instance.idle(clocks=False)
    ends = {p: min(post.instance.positions.next(p) for post in world.posts.values()) for p in range(PARTITIONS)}
    for partition, end in ends.items():
        world.topic.cut(partition, end)
    beyond = {me for me, post in world.posts.items() if any(post.instance.positions.next(p) > end for p, end in ends.items())}
    for me in world.posts:
        world.crash(me)
    for me in beyond:
        world.posts[me].send()
    await world.turn()
    silent = not any(world.posts[me].sending for me in beyond) and world.topic.ends() == ends
    fenced = {me for me, post in world.posts.items() if post.instance.fence}
    await world.close()
    return beyond, fenced, silent


def test_who_has_read_what_the_broker_forgot_fences_itself_and_says_nothing_more(tmp_path: Path, templates: Path) -> None:
    """The log is another one then. The others, who had not read so far, go on."""
    beyond, fenced, silent = asyncio.run(forgotten(tmp_path, templates))
    assert beyond
    assert fenced == beyond
    assert silent


@pytest.mark.parametrize(
    ("seed", "steps", "losses"), [*REGRESSIONS, *(pytest.param(*story, marks=pytest.mark.long) for story in PROVEN_ELSEWHERE)]
)
def test_what_failed_once_does_not_fail_again(seed: int, steps: int, losses: bool, templates: Path) -> None:
    assert not play(seed, steps, losses=losses, templates=templates).failed


def test_a_seed_tells_the_same_story_in_every_process(templates: Path) -> None:
    """Here, and in one that has another order of what has none."""
    say = (
        "from pathlib import Path; from deploy.proving.simulation.history import play; "
        "from deploy.proving.simulation.command import quiet; "
        f"quiet(); print(play(7, 250, templates=Path({str(templates)!r})).told)"
    )
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    there = subprocess.run(
        [sys.executable, "-c", say], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": other}, capture_output=True, text=True
    )  # fmt: skip
    assert there.stdout.strip() == play(7, 250, templates=templates).told, there.stderr
    assert len(there.stdout.strip()) == 16


CONTROLS: dict[str, tuple[Rules, set[str], int]] = {
    "one row of a case at a time": (Rules(outgoing=controls.AllAtOnce), {"disordered"}, 1),
    "removal ends one's rows": (Rules(outgoing=controls.Clinging), {"twice", "stuck"}, 2),
    "only the own echo ends a row": (Rules(outgoing=controls.Trusting), {"lost"}, 1),
    "positions are compared": (Rules(positions=controls.Blind), {"lost", "differing"}, 4),
    "settlement": (Rules(instance=controls.Unsettled), {"twice", "differing"}, 1),
    "the joiner's buffer": (Rules(instance=controls.Forgetful), {"lost", "differing"}, 4),
    "the roster fence": (Rules(instance=controls.Unfenced), {"differing", "illegal"}, 1),
}
"""Rule → an instance without it, how the oracle tells, and a seed in which that is so. When the steps or their weights change a seed tells
another story: others are looked through then, and who changed them may write down which."""


@pytest.mark.parametrize("rule", CONTROLS)
def test_without_a_rule_the_oracle_finds_it_missing(rule: str, templates: Path) -> None:
    rules, kinds, known = CONTROLS[rule]
    for seed in (known, *range(1, 11)):
        if bad := play(seed, 500, rules=rules, templates=templates).bad:
            assert kinds & set(bad), bad
            return
    pytest.fail(f"ten stories without {rule}, and nothing was found")
