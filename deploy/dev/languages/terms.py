"""The terms of a catalogue, for a native speaker who reads it through."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message

from deploy.dev.languages.extraction import CATALOGUES, catalogues
from deploy.trouble import Trouble

TERM = 4
"""Words that a term has at most; longer texts are sentences."""


class Term(NamedTuple):
    """What stands in the code, what the language says, and in which files."""

    english: str
    said: str
    files: str


def terms(root: Path, locale: str, all: bool = False) -> list[Term]:
    """The terms of a language by the alphabet of English, or all its texts. Raises Trouble where there is no such catalogue."""
    there = dict(catalogues(root))
    path = root / CATALOGUES / f"{locale.replace('-', '_')}.po"
    if path not in there:
        known = ", ".join(sorted(one.stem for one in there))
        raise Trouble(
            "There is no catalogue %(path)s in %(catalogues)s; there are %(known)s.", path=path.name, catalogues=CATALOGUES, known=known
        )
    return sorted(_terms(there[path], all), key=lambda term: term.english.casefold())


def _terms(words: Catalog, all: bool) -> Iterator[Term]:
    for message in words:
        english = _text(message.id)
        if english and (all or len(english.split()) <= TERM):
            yield Term(english, _text(message.string), _files(message))


def _text(said: str | Sequence[str] | None) -> str:
    return said if isinstance(said, str) else " / ".join(said or ())


def _files(message: Message) -> str:
    return " ".join(sorted({path for path, _ in message.locations}))
