"""A language that is invented, is written from right to left and has every text in brackets: what stands outside of them nobody could have
translated. It is a catalogue and no code.

It has the texts of a catalogue that is kept in step with what is marked (`./nrm check`): to look for those takes fifty times as long.
"""

import re
from collections.abc import Callable
from pathlib import Path

from babel.messages import Catalog

from deploy.dev.languages.extraction import write
from shared.web.text.languages import FOLDER, read


def bracketed(text: str) -> str:
    """The invented words of a text: the same, in brackets, between the same spaces."""
    inside = text.strip()
    before, after = text[: text.index(inside[:1])] if inside else text, text[len(text.rstrip()) :]
    return f"{before}⟦{inside}⟧{after}"


def shouted(text: str) -> str:
    """Invented words for what is read from paper, where a line breaks and brackets turn: the same, without a small letter."""
    return "".join(part if n % 2 else part.upper() for n, part in enumerate(re.split(r"(%\(\w+\)[sd]|%%|\{\w*\}|<[^<>]*>|&\w+;)", text)))


def invented(folder: Path, marked: Catalog | None = None, said: Callable[[str], str] = bracketed) -> Path:
    """A catalogue of each text that is marked, or of these."""
    made = Catalog("ar", header_comment="# Invented.\n# Reviewed by: nobody")
    for message in marked or read(FOLDER / "fi.po"):
        if isinstance(message.id, str) and message.id:
            made.add(message.id, said(message.id), flags=message.flags)
        elif message.id:
            made.add(message.id, tuple(said(message.id[1]) for _ in range(made.num_plurals)), flags=message.flags)
    write(folder / "ar.po", made)
    return folder
