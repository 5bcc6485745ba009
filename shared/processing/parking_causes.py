"""Every way a record comes to be parked: in words, who can mend it, and how. A parked row stores the code; words go through gettext."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from shared.config.country import NotListed
from shared.config.i18n import N_


class Mender(StrEnum):
    """Who can do something about it."""

    ADMINISTRATOR = N_("this agency’s administrator")
    VENDOR = N_("this agency’s developer or vendor")
    UPGRADE = N_("this agency’s administrator, by an upgrade")
    AUTHOR = N_("the agency that wrote the record")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a record waits: `words` say what happened, `how` what mends it."""

    code: str
    words: str
    who: Mender
    how: str


NEWER_PROTOCOL = Cause(
    "newer-protocol", N_("The case was opened under a newer protocol than this instance knows."), Mender.UPGRADE,
    N_("Install the version that knows this protocol: it tries again by itself. The case is held whole until then; nothing of it is lost."),
)  # fmt: skip
WAITS_BEHIND = Cause(
    "waits-behind", N_("It waits behind an earlier record of its case."), Mender.ADMINISTRATOR,
    N_("Nothing is wrong with this record. Mend what holds the first record of its case; this one is then applied by itself."),
)  # fmt: skip
DATABASE_REFUSED = Cause(
    "database-refused", N_("The database of this instance did not take what follows from the record."), Mender.ADMINISTRATOR,
    N_("See that nobody has changed the tables by hand and that one version alone runs on them; run ./nrm verify. Then try again."),
)  # fmt: skip
NOT_LISTED = Cause(
    "not-listed", N_("The record names an agency that the country file of this instance does not list."), Mender.ADMINISTRATOR,
    N_("Bring the country file up to date, start this agency again, then try again."),
)  # fmt: skip
COULD_NOT_APPLY = Cause(
    "could-not-apply", N_("This instance failed to apply it: a fault of its own program."), Mender.VENDOR,
    N_("Send them the kind of error and the place in the program. Install the mended version, then try again."),
)  # fmt: skip
CANNOT_BE_OPENED = Cause(
    "cannot-be-opened", N_("This instance has lost the key under which it kept the record."), Mender.ADMINISTRATOR,
    N_(
        "Start this agency again: it reads the record from the log once more. If it still does not open, put this agency’s keys back from "
        "their copies. Where there is no copy, set the record aside, and have the lead give this agency its cases anew: "
        "./nrm topics generation --for AGENCY."
    ),
)  # fmt: skip
CANNOT_BE_SENT = Cause(
    "cannot-be-sent", N_("A decision made here cannot be turned into a record: a fault of this instance’s own program."), Mender.VENDOR,
    N_("Send them the kind of error. Start this agency again with the mended version: the decision is kept and then goes out."),
)  # fmt: skip
"""Not on the log at all: the first decision of a case that the relay cannot complete. Later ones of the case wait behind it."""
UNREADABLE = Cause(
    "unreadable", N_("These bytes are no event."), Mender.AUTHOR,
    N_("They hold nothing and nobody’s case waits for them. Find out who writes them onto the topic."),
)  # fmt: skip
"""Never parked: journalled with its reason, and that is all."""

CAUSES = {
    c.code: c
    for c in (
        NEWER_PROTOCOL, WAITS_BEHIND, DATABASE_REFUSED, NOT_LISTED, COULD_NOT_APPLY, CANNOT_BE_OPENED, CANNOT_BE_SENT, UNREADABLE,
    )
}  # fmt: skip


class ProtocolUnknown(Exception):
    """The case was opened under a newer protocol; it is held whole until this instance is upgraded."""


def cause_of(error: BaseException) -> Cause:
    """What a failure to apply a record means."""
    if isinstance(error, ProtocolUnknown):
        return NEWER_PROTOCOL
    if isinstance(error, NotListed):
        return NOT_LISTED
    return DATABASE_REFUSED if isinstance(error, SQLAlchemyError) else COULD_NOT_APPLY


def cause(code: str) -> Cause:
    """The cause of a code; one that a newer version wrote is a failure to apply."""
    return CAUSES.get(code, COULD_NOT_APPLY)
