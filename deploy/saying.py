"""A sentence that keeps its words and its values until it is shown, so that whoever shows it says it in the reader's language."""

from shared.config.i18n import Clause, said

__all__ = ["FileSaying", "said"]
QUOTED = 300
"""Characters that a sentence quotes of a file at most: a cell, or the names of all its columns, may have millions."""


class FileSaying(Clause):
    """What is said of a file: an English sentence that knows its words and what stands in them, so that a page says it in another
    language."""

    def __new__(cls, words: str, /, **values: object) -> "FileSaying":
        """`words`: marked for translation where they are written, with named placeholders."""
        one = super().__new__(cls, words, **{name: _quoted(value) for name, value in values.items()})
        assert isinstance(one, FileSaying)
        return one


def _quoted(value: object) -> object:
    """What stands in a sentence. A sentence in it is whole."""
    if not isinstance(value, str) or isinstance(value, Clause) or len(value) <= QUOTED:
        return value
    return f"{value[:QUOTED]}…"
