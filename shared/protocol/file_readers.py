"""Who may read which group of a case file: what the task of an agency needs, within what its kind may have. Deny by default.

A proposal of this project, to be confirmed by each country, whose file may narrow it (docs/adr/0031, docs/domain.md, section 2.6).
"""

from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member
from shared.protocol.roster import CODES, may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

K, N, G = AgencyKind, Need, Group

SILENT = frozenset({Basis.NONE, Basis.CONSULTATION})
"""Grounds on which nothing that was stated is told."""
MINIMUM = frozenset({
    G.COMMUNICATION, G.SAFE_CONTACT, G.SAFETY_ALERT, G.SAFETY_WORDS, G.HEALTH_NEED, G.DEPENDANTS, G.EXPLOITATION, G.NAME, G.PHONE,
    G.MEETING_POINT, G.HEALTH, G.SUSPECTS,
})  # fmt: skip
"""What travels in danger to life, without consent, to those beside the authority that identifies."""


def _groups(words: str) -> frozenset[Group]:
    return frozenset(Group(word) for word in words.split())


Table = dict[AgencyKind, tuple[frozenset[Group], dict[Need, frozenset[Group]]]]
BASIC = "communication safe_contact safety_alert safety_words "
CARE = BASIC + "health_need "

READERS: Table = {
    K.IDENTIFIER: (frozenset(Group), {}),
    K.POLICE: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name meeting_point dependants suspects exploitation_words"),
        N.INVESTIGATION: _groups("name birth nationalities exploitation_words employment suspects proceedings"),
    }),
    K.LABOUR_INSPECTORATE: (_groups(BASIC + "exploitation employment"), {N.WAGE_CLAIM: _groups("name")}),
    K.SOCIAL_SERVICES: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name phone trusted_person municipality meeting_point dependants exploitation_words"),
        N.HOUSING: _groups("name phone municipality dependants"),
        N.HEALTH: _groups("name phone health"),
        N.PSYCHOLOGICAL: _groups("name phone health"),
        N.GUARDIANSHIP: _groups("name birth nationalities identity_document dependants dependant_names phone post trusted_person "
                                "municipality meeting_point exploitation_words health"),
        N.SOCIAL_CARE: _groups("name birth phone post trusted_person municipality dependants dependant_names health"),
    }),
    K.HEALTH: (_groups(CARE), {N.HEALTH: _groups("name health"), N.PSYCHOLOGICAL: _groups("name health")}),
    K.NGO: (_groups(CARE + "exploitation"), {
        N.SAFETY: _groups("name phone trusted_person dependants exploitation_words"),
        N.HOUSING: _groups("name phone dependants"),
        N.HEALTH: _groups("name phone health"),
        N.PSYCHOLOGICAL: _groups("name phone health"),
        N.LEGAL: _groups("name birth phone exploitation_words employment"),
        N.WAGE_CLAIM: _groups("name phone employment"),
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
        N.LEGAL: _groups("name birth nationalities phone proceedings"),
        N.WAGE_CLAIM: _groups("name phone"),
        N.RESIDENCE: _groups("name birth nationalities identity_document phone"),
    }),
    K.MIGRATION: (_groups("communication safety_alert"), {N.RESIDENCE: _groups("residence exploitation")}),
    K.PROSECUTION: (_groups(BASIC), {N.INVESTIGATION: _groups("name birth suspects proceedings")}),
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


def classes_needed(kind: AgencyKind, purpose: Need) -> frozenset[DataClass]:
    """The classes in which there is anything that an agency of this kind needs for this purpose. Codes of a report always are."""
    return CODES | {CLASS_OF[group] for group in needed_by(kind, purpose)}


def may_read(member: Member, group: Group) -> bool:
    """Whether a roster entry lets an agency read a group: its task needs it, and its kind may have the class on this ground.

    Beside this the roster must grant the class, as long as that lasts. Without consent nothing that was stated is told, nor to who is
    merely consulted: of somebody who did not consent the codes of the report travel, and no more.
    """
    kind, basis = member.kind, member.basis
    if basis in SILENT or CLASS_OF[group] not in may_see(kind, basis):
        return False
    if basis is Basis.VITAL and kind is not K.IDENTIFIER and group not in MINIMUM:
        return False
    return group in needed_by(kind, member.purpose)
