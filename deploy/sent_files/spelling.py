"""One spelling for printed values that differ by blanks, case or composition alone: never a second agency that looks the same."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Key = tuple[str, str]
"""A column, and what all spellings of a value in it have in common."""


def tidy(printed: str) -> str:
    """The value without blanks around it, with one blank where there are several, composed: what its author meant to print."""
    return " ".join(unicodedata.normalize("NFC", printed).split())


def folded(printed: str) -> str:
    """What all spellings of a value have in common."""
    return tidy(printed).casefold()


@dataclass
class Spellings:
    """The spelling that stands for all of a value, for each value of each column."""

    chosen: dict[Key, str] = field(default_factory=dict[Key, str])

    @classmethod
    def of(cls, known: Mapping[str, Iterable[str]]) -> "Spellings":
        """Those of values that are known beforehand, by column."""
        return cls({(column, folded(value)): value for column, values in known.items() for value in values})

    def learn(self, column: str, printed: Iterable[str]) -> None:
        """Choose for each new value the spelling that a file prints most often, the first of several."""
        for spelling, _ in Counter(map(tidy, printed)).most_common():
            self.chosen.setdefault((column, folded(spelling)), spelling)

    def one(self, column: str, printed: str) -> str:
        """The spelling that stands for this one. Raises KeyError where it was not learnt."""
        return self.chosen[column, folded(printed)]
