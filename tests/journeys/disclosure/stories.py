"""Stories of a land that seals: people decide, consent is withdrawn, records come late or never, keys and agencies go, in any order."""

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import select

from deploy.proving.simulation.deeds import tell
from deploy.proving.simulation.land import MEMORY
from deploy.proving.simulation.pieces import SimulatedCourier
from services.assistance.handlers import handoffs as a
from services.assistance.handlers import statements as of_agency
from services.intake.handlers.reports import ImportedReport, file_report
from services.intake.handlers.reports import state_facts as of_intake
from services.referral.handlers import cases as r
from services.referral.handlers import conflict as k
from services.referral.handlers import consent as c
from services.referral.handlers import ending as e
from services.referral.handlers import statements as of_lead
from services.referral.handlers import status as s
from services.referral.models import Side
from shared.casework.person_file import statements_of
from shared.casework.stating import StateFacts
from shared.config.country import Country
from shared.protocol.case import HELD, agency_of, service_of
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.facts import EndedHandoff, EndedTask
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import (
    ActionCode,
    CloseReason,
    DataClass,
    DeclineCode,
    Ending,
    Ground,
    HandoffKind,
    Need,
    Outcome,
    Question,
    ReopenReason,
    Stage,
)
from shared.records.sealer import Sealer
from tests.journeys.disclosure.land import ACTING, COUNTRY, HOUSES, INSTANCES, LEADING, REPORTING, SHELTER, Land
from tests.journeys.disclosure.mandates import STATED
from tests.journeys.disclosure.watch import Watch, Withdrawal

HOUR = 3_600_000
ASKED = ("rs-pol", "rs-ngo", "rs-migr", "rs-muni", "rs-csr", "rs-ombud")
CLASSES = ((), (), (DataClass.D2,), (DataClass.D1, DataClass.D2), (DataClass.D7,))
COUNT, NEED = st.integers(0, 7), st.sampled_from([Need.LEGAL, Need.RESIDENCE, Need.INVESTIGATION, Need.SOCIAL_CARE])
AGREED = st.sampled_from([(DataClass.D1,), (DataClass.D1, DataClass.D2), tuple(DataClass)[1:9]])


STATING = {"intake": of_intake, "referral": of_lead.state_facts, "assistance": of_agency.state_facts}


@lru_cache
def templates() -> Path:
    """Migrated databases to copy, for as long as this process runs."""
    return Path(tempfile.mkdtemp(prefix="nrm-templates-", dir=MEMORY if MEMORY.is_dir() else None))


