"""Numbers of people as offices print them: grouped by thousands, with a decimal nought from a spreadsheet, or suppressed at the source."""

import re
from collections.abc import Iterable

from deploy.saying import FileSaying
from shared.config.i18n import N_

LARGEST_COUNT = 999_999
PLAIN = re.compile(r"[1-9][0-9]{0,5}")
NOUGHT = re.compile(r"([1-9][0-9]{0,5})[.,]0{1,2}")
GROUPED = re.compile(r"([1-9][0-9]{0,2})([ .,'’\u00a0\u202f])([0-9]{3})")
SUPPRESSED = re.compile(r"c|\[c\]|\*{1,2}|\.{2,3}|…|:|\[u\]|<\s*[0-9]{1,3}", re.IGNORECASE)
"""Marks of statistical offices for a number that is known and not shown: the UK's [c], Eurostat's c and :, and their kin."""


class NoCount(ValueError):
    """This is no number of people; the message says why."""


def suppressed(printed: str) -> bool:
    """Whether the source knows this number and does not show it: neither a number nor a mistake."""
    return SUPPRESSED.fullmatch(printed) is not None


def grouping(printed: Iterable[str]) -> frozenset[str]:
    """The signs that group thousands in this column beyond doubt: people are whole, so 1,234 is no decimal fraction."""
    matches = (GROUPED.fullmatch(one) for one in printed)
    return frozenset(match[2] for match in matches if match and match[3] != "000")


def people(printed: str, groups: frozenset[str] = frozenset()) -> int:
    """How many people are meant, where that is one thing. `groups`: what groups thousands in the column. Raises NoCount."""
    if PLAIN.fullmatch(printed):
        return int(printed)
    if nought := NOUGHT.fullmatch(printed):
        return int(nought[1])
    if grouped := GROUPED.fullmatch(printed):
        whole, sign, rest = grouped.groups()
        if sign in ".," and rest == "000" and sign not in groups:
            raise NoCount(
                FileSaying(
                    N_("people is '%(printed)s', which may be %(one)s or %(other)s: print it without '%(sign)s'"),
                    printed=printed, one=whole + rest, other=whole, sign=sign,
                )
            )  # fmt: skip
        return int(whole + rest)
    raise NoCount(FileSaying(N_("people is '%(printed)s', not a whole number from 1 to %(most)s"), printed=printed, most=LARGEST_COUNT))
