"""Citizenship in the groups in which others ask for it (docs/domain.md, section 5.2). Pure."""

from enum import StrEnum

EU = frozenset(
    ("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT",
     "RO", "SK", "SI", "ES", "SE")
)  # fmt: skip
"""Member states of the European Union, ISO 3166, since February 2020."""


class CitizenshipGroup(StrEnum):
    """Of the reporting country, of the European Union, of any other, of none; or not known."""

    HOME = "home"
    EU = "eu"
    OTHER = "other"
    STATELESS = "stateless"
    UNKNOWN = "unknown"


def citizenship_group(nationality: str, home: str) -> CitizenshipGroup:
    """The group of a nationality as a report has it: a code of two letters, `stateless`, or anything else, which is not known to be of a
    group. `home`: the reporting country, ISO 3166; empty where the country file does not say it, and then nobody knows who is of it."""
    if nationality == "stateless":
        return CitizenshipGroup.STATELESS
    if not home or len(nationality) != 2 or not nationality.isascii() or not nationality.isupper():
        return CitizenshipGroup.UNKNOWN
    if nationality == home:
        return CitizenshipGroup.HOME
    return CitizenshipGroup.EU if nationality in EU else CitizenshipGroup.OTHER