class CaseStories(RuleBasedStateMachine):
    """One land, and whoever watches it."""

    stating = STATING

    carrying = SimulatedCourier

    def __init__(self, sealing: type[Sealer] = Sealer, country: Country = COUNTRY, protocol: int = NEWEST) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="nrm-disclosure-", dir=MEMORY if MEMORY.is_dir() else None)
        self.land = Land(Path(self.folder.name), templates(), sealing, country, protocol)
        self.land.carrying = self.carrying
        self.watch = Watch(self.land)
        self.land.on_sealed, self.land.on_landed, self.land.on_read = self.watch.look, self.watch.landed, self.watch.kept
        self.cases = list[str]()

    def teardown(self) -> None:
        try:
            self.watch.disks()
            self.watch.folders()
        finally:
            self.ends()

    def ends(self) -> None:
        self.watch.close()
        self.land.close()
        self.folder.cleanup()

    # --- people -------------------------------------------------------------------------------------------------------------------

    @initialize(age=st.sampled_from(["adult", "adult", "child"]), consent=st.booleans(), danger=st.booleans(), joined=st.booleans(),
                conflict=st.sampled_from([False, False, True]))  # fmt: skip
    def begins(self, age: str, consent: bool, danger: bool, joined: bool, conflict: bool = False) -> None:
        self.files(age, consent, danger, conflict)
        if joined:
            self.land.settle()

    @precondition(lambda self: len(self.cases) < 2)
    @rule(age=st.sampled_from(["adult", "child"]), consent=st.booleans(), danger=st.booleans(), conflict=st.booleans())
    def files(self, age: str, consent: bool, danger: bool, conflict: bool = False) -> None:
        words = f"Landia-{len(self.cases)}", f"worked-{len(self.cases)}-for-nothing"
        told = {
            "age": age,
            "consent": consent and age == "adult",
            "danger": danger,
            "nationality": words[0],
            "forms_printed": words[1],
            "forms": ("LAB",),
            "conflict": conflict,
            **({"ground": "life"} if danger and not consent and age == "adult" else {}),
        }
        needs = ("investigation", "legal") if len(self.cases) == 0 else ("legal",)
        case = self.land.decide(REPORTING, file_report, ImportedReport.model_validate({**told, "needs": needs}))
        assert case is not None
        self.cases.append(case)
        self.watch.words[case] = words
        self.watch.conflicts |= {case} if conflict else set()

    @rule(n=COUNT, agency=st.sampled_from(ASKED), need=st.sampled_from([Need.LEGAL, Need.RESIDENCE, Need.SOCIAL_CARE]))
    def lead_adds(self, n: int, agency: str, need: Need) -> None:
        case = self.pick(n)
        there = self.land.case(LEADING, case)
        asked = c.AddAgency(case=case, agency=agency, need=need, conflict=self.why(case))
        added = self.land.decide(LEADING, r.add_agency, asked)
        if added and there and agency not in there.agencies:
            self.watch.asked[case, agency] = self.land.clock.at

    @rule(n=COUNT, agency=st.sampled_from([*ASKED, "rs-insp"]), need=NEED, classes=AGREED, months=st.sampled_from([None, 3]))
    def the_person_agrees(self, n: int, agency: str, need: Need, classes: tuple[DataClass, ...], months: int | None) -> None:
        agreed = {"agency": agency, "need": need, "classes": classes, "language": "sr", "months": months, "case": self.pick(n)}
        if self.land.decide(LEADING, c.record_consent, c.RecordConsent.model_validate(agreed)):
            self.watch.asked[self.pick(n), agency] = self.land.clock.at

    @rule(n=COUNT, agency=st.sampled_from(ASKED), need=NEED, consults=st.booleans())
    def it_goes_without_consent(self, n: int, agency: str, need: Need, consults: bool) -> None:
        about: dict[str, Any] = {"case": self.pick(n), "agency": agency, "need": need}
        urgent = r.add_agency, c.AddAgency(**about, ground=Ground.HEALTH)
        advice = c.consult, c.Consult(**about, question=Question.SAFETY)
        if self.land.decide(LEADING, *(advice if consults else urgent)):
            self.watch.asked[about["case"], agency] = self.land.clock.at

    @rule(n=COUNT, house=st.sampled_from(HOUSES))
    def lead_asks_a_shelter(self, n: int, house: str) -> None:
        case = self.pick(n)
        self.the_person_agrees(n, house, Need.HOUSING, (DataClass.D1,), None)
        asked = c.AddAgency(case=case, agency=house, need=Need.HOUSING, conflict=self.why(case))
        if self.land.decide(LEADING, r.ask_confidential, asked):
            self.watch.asked[case, SHELTER] = self.land.clock.at
            for side in self.land.instance(LEADING).transact(lambda work: list(work.session.exec(select(Side.side)))):
                self.watch.sides.setdefault(side, house)

    @rule(n=COUNT, invites=st.booleans())
    def lead_looks_at_a_conflict(self, n: int, invites: bool) -> None:
        case = self.pick(n)
        told = k.SettleConflict(case=case, needs=(Need.LEGAL,) if invites else (), reason="nobody of theirs is meant")
        if self.land.decide(LEADING, k.settle_conflict, told):
            self.watch.conflicts.discard(case)

    @rule(n=COUNT, house=st.sampled_from(HOUSES), gives_back=st.booleans())
    def a_shelter_takes_somebody_in(self, n: int, house: str, gives_back: bool) -> None:
        self.lead_asks_a_shelter(n, house)
        self.land.settle(6)
        for case, asked in self.watch.sides.items():
            me = f"assistance.{asked}"
            if me in INSTANCES:
                for decision, command in self.deeds(me, case):
                    if decision is a.accept or (gives_back and decision is a.give_back):
                        self.land.decide(me, decision, command)

    @rule(n=COUNT, agency=st.sampled_from([*ASKED, "rs-insp", SHELTER]), classes=st.sampled_from(CLASSES))
    def consent_is_withdrawn(self, n: int, agency: str, classes: tuple[DataClass, ...]) -> None:
        case = self.pick(n)
        if self.land.decide(LEADING, c.withdraw, c.Withdraw(case=case, agency=agency, classes=classes)):
            self.watch.withdrawn[case, agency] = Withdrawal(self.land.clock.at, frozenset(classes))

    @rule(n=COUNT, agency=st.sampled_from(ASKED), classes=st.sampled_from(CLASSES), read=st.booleans())
    def consent_is_withdrawn_while_it_joins(self, n: int, agency: str, classes: tuple[DataClass, ...], read: bool) -> None:
        self.lead_adds(n, agency, Need.LEGAL)
        self.land.send(LEADING)
        for message in self.land.messages[:]:
            self.land.arrive(message)
        if read:
            self.land.poll(LEADING)
        self.consent_is_withdrawn(n, agency, classes)
        self.land.poll(LEADING)

    @rule(n=COUNT, stage=st.sampled_from(Stage))
    def lead_decides_on_the_status(self, n: int, stage: Stage) -> None:
        self.land.decide(LEADING, s.decide_status, s.DecideStatus(case=self.pick(n), stage=stage, positive=True))

    @rule(n=COUNT, sure=st.integers(0, 3))
    def lead_closes(self, n: int, sure: int) -> None:
        case = self.pick(n)
        picture = None if sure else self.land.case(LEADING, case)
        if picture is not None:
            handoffs = tuple(EndedHandoff(handoff=h.id, ending=Ending.NOT_NEEDED) for h in open_handoffs(picture))
            tasks = tuple(EndedTask(task=t.id, ending=Ending.NOT_NEEDED) for t in open_tasks(picture))
            self.land.decide(LEADING, e.close_case, e.CloseCase(case=case, reason=CloseReason.OTHER, handoffs=handoffs, tasks=tasks))

    @rule(n=COUNT)
    def lead_reopens(self, n: int) -> None:
        self.land.decide(LEADING, e.reopen_case, e.ReopenCase(case=self.pick(n), reason=ReopenReason.MISTAKE))

    @rule(n=COUNT, me=st.sampled_from(ACTING), k=COUNT)
    def an_agency_acts(self, n: int, me: str, k: int) -> None:
        deeds = self.deeds(me, self.pick(n, side=me))
        if deeds:
            self.land.decide(me, *deeds[k % len(deeds)])

    @rule(n=COUNT, me=st.sampled_from([*ACTING[:3], LEADING]), k=COUNT)
    def who_asked_tells_more(self, n: int, me: str, k: int) -> None:
        case = self.pick(n)
        picture = self.land.case(me, case)
        given = [h for h in picture.handoffs.values() if h.giver == agency_of(me)] if picture else []
        if given:
            self.land.decide(me, tell, a.OfHandoff(case=case, handoff=given[k % len(given)].id))

    @rule(n=COUNT, me=st.sampled_from(ACTING[:3]), to=st.sampled_from(ASKED), consults=st.booleans())
    def an_agency_asks_another(self, n: int, me: str, to: str, consults: bool) -> None:
        kind = HandoffKind.CONSULTATION if consults else HandoffKind.REFERRAL
        question = Question.ENTITLEMENT if consults else None
        asked = a.RequestHandoff(case=self.pick(n), to=to, need=Need.LEGAL, kind=kind, question=question)
        self.land.decide(me, a.request_handoff, asked)

    @rule(n=COUNT, me=st.sampled_from((REPORTING, LEADING, *ACTING[:3])), field=st.sampled_from(sorted(STATED)), corrects=st.booleans())
    def somebody_states(self, n: int, me: str, field: str, corrects: bool) -> None:
        """Something of the person: of those who know more of it, or the same anew."""
        case, about, number = self.pick(n), "suspect:1" if field == "suspect_name" else "person", self.land.forms
        said = {"field": field, "about": about, "source": "said", "value": f"+38160{number:07}" if field == "phone" else f"Stated{number}x"}
        if corrects and (earlier := self.on_file(me, case, field)):
            said |= {"supersedes": earlier[-1]}
        command = StateFacts.model_validate({"case": case, "statements": [said]})
        if self.land.decide(me, self.stating[service_of(me)], command):
            self.watch.stated[said["value"]] = (case, agency_of(me), field)

    def why(self, case: str) -> str:
        """Why an agency can be asked though a suspect may be close to staff; nothing where none is."""
        return "she knows who works there" if case in self.watch.conflicts else ""

    def on_file(self, me: str, case: str, field: str) -> list[str]:
        """What an instance holds in a field and nothing has taken the place of."""
        found = self.land.instance(me).transact(lambda work: statements_of(work, case))
        return [said.id for said in found if said.field == field and said.superseded_by is None]

    def pick(self, n: int, side: str = "") -> str:
        """A case; for a shelter's instance one of its own."""
        own = [case for case, house in self.watch.sides.items() if house == agency_of(side)]
        return (own or self.cases)[n % len(own or self.cases)]

    def deeds(self, me: str, case: str) -> list[tuple[Callable[..., Any], Any]]:
        """What an agency may do about what it was asked."""
        found = list[tuple[Callable[..., Any], Any]]()
        picture = self.land.case(me, case)
        for h in picture.handoffs.values() if picture else ():
            of = {"case": case, "handoff": h.id}
            if h.to == agency_of(me) and h.waiting:
                found += [(a.accept, a.OfHandoff(**of)), (a.ask_info, a.AskInfo(**of, words="Invented?")), (a.ask_info, a.AskInfo(**of))]
                found += [(a.decline, a.Decline(**of, code=DeclineCode.NO_CAPACITY))]
            if h.to == agency_of(me) and h.state in HELD:
                found += [
                    (a.take_action, a.TakeAction(**of, action=ActionCode.LEGAL_STEP)),
                    (a.complete, a.Complete(**of, outcome=Outcome.DONE)),
                ]
        return found

    # --- the network --------------------------------------------------------------------------------------------------------------

    @rule(me=st.sampled_from((LEADING, *INSTANCES)))
    def seals(self, me: str) -> None:
        self.land.send(me)

    @precondition(lambda self: bool(self.land.messages))
    @rule(n=COUNT)
    def arrives(self, n: int) -> None:
        self.land.arrive(self.land.messages[n % len(self.land.messages)])

    @precondition(lambda self: bool(self.land.messages))
    @rule(n=COUNT)
    def is_given_up(self, n: int) -> None:
        self.land.give_up(self.land.messages[n % len(self.land.messages)])

    @rule(me=st.sampled_from((LEADING, *INSTANCES)), limit=st.sampled_from([1, 2, 500]))
    def reads(self, me: str, limit: int) -> None:
        self.land.poll(me, limit)

    @rule()
    def all_settles(self) -> None:
        self.land.settle()

    @rule(me=st.sampled_from(INSTANCES))
    def starts_again(self, me: str) -> None:
        self.land.restart(me)

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.land.clock.at += days * 24 * HOUR
        for me in INSTANCES:
            self.land.instance(me).idle(clocks=True)

    # --- the directory ------------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.land.settled)
    @rule(me=st.sampled_from(INSTANCES))
    def has_new_keys(self, me: str) -> None:
        if me not in self.watch.revoked:
            self.land.rotate(me)

    @precondition(lambda self: self.land.settled)
    @rule(me=st.sampled_from(ACTING))
    def is_revoked(self, me: str) -> None:
        if me not in self.watch.revoked:
            self.land.revoke(me)
            self.watch.revoked[me] = self.land.newest.version

    @precondition(lambda self: self.land.settled)
    @rule(agency=st.sampled_from(["rs-pol", HOUSES[0]]))
    def is_about_to_leave(self, agency: str) -> None:
        self.land.leave(agency)

    @precondition(lambda self: not self.land.settled)
    @rule(me=st.sampled_from(INSTANCES))
    def reads_the_board(self, me: str) -> None:
        self.land.learn(me)

    @precondition(lambda self: not self.land.settled)
    @rule()
    def the_directory_is_in_force(self) -> None:
        self.land.lay()

    @invariant()
    def nobody_is_stuck(self) -> None:
        for instance in self.land.instances.values():
            stuck = instance.parked or instance.fence or instance.outgoing.spoilt
            assert not stuck, f"{instance.me} could not go on"
