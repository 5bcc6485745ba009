"""More invented cases from a seed: ordinary ones for the demo's lists, and crossing decisions for the soak."""

from dataclasses import replace
from random import Random

from deploy.demo.scene import StoryScene, report
from deploy.demo.story import Story, StoryStep
from shared.config.country import Country
from shared.protocol.vocabulary import AgencyKind, Form, Need

ELSEWHERE = ("ne", "tr", "ro", "uk", "en", "rom")
CODES = ("C6", "C9", "C13", "C14")
"""Reasons to decline that may stand without naming another agency."""
SLOWEST = 40
"""Hours within which an agency answers, where requests do not lapse sooner."""
NOBODY = frozenset({AgencyKind.RAPPORTEUR, AgencyKind.COORDINATOR})


QUARTERS = 4
"""Of how many quarters the ordinary cases of a demo are, this one counted in: a trend needs three (`shared/web/drawing/sparkline.py`)."""
QUARTER = 91
"""Days."""


def of_before(story: Story, quarters: int, lead: str) -> Story:
    """The same story so many quarters earlier, which its lead has closed since: nobody waits in it any more, and figures have a past."""
    if not quarters:
        return story
    last = max(step.after for step in story.steps)
    closing = StoryStep(last + 24, lead, "close", body={"reason": "goals_met"})
    return replace(story, days_ago=story.days_ago + QUARTER * quarters, steps=(*story.steps, closing))


class Maker:
    """Draws stories from a seed, with the agencies and the invitation policy of a country."""

    def __init__(self, country: Country, seed: int) -> None:
        self.country, self.draw = country, Random(seed)  # noqa: S311  a figure, not a secret
        self.acting = [a.id for a in country.agencies if "assistance" in a.services and a.id != country.lead and a.kind not in NOBODY]
        self.reporting = [a.id for a in country.agencies if "intake" in a.services]

    def ordinary(self, n: int) -> Story:
        """A case in which most agencies answer in time and then act together."""
        scene = self._scene(n)
        steps: list[StoryStep] = list(scene.identifies())
        for need, agency in scene.invited.items():
            pace = min(1, scene.lapse(need) / (SLOWEST + 1))
            seen = pace * self.draw.uniform(1, SLOWEST / 2)
            answer = seen + pace * self.draw.uniform(0.5, SLOWEST / 2)
            steps.append(StoryStep(seen, agency, "acknowledge", need))
            if self.draw.random() < 0.12:
                steps.append(StoryStep(answer, agency, "decline", need, {"code": self.draw.choice(CODES)}))
                continue
            begin = 42 + self.draw.uniform(0, 30)
            steps += [
                StoryStep(answer, agency, "accept", need),
                StoryStep(begin, agency, "begin", need),
                StoryStep(begin + self.draw.uniform(10, 200), agency, "finish", need),
            ]
        return scene.story(f"ordinary-{n}", self.draw.uniform(12, 58), steps)

    def crossing(self, n: int) -> Story:
        """A case in which all that can be decided at one moment is decided at one moment: answers, a take-back, new members, tasks."""
        scene = self._scene(n)
        invited = scene.invited
        steps = [StoryStep(0, self.country.lead, "accept", "identification")]
        steps += [StoryStep(0, agency, "acknowledge" if self.draw.random() < 0.5 else "accept", need) for need, agency in invited.items()]
        steps += [self._answer(agency, need) for need, agency in invited.items()]
        steps += self._surprises(invited)
        for hour in (3, 4):
            act = "begin" if hour == 3 else "finish"
            steps += [StoryStep(hour, agency, act, need) for need, agency in invited.items()]
        steps += [StoryStep(4, self.country.lead, "finish", "identification")]
        if self.draw.random() < 0.3:
            steps.append(StoryStep(5, self.country.lead, "close", body={"reason": "goals_met"}))
        return scene.story(f"crossing-{n}", 0, steps)

    def _answer(self, agency: str, need: str) -> StoryStep:
        if self.draw.random() < 0.2:
            return StoryStep(1, agency, "decline", need, {"code": self.draw.choice(CODES)})
        return StoryStep(1, agency, "ask-info" if self.draw.random() < 0.1 else "accept", need)

    def _surprises(self, invited: dict[str, str]) -> list[StoryStep]:
        lead, steps = self.country.lead, list[StoryStep]()
        if self.draw.random() < 0.3:
            steps.append(StoryStep(1, lead, "revoke", self.draw.choice(list(invited))))
        if self.draw.random() < 0.4:
            need = self.draw.choice(self._needs())
            whom = {"agency": self.draw.choice(self._serving(need))}
            agreed = {"classes": ["D1", "D2"], "language": self.country.language}
            steps += [StoryStep(0.5, lead, "record-consent", need, whom | agreed), StoryStep(1, lead, "add-agency", need, whom)]
        asking = sorted(set(invited.values()) - {lead})
        for asker in self.draw.sample(asking, min(2, len(asking))):
            need = self.draw.choice(self._needs())
            others = [a for a in self._serving(need) if a != asker]
            steps += [StoryStep(2, asker, "request", need, {"to": self.draw.choice(others)})] if others else []
        if self.draw.random() < 0.3:
            steps.append(StoryStep(2, lead, "start-joint-action"))
        return steps

    def _serving(self, need: str) -> list[str]:
        """Who may be asked for a need: the policy names one at least."""
        return [a for a in self.acting if self.country.serves(a, Need(need))]

    def _needs(self) -> list[str]:
        return sorted({str(i.need) for i in self.country.invitations if not i.basis and not i.forms})

    def _scene(self, n: int) -> StoryScene:
        form = self.draw.choice([Form.LABOUR, Form.LABOUR, Form.SEXUAL, Form.BEGGING, Form.CRIMINAL, Form.DOMESTIC])
        child, able = self.draw.random() < 0.25, self._needs()
        said = report(
            f"case {n} of a seed",
            sex=self.draw.choice(("female", "male")),
            language=self.draw.choice((self.country.language, *ELSEWHERE)),
            forms=[form.value],
            needs=sorted(self.draw.sample(able, min(len(able), self.draw.choice((2, 3, 3, 4))))),
            age="child" if child else "adult",
        )
        return StoryScene(self.country, self.draw.choice(self.reporting), said)
