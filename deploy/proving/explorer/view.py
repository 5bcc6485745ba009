"""How an instance follows the log: in the case from the start, joining by a checkpoint, leaving, coming back."""

from typing import NamedTuple

from deploy.proving.explorer.picture import LEAD, Kind, Picture, Record, Verdict, fold
from deploy.proving.explorer.rules import Rules

__all__ = ["LEAD", "Note", "View", "follow"]


class View(NamedTuple):
    """What an instance holds of the case."""

    picture: Picture | None = None
    since: int = -1
    """The place of the roster after which it waits for a checkpoint; -1 where it waits for none."""
    kept: tuple[tuple[int, Record], ...] = ()
    """(place, record) of what it keeps meanwhile."""
    left: bool = False

    @property
    def member(self) -> bool:
        """Whether its picture is in force."""
        return self.picture is not None and not self.left and self.since < 0


class Note(NamedTuple):
    """A record that was folded here, and the pictures around it."""

    place: int
    record: Record
    verdict: Verdict
    before: Picture
    after: Picture


def follow(view: View, me: str, place: int, record: Record, rules: Rules) -> tuple[View, tuple[Note, ...]]:
    """The next view after one record that is addressed to `me`, and what was folded."""
    if view.since >= 0:
        if _for_me(view, me, record, rules):
            return _join(view, me, place, record, rules)
        return (view._replace(kept=(*view.kept, (place, record))) if rules.buffer else view), ()
    if view.picture is None or view.left:
        named = record.kind is Kind.ROSTER and me in record.members
        return (View(view.picture, place, ((place, record),)) if named else view), ()
    after, verdict = fold(view.picture, record, rules)
    return View(after, left=me not in after.members), (Note(place, record, verdict, view.picture, after),)


def _for_me(view: View, me: str, record: Record, rules: Rules) -> bool:
    if record.kind is not Kind.CHECKPOINT or record.state is None:
        return False
    return me in record.members and me in record.state.members and (record.place >= view.since or not rules.place)


def _join(view: View, me: str, place: int, record: Record, rules: Rules) -> tuple[View, tuple[Note, ...]]:
    now, notes = View(record.state), tuple[Note, ...]()
    for at, kept in (*((at, kept) for at, kept in view.kept if at > record.place), (place, record)):
        now, more = follow(now, me, at, kept, rules)
        notes += more
    return now, notes
