"""What a release tells of how people fared (M10 to M13, M14b, M15 to M19, M21), against the attacker.

It knows what each of these tables counts, and that the same person is in many of them: who agreed later is among those who agreed, who was
closed is in each table of closings, of whom something is decided nothing waits. It sees all numbers of all grids and solves them together.
"""

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import replace
from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

import pytest

from services.reporting.rules.gate.releases import ReleasedFigures, release, with_tables
from services.reporting.rules.gate.table_gate import Moment, protect
from services.reporting.rules.gate.worlds import Worlds
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.table_cases import CountedCase, counted_case
from shared.config.country_tables import Publication
from shared.protocol.statistics import (
    ActionCounted,
    BasisCounted,
    BodiesCounted,
    ClosingCounted,
    DecisionCounted,
    ReferralCounted,
    StallCounted,
)
from tests.services.reporting.table_attacker import Attack

POLICY, MOMENT, HOUR = Publication(), Moment(0, lambda _table, _month: 0), 3_600_000
ALL, OTHERS = "[all]", "[others]"
QUARTERS = {"2031-Q1": "2031-02", "2031-Q2": "2031-05"}
PATHS = {"none": ("none",), "consent": ("consent",), "later": ("none", "consent"), "back": ("consent", "none")}
"""The basis at the report, and what it was changed to."""
DECIDED = {"": (), "first": ("reasonable_grounds",), "yes": ("reasonable_grounds", "conclusive_grounds"),
           "no": ("reasonable_grounds", "conclusive_grounds")}  # fmt: skip
TALKS = ((0, 0, ()), (1, 1, ("work",)), (1, 1, ("work", "together")), (2, 1, ("work", "work")), (2, 2, ("work", "journey")))
"""Interviews, by how many agencies, and what each was about, or that one was held together."""
PLANS, HOURS = ((2, 0), (2, 1), (2, 2)), ((4, 0), (4, 2))
"""Needs, and how many of them were planned; hours of a case, and how many of them were joint."""
STALLS = ("", "no_capacity", "not_reached")
Says = list[tuple[tuple[str, ...], int]]


class Lived(NamedTuple):
    """A person as the attacker thinks of one; what a plan came to is known of closed cases alone."""

    quarter: str
    path: str
    decided: str
    served: bool
    talks: tuple[int, int, tuple[str, ...]]
    bodies: int
    closed: str

    def says(self, table: str) -> Says:
        """Under which values a table counts them."""
        came, agreed = bool(self.closed), self.path != "none"
        stages, waits = DECIDED[self.decided], PATHS[self.path][0] != "none" and not self.closed
        match table:
            case "T13":
                return [((PATHS[self.path][0],), 1)]
            case "T1":
                return [(("police", {"yes": "identified", "no": "not_identified"}.get(self.decided, "undecided")), 1)]
            case "M11" | "M11b":
                return [(("ended",), 1)] if self.served else [] if came else [(("open",), 1)]
            case "T9" | "T9b":
                return [((one, "ended"), 1) for one in stages] or ([(("undecided", "open"), 1)] if waits else [])
            case "M12" | "M12b":
                ends = [((one, "ended"), 1) for one in stages if PATHS[self.path][0] != "none"]
                return ends + [((one, "open"), 1) for one in DECIDED["yes"] if waits and one not in stages]
            case "M13":
                return [(tuple(map(str, self.talks[:2])), 1)] if self.talks[0] else []
            case "M13b":
                topics = [one for one in self.talks[2] if one != "together"]
                return [((one, _word(topics.count(one) > 1)), 1) for one in sorted(set(topics))]
            case "M13c":
                return [((_word("together" in self.talks[2]),), 1)] if self.talks[2] else []
            case "M18":
                return [((_word(self.path == "back"),), 1)] if agreed else []
            case "M18b":
                return [(("ended",), 1)] if self.path == "later" else []
            case "M19":
                return [((str(self.bodies),), 1)]
            case "M21":
                return [((_word(self.decided == "yes" and not self.served),), 1)]
            case "M10":
                return [(("ended",), 1)] if came else []
            case "M17":
                return [((_word(self.closed == "person_left"),), 1)] if came else []
            case _:
                raise AssertionError(table)


class Closed(NamedTuple):
    """A closing as the attacker thinks of one."""

    quarter: str
    closed: str
    plan: tuple[int, int]
    hours: tuple[int, int]
    turn: int

    def says(self, table: str) -> Says:
        """Under which values a table counts it, and how much."""
        if table == "M15b":
            return [((agencies,), n) for agencies, n in (("1", 1), ("2", self.hours[1])) if n]
        if table == "M15c":
            return [((word,), n) for word, n in (("yes", self.turn), ("no", 2 - self.turn)) if n]
        whole, part = self.plan if table == "M16" else self.hours
        return [((word,), n) for word, n in (("yes", part), ("no", whole - part)) if n]


