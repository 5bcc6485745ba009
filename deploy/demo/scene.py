"""Who plays in a story: agencies found by what they do in a country's file, never by their ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.demo.story import HOUR, Story, StoryStep
from services.intake.handlers.reports import FileReport
from services.intake.rules import report as first
from services.referral.rules import whom_to_invite
from shared.config.country import Country
from shared.privacy import answers
from shared.protocol.vocabulary import AgencyKind, Basis, Need, Urgency

K = AgencyKind
HELPERS = (K.SHELTER, K.NGO, K.LOCAL_AUTHORITY, K.HEALTH, K.SOCIAL_SERVICES, K.LEGAL_AID)
"""Kinds that are asked when the agency that the policy names does not help, in this order."""


class Untold(Exception):
    """A story cannot be played in this country: one clause that says why."""


def report(note: str, **said: Any) -> dict[str, Any]:
    """A report as an officer files it; the note stays at the agency that wrote it."""
    asked = said.get("age", "adult") == "adult"  # a child, or somebody whose age is unsure, is not asked
    return {"danger": False, "consent": asked, "age": "adult", "note": f"Invented for the demo: {note}", **said}


def reporter(country: Country, *kinds: AgencyKind) -> str:
    """An agency of one of these kinds that reports, the first kind first; of a kind, one that is invited for nothing, if there is one.

    Raises Untold.
    """
    busy = {line.agency for line in country.invitations}
    found = [a for a in country.agencies if "intake" in a.services and a.kind in kinds]
    if not found:
        raise Untold(f"in {country.name} nobody of kind {' or '.join(kinds)} reports")
    return min(found, key=lambda a: (kinds.index(a.kind), a.id in busy)).id


@dataclass(frozen=True)
class InvitationFacts:
    """What the lead's rule of invitation asks of a case."""

    lead: str
    basis: Basis
    urgency: Urgency
    needs: Sequence[Need]


