"""An official letter on paper: number, date, sender, recipient, what the officer writes, and what of the file it repeats."""

from dataclasses import dataclass

from shared.casework.official_letters import WriteLetter
from shared.casework.person_file import OnFile
from shared.config.i18n import N_
from shared.protocol.case_file import About
from shared.web.case.person_view import sections
from shared.web.http.paper import Paper, PaperPart, PaperRow
from shared.web.text.phrases import Speaker

SUBJECT = N_("Request for cooperation")
OURS, DATE = N_("Our reference"), N_("Date")
SENDER, TO, PHONE = N_("From"), N_("To"), N_("Phone: %(phone)s")
SIGNED = N_("For the agency")
ABOUT = N_("About the person")
MARK = N_("%(number)s · %(when)s")
FOOT = N_("Confidential. For the recipient alone; give it to nobody else. %(number)s")


@dataclass(frozen=True, slots=True)
class LetterHead:
    """What a letter has besides its words: its number in the register, when, who signs, in which language."""

    number: str
    at: int
    officer: str
    agency: str
    language: str


def letter_paper(said: WriteLetter, file: tuple[OnFile, ...], head: LetterHead, to: Speaker) -> Paper:
    """The letter. Its subject and its file say nothing of what it is about."""
    say, phone = to.say.translate, to.country.phone_of(head.agency)
    around = (
        PaperRow(say(OURS), (head.number,)),
        PaperRow(say(DATE), (to.when(head.at),)),
        PaperRow(say(SENDER), (to.name(head.agency), *([say(PHONE) % {"phone": phone}] if phone else []))),
        PaperRow(say(TO), (said.to, *_lines(said.address))),
    )
    parts = [PaperPart(say(SUBJECT), _lines(said.words), around)]
    if rows := _repeated(said, file, to):
        parts.append(PaperPart(say(ABOUT), rows=rows))
    parts.append(PaperPart(say(SIGNED), (head.officer, to.name(head.agency))))
    marked = say(MARK) % {"number": head.number, "when": to.when(head.at)}
    return Paper(say(SUBJECT), head.language, marked, say(FOOT) % {"number": head.number}, (), parts)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())


def _repeated(said: WriteLetter, file: tuple[OnFile, ...], to: Speaker) -> tuple[PaperRow, ...]:
    chosen = tuple(one for one in file if one.group in said.groups)
    return tuple(
        PaperRow(row.label if subject.about == About.PERSON else f"{row.label} ({subject.label})", tuple(one.text for one in row.present))
        for section in sections(chosen, to) for group in section.groups for subject in group.subjects for row in subject.rows if row.present
    )  # fmt: skip
