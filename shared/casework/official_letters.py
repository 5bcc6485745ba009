"""An official letter to somebody who is no member of the mechanism: a school, a court, a municipality that nobody has admitted yet.

It has the next number of the agency's register, and says of the person no more than a member of that kind could read for this purpose, as
far as it may stand on paper, and only what the person agreed to. It is noted in the case as the officer reports it, and accepts nothing for
anybody (ADR 53).
"""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from sqlmodel import func, select

from shared.casework.own_record import WriteNote, write_note
from shared.casework.restrictions import restricted
from shared.config.calendar import local
from shared.config.codes import Line, plain_text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, service_of
from shared.protocol.case_file import Group
from shared.protocol.facts import Facts, Id
from shared.protocol.file_readers import letter_may_say
from shared.protocol.vocabulary import AgencyKind, Need
from shared.protocol.whereabouts import BLANK, ever_sheltered
from shared.records.codec import to_json
from shared.store import at_rest
from shared.store.database import insert
from shared.store.own_tables import OfficialLetter

NUMBER = "{number}"
"""Where the number stands in the note that is left in the case."""
KINDS = frozenset(AgencyKind) - {AgencyKind.IDENTIFIER, AgencyKind.SHELTER, AgencyKind.COORDINATOR, AgencyKind.RAPPORTEUR}
"""What a recipient may be by its mandate: a shelter is reached by the lead alone, and the others are members or read no cases."""
Kind = Annotated[AgencyKind | None, AfterValidator(lambda kind: kind if kind in KINDS else None)]


class WriteLetter(Facts):
    """A letter: to whom, for what, which groups of the file it repeats, and what it says in the officer's own words."""

    case: Id
    kind: Kind = None
    """None: a school, a business, a union, somebody private."""
    need: Need
    to: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(plain_text)] = ""
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(plain_text)]
    groups: tuple[Group, ...] = ()
    agreed: bool = False
    """The person agreed that this is told there."""
    note: Annotated[str, StringConstraints(max_length=1000), Field(exclude=True)] = ""
    """What the case keeps of it, with NUMBER in it; the page says it in the officer's language, and when. It is no part of what was sent:
    the same letter is the same a minute later."""


def may_say(work: UnitOfWork, case: Case, kind: AgencyKind | None, need: Need) -> frozenset[Group]:
    """What a letter of this case may repeat of the file; nothing of what the person had restricted, and no municipality once a shelter has
    had the person: who is outside could read from it where the house is (docs/domain.md, section 2.6)."""
    without = work.instance.country.withheld(kind) if kind else ()
    blank = BLANK if ever_sheltered(case) else frozenset[Group]()
    return letter_may_say(kind, need, case.basis, without) - restricted(work, case.id) - blank


def write_letter(command: WriteLetter, tx: DecisionContext) -> None:
    """A letter gets its number, and is noted in the case. Raises RuleBroken."""
    allowed = may_say(tx.work, tx.open_case(command.case), command.kind, command.need)
    if not set(command.groups) <= allowed:
        raise RuleBroken("letter-not-allowed", "groups")
    if command.groups and not command.agreed:
        raise RuleBroken("letter-not-agreed", "agreed")
    year = local(tx.at, tx.country.time_zone).year
    last = tx.session.exec(select(func.max(OfficialLetter.number)).where(OfficialLetter.year == year)).one()
    number = (last or 0) + 1
    note = command.note or f"{NUMBER}: {command.to}"  # a program that wrote a letter of its own may say no more
    write_note(WriteNote(case=command.case, note=note.replace(NUMBER, registered(tx.me, number, year))), tx)
    id = _letter(tx.work, tx.cause)
    told = to_json({"to": command.to, "kind": command.kind or "", "need": command.need, "groups": sorted(command.groups)})
    closed = at_rest.closed_text(tx.work.instance.keystore, at_rest.LETTER, id, command.case, told)
    row = {"id": id, "case": command.case, "year": year, "number": number, "officer": tx.officer, "at": tx.at, "told": closed}
    insert(tx.session.connection(), OfficialLetter, [row])


def letter_by(work: UnitOfWork, form: str, officer: str) -> OfficialLetter:
    """The letter that an officer wrote with this form. Raises RuleBroken where there is none."""
    row = work.session.get(OfficialLetter, _letter(work, f"form:{form}"))
    if row is None or row.officer != officer:
        raise RuleBroken("copy-taken")
    return row


def _letter(work: UnitOfWork, cause: str) -> str:
    """The id of the letter that a cause makes."""
    return work.derived(f"letter\n{cause}").hex()[:32]


def registered(me: str, number: int, year: int) -> str:
    """A number as the register shows it: each service of an agency has a register of its own, named by a letter."""
    return f"{service_of(me)[0].upper()}-{number}/{year}"
