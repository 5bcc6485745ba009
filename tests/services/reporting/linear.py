"""Linear programmes over people: how many there are of each kind is unknown, and sums of them are known. Solved by HiGHS.

What is known stays as it is while what is asked changes: it is told the solver once, which goes on from where it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

FAR = 1e30
"""No bound, as the solver writes it."""


class Known(NamedTuple):
    """Unknowns, each so many times, that add up to a number."""

    of: Mapping[int, int]
    number: int


class Programme:
    """Unknowns that are not negative."""

    def __init__(self, unknowns: int, known: Sequence[Known]) -> None:
        import highspy  # here, since each process of the tests reads all of them and one solves anything
        import numpy as np

        self.every = np.arange(unknowns, dtype=np.int32)
        self.nothing, self.most = np.zeros(unknowns), FAR
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("simplex_strategy", 4)  # primal: what fitted before fits all that is asked later
        self.highs.addVars(unknowns, self.nothing, np.full(unknowns, FAR))
        for of, number in known:
            times = np.fromiter(of.values(), dtype=float)
            self.highs.addRow(number, number, len(of), np.fromiter(of, dtype=np.int32), times)

    def least(self, costs: Any, most: float = FAR) -> tuple[float, Any]:
        """What people cost at least who fit all that is known, and they themselves; minus infinity and None where there is no least.
        `most`: so many at most are of one kind."""
        import numpy as np

        if most != self.most:
            self.highs.changeColsBounds(len(self.every), self.every, self.nothing, np.full(len(self.every), most))
            self.most = most
        self.highs.changeColsCost(len(self.every), self.every, costs)
        self.highs.run()
        status = self.highs.modelStatusToString(self.highs.getModelStatus())
        assert status in ("Optimal", "Unbounded"), status
        if status == "Unbounded":
            return float("-inf"), None
        return self.highs.getInfo().objective_function_value, np.array(self.highs.getSolution().col_value)
