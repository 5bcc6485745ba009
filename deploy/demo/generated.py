"""More invented cases from a seed: ordinary ones for the demo's lists, and crossing decisions for the soak."""

from random import Random

from deploy.demo.stories import IDENTIFIED, report
from deploy.demo.story import Step, Story
from shared.protocol.vocabulary import AgencyKind, Basis, Form, Need
from shared.runtime.country import Country

LANGUAGES = ("sr", "ne", "tr", "ro", "uk", "en", "rom")
CODES = ("C6", "C9", "C13", "C14")
"""Reasons to decline that may stand without naming another agency."""
NOBODY = frozenset({AgencyKind.RAPPORTEUR, AgencyKind.COORDINATOR})


class Maker:
    """Draws stories from a seed, with the agencies and the invitation policy of a country."""

    def __init__(self, country: Country, seed: int) -> None:
        self.country, self.draw = country, Random(seed)  # noqa: S311  a figure, not a secret
        self.acting = [a.id for a in country.agencies if "assistance" in a.services and a.id != country.lead and a.kind not in NOBODY]
        self.reporting = [a.id for a in country.agencies if "intake" in a.services]

    def ordinary(self, n: int) -> Story:
        """A case in which most agencies answer in time and then act together."""
        form, child, needs = self._person()
        steps: list[Step] = list(IDENTIFIED)
        for need, agency in self._invited(needs, form, child).items():
            seen = self.draw.uniform(1, 20)
            answer = seen + self.draw.uniform(0.5, 20)
            steps.append(Step(seen, agency, "acknowledge", need))
            if self.draw.random() < 0.12:
                steps.append(Step(answer, agency, "decline", need, {"code": self.draw.choice(CODES)}))
                continue
            begin = 42 + self.draw.uniform(0, 30)
            steps += [
                Step(answer, agency, "accept", need),
                Step(begin, agency, "begin", need),
                Step(begin + self.draw.uniform(10, 200), agency, "finish", need),
            ]
        return Story(
            f"ordinary-{n}", self.draw.uniform(12, 58), self.draw.choice(self.reporting), self._report(n, form, child, needs), tuple(steps)
        )

    def crossing(self, n: int) -> Story:
        """A case in which all that can be said at one moment is said at one moment: answers, a take-back, new members, tasks."""
        form, child, needs = self._person()
        invited = self._invited(needs, form, child)
        steps = [Step(0, self.country.lead, "accept", "identification")]
        steps += [Step(0, agency, "acknowledge" if self.draw.random() < 0.5 else "accept", need) for need, agency in invited.items()]
        steps += [self._answer(agency, need) for need, agency in invited.items()]
        steps += self._surprises(invited)
        for hour in (3, 4):
            act = "begin" if hour == 3 else "finish"
            steps += [Step(hour, agency, act, need) for need, agency in invited.items()]
        steps += [Step(4, self.country.lead, "finish", "identification")]
        if self.draw.random() < 0.3:
            steps.append(Step(5, self.country.lead, "close", body={"reason": "goals_met"}))
        return Story(f"crossing-{n}", 0, self.draw.choice(self.reporting), self._report(n, form, child, needs), tuple(steps))

    def _answer(self, agency: str, need: str) -> Step:
        if self.draw.random() < 0.2:
            return Step(1, agency, "decline", need, {"code": self.draw.choice(CODES)})
        return Step(1, agency, "ask-info" if self.draw.random() < 0.1 else "accept", need)

    def _surprises(self, invited: dict[str, str]) -> list[Step]:
        lead, steps = self.country.lead, list[Step]()
        if self.draw.random() < 0.3:
            steps.append(Step(1, lead, "revoke", self.draw.choice(list(invited))))
        if self.draw.random() < 0.4:
            steps.append(Step(1, lead, "add-agency", self.draw.choice(self._needs()), {"agency": self.draw.choice(self.acting)}))
        for asker in self.draw.sample(sorted(set(invited.values())), min(2, len(set(invited.values())))):
            others = [a for a in self.acting if a != asker]
            steps.append(Step(2, asker, "request", self.draw.choice(self._needs()), {"to": self.draw.choice(others)}))
        if self.draw.random() < 0.3:
            steps.append(Step(2, lead, "start-joint-action"))
        return steps

    def _needs(self) -> list[str]:
        return [str(i.need) for i in self.country.invitations if not i.basis and not i.forms]

    def _person(self) -> tuple[Form, bool, list[str]]:
        form = self.draw.choice([Form.LABOUR, Form.LABOUR, Form.SEXUAL, Form.BEGGING, Form.CRIMINAL, Form.DOMESTIC])
        return form, self.draw.random() < 0.25, sorted(self.draw.sample(sorted(set(self._needs())), self.draw.choice((2, 3, 3, 4))))

    def _invited(self, needs: list[str], form: Form, child: bool) -> dict[str, str]:
        wanted = {*needs, *([Need.GUARDIANSHIP] if child else []), *([Need.WAGE_CLAIM] if form is Form.LABOUR else [])}
        basis, invited = Basis.CHILD if child else Basis.CONSENT, dict[str, str]()
        for line in self.country.invitations:
            if line.need in wanted and (not line.forms or form in line.forms) and (not line.basis or basis in line.basis):
                invited.setdefault(str(line.need), line.agency)
        return invited

    def _report(self, n: int, form: Form, child: bool, needs: list[str]) -> dict[str, object]:
        sex = self.draw.choice(("female", "male"))
        return report(
            f"case {n} of a seed",
            sex=sex,
            language=self.draw.choice(LANGUAGES),
            forms=[form.value],
            needs=needs,
            age="child" if child else "adult",
        )
