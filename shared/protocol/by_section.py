"""Events whose core says nothing at all: how each section of them is read, and who reads it. Sender and reader ask the same."""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.protocol.case import Case
from shared.protocol.case_file import Group
from shared.protocol.facts import Facts, Member
from shared.protocol.grants import SILENT
from shared.protocol.message_readers import listens
from shared.protocol.messages import MessageSent, SpokenSection, spoken_in
from shared.protocol.roster import entitled
from shared.protocol.statement_readers import hears, told_now
from shared.protocol.statements import StatementMade, group_of, understood
from shared.protocol.vocabulary import DataClass
from shared.protocol.whereabouts import blank_to

BySection = StatementMade | MessageSent


class SectionReading(NamedTuple):
    """How sections of one type are read."""

    understood: Callable[[DataClass, dict[str, Any]], tuple[Any, int]]
    """What a section that somebody sent says, and how much of it this version does not read."""
    hears: Callable[[Member, DataClass, Any, str, int], bool]
    """Whether a member reads a section of this author (an agency) at this moment (ms UTC)."""


def _spoken_of(type: str, section: DataClass, said: Any) -> frozenset[Group]:
    """The groups of which a section speaks; of what the person asks of them nothing is said here."""
    if type == StatementMade.TYPE:
        return frozenset({group} if (group := group_of(section, said)) else ())
    return frozenset(group for one in said.messages for group in one.about)


READINGS: dict[str, SectionReading] = {
    StatementMade.TYPE: SectionReading(understood, hears),
    MessageSent.TYPE: SectionReading(spoken_in, listens),
}
"""Type → how it is read."""


def _may_be_handed(member: Member, section: DataClass, type: str, author: str, at: int) -> bool:
    return member.basis not in SILENT and entitled(member, section, type, author, at)


def says_something(said: Facts) -> bool:
    """Whether a section that was understood says anything."""
    return any(value for name, value in said if name != "to")


def hearers(case: Case, event: BySection, section: DataClass, author: str, at: int) -> frozenset[str]:
    """The agencies that get a section of what this agency says at this moment."""
    said = event.of(section)
    return frozenset(m.agency for m in case.members if hears_now(case, event.TYPE, m, section, said, author, at))


def hears_now(case: Case, type: str, member: Member, section: DataClass, said: Facts, author: str, at: int) -> bool:
    """Whether a member reads a section of this author (an agency) at this moment; what is stated in a paused case the lead alone, the
    municipality of who is with a shelter the lead and shelters, and what a former lead hands on whoever leads, alone."""
    if member.agency != author and not blank_to(case, member.agency).isdisjoint(_spoken_of(type, section, said)):
        return False
    if isinstance(said, SpokenSection) and said.led and member.agency != author:
        return section is DataClass.D1 and member.agency == case.lead and _may_be_handed(member, section, type, author, at)
    held_back = type == StatementMade.TYPE and member.agency != author and not told_now(case, member)
    return not held_back and READINGS[type].hears(member, section, said, author, at)
