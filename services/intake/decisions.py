"""What one may decide at intake: name → use case and command, for the interface and the pages alike."""

from services.intake.handlers import FileReport, file_report, state_facts
from shared.decisions.decide import Decision
from shared.decisions.own_record import NameCase, WriteNote, name_case, write_note
from shared.decisions.stating import StateFacts

DECISIONS: dict[str, Decision] = {
    "reports": Decision(file_report, FileReport),
    "state": Decision(state_facts, StateFacts),
    "name-case": Decision(name_case, NameCase),
    "write-note": Decision(write_note, WriteNote),
}
