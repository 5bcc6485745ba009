"""The account for the person: what this agency holds of them, from whom, who was told, and who has seen it (GDPR art. 15). Pure functions.

Left out are other people (who depends on the person, whom they trust, suspects, officers), where somebody lives or can be met, and a mark
of pressure, which must not be seen by whoever reads along. The account always says the same of what it leaves out, whether there is any of
it or not; of the mark of pressure it says nothing at all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shared.casework.acts import ActDone
from shared.casework.asking_others import OtherAsked
from shared.casework.kept_for_proceedings import Keeping
from shared.casework.own_record import KeptOfCase, OwnNote
from shared.casework.person_file import Said
from shared.casework.person_requests import RightAsked
from shared.casework.profile import Profile
from shared.casework.typed_texts import TextKind, TypedText, typed_texts
from shared.casework.written_words import WrittenKind, WrittenWords
from shared.config.country import Country
from shared.privacy.account_documents import DocumentHeld, DocumentUse, documents_held
from shared.privacy.consent import LegalBasis
from shared.protocol.case import Case, StatusDecision
from shared.protocol.case_file import DOCUMENTS, FIELDS, About, Group
from shared.protocol.facts import Member, hidden
from shared.protocol.grants import each, purposes
from shared.protocol.vocabulary import AgencyKind, Need


class Omission(StrEnum):
    """What an account leaves out, as it says so."""

    OTHERS = "others"
    """What concerns other people."""
    PLACES = "places"
    """Where somebody lives or can be met: the paper may fall into the wrong hands."""
    OWN_LAW = "own-law"
    """What serves criminal proceedings is answered by its own law."""
    WORDS = "words"
    """What an officer wrote of a legal basis: nobody looks at it before a copy is released, and it may speak of others."""
    ERASED = "erased"
    """What was erased is not held any more."""


G = Group
OF_OTHERS = frozenset({G.SUSPECTS, G.TRUSTED_PERSON, G.DEPENDANT_NAMES})
OF_PLACES = frozenset({G.MUNICIPALITY, G.MEETING_POINT})
NEVER_SAID = frozenset({G.DURESS})
OF_PROCEEDINGS = frozenset({
    G.PROCEEDINGS, G.EXPLOITATION, G.EXPLOITATION_WORDS, G.EMPLOYMENT, G.EMPLOYMENT_PAPERS, G.PROCEEDINGS_PAPERS,
})  # fmt: skip
"""What an agency whose material on offences has a law of its own leaves out beside."""
OF_THE_CASE = "D2"
"""The part of a report that says what happened."""


@dataclass(frozen=True, slots=True)
class CaseReading:
    """A line of the audit about a reading: when, and on what ground. Whose it was stays out."""

    at: int
    ground: str


class Capacity(StrEnum):
    """As what somebody of the agency saw the case: an account names no officer (CJEU C-579/21)."""

    IN_CHARGE = "in-charge"
    WITH_REASON = "with-reason"
    """Opened with a reason, which a supervisor reviews."""
    OF_AGENCY = "of-agency"
    OVERSIGHT = "oversight"
    """Supervision or audit."""
    DATA_PROTECTION = "data-protection"
    """Whoever deals with what people ask of their data."""


CAPACITIES = {
    "assigned": Capacity.IN_CHARGE, "break-glass": Capacity.WITH_REASON, "read-access": Capacity.OVERSIGHT, "review": Capacity.OVERSIGHT,
    "assign": Capacity.OVERSIGHT, "rights": Capacity.DATA_PROTECTION,
}  # fmt: skip
"""Ground of a reading, as the audit has it → as what somebody read; anything else is an officer of the agency."""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """That somebody of the agency saw the case: as what, for which purpose, when (ms UTC)."""

    at: int
    capacity: Capacity
    purposes: tuple[Need, ...]
    """What the agency is on the roster for; none where it is not any more."""


@dataclass(frozen=True, slots=True)
class MayRead:
    """An agency that may read something of the person now."""

    agency: str
    purpose: Need
    basis: str
    classes: tuple[str, ...]
    until: int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A hand-off or a task: who asked whom for what, how it stands."""

    id: str
    giver: str
    to: str
    need: Need
    state: str
    at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class AskedForPerson:
    """Another agency that was asked what the person asked here: what, of which groups, when, and what it answered (moments in ms UTC)."""

    agency: str
    """Empty where it is not named."""
    kind: str
    groups: tuple[str, ...]
    at: int
    due: int
    answered_at: int | None
    answer: str
    """done, or refused; empty while it is awaited."""
    reason: str
    law: str
    words: str
    """How it answered, where an officer wrote that down."""
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class HeldHere:
    """Everything from which an account is made."""

    case: Case
    agency: str
    profile: Profile
    statements: Sequence[Said]
    kept: KeptOfCase
    bases: Sequence[LegalBasis]
    readings: Sequence[CaseReading]
    requests: Sequence[RightAsked] = ()
    written: Sequence[WrittenWords] = ()
    erased: Collection[str] = ()
    """Data classes that were erased here."""
    uses: Sequence[DocumentUse] = ()
    """Who looked at a document, or took a copy of it."""
    others: Sequence[OtherAsked] = ()
    """Other agencies that were asked what the person asked here, and what they answered."""
    kept_for: Sequence[Keeping] = ()
    """What is kept for proceedings though its ground has gone."""
    whole: Collection[str] = ()
    """The ids of documents of which all pieces are here."""
    acts: Sequence[ActDone] = ()
    """What was done for the person, in order."""


