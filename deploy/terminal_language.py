"""In which language the terminal speaks: the one that is asked for (`language_choice`), English where there is no catalogue of it.

Whatever programs read (JSON, log lines, exit codes) is the same in every language.
"""

import atexit
import gettext
import os
import shutil
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from babel.messages.mofile import write_mo

from deploy.language_choice import asked, spoken_by
from deploy.trouble import Trouble
from shared.web.text import cyrillic
from shared.web.text.languages import LANGUAGES, Language, chosen, in_cyrillic, read

DOMAIN = "nrm"
MAGIC = b"\x95\x04\x12\xde", b"\xde\x12\x04\x95"
"""What a compiled catalogue begins with, by byte order (GNU gettext, the format of MO files)."""


def spoken() -> Language:
    """The language of this process's terminal. Raises Trouble where one is named that the pages do not have."""
    return _chosen(*asked())


@cache
def _chosen(named: str, machine: str) -> Language:
    if named and not any(one.tag.lower() == named.lower() for one in LANGUAGES):
        raise Trouble(
            "There is no language %(named)s. There are: %(there)s.",
            named=f"{named!r}",
            there=", ".join(one.tag for one in LANGUAGES),
        )
    return chosen(named, machine, LANGUAGES)


def lend() -> None:
    """From here on libraries that use gettext, as Typer does, speak it too. Raises Trouble where there is no such language."""
    language = spoken()
    if language.catalogue is None:
        return
    os.environ["LANGUAGE"] = language.locale  # what gettext asks first
    gettext.bindtextdomain(DOMAIN, str(compiled(language)))
    gettext.textdomain(DOMAIN)


def translate(text: str, /, **values: object) -> str:
    """The words of a text in that language, filled in where it has placeholders."""
    said = _words(spoken()).gettext(text) if text else text
    return said % values if values else said


def ntranslate(one: str, many: str, num: int, /, **values: object) -> str:
    """The words for so many, of a text that counts by `%(num)s`."""
    return _words(spoken()).ngettext(one, many, num) % {"num": num, **values}


@cache
def _words(language: Language) -> gettext.NullTranslations:
    if language.catalogue is None:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, compiled(language), [language.locale])


def compiled(language: Language) -> Path:
    """Where a catalogue lies as gettext reads it; made once for each state of it: to read one takes a second that a command should not.

    Where the cache cannot be written it is made in a folder of this process.
    """
    assert language.catalogue is not None
    made_from = (language.catalogue, cyrillic.EXCEPTIONS, Path(cyrillic.__file__))
    state = sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()[:16]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nrm" / f"words-{state}"
    try:
        _compile(language, folder)
    except OSError:
        folder = _scratch()
        _compile(language, folder)
    return folder


def _compile(language: Language, folder: Path) -> None:
    """Raises OSError where it cannot be read or made there, as in a cache that another account has filled."""
    place = folder / language.locale / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if place.exists() and _whole(place):
        return
    assert language.catalogue is not None
    words = read(language.catalogue)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as beside:
        made = Path(beside, place.name)
        with made.open("wb") as file:
            write_mo(file, in_cyrillic(words, language.locale) if language.in_cyrillic else words)
        made.rename(place)  # whole, or not at all: another command may read it meanwhile


def _whole(place: Path) -> bool:
    """Whether it is a catalogue: after a power cut it may be empty. Raises OSError where it cannot be read."""
    with place.open("rb") as file:
        return file.read(4) in MAGIC


@cache
def _scratch() -> Path:
    folder = tempfile.mkdtemp(prefix="nrm-words-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


spoken_by(translate)
