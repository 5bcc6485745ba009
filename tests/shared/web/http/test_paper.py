"""Documents on paper: every language of the pages is printed, what is said is never read as a command, and each page has its mark."""

import re
import zlib
from io import BytesIO

import pikepdf

from shared.web.http.paper import Paper, PaperPart, PaperRow, other_scripts, pdf
from tests.shared.web.http.printed import text_of

NAMES = ("Ђорђе Њежић", "Čedomir Šćepanović Žđ", "Väinö Äyräs Öhman", "naïve façade €")


def paper(*lines: str) -> Paper:
    parts = (PaperPart("Part", rows=(PaperRow("Name", lines),)),)
    return Paper("What is kept", "sr-Latn", "For you alone · a1b2", "foot", ("intro",), parts)


def letters(file: bytes) -> set[str]:
    """The letters that a reader can copy out of a PDF: those of its fonts' ToUnicode maps."""
    streams = [zlib.decompress(found) for found in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", file, re.DOTALL) if found[:1] == b"\x78"]
    mapped = b"\n".join(one for one in streams if b"beginbfchar" in one or b"beginbfrange" in one)
    return {bytes.fromhex(code.decode()).decode("utf-16-be") for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]{4})>", mapped)}


def test_the_letters_of_all_languages_of_the_pages_are_printed() -> None:
    assert {letter for name in NAMES for letter in name if letter.isalpha()} <= letters(pdf(paper(*NAMES)))


def test_what_is_said_is_printed_as_it_is_and_never_run() -> None:
    file = pdf(paper('#panic(1) $x$ *b* #read("/etc/passwd") <a> @b \\ //'))
    assert file.startswith(b"%PDF")
    assert {"#", "$", "*", "@"} <= letters(file)


def test_a_script_without_letters_here_is_noticed() -> None:
    assert not other_scripts(paper(*NAMES))
    assert other_scripts(paper("रमेश"))
    assert pdf(paper("रमेश")).startswith(b"%PDF")


def test_each_page_has_its_mark_who_took_it_across_it() -> None:
    file = pdf(paper(*(f"line {n}" for n in range(120))))
    with pikepdf.open(BytesIO(file)) as opened:
        pages = len(opened.pages)
    assert pages > 1
    assert re.sub(r"\s", "", text_of(file)).count("Foryoualone·a1b2") == pages
