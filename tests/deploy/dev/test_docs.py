"""What the documents say of the code and of each other, and what the code cites of them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from deploy.dev import citations, code_names, docs, packages

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = '# Facts\n\n<a id="3.5"></a>\n\n### 3.5 Reasons\nC1 and C14 are two, M71 is another.\n\n<a id="4"></a>\n\n## 4. Signs\n'
PAGE, RULES = "domain" + ".md", "rules" + ".md"
"""Put together here, so that what these tests plant is not taken for a citation of their own."""


def planted(root: Path, said: str, file: str = "shared/rules.py") -> list[str]:
    """The faults of a repository that has a page of the domain and one file that says this."""
    for path, text in {"docs/domain.md": DOMAIN, f"docs/{RULES}": "# Rules\n## 1. Sending\n", file: said}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(citations.faults(root))


@pytest.mark.parametrize(
    "said",
    [
        "docs/{page}, section 3.5",
        "(docs/{page}, section 3.5, C14)",
        "docs/{page}, sections 3.5 and 4",
        "# docs/{page},\n# section 3.5",
        "[signs]({page}#4)",
        "see docs/{page}",
        "[rules]({rules}) section 1",
        "RFC 9180, CETS 197 art. 12(6), OWASP ASVS 5.0",
    ],
)
def test_a_citation_that_leads_somewhere_is_in_step(tmp_path: Path, said: str) -> None:
    assert planted(tmp_path, said.format(page=PAGE, rules=RULES), "docs/other.md") == []


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("docs/{page}, section 3.6", "section 3.6"),
        ("docs/{page}, sections 3.5 and 9", "section 9"),
        ("# docs/{page},\n# section 7", "section 7"),
        ("docs/{page}, section 3.5, M7", "M7"),
        ("docs/{page}, section 3.5, C1 to C15", "C15"),
        ("docs/{page} 3.5", "section"),
        ("[rules]({rules}) section 2", "section 2"),
        ("docs/{rules}, sections 1 and 3", "section 3"),
        ("DOMAIN" + " 3.5", "DOMAIN"),
        ("PEERS" + " R12", "PEERS"),
        ("(HOUSES" + ': "Start")', "HOUSES"),
        ("RELIABILITY" + ".md 3.7", "RELIABILITY"),
        ("as docs/gone" + ".md says", "docs/gone"),
        ("as GONE" + ".md says", "GONE"),
    ],
)
@pytest.mark.parametrize("file", ["shared/rules.py", "deploy/countries/land.toml", "docs/other.md", "SECURITY.md"])
def test_a_citation_of_what_is_not_there_is_named_with_its_place(tmp_path: Path, said: str, named: str, file: str) -> None:
    faults = planted(tmp_path, "first line\n" + said.format(page=PAGE, rules=RULES), file)
    assert len(faults) == 1
    assert faults[0].startswith(f"{file}:2: ")
    assert named in faults[0]


@pytest.mark.parametrize(
    ("said", "named"),
    [("Known [ILO].", []), ("Known [ILO; WHO], [a link](#8).", []), ("By heart [WHO, NOBODY].", ["NOBODY"]), ("[TAG] is a source.", [])],
)
def test_a_source_that_the_list_does_not_have_is_named(said: str, named: list[str]) -> None:
    assert citations.unlisted(f"# Facts\n## 1. One\n{said}\n## 2. Sources\n| tag | what |\n|---|---|\n| ILO, WHO | x |\n") == named


def test_the_words_of_an_earlier_release_stay_as_they_were(tmp_path: Path) -> None:
    assert planted(tmp_path, "DOMAIN" + ".md 3.5", f"{citations.FORMER}/0.0.1/schemas.json") == []


def test_a_section_has_its_number_as_an_anchor_so_that_links_to_it_last() -> None:
    page = (ROOT / "docs/domain.md").read_text(encoding="utf-8")
    numbers = citations.sections(page)
    assert {"3.5", "4.2", "5.7"} <= set(numbers)
    assert [number for number in numbers if f'<a id="{number}"></a>' not in page] == []


@pytest.mark.parametrize(
    ("link", "wrong"),
    [("{}#the-words", False), ("#here", False), ("{}#3.5", False), ("{}#gone", True), ("#gone", True), ("gone-{}", True)],
)
def test_a_link_leads_to_a_file_and_to_a_heading_in_it(tmp_path: Path, link: str, wrong: bool) -> None:
    other = "other.md"
    (tmp_path / other).write_text('# Other\n## The words\n<a id="3.5"></a>\n', encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n## Here\n[there]({link.format(other)})\n", encoding="utf-8")
    assert bool(list(docs.broken_links(tmp_path, page))) is wrong


def test_this_repository_cites_what_it_has_names_what_is_there_and_tells_of_each_package() -> None:
    assert [*citations.faults(ROOT), *packages.faults(ROOT), *code_names.faults(ROOT)] == []


CONTRACTS = """
[[tool.importlinter.contracts]]
type = "layers"
layers = ["deploy", "services.intake | services.referral", "shared.web", "shared.protocol"]

