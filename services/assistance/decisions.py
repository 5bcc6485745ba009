"""What one may decide at assistance: name → use case and command, for the interface and the pages alike."""

from services.assistance.handlers import answers as a
from services.assistance.handlers import handoffs as h
from services.assistance.handlers import messages as w
from services.assistance.handlers import statements as s
from shared.casework.account import ACCOUNT
from shared.casework.kept_for_proceedings import KEEPING
from shared.casework.own_record import NameCase, WriteNote, name_case, write_note
from shared.casework.rights import RIGHTS
from shared.casework.saying import AnswerQuestion, AskQuestion, ReadWords, mark_read
from shared.casework.stating import StateFacts
from shared.casework.waiting import WAITING
from shared.decisions.decide import Decision

DECISIONS: dict[str, Decision] = {
    "acknowledge": Decision(h.acknowledge, h.OfHandoff, on_page="open"),
    "accept": Decision(h.accept, h.OfHandoff),
    "advise": Decision(h.advise, h.Advise),
    "decline": Decision(h.decline, h.Decline),
    "send-on": Decision(a.send_on, a.SendOn),
    "offer": Decision(a.offer, a.Offer),
    "agree-offer": Decision(a.agree_offer, h.OfHandoff),
    "refuse-offer": Decision(a.refuse_offer, h.OfHandoff),
    "give-back": Decision(h.give_back, h.Decline),
    "ask-info": Decision(h.ask_info, h.AskInfo),
    "supply-info": Decision(h.supply_info, h.OfHandoff),
    "request": Decision(h.request_handoff, h.RequestHandoff),
    "give-up": Decision(h.give_up, h.OfHandoff),
    "revoke": Decision(h.revoke, h.OfHandoff),
    "take-action": Decision(h.take_action, h.TakeAction),
    "complete": Decision(h.complete, h.Complete),
    "state": Decision(s.state_facts, StateFacts),
    "ask": Decision(w.ask_question, AskQuestion),
    "answer": Decision(w.answer_question, AnswerQuestion),
    "arrange": Decision(w.arrange, w.ArrangeAtPoint),
    "ask-support": Decision(w.ask_support, w.AskSupportFromHere),
    "read-words": Decision(mark_read, ReadWords),
    "plan-task": Decision(h.plan_task, h.PlanTask),
    "begin-task": Decision(h.begin_task, h.OfTask, on_page="begin"),
    "complete-task": Decision(h.complete_task, h.CompleteTask, on_page="complete"),
    "drop-task": Decision(h.drop_task, h.OfTask, on_page="drop"),
    "name-case": Decision(name_case, NameCase),
    "write-note": Decision(write_note, WriteNote),
    **RIGHTS,
    **WAITING,
    **ACCOUNT,
    **KEEPING,
}
