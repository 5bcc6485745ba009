"""What a check says, and what it looks at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from deploy.language_choice import translate
from deploy.saying import keeps_words
from deploy.saying import said as spoken

OURS = re.compile(r"%\(\w+\)s")
"""What a text has where something of `values` is to stand."""


class Severity(StrEnum):
    """Green: as it should be. Yellow: somebody should know. Red: it will not work, or work is being lost or held."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list."""

    what: str
    state: Severity
    said: str
    do: str = ""
    """What to do about it; empty where nothing is to be done."""


def green(what: str, said: str, /, **values: object) -> Finding:
    """As it should be."""
    return Finding(in_words(what, values), Severity.GREEN, in_words(said, values))


def yellow(what: str, said: str, do: str, /, **values: object) -> Finding:
    """It works; somebody should know."""
    return Finding(in_words(what, values), Severity.YELLOW, in_words(said, values), in_words(do, values))


def red(what: str, said: str, do: str, /, **values: object) -> Finding:
    """It does not work."""
    return Finding(in_words(what, values), Severity.RED, in_words(said, values), in_words(do, values))


def in_words(text: str, values: Mapping[str, object]) -> str:
    """A text of ours in the language of the terminal; what a broker or a database says stays as it is."""
    if keeps_words(text):
        return spoken(text, translate)
    return translate(text, **values) if OURS.search(text) else translate(text)
