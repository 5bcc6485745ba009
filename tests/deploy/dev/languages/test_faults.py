"""What `./nrm check` says of texts and catalogues."""

from pathlib import Path

import pytest
from babel.messages import Catalog

from deploy.dev.checks import ROOT
from deploy.dev.languages import extraction, terminal
from deploy.dev.languages.extraction import template
from deploy.dev.languages.faults import faults, faults_of
from deploy.dev.languages.terms import terms
from deploy.dev.languages.unmarked import unmarked
from deploy.trouble import Trouble

PLURAL = ("%(num)s case waits", "%(num)s cases wait")


def catalogue(fuzzy: bool = False, **said: object) -> Catalog:
    """Serbian, with what is said of each of the texts below."""
    made = Catalog("sr_Latn")
    ids = {"yes": "Yes", "late": "late by <b>%(time)s</b>", "error": "Error: ", "share": "95 %% of %(n)s", "cases": PLURAL}
    for name, words in said.items():
        made.add(ids[name], words, flags=["fuzzy"] if fuzzy else [])
    return made


GOOD = {
    "yes": "Da", "late": "kasni <b>%(time)s</b>", "error": "Greška: ", "share": "95 %% od %(n)s",
    "cases": ("%(num)s slučaj čeka", "%(num)s slučaja čekaju", "%(num)s slučajeva čeka"),
}  # fmt: skip
CODE = catalogue(**{name: ("", "") if name == "cases" else "" for name in GOOD})


def test_a_catalogue_that_fits_has_no_fault() -> None:
    assert list(faults_of(catalogue(**GOOD), CODE)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"yes": ""}, "“Yes” is not translated"),
        ({"late": "kasni <b>%(vreme)s</b>"}, "says %(time)s in the code, and %(vreme)s here"),
        ({"late": "kasni %(time)s"}, "has the tags </b> <b> in the code, and nothing here"),
        ({"error": "Greška:"}, "begins or ends with other spaces"),
        ({"share": "95 % od %(n)s"}, "says %% %(n)s in the code, and % %(n)s here"),
        ({"cases": ("%(num)s slučaj", "%(num)s slučaja", "slučajeva")}, "says %(num)s in the code, and nothing here"),
        ({"cases": ("%(num)s slučaj", "%(num)s slučaja", "")}, "is not translated"),
    ],
)
def test_a_fault_is_named(changed: dict[str, object], said: str) -> None:
    found = list(faults_of(catalogue(**GOOD | changed), CODE))
    assert len(found) == 1
    assert said in found[0]


def test_what_is_doubtful_missing_or_shown_nowhere_is_named() -> None:
    assert any("is marked fuzzy" in one for one in faults_of(catalogue(fuzzy=True, **GOOD), CODE))
    assert list(faults_of(catalogue(), catalogue(yes=""))) == ["“Yes” is not there: ./nrm languages update"]
    assert list(faults_of(catalogue(yes="Da"), catalogue())) == ["“Yes” is shown nowhere any more: ./nrm languages update"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p>{{ _("Marked") }} {{ name }} · {{ ref }}</p>', []), ("<p>Not marked</p>", [(1, "Not marked")]),
        ("{% if x %}\n<p>\n{{ a }} by {{ b }}</p>{% endif %}", [(3, "by")]),
        ('<a aria-label="Way back" class="govuk-link" href="/x">{{ y }}</a>', [(1, "Way back")]),
        ('{{ m.submit("Send it") }}', [(1, "Send it")]), ('{{ m.radios("danger", _("Is anyone in danger?"), []) }}', []),
        ('{% if state == "waits for it" %}<code>./nrm topics</code>{% endif %}', []),
        ('<input{% if x %} checked{% endif %} value="true">{# a remark #}', []),
        ('{{ govukTag({"text": "Not marked", "classes": "govuk-tag--red own-tag"}) }}', [(1, "Not marked")]),
        ('{{ ngettext("%(num)s case", "%(num)s cases", n) }}', []),
    ],
)  # fmt: skip
def test_a_text_that_nobody_could_translate_is_found(source: str, found: list[tuple[int, str]]) -> None:
    assert unmarked(source) == found


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("deploy/a.py", 'raise Trouble("%(file)s is gone.", file=file)', ""),
        ("deploy/a.py", "raise Trouble(str(error))", ""),
        ("deploy/a.py", 'raise Trouble(f"{file} is gone for good.")', "glued from pieces"),
        ("deploy/a.py", 'raise Trouble("This is gone: " + file)', "glued from pieces"),
        ("deploy/a.py", 'class Gone(Trouble): pass\nGone(f"{file} is gone for good.")', "glued from pieces"),
        ("deploy/a.py", 'raise Trouble("%(file)s is gone.", path=file)', "asks for file and is given path"),
        ("deploy/proving/a.py", 'raise Trouble(f"{file} is gone for good.")', ""),
        ("deploy/doctor/a.py", 'yield red("disk", "%(free)s left", "make room", free=free)', ""),
        ("deploy/doctor/a.py", 'yield red("disk", f"only {free} left", "make room")', "glued from pieces"),
        ("deploy/doctor/a.py", 'said = "there is little room"', "is shown and not marked"),
        ("deploy/doctor/a.py", 'said = N_("there is little room")', ""),
        ("deploy/oracle/a.py", 'yield Sentence("%(instance)s lacks %(n)s", instance=name, n=3)', ""),
        ("deploy/oracle/a.py", 'yield Sentence("%(instance)s lacks %(n)s", instance=name)', "asks for"),
        ("deploy/oracle/a.py", 'yield f"{name} lacks three records"', "is shown and not marked"),
    ],
)
def test_a_sentence_of_the_terminal_that_nobody_could_translate_is_found(tmp_path: Path, place: str, code: str, said: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_text(code)
    found = list(terminal.faults(tmp_path))
    assert said in found[0] if said else found == []


def test_sentences_of_troubles_and_findings_are_in_the_catalogues() -> None:
    there = {message.id for message in template(ROOT)}
    assert {"There is no language %(named)s. There are: %(there)s.", "make room soon"} <= there


def test_ours_have_no_fault() -> None:
    assert list(faults(ROOT)) == []
    assert len(template(ROOT)) > 2000


def test_a_language_has_its_terms() -> None:
    assert {term.english: term.said for term in terms(ROOT, "sr-Latn")}["Yes"] == "Da"
    assert len(terms(ROOT, "fi", all=True)) > len(terms(ROOT, "fi")) > 500
    with pytest.raises(Trouble, match="there are fi, sr_Latn, sv"):
        terms(ROOT, "de")


def test_update_brings_a_catalogue_in_step(tmp_path: Path) -> None:
    folder = tmp_path / extraction.CATALOGUES
    folder.mkdir(parents=True)
    extraction.write(folder / "sr_Latn.po", catalogue(yes="Da", late="kasni <b>%(time)s</b>"))
    (tmp_path / "services").mkdir()
    code = 'from shared.config.i18n import N_\nYES, NEW = N_("Yes"), N_("New %(n)s")\n'
    (tmp_path / "shared" / "words.py").write_text(code)
    ((_, words),) = extraction.update(tmp_path)
    assert {message.id: message.string or "" for message in words if message.id} == {"Yes": "Da", "New %(n)s": ""}
    again = (folder / "sr_Latn.po").read_text()
    list(extraction.update(tmp_path))
    assert (folder / "sr_Latn.po").read_text() == again
