"""Members who join, leave and come back reach one picture and one verdict for each record; each decision settles once."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from shared.protocol.case import SETTLING, Verdict, agency_of
from shared.protocol.fold import fold
from tests.shared.protocol.house import House, Rules
from tests.shared.protocol.profiles import ASKED
from tests.turns import by_turns, today

HALVES = (range(0, 80, 2), range(1, 80, 2))
"""Seeds, by turns; or so many as NRM_PROPERTY_EXAMPLES asks for."""
QUIET = {Verdict.STALE, Verdict.REPEATED, None}


def check(house: House) -> Counter[str]:
    """Compares every member with a witness that folds the whole log; counts what is wrong, and what happened."""
    seen: Counter[str] = Counter()
    case, settled, cores = None, dict[str, int](), house.cores()
    for place, core in enumerate(cores):
        there = case.agencies if case else frozenset[str]()
        folded = fold(case, core)
        case = folded.case
        seen[folded.verdict] += 1
        if folded.verdict in SETTLING:
            seen["twice"] += core.key in settled
            settled.setdefault(core.key, place)
        says = {i.journal.get(place) for i in house.instances.values() if agency_of(i.me) in there} | {folded.verdict}
        seen["differ"] += len(says) > 1 and not says <= QUIET
    assert case is not None
    for me, instance in house.instances.items():
        removed = instance.removed
        own = [settled[key] for key, author in house.decided.items() if author == me and key in settled and key not in removed]
        seen["out of order"] += own != sorted(own)
        seen["never"] += sum(author == me and key not in settled and key not in removed for key, author in house.decided.items())
        seen["strange heads"] += instance.strange_heads
        seen["joined"] += instance.joined
        if agency_of(me) in case.agencies:
            mine = instance.view.case
            seen["no picture"] += not instance.view.member
            seen["other picture"] += mine is None or mine.model_dump_json() != case.model_dump_json()
    return seen


WRONG = ("twice", "differ", "out of order", "never", "strange heads", "no picture", "other picture")


def lived(rules: Rules, seeds: Iterable[int]) -> Iterator[Counter[str]]:
    """What is seen in each history."""
    for seed in seeds:
        house = House(seed, rules)
        house.run(260)
        yield check(house)


def goes_wrong(rules: Rules, histories: int, *wrong: str) -> bool:
    """Whether all this is seen in so many histories; it is looked for until it is."""
    seen: Counter[str] = Counter()
    for one in lived(rules, range(histories)):
        seen += one
        if all(seen[name] for name in wrong):
            return True
    return False


def test_all_members_agree_and_each_decision_settles_once(pytestconfig: pytest.Config) -> None:
    """In eighty histories, forty a day."""
    halves = [range(ASKED)] if ASKED else by_turns(HALVES, today(), pytestconfig.getoption("--long"))
    seeds = [seed for half in halves for seed in half]
    seen = sum(lived(Rules(), seeds), Counter[str]())
    assert {name: seen[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    for happened in (Verdict.COUNTED, Verdict.STALE, Verdict.REPEATED, Verdict.SUPERSEDED, "joined"):
        assert seen[happened] >= len(seeds) // 4, f"too quiet to prove anything: {happened} {seen[happened]}"


def test_without_the_joiners_buffer_members_disagree() -> None:
    assert goes_wrong(Rules(buffer=False), 20, "differ", "other picture")


def test_with_many_rows_on_their_way_an_authors_order_breaks() -> None:
    assert goes_wrong(Rules(one_at_a_time=False), 20, "out of order")


def test_a_checkpoint_that_loses_the_order_of_the_log_makes_other_pictures() -> None:
    assert goes_wrong(Rules(ordered=False), 25, "other picture")
