"""Who reads each field of a case file, read once more from docs/domain.md, sections 2.2, 2.3, 2.6 and 3.7, field by field.

It shares nothing with the tables of the protocol. A line names fields that the same agencies need; below it stands each kind of agency
with the needs for which it reads them, `*` for whatever it is in the case for. The authority that identifies (`identifier`) reads every
field but an account, which nobody reads that was not released to it.
"""

from functools import cache

TEXT = """
language other_language interpreter interpreter_language interpreter_sex aid alert suspect_relation rights_told rights_format rights_language
    police labour_inspectorate social_services health ngo shelter legal_aid migration prosecution local_authority government: *
safe_way safe_time safe_caller safe_message safe_say safe_else safe_checked alert_words
    police labour_inspectorate social_services health ngo shelter legal_aid prosecution local_authority government: *
health_need
    police social_services health ngo shelter: *
dependants dependant_age
    police: safety
    social_services: safety housing guardianship social_care
    ngo: safety housing social_care
    shelter: *
    local_authority: housing guardianship social_care
duress
form control recruitment
    police labour_inspectorate social_services ngo government: *
    migration: residence
exploitation_country exploitation_region exploitation_place exploitation_words short_account
    police: safety investigation
    social_services: safety guardianship
    ngo: safety legal
employer workplace employed_from employed_until wages_owed
    labour_inspectorate: *
    police: investigation
    ngo: legal wage_claim
given_names family_name given_names_latin family_name_latin alias called
    police: safety investigation
    labour_inspectorate: wage_claim
    social_services: safety housing health psychological guardianship social_care
    health: health psychological
    ngo: safety housing health psychological legal wage_claim social_care
    shelter: *
    legal_aid: legal wage_claim residence
    prosecution: investigation
birth birth_country birth_place
    police: investigation
    social_services: guardianship social_care
    ngo: legal
    shelter: housing social_care
    legal_aid: legal residence
    prosecution: investigation
nationality
    police: investigation
    social_services: guardianship
    legal_aid: legal residence
document document_number document_country document_until document_with personal_number
    social_services: guardianship
    legal_aid: residence
dependant_name dependant_birth dependant_relation
    social_services: guardianship social_care
    shelter: safety housing social_care
phone
    social_services: safety housing health psychological guardianship social_care
    ngo: safety housing health psychological legal wage_claim social_care
    shelter: *
    legal_aid: legal wage_claim residence
email post
    social_services: guardianship social_care
trusted_name trusted_relation trusted_phone trusted_knows
    social_services: safety guardianship social_care
    ngo: safety social_care
    shelter: safety housing social_care
municipality
    social_services: safety housing guardianship social_care
    shelter: housing social_care
    local_authority: housing guardianship social_care
meeting_place meeting_time
    police: safety
    social_services: safety guardianship
    shelter: safety housing
health health_words
    social_services: health psychological guardianship social_care
    health: health psychological
    ngo: health psychological
    shelter: housing health psychological
suspect_name suspect_role suspect_phone suspect_vehicle suspect_words
    police: safety investigation
    prosecution: investigation
proceeding proceeding_number testifies milestone compensation
    police: investigation
    legal_aid: legal
    prosecution: investigation
account_words account_parts account_version account_purpose account_law account_present account_language account_interpreter account_day account_means
stay stay_until stay_number granted
    migration government: residence
identity_paper
    social_services: guardianship
    legal_aid: residence
employment_paper
    labour_inspectorate: wage_claim
    ngo: wage_claim
    police: investigation
medical_paper
    social_services: health psychological guardianship
    health: health psychological
injury_picture
    health: health
proceedings_paper
    legal_aid: legal
    police prosecution: investigation
"""  # noqa: E501
KINDS = frozenset(
    ("police", "labour_inspectorate", "social_services", "health", "ngo", "shelter", "legal_aid", "migration", "prosecution",
     "local_authority", "government", "coordinator", "rapporteur", "identifier")
)  # fmt: skip


@cache
def table() -> dict[str, dict[str, frozenset[str]]]:
    """Field → kind of agency → the needs for which it reads it, with the person's consent or for a child."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    fields = tuple[str, ...]()
    for line in TEXT.strip().splitlines():
        if not line.startswith(" "):
            fields = tuple(line.split())
            found |= {field: {} for field in fields}
            continue
        kinds, _, needs = line.partition(":")
        for field in fields:
            found[field] |= dict.fromkeys(kinds.split(), frozenset(needs.split()))
    return found


def reads(field: str, kind: str, need: str) -> bool:
    """Whether an agency of this kind that is in a case for this need reads the field, with the person's consent or for a child."""
    if kind == "identifier":
        return not field.startswith("account_")
    needs = table()[field].get(kind, frozenset[str]())
    return "*" in needs or need in needs
