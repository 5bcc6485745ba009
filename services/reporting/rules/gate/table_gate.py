"""The gate for the rapporteur's tables: all of a release together, with what is beside them and what was released before. Pure.

Two tables that are each protected alone can be solved against each other. So nothing is protected alone: for each number of few people
another world must be possible in which it is of nobody, and one in which it is of enough, with everything that is shown the same: every
table, every total, referrals by quarter, what happened nationally, and every earlier release (`worlds`). That is asked for each of them in
turn; what must be hidden for it is the information lost.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from services.reporting.rules.gate.beside_tables import Beside, beside, hidden_too
from services.reporting.rules.gate.protected import ALL, OTHERS
from services.reporting.rules.gate.released_tables import ReleasedTable, TableLayout, layout, made
from services.reporting.rules.gate.released_times import released_times
from services.reporting.rules.gate.releases import ReleasedFigures, with_tables
from services.reporting.rules.gate.suppression import of_few
from services.reporting.rules.gate.whole_groups import WholeGroup, elsewhere, whole_groups
from services.reporting.rules.gate.worlds import CaseKind, WantedWorld, Worlds
from services.reporting.rules.tables.catalogue import BY_ID, TO_RELEASE
from services.reporting.rules.tables.definitions import OPEN, Definition
from services.reporting.rules.tables.table_cases import Adds, CountedCase, NumberPlace, PartKind, dimensions, parts, unsaid, without
from shared.config.country_tables import Publication

TOTALS_COST = 20
"""How much dearer a total is than what it is of: totals go last."""
Sums = Callable[[NumberPlace], Sequence[NumberPlace]]
"""A number, and the totals that it is in."""


@dataclass(frozen=True)
class Moment:
    """When a release is made: now (ms UTC), and when a month begins for a table, as `table_rows.rows` has it."""

    now: int
    begins: Callable[[Definition, str], int]


def protect(
    cases: Sequence[CountedCase], figures: ReleasedFigures, before: Mapping[int, ReleasedFigures], policy: Publication, at: Moment
) -> ReleasedFigures:
    """The gate: a release with the tables of its quarters as everybody may see them. `figures`: what is released with them; `before`:
    earlier releases by their number. No tables where the country hides that there was nobody: so large ones say that nearly everywhere."""
    if policy.zeros == "hidden":
        return figures
    nothing_said = unsaid(cases)
    cases = without(nothing_said, cases)
    layouts = list(_layouts(figures.period_of, cases, policy.minimum))
    out = beside(figures, before)
    gate = _Gate(cases, layouts, out, policy)
    gate.says_nothing(nothing_said, layouts)
    gate.hide()
    counted = tuple(_made(one, cases, gate, policy, at) for one in layouts)
    return with_tables(figures, counted, {name: hidden_too(table, gate.hides) for name, table in figures.tables.items()})


class _Gate:
    """All numbers, the worlds that are possible, and what is hidden for them."""

    def __init__(self, cases: Sequence[CountedCase], layouts: Sequence[TableLayout], out: Beside, policy: Publication) -> None:
        self.policy, self.out, known = policy, out, (*layouts, *out.layouts)
        kinds, sums = parts(_together(cases, known)), _sums(known)
        columns = [_column(kind, len(some), sums) for kind, some in kinds.items()]
        self.sizes, self.values = Counter[NumberPlace](), Counter[NumberPlace]()
        for kind in columns:
            for place, n in kind.adds:
                self.sizes[place] += kind.cases
                self.values[place] += n * kind.cases
        self.whole: list[WholeGroup] = list(whole_groups(layouts, self.sizes))
        columns += [_column(kind, 0, sums) for kind in elsewhere(self.whole, kinds, known)]
        stays = [place for place in self.values if place.table in out.stay]
        prices = {place: (n + 1) * TOTALS_COST ** place.values.count(ALL) for place, n in self.values.items()}
        self.worlds = Worlds(columns, stays, out.hidden, prices)
        self.dominated = _dominated(cases, layouts, self.sizes, policy)
        self.silent, self.unsaid = set[tuple[str, str]](), set[NumberPlace]()
        """(table, period), and lines, of which nothing is said, nor that nobody is there."""

    def hides(self, place: NumberPlace) -> bool:
        """Whether this number is hidden."""
        return self.worlds.hides(place) or place[:2] in self.silent or place._replace(values=place.values[:-1]) in self.unsaid

    def says_nothing(self, lines: Iterable[NumberPlace], layouts: Sequence[TableLayout]) -> None:
        """Show nothing of these lines of times, nor of their totals."""
        where = {one.table: one for one in layouts}
        for line in (line for line in lines if line.table in where):
            place = where[line.table].place(line._replace(values=(*line.values, OPEN)))
            self.unsaid |= {one._replace(values=one.values[:-1]) for one in where[line.table].sums(place)} if place else set()

    def hide(self) -> None:
        """Hide what must not be seen by itself, and what would give it away."""
        few = [place for place, n in self.sizes.items() if 0 < n < self.policy.minimum and self._mine(place)]
        self.worlds.hide([*few, *(one.place for one in self.whole), *self.dominated])
        self.worlds.look_for(wanted for _, wanted in self._wanted(few))
        self.worlds.look_for_many()
        for place, wanted in self._wanted(few):
            if not self.worlds.make_possible(wanted):
                self.worlds.hide(one for one in self.values if one[:2] == place[:2])
                self.silent.add(place[:2])

    def _mine(self, place: NumberPlace) -> bool:
        """Whether it is for this release to hide, or was hidden by one before."""
        return place.table not in self.out.stay or place in self.out.hidden

    def _wanted(self, few: Collection[NumberPlace]) -> Iterator[tuple[NumberPlace, WantedWorld]]:
        least = self.policy.minimum
        for place in few:
            yield place, WantedWorld((place,), 0, 0)
        for place in few:
            yield place, WantedWorld((place,), least)
        for one in self.whole:
            yield (
                one.place,
                WantedWorld(one.others, least) if one.people is None else WantedWorld((one.place,), 0, max(0, one.people - least)),
            )
        yield from ((place, WantedWorld((place,), 0, self.sizes[place] - least)) for place in self.dominated)


def _layouts(periods: Mapping[str, str], cases: Iterable[CountedCase], minimum: int) -> Iterator[TableLayout]:
    """The layouts of the tables for which something is counted, with values of few cases as others."""
    sizes: dict[str, list[Counter[str]]] = {}
    for case in cases:
        of = {(place.table, n, value) for place, _ in case.adds if place.period in periods for n, value in enumerate(("", *place.values))}
        for id, n, value in of:
            found = sizes.setdefault(id, [])
            found.extend(Counter[str]() for _ in range(n + 1 - len(found)))
            found[n][value] += 1
    for table in TO_RELEASE:
        if table.id in sizes:
            by = sizes[table.id][1 : len(dimensions(table)) + 1]
            yield layout(table.id, periods, tuple(_values(one, minimum) for one in by))


def _values(sizes: Mapping[str, int], minimum: int) -> tuple[str, ...]:
    """Values of enough cases; those of fewer, and the next larger ones until they are enough, as one."""
    merged = of_few(sizes, minimum)
    return (*sorted(sizes.keys() - merged), *((OTHERS,) if merged else ()))


def _together(cases: Iterable[CountedCase], known: Sequence[TableLayout]) -> Mapping[tuple[str, Adds], Sequence[CountedCase]]:
    """Cases that add the same to what is released."""
    where: dict[str, list[TableLayout]] = defaultdict(list)
    for one in known:
        where[one.table.rpartition(":")[2]].append(one)

    @cache
    def places(said: NumberPlace) -> list[NumberPlace]:
        return [told for one in where[said.table] if (told := one.place(said))]

    alike: dict[CountedCase, list[CountedCase]] = {}
    for case in cases:
        alike.setdefault(case._replace(times=(), responder=""), []).append(case)
    found: dict[tuple[str, Adds], list[CountedCase]] = {}
    for case, some in alike.items():
        adds = Counter[NumberPlace]()
        for place, n in case.adds:
            for told in places(place):
                adds[told] += n
        if adds:
            found.setdefault((case.report, frozenset(adds.items())), []).extend(some)
    return found


def _sums(known: Sequence[TableLayout]) -> Sums:
    """Many cases add to the same places: each is looked up once."""
    where = {one.table: one for one in known}

    @cache
    def sums(place: NumberPlace) -> Sequence[NumberPlace]:
        return tuple(where[place.table].sums(place))

    return sums


def _column(kind: PartKind, cases: int, sums: Sums) -> CaseKind:
    adds = Counter[NumberPlace]()
    for place, n in kind.adds:
        for total in sums(place):
            adds[total] += n
    return CaseKind(tuple(sorted(adds.items())), tuple(kind.keeps()), cases)


def _dominated(
    cases: Iterable[CountedCase], layouts: Iterable[TableLayout], sizes: Mapping[NumberPlace, int], policy: Publication
) -> list[NumberPlace]:
    """Numbers of which nearly all comes from one first responder, where the country says how much that may be."""
    if policy.dominance is None:
        return []
    where, by = {one.table: one for one in layouts}, Counter[tuple[NumberPlace, str]]()
    for case in cases:
        told = {where[place.table].place(place) for place, _ in case.adds if place.table in where and case.responder}
        by.update({(total, case.responder) for place in told if place for total in where[place.table].sums(place)})
    return sorted({place for (place, _), n in by.items() if sizes[place] >= policy.minimum and n > policy.dominance * sizes[place]})


def _made(one: TableLayout, cases: Sequence[CountedCase], gate: _Gate, policy: Publication, at: Moment) -> ReleasedTable:
    shown = {place: None if gate.hides(place) else gate.values.get(place, 0) for place in one.grid()}
    times = released_times(one, cases, shown, policy.minimum, at.now, partial(at.begins, BY_ID[one.table]))
    return made(one.table, one.periods, one.values[: len(dimensions(BY_ID[one.table]))], tuple(shown.values()), times)
