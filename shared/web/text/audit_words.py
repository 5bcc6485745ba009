"""The audit in words for people: what was looked at, and what was done. It keeps routes and names of the code; nobody reads those."""

from collections.abc import Callable, Mapping

from shared.config.i18n import N_

PAGES: Mapping[str, str] = {
    "/reports/{case}": N_("the report"), "/cases/{case}": N_("the case"), "/cases/{case}/handoffs/{handoff}": N_("a request in it"),
    "/cases/{case}/tasks/{task}": N_("a task in it"), "/cases/{case}/request": N_("the form to ask another agency"),
    "/cases/{case}/address": N_("the page where the address is opened"), "/lead/{case}": N_("the case, as its lead"),
    **{f"{cases}/{{case}}/person": N_("what is known of the person") for cases in ("/reports", "/cases", "/lead")},
    **{f"{cases}/{{case}}/person/{{group}}": N_("the form to state something of the person") for cases in ("/reports", "/cases", "/lead")},
    "/reports/{case}/own": N_("what your agency keeps of it for itself"),
    "/cases/{case}/own": N_("what your agency keeps of it for itself"),
    "/lead/{case}/own": N_("what your agency keeps of it for itself"),
    "/lead/{case}/{decision}": N_("the page that says what a decision would do"),
    "/search/found/{name}/{service}/{case}": N_("it among what a search had found"),
    "/access/{service}/{case}": N_("who has seen it"), "/assignments/{service}/{case}": N_("who has it"),
}  # fmt: skip
"""The pages of a case, by their addresses."""
BY_PROGRAM, TO_DECIDE, OTHER = N_("the case, through a program"), N_("to decide something in it"), N_("a page about it")
DONE: Mapping[str, str] = {
    "file_report": N_("reported the person"), "acknowledge": N_("opened a request"), "accept": N_("accepted a request"),
    "advise": N_("answered a question"), "decline": N_("declined a request"),
    "give_back": N_("gave a request back"), "ask_info": N_("asked for what is missing"),
    "give_up": N_("said that nothing more is needed"),
    "supply_info": N_("supplied what was missing"), "request_handoff": N_("asked another agency"), "revoke": N_("took a request back"),
    "take_action": N_("recorded what was done"), "complete": N_("finished a request"), "plan_task": N_("planned a task"),
    "begin_task": N_("began a task"), "complete_task": N_("completed a task"), "drop_task": N_("dropped a task"),
    "add_agency": N_("invited an agency"), "ask_confidential": N_("asked a confidential agency"),
    "record_consent": N_("recorded consent"), "change_basis": N_("changed the basis of the case"),
    "consult": N_("asked for advice"), "withdraw": N_("recorded that consent is withdrawn"),
    "decide_status": N_("decided on status"), "start_now": N_("started the joint action"), "close_case": N_("closed the case"),
    "reopen_case": N_("reopened the case"), "state_facts": N_("stated something of the person"),
    "name_case": N_("changed the own label or reference"), "write_note": N_("wrote a note of the own agency"),
    "ask_erasure": N_("asked for erasure"), "confirm_act": N_("confirmed as second officer what cannot be undone"),
    "confirmed_alone": N_("confirmed it alone, since nobody else did in time"),
    "refuse_act": N_("said that it must not be done"), "taken": N_("took the case"), "assigned": N_("assigned it to"),
    "unassigned": N_("took it away from"),
    "released": N_("it is nobody’s again, since they have the role no more, or left:"), "break-glass": N_("opened it with a reason"),
    "searched": N_("searched among all cases"), "looked-for-same": N_("asked whether there is a case of the same person"),
    "reviewed": N_("reviewed that somebody opened it"), "erased": N_("erased what is kept of the person"),
    "erasing-refused": N_("could not erase: a hold or a law stands against it"), "held": N_("put a legal hold on it"),
    "hold-lifted": N_("lifted the legal hold"), "told-again": N_("disclosed again what had been erased"),
    "seen-uncounted": N_("said that they have seen that a decision did not count"),
    "set_aside": N_("set a record aside that could not be applied"),
}  # fmt: skip
"""What was done, by what the audit calls it."""


def looked_at(route: str, translate: Callable[[str], str]) -> str:
    """What somebody asked to see or do, of a route as the audit names it, `GET /reports/{case}`."""
    method, _, path = route.partition(" ")
    if path.startswith("/api/"):
        return translate(BY_PROGRAM)
    return translate(TO_DECIDE if method == "POST" else PAGES.get(path, OTHER))


def done(act: str, translate: Callable[[str], str]) -> str:
    """What somebody did, of an act as the audit names it; what is erased of a part says so alike."""
    return translate(DONE.get(act) or DONE.get(act.partition("-")[0]) or OTHER)
