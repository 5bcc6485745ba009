"""The ladder of what nobody does: whom it reaches at which part of its time, as pages say it of one and lists of all."""

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from deploy.process.country_file import COUNTRIES
from shared.config.country_loading import load
from shared.config.escalation import Ladder, Rung, Step
from shared.store.database import engine_for
from shared.store.job_tables import NEVER, Job, reached

STEPS = ((Rung.OFFICER, 50), (Rung.SUPERVISOR, 100), (Rung.LEAD, 150), (Rung.COORDINATOR, 200))
LADDER = Ladder(steps=tuple(Step(to=rung, percent=percent) for rung, percent in STEPS))
BEGAN, DUE = 1_000, 2_000


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        (BEGAN, None), (1_499, None), (1_500, Rung.OFFICER), (1_999, Rung.OFFICER), (DUE, Rung.SUPERVISOR), (2_500, Rung.LEAD),
        (2_999, Rung.LEAD), (3_000, Rung.COORDINATOR), (9_999, Rung.COORDINATOR),
    ],
)  # fmt: skip
def test_what_nobody_does_goes_up_step_by_step(now: int, rung: Rung | None) -> None:
    assert LADDER.reached(BEGAN, DUE, now) is rung
    assert LADDER.reached(BEGAN, None, now) is None, "what has no deadline stays where it is"
    assert Ladder().reached(BEGAN, DUE, now) is None, "nor does anything go up in a country without steps"


@pytest.mark.parametrize(
    "steps",
    [
        ((Rung.SUPERVISOR, 100), (Rung.OFFICER, 150)), ((Rung.SUPERVISOR, 100), (Rung.LEAD, 100)),
        ((Rung.LEAD, 200), (Rung.COORDINATOR, 150)),
        ((Rung.SUPERVISOR, 100), (Rung.SUPERVISOR, 150)), ((Rung.COORDINATOR, 99),),
    ],
)  # fmt: skip
def test_a_ladder_goes_up_and_nobody_else_is_told_before_the_deadline(steps: tuple[tuple[Rung, int], ...]) -> None:
    with pytest.raises(ValidationError):
        Ladder(steps=tuple(Step(to=rung, percent=percent) for rung, percent in steps))


@pytest.mark.parametrize("name", ["serbia", "finland", "uk"])
def test_in_each_country_whatever_has_a_deadline_comes_up_to_the_coordinator(name: str) -> None:
    ladder = load(COUNTRIES / f"{name}.toml").ladder
    assert [step.to for step in ladder.steps] == list(Rung)
    assert ladder.reached(0, 1_000, 1_000_000) is Rung.COORDINATOR


def test_a_list_of_all_says_the_same_as_a_page_of_one() -> None:
    engine = engine_for("sqlite://")
    Job.metadata.create_all(engine, [Job.__table__])  # pyright: ignore[reportAttributeAccessIssue]
    spans = [(0, 1), (7, 10), (1_000, 2_000), (2_000, 1_000), (5, 5), (1_790_000_000_123, 1_790_003_600_457), (0, NEVER)]
    common = {"what": "answer", "who": "a", "giver": "b", "need": "", "urgency": "normal", "rank": 1, "since": 0, "simulated": False}
    with Session(engine) as session:
        session.add_all(Job(case=f"{n}", key="", began=began, due=due, **common) for n, (began, due) in enumerate(spans))
        session.commit()
        moments = sorted({step.at(*span) + more for span in spans[:-1] for step in LADDER.steps for more in (-1, 0, 1)})
        for now in moments:
            for place, step in enumerate(LADDER.steps):
                found = set(session.exec(select(Job.case).where(reached(step, now))))
                higher = set(list(Rung)[place:])
                wanted = {f"{n}" for n, span in enumerate(spans[:-1]) if LADDER.reached(*span, now) in higher}
                assert found == wanted, (now, step)
        assert session.exec(select(Job.case).where(col(Job.due) == NEVER)).one() == f"{len(spans) - 1}"
