"""Every way an instance can be unable to do its work at present: a code for programs, words for people, and which part it is."""

from collections.abc import Iterable
from enum import StrEnum

from shared.config.i18n import N_


class Fault(StrEnum):
    """Why an instance does not do all its work. All of them end by themselves once their cause has ended, but for the fence."""

    STARTING = "starting"
    CATCHING_UP = "catching-up"
    FENCED = "fenced"
    KEYS_LACKING = "keys-lacking"
    DIRECTORY_AWAITED = "directory-awaited"
    DIRECTORY_ENDED = "directory-ended"
    NOT_READ = "bus-not-read"
    NOT_SENT = "bus-not-sent"
    FIGURES_NOT_SENT = "figures-not-sent"
    DOCUMENTS_NOT_CARRIED = "documents-not-carried"
    HELD_UP = "log-held-up"
    NOT_WRITABLE = "database-not-writable"
    SILENT = "database-silent"
    NOT_TENDED = "not-tended"
    DISK_FULL = "disk-full"


UNSEEN = frozenset({Fault.STARTING})
"""What makes bus and database neither up nor away: nobody has looked yet."""
BUS = frozenset({Fault.NOT_READ, Fault.NOT_SENT})
"""What makes pages say "waiting for the bus"."""
DATABASE = frozenset({Fault.NOT_WRITABLE, Fault.SILENT, Fault.DISK_FULL})
"""What keeps an instance from storing what is decided."""
TAKING_IN = frozenset({Fault.HELD_UP})
"""What keeps an instance from going on with what it reads, though bus and database answer."""
FIGURES = frozenset({Fault.FIGURES_NOT_SENT})
"""What keeps statistical records from their topic."""
DOCUMENTS = frozenset({Fault.DOCUMENTS_NOT_CARRIED})
"""What keeps pieces of documents from going and coming."""
TENDING = frozenset({Fault.NOT_TENDED})
"""What keeps some of what comes round between polls (deadlines, erasures, departures) waiting."""
ASIDE = FIGURES | DOCUMENTS | TENDING
"""What is told and keeps nobody from work: the instance stays ready, or a load balancer would take its pages away."""
WORDS: dict[Fault, str] = {
    Fault.STARTING: N_("It has just started and has not looked yet whether the bus and its database answer."),
    Fault.CATCHING_UP: N_("It is still reading what lay on the log when it started."),
    Fault.FENCED: N_("It met a log that it does not know and has stopped."),
    Fault.KEYS_LACKING: N_("The directory lists a key for this instance that it does not have, so it neither reads nor sends."),
    Fault.DIRECTORY_AWAITED: N_("A newer directory of agencies is in force and has not come yet: nothing is read until it is here."),
    Fault.DIRECTORY_ENDED: N_("The directory of agencies has ended, or there is none: nothing can be sealed, so nothing is sent."),
    Fault.NOT_READ: N_("The log cannot be read: the bus does not answer, or refuses."),
    Fault.NOT_SENT: N_("Nothing can be sent: the bus does not answer, or does not take what is sent."),
    Fault.FIGURES_NOT_SENT: N_("Figures cannot be sent: their topic does not answer, or refuses. What people decide goes on."),
    Fault.DOCUMENTS_NOT_CARRIED: N_("Documents have not been sent or fetched for a minute: see bus and disk. What people decide goes on."),
    Fault.HELD_UP: N_(
        "What is read cannot be taken in: this instance’s own program fails at it. It reads no further and loses nothing. "
        "What people decide here is kept, and may go out only once this is mended."
    ),
    Fault.NOT_WRITABLE: N_("The database does not take what is written: it is away, locked, read-only or full."),
    Fault.SILENT: N_("The database has not answered for some seconds, or what is being written takes that long."),
    Fault.NOT_TENDED: N_(
        "For half a minute deadlines, erasures or departures have not all been dealt with: what is left waits. What people decide goes on."
    ),
    Fault.DISK_FULL: N_("The disk under the database is full."),
}
"""What each fault means, in a sentence."""


def keeps_from_work(faults: Iterable[Fault]) -> bool:
    """Whether one of these keeps people from their work, so that the instance is not ready."""
    return not ASIDE.issuperset(faults)


class Faulty(Exception):
    """A look found something wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
