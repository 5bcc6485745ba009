"""Who may read which group of a case file: what the task of an agency needs, within what its kind may have. Deny by default.

A proposal of this project, to be confirmed by each country, whose file may narrow it (docs/adr/0031, docs/domain.md, section 2.6).
"""

from collections.abc import Collection

from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member
from shared.protocol.grants import SILENT
from shared.protocol.roster import CODES, may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

K, N, G = AgencyKind, Need, Group

MINIMUM = frozenset({G.COMMUNICATION, G.SAFETY_ALERT, G.HEALTH_NEED, G.DEPENDANTS, G.EXPLOITATION})
"""What travels in danger to life, without consent, to those beside the authority that identifies: codes, and no words."""
REACH = frozenset({G.NAME, G.PHONE, G.SAFE_CONTACT, G.MEETING_POINT})
"""What whoever goes there is told besides, as far as its task needs it: whom to look for, how to reach them without harm, and where. The
lead names one agency at a time, for some hours: its entry has an end (docs/adr/0039)."""

GOING = frozenset({N.SAFETY, N.HEALTH, N.HOUSING})
"""Needs for which somebody goes to a person in danger: to bring them to safety, a doctor, a bed."""


def _groups(words: str) -> frozenset[Group]:
    return frozenset(Group(word) for word in words.split())


Table = dict[AgencyKind, tuple[frozenset[Group], dict[Need, frozenset[Group]]]]
BASIC = "communication safe_contact safety_alert safety_words "
CARE = BASIC + "health_need "

READERS: Table = {
    K.IDENTIFIER: (frozenset(Group), {}),
    K.POLICE: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name meeting_point dependants suspects exploitation_words"),
        N.INVESTIGATION: _groups("name birth nationalities exploitation_words employment suspects proceedings account employment_papers "
                                 "proceedings_papers"),
    }),
    K.LABOUR_INSPECTORATE: (_groups(BASIC + "exploitation employment"), {N.WAGE_CLAIM: _groups("name employment_papers")}),
    K.SOCIAL_SERVICES: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name phone trusted_person municipality meeting_point dependants exploitation_words"),
        N.HOUSING: _groups("name phone municipality dependants"),
        N.HEALTH: _groups("name phone health medical_papers"),
        N.PSYCHOLOGICAL: _groups("name phone health medical_papers"),
        N.GUARDIANSHIP: _groups("name birth nationalities identity_document dependants dependant_names phone post trusted_person "
                                "municipality meeting_point exploitation_words health identity_papers medical_papers"),
        N.SOCIAL_CARE: _groups("name birth phone post trusted_person municipality dependants dependant_names health"),
    }),
    K.HEALTH: (_groups(CARE), {
        N.HEALTH: _groups("name health medical_papers injury_pictures"),
        N.PSYCHOLOGICAL: _groups("name health medical_papers"),
    }),
    K.NGO: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name phone trusted_person dependants exploitation_words"),
        N.HOUSING: _groups("name phone dependants"),
        N.HEALTH: _groups("name phone health"),
        N.PSYCHOLOGICAL: _groups("name phone health"),
        N.LEGAL: _groups("name birth phone exploitation_words employment"),
        N.WAGE_CLAIM: _groups("name phone employment employment_papers"),
        N.SOCIAL_CARE: _groups("name phone trusted_person dependants"),
    }),
    K.SHELTER: (_groups(CARE + "name phone dependants"), {
        N.SAFETY: _groups("trusted_person dependant_names meeting_point"),
        N.HOUSING: _groups("birth trusted_person dependant_names meeting_point municipality health"),
        N.HEALTH: _groups("health"),
        N.PSYCHOLOGICAL: _groups("health"),
        N.SOCIAL_CARE: _groups("birth trusted_person dependant_names municipality"),
    }),
    K.LEGAL_AID: (_groups(BASIC), {
        N.LEGAL: _groups("name birth nationalities phone proceedings account proceedings_papers"),
        N.WAGE_CLAIM: _groups("name phone"),
        N.RESIDENCE: _groups("name birth nationalities identity_document phone identity_papers"),
    }),
    K.MIGRATION: (_groups("communication safety_alert"), {N.RESIDENCE: _groups("residence exploitation")}),
    K.PROSECUTION: (_groups(BASIC), {N.INVESTIGATION: _groups("name birth suspects proceedings account proceedings_papers")}),
    K.LOCAL_AUTHORITY: (_groups(BASIC), {
        N.HOUSING: _groups("dependants municipality"),
        N.GUARDIANSHIP: _groups("dependants municipality"),
        N.SOCIAL_CARE: _groups("dependants municipality"),
    }),
    K.GOVERNMENT: (_groups(BASIC + "exploitation"), {N.RESIDENCE: _groups("residence")}),
    K.COORDINATOR: (frozenset(), {}),
    K.RAPPORTEUR: (frozenset(), {}),
}  # fmt: skip
"""Kind → (what it reads whatever it is asked for, need it is asked for → what else): docs/domain.md, section 2.6."""


