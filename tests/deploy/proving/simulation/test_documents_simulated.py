"""Documents of a land whose pieces are lost, doubled, out of order and forged, and whose holders are away: in the end all have them."""

from pathlib import Path

import pytest

from deploy.proving.simulation.history import Tally, play
from deploy.proving.simulation.rules import Rules
from deploy.proving.simulation.world import WITH_DOCUMENTS
from tests.deploy.proving.simulation import controls

UNSEALED, SEALED = WITH_DOCUMENTS + 18, WITH_DOCUMENTS + 19


def test_whoever_was_told_of_a_document_has_it_in_the_end_and_nobody_else_a_piece(templates: Path) -> None:
    tally = Tally()
    for seed in (UNSEALED, SEALED):
        tally.add(play(seed, 500, templates=templates))
    assert not tally.failed, tally.failed
    tame = "the stories are too tame to show anything"
    assert tally.seen["document whole"] > 10, tame
    assert sum(tally.seen[f"piece {fate}"] for fate in ("lost", "doubted", "doubled")) > 2, tame
    assert sum(tally.seen[happened] for happened in ("piece forged", "piece forgotten", "folder lost")) > 1, tame


@pytest.mark.parametrize(
    ("courier", "said", "known"),
    [
        (controls.Believing, "shows another document than was attached, or none", UNSEALED + 16),
        (controls.Hoarding, "of which it was not told", UNSEALED),
    ],
)
def test_without_a_rule_of_couriers_it_is_found_missing(courier: type, said: str, known: int, templates: Path) -> None:
    """`known` is a seed in which it is; when the steps change, it may be another."""
    for seed in (known, *range(UNSEALED, UNSEALED + 64, 16)):
        if failed := play(seed, 300, rules=Rules(courier=courier), templates=templates).failed:
            assert any(said in sentence for _, sentences in failed.values() for sentence in sentences), failed
            return
    pytest.fail("four stories without it, and nothing was found")
