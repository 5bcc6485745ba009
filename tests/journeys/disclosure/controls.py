"""Lands in which one rule is missing, each with a real part that has a piece taken out."""

from shared.casework.stating import StateFacts, made
from shared.config.country import Country
from shared.crypto import envelope2, envelopes
from shared.decisions.decide import DecisionContext
from shared.protocol.case import Case, agency_of
from shared.protocol.core import encode
from shared.protocol.letters import CoverSent
from shared.protocol.statements import StatementMade, stated
from shared.records.codec import Decided, Headers, completed
from shared.records.sealer import Sealer
from tests.journeys.disclosure.land import COUNTRY


class Indiscreet(Country):
    """Without the rule that a confidential agency is told by its kind alone."""

    def told_as(self, id: str) -> str:
        return super().told_as(id) + "-" + id if self.agency(id).apart else id


INDISCREET = Indiscreet.model_validate(COUNTRY.model_dump())


class Careless(Sealer):
    """Seals for whom it thinks right."""

    def complete(self, decided: Decided, case: Case | None, version: int, now: int) -> tuple[bytes, bytes, Headers]:
        key, value, headers = super().complete(decided, case, version, now)
        if decided.type == CoverSent.TYPE:
            return key, value, headers
        core, sections, readers = completed(decided, self.ring.instance, case, now)
        who = self.thinks(readers, list(sections), case)
        opened_by = case.opened_by if case else core.author
        found = self.listing.readers(self.instances(set(who), opened_by), version)
        parts = [(public, who.get(agency_of(name), ())) for name, public in found.items()]
        protocol, signing = 2 if value.startswith(envelope2.START) else 1, next(iter(self.ring.signers.values()))
        return (
            key,
            envelopes.seal(protocol, key.decode(), encode(core), signing, sections, parts, intro=("intro", b"1") in headers),
            headers,
        )

    def instances(self, agencies: set[str], opened_by: str) -> list[str]:
        return self._instances(agencies, opened_by)

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        raise NotImplementedError


class Generous(Careless):
    """Without the table: whoever reads the core reads all of it."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return dict.fromkeys(readers, sections)


class Open(Careless):
    """Without the roster: whoever is listed reads the core."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return {**dict.fromkeys((a.id for a in COUNTRY.agencies), list[str]()), **readers}


class Everywhere(Careless):
    """Without the rule that of intakes the one that opened the case reads on."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return readers

    def instances(self, agencies: set[str], opened_by: str) -> list[str]:
        listed = self.listing.now.instances if self.listing.now else ()
        return [i.id for i in listed if agency_of(i.id) in agencies]


class Clinging(Careless):
    """Without withdrawal: who was told once is told for ever."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        known = self.__dict__.setdefault("known", dict[str, dict[str, list[str]]]())
        told = known.setdefault(case.id, {}) if case else {}
        told |= {agency: ["D1", "D2"] if agency == "rs-pol" else may for agency, may in readers.items()}
        return dict(told) or readers


class Talkative(Careless):
    """Without the groups: who may read the core is told whatever is stated of class D3."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return dict.fromkeys(readers, sections) if sections == ["D3"] else readers


class Gossiping(Careless):
    """Without release to one agency: of what only one is to be told, whoever is in the case is told."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return dict.fromkeys(readers, sections) if sections == ["D7"] else readers


class Unbending(Careless):
    """Without a look at the roster when a release goes out: it is for whom it was for when it was decided."""

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return {**readers, "rs-pol": sections} if sections == ["D7"] else readers


class Unpaused(Careless):
    """Without holding back while the lead looks at a mark of pressure."""

    def complete(self, decided: Decided, case: Case | None, version: int, now: int) -> tuple[bytes, bytes, Headers]:
        return super().complete(decided, case.model_copy(update={"paused": False}) if case else None, version, now)

    def thinks(self, readers: dict[str, list[str]], sections: list[str], case: Case | None) -> dict[str, list[str]]:
        return readers


class Placed(Unpaused):
    """Without the rule that a municipality is blank once a shelter has the person: a picture that knows of no hand-off."""

    def complete(self, decided: Decided, case: Case | None, version: int, now: int) -> tuple[bytes, bytes, Headers]:
        stating = case is not None and decided.type == StatementMade.TYPE
        return super().complete(decided, case.model_copy(update={"handoffs": {}}) if case and stating else case, version, now)


def loud(command: StateFacts, tx: DecisionContext) -> list[StatementMade]:
    """Stating without a thought of a mark that this instance has set: for whoever may read it."""
    sections = [getattr(event, name) for event in made(command, tx) for name in StatementMade.model_fields]
    return stated(one for section in sections if section for one in section.statements)
