"""The rules of what waits that a request can break, in words that say what to do."""

from shared.config.i18n import N_

OF_WAITING: dict[str, tuple[int, str]] = {
    "delay-about-one": (422, N_("Say of which request, task or clock you say why it waits: of one at a time.")),
    "delay-not-ours": (
        409,
        N_("It is not your agency’s to do now, so another agency says why it waits. The list shows who must move in what."),
    ),
    "delay-of-protocol-1": (
        409,
        N_("This case was opened under the first protocol, whose agencies cannot be told why something waits. Call them instead."),
    ),
    "pause-of-protocol-1": (409, N_("This case was opened under the first protocol, under which no clock can be paused.")),
    "pause-in-danger": (409, N_("Somebody is in danger: in this case no clock is paused.")),
    "pause-not-allowed": (422, N_("The rules of the country do not let this clock be paused for this reason. Choose one of the reasons.")),
    "pause-too-long": (422, N_("The rules of the country do not let this clock be paused for so many days. Give fewer days.")),
    "clock-not-running": (409, N_("This clock does not run now: it is late, has ended, or has not begun. Only one that runs is paused.")),
}
"""Code → the status of HTTP, and the words."""
