"""Who reads messages: the two ends of the hand-off and the lead, each as far as the same entitlement lets it read what the words speak of.

An agency reads a message where its roster entry opens every group that the words speak of for the purpose that the message states
(`statement_readers.scope`), and its kind needs each of them for that. So a message about health reaches no police, whoever writes it; and
without consent no message reaches anybody. Nobody else can be named.
"""

from collections.abc import Collection

from shared.protocol.came_back import asker
from shared.protocol.case import Case, Handoff
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member, hidden
from shared.protocol.file_readers import needed_by
from shared.protocol.grants import each
from shared.protocol.messages import SpokenSection
from shared.protocol.statement_readers import scope
from shared.protocol.vocabulary import DataClass, Need
from shared.protocol.whereabouts import blank_to


def opens(member: Member, purpose: Need, about: Collection[Group], at: int) -> bool:
    """Whether a roster entry lets an agency read words about these groups, said for this purpose, at this moment (ms UTC)."""
    return not not_open(member, purpose, about, at)


def not_open(member: Member | None, purpose: Need, about: Collection[Group], at: int) -> frozenset[Group]:
    """Which of these groups stand against it: what its entry does not open for this purpose, or its kind does not need for that.

    Who is in the case for other purposes alone, as whoever asked or leads, reads as far as those open it.
    """
    if member is None:
        return frozenset(about)
    serving = [one for one in each(member) if one.purpose is purpose] or [member]
    opened = frozenset[Group]().union(*(scope(one, at) for one in serving))
    return frozenset(about) - (opened & needed_by(member.kind, purpose))


def ends(case: Case, handoff: Handoff) -> frozenset[str]:
    """Who speaks on a hand-off: who asked, who is asked, and the lead."""
    return frozenset({handoff.giver, handoff.to, case.lead})


def reached(case: Case, handoff: Handoff, about: Collection[Group], author: str, at: int) -> tuple[str, ...]:
    """The agencies that read such words of this author (an agency), for what the hand-off is about: for who is about to say them."""
    there = ends(case, handoff) - {author}
    may = (m for m in case.members if m.agency in there and opens(m, handoff.need, about, at))
    return tuple(sorted(m.agency for m in may if blank_to(case, m.agency).isdisjoint(about)))


def must_answer(case: Case, handoff: Handoff, author: str) -> str:
    """Who answers a question on a hand-off: the other end of it; where the lead asks and is neither, who was asked. For a confidential
    agency the lead does."""
    if author == handoff.to:
        return asker(case, handoff)
    return case.lead if hidden(handoff.to) else handoff.to


def can_be_answered(case: Case, handoff: Handoff, by: str, awaits: str) -> bool:
    """Whether whoever must answer a question of `by` (agencies both) still can: both are in the case, and speak on the hand-off."""
    return {by, awaits} <= case.agencies & ends(case, handoff)


def listens(member: Member, section: DataClass, spoken: SpokenSection, author: str, at: int) -> bool:
    """Whether a member reads a section of what this author (an agency) said at this moment. An author reads its own."""
    if member.agency == author:
        return True
    opened = scope(member, at)
    if spoken.led:
        return False  # whoever leads, which `by_section` knows
    if member.agency not in spoken.to or not any(CLASS_OF[group] is section for group in opened):
        return False
    if any(not opened.issuperset(one.about) for one in spoken.asked):
        return False  # of what it may not read it learns nothing, not even that it is to be restricted
    return all(opens(member, one.purpose, one.about, at) for one in spoken.messages)