class StoryScene:
    """One story's report in one country, and the steps that its agencies may take."""

    def __init__(self, country: Country, reported_by: str, said: dict[str, Any]) -> None:
        self.country, self.reporter, self.said = country, reported_by, said
        self.report = told = FileReport.model_validate(said)
        basis = answers.basis(told.age, told.consent, told.danger)
        self.urgency = first.urgency(told.danger, told.age, told.indicators)
        self.invited = self._invited_on(basis)

    def _invited_on(self, basis: Basis) -> dict[str, str]:
        """Need → the agency that the lead's rule of invitation names where the case goes on this basis."""
        told, country = self.report, self.country
        needs = first.needs(told.needs, told.forms, basis is Basis.CHILD, country.at_once(self.urgency))
        case = InvitationFacts(country.lead, basis, self.urgency, needs)
        return {need.value: agency for need, agency in whom_to_invite(country.invitations, case, told.forms)}

    def by(self, need: str) -> str:
        """The agency that the lead invites for this need. Raises Untold."""
        if need not in self.invited:
            raise Untold(f"in {self.country.name} nobody is invited for {_words(need)}")
        return self.invited[need]

    def named(self, need: str) -> str:
        """The agency that the policy names for a need first, whatever this case needs. Raises Untold."""
        found = next((line.agency for line in self.country.invitations if line.need.value == need), None)
        if found is None:
            raise Untold(f"in {self.country.name} the policy names nobody for {_words(need)}")
        return found

    def others(self, need: str, n: int) -> list[str]:
        """Agencies that may be asked for this need when the one that is invited does not help; the reporter comes last. Raises Untold."""
        able = [a for a in self.country.agencies if a.kind in HELPERS and "assistance" in a.services and not a.apart]
        able = [a for a in able if a.id not in (self.by(need), self.country.lead) and self.country.serves(a.id, Need(need))]
        found = [a.id for a in sorted(able, key=lambda a: (a.id == self.reporter, HELPERS.index(a.kind)))]
        if len(found) < n:
            raise Untold(f"in {self.country.name} there is nobody else to ask for {_words(need)}")
        return found[:n]

    def shelter(self) -> str:
        """A confidential agency, which acts with the lead alone. Raises Untold."""
        found = self.country.confidential()
        if not found:
            raise Untold(f"in {self.country.name} there is no confidential agency")
        return found[0].id

    def next_lead(self, need: str) -> str:
        """The agency that the lead invites for this need, where its desk can lead the case from then on. Raises Untold."""
        agency = self.by(need)
        if agency not in self.country.leading():
            raise Untold(f"in {self.country.name} whoever is invited for {_words(need)} leads no cases")
        return agency

    def answer(self, need: str) -> float:
        """Hours within which a request for this need is to be answered."""
        return self.country.deadline(Need(need), self.urgency, 0)[0] / HOUR

    def lapse(self, need: str) -> float:
        """Hours after which a request for this need lapses."""
        return self.country.deadline(Need(need), self.urgency, 0)[1] / HOUR

    def in_time(self, need: str, hours: float) -> None:
        """Nobody can answer a request that has lapsed. Raises Untold."""
        if hours >= self.lapse(need):
            raise Untold(f"in {self.country.name} a request for {_words(need)} lapses after {self.lapse(need):g} h")

    def lead(self, hour: float, act: str, need: str = "", **body: Any) -> StoryStep:
        """What an officer of the lead does."""
        return StoryStep(hour, self.country.lead, act, need, body)

    def agrees(self, hour: float) -> StoryStep:
        """The person, who did not want to be named, consents: the steps after it are of those whom the policy names then."""
        self.invited = self._invited_on(Basis.CONSENT)
        return self.lead(hour, "change-basis", age="adult", consent=True, consent_language=self.said["language"])

    def consents(self, hour: float, need: str, agency: str) -> StoryStep:
        """The person agrees, asked again, to disclosure to this agency for this need too."""
        return self.lead(hour, "record-consent", need, agency=agency, classes=["D1", "D2"], language=self.said["language"])

    def tells(self, hour: float, need: str, agency: str = "", more: tuple[str, ...] = ()) -> StoryStep:
        """The person agrees that whoever helps with this need knows the name and the number too, as far as it needs them; and `more`."""
        named = ["D1", "D2", "D3", "D4", *more]
        return self.lead(hour, "record-consent", need, agency=agency or self.by(need), classes=named, language=self.said["language"])

    def identifies(self) -> tuple[StoryStep, ...]:
        """The lead takes the case on."""
        self.in_time("identification", 5)
        return self.lead(2, "acknowledge", "identification"), self.lead(5, "accept", "identification")

    def step(self, hour: float, act: str, need: str, by: str = "", asked_at: float = 0, **body: Any) -> StoryStep:
        """What the invited agency, or another one that was asked later, does about a need. Raises Untold."""
        if act in ("acknowledge", "accept", "decline", "ask-info", "advise"):
            self.in_time(need, hour - asked_at)
        return StoryStep(hour, by or self.by(need), act, need, body)

    def accepts(self, hour: float, need: str, by: str = "", asked_at: float = 0) -> tuple[StoryStep, ...]:
        """It opens the request, and takes it on two hours later."""
        return self.step(hour, "acknowledge", need, by, asked_at), self.step(hour + 2, "accept", need, by, asked_at)

    def works(self, begin: float, end: float, need: str, by: str = "") -> tuple[StoryStep, ...]:
        """It begins, and ends what it does."""
        return self.step(begin, "begin", need, by), self.step(end, "finish", need, by)

    def story(self, name: str, days_ago: float, *steps: StoryStep | Iterable[StoryStep]) -> Story:
        """The whole story."""
        flat = [one for step in steps for one in ([step] if isinstance(step, StoryStep) else step)]
        return Story(name, days_ago, self.reporter, self.said, tuple(flat))


def _words(code: str) -> str:
    return code.replace("_", " ")
