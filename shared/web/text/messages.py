"""Every rule that a request can break, in words that say what to do. Codes stay in code; words go through gettext."""

from typing import NamedTuple

from shared.config.i18n import N_
from shared.web.text.account_messages import OF_ACCOUNT
from shared.web.text.danger_messages import OF_DANGER
from shared.web.text.document_words import OF_DOCUMENTS
from shared.web.text.draft_messages import OF_DRAFTS
from shared.web.text.handoff_messages import OF_HANDOFFS
from shared.web.text.letter_words import OF_LETTERS
from shared.web.text.message_reasons import BY_CODE as BETWEEN_AGENCIES
from shared.web.text.notice_words import OF_NOTICES
from shared.web.text.restricted_messages import OF_RESTRICTED_CASES
from shared.web.text.rights_words import BROKEN
from shared.web.text.search_messages import OF_SEARCH
from shared.web.text.waiting_messages import OF_WAITING


class Reason(NamedTuple):
    """What a request that breaks a rule is answered."""

    status: int
    """Of HTTP."""
    words: str
    """What it means and what to do."""


_BY_CODE = {
    **BROKEN,
    "no-such-case": (404, N_("Your agency has no case here. It may have left the case, or the address is wrong.")),
    "no-such-tab": (404, N_("A case has no such page. Choose one of its tabs: now, its way, the words, who is in it, its history.")),
    "case-unassigned": (403, N_("Nobody has this case yet. Take it first, or ask your supervisor to assign it.")),
    "not-your-role": (403, N_("Your role at your agency does not include this. An administrator of your agency gives roles.")),
    "not-audited": (503, N_("Who reads a case is written down, and that is not possible now. Cases are not shown until it is.")),
    "no-such-case-to-open": (422, N_("There is no such case here, or more than one fits. Give its reference or its id.")),
    "glass-reason-needed": (422, N_("Say in at most 500 plain characters why you must see this case. Name no person.")),
    "nothing-to-review": (404, N_("There is nothing to review here, or somebody has done it already.")),
    "not-by-oneself": (403, N_("Somebody else must do this: nobody reviews or promotes themselves.")),
    "unknown-officer": (422, N_("Choose an officer of the list, or give the id that the issuer has for them.")),
    "officer-takes-no-cases": (
        422,
        N_("This officer has no role in which cases are read: with them nobody would see it any more. Choose another officer."),
    ),
    "no-such-decision": (404, N_("No decision that did not count waits for you here. Somebody may have said that they have seen it.")),
    "no-such-handoff": (404, N_("This case has no such hand-off.")),
    "no-capacity-said": (
        409,
        N_("Your agency does not say whether it takes somebody for this need: it is confidential, or does not help with it."),
    ),
    "no-such-task": (404, N_("This case has no such task.")),
    "case-parked": (
        409,
        N_(
            "A record of this case could not be applied here. Nobody at your agency can decide in it until that is mended, so that nothing "
            "is decided on half a picture. What was decided before is kept. Your administrator finds the record under “Parked records”."
        ),
    ),
    "not-parked": (404, N_("This record is not parked, or not any more.")),
    "only-waits-behind": (409, N_("This record only waits behind an earlier one of its case. Deal with that one; this one then follows.")),
    "says-who-is-in": (
        409,
        N_(
            "This record says who is in the case. It cannot be set aside: people’s data could then go to an agency that has left. "
            "Mend the cause and try again."
        ),
    ),
    "reason-needed": (422, N_("Say why you set this record aside, in at most 500 plain characters. Name no person.")),
    "officer-needed": (422, N_("Say which officer decides this.")),
    "awaits-checkpoint": (
        503,
        N_("The lead agency has not put this case on the new log yet. What you see is as it was before; you can decide once it has."),
    ),
    "confidential-already": (409, N_("A confidential agency of this kind takes part in the case already.")),
    "beyond-mandate": (
        422,
        N_("The mandate of this agency allows nothing of what is ticked. Tick what it may be told, or choose another agency."),
    ),
    "nobody-to-tell": (
        422, N_("You named an agency, and for this reason nobody of another agency is told. Choose the reason that is meant, or “Nobody”."),
    ),
    "no-basis": (
        422,
        N_(
            "Nothing on record lets this agency be told for this purpose. Ask the person, and record the consent first; or say on which "
            "ground it must be told without consent; or consult it without saying who it is about."
        ),
    ),
    "not-back-with-you": (
        409,
        N_("This request is not back with your agency: somebody was asked again since, or it was settled already. Open it to see."),
    ),
    "only-who-is-here": (
        422,
        N_(
            "In this case your agency and the lead act alone: nobody else can be asked here. Ask the lead; it asks others in the person’s "
            "main case."
        ),
    ),
    "in-the-main-case": (
        409, N_("This is a side case with a confidential agency alone. Decide in the main case: what is decided there reaches this one."),
    ),
    "withheld": (
        422,
        N_("The person does not want this agency, or agencies of its kind, to be told. If that has changed, record the consent first."),
    ),
    "withheld-lead": (
        422,
        N_(
            "The agency that leads all cases is of this kind, and is told of each. Leave it out of this answer; for an adult who does not "
            "want it to be told, answer that there is no consent."
        ),
    ),
    "withheld-guardian": (
        422,
        N_(
            "A child’s guardian authority is of this kind, and is told by law: nobody else can decide for the child. Leave it out of this "
            "answer. If the child fears one office there, call the lead agency before you send the report."
        ),
    ),
    "not-asked-of-a-child": (
        422,
        N_(
            "A child, or somebody whose age is not sure, is not asked for consent: the report goes without it. Choose “Not asked”; "
            "if it is an adult, choose that as the age."
        ),
    ),
    "only-with-consent": (
        422,
        N_(
            "This answer says what a consent covers, and this report goes without consent, so it would bind nobody. Take it back "
            "(choose the first answer offered); if an adult has consented, answer so above. Who must not be told can be said in any case."
        ),
    ),
    "no-ground-needed": (
        422,
        N_(
            "A ground is stated only for an adult in danger who has not consented, and this report is of somebody else: it would be "
            "left out. Take it back, or look at the answers on danger, age and consent."
        ),
    ),
    "statements-later": (
        409,
        N_(
            "This case was opened before anything could be stated of the person in it, and some members would not understand it. File a "
            "new report of the person, with what is known now; then close this case."
        ),
    ),
    "statement-no-field": (422, N_("The case file has no such field. Choose one that the form offers.")),
    "statement-of-another": (
        422,
        N_("This field does not speak of whom it is said to. It is of the person, or of one who is numbered, as in dependant:1."),
    ),
    "statement-does-not-fit": (
        422, N_("This is not written as the field asks for, is empty, or is too long. Nothing was recorded; look at it and send it again."),
    ),
    "statement-takes-back": (
        422, N_("What is taken back is named, and no value is given with it. To say something else, correct it instead."),
    ),
    "statement-shelter-address": (
        422,
        N_(
            "This says where your house is. Its address is in no message and on no file of a person: whoever must come asks you. Leave it "
            "out; nothing was recorded."
        ),
    ),
    "statement-unknown": (
        409, N_("What you correct or take back is not on file here, is of another field, or was taken back. State this anew instead."),
    ),
    "statement-corrected": (
        409, N_("What you correct or take back was corrected meanwhile. Look at what the case file shows now, and correct that if needed."),
    ),
    "statement-not-yours": (
        403,
        N_("Your agency cannot state this: who takes a step of proceedings, or acts in them for the person, does. Nothing was recorded."),
    ),
    "statement-not-yet": (422, N_("This day has not been yet. State it when it has happened; nothing was recorded.")),
    "statement-erased": (
        409, N_("What was told of the person in this class is erased at your agency, so nothing more of it can be kept here."),
    ),
    "anonymous-case": (
        409,
        N_(
            "The person did not consent to this report, so nobody can be invited on it, only consulted. If the person consents now, "
            "turns out to be a child, or is in danger now, record that first: “Consent, age or danger has changed”."
        ),
    ),
    "basis-of-protocol-1": (
        409,
        N_(
            "This case was opened before its basis could change, and some members would not understand it. File a new report of the "
            "person, with what is known now; then close this case."
        ),
    ),
    "basis-of-the-main-case": (
        409, N_("This is the case of one confidential agency alone. Record it in the case beside which it stands; it follows by itself."),
    ),
    "basis-as-it-is": (
        422,
        N_(
            "The case goes on this basis already, so nothing would change. To let one more agency be told, or to leave one out, use "
            "“Record that the person consents” or “The person withdraws consent”."
        ),
    ),
    "say-consent": (422, N_("For an adult, say whether the person consents.")),
    "language-needed": (422, N_("Say in which language the person consented.")),
    "nothing-to-withdraw": (
        409,
        N_(
            "This agency met the person, and the case goes without consent: there is none to withdraw. "
            "Close the case if nothing more is to be done."
        ),
    ),
    "not-in-the-case": (409, N_("This agency is not in the case.")),
    "not-the-lead": (
        409,
        N_(
            "Another agency leads this case since you opened the page. Nothing was recorded. Open the case to see who leads it, and tell "
            "them."
        ),
    ),
    "cannot-lead": (
        422,
        N_("This agency cannot lead the case: no desk there leads cases, it leads already, or it opened the case. Choose another."),
    ),
    "lead-of-protocol-1": (
        409, N_("This case was opened under an earlier version of the rules, in which the lead does not change."),
    ),
    "lead-stays-for-now": (
        409,
        N_(
            "The lead stays where it is for now: another agency is asked to lead already, a confidential agency is asked or helps, or the "
            "case is paused. Settle that first."
        ),
    ),
    "lead-stays": (409, N_("Without the lead agency there is no case. Close it instead.")),
    "would-be-superseded": (409, N_("As the case stands this is not possible. Open it to see what is.")),
    "case-closed": (
        409,
        N_(
            "This case is closed, and nothing is decided in it any more. If the person needs help again, the lead agency can reopen it, "
            "or you file a new report."
        ),
    ),
    "closing-unanswered": (
        409,
        N_(
            "Something in this case is open and has no answer yet: a request, or a task. Say of each what becomes of it, then close the "
            "case. Somebody may have asked or planned it since you opened the page."
        ),
    ),
    "act-waits": (409, N_("This was asked for already in this case, and waits for a second officer. Confirm it, or take it back.")),
    "no-such-act": (404, N_("There is nothing in this case that waits for a second officer.")),
    "act-decided": (409, N_("This was confirmed or refused already. The case’s page says by whom.")),
    "second-officer-needed": (
        403,
        N_(
            "You asked for this yourself. Another officer of your agency must look at it and confirm it. Only if nobody does so in the "
            "time that the country gives for it may you confirm it alone."
        ),
    ),
    "no-pressure": (409, N_("No mark of pressure waits in this case. Somebody of your agency may have looked at it already.")),
    "no-such-note": (404, N_("Your agency has no such note in this case. Open the page of its notes anew, and choose one of them.")),
    "note-corrected": (
        409,
        N_("Somebody has corrected this note already. Open the page of the notes anew, and correct the correction where it is wrong."),
    ),
    "nothing-is-kept": (
        409, N_("What was kept of the person in this case is erased, so nothing more can be kept of it here. Nothing was saved."),
    ),
    "not-closed": (409, N_("This case is open. There is nothing to reopen.")),
    "reopen-erased": (
        409,
        N_(
            "What was told of the person in this case is erased, so it cannot go on. If the person needs help again, file a new report."
        ),
    ),
    "closed-for-good": (
        409,
        N_(
            "This case was opened under an earlier version of the rules, in which a closed case cannot be reopened. If the person needs "
            "help again, file a new report."
        ),
    ),
    "status-decided": (409, N_("This is decided already.")),
    "status-names-another": (
        409,
        N_(
            "This stage is decided already. A new decision takes the place of the one in force, and names it: open the page of the case "
            "again, read that decision, then decide anew."
        ),
    ),
    "identified": (422, N_("The decision on status in force says that the person is a victim. Choose another reason, or decide anew.")),
    "nothing-found": (422, N_("A positive decision rests on something that was found or told. Choose on what, or decide negatively.")),
    "same-officer": (
        422,
        N_(
            "You decided the first stage of this status yourself. Let another officer decide this one; or, where your agency has nobody "
            "else, say why you decide both."
        ),
    ),
    "status-too-early": (409, N_("The conclusive decision comes after the one on reasonable grounds. Record that one first.")),
    "joint-under-way": (409, N_("The agencies have been brought together already. What is open stands in the joint plan.")),
    "joint-tasks-open": (409, N_("Tasks of the joint plan are open. The joint action ends when they have ended.")),
    "no-joint-action": (409, N_("No joint action is under way in this case.")),
    "would-be-refused": (403, N_("Your agency may not do this in this case.")),
    "would-be-stale": (409, N_("The case has moved on. Open it again, then decide.")),
    "would-be-repeated": (409, N_("This was done already.")),
    "too-few-agencies": (409, N_("Joint action takes two agencies at least: wait for another to accept, or invite one.")),
    "not-asked": (403, N_("This hand-off was asked of another agency.")),
    "handoff-expired": (
        409,
        N_("The time for this hand-off has run out: it went back to the agency that asked. If you can help, ask the lead to invite you."),
    ),
    "never-a-ground": (422, N_("This is never a ground to decline. Accept, or ask for what is missing while the clock runs.")),
    "name-competent": (422, N_("Name the agency that is competent instead.")),
    "unknown-agency": (422, N_("The directory has no such agency to ask. Choose one from the list.")),
    "leads-itself": (
        409,
        N_(
            "Your agency leads this case, and asks others on its own page of it (“Cases you lead”): only there it is known what the person "
            "agreed to."
        ),
    ),
    "identification-is-asked": (
        422, N_("Identification is the lead agency’s own, and was asked for with the report. Say what else the person needs."),
    ),
    "not-its-mandate": (
        422,
        N_(
            "The mandate of this agency does not cover this need. Choose an agency that helps with it; this one can be asked for advice "
            "on it."
        ),
    ),
    "asked-already": (
        409,
        N_(
            "This agency has been asked for the same in this case and has not answered yet. Wait for its answer, call it, or have the "
            "request taken back by who asked."
        ),
    ),
    "held-already": (
        409,
        N_("This agency has accepted the same in this case already and is responsible for it. What it does stands in the case."),
    ),
    "to-oneself": (422, N_("Choose another agency than your own.")),
    "address-not-needed": (
        409, N_("The address is opened only for a case that is open and in which your agency has accepted a request. Accept it first."),
    ),
    "no-address-yet": (409, N_("Nobody has written down where your house is, or it cannot be read any more. A supervisor writes it down.")),
    "address-not-closed": (409, N_("The address cannot be kept here: there is no keystore to close it with. Tell your administrator.")),
    "say-whom-told": (422, N_("Choose the agency whose colleague you will tell the address.")),
    "form-used": (
        409, N_("Something else was recorded under this form before. What was sent now is not recorded."),
    ),
    "form-used-before": (
        409,
        N_(
            "This form was sent before, and it cannot be seen any more whether it was the same: what it said was erased, or the database "
            "was put back. What was sent now is not recorded."
        ),
    ),
    "form-of-another": (
        409,
        N_("This form was sent before, in a case that is not yours. What was sent now is not recorded. Open the page anew to send it."),
    ),
    "sent-lately": (
        409,
        N_("You recorded just the same a moment ago. Is this another person, or did it happen once more? So far it is not recorded again."),
    ),
    "not-ready": (503, N_("This instance is still reading what happened while it was away. Try again in a moment.")),
    "lead-silent": (409, N_("An agency that leads cases has not been heard for a while, so nobody knows all that is open.")),
    "fenced": (503, N_("This instance met a log that it does not know and has stopped. Tell your administrator.")),
}  # fmt: skip
_PARTS = (
    _BY_CODE, BETWEEN_AGENCIES, OF_ACCOUNT, OF_DANGER, OF_DOCUMENTS, OF_DRAFTS, OF_HANDOFFS, OF_LETTERS, OF_NOTICES, OF_RESTRICTED_CASES,
    OF_SEARCH, OF_WAITING,
)  # fmt: skip
REASONS = {code: Reason(*said) for part in _PARTS for code, said in part.items()}
"""By the rule's code."""
UNKNOWN = Reason(409, N_("This is not possible here and now."))

DISTRUSTED: dict[str, str] = {
    "shape": N_("it cannot be read; a newer release may be able to"),
    "signature": N_("it is not signed by the root that this installation trusts"),
    "country": N_("it is another country's"),
    "unstated": N_(
        "it came without the coordinator's word on what its instances read, which the one before had: somebody may have taken that away"
    ),
    "fork": N_("there is another one of the same version: somebody else may have the coordinator's root key"),
}
"""Why a directory of agencies was not taken, by its code."""
