"""Golden samples of requests that are sent on or answered with an offer (see `samples`)."""

from collections.abc import Callable, Iterator
from typing import Any

from shared.protocol import events as e
from shared.protocol.case import Case
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms
from tests.shared.protocol.cases import LEAD, LEADING, NGO, SOCIAL, START, acting

HOUR = 3_600_000
Told = Callable[..., tuple[Case | None, dict[str, Any]]]
"""What makes a sample of an event, in a picture: number, author, event, case, its id."""


def answers(case: Case | None, told: Told) -> Iterator[tuple[str, dict[str, Any]]]:
    """A request is sent on; or something else is offered, to which who asked says yes or no."""
    assert case is not None
    on = e.HandoffForwarded(handoff="s", to=NGO, code=DeclineCode.NO_CAPACITY, onward="n")
    yield f"{on.TYPE}.refused.of-protocol-1", told(3, acting(SOCIAL), on, case, case.id, v=1)[1]
    yield f"{on.TYPE}.refused.by-another", told(3, acting(NGO), on, case, case.id)[1]
    for why, said in (("back-to-who-asked", {"to": LEAD}), ("by-its-kind", {"to": "confidential:shelter"}), ("no-reason", {"code": "C14"})):
        yield (
            f"{on.TYPE}.refused.{why}",
            told(3, acting(SOCIAL), e.HandoffForwarded.model_validate(on.model_dump() | said), case, case.id)[1],
        )
    yield f"{on.TYPE}.superseded.id-is-taken", told(3, acting(SOCIAL), on.model_copy(update={"onward": "h0"}), case, case.id)[1]
    yield on.TYPE, told(3, acting(SOCIAL), on, case, case.id)[1]
    terms: dict[str, dict[str, Any]] = {
        "part": {}, "later": {"starts_at": START + 99 * HOUR}, "other": {"need": Need.LEGAL},
    }  # fmt: skip
    no = e.HandoffOfferRefused(handoff="s")
    for name, more in terms.items():
        offer = e.HandoffOffered.model_validate({"handoff": "s", "terms": name, **more})
        offered, sample = told(3, acting(SOCIAL), offer, case, case.id)
        yield (offer.TYPE if name == "part" else f"{offer.TYPE}.{name}"), sample
        yes = e.HandoffOfferAgreed(handoff="s", onward=None if name == "later" else "r")
        yield (yes.TYPE if name == "part" else f"{yes.TYPE}.{name}"), told(4, LEADING, yes, offered, case.id)[1]
        back = e.HandoffOfferAgreed(handoff="s", onward="r" if name == "later" else None)
        yield f"{yes.TYPE}.refused.{name}-makes-otherwise", told(4, LEADING, back, offered, case.id)[1]
    bare = e.HandoffOffered(handoff="s", terms=OfferTerms.LATER)
    yield f"{bare.TYPE}.refused.no-day", told(3, acting(SOCIAL), bare, case, case.id)[1]
    offered, _ = told(3, acting(SOCIAL), e.HandoffOffered(handoff="s", terms=OfferTerms.PART), case, case.id)
    yield f"{no.TYPE}.refused.by-another", told(4, acting(NGO), no, offered, case.id)[1]
    refused, sample = told(4, LEADING, no, offered, case.id)
    yield no.TYPE, sample
    yield f"{bare.TYPE}.superseded.once", told(5, acting(SOCIAL), e.HandoffOffered(handoff="s", terms=OfferTerms.PART), refused, case.id)[1]
    yield "handoff.expired.v1.of-an-offer", told(5, LEADING, e.HandoffExpired(handoff="s"), offered, case.id, at=START + 20 * HOUR)[1]
