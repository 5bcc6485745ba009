"""Whether staff of an agency are said to be close to a suspect: whoever asks an agency is told so first, and says why this one.

Codes name no agency, so it is asked whichever agency one chooses (docs/adr/0056).
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints

from shared.casework.own_record import WriteNote, write_note
from shared.casework.person_file import OnFile, Said, statements_of
from shared.config.codes import Text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.file_codes import Alert, SuspectRelation

CLOSE = {
    "alert": frozenset({Alert.STAFF_CONFLICT.value}),
    "suspect_relation": frozenset({relation.value for relation in (
        SuspectRelation.OFFICIAL, SuspectRelation.AGENCY_STAFF, SuspectRelation.STAFF_RELATIVE,
    )}),
}  # fmt: skip
"""Field → the codes that say so."""
WhyAsked = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=500)]
"""Why an agency can be asked although a suspect may be close to somebody there; it stays with who asks, as a note."""


def says_so(said: Said) -> bool:
    """Whether a statement says that a suspect is close to staff of an agency."""
    return said.stands and said.value in CLOSE.get(said.field, ())


def close_ones(file: Iterable[OnFile]) -> list[Said]:
    """What the file says of that now."""
    return [said for one in file for said in one.present if says_so(said)]


def known(work: UnitOfWork, case: str) -> bool:
    """Whether what this agency may read says so."""
    return any(says_so(said) for said in statements_of(work, case))


def must_be_looked_at(tx: DecisionContext, case: Case, agency: str, why: str) -> None:
    """Note why an agency is asked although staff of one are close to a suspect. The lead, which knows the case, is asked as ever.

    Raises RuleBroken where that is said, and no reason is given.
    """
    if agency == case.lead or not known(tx.work, case.id):
        return
    if not why:
        raise RuleBroken("staff-conflict", "conflict")
    write_note(WriteNote(case=case.id, note=f"{tx.country.agency(agency).name}: {why}"), tx)
