"""A sentence that keeps its words and its values until it is shown, so that whoever shows it says it in the reader's language."""

from collections.abc import Callable

QUOTED = 300
"""Characters that a sentence quotes of a file at most: a cell, or the names of all its columns, may have millions."""


class FileSaying(str):
    """What is said of a file: an English sentence that knows its words and what stands in them, so that a page says it in another
    language."""

    words: str
    values: dict[str, object]

    def __new__(cls, words: str, **values: object) -> "FileSaying":
        """`words`: marked for translation where they are written, with named placeholders."""
        values = {name: _quoted(value) for name, value in values.items()}
        one = super().__new__(cls, words % values if values else words)
        one.words, one.values = words, values
        return one


def _quoted(value: object) -> object:
    """What stands in a sentence. A sentence in it is whole."""
    if not isinstance(value, str) or isinstance(value, FileSaying) or len(value) <= QUOTED:
        return value
    return f"{value[:QUOTED]}…"


def said(what: str, translate: Callable[[str], str]) -> str:
    """The sentence in another language, and whatever sentence stands in it."""
    if not isinstance(what, FileSaying):
        return what
    values = {name: said(value, translate) if isinstance(value, str) else value for name, value in what.values.items()}
    return translate(what.words) % values if values else translate(what.words)
