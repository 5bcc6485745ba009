"""In which language the terminal says what somebody reads who need not be an engineer: figures, promises, their definitions.

`./nrm --language fi …` says which, else NRM_LANGUAGE, else what the machine is set to (LC_ALL, LC_MESSAGES, LANG); English where there is
no catalogue. Whatever programs read (JSON, log lines, exit codes) is the same in every language.
"""

import os
from collections.abc import Callable
from functools import cache

from deploy.trouble import Trouble
from shared.web.text.languages import LANGUAGES, Language, chosen, translations

CHOSEN = "NRM_LANGUAGE"
OF_THE_MACHINE = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken() -> Language:
    """The language of this process's terminal. Raises Trouble where one is named that the pages do not have."""
    named = os.environ.get(CHOSEN, "")
    if named and not any(one.tag.lower() == named.lower() for one in LANGUAGES):
        raise Trouble(f"There is no language {named!r}. There are: {', '.join(one.tag for one in LANGUAGES)}.")
    machine = next((os.environ[name] for name in OF_THE_MACHINE if os.environ.get(name)), "")
    return chosen(named, _tag(machine))


def translate(text: str) -> str:
    """The words of a text in that language."""
    return _words(spoken())(text)


@cache
def _words(language: Language) -> Callable[[str], str]:
    return translations(language).gettext


def _tag(locale: str) -> str:
    """A POSIX locale as the web names it: sr_RS.UTF-8@latin is sr-Latn-RS; C and POSIX are none."""
    name, _, variant = locale.partition("@")
    language, _, territory = name.partition(".")[0].partition("_")
    if language in ("", "C", "POSIX"):
        return ""
    script = {"latin": "Latn", "cyrillic": "Cyrl"}.get(variant.lower(), "")
    return "-".join(part for part in (language, script, territory) if part)
