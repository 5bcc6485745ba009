"""Of each form of every service: sent twice it does its work once, and says so; sent without a session nothing that was typed is lost; what
cannot be taken comes back with all that was typed."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response

from shared.access.assignments import LET_IN
from shared.access.roles import Role
from shared.processing.instance import Instance
from tests.browser.desks import Town, Visitor, town, words
from tests.shared.access.offices import opened
from tests.shared.access.test_roles import routes
from tests.shared.land import rows
from tests.shared.web.sending.page_forms import PageForm, form_to, forms_of
from tests.shared.web.sending.ways import (
    ASSIGNING,
    CLINIC,
    HOUSE,
    IN_A_CASE,
    INTAKE,
    LEAD,
    OFFICE,
    REPORTED,
    REPORTER,
    SHELTER,
    TRIED_ELSEWHERE,
    WORDS,
    Step,
    Way,
)

HERE = {"accept": "text/html", "origin": "http://testserver"}
MINUTE = 60_000
TESTS = Path(__file__).parents[3]


class Story:
    """A town in which ways are tried one after the other."""

    def __init__(self, made: Town) -> None:
        self.made, self.ids, self.wrong = made, dict[str, str](), list[str]()

    def tell(self, parts: tuple[Way | Step, ...]) -> None:
        for part in parts:
            try:
                self.go(part) if isinstance(part, Way) else STEPS[part.does](self)
            except (AssertionError, TypeError, ValueError, LookupError) as wrong:
                self.wrong.append(f"{part.route if isinstance(part, Way) else part}: {str(wrong)[:500]}")

    def go(self, way: Way) -> None:
        at = self.made.at[way.at]
        usual = at.officer
        become(at, way.who or usual)
        try:
            page, sent, form = self.filled(at, way)
            _, tab, _ = self.filled(at, way)
            self.comes_back(at, way, form, sent)
            self.is_done_once(at, way, sent, page)
            self.is_no_second_in_another_tab(at, way, tab)
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
        action = self.action = form_to(page, self.said(way.action)).action
        first = self.send(at, action, sent)
        assert first.status_code == (200 if way.shows else 303), (first.status_code, wrong_in(first.text))
        done = self.facts(at)
        self.made.clock.at += MINUTE
        again = self.send(at, action, sent)
        assert again.status_code < 400, ("again", again.status_code, wrong_in(again.text))
        more = self.facts(at) - done
        assert not more or (way.shows and way.anew), ("the same form again", more)
        if not way.shows:
            led = first.headers["location"]
            assert again.headers["location"] == (led if way.leads else said_again(led)), again.headers["location"]
        if way.saves:
            assert "sent before" not in at.get(again.headers["location"])

    def is_no_second_in_another_tab(self, at: Visitor, way: Way, sent: dict[str, list[str]]) -> None:
        action, before = self.action, self.facts(at)
        answer = self.send(at, action, sent)
        assert answer.status_code < 500, answer.status_code
        more = self.facts(at) - before
        more = {name: n for name, n in more.items() if not name.endswith((" audit", " formreceipt"))}  # that it was sent, and did nothing
        assert way.anew or not more, ("in another tab", answer.status_code, more)

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
        kept = form_to(shown.text, form.action)
        lost = [name for name in typed if WORDS not in "".join(said for field, said in kept.fields if field == name)]
        assert not lost, ("signed out: lost", lost, after, words(shown.text)[:300])
        long = sent | {name: [f"{WORDS} {'x' * way.most}"] for name in typed}
        refused = self.send(at, form, long)
        assert refused.status_code == 422, ("too long", refused.status_code, wrong_in(refused.text))
        kept = form_to(refused.text, form.action)
        lost = [name for name in typed if WORDS not in "".join(said for field, said in kept.fields if field == name)]
        assert not lost, ("too long: lost", lost)
        assert 'class="govuk-error-message"' in refused.text, "said at its field"


def wrong_in(page: str) -> str:
    """What a page says is wrong."""
    summary = re.search(r"govuk-error-summary.*?</ul>", page, re.DOTALL)
    return words(summary[0] if summary else page)[:400]


def said_again(address: str) -> str:
    way, _, at = address.partition("#")
    return f"{way}{'&' if '?' in way else '?'}sent=again{'#' * bool(at)}{at}"


def become(at: Visitor, officer: str) -> None:
    at.client.cookies.delete(f"nrm_officer_{at.agency}")
    at.client.cookies.set(f"nrm_officer_{at.agency}", officer)


ASIDE = "span", "requestspan"
"""What is no fact."""
DEEDS = {"audit": " where act not like 'read:%' and act not like 'refused:%'"}


def facts(instances: list[Instance]) -> Counter[str]:
    """How many rows each table has, and how many lines of the audit tell of a deed, by one query: it is asked four times a form."""
    found = Counter[str]()
    for one in instances:
        with closing(sqlite3.connect(str(one.engine.url.database))) as raw:
            names = [name for (name,) in raw.execute("select name from sqlite_master where type = 'table'") if name not in ASIDE]
            counted = " union all ".join(f"select '{name}', count(*) from \"{name}\"{DEEDS.get(name, '')}" for name in names)
            found.update({f"{one.me} {name}": n for name, n in raw.execute(counted)})
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


def carry_on(story: Story) -> None:
    story.made.carry()
    at, case = story.made.at[CLINIC], story.ids["case"]
    handoffs = f"/cases/{case}/handoffs/"
    found = re.search(rf"{handoffs}([\w-]+)", at.get(f"/cases/{case}") + at.get("/work"))
    group = re.search(rf"/lead/{case}/person/[\w-]+", story.made.at[LEAD].get(f"/lead/{case}/person"))
    story.ids |= {
        "group": group[0] if group else "",
        "handoff": handoffs + found[1],
        "words": f"/cases/{case}/words/{found[1]}",
        "lead words": f"/lead/{case}/words/{found[1]}",
    }


def task(story: Story) -> None:
    story.made.carry()
    case = story.ids["case"]
    story.ids["task"] = re.search(rf"/cases/{case}/tasks/[\w-]+", story.made.at[CLINIC].get(f"/cases/{case}"))[0]


STEPS: dict[str, Callable[[Story], None]] = {
    "carry on": carry_on, "task": task,
    "carry": first_case, "draft": draft, "partners": partners, "raid": raid, "luka has one": lukas,
    "another case": lambda story: report(story, "other"),
}  # fmt: skip

SETTINGS = {
    "partners": True, "smtp": "127.0.0.1:9", "smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": "desk@agency.example",
}  # fmt: skip


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with town(
        tmp_path, assignment=True, keyed=True, settings=SETTINGS, rs_ir="ines", rs_czztlj="jelena", rs_zdr_bg="zora", rs_kuca="mara"
    ) as made:
        yield Story(made)


def test_a_form_sent_twice_does_its_work_once_and_what_was_typed_stays(story: Story) -> None:
    story.tell(INTAKE)
    story.tell(ASSIGNING)
    story.tell(OFFICE)
    story.tell((Step("carry on"), *IN_A_CASE))
    story.tell(HOUSE)
    assert not story.wrong, "\n\n".join(story.wrong)


def test_each_route_that_takes_a_form_is_in_the_story_or_says_where_it_is_tried(story: Story, tmp_path: Path) -> None:
    told = {part.route for part in (*INTAKE, *ASSIGNING, *IN_A_CASE, *OFFICE, *HOUSE) if isinstance(part, Way)} | {*TRIED_ELSEWHERE}
    paths: dict[object, set[str]] = {}
    with ExitStack() as stack:
        operators, office, figures = (stack.enter_context(opened(tmp_path / one, agency=one)) for one in ("rs-koord", "rs-ir", "rs-zg"))
        apps = [at.client.app for at in story.made.at.values()] + [operators.app, office.app, figures.app]
        for app in apps:
            for route, _ in routes(app.routes):
                if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and "/api" not in route.path:
                    paths.setdefault(route.endpoint, set()).add(route.path)
    missing = [sorted(found)[0] for found in paths.values() if not found & told]
    there = set[str]().union(*paths.values())
    assert not missing, missing
    assert told <= there, sorted(told - there)


def test_where_a_route_is_said_to_be_tried_a_test_sends_something_there() -> None:
    files = {one.stem: one for one in TESTS.rglob("test_*.py")}
    for route, why in TRIED_ELSEWHERE.items():
        assert "below" not in why, route
        parts = [part for part in route.split("/") if part and "{" not in part]
        for name in re.findall(r"test_\w+", why):
            assert name in files, (route, f"there is no {name}.py")
            text = files[name].read_text(encoding="utf-8")
            assert f"/{parts[-1]}" in text or f"/{'/'.join(parts[:-1])}/" in text, (route, f"{name} does not name it")


def test_a_place_to_meet_that_is_changed_or_struck_out_is_not_lost_by_its_old_form(tmp_path: Path) -> None:
    with town(tmp_path, keyed=True, rs_kuca="mara") as made:
        mara = made.at[SHELTER]
        for place, status in (("Main station", 303), ("Main station", 303), ("The library", 422)):
            answer = mara.post("/meeting-points", form_id="one", place=place)
            assert answer.status_code == status, place
        assert "The library" in answer.text
        assert "Something else was recorded under this form before" in words(answer.text)
        point = form_to(mara.get("/meeting-points"), "/strike")
        assert mara.post("/meeting-points/strike", **point.filled({})).status_code == 303
        assert mara.post("/meeting-points", form_id="one", place="Main station").status_code == 422, "it was struck out since"


def test_broken_glass_stays_broken_once_for_one_reason_and_is_renewed_near_its_end(tmp_path: Path) -> None:
    with opened(tmp_path / "data", keyed=True) as place:
        case = place.report(place.person("a1f0", Role.OFFICER))
        place.carry()
        bela, head = place.person("b2e1", Role.OFFICER), place.person("c3d2", Role.SUPERVISOR)
        said = {"service": "intake", "case": case}
        for form, reason in (("1", "He phoned and is hurt"), ("2", "He phoned  and is hurt"), ("3", "The prosecutor asks today")):
            assert bela.post("/break-glass", form_id=form, reason=reason, **said).status_code == 303
        assert len({one.action for one in forms_of(head.get("/break-glass/reviews")) if "reviews" in one.action}) == 2
        place.clock.at += LET_IN - MINUTE
        assert bela.post("/break-glass", form_id="4", reason="He phoned and is hurt", **said).status_code == 303
        place.clock.at += 2 * MINUTE
        bela.get(f"/reports/{case}")


def test_what_was_typed_about_somebody_else_comes_back_about_them(tmp_path: Path) -> None:
    """Else what somebody wrote of a suspect would be recorded of the person."""
    with town(tmp_path, rs_ir="ines") as made:
        ines = made.at[REPORTER]
        case = ines.post("/reports/new", form_id="r", **REPORTED).headers["location"].rpartition("/")[2]
        here = f"/reports/{case}/person/safety_alert?about=suspect:1"
        form = form_to(ines.get(here), here)
        ines.client.cookies.delete("nrm_officer_rs-ir")
        way = ines.client.post(form.action, data=form.filled({}), headers=HERE).headers["location"]
        become(ines, "ines")
        shown = ines.client.get(unquote(way.partition("?next=")[2]), headers=HERE)
        assert form_to(shown.text, here).action == here
