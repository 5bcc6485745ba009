"""How far what a table hides can be narrowed from what it shows: exact bounds, for a table whose columns' totals are shown.

A table with totals is a network. Each row, each column and the place where rows' totals meet is a node, each cell an edge from its row to
its column, each row's total an edge into its row; in every node as much arrives as leaves. Other numbers that agree with all that is shown
differ from the true ones by circles along hidden edges, and whole numbers suffice for the extremes (the matrix is totally unimodular). So a
hidden number can rise by just as much as can flow from its edge's end back to its start without it, and fall by what can flow from start to
end. No solver is needed, and none is believed: the tests look for the same bounds by linear programmes.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

TOTAL = -1
"""The column of a row's total."""
Place = tuple[int, int]
"""(row, column) of a number in a table; the column may be TOTAL."""
Step = tuple[Place, int]
"""An edge of a circle: the number that changes, and whether it rises (1) or falls (-1)."""


@dataclass(frozen=True)
class Grid:
    """Counted people by two things. Totals follow from it."""

    cells: tuple[tuple[int, ...], ...]
    """One tuple for each row, as long as there are columns."""

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.cells), len(self.cells[0]) if self.cells else 0

    def places(self) -> Iterator[Place]:
        """Every number but the columns' totals, which are always shown. The total of a row in a table of one column is its cell."""
        rows, columns = self.size
        for row in range(rows):
            yield from ((row, column) for column in range(columns))
            if columns > 1:
                yield row, TOTAL

    def at(self, place: Place) -> int:
        """The number at a place."""
        row, column = place
        return sum(self.cells[row]) if column == TOTAL else self.cells[row][column]

    def column(self, column: int) -> int:
        """The total of a column."""
        return sum(row[column] for row in self.cells)


class Circles:
    """Changes of one hidden number, each made good along other numbers so that no sum changes."""

    def __init__(self, grid: Grid, usable: Collection[Place], cost: Callable[[Place], int]) -> None:
        self.grid, self.cost = grid, cost
        self.value = {place: grid.at(place) for place in usable}
        self.edges = {place: self._ends(place) for place in usable}
        self.leaving: dict[int, list[Step]] = {}
        for place, (start, end) in self.edges.items():
            self.leaving.setdefault(start, []).append((place, 1))
            self.leaving.setdefault(end, []).append((place, -1))

    def _ends(self, place: Place) -> tuple[int, int]:
        (rows, columns), (row, column) = self.grid.size, place
        if columns == 1:  # one column: each cell is its row's total, and flows from where totals meet
            return rows + columns, rows + column
        return (rows + columns, row) if column == TOTAL else (row, rows + column)

    def change(self, place: Place, by: int) -> tuple[int, set[Place]]:
        """By how much, up to `by`, the number can rise (or fall, where that is negative), and what must be hidden for it: the cheapest."""
        start, end = self._ends(place)
        origin, target = (end, start) if by > 0 else (start, end)
        moved: dict[Place, int] = {}
        reached = 0
        while reached < abs(by) and (path := self._cheapest(origin, target, place, moved)):
            room = min((self.value[p] + moved.get(p, 0) for p, sign in path if sign < 0), default=abs(by))
            by_now = min(room, abs(by) - reached)
            for p, sign in path:
                moved[p] = moved.get(p, 0) + sign * by_now
            reached += by_now
        return reached, set(moved)

    def _cheapest(self, origin: int, target: int, without: Place, moved: dict[Place, int]) -> list[Step]:
        """A way along which at least one can flow."""
        best, came = {origin: 0}, dict[int, tuple[int, Step]]()
        queue = [(0, origin)]
        while queue:
            spent, node = heappop(queue)
            if node == target:
                return list(self._back(came, target, origin))
            if spent > best[node]:
                continue
            for place, sign in self.leaving.get(node, ()):
                if place == without or (sign < 0 and self.value[place] + moved.get(place, 0) <= 0):
                    continue
                to = self.edges[place][1 if sign > 0 else 0]
                cost = spent + (0 if place in moved else self.cost(place))
                if cost < best.get(to, cost + 1):
                    best[to], came[to] = cost, (node, (place, sign))
                    heappush(queue, (cost, to))
        return []

    @staticmethod
    def _back(came: dict[int, tuple[int, Step]], node: int, origin: int) -> Iterator[Step]:
        while node != origin:
            node, step = came[node]
            yield step


def bounds(grid: Grid, hidden: Collection[Place], place: Place) -> tuple[int, int]:
    """The least and the most that a hidden number can be for whoever sees all others."""
    circles, value, most = Circles(grid, hidden, lambda _place: 0), grid.at(place), sum(map(sum, grid.cells))
    rises, _ = circles.change(place, most)
    falls, _ = circles.change(place, -value)
    return value - falls, value + rises