@dataclass(frozen=True, slots=True)
class PersonAccount:
    """What the person gets."""

    agency: str
    """Empty where the agency is not named: a shelter."""
    opened_at: int
    facts: dict[str, dict[str, Any]]
    """Class → what reports say of the person in codes."""
    statements: tuple[Said, ...]
    """All but those about documents."""
    documents: tuple[DocumentHeld, ...]
    reference: str
    label: str
    typed: tuple[TypedText, ...]
    """Reference, label and others' answers, as a second officer looks at each."""
    notes: tuple[OwnNote, ...]
    written: tuple[WrittenWords, ...]
    """What the person told word for word, and messages about them."""
    bases: tuple[LegalBasis, ...]
    told: tuple[MayRead, ...]
    handoffs: tuple[Passed, ...]
    tasks: tuple[Passed, ...]
    decisions: tuple[StatusDecision, ...]
    requests: tuple[RightAsked, ...]
    others: tuple[AskedForPerson, ...]
    """What was asked of other agencies for the person, and their answers."""
    seen: tuple[SeenBy, ...]
    omissions: tuple[Omission, ...]
    kept_for: tuple[Keeping, ...] = ()
    """What is kept for proceedings though there is no ground any more, and for which."""
    acts: tuple[ActDone, ...] = ()
    """What was done for them, and of interviews what they were about."""
    retention: dict[str, int] = field(default_factory=dict[str, int])
    """Class → days after the end for which it is kept."""


def account(
    held: HeldHere, country: Country, entries: Collection[str] | None = None, along: Collection[str] | None = None
) -> PersonAccount:
    """The account. `entries` are the statements, notes and texts that a second officer gives, `along` the documents of these that go along;
    without them all that may be given."""
    case, kind = held.case, _kind(country, held.agency)
    of_law = kind in country.subject_access.own_law
    me = case.member(held.agency)

    def gives(id: str) -> bool:
        return entries is None or id in entries

    typed = tuple(one for one in typed_texts(held.kept.names, held.others) if gives(one.id))
    named, answered = {one.kind: one.words for one in typed}, {(one.request, one.agency) for one in typed}
    given = [_shown(said, country) for said in held.statements if _given(said, of_law) and gives(said.id)]
    return PersonAccount(
        agency=_named(country, held.agency), opened_at=case.opened_at,
        facts={str(name): dict(said) for name, said in held.profile.items() if said and not (of_law and name == OF_THE_CASE)},
        statements=tuple(said for said in given if said.group not in DOCUMENTS),
        documents=documents_held(given, held.whole, held.uses, along),
        reference=named.get(TextKind.REFERENCE, ""), label=named.get(TextKind.LABEL, ""), typed=typed,
        notes=tuple(note for note in reversed(held.kept.notes) if gives(note.id)),
        written=tuple(_unnamed(one, country) for one in held.written if gives(one.id) and _may_be_read(one, of_law)),
        bases=tuple(replace(base, words="") for base in held.bases if not _secret(country, base.recipient)),
        told=tuple(_told(one) for m in case.members if m.agency != held.agency and not _secret(country, m.agency) for one in each(m)),
        handoffs=tuple(_handoffs(case, country)), tasks=tuple(_tasks(case, country)), decisions=() if of_law else case.decisions,
        requests=tuple(reversed(held.requests)), others=tuple(_asked(held, country, answered)), seen=seen(held.readings, me),
        omissions=_omissions(of_law, held.erased, any(base.words for base in held.bases)),
        kept_for=() if of_law else tuple(held.kept_for), acts=tuple(_acts(held.acts, country, of_law=of_law)),
        retention={code.value: round(days) for code, days in sorted(country.retention.items())},
    )  # fmt: skip


