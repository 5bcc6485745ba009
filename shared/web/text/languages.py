"""The languages of the pages: each is a catalogue in `locale/`, and no code. English is what stands in the code.

A file `locale/fi.po` makes Finnish there, under the name that its own speakers give it and in the direction of its script. Three lines of
the comment that it begins with are read: `Reviewed by:` which native speaker has read it through ("nobody" yet), `Alphabet:` in which order
its letters are sorted, and `Cyrillic:` which language is made from it by rule (`cyrillic.py`).
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global, parse_locale
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from shared.web.text import cyrillic
from shared.web.text.compiled_words import kept
from shared.web.text.cyrillic import AZBUKA, to_cyrillic

FOLDER = Path(__file__).parent.parent / "locale"
NOBODY = "nobody"
MOST_ASKED = 20
"""Languages of a header that are looked at."""


@dataclass(frozen=True)
class Language:
    """A language of the pages: its tag in HTML, Babel's name of it, what its speakers call it, and its catalogue if it has one."""

    tag: str
    locale: str
    name: str
    catalogue: Path | None = None
    in_cyrillic: bool = False
    """Whether it is what the catalogue says, in Cyrillic."""
    reviewed: bool = True
    """Whether a native speaker has read it through."""
    alphabet: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        """In which direction it is written: ltr or rtl."""
        return Locale.parse(self.locale).text_direction

    def name_in(self, names: Mapping[str, str], otherwise: str) -> str:
        """What has these names, by tag, is called in this language: in Cyrillic what its Latin says, else the name that is given."""
        latin = names.get(_tag(self.catalogue.stem)) if self.in_cyrillic and self.catalogue else None
        return names.get(self.tag) or (to_cyrillic(latin) if latin else otherwise)

    def sorting(self, text: str) -> tuple[tuple[int, str], ...]:
        """By what its speakers sort words: letters of its alphabet in their order, others as the letter that they are made of."""
        return tuple(self._letters(text.casefold()))

    def _letters(self, text: str) -> Iterator[tuple[int, str]]:
        most, at = max((len(one) for one in self.alphabet), default=1), 0
        while at < len(text):
            letter = next((text[at : at + n] for n in range(most, 0, -1) if text[at : at + n] in self.alphabet), text[at])
            at += len(letter)
            plain = letter if letter in self.alphabet else unicodedata.normalize("NFKD", letter)[0]
            yield (self.alphabet.index(plain) if plain in self.alphabet else ord(plain) - 0x110000, plain)


ENGLISH = Language("en", "en_GB", "English", alphabet=tuple("abcdefghijklmnopqrstuvwxyz"))


def languages(folder: Path = FOLDER) -> tuple[Language, ...]:
    """English, and what there are catalogues for, by their own names."""
    return (ENGLISH, *(language for path in sorted(folder.glob("*.po"), key=lambda path: own_name(path.stem)) for language in _of(path)))


def _of(path: Path) -> Iterator[Language]:
    """What a catalogue makes: its own language, and that in Cyrillic where it says so."""
    said = remarks(path)
    reviewed = said.get("Reviewed by", NOBODY) != NOBODY
    alphabet = tuple(said.get("Alphabet", "").split())
    yield Language(_tag(path.stem), path.stem, own_name(path.stem), path, False, reviewed, alphabet)
    if made := said.get("Cyrillic"):
        yield Language(_tag(made), made, own_name(made), path, True, reviewed, AZBUKA)


def remarks(path: Path) -> dict[str, str]:
    """What the comment at the head of a catalogue says: name → value. The words behind it are not read."""
    with path.open(encoding="utf-8") as lines:
        said = [line.lstrip("# ").partition(": ") for line in takewhile(lambda line: line.startswith("#"), lines)]
    return {name: value.strip() for name, colon, value in said if colon}


def _tag(locale: str) -> str:
    return locale.replace("_", "-")


def own_name(locale: str) -> str:
    """What the speakers of a language call it."""
    name = Locale.parse(locale).get_display_name() or locale
    return name[:1].upper() + name[1:]


@cache
def read(path: Path) -> Catalog:
    """A catalogue, read once: a tenth of a second for all the words of the pages."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, domain="nrm")


@cache
def translations(language: Language) -> NullTranslations:
    """The words of a language; a text that its catalogue lacks stays as it is in the code."""
    if language.catalogue is None:
        return NullTranslations()
    made_of = made_of_files(language.catalogue)
    return Translations(BytesIO(kept(language.locale, made_of, partial(_compiled, language, language.catalogue))), domain="nrm")


def made_of_files(catalogue: Path) -> tuple[Path, ...]:
    """All files that decide what the words of a catalogue come to, in either script: where one changes, they are made again."""
    return (catalogue, Path(__file__), Path(cyrillic.__file__), cyrillic.EXCEPTIONS)


def _compiled(language: Language, catalogue: Path) -> bytes:
    words, compiled = read(catalogue), BytesIO()
    write_mo(compiled, in_cyrillic(words, language.locale) if language.in_cyrillic else words)
    return compiled.getvalue()


def in_cyrillic(words: Catalog, locale: str) -> Catalog:
    """A Serbian catalogue in the other script."""
    made = Catalog(locale, domain="nrm")
    for message in words:
        if message.id:
            made[message.id] = Message(message.id, _spelled(message.string), flags=message.flags, context=message.context)
    return made


def _spelled(said: str | Sequence[str] | None) -> str | tuple[str, ...]:
    return to_cyrillic(said) if isinstance(said, str) else tuple(to_cyrillic(one) for one in said or ())


LANGUAGES = languages()


def chosen(remembered: str, header: str, ours: Sequence[Language] = LANGUAGES) -> Language:
    """What the person chose, else what the browser asks for (Accept-Language), else the first."""
    asked = [remembered, *_asked_for(header)[:MOST_ASKED]]
    return next((found for tag in asked if (found := _spoken(tag, ours))), ours[0])


def _asked_for(header: str) -> list[str]:
    """The tags of an Accept-Language header, most wanted first, without those that are not wanted."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.strip().lower()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(ranked, key=lambda each: each[0]) if tag and weight < 0]


def _spoken(tag: str, ours: Sequence[Language]) -> Language | None:
    """Ours for a tag, in the script that it names or that is usual there, else in the first that we have.

    By Unicode's likely subtags: `sr` and `sr-RS` are written in Cyrillic, which is the official script there and what browsers set to
    Serbian show themselves; `sr-Latn-RS` and `sr-ME` are written in Latin. Croatian and Bosnian are languages of their own.
    """
    try:
        language, territory, script = parse_locale(tag, sep="-")[:3]
    except ValueError:
        return None
    same = [one for one in ours if Locale.parse(one.locale).language == language]
    script = script or _usual_script(language, territory)
    return next((one for one in same if Locale.parse(one.locale).script in (None, script)), None) or next(iter(same), None)


def _usual_script(language: str, territory: str | None) -> str | None:
    likely: Any = get_global("likely_subtags")
    found: str | None = likely.get(f"{language}_{territory}") or likely.get(language)
    return parse_locale(found)[2] if found else None
