"""What the lead's page says of consent: each basis on record in words, and whom nobody asked because the person does not want it."""

from dataclasses import dataclass, field

from services.referral import rules
from services.referral.held_back import waiting_requests
from services.referral.queries.conflicts import checks_of
from shared.casework.case_reader import CaseReader
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis, granted, refused
from shared.protocol.case import Case, HandoffState
from shared.protocol.facts import hidden
from shared.protocol.vocabulary import Basis, DataClass, HandoffKind, Need


@dataclass(frozen=True)
class Unasked:
    """A need with an agency that could help and gets nothing; `withheld` where the person objects to it. Without an agency: the national
    policy names nobody for it."""

    need: Need
    agency: str
    withheld: bool
    held: bool = False
    """Whether it would be told, and an officer must look first: a suspect may be close to its staff."""
    request: str = ""
    """The request of another agency that waits for that; "" where the policy would have it invited."""


@dataclass(frozen=True)
class OnRecord:
    """The bases of a case, and what they leave without anybody. Empty for a side case, whose basis is the main one's."""

    rows: list[LegalBasis]
    unasked: list[Unasked]
    barred: list[str] = field(default_factory=list[str])
    """Who would be called at once in danger, and must not be told."""
    unknown: bool = False
    """Whether it is not known whom the person leaves out: then those are barred until the person has been asked."""


def on_record(reader: CaseReader, case: Case, at: int) -> OnRecord:
    """What is on record of a case, and what follows at this moment (ms UTC)."""
    if case.is_side:
        return OnRecord([], [])
    work = UnitOfWork(reader.instance, reader.session)
    rows, country = legal_bases.recorded(work, case), reader.country
    known = legal_bases.known(rows)
    forms = reader.profile(case.id)[DataClass.D2].get("forms", ())
    helped = rules.helped(case)
    asked = {
        (h.need, h.to) for h in case.handoffs.values() if h.kind is not HandoffKind.CONSULTATION and h.state is not HandoffState.REVOKED
    }
    policy = rules.whom_to_invite(country.invitations, case, forms)
    named = [pair for pair in policy if pair[0] not in helped]
    outside = [h for h in case.handoffs.values() if h.to not in case.agencies and not hidden(h.to)]
    waiting = dict.fromkeys((h.need, h.to) for h in outside if h.waiting or (h.state is HandoffState.RETURNED and h.code is None))
    checks = checks_of(reader.session, case.id)
    unsettled = any(one.looked_at is None for one in checks)
    held = waiting_requests(case, rows, country, at) if unsettled else []
    found = [Unasked(h.need, h.to, withheld=False, held=True, request=h.id) for h in held]
    for need, agency in dict.fromkeys((*named, *(pair for pair in waiting if pair not in {(h.need, h.to) for h in held}))):
        to = legal_bases.recipient(country, agency) if country.may_ask(agency) else None
        if to and granted(rows, to, need, at) is None:
            found.append(Unasked(need, agency, case.basis is not Basis.NONE and refused(known, to, at)))  # no consent is no objection
        elif to and (need, agency) in named and (unsettled or (checks and (need, agency) not in asked)):
            found.append(Unasked(need, agency, withheld=False, held=True))
    placed = helped | {need for need, _ in (*policy, *asked)}
    found += [Unasked(need, "", withheld=False) for need in case.needs if case.basis is not Basis.NONE and need not in placed]
    if case.closed_at is not None:
        return OnRecord(known, [])
    return OnRecord(known, found, legal_bases.barred(reader, case, at), legal_bases.unknown(reader, case))
