"""No list and no page of a busy case is longer than two screens of a desk and four of a telephone, in the language of the day: the few that
matter stand there, the others behind pages and folds, which say how many of them are late."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from deploy.demo.stories import joint, ping_pong
from deploy.process.country_file import country_of
from tests.browser.desks import REPORT, SERBIA, Town, words
from tests.browser.looking import WIDTHS, faults_of
from tests.browser.played import after, play, stage
from tests.browser.spoken import by_axe, languages_of, today
from tests.browser.test_case_glance import busy
from tests.browser.test_nothing_vanishes import served
from tests.shared.land import rows

pytestmark = pytest.mark.browser
LISTS = {
    "rs-czztlj": (
        *("/today", "/today?whose=agency", "/today?whose=others", "/today?whose=escalated"),
        *("/work", "/tasks", "/cases", "/lead", "/reports", "/caseload"),
    ),
    "rs-ngo-pomoc": ("/today", "/work", "/cases"),
    "rs-ir": (
        *("/reports", "/reports?page=2", "/today"),
        *("/reports/new", "/raids/new", "/screening", "/screening/work", "/drafts/prompt-sheet"),
    ),
}  # fmt: skip
FORMS = (
    *("/fields", "/account", "/ask-erasure"),
    *(f"/rights/{name}" for name in ("ask-access", "ask-correction", "object", "restrict", "erase-statement", "export-file")),
    *(f"/person/{group}" for group in ("communication", "safe_contact", "exploitation", "exploitation_words", "proceedings")),
)
OF_THE_CASE = (
    *("?tab=way", "?tab=words", "?tab=people", "?tab=history", "/person", "/rights", "/documents", "/close"),
    *FORMS,
)
"""Pages of the busiest case, at its lead; its first page is in `test_case_glance`."""
MANY = 9
"""Further cases, of which most wait too long."""


WORDS = ("/arrange", "/ask-support", "/ask")
"""Forms of words on one of its hand-offs."""


def crowded(made: Town) -> str:
    """The case that is busy already, among others: reported since, their invitations open, and late in the end."""
    (case,) = {case for one in made.instances for (case,) in rows(one, 'select "case" from picture')}
    inspector = made.at["rs-ir"]
    for n in range(MANY):
        told = REPORT | {"danger": "true" if n == 0 else "false", "needs": ["health", "legal", "housing"], "form_id": f"crowd-{n}"}
        assert inspector.post("/reports/new", **told).status_code == 303
        made.carry()
        made.later(3)
    made.later(30)
    return case


def alike(agency: str, path: str) -> int | None:
    """Which one it is of those that the same macros make: of the forms of a case, or of one kind of list."""
    groups = [[("rs-czztlj", end) for end in FORMS]]
    for kind in ("/today", "/work", "/cases", "/reports"):
        groups.append([(at, one) for at, lists in LISTS.items() for one in lists if one.partition("?")[0] == kind])
    return next((group.index((agency, path)) for group in groups if (agency, path) in group), None)


def test_each_list_and_each_page_of_a_busy_case_is_seen_in_a_few_screens(
    browser: Browser, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """On any day one language, and axe at one width, of forms and of lists that are alike at half of them; all of them with --long."""
    wrong: list[str] = []
    day, long = today(), bool(pytestconfig.getoption("--long"))
    with after(tmp_path, joint, busy, crowded) as (made, case):
        for agency, lists in LISTS.items():
            handoff = next(one.id for one in made.picture(case).handoffs.values() if one.need == "legal")
            ends = (*OF_THE_CASE, *(f"/words/{handoff}{act}" for act in WORDS))
            paths = (*lists, *(f"/lead/{case}{end}" for end in ends if agency == "rs-czztlj"))
            with served(made.at[agency]) as address:
                for tag in languages_of(day, long):
                    context = browser.new_context(base_url=address, locale=tag)
                    context.add_cookies([{"name": f"nrm_officer_{agency}", "value": made.at[agency].officer, "url": address}])
                    page = context.new_page()
                    for path in paths:
                        answer = page.goto(path)
                        assert answer is not None
                        assert answer.status == 200, path
                        for width in WIDTHS:
                            found = faults_of(page, width, by_axe(width, day, long, alike(agency, path.removeprefix(f"/lead/{case}"))))
                            wrong += [f"{agency}{path.replace(case, 'CASE')} in {tag} at {width} px: {one}" for one in found]
                    context.close()
    assert not wrong, "\n".join([f"again: NRM_DAY={day}", *wrong])


def test_what_is_late_is_told_where_it_is_folded(tmp_path: Path) -> None:
    with after(tmp_path, joint, busy, crowded) as (made, _):
        made.later(20)
        page = made.at["rs-ngo-pomoc"].get("/work")
        fold = page[page.index("own-rest") :]
        assert fold.index("▲") < fold.index("</summary>"), "the fold says that some behind it are late"


def test_a_no_that_nobody_has_answered_stands_in_sight_with_its_reason(tmp_path: Path) -> None:
    """And so does the latest one; what has been answered since is folded with the rest."""
    story = ping_pong(country_of(SERBIA))
    with stage(tmp_path, story) as made:
        case = play(made, story, until=56)
        page = made.at["rs-czztlj"].get(f"/lead/{case}?tab=way")
    stands, _, folded = page[page.index("</figure>") :].partition("own-rest")
    assert "Outside our mandate" in words(stands)
    assert "No capacity" not in words(stands), "another agency was asked since"
    assert "No capacity" in words(folded)
