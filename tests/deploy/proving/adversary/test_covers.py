"""What could cover side cases, as docs/adr/0026 weighs it: the figures that it has."""

import pytest

from deploy.proving.adversary.evidence import TAKES_PART, Evidence, GameRules
from deploy.proving.adversary.questions import ask
from tests.deploy.proving.adversary import covers

NEAR = GameRules((TAKES_PART,), only=("other cases near by",))


def test_a_cover_record_beside_each_of_the_lead_hides_which_case_has_a_shelter(month: Evidence) -> None:
    covered = covers.accompanied(month)
    assert not ask(covered.evidence, NEAR)[TAKES_PART].gains
    assert covered.more < sum(map(len, month.times.values())) / 2


@pytest.mark.parametrize("a_day", [0, 1_000])
def test_cover_at_random_times_hides_nothing(month: Evidence, a_day: int) -> None:
    assert ask(covers.channel(month, also=a_day).evidence, NEAR)[TAKES_PART].gains


@pytest.mark.long
def test_decoy_cases_hide_a_part(month: Evidence) -> None:
    open_, covered = ask(month, NEAR)[TAKES_PART], ask(covers.decoys(month).evidence, NEAR)[TAKES_PART]
    assert covered.gains
    assert covered.features < open_.features
