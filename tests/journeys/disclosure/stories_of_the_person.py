"""Stories in which a person tells of the exploitation, is under pressure, and changes their mind."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.referral.handlers.danger import SendThere, send_there
from services.referral.handlers.pressure import ReviewPressure, review_pressure
from shared.casework.account import ACCOUNT
from shared.casework.stating import StateFacts
from shared.protocol.case import agency_of, service_of
from shared.protocol.vocabulary import Ground, Need
from tests.journeys.disclosure.land import LEADING, REPORTING
from tests.journeys.disclosure.pressure import Mark
from tests.journeys.disclosure.stories import COUNT
from tests.journeys.disclosure.stories_of_documents import DocumentStories

OWNERS = (REPORTING, LEADING, "assistance.rs-ngo")
GIVEN = st.sampled_from([("rs-pol", "investigation"), ("rs-pol", "investigation"), ("rs-lead", "identification"), ("rs-ngo", "legal")])
LAW = {"law": "Invented Act, section 7", "reviewer": "Invented second officer", "reason": "she asked for it"}


class Disclosure(DocumentStories):
    """The stories of a case, of its papers, and of the person behind it."""

    @rule(n=COUNT, me=st.sampled_from(OWNERS))
    def the_account_is_written(self, n: int, me: str) -> None:
        case, words = self.pick(n), f"Told{self.land.forms}x"
        if self.account(me, "write-account", case=case, words=words, means="heard", day="2025-01-02", language="sr"):
            self.watch.accounts[words] = (case, agency_of(me))

    @rule(n=COUNT, me=st.sampled_from(OWNERS), given=GIVEN, version=st.integers(1, 2))
    def the_account_is_released(self, n: int, me: str, given: tuple[str, str], version: int) -> None:
        case, (to, purpose) = self.pick(n), given
        if self.account(me, "release-account", case=case, version=version, to=to, purpose=purpose, **LAW):
            self.watch.released.add((case, agency_of(me), to, purpose))

    @rule(n=COUNT, me=st.sampled_from(OWNERS))
    def the_account_is_erased(self, n: int, me: str) -> None:
        self.account(me, "erase-account", case=self.pick(n), version=1, reason="she asked for it")

    @rule(n=COUNT, me=st.sampled_from((REPORTING, LEADING, "assistance.rs-pol", "assistance.rs-ngo")))
    def somebody_is_under_pressure(self, n: int, me: str) -> None:
        case = self.pick(n)
        mark = StateFacts.model_validate({"case": case, "statements": [{"field": "duress", "value": "yes", "source": "said"}]})
        if self.land.decide(me, self.stating[service_of(me)], mark):
            self.watch.marks.append(Mark(case, me, self.land.clock.at))

    @rule(n=COUNT, agency=st.sampled_from(["rs-pol", "rs-ngo", "rs-migr"]))
    def one_goes_there(self, n: int, agency: str) -> None:
        case = self.pick(n)
        there = {"case": case, "agency": agency, "need": Need.SAFETY, "ground": Ground.LIFE, "words": "he is at the door"}
        if self.land.decide(LEADING, send_there, SendThere.model_validate(there)):
            self.watch.asked[case, agency] = self.land.clock.at

    @rule(n=COUNT)
    def the_lead_has_looked(self, n: int) -> None:
        self.land.decide(LEADING, review_pressure, ReviewPressure(case=self.pick(n), reason="called back"))

    def account(self, me: str, name: str, **said: object) -> str | None:
        one = ACCOUNT[name]
        return self.land.decide(me, one.use_case, one.command.model_validate(said))
