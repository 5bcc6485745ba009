"""A story of the explorer in plain words, move by move."""

from collections.abc import Iterator, Sequence

from deploy.proving.explorer.instance import Instance
from deploy.proving.explorer.moves import Move
from deploy.proving.explorer.picture import Kind, Record
from deploy.proving.explorer.search import Found
from deploy.proving.explorer.state import JOINER, MEMBER, Bounds, State, start
from deploy.proving.explorer.view import LEAD, follow

NAMES = {LEAD: "the lead", MEMBER: "member M", JOINER: "member J"}
HAPPENS = {
    Kind.TAKE: "{who} takes what only one may hold: {new}",
    Kind.RELEASE: "{who} lets it go: {new}",
    "adds": "{who} adds {about} to the roster: {new}",
    "removes": "{who} takes {about} off the roster: {new}",
    "withdraws": "{who} records that consent for {about} is withdrawn: {new}, which goes first",
    Kind.OFFER: "{who} asks {about} to lead: {new}",
    Kind.YES: "{who} agrees to lead: {new}",
    Kind.NO: "{who} declines to lead: {new}",
    "sends": "{who} sends {key} {how}",
    "arrives": "{key} arrives at place {place}",
    "arrives late": "{key}, for which nobody waits any more, arrives at place {place}",
    "hears no answer": "{who} hears no answer about {key}, which is still on its way",
    "is forgotten": "the broker acknowledges {key} and forgets it",
    "restarts": "{who} is killed and starts again",
}


def told(found: Found, bounds: Bounds) -> Iterator[str]:
    """One line for each move of the story, with what it made instances read and wait for, and the fault at last."""
    before = start(bounds)
    yield f"At the start the case has {_all(bounds.start)}, under roster 1."
    for n, (move, after) in enumerate(found.story, 1):
        words = "; ".join(_sentences(move, before, after, bounds))
        yield f"{n:3}. {words[0].upper()}{words[1:]}."
        before = after
    yield f"In the end {found.fault}."


def _sentences(move: Move, before: State, after: State, bounds: Bounds) -> Iterator[str]:
    if move.what in HAPPENS:
        yield HAPPENS[move.what].format(
            who=NAMES[move.who], about=NAMES.get(move.key, ""), key=move.key, place=len(before.log), how=_how(move, after),
            new=next((one.decided[-1] for one in after.instances if one.name == move.who and one.decided), ""),
        )  # fmt: skip
    for old, new in zip(before.instances, after.instances, strict=True):
        yield from _read(old, new, after.log, bounds)
        if (len(new.queue) > 1 or move.what == "restarts") and [r.key for r in old.queue] != [r.key for r in new.queue]:
            yield f"at {NAMES[new.name]} now wait {', '.join(row.key for row in new.queue) or 'nothing'}"
        elif move == Move("restarts", new.name):
            yield f"at {NAMES[new.name]} still wait {', '.join(row.key for row in new.queue)}, in this order"


def _how(move: Move, after: State) -> str:
    if move.what != "sends":
        return ""
    record = next(m.record for m in after.network if m.awaited and (m.record.author, m.record.key) == (move.who, move.key))
    says = {Kind.ROSTER: f", which names {_all(record.members)},", Kind.CHECKPOINT: f", for {_all(record.members)},"}
    return f"under roster {record.roster}{says.get(record.kind, '')} to {_all(record.to)}".replace(",,", ",")


def _read(old: Instance, new: Instance, log: Sequence[Record], bounds: Bounds) -> Iterator[str]:
    view = old.view
    for place in range(old.position, new.position):
        record = log[place]
        if new.name not in record.to:
            continue
        view, notes = follow(view, new.name, place, record, bounds.rules)
        made = {note.place: note.verdict for note in notes}
        what = made.get(place, "kept until its checkpoint comes" if view.since >= 0 else "not in the case")
        later = f", and what it kept: {', '.join(f'{log[at].key} {v}' for at, v in made.items() if at != place)}" if len(made) > 1 else ""
        yield f"{NAMES[new.name]} reads {record.key} at place {place}: {what}{later}"


def _all(names: frozenset[str] | str) -> str:
    return ", ".join(NAMES[name] for name in sorted(names, key=list(NAMES).index))