class Waits(NamedTuple):
    """A word on a delay as the attacker thinks of one."""

    quarter: str
    code: str

    def says(self, table: str) -> Says:
        """Under which values M14b counts it."""
        return [(("task", self.code), 1)] if self.code else []


Person = tuple[Lived, Closed | None, Waits]
OF_LIVED = ("T1", "T9", "T9b", "T13", "M10", "M11", "M11b", "M12", "M12b", "M13", "M13b", "M13c", "M17", "M18", "M18b", "M19", "M21")
OF_CLOSED, OF_WAITS = ("M15", "M15b", "M15c", "M16"), ("M14b",)
ALL_TABLES = frozenset((*OF_LIVED, *OF_CLOSED, *OF_WAITS))


def _word(holds: bool) -> str:
    return "yes" if holds else "no"


def could_be() -> list[Lived]:
    """Every life that there could be."""
    every = product(QUARTERS, PATHS, DECIDED, (False, True), TALKS, (2, 3, 4), ("", "goals_met", "person_left"))
    return [Lived(*one) for one in every]


def drawn(seed: int, people: int) -> list[Person]:
    """So many people, some kinds of them rare."""
    chance, turns = Random(seed), Random(-seed)

    def one_of(some, *weights: int):
        return chance.choices(list(some), weights)[0]

    found: list[Person] = []
    for _ in range(people):
        lived = Lived(
            one_of(QUARTERS, 1, 1), one_of(PATHS, 4, 10, 2, 1), one_of(DECIDED, 6, 3, 6, 2), one_of((False, True), 2, 3),
            one_of(TALKS, 5, 5, 2, 1, 1), one_of((2, 3, 4), 6, 3, 1), one_of(("", "goals_met", "person_left"), 5, 5, 1),
        )  # fmt: skip
        ended = (
            Closed(lived.quarter, lived.closed, one_of(PLANS, 2, 6, 1), one_of(HOURS, 5, 1), turns.choices((0, 1), (8, 1))[0])
            if lived.closed
            else None
        )
        found.append((lived, ended, Waits(lived.quarter, one_of(STALLS, 10, 4, 1))))
    return found


def about(topics: tuple[str, ...], n: int) -> dict[str, object]:
    """What an interview was about, as a record says it."""
    return {"topics": (topics[n],), "together": "together" in topics} if topics else {}


def course(one: Person) -> Course:
    """What the lead's records say of one person."""
    lived, ended, waits = one
    first, *later = PATHS[lived.path]
    known = {"simulated": True, "case": "c" * 32}
    of = {**known, "month": QUARTERS[lived.quarter]}
    facts: list = [
        ReferralCounted(
            kind="referral", basis=first, quarter=lived.quarter, first_responder="one", first_responder_type="police", **of,
            exploitation_type="LAB", age_at_exploitation="adult", gender="male", nationality="RS",
        ),
        BodiesCounted(kind="bodies", agencies=lived.bodies, **of),
        *(BasisCounted(kind="basis", basis=one, ms=HOUR, **of) for one in later),
        *(
            DecisionCounted(kind="decision", stage=stage, positive=lived.decided != "no" or stage == "reasonable_grounds", ms=HOUR,
                            working_days=1, **of)
            for stage in DECIDED[lived.decided]
        ),
        *(
            ActionCounted(kind="action", action="interview_held", need="legal", agency=f"rs-{n % lived.talks[1]}", ms=n * HOUR,
                working_days=0, **about(lived.talks[2], n), **of)
            for n in range(lived.talks[0])
        ),
    ]  # fmt: skip
    if lived.served:
        facts.append(
            ActionCounted(kind="action", action="accommodation_provided", need="housing", agency="rs-ngo", ms=HOUR, working_days=0, **of)
        )
    if ended:
        (needs, planned), (whole, joint) = ended.plan, ended.hours
        facts.append(
            ClosingCounted(
                kind="closing", reason=lived.closed, ms=whole * HOUR, needs=needs, planned=planned, unowned=HOUR, joint=joint * HOUR,
                at_work=(HOUR, joint * HOUR, 0, 0), begun=2, in_turn=ended.turn, working_days=1, **of,
            )
        )  # fmt: skip
    if waits.code:
        facts.append(StallCounted(kind="stall", code=waits.code, about="task", **of))
    return Course(tuple(KeptFact(f"r{n:02}", fact, of["month"]) for n, fact in enumerate(facts)))


def released(people: list[Person]) -> ReleasedFigures:
    """The gate's release of them."""
    said = Counter(lived.quarter for lived, _, _ in people)
    alike = {"first_responder_type": "police", "exploitation_type": "LAB", "age_at_exploitation": "adult", "gender": "male",
             "nationality": "RS"}  # fmt: skip
    figures = release({name: [(q, word, "one", n) for q, n in sorted(said.items())] for name, word in alike.items()}, {}, [], POLICY)
    return protect([_counted(one) for one in people], figures, {}, POLICY, MOMENT)


