"""Words of intake's own pages: marked here, translated where they are shown."""

from services.intake.rules.ilo_labour import SignDimension, Weight
from services.intake.rules.partners import AsideReason, PartnerKind
from services.intake.rules.report import UrgencyReason
from services.intake.rules.screening import Reading, YesMaybeNo
from services.intake.rules.short_lists import ShortList, ShortReading
from services.intake.rules.steps import IntakeStep
from shared.config.i18n import N_
from shared.web.text import audit_words

STEPS: dict[IntakeStep, str] = {
    IntakeStep.DANGER: N_("Danger"), IntakeStep.HELP: N_("Call first"), IntakeStep.PERSON: N_("The person"),
    IntakeStep.RIGHTS: N_("Before you ask anything"), IntakeStep.CONSENT: N_("Who may be told"), IntakeStep.PLACE: N_("Where"),
    IntakeStep.HAPPENED: N_("What happens to the person"), IntakeStep.SIGNS: N_("Signs"), IntakeStep.NEEDS: N_("What the person needs now"),
    IntakeStep.WORDS: N_("In your words"), IntakeStep.SEND: N_("Look it through, and send it"),
}  # fmt: skip
"""What each step is called."""
URGENCY_REASONS: dict[UrgencyReason, str] = {
    UrgencyReason.DANGER: N_("Somebody is in danger right now."),
    UrgencyReason.SIGNS: N_(
        "Two or more of the signs weigh heavily by themselves: hours, papers that are kept, confinement, debt, a quota."
    ),
    UrgencyReason.CHILD: N_("The person is a child."),
    UrgencyReason.UNSURE: N_("The age is not sure, so the person is treated as a child."),
}
"""Why somebody must act soon."""
YES_NO: dict[str, str] = {"true": N_("Yes"), "false": N_("No")}
CONSENTS: dict[str, str] = {"true": N_("consents"), "false": N_("does not consent")}
RAID_AGES: dict[str, str] = {"adult": N_("Adult"), "child": N_("Child, under 18"), "unsure": N_("Not sure")}
AGREED: dict[str, str] = {
    "all": N_("Age, sex, language, and the signs you saw"), "profile": N_("Age, sex and language alone"),
    "nothing": N_("Neither: only which help is needed"),
}  # fmt: skip
SAID: dict[YesMaybeNo, str] = {YesMaybeNo.YES: N_("Yes"), YesMaybeNo.MAYBE: N_("Maybe"), YesMaybeNo.NO: N_("No")}
DIMENSIONS: dict[SignDimension, str] = {
    SignDimension.DECEPTION: N_("Deceived when recruited"),
    SignDimension.COERCION: N_("Forced when recruited"),
    SignDimension.VULNERABILITY: N_("A weak position used when recruited"),
    SignDimension.EXPLOITATION: N_("Exploited at work"),
    SignDimension.COERCION_THERE: N_("Forced to stay or to work"),
    SignDimension.VULNERABILITY_THERE: N_("A weak position used at work"),
}
WEIGHTS: dict[Weight, str] = {Weight.STRONG: N_("strong"), Weight.MEDIUM: N_("medium"), Weight.WEAK: N_("weak")}
READINGS: dict[Reading, tuple[str, str]] = {
    Reading.TRAFFICKED: (
        N_("By this list these are signs of trafficking for forced labour"),
        N_("How the person was recruited, the work itself, and what keeps them there: the signs are enough in all three."),
    ),
    Reading.DECEIVED: (
        N_("By this list these are signs of somebody deceived and exploited"),
        N_("Deception and exploitation: the signs are enough. What keeps the person there may not have been seen yet."),
    ),
    Reading.EXPLOITED: (
        N_("By this list these are signs of an exploited worker"),
        N_("The work itself: the signs are enough, and the labour inspectorate must know. Ask how the person came, and if they can leave."),
    ),
    Reading.CHILD: (
        N_("By this list these are signs of trafficking of a child"),
        N_("For a child exploitation is enough: nobody asks how it was brought about, or whether the child agreed."),
    ),
    Reading.OPEN: (
        N_("These signs are too few for this list"),
        N_("That does not mean that nothing happened: it means that too little was seen. Your doubt is enough to report."),
    ),
}
"""What the list makes of the signs: in one line, and why."""
SHORT_LISTS: dict[ShortList, tuple[str, str]] = {
    ShortList.INSPECTION: (
        N_("Signs that an inspector meets on site"),
        N_("Enough are two strong signs; one strong and another; or three others. Ask alone, without the employer."),
    ),
    ShortList.CHILD: (
        N_("Signs in a child"),
        N_("One is enough: for a child nobody waits for means, and whether the child agreed does not matter."),
    ),
}
"""List → what it is called, and its rule."""
_NONE = (
    N_("No sign of this list was ticked"),
    N_("That does not mean that nothing happened: it means that too little was seen. Your doubt is enough to report."),
)
SHORT_READINGS: dict[ShortList, dict[ShortReading, tuple[str, str]]] = {
    ShortList.INSPECTION: {
        ShortReading.ENOUGH: (
            N_("By this list these are signs of forced labour"),
            N_("They weigh enough together. The inspection need not prove trafficking: report, and whoever identifies victims decides."),
        ),
        ShortReading.SOME: (
            N_("There are signs, and fewer than this list asks for"),
            N_("Look deeper, and talk with the workers alone. What you have seen so far counts too: your doubt is enough to report."),
        ),
        ShortReading.NONE: _NONE,
    },
    ShortList.CHILD: {
        ShortReading.ENOUGH: (
            N_("By this list this is a reason to act for the child now"),
            N_("Report, and call the guardian authority: do not wait until it is proved, and do not question the child yourself."),
        ),
        ShortReading.NONE: _NONE,
    },
}
"""List → what it makes of the signs: in one line, and why."""
PARTNER_KINDS: dict[PartnerKind, str] = {
    PartnerKind.SCHOOL: N_("A school or day care"), PartnerKind.UNION: N_("A trade union"), PartnerKind.BUSINESS: N_("A business"),
    PartnerKind.HEALTH: N_("A doctor, nurse or pharmacy"), PartnerKind.PUBLIC: N_("Somebody else"),
}  # fmt: skip
ASIDE_REASONS: dict[AsideReason, str] = {reason: audit_words.ASIDE_REASONS[reason] for reason in AsideReason}
