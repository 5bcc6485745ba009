"""The rules of danger without consent, and of children, that a request can break, in words that say what to do."""

from shared.config.i18n import N_

OF_DANGER: dict[str, tuple[int, str]] = {
    "staff-conflict": (
        422,
        N_(
            "It is said in this case that a suspect is close to staff of an agency. Find out which one. Choose another agency, or say why "
            "this one can be asked; your words stay with your agency. Nobody was asked yet."
        ),
    ),
    "point-there": (422, N_("This place is on the list already.")),
    "too-many-points": (422, N_("The list is full: strike out a place that you do not use any more, then add this one.")),
    "no-such-point": (422, N_("There is no such place on your list to meet any more. Choose another one.")),
    "point-or-words": (422, N_("Choose a place of the list for a meeting elsewhere, or write one in your own words; not both.")),
    "place-or-words": (422, N_("Choose a place of the list, or write one in your own words; not both.")),
    "place-of-own-words": (
        422,
        N_(
            "Choose a place of your list. If none of them will do, look at your words once more: say below that nobody finds the house by "
            "them, nor by the way to it."
        ),
    ),
    "no-conflict": (409, N_("No invitation waits here for somebody to look. Somebody of your agency may have done it already.")),
    "not-in-the-policy": (
        422,
        N_("For one of these needs nobody can be invited by the national policy now, or somebody was asked already. Open the page anew."),
    ),
    "waits-no-more": (422, N_("One of these requests waits for you no more: it was taken back, or has lapsed. Open the page anew.")),
    "ground-needed": (422, N_("Say on which ground an adult in danger is reported without consent.")),
    "ground-of-words": (
        422,
        N_("You noted why it cannot wait for consent. Choose the ground, too; or delete the note, if the person has consented."),
    ),
    "best-interests": (422, N_("Say why it is in the child’s best interests that this agency is told. The words stay with your agency.")),
    "danger-of-a-child": (
        409,
        N_(
            "Of a child, or of somebody whose age is not sure, no consent is needed: record below which agency is told what, and why "
            "that is in the child’s best interests."
        ),
    ),
    "danger-needs-nothing": (
        422,
        N_(
            "For this an agency of its kind needs neither name nor phone nor place. Choose what it goes there for, or invite it: it is "
            "told the codes then."
        ),
    ),
    "danger-another-goes": (
        409,
        N_(
            "Another agency goes there already, and name, phone and place go to one at a time. End its part first, or wait until its "
            "time is over: the page says when."
        ),
    ),
    "no-danger-review": (
        409,
        N_("Somebody of your agency has looked at this already, or there is nothing to look at. Open the page anew."),
    ),
}
"""Code → status of the answer, words."""
