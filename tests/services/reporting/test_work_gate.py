"""What a release tells of hand-offs (T16, M1 to M7, M8b, M14, M22) and of how people were passed round (M8, M9), against the attacker.

It knows what each table counts, and that one hand-off is in many of them: an outcome is a bounce or none, a bounce was never acted on. It
sees all numbers of the grids, also those that no page prints beside their total, and solves them together.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import product
from random import Random
from typing import NamedTuple

import pytest

from services.reporting.rules.gate.releases import ReleasedFigures, release
from services.reporting.rules.gate.table_gate import Moment, protect
from services.reporting.rules.gate.worlds import Worlds
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.table_cases import counted_case
from shared.config.country_tables import Publication
from shared.protocol.statistics import HandoffCounted, OverdueCounted, ReferralCounted, StageCounted
from tests.services.reporting.table_attacker import Attack

POLICY, MOMENT, HOUR = Publication(), Moment(0, lambda _table, _month: 0), 3_600_000
NEEDS, OPEN, ALL, OTHERS = ("housing", "health", "legal"), "open", "[all]", "[others]"
BACK, STEPS = ("declined", "returned", "expired"), ("none", "seen", "accepted", "acted")
NOT_THEIRS = {"revoked", "ended"}
QUARTERS = {"2031-Q1": "2031-02", "2031-Q2": "2031-05"}


class Asked(NamedTuple):
    """A hand-off as the attacker thinks of one."""

    quarter: str
    need: str
    outcome: str
    code: str
    reached: str
    overdue: bool
    bounced: bool

    def says(self, table: str) -> tuple[str, ...] | None:
        """Under which values a table counts it; None where it does not."""
        theirs = self.outcome not in (OPEN, *NOT_THEIRS)
        lapsed = self.outcome == "expired" and self.bounced
        match table:
            case "T16":
                return None if self.outcome == OPEN else (self.need, self.outcome)
            case "M1" | "M2" | "M3":
                came = STEPS.index(self.reached) >= int(table[1])
                return (self.need, "ended") if came else (self.need, "open") if self.outcome == OPEN else None
            case "M3b":
                came = self.reached == "acted"
                return (self.need, "ended" if came else "open") if came or (self.reached, self.outcome) == ("accepted", OPEN) else None
            case "M4":
                return self.need, _word(self.overdue)
            case "M14":
                return "answer", _word(self.overdue)
            case "M5":
                return (self.need, _word(lapsed)) if theirs else None
            case "M7":
                return (self.need, _word(self.bounced)) if theirs else None
            case "M8b":
                return (self.need, "ended") if self.bounced else None
            case "M22":
                taken = STEPS.index(self.reached) >= STEPS.index("accepted")
                return (self.need, _word(not taken)) if self.bounced else None
            case "M6":
                offered = self.outcome == "expired" and not self.bounced
                return (self.code or self.outcome,) if theirs and not offered else None
            case _:
                raise AssertionError(table)


OF_HANDOFFS = ("T16", "M1", "M2", "M3", "M3b", "M4", "M5", "M6", "M7", "M8b", "M14", "M22")


class Passed(NamedTuple):
    """A person as the attacker thinks of one who was passed round."""

    quarter: str
    band: str
    run: int
    again: int

    def says(self, table: str) -> list[tuple[str, ...]]:
        """Under which values a table counts them."""
        if table == "M9":
            return [(_word(self.run > 1 or self.again > 0),)]
        return [("bounced", self.band), ("longest_run", str(self.run)), ("asked_again", str(self.again))]


def _word(holds: bool) -> str:
    return "yes" if holds else "no"


def could_be() -> list[Asked]:
    """Every hand-off that there could be."""
    every = (
        Asked(*one)
        for one in product(QUARTERS, NEEDS, (OPEN, "completed", "revoked", *BACK), ("", "C1", "C2"), STEPS, (True, False), (True, False))
    )
    return [one for one in every if _possible(one)]


def _possible(one: Asked) -> bool:
    coded = one.outcome in ("declined", "returned")
    bounces = one.outcome in BACK and one.reached != "acted"
    return (
        bool(one.code) == coded
        and one.bounced <= bounces
        and (one.bounced or not bounces)
        and (one.outcome != "completed" or one.reached == "acted")
    )


def drawn(seed: int, cases: int) -> list[list[Asked]]:
    """The hand-offs of so many people, one or two of each, some kinds of them rare."""
    chance, every = Random(seed), could_be()
    usual = {"completed": 14, "declined": 5, "expired": 3, "returned": 1, "revoked": 1, OPEN: 4}
    many = Counter(one.outcome for one in every)
    weights = [
        usual[one.outcome] / many[one.outcome] * {"housing": 6, "health": 3, "legal": 1}[one.need] * (1 + 3 * (not one.overdue))
        for one in every
    ]
    found: list[list[Asked]] = []
    for _ in range(cases):
        first = chance.choices(every, weights)[0]
        second = [one for one in chance.choices(every, weights, k=3) if one.quarter == first.quarter and one.need != first.need][:1]
        found.append([first, *second])
    return found


def course(some: list[Asked]) -> Course:
    """What the lead's records say of one person."""
    month, quarter = QUARTERS[some[0].quarter], some[0].quarter
    both = {"simulated": True, "case": "c" * 32, "month": month}
    facts: list = [
        ReferralCounted(
            kind="referral", basis="consent", quarter=quarter, first_responder="one", first_responder_type="police",
            exploitation_type="LAB", age_at_exploitation="adult", gender="male", nationality="RS", simulated=True, case="c" * 32,
        )
    ]  # fmt: skip
    for one in some:
        pair = {**both, "giver": "rs-lead", "receiver": "rs-ngo", "need": one.need}
        times = {"noticed": 1, "answered": 2, "first_action": 3}
        stages = [("requested", 0, "requested"), *((stage, n, "accepted") for stage, n in times.items() if STEPS.index(one.reached) >= n)]
        facts += [
            StageCounted(kind="stage", stage=stage, ms=n * HOUR, since=n * HOUR, machine=False, outcome=said, late=False, **pair)
            for stage, n, said in stages
        ]
        facts += [OverdueCounted(kind="overdue", **pair)] if one.overdue else []
        if one.outcome != OPEN:
            reached = {step: n * HOUR for n, step in enumerate(STEPS[1:], 1) if STEPS.index(one.reached) >= n}
            facts.append(
                HandoffCounted(
                    kind="handoff", outcome=one.outcome, code=one.code or None, late=False, bounced=one.bounced, run=int(one.bounced),
                    ended=9 * HOUR, **reached, **pair,
                )
            )  # fmt: skip
    return Course(tuple(KeptFact(f"r{n}", fact, month) for n, fact in enumerate(facts)))


