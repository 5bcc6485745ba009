"""Which needs an agency of a kind helps with by its mandate, beside what a country's invitations name it for.

A proposal, made wide on purpose (docs/domain.md, section 2.5): it is there to refuse what makes no sense, a residence permit from a clinic,
not to say who is competent. That says the policy of the country, and the agency itself.
"""

from shared.protocol.vocabulary import AgencyKind, Need

K, N = AgencyKind, Need


SERVES: dict[AgencyKind, frozenset[Need]] = {
    K.IDENTIFIER: frozenset({N.SAFETY, N.HOUSING, N.HEALTH, N.PSYCHOLOGICAL, N.LEGAL, N.SOCIAL_CARE, N.RESIDENCE}),
    K.POLICE: frozenset({N.SAFETY, N.INVESTIGATION}),
    K.LABOUR_INSPECTORATE: frozenset({N.SAFETY, N.INVESTIGATION, N.WAGE_CLAIM}),
    K.SOCIAL_SERVICES: frozenset({N.SAFETY, N.HOUSING, N.HEALTH, N.PSYCHOLOGICAL, N.GUARDIANSHIP, N.SOCIAL_CARE}),
    K.HEALTH: frozenset({N.HEALTH, N.PSYCHOLOGICAL}),
    K.NGO: frozenset({N.SAFETY, N.HOUSING, N.HEALTH, N.PSYCHOLOGICAL, N.LEGAL, N.WAGE_CLAIM, N.SOCIAL_CARE}),
    K.SHELTER: frozenset({N.SAFETY, N.HOUSING, N.HEALTH, N.PSYCHOLOGICAL, N.SOCIAL_CARE}),
    K.LEGAL_AID: frozenset({N.LEGAL, N.WAGE_CLAIM, N.RESIDENCE}),
    K.MIGRATION: frozenset({N.HOUSING, N.HEALTH, N.SOCIAL_CARE, N.RESIDENCE}),
    K.PROSECUTION: frozenset({N.SAFETY, N.INVESTIGATION}),
    K.LOCAL_AUTHORITY: frozenset({N.SAFETY, N.HOUSING, N.GUARDIANSHIP, N.SOCIAL_CARE}),
    K.GOVERNMENT: frozenset({N.SAFETY, N.HOUSING, N.INVESTIGATION, N.SOCIAL_CARE, N.RESIDENCE}),
    K.COORDINATOR: frozenset(),
    K.RAPPORTEUR: frozenset(),
}
"""Kind → needs."""
