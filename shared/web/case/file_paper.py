"""The file of the person on paper, for whoever needs it outside: marked with who took it out and when."""

from shared.casework.person_file import OnFile
from shared.config.i18n import N_
from shared.protocol.case_file import About
from shared.web.case.person_view import Line, Row, Subject, sections
from shared.web.http.paper import Paper, PaperPart, PaperRow
from shared.web.text.phrases import Speaker

TITLE = N_("Copy of a file")
MARK = N_("%(who)s · %(when)s · %(mark)s")
FOOT = N_("Confidential. Give it to nobody else, and destroy it when it is not needed any more. %(mark)s")


def file_paper(file: tuple[OnFile, ...], to: Speaker, who: str, at: int, mark: str, language: str) -> Paper:
    """What is on file, as the page of the person shows it; the watermark says who took the copy."""
    say = to.say.translate
    parts = [
        PaperPart(_heading(group.label, subject), rows=tuple(_row(row, to) for row in subject.rows))
        for section in sections(file, to) for group in section.groups for subject in group.subjects
    ]  # fmt: skip
    marked = say(MARK) % {"who": who, "when": to.when(at), "mark": mark}
    return Paper(say(TITLE), language, marked, say(FOOT) % {"mark": mark}, (marked,), parts)


def _heading(label: str, subject: Subject) -> str:
    return label if subject.about == About.PERSON else f"{label} ({subject.label})"


def _row(row: Row, to: Speaker) -> PaperRow:
    return PaperRow(row.label, tuple(_line(one, to) for one in row.present) or (to.say.translate(N_("nothing any more")),))


def _line(one: Line, to: Speaker) -> str:
    return f"{one.text} – {one.by}, {to.when(one.at)}. {one.source}"
