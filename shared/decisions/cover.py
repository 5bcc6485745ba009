"""Cover for side cases: whatever is said of one's own accord in a case goes behind something in its lead's channel, be that said or not.

What a confidential agency says in its side case the lead repeats in the main one, some milliseconds later. To whoever reads the bus without
a key that nearness would tell everything. So every decision of a person or a clock, whoever's it is, follows a record in the channel in the
same way: one of a side case where it says something there too, else a letter of its author to itself that says nothing. Were it the lead's
decisions alone, they would be marked by it, and who counts them knows the cases in which the lead speaks for somebody.
"""

from dataclasses import replace

from shared.decisions.state import State
from shared.decisions.unit_of_work import Authored, UnitOfWork
from shared.protocol.channel import channel_of, id_in_channel, in_channel
from shared.protocol.classes import by_class
from shared.protocol.events import HandoffExpired
from shared.protocol.letters import LETTERS, CoverSent
from shared.protocol.versions import FIRST
from shared.records.codec import Decided


def covers(instance: State) -> bool:
    """Whether there is cover at all: where records are sealed, everybody reads it, and the country has somebody to hide."""
    return instance.seal is not None and instance.protocol > FIRST and bool(instance.country.confidential())


def cover(work: UnitOfWork) -> None:
    """Before a transaction writes what was decided in it: the first decision of each case goes behind a record in the channel.

    What follows from a record that was just read has that record before it, and an opening is the first of its case: they need none. So
    has the lapse that the lead repeats in the main case once it has read it of the side case, and that is no other's cover.
    """
    if work.journal or not work.said or not covers(work.instance):
        return
    beside = [one.decided.key for one in work.said if in_channel(one.decided.case) and one.decided.type != HandoffExpired.TYPE]
    covered = set[str]()
    for n, one in enumerate(list(work.said)):
        decided, case = one.decided, work.view(one.decided.case).case
        if case is None or decided.case in covered or in_channel(decided.case) or _letter(decided):
            continue
        covered.add(decided.case)
        first = beside.pop(0) if beside else say_nothing(work, case.lead, decided.key, decided.at, simulated=decided.simulated)
        work.said[n] = Authored(replace(decided, behind=first), one.officer)


def _letter(decided: Decided) -> bool:
    return decided.type in LETTERS and decided.parts["D0"]["about"] != decided.case


def say_nothing(work: UnitOfWork, lead: str, beside: str, at: int, *, simulated: bool) -> str:
    """Say nothing, in the channel of a lead, once beside a decision of this key: the key of the decision that this is itself.

    Empty where it was said before. A decision that a restored database had forgotten is made anew, later, and has its own.
    """
    cause = f"cover:{beside}:{at}"
    if work.known_key(work.key(cause, 0)) is not None:
        return ""
    parts = {name.value: values for name, values in by_class(CoverSent(about=channel_of(lead), to=work.agency)).items()}
    case = id_in_channel(lead, work.derived(cause))
    work.say(Decided(work.key(cause, 0), case, CoverSent.TYPE, cause, at, simulated, parts))
    return work.key(cause, 0)
