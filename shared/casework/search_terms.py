"""How words are made alike, so that people find what was written otherwise: pure.

Case and accents fall away, Cyrillic is read as Latin: Đorđe, Ђорђе, Djordje and Dorde find each other, s finds š, a finds å. What is
searched for is found by its first three letters or more; what is shorter by the whole word alone.
"""

import re
from collections.abc import Iterator
from unicodedata import combining, normalize

SHORTEST_TERM, LONGEST_TERM = 3, 24
"""Letters of the beginnings that are found: whoever types fewer means a whole word, whoever types more is as sure."""
WORDS_AT_MOST = 40
"""Of one value."""
LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "z", "з": "z", "и": "i", "ј": "j", "к": "k", "л": "l",
    "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h",
    "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "ѓ": "g", "ѕ": "dz", "ќ": "k", "й": "j", "щ": "sc", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "ju", "я": "ja", "ё": "jo", "і": "i", "ї": "ji", "є": "je", "ґ": "g", "ў": "u",
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n",
}  # fmt: skip
"""Letters that no accent tells apart; đ is read in two ways, below."""
BREAKS = re.compile(r"[\W_]+")


def words(text: str) -> list[str]:
    """The words of a text as somebody types them, made alike; of a word with marks inside (7/26, Ana-Marija) the letters together."""
    return [word for part in _alike(text).split() if (word := BREAKS.sub("", part))]


def spellings(word: str) -> frozenset[str]:
    """What a word made alike may have been meant as: people write đ as dj, and as d."""
    return frozenset({word.replace("đ", "dj"), word.replace("đ", "d")})


def sought(word: str) -> frozenset[str]:
    """The terms of which one must be there for a word that is searched for."""
    return frozenset(one[:LONGEST_TERM] for one in spellings(word))


def terms(kind: str, value: str) -> frozenset[str]:
    """All by which a value is found: beginnings of its words, and of their parts; and the whole of it, as this kind of thing."""
    found = {whole(kind, value)} if words(value) else set[str]()
    for word in _all_words(value):
        for one in spellings(word):
            found |= {one[:n] for n in range(SHORTEST_TERM, LONGEST_TERM + 1) if n <= len(one)} if len(one) >= SHORTEST_TERM else {one}
    return frozenset(found)


def whole(kind: str, value: str) -> str:
    """The term of a value that is known exactly."""
    return f"={kind}:{' '.join(words(value)).replace('đ', 'dj')}"


def _all_words(value: str) -> Iterator[str]:
    """Each word, and where marks part it its parts as well."""
    for part in _alike(value).split()[:WORDS_AT_MOST]:
        pieces = [piece for piece in BREAKS.split(part) if piece]
        yield from dict.fromkeys(("".join(pieces), *pieces)) if pieces else ()


def _alike(text: str) -> str:
    folded = normalize("NFC", normalize("NFKC", text).casefold())
    latin = "".join(LATIN.get(letter, letter) for letter in folded)
    return "".join(letter for letter in normalize("NFD", latin) if not combining(letter))