@cache
def _counted(one: Person) -> CountedCase:
    """Many people are alike, and the same ones are in several tests."""
    return counted_case(course(one))


def attacked(
    figures: ReleasedFigures, people: list[Person], *, told_of_few: bool = False, looks_at: Container[str] = ALL_TABLES
) -> tuple[list[tuple[str, ...]], set[str]]:
    """What the attacker narrows too far, and in which tables it tried to. It sees all tables, whichever it looks at."""
    lives, ends = could_be(), [Closed(*one) for one in product(QUARTERS, ("goals_met", "person_left"), PLANS, HOURS, (0, 1))]
    blocks = (lives, ends, [Waits(*one) for one in product(QUARTERS, STALLS)])
    begins = (0, len(lives), len(lives) + len(ends))
    attacker = Attack([[tuple(map(str, kind)) for kind in block] for block in blocks])
    attacker.same = [_closed_alike(blocks, quarter, how) for quarter in QUARTERS for how in ("goals_met", "person_left")]
    truth, asked = Counter[tuple[str, ...]](), dict[tuple[str, ...], list[int]]()
    for table in figures.counted:
        block = next((n for n, known in enumerate((OF_LIVED, OF_CLOSED, OF_WAITS)) if table.id in known), None)
        if block is None:
            continue
        known = [set(values) for values in table.values]

        @cache
        def placed(quarter, says, table=table, known=known):
            """Whoever says the same is counted in the same places."""
            return [
                ((table.periods[quarter], *values), much)
                for said, much in says
                for values in product(
                    *[(value if n >= len(known) or value in known[n] else OTHERS, ALL) for n, value in enumerate(said)]
                )
            ]  # fmt: skip

        def places(kind, table=table, placed=placed):
            return placed(kind.quarter, tuple(kind.says(table.id)))

        told: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for n, kind in enumerate(blocks[block], begins[block]):
            for place, much in places(kind):
                told[place] += [n] * much
        for kind in (one[block] for one in people if one[block]):
            truth.update({(table.id, *place) for place, _ in places(kind)})
        for place, number in zip(table.layout().grid(), table.numbers, strict=True):
            name, where = (table.id, place.period, *place.values), (place.period, *place.values)
            attacker.sees(told[where], number)
            assert told_of_few or number is None or not 0 < truth[name] < POLICY.minimum, f"{name} is shown, of {truth[name]}"
            if table.id in looks_at and number is None and 0 < truth[name] < POLICY.minimum:
                asked[name] = sorted(set(told[where]))
    return attacker.learns(asked, POLICY.minimum), {name[0] for name in asked}


def _closed_alike(blocks, quarter: str, how: str) -> list[int]:
    """As many lives end so in a quarter as there are such closings."""
    return [
        (sign if (one.quarter, one.closed) == (quarter, how) else 0)
        for sign, block in ((1, blocks[0]), (-1, blocks[1])) for one in block
    ] + [0] * len(blocks[2])  # fmt: skip


CROWDS = ((6, 90), (1, 24))


@pytest.mark.parametrize(("seed", "people"), CROWDS)
def test_what_is_told_of_how_people_fared_withstands_the_attacker(seed: int, people: int) -> None:
    some = drawn(seed, people)
    figures = released(some)
    assert {*OF_LIVED, *OF_CLOSED, *OF_WAITS} <= {one.id for one in figures.counted}
    narrow, tried = attacked(figures, some)
    assert narrow == []
    assert len(tried) > 9


def test_where_only_what_is_few_is_hidden_the_attacker_reads_how_people_fared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table but those of closings alone, of which the next test is."""
    monkeypatch.setattr(Worlds, "make_possible", lambda self, wanted: True)
    left = ALL_TABLES
    for people in (drawn(*one) for one in CROWDS):
        left -= {name[0] for name in attacked(released(people), people, looks_at=left)[0]}
    assert left == {"M10", "M16"}


def test_where_how_many_were_closed_is_shown_in_one_table_the_attacker_reads_the_others() -> None:
    some = drawn(*CROWDS[1])
    figures = released(some)
    (lost,) = (one for one in figures.counted if one.id == "M17")
    real = Counter(lost.periods[lived.quarter] for lived, _, _ in some if lived.closed)
    numbers = tuple(
        real[place.period] if place.values == (ALL,) else number for place, number in zip(lost.layout().grid(), lost.numbers, strict=True)
    )
    assert numbers != lost.numbers, "it was hidden"
    shown = [replace(lost, numbers=numbers) if one is lost else one for one in figures.counted]
    narrow, _ = attacked(with_tables(figures, tuple(shown)), some, told_of_few=True, looks_at={"M10", "M16"})
    assert {name[0] for name in narrow} == {"M10", "M16"}
