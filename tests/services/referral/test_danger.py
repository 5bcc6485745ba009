"""In danger now: somebody is called to safety at once, within who may be told; the page has the number, and says where nobody is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.process.country_file import country_of
from services.intake.rules import report as rules
from shared.protocol.vocabulary import Basis, DataClass, HandoffKind, Need, Urgency
from tests.browser.desks import REPORT, Town, town, words

CHILD = REPORT | {"danger": "true", "age": "child", "consent": "", "needs": []}
ADULT = CHILD | {"age": "adult", "consent": "true"}
UNASKED = ADULT | {"consent": "false", "ground": "life"}


@pytest.fixture
def serbia(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_pu_bg="petra", rs_csr_ns="sofija") as made:
        yield made


def filed(land: Town, **answers: object) -> str:
    case = land.at["rs-ir"].post("/reports/new", form_id="report", **answers).headers["location"].rpartition("/")[2]
    land.carry()
    return case


@pytest.mark.parametrize("answers", [CHILD, ADULT, UNASKED], ids=["a child", "an adult who consents", "an adult who was not asked"])
def test_the_police_are_asked_for_safety_at_once(serbia: Town, answers: dict[str, object]) -> None:
    filed(serbia, **answers)
    assert "Invitations to answer 1 Safety" in words(serbia.at["rs-pu-bg"].get("/work"))
    assert "danger now from Centre for Human Trafficking Victims' Protection" in words(serbia.at["rs-pu-bg"].get("/work"))
    assert "due in 2 h" in words(serbia.at["rs-pu-bg"].get("/work"))


def test_without_danger_nobody_is_called_to_safety_who_was_not_ticked(serbia: Town) -> None:
    filed(serbia, **CHILD | {"danger": "false"})
    assert "Safety" not in words(serbia.at["rs-pu-bg"].get("/work"))


@pytest.mark.parametrize(("answers", "had"), [(CHILD, {"D0", "D1", "D2"}), (UNASKED, {"D0", "D1", "D2"}), (ADULT, {"D0", "D1", "D2"})])
def test_without_consent_they_get_codes_that_name_nobody_and_no_more(serbia: Town, answers: dict[str, object], had: set[str]) -> None:
    case = filed(serbia, **answers)
    (lead,) = (one for one in serbia.instances if one.me == "referral.rs-czztlj")
    picture = lead.transact(lambda work: work.picture(case))
    assert picture is not None
    police = picture.member("rs-pu-bg")
    assert police is not None
    assert {c.value for c in police.classes} == had
    assert [h.kind for h in picture.handoffs.values() if h.need is Need.SAFETY] == [HandoffKind.EMERGENCY]


def test_who_is_invited_for_another_need_too_has_what_that_gives(serbia: Town) -> None:
    case = filed(serbia, **UNASKED | {"needs": ["investigation"]})
    (lead,) = (one for one in serbia.instances if one.me == "referral.rs-czztlj")
    picture = lead.transact(lambda work: work.picture(case))
    assert picture is not None
    police = picture.member("rs-pu-bg")
    assert police is not None
    assert (police.basis, police.purpose, DataClass.D7 in police.classes) == (Basis.VITAL, Need.INVESTIGATION, True)


def test_of_a_child_whoever_is_invited_is_told_what_the_report_tells_and_the_rest_one_by_one(serbia: Town) -> None:
    case = filed(serbia, **CHILD | {"needs": ["investigation"]})
    (lead,) = (one for one in serbia.instances if one.me == "referral.rs-czztlj")
    picture = lead.transact(lambda work: work.picture(case))
    assert picture is not None
    had = {m.agency: set(m.classes) for m in picture.members}
    assert had["rs-pu-bg"] == {DataClass.D0, DataClass.D1, DataClass.D2}
    assert {DataClass.D3, DataClass.D4, DataClass.D5} <= had["rs-csr-ns"], "who guards children"


def test_everybodys_page_has_the_number_and_who_is_called(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    assert "If yes: first call 192 . Then send this" in words(serbia.at["rs-ir"].get("/reports/new"))
    for visitor, path in (("rs-ir", f"/reports/{case}"), ("rs-czztlj", f"/lead/{case}")):
        page = words(serbia.at[visitor].get(path))
        assert "If nobody has yet, call 192 now." in page
        assert "Asked here for safety: Police Directorate Belgrade (must answer by" in page
    work = serbia.at["rs-pu-bg"].get("/work")
    handoff = work[work.index(f'href="/cases/{case}/handoffs/') + 6 :].partition('"')[0]
    assert "Emergency number: 192 ." in words(serbia.at["rs-pu-bg"].get(handoff))


def test_until_the_lead_has_the_report_the_page_says_that_nobody_is_on_the_way(serbia: Town) -> None:
    sent = serbia.at["rs-ir"].post("/reports/new", form_id="report", **CHILD).headers["location"]
    assert "until then nobody is on the way" in words(serbia.at["rs-ir"].get(sent))


def test_before_the_lead_has_the_report_nobody_is_said_not_to_be_asked(serbia: Town) -> None:
    """A moment later the lead asks the next agency of the policy: that the police are left out is no reason for alarm yet."""
    sent = serbia.at["rs-ir"].post("/reports/new", form_id="report", **CHILD | {"withheld": ["police"]}).headers["location"]
    page = words(serbia.at["rs-ir"].get(sent))
    assert "until then nobody is on the way" in page
    assert "Not asked, because" not in page


def test_where_the_police_must_not_be_told_somebody_else_is_asked(serbia: Town) -> None:
    filed(serbia, **ADULT | {"withheld": ["police"]})
    assert "Safety" not in words(serbia.at["rs-pu-bg"].get("/work"))
    assert "Invitations to answer 1 Safety" in words(serbia.at["rs-csr-ns"].get("/work"))


def test_where_nobody_may_be_told_the_page_says_so_and_what_to_do(serbia: Town) -> None:
    case = filed(serbia, **ADULT | {"withheld": ["police", "social_services"]})
    for visitor, path in (("rs-ir", f"/reports/{case}"), ("rs-czztlj", f"/lead/{case}")):
        page = words(serbia.at[visitor].get(path))
        assert "Nobody has taken on, or been asked for, the person’s safety here." in page
        assert "does not want them to be told: Police Directorate Belgrade, Centre for Social Work Novi Sad." in page
        assert "If life is in danger call all the same: say where help is needed, and no name." in page


def test_what_danger_asks_for_stands_in_the_countrys_table() -> None:
    country = country_of(Path("serbia"))
    assert country.at_once(Urgency.DANGER) == (Need.SAFETY,)
    assert country.at_once(Urgency.HIGH) == ()
    assert rules.needs([Need.HEALTH], [], child=False, at_once=country.at_once(Urgency.DANGER)) == (Need.SAFETY, Need.HEALTH)


def test_a_need_that_the_policy_places_nobody_for_is_said_to_the_lead(tmp_path: Path) -> None:
    text = Path("deploy/countries/serbia.toml").read_text(encoding="utf-8")
    there = '[[invitations]]\nneed = "residence"\nagency = "rs-pu-bg"'
    listed = '"investigation", "residence"]'
    assert text.count(there) == text.count(listed) == 1
    (tmp_path / "bare.toml").write_text(text.replace(there, "").replace(listed, '"investigation"]'), encoding="utf-8")
    with town(tmp_path, tmp_path / "bare.toml", rs_ir="ines", rs_czztlj="jelena") as land:
        case = filed(land, **REPORT | {"needs": ["residence"]})
        page = words(land.at["rs-czztlj"].get(f"/lead/{case}"))
    assert "The national policy names nobody for this need: choose whom to invite." in page
