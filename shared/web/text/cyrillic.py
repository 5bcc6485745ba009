"""Serbian in Cyrillic, made from Serbian in Latin by rule: thirty letters, and a list of what stays or is spelled apart.

    to_cyrillic("Nadživeo je <b>%(name)s</b>")     # "Надживео је <b>%(name)s</b>"

What a program reads stays: placeholders, tags, entities, addresses, code names. So do the words of `locale/cyrillic.toml` (names, short
forms that stay in Latin even there), words with letters that Serbian lacks, and units. Three of the letters are
written with two in Latin; the same file lists the stems in which two such letters are two sounds.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

EXCEPTIONS = Path(__file__).parent.parent / "locale" / "cyrillic.toml"
LETTERS = {"lj": "љ", "nj": "њ", "dž": "џ"} | dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True))
LETTER = re.compile("|".join(LETTERS), re.IGNORECASE)
AZBUKA = tuple("абвгдђежзијклљмнњопрстћуфхцчџш")
"""The letters in their order."""
APART = "\u200c"
"""Stands between two letters that are two sounds, while a word is spelled; Serbian never writes it."""
STAYS = re.compile(
    r"%%|%\(\w+\)[sd](?:/[a-z]+\b)*|%[sd]|\{[^{}\s]*\}"  # placeholders
    r"|`[^`]*`|\[blue\]"  # what somebody types, and a mark of the terminal
    r"|<[^<>]*>|&\w+;"  # tags, entities
    r"|\b\w+://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:\w+\.)+(?:org|com|eu|rs|fi|se)\b"  # addresses
    r"|\bdocs/[\w/.-]*\w(?:, \"[^\"]+\")?|\bvar/[\w/.-]*\w|\bCtrl-C\b|\bHOST:PORT\b"  # files and their chapters, keys that one presses
    r"|\b[\w.-]+\.(?:csr|db|env|json|key|lock|md|ms|pem|toml)\b|\brs-[a-z-]+"  # files, names of settings, ids
    r"|\./nrm(?: (?:agency|announce|doctor|parked|list|rebuild|referrals|report|revoke|serve|topics|generation|verify)\b)*"  # commands
    r"|--[a-z-]+|\B/[a-z/-]+|\bapt install [\w-]+|\btimedatectl set-ntp true|\b\w+\(\)"  # options, paths, commands of a machine
    r"|\b[A-Z_]+=\w+|\b\w*[_\d]\w*\b|\b[A-Z]+-\d+\b"  # names of settings with what they are set to, codes such as D3 or UTF-8
    r"|\A(?:h|min|s|d|ms)\Z|(?<=\d )(?:h|min|s|d|ms|kB|MB|KiB|MiB|GB)\b"  # units, alone or behind a number
    r"|(?<=\)s )(?:h|min|s|d|ms|MiB)(?=$|[.,;:)]| \()"  # or behind the placeholder of one
    r"|\b\w*[qwxyQWXYäöåÄÖÅ]\w*\b"  # words of other languages
)
WORD = re.compile(r"[^\W\d_]+")


@cache
def _exceptions() -> tuple[frozenset[str], re.Pattern[str]]:
    """The words that stay, and what finds the places where two letters are two sounds."""
    listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    stems = [re.escape(left) + r"(?=" + re.escape(right) + ")" for left, right in (stem.split("|") for stem in listed["apart"])]
    return frozenset(listed["stays"]), re.compile("|".join(f"(?:{stem})" for stem in stems), re.IGNORECASE)


def to_cyrillic(text: str) -> str:
    """The same text in Serbian Cyrillic."""
    made, at = "", 0
    for kept in STAYS.finditer(text):
        made += WORD.sub(_word, text[at : kept.start()]) + kept.group()
        at = kept.end()
    return made + WORD.sub(_word, text[at:])


def _word(found: re.Match[str]) -> str:
    word = found.group()
    stays, apart = _exceptions()
    if word in stays:
        return word
    return LETTER.sub(_letter, apart.sub(lambda left: left.group() + APART, word)).replace(APART, "")


def _letter(found: re.Match[str]) -> str:
    latin = found.group()
    letter = LETTERS[latin.lower()]
    return letter.upper() if latin[0].isupper() else letter
