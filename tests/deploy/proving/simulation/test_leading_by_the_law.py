"""The oracle reads by itself who leads: in histories in which the lead passes on it allows what the fold counts, forbids what that does
not, and comes to the same lead at each place."""

from random import Random

from deploy.oracle.law import laws
from deploy.oracle.leads import names_a_lead
from deploy.oracle.records import Said
from deploy.oracle.rows import Rows
from deploy.oracle.states import MOVES, Walk
from shared.protocol import events as e
from shared.protocol import leading
from shared.protocol.case import Case, Verdict, service_of
from shared.protocol.core import Core
from shared.protocol.facts import Event
from shared.protocol.fold import fold
from tests.shared.protocol import plays
from tests.shared.protocol.cases import LEAD, LEADING, REPORTER, REPORTING, START, core_of, members, opening

HISTORIES, STEPS = 30, 40
Told = list[tuple[Said, Verdict, str]]
"""What was said, the verdict of the fold, and who leads behind it."""


def said(core: Core, place: int) -> Said:
    return Said(f"e{place}", core.case, place, core.key, core.type, core.author, core.roster, core.at, core.facts)


def history(seed: int) -> tuple[Case, Told]:
    dice, now, told = Random(seed), START, Told()
    case: Case | None = None
    scripted: list[tuple[str, Event]] = [
        (REPORTING, opening(protocol=2)), (LEADING, e.RosterSet(members=members(LEAD, REPORTER, *plays.OTHERS))),
    ]  # fmt: skip
    for place in range(STEPS):
        now += dice.randrange(4)
        before = case
        author, event = scripted[place] if place < len(scripted) else _next(case, dice, f"{place}", now)
        late = before is not None and place > len(scripted) and dice.random() < 0.1
        core = core_of(before, author, event, now, key=f"{seed}-{place}", **({"roster": before.version - 1} if before and late else {}))
        folded = fold(before, core)
        case = folded.case
        assert case is not None
        told.append((said(core, place), folded.verdict, case.lead))
    assert case is not None
    return case, told


def _next(case: Case | None, dice: Random, fresh: str, now: int) -> tuple[str, Event]:
    """Mostly of the lead: who leads, who is asked to, and now and then whoever thinks that it does."""
    assert case is not None
    desk, open_one = f"referral.{case.lead}", leading.open_transfer(case)
    if open_one and dice.random() < 0.4:  # so that the lead passes on often
        changes = leading.roster(case, open_one.to, now) if case.member(open_one.to) else e.JointActionCompleted()
        return (f"referral.{open_one.to}", e.HandoffAccepted(handoff=open_one.id)) if open_one.waiting else (desk, changes)
    author = dice.choice((desk, desk, *plays.DESKS, *plays.AUTHORS))
    could = plays.moves(case, author, fresh, now)
    about = [one for one in could if _of_the_lead(case, one) and not isinstance(one, e.CaseClosed)]
    found = about if about and dice.random() < 0.7 else could
    return author, dice.choice(found) if found else e.JointActionCompleted()


def _of_the_lead(case: Case, event: Event) -> bool:
    about = case.handoffs.get(getattr(event, "handoff", ""))
    kind = getattr(event, "kind", None) or (about and about.kind)
    return kind == "transfer" or isinstance(event, e.RosterSet)


def journal(told: Told) -> Rows:
    return Rows(LEADING, [{"event": one.event, "verdict": verdict.value, "case": one.case} for one, verdict, _ in told], [], {}, 0)


def test_it_says_who_leads_at_each_place_and_what_may_be_said_of_it() -> None:
    changes, against_change, refused = 0, 0, 0
    for seed in range(HISTORIES):
        case, told = history(seed)
        (law,) = laws({case.id: [one for one, _, _ in told]}, {LEADING: journal(told)})
        walk = Walk(law)
        for n, (one, verdict, lead) in enumerate(told):
            assert law.led(one.place + 1) == lead
            assert law.expected[one.event] == (verdict.value if verdict in (Verdict.STALE, Verdict.REPEATED) else "settles")
            against = "" if one is law.opening or verdict is Verdict.STALE else walk.forbids(one)
            if verdict is Verdict.COUNTED:
                assert not against, (seed, one, against)
                changes += n > 0 and lead != told[n - 1][2]
                walk.count(one)
            elif verdict is Verdict.SUPERSEDED and (one.type in MOVES or names_a_lead(one)):
                assert against, (seed, one)
                against_change += names_a_lead(one)
            elif verdict is Verdict.REFUSED and service_of(one.author) == "referral" and one.type in MOVES:
                refused += 1
                assert against, (seed, one)
        assert walk.differs(case.model_dump(mode="json")) == [], seed
    assert changes > 20
    assert against_change > 20
    assert refused > 20
