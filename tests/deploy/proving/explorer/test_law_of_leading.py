"""Where the lead passes on, too, model and law agree: logs of the explorer's stories are followed once more, by the real fold."""

from deploy.proving.explorer import Bounds, explore
from deploy.proving.explorer.judging import at_rest
from deploy.proving.explorer.picture import Kind, Record
from deploy.proving.explorer.state import EVERYBODY
from deploy.proving.explorer.view import LEAD
from shared.protocol.case import Verdict
from shared.protocol.events import HandoffAccepted, HandoffDeclined, RosterSet
from shared.protocol.facts import Event
from shared.protocol.following import KeptRecord, View
from shared.protocol.following import follow as really
from shared.protocol.messages import MessageSent
from shared.protocol.vocabulary import DeclineCode, HandoffKind, Need
from tests.deploy.proving.explorer.test_law import Real, model
from tests.shared.protocol.cases import REPORTER, core_of, members, opening, request

BOUNDS = Bounds(4, 0, acts=False, hands_over=True)
"""So many decisions as it takes until a desk that has handed the case over tells the new one whom the person withdrew."""


class Desks(Real):
    """The member has a desk that can lead."""

    def __init__(self, start: str) -> None:
        super().__init__(start)
        self.me["M"] = f"referral.{REPORTER}"
        begun = KeptRecord(0, "opening", core_of(None, f"intake.{REPORTER}", opening(protocol=2)))
        for name in start:
            self.views[name], _ = really(View(), self.me[name], begun)
        lead = self.views[LEAD].case
        assert lead is not None
        self.after, self.offer = {-1: lead}, ""

    def _event(self, record: Record, settles: str) -> Event:
        if record.kind is Kind.OFFER:
            self.offer = record.key
            return request(record.key, REPORTER, Need.IDENTIFICATION, kind=HandoffKind.TRANSFER)
        if record.kind is Kind.YES:
            return HandoffAccepted(handoff=self.offer)
        if record.kind is Kind.NO:
            return HandoffDeclined(handoff=self.offer, code=DeclineCode.NO_CAPACITY)
        if record.kind is Kind.MESSAGE:
            return MessageSent()  # what it says lies in its sealed parts: a core tells nothing of it
        said = super()._event(record, settles)
        if isinstance(said, RosterSet) and record.lead:
            return RosterSet(members=members(*sorted(self.agency[name] for name in record.members)), lead=self.agency[record.lead])
        return said


def test_the_law_judges_every_change_of_the_lead_as_the_explorer_does() -> None:
    found, led = explore(BOUNDS), set[str]()
    logs = {state.log: state for state in found.origins if at_rest(state)}
    messages = [state for log, state in logs.items() if any(record.kind is Kind.MESSAGE for record in log)]
    for state in [*messages, *list(logs.values())[::5]]:
        real, picture = Desks(BOUNDS.start), state.lead.view.picture
        assert picture is not None
        expected, settles = {name: model(state, BOUNDS, name) for name in EVERYBODY}, dict(picture.settled)
        for place, record in enumerate(state.log):
            core = real.core(record, settles.get(record.key, Verdict.COUNTED))
            for name in EVERYBODY:
                folded = {note.place: note.verdict.value for note in expected[name][place]}
                assert real.read(name, place, record, core) == folded, f"{name} at place {place} of {state.log}"
        case = real.views[LEAD].case
        assert case is not None
        assert case.lead == real.agency[picture.lead]
        led.add(picture.lead)
    assert (led, len(logs) > 500, len(messages) > 10) == ({"L", "M"}, True, True)
