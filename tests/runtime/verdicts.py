"""What must be true when everything has come to rest: read from the log by the real fold, and from each instance's own file."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.protocol.case import Case, Verdict, agency_of, service_of
from shared.protocol.core import Core
from shared.protocol.fold import fold
from shared.runtime.codec import open_record
from shared.runtime.views import load_view
from tests.runtime.history import World
from tests.runtime.land import rows
from tests.runtime.posts import Post, own_keys

SETTLING = (Verdict.COUNTED, Verdict.SUPERSEDED, Verdict.REFUSED)
QUIET = {"stale", "repeated", "unseen", "outside", "in checkpoint"}


@dataclass
class Law:
    """The log as somebody reads it who gets every record."""

    pictures: dict[str, Case] = field(default_factory=dict[str, Case])
    records: list[tuple[str, Core, str, frozenset[str]]] = field(default_factory=list[tuple[str, Core, str, frozenset[str]]])
    """(event, core, verdict, the agencies on the roster before it)"""
    settled: dict[str, list[int]] = field(default_factory=dict[str, list[int]])


def law(world: World) -> Law:
    """Fold the whole log."""
    found, seen = Law(), set[str]()
    for record in world.topic.all():
        opened = open_record(record.value)
        if opened.event in seen:
            continue
        seen.add(opened.event)
        core, before = opened.core, found.pictures.get(opened.core.case)
        folded = fold(before, core, record.offset)
        if folded.case is not None:
            found.pictures[core.case] = folded.case
        found.records.append((opened.event, core, folded.verdict.value, before.agencies if before else frozenset()))
        if folded.verdict in SETTLING:
            found.settled.setdefault(core.key, []).append(record.offset)
    return found


def follows(post: Post, case: Case) -> bool:
    """Whether this instance is one that must have the picture: of a member; intake of the case it opened, and until it has left it."""
    me = post.door.me
    member = agency_of(me) in case.agencies
    return member and (service_of(me) != "intake" or not view(post, case.id).left)


def view(post: Post, case: str) -> Any:
    """The view in the file."""
    stored = rows(post.door, f"select view from picture where \"case\" = '{case}'")  # noqa: S608
    return load_view(str(stored[0][0])) if stored else load_view('{"case":null,"since":null,"kept":[],"left":false}')


def faults(world: World, rested: bool) -> Counter[str]:
    """How often each promise was broken."""
    bad: Counter[str] = Counter(restless=not rested)
    told = law(world)
    for post in world.posts.values():
        _decisions(world, post, told, bad)
        _pictures(post, told, bad)
    _verdicts(world, told, bad)
    return +bad


def _decisions(world: World, post: Post, told: Law, bad: Counter[str]) -> None:
    table = rows(post.door, 'select key, state, "case", first from outbox order by seq')
    state = {str(key): str(is_) for key, is_, _, _ in table}
    for key in {**post.keys, **own_keys(post)}:
        places = told.settled.get(key, [])
        bad["twice"] += len(places) > 1
        bad["counted though removed"] += state.get(key) == "removed" and bool(places) and key not in world.undone
        bad["stuck"] += state.get(key) == "waiting"
        bad["never"] += not places and state.get(key) != "removed" and key not in world.undone
    for case in world.cases:
        order = [
            told.settled[str(k)][0] for k, _, c, first in table if c == case and not first and k in told.settled and k not in world.undone
        ]
        bad["order"] += order != sorted(order)


def _pictures(post: Post, told: Law, bad: Counter[str]) -> None:
    for case in told.pictures.values():
        if not follows(post, case):
            continue
        mine = view(post, case.id)
        bad["no picture"] += not mine.member
        bad["pictures differ"] += bool(mine.member) and mine.case.model_dump_json() != case.model_dump_json()


def _verdicts(world: World, told: Law, bad: Counter[str]) -> None:
    journals = {me: dict(rows(p.door, "select event, verdict from journal")) for me, p in world.posts.items()}
    strange = {me: {e for (e,) in rows(p.door, "select event from journal where differs")} for me, p in world.posts.items()}
    for event, core, verdict, agencies in told.records:
        case = told.pictures[core.case]
        readers = [me for me, p in world.posts.items() if agency_of(me) in agencies and (service_of(me) != "intake" or follows(p, case))]
        said = {str(journals[me].get(event, "unseen")) for me in readers} | {verdict}
        bad["verdicts differ"] += not (len(said - {"in checkpoint"}) <= 1 or said <= QUIET)
        bad["unknown head"] += verdict == Verdict.COUNTED and any(event in strange[me] for me in readers)
