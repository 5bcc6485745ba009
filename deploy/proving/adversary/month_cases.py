"""The invented cases of a month: the demo's generated and written ones, with more of what happens in a case, and some with a shelter."""

from random import Random

from deploy.demo.generated import Maker
from deploy.demo.papers import ACTS as PAPERS
from deploy.demo.people import with_person
from deploy.demo.stories import repertoire
from deploy.demo.story import HOUR, Story, StoryStep
from shared.config.country import Country

DAYS = 30
SHELTERED, WRITTEN = 0.25, 0.3
"""How many cases have a confidential agency, and how many are the demo's written ones; the others are generated."""
LEFT_OUT = frozenset({"sheltered", "consents-later", "closed-too-soon", "duplicate", "advice", "close-to-staff"})
"""Written ones that a month has not: shelters are of its own, and its figures were taken before there were the others."""
LATER = tuple(
    {"field": field, "value": value, "source": "said"}
    for field, value in (
        ("employer", "Invented Farm"), ("workplace", "Invented Valley"), ("alias", "Invented Nickname"), ("stay", "visa"),
        ("exploitation_place", "Invented Barn"), ("dependants", "2"), ("post", "Invented Street 1"), ("health", "medicine"),
    )
)  # fmt: skip
"""What is learned of somebody on another day, of six classes."""
START = 1_751_328_000_000
"""1 July 2025, 0:00 UTC."""


def month(country: Country, seed: int, cases: int) -> list[tuple[int, Story]]:
    """(when it is reported, story) of so many cases, spread over a month's days and the hours of an office."""
    draw, maker = Random(seed), Maker(country, seed)  # noqa: S311  a story, not a secret
    written = [story for story in repertoire(country).stories if story.name not in LEFT_OUT]
    return sorted(((_moment(draw), _case(draw, country, maker, written, n)) for n in range(cases)), key=lambda case: case[0])


def _moment(draw: Random) -> int:
    return START + int((draw.randrange(DAYS) * 24 + draw.triangular(6, 18, 9)) * HOUR)


def _case(draw: Random, country: Country, maker: Maker, written: list[Story], n: int) -> Story:
    if draw.random() < WRITTEN:
        told = draw.choice(written)
        pace = draw.uniform(0.7, 1)  # sooner, not later: deadlines are the country's
        steps = [
            StoryStep(s.after * pace + draw.uniform(0, 0.1), s.agency, s.act, s.need, s.body) for s in told.steps if s.act not in PAPERS
        ]
        story = Story(f"{told.name}-{n}", 0, told.reporter, told.report, tuple(steps))
    else:
        story = _known(draw, with_person(_richer(draw, country, maker.ordinary(n)), n, country))
    agreed = story.report["consent"] or story.report["age"] == "child"
    return _sheltered(draw, country, story) if draw.random() < SHELTERED and agreed else story


def _richer(draw: Random, country: Country, story: Story) -> Story:
    """What generated cases lack: first actions, questions, decisions on status, an end."""
    steps, lead = list(story.steps), country.lead
    held = [step for step in story.steps if step.act == "accept" and step.need != "identification"]
    for step in held:
        if draw.random() < 0.3:
            steps.append(StoryStep(step.after - 0.2, step.agency, "ask-info", step.need))
            steps.append(StoryStep(step.after - 0.1, lead, "supply-info", step.need))
        steps += [
            StoryStep(step.after + draw.uniform(1, 90), step.agency, "take-action", step.need) for _ in range(draw.choice((0, 0, 1, 2)))
        ]
    if held and draw.random() < 0.08:
        steps.append(StoryStep(60 + draw.uniform(0, 50), draw.choice(held).agency, "give-back", body={"code": "C6"}))
    if draw.random() < 0.6:
        steps.append(StoryStep(draw.uniform(24, 60), lead, "decide-status", body={"stage": "reasonable_grounds", "positive": True}))
    if draw.random() < 0.6:
        steps.append(StoryStep(draw.uniform(250, 400), lead, "close", body={"reason": "goals_met"}))
    return Story(story.name, 0, story.reporter, story.report, tuple(sorted(steps, key=lambda s: s.after)))


def _known(draw: Random, story: Story) -> Story:
    """More that whoever met the person states of them, on later days; nothing of somebody who does not want to be named."""
    if all(step.act != "state" for step in story.steps):
        return story
    times = [draw.uniform(5, 300) for _ in range(draw.choice((0, 0, 1, 2)))]
    later = [StoryStep(after, story.reporter, "state", body={"statements": [draw.choice(LATER)]}) for after in times]
    return Story(story.name, 0, story.reporter, story.report, tuple(sorted((*story.steps, *later), key=lambda s: s.after)))


def _sheltered(draw: Random, country: Country, story: Story) -> Story:
    """The same case with a shelter, which the lead asks once it has taken the case on."""
    house, lead, need = country.confidential()[0].id, country.lead, "housing"
    asked = draw.uniform(5.5, 30)
    agreed = {"agency": house, "classes": ["D1", "D2"], "language": country.language}
    seen, answer = asked + draw.uniform(0.3, 6), draw.uniform(0.3, 6)
    steps = [
        StoryStep(asked - 0.3, lead, "record-consent", need, agreed), StoryStep(asked, lead, "ask-confidential", need, {"agency": house}),
        StoryStep(seen, house, "acknowledge", need),
    ]  # fmt: skip
    if draw.random() < 0.15:
        steps.append(StoryStep(seen + answer, house, "decline", need, {"code": "C6"}))
    else:
        moved_in = seen + answer + draw.uniform(1, 8)
        steps.append(StoryStep(seen + answer, house, "accept", need))
        steps.append(StoryStep(moved_in, house, "take-action", need, {"action": "accommodation_provided"}))
        steps.append(StoryStep(moved_in + draw.uniform(48, 240), house, "complete", need))
    return Story(story.name, 0, story.reporter, story.report, tuple(sorted((*story.steps, *steps), key=lambda s: s.after)))
