"""Random histories over the fold: every type, every kind of author, malformed and unknown too. What must hold after each event."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.protocol import events as e
from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core
from shared.protocol.facts import Event
from shared.protocol.fold import Folded, fold
from shared.protocol.letters import is_letter
from shared.protocol.versions import PROTOCOLS
from shared.protocol.vocabulary import Basis, CloseReason
from tests.shared.protocol.cases import LEAD, LEADING, REPORTING, START, core_of, members, opening
from tests.shared.protocol.jobs_law import has_jobs
from tests.shared.protocol.laws import changes_only_what_may_change, follows_what_must, holds_together, over_the_wire, settles
from tests.shared.protocol.plays import AGENCIES, AUTHORS, DESKS, OTHERS, moves, roster_toggled, step
from tests.shared.protocol.profiles import searching
from tests.shared.protocol.wild import EVENT

ANYBODY = st.one_of(
    st.sampled_from(AUTHORS),
    st.builds("{}.{}".format, st.sampled_from(["intake", "referral", "assistance", "reporting"]), st.sampled_from([*AGENCIES, "rs-azil"])),
    st.text(max_size=8),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["h0", "h1", LEAD, "C6", "housing"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = sorted({name for kind in EVENTS.values() for name in kind.model_fields})


class Histories(RuleBasedStateMachine):
    """One case, folded event by event."""

    def __init__(self) -> None:
        super().__init__()
        self.case: Case | None = None
        self.now, self.n = START, 0
        self.keys: list[str] = []

    @initialize(
        basis=st.sampled_from(Basis), pingpong=st.integers(2, 4), early=st.booleans(), protocol=st.sampled_from(PROTOCOLS), data=st.data()
    )
    def open(self, basis: Basis, pingpong: int, early: bool, protocol: int, data: st.DataObject) -> None:
        if early:
            wild = data.draw(EVENT)
            folded = self.folds(core_of(None, data.draw(ANYBODY), wild))
            assume(folded.case is None)
        assert self.folds(core_of(None, REPORTING, opening(basis, pingpong, protocol=protocol))).verdict is Verdict.COUNTED
        self.says(LEADING, e.RosterSet(members=members(*AGENCIES)))

    @rule(seed=st.integers(0, 2**32), steps=st.integers(5, 25), pace=st.integers(0, 6))
    def goes_on(self, seed: int, steps: int, pace: int) -> None:
        dice = Random(seed)
        for _ in range(steps):
            self.now += pace
            if found := step(self.picture, dice, str(self.n), self.now, (*AUTHORS, *DESKS[1:])):
                assert self.says(*found).verdict is Verdict.COUNTED

    @rule(author=st.sampled_from(AUTHORS), data=st.data())
    def says_what_may_not_fit(self, author: str, data: st.DataObject) -> None:
        self.says(author, data.draw(st.sampled_from(moves(self.picture, author, str(self.n), self.now))))

    @rule(agency=st.sampled_from(OTHERS))
    def roster_changes(self, agency: str) -> None:
        self.says(f"referral.{self.picture.lead}", roster_toggled(self.picture, agency))

    @rule(author=ANYBODY, event=EVENT, skew=st.integers(-START, 2**53))
    def says_anything(self, author: str, event: Event, skew: int) -> None:
        self.says(author, event, at=self.now + skew)

    @rule(seed=st.integers(0, 2**32), steps=st.integers(0, 4))
    def a_start_crosses_what_others_say(self, seed: int, steps: int) -> None:
        plans = [said for said in moves(self.picture, LEADING, str(self.n), self.now) if isinstance(said, e.JointActionStarted)]
        self.goes_on(seed, steps, 1)
        self.says(LEADING, plans[0])

    @rule(author=ANYBODY, event=EVENT)
    def says_it_of_another_case(self, author: str, event: Event) -> None:
        core = replace(core_of(self.picture, author, event, self.now, key="other"), case="case-2")
        assert fold(self.picture, core) == Folded(self.picture, Verdict.REFUSED)

    @precondition(lambda self: self.n > 50)
    @rule()
    def closes(self) -> None:
        self.says(LEADING, e.CaseClosed(reason=CloseReason.GOALS_MET))

    @rule(
        author=ANYBODY,
        kind=st.sampled_from([*EVENTS, "case.merged.v1", ""]),
        facts=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5),
    )
    def says_what_is_not_well_formed(self, author: str, kind: str, facts: dict[str, Any]) -> None:
        self.says(author, e.JointActionCompleted(), type=kind, facts=facts)

    @rule(author=ANYBODY, event=EVENT, roster=st.integers(-1, 12))
    def says_it_under_some_roster(self, author: str, event: Event, roster: int) -> None:
        self.says(author, event, roster=roster)

    @precondition(lambda self: bool(self.keys))
    @rule(author=ANYBODY, data=st.data(), roster=st.integers(0, 3))
    def says_it_again(self, author: str, data: st.DataObject, roster: int) -> None:
        event = data.draw(st.sampled_from(moves(self.picture, LEADING, str(self.n), self.now)))
        assert self.says(author, event, key=data.draw(st.sampled_from(self.keys)), roster=roster).verdict is Verdict.REPEATED

    @property
    def picture(self) -> Case:
        assert self.case is not None
        return self.case

    def says(self, author: str, event: Event, **other: Any) -> Folded:
        self.n += 1
        other = {"at": self.now, "key": f"k{self.n}", **other}
        return self.folds(core_of(self.case, author, event, **other))

    def folds(self, core: Core) -> Folded:
        before, bytes_before = self.case, None if self.case is None else self.case.model_dump_json()
        folded = fold(before, core)
        assert fold(before, core) == folded
        assert fold(over_the_wire(before), core) == folded
        assert folded.verdict in Verdict
        if before is not None and folded.case is not None:
            assert before.model_dump_json() == bytes_before, "the fold must not change the picture it was given"
            settles(before, folded.case, core, folded)
            changes_only_what_may_change(before, folded.case, folded.verdict, core)
            if folded.verdict is Verdict.COUNTED:
                follows_what_must(before, folded.case, folded)
        elif folded.case is None:
            outside = is_letter(core.case, core.event())
            assert (before, folded.verdict) == (None, Verdict.COUNTED if outside else Verdict.REFUSED)
        self.keys += [core.key] if folded.case is not None and folded.verdict not in (Verdict.STALE, Verdict.REPEATED) else []
        self.case = folded.case
        return folded

    @invariant()
    def the_picture_holds_together(self) -> None:
        if self.case is not None:
            holds_together(self.case)

    @invariant()
    def somebody_must_move_next(self) -> None:
        if self.case is not None:
            has_jobs(self.case)


TestHistories = Histories.TestCase
TestHistories.settings = searching(25, steps=14)
