"""Which language somebody at a terminal asks for, before a catalogue is read: most commands need none.

`./nrm --language fi …` says which, else NRM_LANGUAGE, else what the machine is set to (LC_ALL, LC_MESSAGES, LANG).
"""

import os

CHOSEN = "NRM_LANGUAGE"
OF_THE_MACHINE = ("LC_ALL", "LC_MESSAGES", "LANG")


def asked() -> tuple[str, str]:
    """What is named, and the tag of what the machine is set to; each empty where there is none."""
    return os.environ.get(CHOSEN, ""), _tag(next((os.environ[name] for name in OF_THE_MACHINE if os.environ.get(name)), ""))


def as_in_the_code() -> bool:
    """Whether that is English, in which the texts stand in the code."""
    named, machine = asked()
    return (named or machine or "en").lower().partition("-")[0] == "en"


def translate(text: str, /, **values: object) -> str:
    """A text in that language, filled in where it has placeholders; no catalogue is read for English. Raises Trouble where a language is
    named that there is not."""
    if as_in_the_code():
        return text % values if values else text
    from deploy.terminal_language import translate

    return translate(text, **values)


def _tag(locale: str) -> str:
    """A POSIX locale as the web names it: sr_RS.UTF-8@latin is sr-Latn-RS; C and POSIX are none."""
    name, _, variant = locale.partition("@")
    language, _, territory = name.partition(".")[0].partition("_")
    if language in ("", "C", "POSIX"):
        return ""
    script = {"latin": "Latn", "cyrillic": "Cyrl"}.get(variant.lower(), "")
    return "-".join(part for part in (language, script, territory) if part)
