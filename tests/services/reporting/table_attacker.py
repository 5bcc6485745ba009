"""An attacker on released tables: it sees what a page shows, all tables and all releases, and knows what each of them counts.

It shares no code with the gate. Unknown is how many people there are of each combination of what reports say that could be, also of those
that nobody has, and each number that is shown is a sum of them. Linear programmes (HiGHS by scipy) say between what each suppressed number
lies.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import ceil, floor

Person = tuple[str, ...]
"""Quarter, kind of first responder, form, age, sex, nationality, or as many of them as are looked at."""
Seen = dict[tuple[str, ...], int | None]
"""(name of the number, …) → what is shown, None where it is suppressed."""


class Attack:
    """All that is shown, over unknown people."""

    def __init__(self, blocks: Sequence[Sequence[Person]]) -> None:
        """`blocks`: kinds of people. Each block counts the same people by other things; the first value of a kind is the quarter."""
        self.kinds = [(n, kind) for n, block in enumerate(blocks) for kind in block]
        self.sums: list[tuple[list[int], int]] = []
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
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        if not hasattr(self, "matrix"):
            rows = np.zeros((len(self.sums) + len(self.same), len(self.kinds)))
            for n, (some, _) in enumerate(self.sums):
                np.add.at(rows, (n, some), 1)
            rows[len(self.sums) :] = np.array(self.same).reshape(len(self.same), len(self.kinds))
            self.matrix, self.right = csr_array(rows), [number for _, number in self.sums] + [0] * len(self.same)
        want, ends = np.zeros(len(self.kinds)), []
        want[of] = 1
        for sign in (1, -1):
            found = linprog(sign * want, A_eq=self.matrix, b_eq=self.right, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else float("inf"))
        return ceil(ends[0] - 1e-6), floor(min(ends[1], 1e9) + 1e-6)


def combinations(*of: Iterable[str]) -> list[Person]:
    """Every kind of person that could be."""
    return list(product(*of))


def too_narrow(
    bounds: Mapping[tuple[str, ...], tuple[int, int]], truth: Mapping[tuple[str, ...], int], minimum: int
) -> list[tuple[str, ...]]:
    """Suppressed numbers of few people of which the attacker learns that they are some, or that they are few."""
    return [name for name, (least, most) in bounds.items() if 0 < truth.get(name, 0) < minimum and not (least == 0 and most >= minimum)]