[[tool.importlinter.contracts]]
type = "layers"
containers = ["deploy"]
layers = ["cli", "demo | backup", "oracle"]
"""
PACKAGES = ("shared/web", "shared/protocol", "services/intake", "services/referral", "deploy/demo", "deploy/backup", "deploy/oracle")
ROWS = ("shared/protocol", "shared/web", "services/intake", "services/referral", "deploy/oracle", "deploy/backup", "deploy/demo")


def told(root: Path, rows: Iterable[str]) -> list[str]:
    """The faults of a table of packages with these rows."""
    for package in PACKAGES:
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").touch()
    (root / "pyproject.toml").write_text(CONTRACTS, encoding="utf-8")
    (root / "docs").mkdir()
    (root / packages.ARCHITECTURE).write_text("".join(f"| `{row}/` | x | y |\n" for row in rows), encoding="utf-8")
    return list(packages.faults(root))


def test_a_table_with_a_row_for_each_package_from_the_lowest_layer_up_is_in_step(tmp_path: Path) -> None:
    assert told(tmp_path, ROWS) == []


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (ROWS[1:], "shared/protocol"),
        ((*ROWS, "deploy/demo"), "deploy/demo"),
        ((*ROWS, "deploy/gone"), "deploy/gone"),
        ((*ROWS[:4], "deploy/demo", "deploy/oracle", "deploy/backup"), "deploy/oracle"),
        (("shared/web", "shared/protocol", *ROWS[2:]), "shared/protocol"),
    ],
)
def test_a_package_without_its_one_row_or_below_its_layer_is_named(tmp_path: Path, rows: tuple[str, ...], named: str) -> None:
    assert any(named in fault for fault in told(tmp_path, rows))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("`shared/rules.py`", False),
        ("`rules.py`", False),
        ("`deploy/gone/`", True),
        ("`shared/gone.py`", True),
        ("`shared/*.py`", False),
        ("`shared/rules.py::test_it`", False),
        ("`shared/rules.py::test_gone`", True),
    ],
)
def test_a_document_names_only_places_that_are_there(tmp_path: Path, said: str, wrong: bool) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "rules.py").write_text("def test_it() -> None: ...\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"See {said}.\n", encoding="utf-8")
    assert bool(list(docs.lost_places(tmp_path, page))) is wrong


CODE = "class Relay:\n    pause = 1\n\n    def send(self) -> None: ...\n\n\ndef woken() -> None: ...\n"


@pytest.mark.parametrize(
    ("said", "lost"),
    [
        ("`Relay.send`, `Relay.pause`, `relay.woken(case)` of `messaging/relay.py`; `messaging.relay`, `request.state`, `page.toml`", []),
        ("`Relay.sent`", ["Relay.sent"]),
        ("`relay.asleep`", ["relay.asleep"]),
        ("`Former.send`", ["Former.send"]),
        ("`rules/relay.py`", ["rules/relay.py"]),
        ("```mermaid\nsequenceDiagram\n  participant R as Relay of AGENCY\n  R->>R: Before it, Relay.send\n```", []),
        ("```mermaid\nsequenceDiagram\n  participant R as Former of AGENCY\n  R->>R: a FormerRelay, Relay.sent\n```",
         ["Former", "FormerRelay", "Relay.sent"]),
    ],
)  # fmt: skip
def test_a_document_names_only_code_that_is_there(tmp_path: Path, said: str, lost: list[str]) -> None:
    (tmp_path / "shared" / "messaging").mkdir(parents=True)
    (tmp_path / "shared" / "messaging" / "relay.py").write_text(CODE, encoding="utf-8")
    assert list(code_names.lost_names(tmp_path, said)) == lost


def test_a_glossary_that_has_a_word_twice_is_noticed() -> None:
    rows = ["case, file", "fold", "file"]
    table = "| word | meaning |\n|---|---|\n" + "".join(f"| {row} | x |\n" for row in rows)
    assert code_names.said_twice(table + table.splitlines()[0]) == ["file"]
