"""Which numbers of a table are suppressed, so that none of few people, and nothing of a whole group, can be read or worked out. Pure.

First what must not be seen by itself (primary suppression), then others beside it until nothing that is shown gives it away (complementary
suppression). A number that is hidden could be nobody, and could be the minimum, for whoever sees all the rest. Suppressed is a state of its
own: never zero, never blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.reporting.rules.gate.bounds import TOTAL, Circles, Grid, Place
from shared.config.country_tables import Publication

TOTALS_COST = 1_000
"""How much dearer the total of a row is than a cell: totals go last."""


class Why(StrEnum):
    """Why a number is suppressed."""

    SMALL = "small"
    """Fewer people than the minimum."""
    WHOLE_GROUP = "whole-group"
    """Everybody of a row or of a column is in it: it would say of each of them what they are."""
    DOMINATED = "dominated"
    """Nearly all of it comes from one first responder."""
    COMPLEMENT = "complement"
    """It would give another one away."""


@dataclass(frozen=True)
class Must:
    """How far a number must stay uncertain."""

    why: Why
    falls: int
    rises: int


class NothingToShow(ValueError):
    """No part of a table can be shown."""


def of_few(sizes: Mapping[str, int], minimum: int) -> set[str]:
    """Values that are told under one name: those of fewer than the minimum, and the next larger ones until they are of enough together."""
    merged, so_far = set[str](), 0
    for value in sorted(sizes, key=lambda value: (sizes[value], value)):
        if sizes[value] >= minimum and (not merged or so_far >= minimum):
            break
        merged.add(value)
        so_far += sizes[value]
    return merged


def sensitive(grid: Grid, policy: Publication, largest: Mapping[Place, int] | None = None) -> dict[Place, Must]:
    """What must not be seen by itself. `largest`: what one first responder contributes at most to a number."""
    found: dict[Place, Must] = {}
    least, whole = policy.minimum, _whole_groups(grid)
    for place in grid.places():
        value = grid.at(place)
        if 0 < value < least or (value == 0 and policy.zeros == "hidden"):
            found[place] = Must(Why.SMALL, value, least - value)
        elif place in whole:
            found[place] = Must(Why.WHOLE_GROUP, least, 0)
        elif value and policy.dominance is not None and (largest or {}).get(place, 0) > policy.dominance * value:
            found[place] = Must(Why.DOMINATED, least, 0)
    return found


def _whole_groups(grid: Grid) -> set[Place]:
    """Cells that hold everybody of their row or their column, where others of it could have had somebody."""
    rows, columns = grid.size
    lines: list[list[Place]] = [
        *([(r, c) for c in range(columns)] for r in range(rows) if columns > 1),
        *([(r, c) for r in range(rows)] for c in range(columns)),
    ]
    taken = ([place for place in line if grid.at(place)] for line in lines)
    return {some[0] for some in taken if len(some) == 1}


def suppressed(grid: Grid, policy: Publication, largest: Mapping[Place, int] | None = None) -> dict[Place, Why]:
    """What is suppressed, and why. Totals of columns are shown, so each must be of the minimum. Raises NothingToShow."""
    rows, columns = grid.size
    if rows < 2 or any(grid.column(c) < policy.minimum for c in range(columns)):
        raise NothingToShow
    must = sensitive(grid, policy, largest)
    hidden = {place: one.why for place, one in must.items()}

    price = {place: grid.at(place) + 1 + TOTALS_COST * (place[1] == TOTAL) for place in grid.places()}

    def cost(place: Place) -> int:
        return 0 if place in hidden else price[place]

    circles = Circles(grid, set(grid.places()), cost)
    for place, one in sorted(must.items(), key=lambda item: (-item[1].falls - item[1].rises, item[0])):
        for by in (one.rises, -one.falls):
            reached, along = circles.change(place, by)
            if reached < abs(by):
                raise NothingToShow
            hidden.update({other: hidden.get(other, Why.COMPLEMENT) for other in along})
    return hidden
