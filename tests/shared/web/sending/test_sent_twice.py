"""Of each form of every service: sent twice it does its work once, and says so; sent without a session nothing that was typed is lost; what
cannot be taken comes back with all that was typed."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx2 import Response

from shared.processing.instance import Instance
from tests.browser.desks import Town, Visitor, town, words
from tests.shared.land import rows
from tests.shared.web.sending.page_forms import PageForm, form_to
from tests.shared.web.sending.ways import ASSIGNING, INTAKE, LEAD, REPORTED, REPORTER, WORDS, Step, Way

HERE = {"accept": "text/html", "origin": "http://testserver"}
MINUTE = 60_000


class Story:
    """A town in which ways are tried one after the other."""

    def __init__(self, made: Town) -> None:
        self.made, self.ids, self.wrong = made, dict[str, str](), list[str]()

    def tell(self, parts: tuple[Way | Step, ...]) -> None:
        for part in parts:
            try:
                self.go(part) if isinstance(part, Way) else STEPS[part.does](self)
            except (AssertionError, TypeError, ValueError, LookupError) as wrong:
                self.wrong.append(f"{part}: {str(wrong)[:700]}")

    def go(self, way: Way) -> None:
        at = self.made.at[way.at]
        usual = at.officer
        become(at, way.who or usual)
        try:
            page, sent, form = self.filled(at, way)
            self.comes_back(at, way, form, sent)
            self.is_done_once(at, way, sent, page)
        finally:
            become(at, usual)

    def said(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def filled(self, at: Visitor, way: Way) -> tuple[str, dict[str, list[str]], PageForm]:
        page = at.get(self.said(way.page))
        form = form_to(page, self.said(way.action))
        said = {name: self.said(value) if isinstance(value, str) else [*map(self.said, value)] for name, value in way.said.items()}
        return page, form.filled(said, WORDS), form

    def send(self, at: Visitor, form: PageForm | str, sent: dict[str, list[str]]) -> Response:
        return at.client.post(form if isinstance(form, str) else form.action, data=sent, headers=HERE)

    def facts(self, at: Visitor) -> Counter[str]:
        return facts([one for one in self.made.instances if one.agency == at.agency])

    def is_done_once(self, at: Visitor, way: Way, sent: dict[str, list[str]], page: str) -> None:
        action = form_to(page, self.said(way.action)).action
        first = self.send(at, action, sent)
        assert first.status_code == (200 if way.shows else 303), (first.status_code, words(first.text)[:500])
        done = self.facts(at)
        self.made.clock.at += MINUTE
        again = self.send(at, action, sent)
        assert again.status_code < 400, ("again", again.status_code, words(again.text)[:400])
        more = self.facts(at) - done
        assert not more, ("the same form again", more)
        if not way.shows:
            assert said_again(first.headers["location"]) == again.headers["location"], again.headers["location"]

    def comes_back(self, at: Visitor, way: Way, form: PageForm, sent: dict[str, list[str]]) -> None:
        typed = {name for name in form.written if WORDS in sent.get(name, [])}
        if not typed or way.page == "/partner":
            return
        officer = str(at.client.cookies.get(f"nrm_officer_{at.agency}"))
        at.client.cookies.delete(f"nrm_officer_{at.agency}")
        answer = self.send(at, form, sent)
        become(at, officer)
        assert answer.status_code == 303, answer.status_code
        after = unquote(answer.headers["location"].partition("?next=")[2])
        shown = at.client.get(after, headers=HERE)
        kept = form_to(shown.text, form.action.partition("?")[0])
        lost = [name for name in typed if WORDS not in "".join(said for field, said in kept.fields if field == name)]
        assert not lost, ("signed out: lost", lost, after, words(shown.text)[:300])
        long = sent | {name: [f"{WORDS} {'x' * way.most}"] for name in typed}
        refused = self.send(at, form, long)
        assert refused.status_code == 422, ("too long", refused.status_code, words(refused.text)[:300])
        kept = form_to(refused.text, form.action.partition("?")[0])
        lost = [name for name in typed if WORDS not in "".join(said for field, said in kept.fields if field == name)]
        assert not lost, ("too long: lost", lost)
        assert 'class="govuk-error-message"' in refused.text, "said at its field"


def said_again(address: str) -> str:
    way, _, at = address.partition("#")
    return f"{way}{'&' if '?' in way else '?'}sent=again{'#' * bool(at)}{at}"


def become(at: Visitor, officer: str) -> None:
    at.client.cookies.delete(f"nrm_officer_{at.agency}")
    at.client.cookies.set(f"nrm_officer_{at.agency}", officer)


ASIDE = "span", "requestspan"
"""What is no fact."""


def facts(instances: list[Instance]) -> Counter[str]:
    """How many rows each table has, and how many lines of the audit tell of a deed."""
    found = Counter[str]()
    for one in instances:
        for (name,) in rows(one, "select name from sqlite_master where type = 'table'"):
            said = " where act not like 'read:%' and act not like 'refused:%'" if name == "audit" else ""
            if name not in ASIDE:
                found[f"{one.me} {name}"] += rows(one, f'select count(*) from "{name}"{said}')[0][0]
    return found


# --- what happens between them ----------------------------------------------------------------------------------------------------------


def report(story: Story, name: str, **more: object) -> None:
    story.made.clock.at += 2 * 60 * MINUTE
    ines = story.made.at[REPORTER]
    filled = form_to(ines.get("/reports/new"), "/reports/new").filled(REPORTED | more)
    answer = ines.client.post("/reports/new", data=filled, headers=HERE)
    story.ids[name] = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    story.made.carry()


def draft(story: Story) -> None:
    story.ids["draft"] = re.search(r"/drafts/([^/]+)/hand-over|/drafts/([^/]+)/throw-away", story.made.at[REPORTER].get("/reports"))[
        0
    ].split("/")[2]


def partners(story: Story) -> None:
    at = story.made.at[REPORTER]
    for n in range(4):
        form = form_to(at.get("/partner"), "/partner")
        at.client.post("/partner", data=form.filled({"danger": "false"}, f"{WORDS} {n}"), headers=HERE)
    story.ids["report"] = re.search(r"/partner-reports/([^/]+)/take-up", at.get("/partner-reports"))[1]


def raid(story: Story) -> None:
    page = story.made.at[REPORTER].get("/reports")
    story.ids["raid"] = "/raids/" + re.search(r"/raids/([^/\"]+)/go-on", page)[1]


def first_case(story: Story) -> None:
    story.made.carry()
    ((story.ids["case"],),) = rows(of(story, f"referral.{LEAD}"), 'select "case" from picture')


def lukas(story: Story) -> None:
    at = story.made.at[LEAD]
    page = at.get(f"/assignments/referral/{story.ids['case']}")
    form = form_to(page, "/give")
    at.client.post(form.action, data=form.filled({"officer": "luka", "other": ""}), headers=HERE)


def of(story: Story, me: str) -> Instance:
    return next(one for one in story.made.instances if one.me == me)


STEPS: dict[str, Callable[[Story], None]] = {
    "carry": first_case, "draft": draft, "partners": partners, "raid": raid, "luka has one": lukas,
    "another case": lambda story: report(story, "other"),
}  # fmt: skip

SETTINGS = {
    "partners": True, "smtp": "127.0.0.1:9", "smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": "desk@agency.example",
}  # fmt: skip


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with town(tmp_path, assignment=True, keyed=True, settings=SETTINGS, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora") as made:
        yield Story(made)


def test_a_form_sent_twice_does_its_work_once_and_what_was_typed_stays(story: Story) -> None:
    story.tell(INTAKE)
    story.tell(ASSIGNING)
    assert not story.wrong, "\n\n".join(story.wrong)
