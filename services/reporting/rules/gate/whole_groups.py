"""Where a table would say something of everybody in a group: all of a row, or of a column, in one cell. Pure.

That is hidden as what is of few is: whoever sees the rest must believe that enough of the group may be elsewhere. Nobody is, so no kind
of case that there is shows how that would look: kinds are made of reports that say another value of the same thing. How a person stands,
and who identified them, two tables say of the same decisions: there two people of a quarter have each other's course, as it was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.reporting.rules.gate.protected import ALL, OTHERS
from services.reporting.rules.gate.released_tables import TableLayout
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.table_cases import (
    FINDING,
    PERSON,
    WITH_STANDING,
    CountedCase,
    NumberPlace,
    PartKind,
    base_table,
    counted_case,
    dimensions,
    part,
)
from shared.protocol.statistics import ReferralCounted

SAY_OF_PEOPLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("T2", "T3", "T4", "T6", "T15"), RELEASED), "T1": ("first_responder_type", "standing"), "T5": ("place",),
    "T5b": ("region",), "T8": ("answer", "age_at_exploitation"), "T10": ("granted",), "T12b": ("dependants",), "T13": ("basis",),
    "T17": ("compensation", "way"), "T18": ("milestone", "offence"), "M20": ("first_responder_type", "identified_by"),
}  # fmt: skip
"""Tables whose cells say of people what they are, and by which things."""
OF_WORK, OF_RECORDS, OF_TIME = "how agencies work", "what is recorded, and when", "how long it took, which is released by a rule of its own"
SAY_OF_NOBODY = {
    **dict.fromkeys(("M1", "M2", "M3", "M3b", "M8b", "M10", "M11", "M11b", "M12", "M12b", "M18b", "T9", "T9b", "T14b"), OF_TIME),
    **dict.fromkeys(("T19", "T20"), OF_RECORDS),
    **dict.fromkeys(("M4", "M5", "M6", "M7", "M8", "M9", "M13", "M13b", "M13c", "M14", "M14b", "M15", "M15b", "M15c", "M16", "M17", "M18",
                     "M19", "M21", "M22"), OF_WORK),
    **dict.fromkeys(("T7", "T11", "T12", "T14", "T16"), OF_WORK),
}  # fmt: skip
"""All other tables, and what they tell of instead: that something holds for all of a line tells nothing of who is in it."""
EVERYBODY_IS_IN = {"T5b": "T5"}
"""A table in which everybody is, some under several values, and the table whose total tells how many they are: as many in one number are
all of them, whatever the others say."""
VALUES_LOOKED_IN = 4
"""Values in which the rest of a group is looked for, the largest first."""


class WholeGroup(NamedTuple):
    """A number that is all of a row or a column, the thing that it says of everybody in it, and the other numbers of that line."""

    place: NumberPlace
    at: int
    others: tuple[NumberPlace, ...]
    people: int | None = None
    """How many people are in the line, where some are in several of its numbers."""


def whole_groups(layouts: Sequence[TableLayout], sizes: Mapping[NumberPlace, int]) -> Iterator[WholeGroup]:
    """Where all of a line are in one number. `sizes`: how many cases add to each number."""
    for one in (one for one in layouts if one.table in SAY_OF_PEOPLE):
        for at, name in enumerate(dimensions(BY_ID[one.table])):
            if name in SAY_OF_PEOPLE[one.table] and len(one.values[at]) > 1:
                yield from _of_lines(one, at, sizes)


def _of_lines(one: TableLayout, at: int, sizes: Mapping[NumberPlace, int]) -> Iterator[WholeGroup]:
    for place in (place for place in one.grid() if sizes.get(place, 0) and place.values[at] != ALL):
        others = tuple(_moved(place, at, value) for value in one.values[at] if value != place.values[at])
        people = sizes.get(NumberPlace(EVERYBODY_IS_IN[one.table], place.period, (ALL,))) if one.table in EVERYBODY_IS_IN else None
        if sizes[place] == people or not any(sizes.get(other, 0) for other in others):
            yield WholeGroup(place, at, tuple(sorted(others, key=lambda other: -_all_of(one, other, at, sizes))), people)


def _all_of(one: TableLayout, place: NumberPlace, at: int, sizes: Mapping[NumberPlace, int]) -> int:
    total = tuple(value if n == at or not summed else ALL for n, (value, summed) in enumerate(zip(place.values, one.summed, strict=True)))
    return sizes.get(place._replace(values=total), 0)


def _moved(place: NumberPlace, at: int, value: str) -> NumberPlace:
    return place._replace(values=(*place.values[:at], value, *place.values[at + 1 :]))


def elsewhere(
    whole: Sequence[WholeGroup], kinds: Mapping[PartKind, Sequence[CountedCase]], layouts: Sequence[TableLayout]
) -> Iterator[PartKind]:
    """Kinds of parts that would be elsewhere in the line."""
    where = {one.table: one for one in layouts}
    words = _words(kinds, where)
    found, ways = set[PartKind](), _ways(kinds)
    for group in whole:
        name = dimensions(BY_ID[group.place.table])[group.at]
        for kind, cases in kinds.items():
            own = [
                place for place, _ in kind.adds if place.table == group.place.table and group.place in set(where[place.table].sums(place))
            ]
            for place, other in ((place, other) for place in own for other in group.others[:VALUES_LOOKED_IN]):
                value = other.values[group.at]
                if name not in RELEASED and group.place.table in WITH_STANDING:
                    found |= set(_exchanged(kind, place, other, ways, where[other.table]))
                elif name not in RELEASED:
                    adds = frozenset((_moved(one, group.at, value) if one == place else one, n) for one, n in kind.adds)
                    found.add(kind._replace(adds=adds))
                elif (name, value) in words:
                    found.add(_said_otherwise(kind, cases[0], name, words[name, value], layouts))
    yield from sorted(found - kinds.keys(), key=lambda kind: (kind[:4], sorted(kind.adds)))


Ways = Mapping[str, Mapping[int, Sequence[PartKind]]]
"""Quarter of the report → standing → the findings of which there are people that stand so."""


def _ways(kinds: Iterable[PartKind]) -> Ways:
    found: dict[str, dict[int, list[PartKind]]] = {}
    for kind in kinds:
        if kind.part == FINDING:
            found.setdefault(kind.report, {}).setdefault(kind.standing, []).append(kind)
    return found


def _exchanged(kind: PartKind, place: NumberPlace, other: NumberPlace, ways: Ways, where: TableLayout) -> Iterator[PartKind]:
    """The finding with each standing of its quarter that is counted there, and the findings of those with its own: two people whose
    courses are exchanged. So whatever tables say of these courses stays as true as it is."""
    for those in ways[kind.report].values() if kind.part == FINDING else ():
        tails = _tails(those[0])
        if place.table in tails and other in set(where.sums(_standing_so(place, tails))):
            yield _as(kind, those[0])
            yield from (_as(one, kind) for one in those)


def _tails(kind: PartKind) -> dict[str, tuple[str, ...]]:
    return {place.table: place.values[1:] for place, _ in kind.adds if base_table(place) in WITH_STANDING}


def _standing_so(place: NumberPlace, tails: Mapping[str, tuple[str, ...]]) -> NumberPlace:
    return place._replace(values=(place.values[0], *tails[place.table])) if place.table in tails else place


def _as(finding: PartKind, another: PartKind) -> PartKind:
    """This finding of somebody who stands as another does."""
    tails = _tails(another)
    return finding._replace(standing=another.standing, adds=frozenset((_standing_so(place, tails), n) for place, n in finding.adds))


def _words(kinds: Mapping[PartKind, Sequence[CountedCase]], where: Mapping[str, TableLayout]) -> dict[tuple[str, str], str]:
    """(thing, value of a table) → a value that a report says, which is counted there."""
    said = {name: Counter(one.said[n] for cases in kinds.values() for one in cases if one.said) for n, name in enumerate(RELEASED)}
    found: dict[tuple[str, str], str] = {}
    for one in where.values():
        for name, known in zip(dimensions(BY_ID[one.table]) if one.table in BY_ID else (), one.values, strict=False):
            for word in said.get(name, ()):
                found.setdefault((name, word if word in known else OTHERS), word)
    return found


def _said_otherwise(kind: PartKind, case: CountedCase, name: str, word: str, layouts: Sequence[TableLayout]) -> PartKind:
    """The same part of a case whose report says another word."""
    words = dict(zip(RELEASED, case.said, strict=True)) | {name: word}
    rest: Any = {"quarter": kind.report, "basis": "consent", "first_responder": case.responder, "simulated": False, "case": "known"}
    said = ReferralCounted.model_construct(None, kind="referral", month=None, **rest, **words)
    other = counted_case(Course((KeptFact("", said, ""),)))
    standings = {base_table(place): place.values[1:] for place, _ in kind.adds if base_table(place) in WITH_STANDING}
    kept = ((place, n) for place, n in kind.adds if part(place) != kind.part and not _by_age(place, name))
    adds = {(_of_age(place, word, layouts) if name == "age_at_exploitation" else place, n) for place, n in kept}
    for place, n in other.adds:
        if place.table in WITH_STANDING and place.table not in standings:
            continue  # nobody knows how the person stands
        if part(place) == kind.part or (kind.part == PERSON and _by_age(place, name)):
            told = place._replace(values=(place.values[0], *standings[place.table])) if place.table in standings else place
            adds |= {(found, n) for one in layouts if one.table.rpartition(":")[2] == place.table and (found := one.place(told))}
    return kind._replace(adds=frozenset(adds))


def _by_age(place: NumberPlace, name: str) -> bool:
    """Whether it is of children alone, and the age is what is said otherwise."""
    return name == "age_at_exploitation" and base_table(place) in ("T14", "T14b")


def _of_age(place: NumberPlace, word: str, layouts: Sequence[TableLayout]) -> NumberPlace:
    """A decision on somebody of that age."""
    if not place.table.endswith("T8"):
        return place
    (known,) = (one.values[2] for one in layouts if one.table == place.table)
    return _moved(place, 2, word if word in known else OTHERS)
