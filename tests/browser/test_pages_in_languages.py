"""The pages in all languages, and in one that is invented, is written from right to left and has every text in brackets: what stands
outside of them nobody could have translated."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shared.web.text.languages import LANGUAGES, languages
from tests.browser.desks import REPORT, Town, Visitor, town
from tests.browser.paper import on_paper
from tests.shared.invented import invented
from tests.turns import today

BLOCKS = frozenset(
    ("p", "li", "td", "th", "h1", "h2", "h3", "div", "button", "label", "option", "dd", "dt", "summary", "legend", "caption", "text")
    + ("title", "a", "strong", "main", "header", "footer", "nav", "form")
)
IN_SENTENCES = frozenset(("a", "strong"))
SHOWN = ("aria-label", "title", "placeholder", "alt")
NO_WORDS = frozenset(["d", "h", "min", "s", "ms"])
ENTRIES = (
    "/",
    "/search",
    "/language",
    "/who",
    "/unsent/0",
    "/nowhere",
    "/operations/log",
    "/parked",
    "/access",
    "/break-glass",
    "/cases?show=closed",
)


class Outside(HTMLParser):
    """The texts of a page that stand outside of brackets, block by block."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]
        self.code = self.drawn = 0
        self.lanes: list[str] = []
        """What stands in pictures, where long names are broken."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in ("script", "style", "code")
        self.drawn += tag == "svg"
        named = dict(attrs)
        if named.get("lang", "ar") != "ar" and tag != "html":  # the name of another language, in it
            self.code += 1
        self.texts[-1:-1] = [said for name in SHOWN if (said := named.get(name))]
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.code and tag in ("script", "style", "code", "button"):
            self.code -= 1
        self.drawn -= tag == "svg"
        self._part(tag)

    def _part(self, tag: str) -> None:
        """Another text begins, but for what stands in the middle of a sentence: a number to call."""
        said = self.texts[-1]
        if tag in BLOCKS and not (tag in IN_SENTENCES and said.count("⟦") > said.count("⟧")):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.drawn:
            self.lanes.append(data)
        elif not self.code:
            self.texts[-1] += data

    def words(self, known: re.Pattern[str], names: str) -> set[str]:
        """What is a word in them and no name that is known."""
        found = set[str]()
        for text in (*self.texts, *(said for said in self.lanes if said.strip("…") not in names)):
            depth, left = 0, ""
            for letter in text:
                depth = max(0, depth + (letter == "⟦") - (letter == "⟧"))
                left += letter if not depth and letter != "⟧" else " "
            found |= {word for word in re.findall(r"[A-Za-z]{2,}", known.sub(" ", left)) if word not in NO_WORDS}
        return found


def shape(path: str) -> str:
    """Pages of one kind: their path without ids, services and answers."""
    path = re.sub(r"[^/?]*\d[^/?]*", "N", path.partition("#")[0])
    path = re.sub(r"^/(lead|cases|reports)(?=/N/(person|words|own|account|rights|waits))", "/cases", path)
    path = re.sub(r"(?<=/person/)[a-z_]+|(?<=/search/found/)[a-z]+|(?<=N/rights/)[a-z-]+", "N", path)
    return re.sub(r"/(intake|referral|assistance)(?=/)", "/service", re.sub(r"=[^&]*", "=", path))


def in_language(visitor: Visitor, path: str, tag: str) -> str:
    """What is at a path, as a browser asks for it that is set to this language; nothing where that is no page."""
    asked = {"accept": "text/html", "accept-language": tag}
    answer = visitor.client.get(path, headers=asked, follow_redirects=True)
    assert answer.status_code < 500, (path, tag)
    return answer.text if "text/html" in answer.headers["content-type"] else ""


def walk(visitor: Visitor, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Path and page of each kind that can be reached, in the invented language."""
    seen.discard("/")  # each leads elsewhere from there
    ways = list(ENTRIES)
    while ways:
        path = ways.pop()
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        if page := in_language(visitor, path, "ar"):
            yield path, page
            ways += re.findall(r'href="(/(?!static)[^"]*)"', page)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """A case that was reported and opened, and the rapporteur."""
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_zg="vera") as made:
        report(made.at["rs-ir"])
        made.carry()
        yield made


