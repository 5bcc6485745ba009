"""`./nrm` speaks the language of the terminal: help, and what it says of a line that it cannot read."""

import gettext
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from babel.messages import Catalog
from typer.testing import CliRunner

from deploy import terminal_language
from deploy.cli import app
from deploy.dev.checks import ROOT
from deploy.dev.languages import command_line
from deploy.spoken_commands import HELP, MARKED, USAGE, in_words, named
from shared.web.text.languages import LANGUAGES, languages
from tests.shared.commands import here
from tests.shared.invented import invented

OUTSIDE = re.compile(r"⟦[^⟧]*⟧|`[^`]*`")


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What a command lends to the libraries of its process stays with it."""
    monkeypatch.setenv("NRM_LANGUAGE", "")
    monkeypatch.setenv("LANGUAGE", "")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "400")
    domain = gettext.textdomain()
    terminal_language._chosen.cache_clear()  # pyright: ignore
    yield
    gettext.textdomain(domain)
    terminal_language._chosen.cache_clear()  # pyright: ignore
    terminal_language._words.cache_clear()  # pyright: ignore


def said(*line: str) -> str:
    result = CliRunner().invoke(app, list(line))
    return result.output


def all_commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from all_commands(below, (*path, name))


def test_help_is_in_the_language_that_is_named_or_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Records that instances failed to apply" in said("parked", "--help")
    assert "Odloženi" not in said("parked", "--help")
    assert "Odigrajte, napišite sažetak" in said("--language", "sr-Latn", "demo", "--help")
    monkeypatch.setenv("NRM_LANGUAGE", "")
    assert "Pelaa, kirjoita yhteenveto" in said("--lang=fi", "demo", "--help")
    monkeypatch.setenv("NRM_LANGUAGE", "")
    monkeypatch.setenv("LANG", "sr_RS.UTF-8")
    shown = said("demo", "--help")
    assert "Одиграјте, напишите сажетак" in shown
    assert "Прикажите ову поруку и изађите." in shown
    assert "Употреба: " in shown
    assert "--once" in shown


def test_a_line_that_cannot_be_read_is_answered_in_that_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fi_FI.UTF-8")
    assert "Valitsinta ei ole: --nonce" in said("demo", "--nonce")
    assert "Puuttuva argumentti: 'ID'." in said("parked", "set-aside")
    assert "Puuttuva valitsin: '--from'." in said("upgrade")
    assert "Virheellinen arvo, '--cases'" in said("demo", "--cases", "none")
    assert "Enemmän kuin pyydettiin: more" in said("demo", "more")
    assert "Valitsin --cases tarvitsee arvon." in said("demo", "--cases")
    assert "Komentoa 'dmo' ei ole." in said("dmo")
    assert in_words("What nobody has said yet") == "What nobody has said yet"


def test_where_no_cache_can_be_written_it_speaks_all_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    told = {**os.environ, "LANG": "fi_FI.UTF-8", "XDG_CACHE_HOME": "/proc/nowhere", "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-P", "-m", "deploy.cli", "dmo"], env=told, capture_output=True, text=True, check=False)
    assert "Komentoa 'dmo' ei ole." in done.stderr
    assert "Virhe" in done.stderr, "Typer's own words, too"
    assert list(tmp_path.glob("nrm-words-*")) == []


@pytest.mark.parametrize("found", ["cannot be read", "empty"])
def test_a_compiled_catalogue_that_cannot_be_read_stops_no_command(tmp_path: Path, found: str) -> None:
    """As after `sudo ./nrm`, or a power cut. Who runs this may be root, who reads everything but a folder."""
    finnish = next(one for one in LANGUAGES if one.tag == "fi")
    place = terminal_language.compiled(finnish) / "fi" / "LC_MESSAGES" / "nrm.mo"
    assert place.stat().st_mode & 0o444 == 0o444, "others of this machine can read it"
    assert [one.name for one in place.parent.iterdir()] == ["nrm.mo"]
    place.unlink()
    place.mkdir() if found == "cannot be read" else place.touch()
    assert "Komentoa 'dmo' ei ole." in said("--lang=fi", "dmo")


def test_a_language_that_there_is_not_is_named() -> None:
    assert "There is no language 'xx'" in str(CliRunner().invoke(app, ["--language", "xx", "demo"]).exception)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (["--language", "fi", "demo"], "fi"), (["--lang=sv"], "sv"), (["demo", "--language", "fi"], ""), (["--help", "--lang", "fi"], "fi"),
        (["--language"], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_language_is_read_before_the_command(line: list[str], language: str) -> None:
    assert named(line) == language


def test_whatever_help_there_is_stands_in_the_catalogues() -> None:
    """The reading of the code finds what Typer shows: nothing of a command lies where translators do not look."""
    marked = {text for _, _, text in command_line.texts(ROOT)}
    lacking = [
        (path, text)
        for path, command in all_commands(typer.main.get_command(app))
        for text in (command.help, *(getattr(param, "help", None) for param in command.params))
        if text and text not in marked
    ]
    assert lacking == []
    assert len(marked) > 200


def test_a_help_that_is_glued_is_found(tmp_path: Path) -> None:
    (tmp_path / "deploy/commands").mkdir(parents=True)
    (tmp_path / "deploy/commands/new.py").write_text(
        'A = typer.Option(help=f"Seconds, {MOST} at most.")\nB = typer.Option(help="One " + X)\n'
    )
    assert len(list(command_line.faults(tmp_path))) == 2


def test_a_language_that_is_invented_is_a_catalogue_and_no_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All that help says is in its brackets: what is not, nobody could have translated."""
    marked = Catalog()
    for text in (*(text for _, _, text in command_line.texts(ROOT)), USAGE, HELP, *MARKED):
        marked.add(text)
    monkeypatch.setattr(terminal_language, "LANGUAGES", (*LANGUAGES, languages(invented(tmp_path, marked))[-1]))
    for path, _ in all_commands(typer.main.get_command(app)):
        if path == ("test",):  # pytest answers
            continue
        os.environ["NRM_LANGUAGE"] = ""
        shown = said("--language", "ar", *path, "--help")
        outside = OUTSIDE.sub(" ", " ".join(re.sub(r"[│╭╮╰╯─]", " ", shown).split()))
        words = re.sub(r"<[^>]*>|\[[^\]]*\]|nrm( [a-z-]+)*", " ", outside)
        assert re.findall(r"[a-z]{3,} [a-z]{3,}\b [a-z]{3,}", words) == [], path


def test_no_line_of_the_kafka_client_stands_between_ours() -> None:
    client = logging.getLogger("aiokafka")
    client.setLevel(logging.NOTSET)
    here("--help")
    assert not client.getChild("consumer.fetcher").isEnabledFor(logging.ERROR)
