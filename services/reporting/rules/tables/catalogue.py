"""All tables, and what a case adds to each of them. Pure."""

from collections import Counter

from services.reporting.rules.tables.course import Course
from services.reporting.rules.tables.definitions import Definition
from services.reporting.rules.tables.measures import MEASURES
from services.reporting.rules.tables.published_tables import TABLES
from shared.config.i18n import N_, WordedError
from shared.protocol.statistics import DecisionCounted

ALL_TABLES = (*TABLES, *MEASURES)
BY_ID = {one.id: one for one in ALL_TABLES}
TO_RELEASE = tuple(one for one in ALL_TABLES if not one.restricted)
"""Those that everybody may see as they are released. Of the others the gate knows no world that is otherwise."""
DECIDED = "decided"
"""Under this name cases with a decision are counted beside the tables."""
VERSION = "7"
"""Of the definitions: whoever changes what a case adds to a table counts it up, and every table is counted again."""
Added = Counter[tuple[str, str, tuple[str, ...]]]
"""Table, period, values → how many."""


class UnknownTable(WordedError, ValueError):
    """There is no such table; the message says which there are."""


def definition(id: str) -> Definition:
    """The definition of a table, by its id in any case. Raises UnknownTable."""
    found = {one.id.casefold(): one for one in ALL_TABLES}.get(id.casefold())
    if found is None:
        raise UnknownTable(N_("There is no table %(id)s; there are %(there)s."), id=id[:10], there=", ".join(BY_ID))
    return found


def added(course: Course) -> Added:
    """What one case adds to every table, and whether it is one with a decision."""
    found: Added = Counter()
    if course.records:
        for one in ALL_TABLES:
            for period, values, n in one.adds(course) if one.adds else ():
                found[one.id, period, values] += n
        found[DECIDED, "", ()] += bool(course.of(DecisionCounted))
    return found
