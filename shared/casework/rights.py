"""What every service with cases lets one decide about the rights of the person, and about papers that leave the system: name → use case
and command."""

from shared.casework import access_requests as a
from shared.casework import official_letters, person_card
from shared.casework import rights_requests as r
from shared.decisions.decide import Decision

RIGHTS: dict[str, Decision] = {
    "ask-access": Decision(a.ask_access, a.AskAccess),
    "go-on": Decision(a.go_on, a.GoOn),
    "release-copy": Decision(a.release_copy, a.ReleaseCopy),
    "take-copy": Decision(a.take_copy, a.TakeCopy),
    "end-request": Decision(r.end_request, r.EndRequest),
    "ask-correction": Decision(r.ask_correction, r.AskCorrection),
    "restrict": Decision(r.restrict, r.Restrict),
    "object": Decision(r.object_to_use, r.Object),
    "lift-restriction": Decision(r.lift_restriction, r.LiftRestriction),
    "erase-statement": Decision(r.ask_statement_erasure, r.EraseStatement),
    "export-file": Decision(r.export_file, r.ExportFile),
    "write-letter": Decision(official_letters.write_letter, official_letters.WriteLetter),
    "offer-card": Decision(person_card.offer_card, person_card.OfferCard),
    "answer-request": Decision(r.answer_request, r.AnswerRequest),
    "note-others-answer": Decision(r.note_others_answer, r.NoteOthersAnswer),
}
