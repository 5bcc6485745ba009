"""The oracle reads the law of answers by itself: in random histories it allows what the fold counts, forbids what that supersedes, and
comes to the same hand-offs."""

from random import Random

import pytest

from deploy.oracle.answers import MOVES as ANSWERS
from deploy.oracle.law import laws
from deploy.oracle.records import Said
from deploy.oracle.states import MOVES, Walk
from shared.protocol.case import Case, Verdict
from shared.protocol.core import Core
from shared.protocol.fold import fold
from tests.shared.protocol import plays
from tests.shared.protocol.cases import LEAD, LEADING, REPORTER, REPORTING, START, core_of, members, opening, request

HISTORIES, STEPS = 40, 60


def said(core: Core, place: int) -> Said:
    return Said(f"e{place}", core.case, place, core.key, core.type, core.author, core.roster, core.at, core.facts)


def history(seed: int) -> tuple[Case, list[tuple[Said, Verdict]]]:
    """What was said in a case of protocol 2, mostly of its hand-offs, with the verdict of the fold."""
    dice, now = Random(seed), START
    first = core_of(None, REPORTING, opening(protocol=2, pingpong=dice.choice((2, 3))), now)
    told, case = [(said(first, 0), Verdict.COUNTED)], fold(None, first).case
    assert case is not None
    for n, event in enumerate((plays.e.RosterSet(members=members(LEAD, REPORTER, *plays.OTHERS)), request("a", plays.OTHERS[0])), 1):
        core = core_of(case, LEADING, event, now, key=f"{seed}-{n}")
        case = fold(case, core).case or case
        told.append((said(core, n), Verdict.COUNTED))
    for place in range(len(told), STEPS):
        now += dice.randrange(6)
        author, event = _next(case, dice, f"{place}", now)
        core = core_of(case, author, event, now, key=f"{seed}-{place}")
        folded = fold(case, core)
        case = folded.case or case
        told.append((said(core, place), folded.verdict))
    return case, told


def _next(case: Case, dice: Random, fresh: str, now: int) -> tuple[str, plays.Event]:
    kinds = (*ANSWERS, "handoff.accepted.v1", "handoff.requested.v1", "handoff.expired.v1", "handoff.revoked.v1", "handoff.declined.v1")
    wanted = dice.choice(kinds)
    author = dice.choice(plays.AUTHORS)
    could = [event for event in plays.moves(case, author, fresh, now) if wanted == event.TYPE]
    return (author, dice.choice(could)) if could else (author, plays.e.HandoffOfferRefused(handoff=dice.choice([*case.handoffs])))


@pytest.fixture(scope="module")
def histories() -> list[tuple[Case, list[tuple[Said, Verdict]]]]:
    return [history(seed) for seed in range(HISTORIES)]


def test_it_allows_what_counts_and_forbids_what_does_not(histories: list[tuple[Case, list[tuple[Said, Verdict]]]]) -> None:
    counted = set[str]()
    for case, told in histories:
        (law,) = laws({case.id: [one for one, _ in told]})
        walk = Walk(law)
        for one, verdict in told:
            against = "" if one is law.opening else walk.forbids(one)
            if verdict is Verdict.COUNTED:
                assert not against, (one, against)
                walk.count(one)
                counted.add(one.type)
            elif verdict is Verdict.SUPERSEDED and one.type in MOVES or verdict is Verdict.REFUSED and one.type in ANSWERS:
                assert against, one
        assert walk.differs(case.model_dump(mode="json")) == []
    assert counted >= set(ANSWERS), "each of them was played"
