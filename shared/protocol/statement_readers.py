"""Who reads statements: who is on the roster, may be given the class, as long as that lasts, and needs the group. Deny by default.

Without consent nobody is told anything that was stated: not on basis `none`, and not who is merely consulted. An agency keeps its own
words. What is released alone is read by the one agency that its owner names, while it is in the case for the purpose that was named.
While the lead has paused a case nothing is told to anybody but the lead; it is once that ends. The municipality is told to nobody else
once a shelter has the person (`whereabouts`).
"""

from collections.abc import Collection

from shared.protocol.case import Case
from shared.protocol.case_file import CLASS_OF, RELEASED, Group
from shared.protocol.facts import Member, hidden
from shared.protocol.file_readers import may_read, needed_by
from shared.protocol.grants import each
from shared.protocol.statements import Stated, group_of
from shared.protocol.vocabulary import DataClass
from shared.protocol.whereabouts import blank_to


def scope(member: Member | None, at: int) -> frozenset[Group]:
    """The groups whose statements a roster entry opens at this moment (ms UTC): of those that its tasks need."""
    lasting = _lasting(member, at)
    return frozenset(group for one in lasting for group in needed_by(one.kind, one.purpose) if _open(one, group)) - RELEASED


def opens(member: Member | None, group: Group | None, at: int) -> bool:
    """Whether a roster entry opens the statements of this group at this moment (ms UTC): whether it is in its `scope`."""
    return group is not None and group not in RELEASED and any(_open(one, group) for one in _lasting(member, at))


def releasable(member: Member | None, at: int) -> list[Member]:
    """The entry of each purpose for which an account may be released to this member at this moment."""
    return [one for one in _lasting(member, at) if any(_open(one, group) for group in RELEASED)]


def _lasting(member: Member | None, at: int) -> list[Member]:
    """The entry of each purpose that has not ended."""
    if member is None or hidden(member.agency):
        return []
    return [one for one in each(member) if one.until is None or at < one.until]


def _open(one: Member, group: Group) -> bool:
    return CLASS_OF[group] in one.classes and may_read(one, group)


def readers(case: Case, group: Group, at: int) -> list[str]:
    """The agencies that read what is stated in a group at this moment: for who is about to state something. An author reads its own.

    Also of a case that is paused: whoever watches a page must not see that it is.
    """
    return [member.agency for member in case.members if opens(member, group, at) and group not in blank_to(case, member.agency)]


def told_now(case: Case, member: Member | None) -> bool:
    """Whether anything is told to this member now: in a case that is paused to the lead alone."""
    return member is not None and (not case.paused or member.agency == case.lead)


def hears(member: Member, section: DataClass, said: Stated, author: str, at: int) -> bool:
    """Whether a member reads a section of statements of this author (an agency) at this moment."""
    if member.agency == author:
        return True
    group = group_of(section, said)
    if group in RELEASED:
        return said.to == member.agency and any(one.purpose is said.purpose for one in releasable(member, at))
    return said.to in (None, member.agency) and opens(member, group, at)


def grown(before: Case, after: Case, anew: Collection[str], at: int) -> dict[str, frozenset[Group]]:
    """Agency → the groups that a roster set at this moment opens to it, and that were closed to it until then; with all that is open to
    who takes the case anew."""
    had = {m.agency: scope(m, at) for m in before.members if m.agency not in anew and told_now(before, m)}
    opened = {m.agency: scope(m, at) - had.get(m.agency, frozenset()) for m in after.members if told_now(after, m)}
    opened = {agency: groups - blank_to(after, agency) for agency, groups in sorted(opened.items())}
    return {agency: groups for agency, groups in opened.items() if groups}
