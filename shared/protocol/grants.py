"""A roster entry that serves several purposes: each has classes, a ground and an end of its own, and none widens another.

Source: docs/domain.md, section 2.6 (what the task of an agency needs); docs/adr/0033.
"""

from collections.abc import Collection, Iterable

from shared.protocol.facts import Besides, Member
from shared.protocol.vocabulary import Basis, DataClass, Need

SILENT = frozenset({Basis.NONE, Basis.CONSULTATION})
"""Grounds on which nothing that was stated is told, and beside which no other purpose stands: a ground that discloses takes their place."""


def each(member: Member) -> tuple[Member, ...]:
    """The entry once for each purpose, by itself; its first comes first."""
    if not member.besides:
        return (member,)
    first = member.model_copy(update={"besides": ()})
    return (first, *(first.model_copy(update=dict(one)) for one in member.besides))


def purposes(member: Member) -> tuple[Need, ...]:
    """What an agency is in the case for."""
    return (member.purpose, *(one.purpose for one in member.besides))


def together(entries: Iterable[Member]) -> Member:
    """One entry of the entries of one agency, one for each purpose. Raises ValueError without any."""
    first, *others = entries
    beside = [Besides(classes=m.classes, purpose=m.purpose, basis=m.basis, until=m.until) for m in others]
    return first.model_copy(update={"besides": tuple(beside)})


def joined(old: Member, new: Member, at: int) -> Member:
    """The entry with what another of the same agency adds, at this moment (ms UTC): its purposes are set anew, the others stay as they are,
    but for those that have ended or disclosed nothing."""
    anew = purposes(new)
    kept = [m for m in each(old) if m.purpose not in anew and m.basis not in SILENT and (m.until is None or m.until > at)]
    return together([*kept, *each(new)])


def without_classes(member: Member, classes: Collection[DataClass]) -> Member:
    """The entry without these classes, whatever they were for. What only says who does what stays."""
    return together(_less(m, classes) for m in each(member))


def ended(member: Member, until: int) -> Member:
    """The entry without what ends at this moment (ms UTC) or before; with nothing beyond who does what, where all of it ends."""
    lasting = [m for m in each(member) if m.until is None or m.until > until]
    return together(lasting) if lasting else member.model_copy(update={"classes": (DataClass.D0,), "besides": ()})


def _less(member: Member, classes: Collection[DataClass]) -> Member:
    kept = tuple(c for c in member.classes if c not in classes or c is DataClass.D0)
    return member.model_copy(update={"classes": kept})
