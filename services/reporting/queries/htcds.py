"""Our own people, one by one, as HTCDS v2.0 writes them: microdata, for cleared staff alone, and never to be passed on."""

from collections.abc import Iterator

from sqlmodel import Session

from services.reporting.queries.restricted import Clearance
from services.reporting.queries.table_cells import all_courses
from services.reporting.rules.exchange.htcds import PersonCounted
from services.reporting.rules.tables.course import Course
from services.reporting.rules.tables.person_tables import standing
from services.reporting.rules.tables.stated_tables import dependants, places


def people(_by: Clearance, session: Session, simulated: bool) -> Iterator[PersonCounted]:
    """Everybody reported, in no order that tells who came first."""
    found = (_person(course) for kind, course in all_courses(session) if kind is simulated and course.referral)
    return iter(sorted((one for one in found if one), key=lambda one: tuple(map(str, vars(one).values()))))


def _person(course: Course) -> PersonCounted | None:
    said = course.referral
    if said is None:
        return None
    (place,) = [add.values[0] for add in places(course)] or [""]
    (many,) = [add.values[0] for add in dependants(course)] or [""]
    return PersonCounted(
        said.quarter, said.first_responder_type, said.exploitation_type, said.age_at_exploitation, said.gender, said.nationality,
        standing(course), str(said.basis), place, many, course.closing is not None,
    )  # fmt: skip
