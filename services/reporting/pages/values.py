"""Dimensions of referrals, and their values, in words."""

from typing import Any

from shared.config.i18n import N_
from shared.web.text.labels import AGENCY_KINDS, AGES, FORMS, SEXES

LABELS = {
    "quarter": N_("Quarter"),
    "first_responder_type": N_("Type of first responder"),
    "first_responder": N_("First responder"),
    "exploitation_type": N_("Form of exploitation"),
    "age_at_exploitation": N_("Age at exploitation"),
    "gender": N_("Sex"),
    "nationality": N_("Nationality"),
}
HAPPENED = {
    "referral": N_("People referred"),
    "joint_action": N_("Joint actions"),
    "pingpong": N_("Cases passed round"),
    "decision": N_("Decisions on status"),
    "case_decided": N_("Cases with a decision"),
}
CODES = {"first_responder_type": AGENCY_KINDS, "exploitation_type": FORMS, "age_at_exploitation": AGES, "gender": SEXES}
"""Our own codes in words; what a source printed is shown as it printed it."""


def said(dimension: str, value: str, translate: Any = str) -> str:
    """A value in words: codes of ours translated, printed ones as they are, a blank as "not recorded"."""
    words = CODES.get(dimension, {})
    if value and all(part in words for part in value.split(",")):
        return ", ".join(translate(words[part]) for part in value.split(","))
    return value or translate("not recorded")
