"""Who receives what: the entitlement table, and the readers of an event. Deny by default; one table, one function."""

from typing import Any, cast

from shared.protocol.case import Case
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.facts import Event, Member, hidden
from shared.protocol.grants import each
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass

K = AgencyKind


def _classes(words: str) -> frozenset[DataClass]:
    return frozenset(DataClass(word) for word in words.split())


POLICY: dict[AgencyKind, tuple[frozenset[DataClass], frozenset[DataClass]]] = {
    K.IDENTIFIER: (_classes("D0 D1 D2 D3 D4 D5 D6"), _classes("D7 D8")),
    K.POLICE: (_classes("D0 D1 D2 D5 D7"), _classes("D3 D8")),
    K.LABOUR_INSPECTORATE: (_classes("D0 D1 D2"), _classes("D3")),
    K.SOCIAL_SERVICES: (_classes("D0 D1 D2 D3 D4 D6"), _classes("D5")),
    K.HEALTH: (_classes("D0 D1 D6"), _classes("D3")),
    K.NGO: (_classes("D0 D1 D2 D4"), _classes("D3 D6")),
    K.SHELTER: (_classes("D0 D1 D3 D4 D5 D6"), _classes("")),
    K.LEGAL_AID: (_classes("D0 D1 D3"), _classes("D4 D7")),
    K.MIGRATION: (_classes("D0 D1 D8"), _classes("D2")),
    K.PROSECUTION: (_classes("D0 D1 D7"), _classes("D3")),
    K.LOCAL_AUTHORITY: (_classes("D0 D1 D2"), _classes("D3 D5")),
    K.GOVERNMENT: (_classes("D0 D1 D2 D8"), _classes("D3")),
    K.COORDINATOR: (_classes("D0"), _classes("")),
    K.RAPPORTEUR: (_classes("D0"), _classes("")),
}
"""Kind → (always, only with the person's consent or a recorded statutory ground): docs/domain.md, sections 2.2 to 2.4, "may see".

A ceiling. Where one group of fields is needed and not its class (section 2.6), the class stands here and `file_readers` gives no more than
the group: the police D5 for where they must go, labour inspectors and health D3 for a name, legal aid D4 for a number, municipalities D5.
"""

GROUNDS = frozenset({Basis.CONSENT, Basis.CHILD})
"""Grounds that open the second column; danger to life opens the first alone."""
REACHING = _classes("D3 D4 D5")
"""Classes of what whoever goes to somebody in danger is told of them, for some hours; which groups, `file_readers.REACH` says."""
CODES = _classes("D0 D1 D2")
"""What may be disclosed of somebody who did not consent: codes that name nobody (duty to notify, docs/domain.md, section 3.1)."""
UNNAMED = _classes("D0 D1")
"""What may be disclosed to who is merely consulted; of D1 the band alone."""
BAND = frozenset({"age", "sex"})
"""What a consultation may say of the person (docs/domain.md, section 3.2: D0 and banded D1)."""


def may_see(kind: AgencyKind, basis: Basis, *, ends: bool = False) -> frozenset[DataClass]:
    """The classes that an agency of this kind may ever be given on this ground; `ends` where it is given until a moment that is named."""
    always, grounded = POLICY[kind]
    if basis is Basis.NONE:
        return always & CODES
    if basis is Basis.CONSULTATION:
        return always & UNNAMED
    if basis is Basis.VITAL and ends:
        return always | grounded & REACHING
    return always | grounded if basis in GROUNDS else always


def entitled(member: Member, section: DataClass, type: str, author: str, at: int) -> bool:
    """Whether a member may read sections of this class in an event of this type at this moment (ms UTC): what policy allows its kind AND
    what the roster grants it, as long as that lasts; an `author` (an agency) keeps its own words beyond that.

    Who is merely consulted has the band in its checkpoint, and nothing that comes later.
    """
    return any(_entitled(one, section, type, author, at) for one in each(member))


def _entitled(member: Member, section: DataClass, type: str, author: str, at: int) -> bool:
    ended = member.until is not None and at >= member.until and member.agency != author
    if ended or (member.basis is Basis.CONSULTATION and type != CheckpointSet.TYPE):
        return False
    return section in member.classes and section in may_see(member.kind, member.basis, ends=member.until is not None)


def told(member: Member | None) -> frozenset[DataClass]:
    """The classes beyond D0 that are disclosed to a member; none without a member."""
    entries = each(member) if member else ()
    return frozenset(c for m in entries for c in frozenset(m.classes) & may_see(m.kind, m.basis, ends=m.until is not None)) - {DataClass.D0}


def lost(before: Case, after: Case, agency: str) -> frozenset[DataClass]:
    """The classes for which an agency has no ground any more after a roster: withdrawn, expired, or it has left.

    To who stands for a confidential agency nothing was disclosed here.
    """
    return frozenset() if hidden(agency) else told(before.member(agency)) - told(after.member(agency))


def banded(profile: dict[str, Any]) -> dict[str, Any]:
    """The part of a profile that identifies nobody."""
    return {name: value for name, value in profile.items() if name in BAND}


def readable(member: Member, values: dict[str, Any]) -> dict[str, Any]:
    """What a member that is entitled to a section may keep of it: all of it, or of a consultation's checkpoint the band."""
    if member.basis is not Basis.CONSULTATION:
        return values
    profile = values.get("profile")
    return {"profile": banded(cast(dict[str, Any], profile))} if isinstance(profile, dict) else {}


def recipients(case: Case, event: Event) -> frozenset[str]:
    """The agencies that get the core: all on the roster and the lead; roster events and checkpoints also those who join or leave."""
    there = case.agencies | {case.lead}
    if isinstance(event, CheckpointSet):
        return there | frozenset(event.joiners)
    return there | {m.agency for m in event.members} if isinstance(event, RosterSet) else there


def readers(case: Case, event: Event, section: DataClass, author: str, at: int) -> frozenset[str]:
    """The agencies that get a section of this class of what this agency says at this moment; a checkpoint's are for those who join."""
    there = frozenset(event.joiners) if isinstance(event, CheckpointSet) else recipients(case, event)
    return frozenset(m.agency for m in case.members if m.agency in there and entitled(m, section, event.TYPE, author, at))
