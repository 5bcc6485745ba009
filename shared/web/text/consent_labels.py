"""The codes of consent, and of what is kept without it, in plain words; `words` has them too."""

from shared.config.i18n import N_

GROUNDS: dict[str, str] = {
    "life": N_("A life is in danger"),
    "health": N_("Serious harm to health threatens"),
    "captivity": N_("The person is held, or may be taken away"),
    "others": N_("Other people are in danger"),
    "unable": N_("The person cannot be asked"),
}
"""Why something is disclosed without consent."""

MONTHS: dict[str, str] = {"": N_("Until it is withdrawn"), "3": N_("3 months"), "6": N_("6 months"), "12": N_("12 months")}
"""How long consent holds."""

CLASSES: dict[str, str] = {
    "D0": N_("who does what by when"),
    "D1": N_("minimum profile"),
    "D2": N_("signs and forms of exploitation"),
    "D3": N_("identity"),
    "D4": N_("contact"),
    "D5": N_("location"),
    "D6": N_("health"),
    "D7": N_("criminal justice"),
    "D8": N_("immigration status"),
    "D9": N_("statistics"),
}

KEPT: dict[str, str] = {
    "criminal_procedure": N_("Criminal procedure"),
    "child_protection": N_("Protection of a child"),
    "health_record": N_("The duty to keep health records"),
    "legal_hold": N_("The agency holds the case: a claim, a complaint or a court’s order"),
}
"""By which law an agency keeps what was disclosed to it."""
