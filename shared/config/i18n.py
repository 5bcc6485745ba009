"""The mark of a text that is translated, and what whoever shows it can say in another language: an error, and a part of a sentence."""

from collections.abc import Iterable


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


class WordedError(Exception):
    """What is wrong, in one sentence: in English as it stands, with its words and what stands in them beside it."""

    def __init__(self, words: str, /, **values: object) -> None:
        """`words`: marked for translation where they are written, with named placeholders."""
        super().__init__(words % values if values else words)
        self.words, self.values = words, values


class Clause(str):
    """A sentence, or a part of one, that stands in another: in English as it stands, with its words and what stands in them beside it."""

    words: str
    values: dict[str, object]

    def __new__(cls, words: str, /, **values: object) -> "Clause":
        """`words`: marked for translation where they are written, with named placeholders."""
        one = super().__new__(cls, words % values if values else words)
        one.words, one.values = words, values
        return one


def in_a_row(clauses: Iterable[str]) -> Clause:
    """Several clauses as one."""
    found = dict(enumerate(clauses))
    return Clause("; ".join(f"%(c{n})s" for n in found), **{f"c{n}": one for n, one in found.items()})
