"""The model and the law agree: what lay on the log of each story that the explorer met is followed once more, by the real fold."""

import pytest

from deploy.proving.explorer import Bounds, Rules, explore
from deploy.proving.explorer.judging import at_rest
from deploy.proving.explorer.picture import Kind, Record
from deploy.proving.explorer.state import EVERYBODY, State
from deploy.proving.explorer.state import start as begun
from deploy.proving.explorer.view import LEAD, Note, follow
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.core import Core, decision_key
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.facts import Event
from shared.protocol.fold import Follow
from shared.protocol.following import KeptRecord, Noted, View
from shared.protocol.following import follow as really
from shared.protocol.roster import recipients
from tests.shared.protocol.cases import LEAD as CENTRE
from tests.shared.protocol.cases import LEADING, NGO, POLICE, REPORTER, acting, core_of, members, opening, request

AT_START = KeptRecord(0, "opening", core_of(None, f"intake.{REPORTER}", opening()))


class Real:
    """The instances of the law, and the names that the model has for agencies."""

    def __init__(self, start: str) -> None:
        there = "M" in start  # The reporter's agency is in every case from its start: it is the model's member, or nobody of the model.
        self.agency = {LEAD: CENTRE, "M": REPORTER if there else NGO, "J": POLICE}
        self.always = () if there else (REPORTER,)
        self.me = {name: LEADING if name == LEAD else acting(agency) for name, agency in self.agency.items()}
        self.views = {name: View() for name in EVERYBODY}
        for name in start:
            self.views[name], _ = really(View(), self.me[name], AT_START)
        lead = self.views[LEAD].case
        assert lead is not None
        self.after: dict[int, Case] = {-1: lead}
        """Place → the lead's picture behind it."""

    def key(self, record: Record) -> str:
        return decision_key(self.me[record.author], record.key, 0)

    def core(self, record: Record, settles: str) -> Core:
        """The record as it would lie on the log. What members do stands for an event that the law judges so at its place."""
        lead = self.views[LEAD].case
        assert lead is not None
        return core_of(
            lead, self.me[record.author], self._event(record, settles), cause=record.key, key=self.key(record), roster=record.roster
        )

    def _event(self, record: Record, settles: str) -> Event:
        agencies = sorted(self.agency[name] for name in record.members)
        if record.kind is Kind.ROSTER:
            return RosterSet(members=members(*agencies, *self.always))
        if record.kind is Kind.CHECKPOINT:
            state = self.after[record.place].model_dump(mode="json")
            return CheckpointSet(place=record.place + 1, joiners=tuple(agencies), state=state)
        to = self.agency["M"] if record.author == LEAD else CENTRE
        return request("h0" if settles == Verdict.SUPERSEDED else record.key, to)

    def read(self, name: str, place: int, record: Record, core: Core) -> dict[int, str]:
        """Place → verdict of what this instance folds when it reads a record."""
        if name not in record.to:
            return {}
        self.views[name], noted = really(self.views[name], self.me[name], KeptRecord(place + 1, str(place), core))
        if name == LEAD:
            lead = self.views[LEAD].case
            assert lead is not None
            self.after[place] = lead
        return {int(note.event): note.verdict.value for note in noted if isinstance(note.verdict, Verdict)}


def model(state: State, bounds: Bounds, name: str) -> list[tuple[Note, ...]]:
    """What the model's instance folds at each place of the log."""
    view, notes = next(one.view for one in begun(bounds).instances if one.name == name), list[tuple[Note, ...]]()
    for place, record in enumerate(state.log):
        view, more = follow(view, name, place, record, bounds.rules) if name in record.to else (view, ())
        notes.append(more)
    return notes


def agree(state: State, bounds: Bounds) -> None:
    """Every instance of both judges every record alike, and ends with the same decisions settled and the same members."""
    real, picture = Real(bounds.start), state.lead.view.picture
    assert picture is not None
    settles = dict(picture.settled)
    expected = {name: model(state, bounds, name) for name in EVERYBODY}
    for place, record in enumerate(state.log):
        core = real.core(record, settles.get(record.key, Verdict.COUNTED))
        for name in EVERYBODY:
            folded = {note.place: note.verdict.value for note in expected[name][place]}
            assert real.read(name, place, record, core) == folded, f"{name} at place {place} of {state.log}"
    for one in state.instances:
        case, mine = real.views[one.name].case, one.view.picture
        assert real.views[one.name].member is one.view.member
        if case is not None and mine is not None:
            keys = {decision_key(real.me[r.author], r.key, 0): r.key for r in state.log}
            assert [(keys[key], v.value) for key, v in list(case.settled.items())[1:]] == [(k, str(v)) for k, v in mine.settled[1:]]
            assert (case.version, case.agencies - set(real.always)) == (mine.version, {real.agency[name] for name in mine.members})


@pytest.mark.parametrize("bounds", [Bounds(2, 1, "L"), Bounds(2, 1), Bounds(3, 1, "L", acts=False)], ids=["alone", "two", "rosters"])
def test_the_law_judges_every_story_as_the_explorer_does(bounds: Bounds) -> None:
    found = explore(bounds)
    logs = {state.log: state for state in found.origins if at_rest(state)}
    for state in list(logs.values())[::3]:
        agree(state, bounds)
    seen = {note.verdict for state in logs.values() for note in sum(model(state, bounds, LEAD), ())}
    assert len(logs) > 50
    assert {"counted", "stale", "repeated"} <= seen


def test_where_the_model_goes_wrong_without_an_order_the_law_goes_wrong_alike() -> None:
    bounds = Bounds(2, 1, "L", rules=Rules().without("one_order"))
    agree(explore(bounds).story[-1][1], bounds)


def test_who_reads_a_record_is_whom_the_law_names_as_recipients() -> None:
    bounds = Bounds(2, 1, "L")
    for state in [state for state in explore(bounds).origins if at_rest(state)][::7]:
        real = Real("L")
        for place, record in enumerate(state.log):
            core = real.core(record, Verdict.COUNTED)
            case = next(case for case in real.after.values() if case.version == record.roster)
            event = core.event()
            assert event is not None
            assert recipients(case, event) - set(real.always) == {real.agency[name] for name in record.to}
            for name in EVERYBODY:
                real.read(name, place, record, core)


def test_a_checkpoint_follows_for_the_same_joiners() -> None:
    bounds = Bounds(2, 1, "L")
    for state in [state for state in explore(bounds).origins if at_rest(state)][::7]:
        real, lead = Real("L"), model(state, bounds, LEAD)
        for place, record in enumerate(state.log):
            core = real.core(record, Verdict.COUNTED)
            before = real.views[LEAD]
            _, noted = really(before, LEADING, KeptRecord(place + 1, str(place), core))
            for name in EVERYBODY:
                real.read(name, place, record, core)
            assert named(noted) == {real.agency[name] for note in lead[place] for name in note.after.members - note.before.members}


def named(noted: tuple[Noted, ...]) -> set[str]:
    """The agencies that a checkpoint follows for."""
    return {
        a
        for note in noted
        for due in note.follow_ups
        if due.follow is Follow.CHECKPOINT and agency_of(due.by) == CENTRE
        for a in due.about.split()
    }
