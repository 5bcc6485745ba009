"""What stands in the code to be translated, and the catalogues brought in step with it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from deploy.dev.languages import command_line, terminal

FOLDERS = ("services", "shared", "deploy")
"""Where pages live and what they say, and what the terminal says."""
KEYWORDS = {"_": None, "N_": None, "translate": None, "gettext": None, "ngettext": (1, 2), "ntranslate": (1, 2)}
MARKED = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*\(".encode())
CATALOGUES = Path("shared/web/locale")
WIDTH = 140


def _of_code(file: BinaryIO, keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Babel's own way with Python, for files that mark something: three of four mark nothing, and to take one apart takes long."""
    if MARKED.search(file.read()):
        file.seek(0)
        yield from extract_python(file, keywords, tags, options)


METHODS: list[tuple[str, Any]] = [("**/templates/**.html", "jinja2"), ("**.py", _of_code)]


@cache
def template(root: Path) -> Catalog:
    """All that is marked for translation, with the files where it stands."""
    made = Catalog(domain="nrm", fuzzy=False)
    for folder in FOLDERS:
        for file, line, words, comments, context in extract_from_dir(root / folder, METHODS, keywords=KEYWORDS):
            made.add(words, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    for file, line, words in (*command_line.texts(root), *terminal.texts(root)):
        made.add(words, None, [(file, line)])
    return made


def catalogues(root: Path) -> Iterator[tuple[Path, Catalog]]:
    """Each language's file, and what it says."""
    for path in sorted((root / CATALOGUES).glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.stem, domain="nrm")


def update(root: Path) -> Iterator[tuple[Path, Catalog]]:
    """Brings each catalogue in step: new texts come in empty, those that nobody shows any more go out."""
    for path, words in catalogues(root):
        words.update(template(root), no_fuzzy_matching=True, keep_user_comments=True, update_creation_date=False)
        write(path, words)
        yield path, words


def write(path: Path, words: Catalog) -> None:
    """A catalogue as a file: in the order of the code, each text with its files. Lines move too often to be named."""
    words.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, words, width=WIDTH, include_lineno=False, ignore_obsolete=True)