def report(visitor: Visitor) -> str:
    page = visitor.get("/reports/new")
    return visitor.post("/reports/new", form_id=visitor.form_id(page, "/reports/new"), **REPORT).headers["location"]


def test_each_page_says_all_in_the_chosen_language(made: Town, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Each in the invented language; every second, tomorrow the others, also in one that the pages have."""
    long = bool(pytestconfig.getoption("--long"))
    strange = languages(invented(tmp_path))[-1]
    country = made.instances[0].country
    names = {one.name for one in LANGUAGES} | {
        said for one in country.agencies for said in (one.name, one.id, *(officer.name for officer in one.officers))
    }
    names |= {
        said for rule in country.clocks for said in (rule.source, rule.pause.source if rule.pause else "") if said
    }  # as the file says it
    names |= {name for place in country.directory.municipalities for name in (place.name, *place.names.values())}
    names |= {said for payer in country.payers for said in (payer.name, *payer.names.values())} | {"SDG"}
    others = [r"\b(?:intake|referral|assistance|reporting)\.", "[0-9A-F]{4}-[0-9A-F]{4}"]
    known = re.compile("|".join([*map(re.escape, sorted(names, key=len, reverse=True)), *others]))
    seen, left, pages = set[str](), dict[str, set[str]](), 0
    for visitor in made.at.values():
        for desk in visitor.client.app.state.desks.values():
            desk.pages.languages = (*LANGUAGES, strange)
        for path, page in walk(visitor, seen):
            assert '<html lang="ar"' in page, path
            assert 'dir="rtl"' in page, path
            assert on_paper(page) == [], path
            outside = Outside()
            outside.feed(page)
            if words := outside.words(known, " ".join(names)):
                left[path] = words
            pages += 1
            if long or pages % 2 == today() % 2:
                other = LANGUAGES[pages % len(LANGUAGES)]
                assert f'<html lang="{other.tag}"' in in_language(visitor, path, other.tag)
    assert left == {}
    assert pages > 40, sorted(seen)


def test_who_chooses_a_language_keeps_it_and_the_page(made: Town) -> None:
    visitor = made.at["rs-ir"]
    page = visitor.get("/reports/new")
    assert ">Svenska</button>" in page
    assert 'lang="sr-Cyrl">Српски (ћирилица)</button>' in page
    assert 'action="/language" novalidate target="_blank"' in page, "what was typed stays in its window"
    assert 'action="/language" novalidate>' in visitor.get("/work?page=1")
    assert 'name="back" value="/work?page=1"' in visitor.get("/work?page=1")

    answer = visitor.post("/language", language="sr-Latn", back="/work?page=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/work?page=1")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in answer.headers["set-cookie"].split(";")}
    said = visitor.get("/work?page=1")
    assert "<title>Spisak poslova – Inspektorat za rad</title>" in said
    assert "izvorni govornik" in said
    assert "Reported" not in visitor.get("/reports")

    assert visitor.post("/language", language="xx", back="https://elsewhere.example/").headers["location"] == "/"
    assert '<html lang="sr-Latn"' in visitor.get("/work")
    asked = visitor.post("/reports/new", form_id=visitor.form_id(page, "/reports/new"), danger="false")
    assert asked.status_code == 422
    assert "dajte odgovor" in asked.text or "odgovor" in asked.text
    assert "Centar za zaštitu žrtava trgovine ljudima" in made.at["rs-ir"].get(
        re.search(r'href="(/cases/[^"]+)"', visitor.get("/cases"))[1]
    )


def test_dates_and_numbers_are_those_of_the_language(made: Town) -> None:
    visitor = made.at["rs-ir"]
    page = visitor.get("/cases")
    address = re.search(r'href="(/cases/[^"]+)"', page)[1] + "?tab=history"
    assert "15 Jun 2025" in visitor.get(address)
    written = {"sr-Latn": "15. 6. 2025.", "sr-Cyrl": "15. 6. 2025.", "fi": "15.6.2025", "sv": "15 juni 2025"}
    assert [tag for tag, day in written.items() if day not in in_language(visitor, address, tag)] == []
