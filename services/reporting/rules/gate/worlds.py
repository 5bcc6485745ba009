"""Which numbers must be hidden so that other worlds are possible, for whoever sees all the others. Pure, but for the solver (HiGHS).

A world is so many cases of each kind. Another world is possible if every number that is shown is the same in it. The gate asks for worlds
in which a number of few is of nobody, or of enough, and hides what must differ for that, as little as it can. Kinds are those of cases that
there are, taken apart only where their parts can be put together in another way (`table_cases`): so whatever else ties tables together,
what one of them says of another holds in each of these worlds, though nobody has written it down.

The solver is needed where a release is made, and is loaded there alone: `highspy`, of the group `figures`.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from services.reporting.rules.tables.table_cases import NumberPlace

NOISE = 1e-6
"""What a solution may be off by."""
WHOLE_UP_TO = 1_000
"""Kinds of cases; of more, worlds may have parts of cases, as whoever solves linear programmes over what is shown has them."""
SOLVED_WITHIN = 60.0
"""How long the solver looks for one world (seconds); where it has found none by then, there is none, and more is hidden."""
REWARD = 1e-4
"""What a case more, or less, of those that are wanted weighs at most against a number that differs: none differs for it."""
ENOUGH = ("Optimal", "Solution limit reached")
"""What the solver says of a world in whole cases: it is asked for the first that it finds."""
NEAR = 5
"""Worlds in whole cases that are looked for among few kinds before all: while little is hidden, the solver looks long among all of them."""
FAR = 1e30
"""No bound, as the solver writes it."""


class CaseKind(NamedTuple):
    """Cases that are alike: how many there are, to which numbers each adds how much, and the sums that stay (with +1 or -1)."""

    adds: tuple[tuple[NumberPlace, int], ...]
    keeps: tuple[tuple[Hashable, int], ...]
    cases: int


class WantedWorld(NamedTuple):
    """Another world that must be possible: of cases that add to any of these numbers there are at least, or at most, so many."""

    of: tuple[NumberPlace, ...]
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class _Row:
    """One number, under all its names: what is the same for every kind is one number."""

    adds: tuple[tuple[int, int], ...]
    names: tuple[NumberPlace, ...]
    value: int


class Worlds:
    """The worlds that are possible beside the true one, with what is hidden so far."""

    def __init__(
        self, kinds: Sequence[CaseKind], stays: Collection[NumberPlace], hidden: Collection[NumberPlace], price: Mapping[NumberPlace, float]
    ):
        """`stays`: what is shown whatever comes, since it is out already; `hidden`: what is not shown from the beginning."""
        self.kinds, self._found, self._served = kinds, list[Any](), set[WantedWorld]()
        self._sought, self._draw = dict[WantedWorld, list[int]](), Random(1)  # noqa: S311  a direction, not a secret
        """What no world serves that was found so far, and the kinds that it is about."""
        self._adding: dict[NumberPlace, list[int]] = {}
        for n, kind in enumerate(kinds):
            for name, _ in kind.adds:
                self._adding.setdefault(name, []).append(n)
        self.rows = _rows(kinds)
        self.at = {name: n for n, row in enumerate(self.rows) for name in row.names}
        self.stays = {self.at[name] for name in stays if name in self.at}
        self.hidden = {self.at[name] for name in hidden if name in self.at}
        # a number under several names is hidden under all of them, so it costs what the dearest does
        self._solver = _Solver(kinds, self.rows, [max(price.get(name, 1) for name in row.names) for row in self.rows])
        for n in range(len(self.rows)):
            self._solver.price(n, fixed=n in self.stays and n not in self.hidden, free=n in self.hidden)

    def hides(self, name: NumberPlace) -> bool:
        """Whether this number is hidden."""
        return name in self.at and self.at[name] in self.hidden

    def hide(self, names: Iterable[NumberPlace]) -> None:
        """Hide these, come what may."""
        for n in {self.at[name] for name in names if name in self.at} - self.hidden - self.stays:
            self.hidden.add(n)
            self._solver.price(n, fixed=False, free=True)

    def look_for(self, wanted: Iterable[WantedWorld]) -> None:
        """From now on each search leans towards these, so that one world serves many of them."""
        self._sought |= {one: self._columns(one) for one in wanted if one not in self._served}

    def look_for_many(self) -> None:
        """Look for worlds that serve as many as they can, with nothing more hidden: a few searches, where each of what is looked for would
        need one of its own. What none of them serves is sought by itself (`make_possible`)."""
        while self._sought:
            self._solver.lean(self._weights())
            found, left = self._solver.many(), len(self._sought)
            if found is None or not self.hidden.issuperset(found[1]):
                return
            self._keep(found[0])
            if len(self._sought) == left:
                return

    def make_possible(self, wanted: WantedWorld) -> bool:
        """Hide what must be for this world to be possible. False where it is not, whatever is hidden."""
        self.look_for([wanted])
        if wanted in self._served:
            return True
        # a world that leans differs in more kinds, and near it the solver looks longer
        self._solver.lean({} if self._solver.near else self._weights())
        found = self._solver.world(self._sought[wanted], wanted)
        if found is None:
            return False
        world, differs = found
        for n in differs:
            if n not in self.hidden:
                self.hidden.add(n)
                self._solver.price(n, fixed=False, free=True)
        self._keep(world)
        return True

    def _columns(self, wanted: WantedWorld) -> list[int]:
        return sorted({n for name in wanted.of for n in self._adding.get(name, ())})

    def _weights(self) -> Mapping[int, float]:
        """Of kinds: a direction in which there are more of those that are to be enough, and fewer of those that are to be nobody."""
        weights = defaultdict[int, float](float)
        for one, columns in self._sought.items():
            weight = self._draw.uniform(0, REWARD) * (-1 if one.most is None else 1)
            for n in columns:
                weights[n] += weight
        return weights

    def _keep(self, world: Sequence[float]) -> None:
        self._found.append(world)
        served = [one for one, columns in self._sought.items() if _holds(sum(world[n] for n in columns), one)]
        self._served.update(served)
        for one in served:
            del self._sought[one]


def _holds(cases: float, wanted: WantedWorld) -> bool:
    return cases >= wanted.least - NOISE and (wanted.most is None or cases <= wanted.most + NOISE)


def _rows(kinds: Sequence[CaseKind]) -> list[_Row]:
    adds: dict[NumberPlace, list[tuple[int, int]]] = {}
    for n, kind in enumerate(kinds):
        for name, by in kind.adds:
            adds.setdefault(name, []).append((n, by))
    names: dict[tuple[tuple[int, int], ...], list[NumberPlace]] = {}
    for name, some in adds.items():
        names.setdefault(tuple(some), []).append(name)
    return [_Row(some, tuple(called), sum(kinds[n].cases * by for n, by in some)) for some, called in names.items()]


class _Solver:
    """Whole numbers of cases of each kind; a number that is shown may be missed at its price."""

    def __init__(self, kinds: Sequence[CaseKind], rows: Sequence[_Row], prices: Sequence[float]) -> None:
        import highspy  # here, since whoever makes no release has no need of it
        import numpy as np

        self.np, self.prices, self.kinds = np, prices, len(kinds)
        self.every, self.cases = np.arange(len(kinds), dtype=np.int32), np.array([kind.cases for kind in kinds], dtype=float)
        self.near = NEAR if len(kinds) <= WHOLE_UP_TO else 0
        """How many worlds in whole cases are still looked for among few kinds at first."""
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_max_nodes", 1)
        self.highs.setOptionValue("mip_max_improving_sols", 1)
        for _ in kinds:
            self.highs.addVar(0, FAR)
        for price in prices:
            for _ in range(2):
                self.highs.addVar(0, FAR)
                self.highs.changeColCost(self.highs.getNumCol() - 1, price)
        for n, row in enumerate(rows):
            over = self.kinds + 2 * n
            where, by = zip(*row.adds, (over, 1), (over + 1, -1), strict=True)
            self._row(row.value, row.value, where, by)
        for some in _kept(kinds).values():
            where, by = zip(*some.items(), strict=True)
            total = sum(kinds[n].cases * sign for n, sign in some.items())
            self._row(total, total, where, by)
        self.highs.run()
        self.true_world = self.highs.getBasis()
        """Where each search begins: a world that shows all there is. What is asked of another one is then all that it lacks, and whatever
        is hidden since makes it no dearer; so the solver need not find it from nothing each time."""

    def _row(self, least: float, most: float, where: Sequence[int], by: Sequence[int]) -> None:
        self.highs.addRow(least, most, len(where), self.np.array(where, dtype=self.np.int32), self.np.array(by, dtype=float))

    def price(self, n: int, *, fixed: bool, free: bool) -> None:
        """What it costs that a number differs: nothing where it is hidden; it may not at all where it is out."""
        for column in (self.kinds + 2 * n, self.kinds + 2 * n + 1):
            self.highs.changeColCost(column, 0 if free else self.prices[n])
            self.highs.changeColBounds(column, 0, 0 if fixed else FAR)

    def lean(self, weights: Mapping[int, float]) -> None:
        """What a case of each kind weighs from now on."""
        self.highs.changeColsCost(self.kinds, self.every, self.np.array([weights.get(n, 0) for n in range(self.kinds)], dtype=float))

    def world(self, columns: Sequence[int], wanted: WantedWorld) -> tuple[list[float], list[int]] | None:
        """The cheapest world, and which numbers differ in it; None where there is none. In whole cases where that is found soon."""
        self._row(wanted.least, FAR if wanted.most is None else wanted.most, columns, [1] * len(columns))
        try:
            found = self._solved()
            if found is not None and self.kinds <= WHOLE_UP_TO and not _whole(found[: self.kinds]):
                found = self._in_whole_cases(found) or found
        finally:
            self.highs.deleteRows(1, self.np.array([self.highs.getNumRow() - 1], dtype=self.np.int32))
            self.highs.setBasis(self.true_world)
        return None if found is None else self._told(found)

    def many(self) -> tuple[list[float], list[int]] | None:
        """A world at one end of what is possible, in the direction that it leans, and which numbers differ in it. None where there is none,
        or none in whole cases where that is asked of them."""
        found = self._solved()
        broken = found is not None and self.kinds <= WHOLE_UP_TO and not _whole(found[: self.kinds])
        return None if found is None or broken else self._told(found)

    def _told(self, found: Sequence[float]) -> tuple[list[float], list[int]]:
        missed = zip(found[self.kinds :: 2], found[self.kinds + 1 :: 2], strict=True)
        return list(found[: self.kinds]), [n for n, (under, over) in enumerate(missed) if abs(under - over) > NOISE]

    def _in_whole_cases(self, parted: Sequence[float]) -> list[float] | None:
        """One beside this world with parts: at first among the kinds of which that has more or fewer, then among all."""
        self.highs.changeColsIntegrality(self.kinds, self.every, self.np.ones(self.kinds, dtype=self.np.uint8))
        try:
            found = self._near(parted) if self.near else None
            return self._solved(ENOUGH) if found is None else found
        finally:
            self.highs.changeColsIntegrality(self.kinds, self.every, self.np.zeros(self.kinds, dtype=self.np.uint8))

    def _near(self, parted: Sequence[float]) -> list[float] | None:
        """The same, where there are as many cases of all other kinds as there are truly."""
        self.near -= 1
        other = self.every[abs(self.np.array(parted[: self.kinds]) - self.cases) <= NOISE]
        self.highs.changeColsBounds(len(other), other, self.cases[other], self.cases[other])
        try:
            return self._solved(ENOUGH)
        finally:
            self.highs.changeColsBounds(len(other), other, self.np.zeros(len(other)), self.np.full(len(other), FAR))

    def _solved(self, enough: Collection[str] = ("Optimal",)) -> list[float] | None:
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + SOLVED_WITHIN)  # its clock goes on from run to run
        self.highs.run()
        if self.highs.modelStatusToString(self.highs.getModelStatus()) not in enough:
            return None
        return list(self.highs.getSolution().col_value)


def _whole(world: Sequence[float]) -> bool:
    return all(abs(n - round(n)) <= NOISE for n in world)


def _kept(kinds: Sequence[CaseKind]) -> dict[Hashable, dict[int, int]]:
    found: dict[Hashable, dict[int, int]] = {}
    for n, kind in enumerate(kinds):
        for name, sign in kind.keeps:
            found.setdefault(name, {})[n] = sign
    return found
