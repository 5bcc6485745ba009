"""What cases add to the numbers of tables, taken apart where their parts can be put together in another way. Pure.

A case is a report, which says of the person how old they are, from where, by whom they were met and for what, and a course. Two cases that
were reported in the same quarter and had the same course could have had each other's nationality, or each other's form of exploitation: so
these are kinds of their own, of which there are as many together as there are such cases. That holds whatever tables count, and gives the
gate many more worlds than it had of whole cases.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from services.reporting.rules.tables.catalogue import BY_ID, TO_RELEASE
from services.reporting.rules.tables.course import Course, quarter
from services.reporting.rules.tables.definitions import ENDED, OPEN, UNSAID, WAITING, Definition, TableShape
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.person_tables import KINDS
from shared.protocol.statistics import DecisionCounted, JointActionCounted, PingpongCounted, StageCounted

NAMED = frozenset({"first_responder", "receiver"})
"""Agencies by name are in the restricted view alone: in what is released they are added up."""
STAR, NATIONAL, STAGE = "by ", "national", "stage"
"""Numbers that a release has beside the tables: referrals by quarter and one other thing, what happened, how many stages ended."""


class NumberPlace(NamedTuple):
    """A number of a table: the table, the quarter, the values."""

    table: str
    period: str
    values: tuple[str, ...]


class CountedCase(NamedTuple):
    """What one case adds, by quarters; `report` is the quarter in which the person was reported, "" where nobody knows."""

    report: str
    adds: tuple[tuple[NumberPlace, int], ...]
    times: tuple[tuple[NumberPlace, int], ...]
    """Of tables of times, how long: the last two values say `ended`, `waiting`, `open` or `age`, and the time."""
    said: tuple[str, ...]
    """What the report says of the person, in the order of RELEASED; empty where there is none."""
    responder: str


def dimensions(table: Definition) -> tuple[str, ...]:
    """By what a table is released."""
    return tuple(name for name in table.dimensions if name not in NAMED)


def counted_case(course: Course) -> CountedCase:
    """All that one case adds to what is released."""
    said = course.referral
    adds, times = Counter[NumberPlace](), Counter[NumberPlace]()
    for table in TO_RELEASE:
        kept = [n for n, name in enumerate(table.dimensions) if name not in NAMED]
        for period, values, n in table.adds(course) if table.adds else ():
            of = said.quarter if said and len(period) == 4 else period  # a year is released by its quarters
            told = tuple(values[at] for at in kept) + values[len(table.dimensions) :]
            if table.shape is TableShape.TIME:
                times[NumberPlace(table.id, of, told)] += n
                if told[-2] not in (WAITING, UNSAID):
                    adds[NumberPlace(table.id, of, (*told[:-2], ENDED if told[-2] == ENDED else OPEN))] += n
            else:
                adds[NumberPlace(table.id, of, told)] += n
    report, responder = (said.quarter, said.first_responder) if said else ("", "")
    words = tuple(str(getattr(said, name)) for name in RELEASED) if said else ()
    adds.update(NumberPlace(STAR + name, report, (word,)) for name, word in zip(RELEASED, words, strict=False))
    adds.update(_happened(course))
    return CountedCase(report, tuple(sorted(adds.items())), tuple(sorted(times.items())), words, responder)


def unsaid(cases: Iterable[CountedCase]) -> set[NumberPlace]:
    """Lines of times of which something has ended and no record says after how long."""
    return {place._replace(values=place.values[:-2]) for one in cases for place, _ in one.times if place.values[-2] == UNSAID}


def without(lines: Collection[NumberPlace], cases: Sequence[CountedCase]) -> Sequence[CountedCase]:
    """These cases without what they add to such lines."""
    if not lines:
        return cases

    def kept(some: tuple[tuple[NumberPlace, int], ...], ending: int) -> tuple[tuple[NumberPlace, int], ...]:
        return tuple(one for one in some if one[0]._replace(values=one[0].values[:-ending]) not in lines)

    return [one._replace(adds=kept(one.adds, 1), times=kept(one.times, 2)) for one in cases]


def _happened(course: Course) -> Iterator[NumberPlace]:
    decided = set[str]()
    for _, one, _ in course.records:
        if isinstance(one, JointActionCounted | PingpongCounted | DecisionCounted):
            yield NumberPlace(NATIONAL, quarter(one.month), (KINDS[type(one)],))
            decided |= {quarter(one.month)} if isinstance(one, DecisionCounted) else set()
        elif isinstance(one, StageCounted) and one.stage != "requested":
            yield NumberPlace(STAGE, quarter(one.month), (one.stage,))
    yield from (NumberPlace(NATIONAL, when, ("case_decided",)) for when in sorted(decided))


NATIONALITY, PERSON, FINDING, COURSE = "nationality", "person", "finding", "course"
"""What a case is taken apart into: where the person is from; who they are; who met them and for what; all the rest."""
PART_OF = {"nationality": NATIONALITY, "gender": PERSON, "age_at_exploitation": PERSON, "first_responder_type": FINDING,
           "exploitation_type": FINDING}  # fmt: skip
OF_THE_REPORT = frozenset({"T2", "T3", "T4", "T6", "T7", "T15"})
"""Tables of what the report alone says."""


WITH_STANDING = frozenset({"T1", "M20"})
"""Tables by the kind of first responder and how the person fares: the first value is of the finding, all others are of the course."""


def base_table(place: NumberPlace) -> str:
    """The table that a number is of, whichever release shows it."""
    return place.table.rpartition(":")[2]


def part(place: NumberPlace) -> str:
    """Which part of a case adds to a number."""
    table, values = base_table(place), place.values
    if table.startswith(STAR):
        return PART_OF[table.removeprefix(STAR)]
    if table == "T19":
        return PART_OF[values[0]]
    if table in ("T4", "T7", "T15") or table in WITH_STANDING:
        return FINDING
    return PART_OF[BY_ID[table].dimensions[0]] if table in OF_THE_REPORT else COURSE


Adds = frozenset[tuple[NumberPlace, int]]
"""Places of tables as they are released, and how much a case adds to each."""


class PartKind(NamedTuple):
    """Parts of cases that are alike; `course` is the number of a course, `standing` of how it leaves the person and what came first: the
    same for all parts of cases that had it. All findings that go with a standing are without a course."""

    report: str
    course: int
    standing: int
    part: str
    adds: Adds

    def keeps(self) -> Iterable[tuple[tuple[str, str, int], int]]:
        """Of each quarter there are as many people as findings of each standing and as nationalities of each course, and as many as there
        were."""
        for other, number in ((FINDING, self.standing), (NATIONALITY, self.course)) if self.report else ():
            if self.part in (PERSON, other):
                yield (other, self.report, number), 1 if self.part == PERSON else -1
        if self.report and self.part == PERSON:
            yield (PERSON, self.report, 0), 1


def _standing(place: NumberPlace, n: int) -> tuple[NumberPlace, int]:
    """What a number of the finding says of the course."""
    return place._replace(table=base_table(place), values=place.values[1:]), n


def parts(cases: Mapping[tuple[str, Adds], Sequence[CountedCase]]) -> dict[PartKind, Sequence[CountedCase]]:
    """The parts of these cases, (quarter of the report, what it adds) → such cases, and the cases that have each of them."""
    found, courses, standings = dict[PartKind, list[CountedCase]](), dict[Adds, int](), dict[Adds, int]()
    for (report, adds), some in sorted(cases.items(), key=lambda one: (one[0][0], sorted(one[0][1]))):
        by: dict[str, set[tuple[NumberPlace, int]]] = {NATIONALITY: set(), PERSON: set(), FINDING: set(), COURSE: set()}
        for one in adds:
            by[part(one[0])].add(one)
        how = frozenset(_standing(place, n) for place, n in by[FINDING] if base_table(place) in WITH_STANDING)
        standing = standings.setdefault(how, len(standings))
        course = courses.setdefault(how | by[COURSE], len(courses))
        for name in (NATIONALITY, PERSON, FINDING) if report else (PERSON,):
            of = 0 if name == FINDING else course
            kind = PartKind(report, of, standing, name, frozenset(by[name] | (by[COURSE] if name == PERSON else set())))
            found.setdefault(kind, []).extend(some)
    return dict(found)
