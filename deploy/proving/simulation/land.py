"""The country that is simulated: a lead, police, an NGO, social work, a clinic, an inspectorate, and their instances."""

from pathlib import Path

from services.assistance.service import SERVICE as ASSISTANCE
from services.intake.service import SERVICE as INTAKE
from services.referral.service import SERVICE as REFERRAL
from shared.config.country import Country

SERVICES = {s.name: s for s in (INTAKE, REFERRAL, ASSISTANCE)}
COUNTRY = Country.model_validate({
    "id": "rs", "name": "Simulated", "lead": "rs-lead", "pingpong": 3,
    "clocks": ({
        "name": "first_decision", "kind": "maximum", "begins": "reported", "ends": "reasonable_grounds", "amount": 3, "unit": "days",
        "source": "invented", "pause": {"reasons": ("court",), "days": 3, "source": "invented"},
    },),
    "agencies": (
        {"id": "rs-insp", "name": "Inspectorate", "kind": "labour_inspectorate"},
        {"id": "rs-lead", "name": "Centre", "kind": "identifier", "services": ("referral", "assistance")},
        {"id": "rs-pol", "name": "Police", "kind": "police"},
        {"id": "rs-ngo", "name": "Organisation", "kind": "ngo"},
        {"id": "rs-soc", "name": "Social work", "kind": "social_services"},
        {"id": "rs-health", "name": "Clinic", "kind": "health"},
    ),
    "invitations": (
        {"need": "investigation", "agency": "rs-pol"}, {"need": "legal", "agency": "rs-ngo"}, {"need": "health", "agency": "rs-health"},
        {"need": "guardianship", "agency": "rs-soc"}, {"need": "wage_claim", "agency": "rs-insp"},
    ),
    "payers": ({"code": "court", "name": "The court"},),
})  # fmt: skip
HOUSE = "rs-house"
SHELTERED = Country.model_validate({
    **COUNTRY.model_dump(mode="json"),
    "agencies": (*COUNTRY.agencies, {"id": HOUSE, "name": "House", "kind": "shelter", "confidential": True}),
})  # fmt: skip
"""The same with a confidential agency, which acts in side cases among cover."""
LEAD, OTHER_LEAD, BESIDE_IT = "referral.rs-lead", "referral.rs-west", "assistance.rs-west"
REPORTERS = ("intake.rs-insp", "intake.rs-ngo")
ACTING = tuple(f"assistance.{a}" for a in ("rs-insp", "rs-pol", "rs-ngo", "rs-soc", "rs-health"))
EVERYBODY = (*REPORTERS, LEAD, *ACTING)
SHELTER = f"assistance.{HOUSE}"
AGENCIES = ("rs-insp", "rs-pol", "rs-ngo", "rs-soc", "rs-health")
PARTITIONS = 2
HOUR = 3_600_000
START = 1_750_000_000_000
MEMORY = Path("/dev/shm")  # noqa: S108
"""A file system in memory where there is one: the files are real all the same."""


def with_two_desks(country: Country) -> Country:
    """The same country with one more agency, which can lead a case, too."""
    west = {"id": OTHER_LEAD.partition(".")[2], "name": "Centre in the west", "kind": "identifier", "services": ("referral", "assistance")}
    return Country.model_validate({**country.model_dump(mode="json"), "agencies": (*country.agencies, west)})