def needed_by(kind: AgencyKind, purpose: Need) -> frozenset[Group]:
    """What an agency of this kind needs for this purpose."""
    always, besides = READERS[kind]
    return always | besides.get(purpose, frozenset())


def ever_needed(kind: AgencyKind) -> frozenset[Group]:
    """What an agency of this kind needs for any purpose."""
    return frozenset(group for purpose in Need for group in needed_by(kind, purpose))


def classes_needed(kind: AgencyKind, purpose: Need, without: Collection[Group] = ()) -> frozenset[DataClass]:
    """The classes in which there is anything that an agency of this kind needs for this purpose, but for what its country does not let it
    read. Codes of a report always are."""
    return CODES | {CLASS_OF[group] for group in needed_by(kind, purpose) if group not in without}


def reach(kind: AgencyKind, purpose: Need) -> frozenset[Group]:
    """What an agency of this kind is told of who is in danger, and did not consent, when it goes there for this purpose."""
    if purpose not in GOING:
        return frozenset()
    ceiling = may_see(kind, Basis.VITAL, ends=True)
    found = frozenset(group for group in needed_by(kind, purpose) & REACH if CLASS_OF[group] in ceiling)
    return found if G.PHONE in found else found - {G.SAFE_CONTACT}


ON_PAPER = frozenset({
    G.COMMUNICATION, G.HEALTH_NEED, G.DEPENDANTS, G.NAME, G.BIRTH, G.NATIONALITIES, G.IDENTITY_DOCUMENT, G.DEPENDANT_NAMES, G.MUNICIPALITY,
    G.RESIDENCE, G.EMPLOYMENT, G.HEALTH,
})  # fmt: skip
"""What may stand in a letter that goes by post or e-mail to who is no member: nothing by which whoever opens it could find or reach the
person, nothing of what was done to them, no word of danger, of suspects and of proceedings."""


def letter_may_say(kind: AgencyKind | None, purpose: Need, basis: Basis, without: Collection[Group] = ()) -> frozenset[Group]:
    """What a letter may say of the person to a body of this kind that is no member: what a member of that kind could read for this purpose,
    as far as it may stand on paper. Nothing where no kind fits, and of somebody who neither consented nor is a child."""
    if kind is None or basis not in (Basis.CONSENT, Basis.CHILD):
        return frozenset()
    like = Member(agency="none", kind=kind, purpose=purpose, basis=basis, without=tuple(sorted(without)))
    return frozenset(group for group in ON_PAPER if may_read(like, group))


def may_read(member: Member, group: Group) -> bool:
    """Whether a roster entry lets an agency read a group for its first purpose: its task needs it, and its kind may have the class on this
    ground.

    Beside this the roster must grant the class, as long as that lasts. Without consent nothing that was stated is told, nor to who is
    merely consulted: of somebody who did not consent the codes of the report travel, and no more.
    """
    kind, basis, ends = member.kind, member.basis, member.until is not None
    if basis in SILENT or group.value in member.without or CLASS_OF[group] not in may_see(kind, basis, ends=ends):
        return False
    needs = needed_by(kind, member.purpose)
    if basis is not Basis.VITAL or kind is K.IDENTIFIER:
        return group in needs
    return group in needs & MINIMUM or (ends and group in reach(kind, member.purpose))
