"""What one may decide at intake: name → use case and command, for the interface and the pages alike."""

from services.intake.handlers.raids import ReportOneFound, report_one_found
from services.intake.handlers.reports import FileReport, file_report, state_facts
from shared.decisions import saying
from shared.decisions.account import ACCOUNT
from shared.decisions.decide import Decision
from shared.decisions.kept_for_proceedings import KEEPING
from shared.decisions.own_record import NameCase, WriteNote, name_case, write_note
from shared.decisions.rights import RIGHTS
from shared.decisions.saying import AnswerQuestion, ArrangeMeeting, AskQuestion, ReadWords, mark_read
from shared.decisions.stating import StateFacts
from shared.decisions.support import AskSupport, ask_support
from shared.decisions.waiting import WAITING

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
