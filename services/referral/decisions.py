"""What one may decide at the lead: name → use case and command, for the interface and the pages alike."""

from services.referral.handlers import basis as b
from services.referral.handlers import cases as h
from services.referral.handlers import consent as c
from services.referral.handlers.erasure import AskErasure, ask_erasure
from shared.decisions.decide import Decision

DECISIONS: dict[str, Decision] = {
    "add-agency": Decision(h.add_agency, c.AddAgency),
    "ask-confidential": Decision(h.ask_confidential, c.AddAgency),
    "record-consent": Decision(c.record_consent, c.RecordConsent),
    "change-basis": Decision(b.change_basis, b.ChangeBasis),
    "consult": Decision(c.consult, c.Consult),
    "withdraw": Decision(c.withdraw, c.Withdraw),
    "decide-status": Decision(h.decide_status, h.DecideStatus),
    "start-joint-action": Decision(h.start_now, c.OfCase),
    "drop-task": Decision(h.drop_task, h.DropTask),
    "close": Decision(h.close_case, h.CloseCase),
    "ask-erasure": Decision(ask_erasure, AskErasure),
}
