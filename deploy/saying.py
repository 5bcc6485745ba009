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


def keeps_words(what: object) -> bool:
    """Whether it is a sentence, or a clause, that can be said in another language: one of ours, or one of the system's
    (`shared.config.i18n.Clause`), which who is at the bottom of everything does not import."""
    return isinstance(what, str) and hasattr(what, "words")


def said(what: object, translate: Callable[[str], str]) -> str:
    """The sentence in another language, and whatever sentence stands in it."""
    if not keeps_words(what):
        return str(what)
    words, held = str(getattr(what, "words", "")), getattr(what, "values", {})
    values = {name: said(value, translate) if isinstance(value, str) else value for name, value in held.items()}
    return translate(words) % values if values else translate(words)
