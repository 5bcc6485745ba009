"""The terminal speaks the reader's language where it says figures, promises and what they count."""

import pickle
from pathlib import Path

import pytest
from rich.console import Console

from deploy.doctor.finding import Finding, Severity, red
from deploy.doctor.machine import room
from deploy.importers.tables import RESTRICTED_ALONE, WOULD_TELL, codebook
from deploy.sent_files import table_file
from deploy.terminal_language import spoken
from deploy.trouble import Trouble
from services.reporting.rules.exchange.packs import pack_of
from services.reporting.rules.tables.catalogue import ALL_TABLES, definition
from services.reporting.rules.tables.figures import dimensions
from shared.config.clock import clock_for
from shared.config.settings import Settings, UnfitSettings
from shared.crypto import keyring
from shared.crypto.directory import read_directory
from shared.crypto.keyring import Unusable
from shared.web.text.languages import LANGUAGES, translations


@pytest.mark.parametrize(
    ("named", "machine", "tag"),
    [
        ("", "", "en"), ("", "C.UTF-8", "en"), ("", "fi_FI.UTF-8", "fi"), ("", "sr_RS.UTF-8", "sr-Cyrl"),
        ("", "sr_RS.UTF-8@latin", "sr-Latn"),
        ("sv", "fi_FI.UTF-8", "sv"), ("", "de_DE", "en"),
    ],
)  # fmt: skip
def test_the_option_wins_then_the_machine_then_english(monkeypatch: pytest.MonkeyPatch, named: str, machine: str, tag: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", machine)
    monkeypatch.setenv("NRM_LANGUAGE", named)
    assert spoken().tag == tag


def test_a_language_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", "xx")
    with pytest.raises(Trouble, match="There is no language 'xx'.*sr-Latn"):
        spoken()


@pytest.mark.parametrize(("tag", "said"), [("en", "x cannot"), ("fi", "x ei voi"), ("sr-Cyrl", "x не може"), ("sv", "x kan inte")])
def test_what_went_wrong_is_said_in_each_language(monkeypatch: pytest.MonkeyPatch, tag: str, said: str) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", tag)
    assert said in str(Trouble("%(file)s cannot be read: %(why)s.", file="x", why="100 %"))
    assert str(pickle.loads(pickle.dumps(Trouble("%(why)s.", why="100 %")))) == "100 %."
    assert str(Trouble("What a broker says, 100 %(so)")) == "What a broker says, 100 %(so)"


def test_what_the_system_itself_refuses_is_said_in_the_language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys, settings and clock are looked at where no terminal is known: their errors keep words and values until they are shown."""
    monkeypatch.setenv("NRM_LANGUAGE", "fi")
    with pytest.raises(Unusable, match="There are no keys of intake.rs-ir at") as keys:
        keyring.read(tmp_path, "intake.rs-ir")
    assert str(Trouble.of(keys.value)).startswith("Avaimia (intake.rs-ir) ei ole paikassa ")
    with pytest.raises(UnfitSettings, match="NRM_OPERATORS_TOKEN") as token:
        Settings(agency="rs-ir", country=Path("serbia"), operators_token=tmp_path / "none").must_be_fit()
    assert "ei ole luettavissa" in str(Trouble.of(token.value))
    with pytest.raises(ValueError, match="There is no clock sundial") as clock:
        clock_for("sundial")
    assert str(Trouble.of(clock.value)) == "Kelloa sundial ei ole; anna wall tai file:PATH."
    for ask, said in (
        (lambda: definition("T99"), "Taulukkoa T99 ei ole; olemassa ovat T1, "),
        (lambda: pack_of("oecd"), "Pakettia oecd ei ole; olemassa ovat eurostat, "),
        (lambda: dimensions("shoe_size"), "Ohjattuja ei lasketa näin: shoe_size; valitse näistä: quarter, "),
        (lambda: read_directory(b"", bytes(32)), "tämä ei ole allekirjoitettu asiakirja"),
    ):
        with pytest.raises(ValueError, match=".") as refused:
            ask()
        assert str(Trouble.of(refused.value)).startswith(said)
    assert str(Trouble.of(ValueError("what a library says"))) == "what a library says"


def test_what_a_file_is_refused_for_is_said_in_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", "fi")
    with pytest.raises(Trouble, match="on tyhjä") as refused:
        table_file.of_content(b"", "luvut.csv", ("quarter",))
    assert "luvut.csv" in str(refused.value)


def test_the_doctor_speaks_it_and_leaves_what_others_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", "fi")
    assert room(1) == Finding("levy", Severity.RED, "tilaa tiedoille: 0.0 GiB", "tee tilaa nyt: täysi levy pysäyttää jokaisen päätöksen")
    assert red("bus", "what it says: 100 %(x", "look at it").said == "what it says: 100 %(x"


@pytest.mark.parametrize("tag", [one.tag for one in LANGUAGES])
def test_what_tables_count_is_said_in_each_language(monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    monkeypatch.setenv("NRM_LANGUAGE", tag)
    console = Console(record=True, width=4000)
    codebook(console)
    said, words = console.export_text(), translations(next(one for one in LANGUAGES if one.tag == tag))
    for table in ALL_TABLES:
        assert words.gettext(table.title) in said
        assert words.gettext(table.meaning if table.collected else table.lacks) in said
    for reason, in_days in ((WOULD_TELL, False), (RESTRICTED_ALONE, True)):
        of_these = sum(one.restricted and one.working_days is in_days for one in ALL_TABLES)
        assert said.count(words.gettext(reason)) == of_these > 0, "of working days the reason is another"
