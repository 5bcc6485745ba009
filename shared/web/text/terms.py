"""The field's words as an officer needs them, each in a sentence or two: help beside the word, and a page (builders: docs/glossary.md)."""

from typing import NamedTuple

from shared.config.i18n import N_


class FieldWord(NamedTuple):
    """A word and what it means."""

    word: str
    means: str


TERMS = {
    "lead": FieldWord(
        N_("Lead agency"),
        N_("The agency that leads a case: it asks others, keeps the joint plan, decides on the person’s status and closes the case."),
    ),
    "handoff": FieldWord(
        N_("Hand-off"),
        N_("One request from one agency to another, for one need: asked, opened, accepted or declined with a reason, acted on, completed."),
    ),
    "joint": FieldWord(
        N_("Joint action"),
        N_("Several agencies act at the same time under one plan and one lead, instead of passing the person on."),
    ),
    "plan": FieldWord(
        N_("Joint plan"),
        N_("The tasks of a joint action. Each has one agency that does it, and a day by which it is done."),
    ),
    "clock": FieldWord(
        N_("Clock"),
        N_(
            "A time that the rules of the country set: at most so long, at least so long, or not before. What is late comes "
            "up by itself to whoever can act."
        ),
    ),
    "ground": FieldWord(
        N_("Ground"),
        N_(
            "Why an agency may be told something: the person agreed, it is a child, a life is in danger, or advice is asked without a name."
        ),
    ),
    "maysee": FieldWord(
        N_("May see"),
        N_(
            "Which kinds of facts reach an agency. It follows from what the person agreed to and what the agency’s task "
            "needs, and nobody can choose more."
        ),
    ),
    "status": FieldWord(
        N_("Decision on status"),
        N_(
            "Whether the person is presumed, and later found, to be a victim of trafficking. Help does not wait for it, and "
            "does not depend on speaking to the police."
        ),
    ),
    "recovery": FieldWord(
        N_("Recovery and reflection"),
        N_("Time that a presumed victim has to recover and to decide, in which nobody is sent away: at least 30 days."),
    ),
    "confidential": FieldWord(
        N_("Confidential agency"),
        N_("One that no other agency sees in a case, such as a shelter. Only the lead knows that it helps, and nobody is told where."),
    ),
}
"""By the name that a page gives them (`m.help`)."""
