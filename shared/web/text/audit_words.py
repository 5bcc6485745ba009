"""The audit in words for people: what was looked at, and what was done. It keeps routes and names of the code; nobody reads those."""

from collections.abc import Callable, Mapping

from shared.config.i18n import N_

PAGES: Mapping[str, str] = {
    "/reports/{case}": N_("the report"), "/cases/{case}": N_("the case"), "/cases/{case}/handoffs/{handoff}": N_("a request in it"),
    "/cases/{case}/tasks/{task}": N_("a task in it"), "/cases/{case}/request": N_("the form to ask another agency"),
    "/cases/{case}/address": N_("the page where the address is opened"), "/lead/{case}": N_("the case, as its lead"),
    **{f"{cases}/{{case}}/person": N_("what is known of the person") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/person/{{group}}": N_("the form to state something of the person") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/words/{{handoff}}": N_("what was said on a request") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/words/{{handoff}}/{{act}}": N_("the form to say something on it") for cases in ("/reports", "/cases", "/lead")},
    "/reports/{case}/own": N_("what your agency keeps of it for itself"),
    "/cases/{case}/own": N_("what your agency keeps of it for itself"),
    "/lead/{case}/own": N_("what your agency keeps of it for itself"),
    "/rights": N_("what people ask of their data"),
    **{f"{cases}/{{case}}/fields": N_("the case field by field, to copy it") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/letter": N_("the form of an official letter") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/card": N_("the card for the person") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/rights": N_("what the person asked of their data") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/waits": N_("what waits, and why") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/rights/{{decision}}": N_("a form about what the person asks") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/account": N_("the account of the exploitation") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/account/{{version}}": N_("a version of that account") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/documents": N_("the documents of the case") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/documents/new/{{kind}}": N_("the form to attach a document") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/documents/{{document}}": N_("a document of the case") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/documents/{{document}}/content": N_("the content of a document") for cases in ("/reports", "/cases", "/lead")},
    "/lead/{case}/withdraw": N_("the page that says what a decision would do"),
    "/lead/{case}/{decision}": N_("the page that says what a decision would do"),
    **{f"{cases}/{{case}}/keeping": N_("what is kept of it for proceedings") for cases in ("/reports", "/cases", "/lead")},
    "/search/found/{name}/{service}/{case}": N_("it among what a search had found"),
    "/access/{service}/{case}": N_("who has seen it"), "/restricted/{service}/{case}": N_("who alone may see it"),
    "/restricted/{service}/{case}/access": N_("who has seen it"), "/assignments/{service}/{case}": N_("who has it"),
}  # fmt: skip
"""The pages of a case, by their addresses."""
BY_PROGRAM, TO_DECIDE, OTHER = N_("the case, through a program"), N_("to decide something in it"), N_("a page about it")
DONE: Mapping[str, str] = {
    "file_report": N_("reported the person"), "report_one_found": N_("reported one of several people"),
    "acknowledge": N_("opened a request"), "accept": N_("accepted a request"),
    "advise": N_("answered a question"), "decline": N_("declined a request"),
    "send_on": N_("sent a request on"), "offer": N_("offered something else"), "agree_offer": N_("agreed to what was offered"),
    "refuse_offer": N_("refused what was offered"), "give_back": N_("gave a request back"), "ask_info": N_("asked for what is missing"),
    "give_up": N_("said that nothing more is needed"),
    "supply_info": N_("supplied what was missing"), "request_handoff": N_("asked another agency"), "revoke": N_("took a request back"),
    "take_action": N_("recorded what was done"), "complete": N_("finished a request"), "plan_task": N_("planned a task"),
    "begin_task": N_("began a task"), "complete_task": N_("completed a task"), "drop_task": N_("dropped a task"),
    "add_agency": N_("invited an agency"), "ask_confidential": N_("asked a confidential agency"),
    "record_consent": N_("recorded consent"), "change_basis": N_("changed the basis of the case"),
    "settle_conflict": N_("said whom to invite although a suspect may be close to staff"),
    "send_there": N_("named who goes to somebody in danger"), "review_danger": N_("looked again at danger without consent"),
    "ask_to_lead": N_("asked another agency to lead"), "take_back_lead": N_("took back the request to lead"),
    "hand_over_lead": N_("handed over the lead"), "see_lead": N_("opened a request to lead"), "take_lead": N_("agreed to lead"),
    "decline_lead": N_("declined to lead"),
    "consult": N_("asked for advice"), "withdraw": N_("recorded that consent is withdrawn"),
    "review_pressure": N_("looked at a mark of pressure"),
    "decide_status": N_("decided on status"), "start_now": N_("started the joint action"), "close_case": N_("closed the case"),
    "reopen_case": N_("reopened the case"), "state_facts": N_("stated something of the person"),
    "ask_question": N_("asked another agency something"), "answer_question": N_("answered a question of another agency"),
    "arrange": N_("arranged something with another agency"),
    "ask_support": N_("asked another agency for a ride, a room or an interpreter"), "mark_read": N_("said that messages are read"),
    "name_case": N_("changed the own label or reference"), "write_note": N_("wrote a note of the own agency"),
    "explain_delay": N_("said why something waits"), "pause_clock": N_("paused a clock"),
    "ask_access": N_("wrote down that the person asks for a copy"),
    "go_on": N_("talked to the person alone: the request goes on"), "release_copy": N_("decided on the copy for the person"),
    "ask_correction": N_("wrote down that something is wrong"), "restrict": N_("restricted what is kept"),
    "object_to_use": N_("wrote down that the person objects"), "lift_restriction": N_("lifted a restriction"),
    "ask_statement_erasure": N_("asked that one statement is erased"), "answer_request": N_("answered what the person asked"),
    "erased-statement": N_("erased one statement"),
    "export_file": N_("took a copy of the file out"), "note_others_answer": N_("wrote down what another agency answered"),
    "take_copy": N_("took the copy for the person"), "end_request": N_("wrote down that a request was taken back"),
    "write_account": N_("wrote down what the person told"), "release_account": N_("released what the person told to an agency"),
    "attach_document": N_("attached a document"), "looked-at-document": N_("looked into a document"),
    "took-document": N_("took a copy of a document out"), "sent-document-anew": N_("had a document sent once more"),
    "hold_account": N_("named proceedings, so that the account is held"), "end_hold": N_("said that proceedings are over"),
    "name_proceedings": N_("named the proceedings for which it is kept"),
    "end_keeping": N_("said that no proceedings keep it any more"),
    "erase_account": N_("had a version of the account erased"),
    "ask_erasure": N_("asked for erasure"), "confirm_act": N_("confirmed as second officer what cannot be undone"),
    "confirmed_alone": N_("confirmed it alone, since nobody else did in time"),
    "refuse_act": N_("said that it must not be done"), "taken": N_("took the case"), "assigned": N_("assigned it to"),
    "unassigned": N_("took it away from"),
    "restricted": N_("restricted it"), "restriction-lifted": N_("ended the restriction"), "named": N_("let see it, restricted:"),
    "named-by-head": N_("named as head of the agency, to be confirmed:"), "named-confirmed": N_("confirmed that they may see it:"),
    "named-refused": N_("said that they must not see it:"), "named-no-more": N_("may not see it any more:"),
    "released": N_("it is nobody’s again, since they have the role no more, or left:"), "break-glass": N_("opened it with a reason"),
    "partner-read": N_("read a partner’s report"),
    "partner-taken": N_("took a partner’s report up"), "partner-aside": N_("set a partner’s report aside"),
    "draft-given": N_("gave a report that was begun to"),
    "searched": N_("searched among all cases"), "looked-for-same": N_("asked whether there is a case of the same person"),
    "sampled": N_("drew it among a sample of what the own agency wrote"),
    "asked-for-same": N_("asked whether there is a case of this person, and was told of none"),
    "reviewed": N_("reviewed that somebody opened it"), "erased": N_("erased what is kept of the person"),
    "erasing-refused": N_("could not erase: a hold or a law stands against it"), "held": N_("put a legal hold on it"),
    "account-held": N_("kept the account from being erased: proceedings run"),
    "hold-lifted": N_("lifted the legal hold"), "told-again": N_("disclosed again what had been erased"),
    "write_letter": N_("wrote an official letter to somebody outside"),
    "took-letter-again": N_("took the paper of an official letter once more"),
    "offer_card": N_("offered the person a card"), "card-paper": N_("gave the person a card"),
    "card-read": N_("read the card aloud to the person"), "card-refused": N_("noted that the person does not want a card"),
    "card-status": N_("told the person how things are"),
    "took-caseload": N_("took the list of their cases out"),
    "chose-notices": N_("chose how to be told of new work"), "gave-notice-address": N_("gave an address for notices"),
    "proved-notice-address": N_("proved that an address for notices is theirs"),
    "forgot-notice-address": N_("took an address for notices away"),
    "seen-uncounted": N_("said that they have seen that a decision did not count"),
    "set_aside": N_("set a record aside that could not be applied"),
}  # fmt: skip
"""What was done, by what the audit calls it."""


ASIDE_REASONS: Mapping[str, str] = {
    "spam": N_("it is not meant seriously"), "not_ours": N_("it is about something else, and the right office is told"),
    "too_little": N_("it says too little, and nobody can be asked"), "twice": N_("it was reported already"),
}  # fmt: skip
"""Why a partner's report was set aside: what stands behind the act."""


def looked_at(route: str, translate: Callable[[str], str]) -> str:
    """What somebody asked to see or do, of a route as the audit names it, `GET /reports/{case}`."""
    method, _, path = route.partition(" ")
    if path.startswith("/api/"):
        return translate(BY_PROGRAM)
    said = TO_DECIDE if method == "POST" else PAGES.get(path, OTHER)
    return translate(said)


def done(act: str, translate: Callable[[str], str]) -> str:
    """What somebody did, of an act as the audit names it; what is erased of a part says so alike."""
    return translate(DONE.get(act) or DONE.get(act.partition("-")[0]) or OTHER)
