"""Which language somebody at a terminal asks for, before a catalogue is read: most commands need none.

`./nrm --language fi …` says which, else NRM_LANGUAGE, else what the machine is set to (LC_ALL, LC_MESSAGES, LANG).
"""

import os
from collections.abc import Callable

CHOSEN = "NRM_LANGUAGE"
OF_THE_MACHINE = ("LC_ALL", "LC_MESSAGES", "LANG")
_speaks: list[Callable[..., str]] = []
"""Who puts texts into other words, once there is somebody."""


def asked() -> tuple[str, str]:
    """What is named, and the tag of what the machine is set to; each empty where there is none."""
    return os.environ.get(CHOSEN, ""), _tag(next((os.environ[name] for name in OF_THE_MACHINE if os.environ.get(name)), ""))


def as_in_the_code() -> bool:
    """Whether that is English, in which the texts stand in the code."""
    named, machine = asked()
    return (named or machine or "en").lower().partition("-")[0] == "en"


def spoken_by(words: Callable[..., str]) -> None:
    """From here on this puts texts into other words than English. Who brings it knows catalogues (`terminal_language`), so that whatever
    says a sentence, down to the smallest, need not."""
    _speaks[:] = [words]


def translate(text: str, /, **values: object) -> str:
    """A text in that language, filled in where it has placeholders; as it stands in the code for English, and until somebody speaks
    another. Raises Trouble where a language is named that there is not."""
    if as_in_the_code() or not _speaks:
        return text % values if values else text
    return _speaks[0](text, **values)


def _tag(locale: str) -> str:
    """A POSIX locale as the web names it: sr_RS.UTF-8@latin is sr-Latn-RS; C and POSIX are none."""
    name, _, variant = locale.partition("@")
    language, _, territory = name.partition(".")[0].partition("_")
    if language in ("", "C", "POSIX"):
        return ""
    script = {"latin": "Latn", "cyrillic": "Cyrl"}.get(variant.lower(), "")
    return "-".join(part for part in (language, script, territory) if part)
