"""What one may decide at the lead: name → use case and command, for the interface and the pages alike."""

from services.referral.handlers import basis as b
from services.referral.handlers import cases as h
from services.referral.handlers import conflict as k
from services.referral.handlers import consent as c
from services.referral.handlers import danger as g
from services.referral.handlers import ending as e
from services.referral.handlers import erasure as d
from services.referral.handlers import lead as l
from services.referral.handlers import pausing as w
from services.referral.handlers import pressure as p
from services.referral.handlers import statements as f
from services.referral.handlers import status as s
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
    "add-agency": Decision(h.add_agency, c.AddAgency),
    "ask-confidential": Decision(h.ask_confidential, c.AddAgency),
    "record-consent": Decision(c.record_consent, c.RecordConsent),
    "change-basis": Decision(b.change_basis, b.ChangeBasis),
    "send-there": Decision(g.send_there, g.SendThere),
    "settle-conflict": Decision(k.settle_conflict, k.SettleConflict),
    "review-danger": Decision(g.review_danger, g.ReviewDanger),
    "consult": Decision(c.consult, c.Consult),
    "withdraw": Decision(c.withdraw, c.Withdraw),
    "ask-to-lead": Decision(l.ask_to_lead, l.AskToLead),
    "take-back-lead": Decision(l.take_back_lead, l.OfTransfer),
    "hand-over-lead": Decision(l.hand_over_lead, c.OfCase),
    "see-lead": Decision(l.see_lead, l.OfTransfer),
    "take-lead": Decision(l.take_lead, l.OfTransfer),
    "decline-lead": Decision(l.decline_lead, l.DeclineLead),
    "decide-status": Decision(s.decide_status, s.DecideStatus),
    "state": Decision(f.state_facts, StateFacts),
    "ask": Decision(saying.ask_question, AskQuestion),
    "answer": Decision(saying.answer_question, AnswerQuestion),
    "arrange": Decision(saying.arrange, ArrangeMeeting),
    "ask-support": Decision(ask_support, AskSupport),
    "read-words": Decision(mark_read, ReadWords),
    "review-pressure": Decision(p.review_pressure, p.ReviewPressure),
    "start-joint-action": Decision(h.start_now, c.OfCase),
    "drop-task": Decision(h.drop_task, h.DropTask),
    "close": Decision(e.close_case, e.CloseCase),
    "reopen": Decision(e.reopen_case, e.ReopenCase),
    "ask-erasure": Decision(d.ask_erasure, d.AskErasure),
    "confirm-act": Decision(d.confirm_act, d.OfProposal),
    "refuse-act": Decision(d.refuse_act, d.OfProposal),
    "name-case": Decision(name_case, NameCase),
    "write-note": Decision(write_note, WriteNote),
    **RIGHTS,
    **WAITING,
    "pause-clock": Decision(w.pause_clock, w.PauseClock),
    **ACCOUNT,
    **KEEPING,
}
