"""Pages: durations, moments, languages, forms, and what surrounds a page."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from starlette.requests import Request

from shared.config.codes import Text
from shared.protocol.channel import id_in_channel
from shared.web.http.environment import timed
from shared.web.http.forms import Explained, form_errors
from shared.web.http.pages import Frame, Language, NavItem, Pages, choose_language, lasted, ms, wants_html, when
from shared.web.text.case_reference import reference


def request(path="/", **headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": pairs, "state": {"csp_nonce": "n0nce"}})


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (0.4, "0 s"), (12, "12 s"), (59.9, "59 s"), (60, "1 min"), (192, "3 min 12 s"), (3600, "1 h"), (11100, "3 h 5 min"),
        (86400, "1 d"), (86399, "23 h 59 min"), (6 * 86400 + 3 * 3600 + 59, "6 d 3 h"), (timedelta(days=6, hours=3), "6 d 3 h"),
        (-7200, "−2 h"), (None, "–"),
    ],
)  # fmt: skip
def test_durations_keep_two_units_and_never_say_a_week(seconds, said):
    assert lasted(seconds) == said


def test_units_are_translated():
    assert lasted(90000, {"d": "pv", "h": "t"}.__getitem__) == "1 pv 1 t"


def test_milliseconds():
    assert [ms(0.0004), ms(0.012), ms(1.25), ms(None)] == ["0.4 ms", "12 ms", "1,250 ms", "–"]
    assert [ms(0.0004, "fi"), ms(1.25, "fi")] == ["0,4 ms", "1\u00a0250 ms"]


def test_a_moment_is_local_and_needs_its_zone():
    moment = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert when(moment, zone=ZoneInfo("Europe/Belgrade")) == "26 Nov 2026, 00:30"
    assert when(int(moment.timestamp() * 1000)) == "25 Nov 2026, 23:30"
    assert when(None) == "–"
    assert when(2**53 - 1) == "8 Mar 9892, 12:26", "whoever's clock is broken takes no page away"
    assert 'datetime="9892-03-08T12:26+00:00"' in timed(2**53 - 1)
    with pytest.raises(ValueError, match="zone"):
        when(datetime(2026, 11, 25))  # noqa: DTZ001


def test_a_moment_on_a_page_is_read_by_programs_too():
    written = "{{ at|when }} {{ _('by %(when)s', when=at|when) }} {{ none|when }}"
    made = Pages(zone="Europe/Belgrade").environment(LANGUAGES[0]).from_string(written)
    timed = '<time datetime="2026-11-26T00:30+01:00">26 Nov 2026, 00:30</time>'
    assert made.render(at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) == f"{timed} by {timed} –"


@pytest.mark.parametrize(("number", "folded"), [(2, 0), (5, 3)])
def test_a_list_shows_the_first_ones_and_folds_the_others(number, folded):
    written = "{% import 'macros.html' as m %}{% call(one) m.few(rows, 'Mine', 2) %}<li>{{ one }}</li>{% endcall %}"
    written += "{{ m.table('T', ['x'], cells, most=2) }}"
    made = Pages().environment(LANGUAGES[0]).from_string(written).render(rows=range(number), cells=[[n] for n in range(number)])
    assert made.count("<li>") == made.count('scope="row"') == number, "nothing is left out"
    assert made.count(f"Show {folded} more") == (2 if folded else 0)
    assert made.count("<summary") == made.count("</summary>") == (2 if folded else 0)


LANGUAGES = [Language("en", "en_GB", "English"), Language("sr-Cyrl", "sr_Cyrl_RS", "Српски"), Language("sr-Latn", "sr_Latn_RS", "Srpski")]


@pytest.mark.parametrize(
    ("headers", "tag"),
    [
        ({}, "en"), ({"accept_language": "de, *;q=0.1"}, "en"), ({"accept_language": "en;q=0.5, sr;q=0.9"}, "sr-Cyrl"),
        ({"accept_language": "sr-Latn-RS"}, "sr-Latn"), ({"accept_language": "sr-ME"}, "sr-Latn"),
        ({"accept_language": "SR-rs"}, "sr-Cyrl"), ({"accept_language": "xx, " * 30 + "sr"}, "en"),
        ({"accept_language": "sr", "cookie": "lang=sr-Latn"}, "sr-Latn"),
        ({"cookie": "lang=../../etc"}, "en"), ({"accept_language": "sr;q=high, ;;q"}, "en"),
    ],
)  # fmt: skip
def test_language_is_chosen_then_asked_for_then_the_first(headers, tag):
    assert choose_language(request(**headers), LANGUAGES).tag == tag


@pytest.mark.parametrize(
    ("path", "accept", "page"),
    [
        ("/", "", True), ("/", "*/*", True), ("/cases", "application/json", False), ("/cases", "text/html,application/json", True),
        ("/api/cases", "text/html", False), ("/referral/api", "text/html", False), ("/apiary", "*/*", True), ("/a/b/api", "*/*", True),
    ],
)  # fmt: skip
def test_who_gets_a_page(path, accept, page):
    assert wants_html(request(path, accept=accept)) is page


class Offer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    to: Literal["centre", "ngo"]
    reason: str = Field(min_length=10)
    why: str = Field("x", min_length=1)
    by: date = date(2027, 1, 1)
    persons: int = Field(1, ge=1)
    needs: list[Literal["housing"]] = ["housing"]

    @field_validator("by")
    @classmethod
    def _ahead(cls, value: date) -> date:
        if value.year < 2000:
            raise Explained("give a date to come")
        return value


def errors_of(labels=None, **sent):
    with pytest.raises(ValidationError) as caught:
        Offer.model_validate(sent)
    return form_errors(caught.value, labels)


def test_form_errors_link_to_their_fields_and_say_what_to_do():
    errors = errors_of({"to": "Agency"}, reason="short", why="", persons=0, by="1999-01-01", needs=["gold", "tin"])
    assert errors.fields == {
        "to": "Agency: give an answer", "reason": "Reason: write at least 10 characters", "why": "Why: give an answer",
        "by": "By: give a date to come", "persons": "Persons: give 1 or more", "needs": "Needs: choose one of the answers offered",
    }  # fmt: skip
    assert errors.summary[0] == {"text": "Agency: give an answer", "href": "#to"}
    assert len(errors.summary) == 6


def test_form_errors_never_repeat_what_was_typed():
    canary = "Jelena"
    errors = errors_of(to=canary, reason=canary, by=canary, persons=canary, needs=[canary], **{canary: canary})
    assert canary not in str(errors)
    assert {"text": "An answer was sent that nobody asked for"} in errors.summary


def pages(tmp_path: Path, body: str, **frame: object) -> Pages:
    head = '{% extends "base.html" %}{% import "macros.html" as m %}{% block content %}'
    (tmp_path / "t.html").write_text(head + body + "{% endblock %}")
    return Pages(tmp_path, frame=lambda request: Frame(**frame))


def test_a_page_has_its_frame(tmp_path):
    nav = [NavItem("Tasks", "/"), NavItem("Cases", "/cases")]
    made = pages(tmp_path, "<p>{{ x }}</p>", nav=nav, officer="<Jelena>", change_href="/who", simulated=True, agency="Centre")
    html = bytes(made.render(request("/cases/1"), "t.html", x="<b>").body).decode()
    assert '<html lang="en"' in html
    assert "<p>&lt;b&gt;</p>" in html
    assert "&lt;Jelena&gt;" in html
    assert "Change person" in html
    assert "Simulated data" in html
    assert html.count('aria-current="page"') == 1
    assert html.index('href="/cases"') < html.index('aria-current="page"')
    assert 'class="govuk-skip-link"' in html
    assert html.count('nonce="n0nce"') == 2
    assert "style=" not in html
    assert "://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_a_long_menu_folds_what_is_looked_at_now_and_then(tmp_path):
    """Without a script, and never one alone: what is folded is a link in the page, in the order of the menu."""
    daily = [NavItem(f"Daily {n}", f"/d{n}") for n in range(7)]
    rare = [NavItem("Sample", "/sample", rare=True), NavItem("Roles", "/roles", rare=True)]
    html = bytes(pages(tmp_path, "", nav=[*daily, *rare]).render(request("/roles"), "t.html").body).decode()
    menu, _, folded = html.partition("<summary")
    assert [html.count(f'href="{item.href}"') for item in (*daily, *rare)] == [1] * 9
    assert 'href="/d6"' in menu
    assert 'href="/sample"' in folded
    assert re.search(r'aria-current="true"[^>]*>\s*More', html), "where one is, is said by the fold, too"
    assert html.count('aria-current="page"') == 1
    for few in ([*daily, rare[0]], [daily[0], *rare]):
        assert "More</summary>" not in bytes(pages(tmp_path, "", nav=few).render(request(), "t.html").body).decode()


def test_production_offers_nobody_to_become(tmp_path):
    html = bytes(pages(tmp_path, "", officer="Jelena").render(request(), "t.html").body).decode()
    assert "Jelena" in html
    assert "Change person" not in html
    assert "Simulated" not in html


def test_an_unknown_name_is_an_error(tmp_path):
    with pytest.raises(UndefinedError):
        pages(tmp_path, "{{ nobody }}").render(request(), "t.html")


def test_errors_reach_title_summary_and_field(tmp_path):
    body = """{% call m.form("/x", "f-1") %}{{ m.radios("to", "To?", [{"value": "ngo", "text": "NGO"}], errors) }}
    {{ m.date("by", "By?", errors) }}
    {{ m.field("persons", "How many?", errors, "3") }}{{ m.textarea("reason", "Why?", errors, "</textarea>") }}{% endcall %}"""
    errors = errors_of(reason="x" * 10, by="never")
    response = pages(tmp_path, body).render(request(), "t.html", status=422, errors=errors)
    html = bytes(response.body).decode()
    assert response.status_code == 422
    assert "<title>Error: " in html
    assert html.index("There is a problem") < html.index('href="#to"') < html.index('id="to-error"')
    assert 'name="by-day"' in html
    assert 'id="by"' in html
    assert 'id="persons-error"' not in html
    assert 'name="form_id" value="f-1"' in html
    assert "&lt;/textarea&gt;" in html


def test_tables_and_tags_speak_without_colour(tmp_path):
    body = """{{ m.table("Cases", ["A", "B"], [["<i>", "2"]], numeric=[1]) }}{{ m.table("None", ["A"], []) }}{{ m.state_tag("called") }}
    {{ m.state_tag("something_new") }}{{ m.next_move("Centre", "must answer", by="noon", late="late by 2 d") }}"""
    html = bytes(pages(tmp_path, body).render(request(), "t.html").body).decode()
    assert '<th scope="col"' in html
    assert '<th scope="row" class="govuk-table__header">&lt;i&gt;' in html
    assert 'role="region" aria-label="Cases" tabindex="0"' in html
    assert "Nothing yet." in html
    assert "called to joint action" in html
    assert "something new" in html
    assert "▲ late by 2 d" in html


def test_two_side_cases_of_one_lead_have_two_names() -> None:
    """What lies in a lead's channel has ids that begin alike: two people must not be called the same."""
    ids = [id_in_channel("rs-lead", bytes([n] * 16)) for n in (1, 2)]
    assert len({one[:8] for one in ids}) == 1
    assert [reference(one) for one in ids] == ["0101-0101", "0202-0202"]
    assert reference("fe3ae5a7-2471-4054-973e-fcc4108025c4") == "FE3A-E5A7"


def test_a_text_that_is_too_long_is_said_to_be_in_characters() -> None:
    """Also where its bound comes after a validator of our own, as that of every note does."""

    class Note(BaseModel):
        note: Annotated[Text, StringConstraints(max_length=3)]

    with pytest.raises(ValidationError) as wrong:
        Note(note="four")
    assert form_errors(wrong.value).fields == {"note": "Note: write at most 3 characters"}