def seen(readings: Iterable[CaseReading], me: Member | None) -> tuple[SeenBy, ...]:
    """Who has seen the case, in order, without any officer."""
    serves = purposes(me) if me else ()
    found = (SeenBy(one.at, capacity(one.ground), serves) for one in readings)
    return tuple(sorted(found, key=lambda one: one.at))


def capacity(ground: str) -> Capacity:
    """As what somebody read on this ground."""
    return CAPACITIES.get(ground, Capacity.OF_AGENCY)


def _given(said: Said, of_law: bool) -> bool:
    """Whether a statement is of the person alone, leads nobody to a place, and has no law of its own."""
    if said.group in OF_OTHERS | OF_PLACES | NEVER_SAID or FIELDS[said.field].about is not About.PERSON:
        return False
    return not (of_law and said.group in OF_PROCEEDINGS)


def _shown(said: Said, country: Country) -> Said:
    """The same; an agency that is not named did not say it by name."""
    if not _secret(country, said.by):
        return said
    return replace(said, by="", author="")


def _may_be_read(one: WrittenWords, of_law: bool) -> bool:
    """Whether a text may be given: no message about other people or places, and nothing that has a law of its own."""
    if one.about & (OF_OTHERS | OF_PLACES | NEVER_SAID):
        return False
    return not of_law or (one.kind is WrittenKind.MESSAGE and not one.about & OF_PROCEEDINGS)


def _unnamed(one: WrittenWords, country: Country) -> WrittenWords:
    return replace(one, by=_named(country, one.by))


def _asked(held: HeldHere, country: Country, may: Collection[tuple[str, str]]) -> Iterable[AskedForPerson]:
    """In the order in which they were asked; nothing is said of a mark of pressure, and of other people or places no group is named. `may`:
    requests and agencies of the answers whose words are given."""
    kinds = {one.id: one.kind.value for one in held.requests}
    for one in sorted(held.others, key=lambda other: (other.at, other.agency)):
        groups = tuple(str(group) for group in one.told.get("groups", ()) if Group(group) not in OF_OTHERS | OF_PLACES | NEVER_SAID)
        given = ("reason", "law", "words") if (one.request, one.agency) in may else ("reason",)
        said = {name: str(one.reply.get(name, "")) if name in given else "" for name in ("reason", "law", "words")}
        yield AskedForPerson(
            _named(country, one.agency), kinds.get(one.request, ""), groups, one.at, one.due, one.answered_at, one.answer,
            ended_at=one.ended_at, **said,
        )  # fmt: skip


def _handoffs(case: Case, country: Country) -> Iterable[Passed]:
    for one in case.handoffs.values():
        if not _secret(country, one.to) and not _secret(country, one.giver):
            yield Passed(one.id, one.giver, one.to, one.need, one.state.value, one.requested_at, one.ended_at)


def _tasks(case: Case, country: Country) -> Iterable[Passed]:
    for one in case.tasks.values():
        if not _secret(country, one.owner):
            yield Passed(one.id, one.owner, one.owner, one.need, one.state.value, one.planned_at, one.ended_at)


def _acts(acts: Iterable[ActDone], country: Country, *, of_law: bool) -> Iterable[ActDone]:
    """Of agencies that are named; what an interview was about is of the class that says what happened."""
    for one in acts:
        if not _secret(country, one.by):
            yield replace(one, topics=(), together=False) if of_law else one


def _told(member: Member) -> MayRead:
    return MayRead(member.agency, member.purpose, member.basis.value, tuple(c.value for c in member.classes), member.until)


def _omissions(of_law: bool, erased: Collection[str], words: bool) -> tuple[Omission, ...]:
    found = [Omission.OTHERS, Omission.PLACES, *([Omission.WORDS] if words else [])]
    return (*found, *([Omission.OWN_LAW] if of_law else []), *([Omission.ERASED] if erased else []))


def _kind(country: Country, agency: str) -> AgencyKind | None:
    return country.agency(agency).kind if country.knows(agency) else None


def _secret(country: Country, agency: str) -> bool:
    """Whether an agency may not be named on a paper: where somebody lives would follow."""
    return hidden(agency) or (country.knows(agency) and country.agency(agency).apart)


def _named(country: Country, agency: str) -> str:
    return "" if _secret(country, agency) else agency
