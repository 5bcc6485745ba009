"""What one may decide at intake: name → use case and command, for the interface and the pages alike."""

from services.intake.handlers.raids import ReportOneFound, report_one_found
from services.intake.handlers.reports import FileReport, file_report, state_facts
from shared.casework import saying
from shared.casework.account import ACCOUNT
from shared.casework.kept_for_proceedings import KEEPING
from shared.casework.own_record import NameCase, WriteNote, name_case, write_note
from shared.casework.rights import RIGHTS
from shared.casework.saying import AnswerQuestion, ArrangeMeeting, AskQuestion, ReadWords, mark_read
from shared.casework.stating import StateFacts
from shared.casework.support import AskSupport, ask_support
from shared.casework.waiting import WAITING
from shared.decisions.decide import Decision

DECISIONS: dict[str, Decision] = {
    "reports": Decision(file_report, FileReport),
    "found-together": Decision(report_one_found, ReportOneFound),
    "state": Decision(state_facts, StateFacts),
    "ask": Decision(saying.ask_question, AskQuestion),
    "answer": Decision(saying.answer_question, AnswerQuestion),
    "arrange": Decision(saying.arrange, ArrangeMeeting),
    "ask-support": Decision(ask_support, AskSupport),
    "read-words": Decision(mark_read, ReadWords),
    "name-case": Decision(name_case, NameCase),
    "write-note": Decision(write_note, WriteNote),
    **RIGHTS,
    **WAITING,
    **ACCOUNT,
    **KEEPING,
}