def passed(some: list[Asked]) -> Passed | None:
    """The same person as M8 and M9 have them; None where nothing has ended."""
    ended = [one for one in some if one.outcome != OPEN]
    part = sum(one.bounced for one in ended)
    band = "0" if part == 0 else "100" if part == len(ended) else "50-99"
    return Passed(some[0].quarter, band, int(part > 0), 0) if ended else None


def released(people: list[list[Asked]]) -> ReleasedFigures:
    """The gate's release of them."""
    said = Counter(some[0].quarter for some in people)
    alike = {
        "first_responder_type": "police",
        "exploitation_type": "LAB",
        "age_at_exploitation": "adult",
        "gender": "male",
        "nationality": "RS",
    }
    figures = release({name: [(q, word, "one", n) for q, n in sorted(said.items())] for name, word in alike.items()}, {}, [], POLICY)
    return protect([counted_case(course(some)) for some in people], figures, {}, POLICY, MOMENT)


def attacked(figures: ReleasedFigures, people: list[list[Asked]]) -> tuple[list, int]:
    """What the attacker narrows too far, and how many numbers it tried."""
    narrow, tried = _attacks(figures, OF_HANDOFFS, could_be(), lambda kind, id: [said] if (said := kind.says(id)) else [], people)
    kinds = [Passed(*one) for one in product(QUARTERS, ("0", "1-49", "50-99", "100"), (0, 1), (0, 1))]
    of_people = [[one] if (one := passed(some)) else [] for some in people]
    more, others = _attacks(
        figures, ("M8",), [one for one in kinds if (one.band == "0") == (one.run == 0)], lambda kind, id: kind.says(id), of_people
    )
    return narrow + more, tried + others


def _attacks(figures: ReleasedFigures, tables: tuple[str, ...], kinds: list, says: Callable, people: list) -> tuple[list, int]:
    attacker = Attack([[tuple(map(str, kind)) for kind in kinds]])
    attacker.same = []
    truth, asked = Counter[tuple[str, ...]](), dict[tuple[str, ...], list[int]]()
    for table in (one for one in figures.counted if one.id in tables):
        told: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        known = [set(values) for values in table.values]

        def places(kind, id=table.id, table=table, known=known):
            for said in says(kind, id):
                named = [value if n >= len(known) or value in known[n] else OTHERS for n, value in enumerate(said)]
                yield from product([table.periods[kind.quarter]], *[(value, ALL) for value in named])

        for n, kind in enumerate(kinds):
            for period, *values in places(kind):
                told[period, tuple(values)].append(n)
        for place, number in zip(table.layout().grid(), table.numbers, strict=True):
            name = (table.id, place.period, *place.values)
            of = told.get((place.period, place.values), [])
            attacker.sees(of, number)
            truth[name] = sum(any((place.period, *place.values) in set(places(one)) for one in some) for some in people)
            assert number is None or not 0 < truth[name] < POLICY.minimum, f"{name} is shown, of {truth[name]}"
            if number is None:
                asked[name] = of
    few = {name: of for name, of in asked.items() if 0 < truth[name] < POLICY.minimum}
    return attacker.learns(few, POLICY.minimum), len(few)


def test_what_is_told_of_hand_offs_and_bounces_withstands_the_attacker() -> None:
    people = drawn(5, 90)
    figures = released(people)
    assert {*OF_HANDOFFS, "M8", "M9"} <= {one.id for one in figures.counted}
    narrow, tried = attacked(figures, people)
    assert narrow == []
    assert tried > 10


def test_where_only_what_is_few_is_hidden_the_attacker_reads_hand_offs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worlds, "make_possible", lambda self, wanted: True)
    people = drawn(5, 90)
    narrow, _ = attacked(released(people), people)
    assert {name[0] for name in narrow} == {*OF_HANDOFFS} - {"M14"}, "all but the clocks, which are few at no other time"
