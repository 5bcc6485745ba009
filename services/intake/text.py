"""Words of intake's own pages: marked here, translated where they are shown."""

from services.intake.rules.ilo_labour import SignDimension, Weight
from services.intake.rules.screening import Reading, YesMaybeNo
from shared.config.i18n import N_

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
