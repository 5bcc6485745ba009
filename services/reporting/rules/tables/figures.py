"""Figures: pure functions from counted facts to tables (docs/domain.md, section 5.7). No framework, no database."""

from collections.abc import Iterable, Sequence

from shared.config.i18n import N_, WordedError

DIMENSIONS = (
    "quarter", "first_responder_type", "first_responder", "exploitation_type", "age_at_exploitation", "gender", "nationality",
)  # fmt: skip
"""By what referrals may be counted; values as the source printed them, byte for byte."""
RELEASED = ("first_responder_type", "exploitation_type", "age_at_exploitation", "gender", "nationality")
"""By what referrals are released, each by quarter. Single first responders are in the restricted view alone."""
Cell = tuple[tuple[str, ...], int]
"""The values of the dimensions asked for, and the people who have them all."""


class UnknownDimension(WordedError, ValueError):
    """Referrals are not counted by this; the message says by what they are."""


def listed(words: str) -> tuple[str, ...]:
    """`quarter, gender` → what is asked for, in that order, each once."""
    return tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


def dimensions(words: str) -> tuple[str, ...]:
    """`quarter,gender` → the dimensions asked for, in that order, each once. Raises UnknownDimension."""
    asked = listed(words)
    if unknown := [word for word in asked if word not in DIMENSIONS]:
        raise UnknownDimension(
            N_("Referrals are not counted by %(thing)s; choose from %(there)s."), thing=unknown[0], there=", ".join(DIMENSIONS)
        )
    return asked


def rows(by: Sequence[str], cells: Iterable[Cell]) -> list[dict[str, str | int]]:
    """The table as rows in the order of their values; cells of the same values become one row."""
    counted: dict[tuple[str, ...], int] = {}
    for values, people in cells:
        counted[values] = counted.get(values, 0) + people
    return [{**dict(zip(by, values, strict=True)), "people": people} for values, people in sorted(counted.items())]
