"""Golden samples of a lead that passes to another agency (see `samples`)."""

from collections.abc import Iterator
from typing import Any

from shared.protocol import events as e
from shared.protocol import leading
from shared.protocol.case import Case
from shared.protocol.lead_record import ActingService, BasisOnRecord, ConflictNoted, ReceiptOwed, in_parts, later
from shared.protocol.messages import MessageSent, handed_on
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, HandoffKind, Need, Stage
from tests.shared.protocol.answer_samples import Told
from tests.shared.protocol.cases import LEAD, LEADING, NGO, REPORTER, SOCIAL, START, acting, members, request

DESK = f"referral.{SOCIAL}"


def passing_on(case: Case | None, told: Told) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lead asks another agency to lead, which agrees; then one roster of the old lead is the change."""
    assert case is not None
    asks, sets = e.HandoffRequested.TYPE, e.RosterSet.TYPE
    ask = request("l", SOCIAL, Need.IDENTIFICATION, START, HandoffKind.TRANSFER)
    yield f"{asks}.refused.to-lead-by-another", told(60, acting(NGO), ask, case, case.id)[1]
    yield f"{asks}.refused.to-lead-for-a-need", told(60, LEADING, ask.model_copy(update={"need": Need.HOUSING}), case, case.id)[1]
    asked, sample = told(60, LEADING, ask, case, case.id)
    yield f"{asks}.to-lead", sample
    yield f"{asks}.superseded.to-lead-twice", told(61, LEADING, ask.model_copy(update={"handoff": "m", "to": NGO}), asked, case.id)[1]
    yes = e.HandoffAccepted(handoff="l")
    yield f"{yes.TYPE}.refused.not-at-a-desk-that-leads", told(61, acting(SOCIAL), yes, asked, case.id)[1]
    agreed, sample = told(61, DESK, yes, asked, case.id)
    yield f"{yes.TYPE}.to-lead", sample
    assert agreed is not None
    roster = leading.roster(agreed, SOCIAL, START)
    yield f"{sets}.superseded.lead-that-did-not-agree", told(62, LEADING, roster.model_copy(update={"lead": NGO}), agreed, case.id)[1]
    yield f"{sets}.refused.lead-by-the-next-one", told(62, DESK, roster, agreed, case.id)[1]
    less = roster.model_copy(update={"members": members(LEAD, REPORTER, SOCIAL)})
    yield f"{sets}.refused.lead-and-somebody-leaves", told(62, LEADING, less, agreed, case.id)[1]
    led, sample = told(62, LEADING, roster, agreed, case.id)
    yield f"{sets}.lead", sample
    agreed_to = BasisOnRecord(
        id="b1", recipient=NGO, purpose=Need.LEGAL, classes=(DataClass.D1,), basis=Basis.CONSENT, given_at=START, language="sr",
    )  # fmt: skip
    leaves_out = BasisOnRecord(id="b2", basis=Basis.NONE, given_at=START, but=(AgencyKind.POLICE,))
    owed = ReceiptOwed(
        answers="k1", agency=NGO, classes=(DataClass.D2,), at=START, due=START, erasure=False, expects=(ActingService.ASSISTANCE,)
    )
    (record,) = in_parts("l", (agreed_to, leaves_out, owed, ConflictNoted(id="c1", at=START)))
    yield f"{MessageSent.TYPE}.lead-record", told(63, LEADING, handed_on(record, SOCIAL), led, case.id)[1]
    withdrawn = BasisOnRecord(id="b3", recipient=NGO, classes=(DataClass.D1,), basis=Basis.NONE, given_at=START)
    yield f"{MessageSent.TYPE}.withdrawal-heard", told(64, LEADING, handed_on(later([withdrawn]), SOCIAL), led, case.id)[1]
    for name, author, now in (
        ("stale.of-the-former-lead", LEADING, agreed),
        ("refused.of-the-former-lead", LEADING, led),
        ("of-the-new-lead", DESK, led),
    ):
        version = {"roster": now.version} if now else {}
        said = e.StatusDecided(stage=Stage.REASONABLE_GROUNDS)
        yield f"{said.TYPE}.{name}", told(63, author, said, led, case.id, **version)[1]
