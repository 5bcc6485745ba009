"""The rights of the person in plain words: requests, answers, and what stands on a paper that is handed over."""

from shared.config.i18n import N_

KINDS: dict[str, str] = {
    "access": N_("A copy of what is kept of the person"), "correction": N_("Something is wrong"),
    "restriction": N_("Keep it, but do not use it"), "objection": N_("It should not be used"), "erasure": N_("Erase one statement"),
    "export": N_("A copy of the file was taken out"),
}  # fmt: skip
STATES: dict[str, str] = {
    "stopped": N_("stopped: talk to the person alone"), "waits": N_("waits for a second officer"),
    "released": N_("released: hand it over in person"), "in-force": N_("in force"), "confirmed": N_("is being carried out"),
    "done": N_("done"), "refused": N_("refused"), "lifted": N_("lifted"), "held": N_("not done: a legal hold stands against it"),
    "ended": N_("taken back"),
}  # fmt: skip
WAITS_FOR_ANSWER = N_("waits for an answer")
"""Of a correction or an objection, for which no second officer is needed."""
IDENTITY: dict[str, str] = {
    "document": N_("An identity document was looked at"), "known": N_("I know the person from working with them"),
    "representative": N_("A guardian, or a lawyer with written authority, asks for the person"),
}  # fmt: skip
PRESSURE: dict[str, str] = {
    "no": N_("No: the person is alone, and asks for themselves"),
    "yes": N_("Yes, or the person did not want to say, or could not be asked alone"),
}  # fmt: skip
ANSWERS: dict[str, str] = {
    "copy": N_("Give the copy"), "silent": N_("Neither confirm nor deny that anything is kept"), "refused": N_("Give no copy"),
}  # fmt: skip
REFUSALS: dict[str, str] = {
    "identity": N_("It is not certain that whoever asks is the person"), "others": N_("It would harm the rights of other people"),
    "excessive": N_("The request is unfounded or excessive"), "law": N_("A law stands against it"),
}  # fmt: skip
GROUNDS: dict[str, str] = {
    "contested": N_("The person says that it is wrong, and that is being looked at"),
    "unlawful": N_("It should not be there, and the person does not want it erased"),
    "needed": N_("We do not need it any more; the person does, for a claim"),
}  # fmt: skip
OUTCOMES: dict[str, dict[str, str]] = {
    "correction": {"done": N_("It was corrected"), "refused": N_("It stays as it is")},
    "objection": {"done": N_("It is not used any more"), "refused": N_("It may be used all the same")},
    "restriction": {"done": N_("It is kept here, and not used"), "refused": N_("It is used all the same")},
    "erasure": {"done": N_("Erase it: I have looked at it"), "refused": N_("It is not erased")},
}  # fmt: skip
"""What an answer says to each kind of request."""
REASONS: dict[str, str] = {
    "right": N_("What stands there is right"), "duty": N_("A law obliges us to keep it and to use it"),
    "proceedings": N_("It is needed in proceedings, or for a legal claim"),
    "protection": N_("Without it the person, or somebody else, would be in danger"), "not-held": N_("We have nothing of the kind any more"),
}  # fmt: skip
"""Why an agency does not do what the person asked at another."""
OTHERS: dict[str, str] = {"done": N_("has done it"), "refused": N_("has refused it")}
ASK_OTHERS: dict[str, str] = {"yes": N_("Yes: they are asked now, and answer by a day"), "no": N_("No: the person wants it here alone")}
ASK_BY_HAND: dict[str, str] = {
    "yes": N_("Yes: we ask each by telephone or letter"), "no": N_("No: the person wants it here alone"),
}  # fmt: skip
"""The same in a closed case, through which nothing can be sent."""
TYPED: dict[str, str] = {"reference": N_("Reference"), "label": N_("Label"), "answer": N_("Answer of another agency")}
WRITTEN: dict[str, str] = {"account": N_("What the person told, word for word"), "message": N_("Message between agencies")}
CAPACITIES: dict[str, str] = {
    "in-charge": N_("the officer who has your case"), "with-reason": N_("another officer, with a reason that is looked at afterwards"),
    "of-agency": N_("an officer of the agency"), "oversight": N_("supervision or audit"),
    "data-protection": N_("whoever answers what people ask of their data"),
}  # fmt: skip
OMISSIONS: dict[str, str] = {
    "others": N_("What concerns other people is not in this copy, and no officer is named in it."),
    "places": N_("Where somebody lives or can be met is not in this copy, so that it leads nobody there if it is lost. Ask us in person."),
    "own-law": N_("What serves criminal proceedings is answered by a law of its own. Ask us in person how."),
    "words": N_(
        "What an officer wrote of why your data was passed on is not in this copy, since it may speak of others. Ask us in person."
    ),
    "erased": N_("What has been erased is not kept any more."),
}  # fmt: skip
"""What an account says of what it leaves out."""
YOUR_RIGHTS = (
    N_("If something is wrong you can have it corrected. You can ask that it is not used, and that it is erased; and you can object."),
    N_("Where you agreed to something, you can take that back at any time. Help does not end because of that."),
    N_("No decision about you is made by a machine alone."),
    N_("If you are not content with this answer you can complain to the data protection authority, or go to court."),
)
"""What every answer says at its end (GDPR art. 12(4) and 15(1))."""
BROKEN: dict[str, tuple[int, str]] = {
    "say-why-refused": (422, N_("Say why it is refused: the person is told the reason.")),
    "say-refusal-to-agency": (422, N_("Choose why you do not do it: the agency that asks for the person is told the reason.")),
    "group-not-offered": (422, N_("Choose what the form offers.")),
    "say-law": (422, N_("Name the law: whoever refuses says by which law, so that the person can contest it.")),
    "asked-by-another": (409, N_("The person asked this at another agency, and it has not ended there. Do it, or refuse it.")),
    "nothing-corrected": (422, N_("Nothing was corrected in these fields since the person asked. Correct it first, or refuse it.")),
    "held-by-law": (409, N_("A legal hold stands against it: nothing of this case is erased until it is lifted.")),
    "no-keystore": (409, N_("This installation keeps no keystore, so nothing can be erased for certain.")),
    "statement-not-here": (422, N_("Choose a statement that is on file here.")),
    "statement-restricted": (409, N_("This is restricted, so nothing new of it goes out. What is on file can be corrected or taken back.")),
    "no-such-request": (404, N_("There is no such request in this case.")),
    "request-answered": (409, N_("Somebody has dealt with this request already. Look at what came of it.")),
    "request-waits": (409, N_("The person has asked for a copy already, and that waits for an answer. Go on with that request.")),
    "not-silent": (422, N_("Your agency cannot answer so: its law does not let it. Choose another answer.")),
    "say-refusal": (422, N_("Say why if you give no copy, and leave the reason empty if you give one.")),
    "account-changed": (409, N_("Something was added since you opened the page. Look at it, and decide then.")),
    "copy-taken": (409, N_("This copy was taken already, or the time for it is over. A second officer can release it anew.")),
}
"""Rules about the rights of the person: status of HTTP, and what to do."""
