"""Who reads statements: who is on the roster, may be given the class, as long as that lasts, and needs the group. Deny by default.

Without consent nobody is told anything that was stated: not on basis `none`, and not who is merely consulted. An agency keeps its own
words.
"""

from collections.abc import Collection

from shared.protocol.case import Case
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member, hidden
from shared.protocol.file_readers import may_read
from shared.protocol.statements import Stated, StatementMade, group_of
from shared.protocol.vocabulary import DataClass


def scope(member: Member | None, at: int) -> frozenset[Group]:
    """The groups whose statements a roster entry opens at this moment (ms UTC)."""
    if member is None or hidden(member.agency) or (member.until is not None and at >= member.until):
        return frozenset()
    return frozenset(group for group in Group if CLASS_OF[group] in member.classes and may_read(member, group))


def readers(case: Case, group: Group, at: int) -> list[str]:
    """The agencies that read what is stated in a group at this moment: for who is about to state something. An author reads its own."""
    return [member.agency for member in case.members if group in scope(member, at)]


def hears(member: Member, section: DataClass, said: Stated, author: str, at: int) -> bool:
    """Whether a member reads a section of statements of this author (an agency) at this moment."""
    if member.agency == author:
        return True
    return said.to in (None, member.agency) and group_of(section, said) in scope(member, at)


def hearers(case: Case, event: StatementMade, section: DataClass, author: str, at: int) -> frozenset[str]:
    """The agencies that get a section of what this agency states at this moment."""
    said = event.of(section)
    return frozenset(m.agency for m in case.members if hears(m, section, said, author, at))


def grown(before: Case, after: Case, anew: Collection[str], at: int) -> dict[str, frozenset[Group]]:
    """Agency → the groups that a roster set at this moment opens to it, and that were closed to it until then; with all that is open to
    who takes the case anew."""
    had = {m.agency: frozenset[Group]() if m.agency in anew else scope(m, at) for m in before.members}
    opened = {m.agency: scope(m, at) - had.get(m.agency, frozenset()) for m in after.members}
    return {agency: groups for agency, groups in sorted(opened.items()) if groups}
