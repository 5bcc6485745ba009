"""Words between agencies, in plain words: kinds, places, and what of the person a message may speak of."""

from shared.casework.saying import UNSPOKEN
from shared.config.i18n import N_
from shared.protocol.case_file import Group
from shared.protocol.file_codes import InterpreterSex
from shared.protocol.messages import MessageKind, Spot
from shared.protocol.support import OwnPayer, SupportKind
from shared.web.text.file_words import GROUPS

KINDS: dict[str, str] = {
    MessageKind.QUESTION: N_("Question"), MessageKind.ANSWER: N_("Answer"), MessageKind.ARRANGEMENT: N_("Arrangement"),
    MessageKind.SUPPORT: N_("Request for support"),
}  # fmt: skip
SPOTS: dict[str, str] = {
    Spot.WITH_US: N_("At our agency"), Spot.WITH_YOU: N_("At the other agency"), Spot.WITH_LEAD: N_("At the lead agency"),
    Spot.BY_PHONE: N_("By telephone"), Spot.ELSEWHERE: N_("Elsewhere"),
}  # fmt: skip
SPOTS_SAID: dict[str, str] = {
    Spot.WITH_US: N_("at the agency that wrote this"), Spot.WITH_YOU: N_("at the agency that this was written to"),
    Spot.WITH_LEAD: N_("at the lead agency"), Spot.BY_PHONE: N_("by telephone"), Spot.ELSEWHERE: N_("elsewhere"),
}  # fmt: skip
"""The same for whoever reads it."""
ABOUT: dict[str, str] = {
    Group.COMMUNICATION: N_("Nothing by which the person can be known: language, times, who of the agencies comes"),
    **{name: words for name, words in GROUPS.items() if name not in (Group.COMMUNICATION, *UNSPOKEN)},
}  # fmt: skip
SUPPORTS: dict[str, str] = {
    SupportKind.TRANSPORT: N_("A ride"), SupportKind.STAY: N_("A room for some nights"), SupportKind.INTERPRETER: N_("An interpreter"),
}  # fmt: skip
INTERPRETERS: dict[str, str] = {
    InterpreterSex.FEMALE: N_("A woman"), InterpreterSex.MALE: N_("A man"), InterpreterSex.ANY: N_("Either"),
}  # fmt: skip
PAYERS: dict[str, str] = {
    OwnPayer.ASKS: N_("The agency that asks"), OwnPayer.ASKED: N_("The agency that is asked"),
    OwnPayer.OPEN: N_("Not agreed yet: it is settled beside the help"),
}  # fmt: skip
"""Who pays in any country; a country names more."""
OURSELVES = N_("our agencies")
BY_TELEPHONE = N_("Where exactly, we say by telephone.")
ACTS: dict[str, str] = {
    "ask": N_("Ask a question"), "answer": N_("Answer"), "arrange": N_("Arrange something"),
    "ask-support": N_("Ask for a ride, a room or an interpreter"),
}  # fmt: skip
"""What a form lets one do, as the tables of decisions call it."""
LABELS: dict[str, str] = {
    "words": N_("Words"), "about": N_("What your words tell of the person"), "purpose": N_("What for"), "when": N_("When"),
    "time": N_("Time"), "spot": N_("Where"), "where": N_("Which place"), "who": N_("Who meets whom"), "bring": N_("What to bring"),
    "support": N_("What is asked for"), "origin": N_("From where"), "destination": N_("Where to"), "nights": N_("Nights"),
    "languages": N_("Languages"), "interpreter": N_("Interpreter preferred"), "payer": N_("Who pays"), "approved": N_("Approved by"),
    "answers": N_("Question"), "point": N_("Place to meet"), "origin_point": N_("From where"),
    "destination_point": N_("Where to"), "own_place": N_("Your own words"),
}  # fmt: skip
