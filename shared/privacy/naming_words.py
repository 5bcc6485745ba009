"""Words in a text that look as if they named somebody: where they stand, so that whoever typed them can look again. Pure.

A pointer and no rule: a name may be a word as well, and a text may name somebody in words that nobody knows here.
"""

import re
from collections.abc import Collection, Iterable

from shared.casework.search_terms import spellings, words

DIGITS = 6
"""In a row, but for what people write between: fewer are a year, a sum, a house."""
NUMBER = re.compile(r"\+?\d(?:[\s()./-]?\d)*")
MAIL = re.compile(r"\S+@\S+")
SHORTEST_WORD = 3
"""Letters of a name that is looked for: shorter ones are too often a word."""


def pointed_at(text: str, names: Iterable[str] = ()) -> list[int]:
    """The words, counted from one, that look like a telephone number, an e-mail address, or part of one of these names."""
    known = {one for name in names for word in words(name) if len(word) >= SHORTEST_WORD for one in spellings(word)}
    spans = [found.span() for found in MAIL.finditer(text)]
    spans += [found.span() for found in NUMBER.finditer(text) if sum(letter.isdigit() for letter in found[0]) >= DIGITS]
    return [n for n, found in enumerate(re.finditer(r"\S+", text), 1) if _within(found.span(), spans) or _named(found[0], known)]


def _within(word: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(begin < word[1] and word[0] < end for begin, end in spans)


def _named(word: str, known: Collection[str]) -> bool:
    """Whether a word is one of the names, or one with an ending, as languages put behind names: Milice, Milicu."""
    parts = [one for typed in words(word) for one in spellings(typed)]
    return any(part == name or _inflected(part, name) for part in parts for name in known)


def _inflected(part: str, name: str) -> bool:
    stem = name[:-1] if len(name) > SHORTEST_WORD else name
    return len(stem) >= SHORTEST_WORD and part.startswith(stem) and len(part) <= len(name) + 1
