"""An attacker on released tables: it sees what a page shows, all tables and all releases, and knows what each of them counts.

It shares no code with the gate. Unknown is how many people there are of each combination of what reports say that could be, also of those
that nobody has, and each number that is shown is a sum of them. Linear programmes say between what each suppressed number
lies.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import ceil, floor

from tests.services.reporting.linear import FAR, Known, Programme

Person = tuple[str, ...]
"""Quarter, kind of first responder, form, age, sex, nationality, or as many of them as are looked at."""
Seen = dict[tuple[str, ...], int | None]
"""(name of the number, …) → what is shown, None where it is suppressed."""
NOISE = 1e-6
"""What a solution may be off by."""


class Attack:
    """All that is shown, over unknown people."""

    def __init__(self, blocks: Sequence[Sequence[Person]]) -> None:
        """`blocks`: kinds of people. Each block counts the same people by other things; the first value of a kind is the quarter."""
        self.kinds = [(n, kind) for n, block in enumerate(blocks) for kind in block]
        self.sums: list[tuple[list[int], int]] = []
        self.programme: Programme | None = None
        """Made when all is seen."""
        quarters = sorted({kind[0] for _, kind in self.kinds})
        self.same = [
            [(1 if n == 0 else -1) if kind[0] == quarter and n in (0, other) else 0 for n, kind in self.kinds]
            for other in range(1, len(blocks)) for quarter in quarters
        ]  # fmt: skip

    def of(self, block: int, holds) -> list[int]:
        """The unknowns of a block of which this holds."""
        return [at for at, (n, kind) in enumerate(self.kinds) if n == block and holds(kind)]

    def sees(self, of: list[int], number: int | None) -> None:
        """A number is shown, or suppressed; who adds several to it is named as often."""
        if number is not None:
            self.sums.append((of, number))

    def bounds(self, of: list[int]) -> tuple[int, int]:
        """Between what a number lies."""
        least, most = (self._end(of, sign)[0] for sign in (1, -1))
        return ceil(least - NOISE), floor(min(most, 1e9) + NOISE)

    def learns(self, asked: Mapping[tuple[str, ...], list[int]], minimum: int) -> list[tuple[str, ...]]:
        """Which of these numbers of few are narrowed too far, of each table one: those that cannot be of nobody, or not of `minimum`, for
        all that is shown.

        People who fit all that is shown show of many numbers at once that they may be of nobody or of enough: so at first a few such people
        are sought in directions that are drawn. What none of them shows has a linear programme of its own. `asked`: (table, …) → unknowns.
        """
        import numpy as np

        of = {name: np.unique(np.array(some, dtype=int)) for name, some in asked.items()}
        left = [(name, sign) for name in asked for sign in (1, -1)]
        draw, before = np.random.default_rng(1), len(left) + 1

        def not_shown(people) -> list[tuple[tuple[str, ...], int]]:
            many = {name: people[of[name]].sum() for name, _ in left}
            return [(name, sign) for name, sign in left if not (many[name] <= NOISE if sign == 1 else many[name] >= minimum - NOISE)]

        while len(left) < before:
            before = len(left)
            for sign in {sign for _, sign in left}:
                towards = np.zeros(len(self.kinds))
                for name, _ in (one for one in left if one[1] == sign):
                    towards[of[name]] += draw.uniform(1, 2)
                left = not_shown(self._solved(sign * towards, most=sum(number for _, number in self.sums))[1])
        narrow: list[tuple[str, ...]] = []
        while left:
            name, sign = left[0]
            _, people = self._end(asked[name], sign)
            left = left if people is None else not_shown(people)
            if people is not None and (name, sign) in left:
                narrow.append(name)
            left = [one for one in left if one != (name, sign) and (not narrow or one[0][0] != narrow[-1][0])]
        return narrow

    def _end(self, of: list[int], sign: int):
        """The least of a number (`sign` 1) or the most (-1), and people of whom there are so many; None where there is no most."""
        import numpy as np

        want = np.zeros(len(self.kinds))
        want[of] = 1
        end, people = self._solved(sign * want)
        return sign * end, people

    def _solved(self, costs, most: float | None = None):
        """What people cost at least who fit all that is shown, and they themselves; `most`: so many at most are of one kind."""
        if self.programme is None:
            sums = [Known(Counter(some), number) for some, number in self.sums]
            same = [Known({n: times for n, times in enumerate(row) if times}, 0) for row in self.same]
            self.programme = Programme(len(self.kinds), (*sums, *same))
        return self.programme.least(costs, FAR if most is None else most)


def combinations(*of: Iterable[str]) -> list[Person]:
    """Every kind of person that could be."""
    return list(product(*of))
