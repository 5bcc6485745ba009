"""How templates are read and what they find: strict, escaping, in one language; moments and numbers as that language writes them."""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from shared.config.calendar import utc
from shared.config.i18n import N_
from shared.web.http.forms import Translate
from shared.web.text.case_reference import reference
from shared.web.text.durations import lasted
from shared.web.text.languages import ENGLISH, Language, translations
from shared.web.text.terms import TERMS

HERE = Path(__file__).parents[1]


class CompiledTemplates(BytecodeCache):
    """Templates, compiled once for all languages: a second for the page of a case. What differs is bound when they run.

    In a folder, where this process may write there, they outlive the process: the first pages after a start come two seconds of processor
    time sooner. As with Python's own compiled files, which lie beside them, none is used that was compiled from another source.
    """

    def __init__(self, folder: Path | None) -> None:
        self.kept: dict[str, bytes] = {}
        self.files = None
        if folder:
            with suppress(OSError):
                folder.mkdir(exist_ok=True)
                self.files = FileSystemBytecodeCache(str(folder), f"{_compiler()}-%s")

    def load_bytecode(self, bucket: Bucket) -> None:
        """What another language's environment, or another process, has compiled from the same source."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])
        elif self.files:
            self.files.load_bytecode(bucket)
            if bucket.code:
                self.kept[bucket.key] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the others. A folder that is full or of somebody else's is no fault."""
        self.kept[bucket.key] = bucket.bytecode_to_string()
        if self.files:
            with suppress(OSError):
                self.files.dump_bytecode(bucket)


def _compiler() -> str:
    """By what templates are compiled: Jinja's version, and how this file sets it up."""
    return sha256(version("jinja2").encode() + Path(__file__).read_bytes()).hexdigest()[:16]


COMPILED = CompiledTemplates(None if sys.dont_write_bytecode else Path(cache_from_source(__file__)).parent)


class _Govuk(BaseLoader):
    """GOV.UK's macros test parameters nobody gave, so they run in a lenient environment of their own; ours stays strict."""

    lenient = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, bytecode_cache=COMPILED, auto_reload=False,
    )  # fmt: skip

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:
        """Find the template there, whoever asks."""
        return self.lenient.get_template(name)


def when(moment: datetime | int | None, locale: str = "en_GB", zone: tzinfo = UTC) -> str:
    """Local date and time of an aware datetime or of milliseconds UTC; a dash where there is none yet."""
    if moment is None:
        return "–"
    if isinstance(moment, int):
        moment = utc(moment)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    there = moment.astimezone(zone)
    return f"{format_date(there, 'medium', locale=locale)}, {format_time(there.time(), 'short', locale=locale)}"


def timed(moment: datetime | int | None, locale: str = "en_GB", zone: tzinfo = UTC) -> str:
    """The same as a page has it: what a program reads (ISO 8601, in the zone's own offset) goes along with what a person reads."""
    if moment is None:
        return when(None)
    there = utc(moment) if isinstance(moment, int) else moment
    exact = there.astimezone(zone).isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(exact, when(moment, locale, zone))


def day(value: str, translate: Translate = str, locale: str = "en_GB") -> str:
    """A day as exactly as it is known, as a case file has it (EDTF): 28 Feb 2001, Feb 2001, 2001, about 2001, not known."""
    if not value[:4].isdigit():
        return translate(NOT_KNOWN)
    if len(value) < len("2001-02"):
        return translate(ABOUT) % {"year": value[:4]} if value.endswith("~") else value
    exact = len(value) == len("2001-02-28")
    there = date.fromisoformat(value if exact else f"{value}-01")
    return format_date(there, "medium" if exact else "MMM y", locale=locale)


ABOUT, NOT_KNOWN = N_("about %(year)s"), N_("not known")


def ms(seconds: float | None, locale: str = "en_GB") -> str:
    """Seconds shown as milliseconds, for what machines do: 0.4 ms, 12 ms, 1,250 ms."""
    if seconds is None:
        return "–"
    value = seconds * 1000
    return f"{format_decimal(value, '0.0' if abs(value) < 10 else '#,##0', locale)} ms"


def number(value: float, locale: str = "en_GB") -> str:
    """A number as a language writes it: 12,345 or 12 345."""
    return format_decimal(value, locale=locale)


@cache
def environment(*template_dirs: Path, language: Language = ENGLISH, zone: tzinfo = UTC) -> Environment:
    """A strict, escaping Jinja environment in one language; first folders win, the shared one comes last.

    The same for all who ask for the same, because a template is compiled once for each: a quarter of a second at an office's first page.
    Files are not looked at again, some thirty times for each page, since a running release has one state of them.
    """
    folders = FileSystemLoader([*template_dirs, HERE / "templates"])
    made = Environment(
        loader=ChoiceLoader([folders, _Govuk()]), undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
        autoescape=True, trim_blocks=True, lstrip_blocks=True, bytecode_cache=COMPILED, auto_reload=False,
    )  # fmt: skip
    catalogue = translations(language)
    install_translations: Callable[..., None] = getattr(made, "install_gettext_translations")  # noqa: B009 (added by the extension)
    install_translations(catalogue, newstyle=True)
    known: dict[str, Any] = made.globals
    known["terms"] = TERMS
    made.filters["when"] = partial(timed, locale=language.locale, zone=zone)
    made.filters["lasted"] = partial(lasted, translate=catalogue.gettext)
    made.filters["reference"] = reference
    made.filters["number"] = partial(number, locale=language.locale)
    made.filters["ms"] = partial(ms, locale=language.locale)
    theirs = cast("dict[str, Any]", _Govuk.lenient.globals)
    for name in known.keys() - theirs.keys():
        theirs[name] = None  # its macros use none of ours; were one missing, Jinja would make them anew at each use
    return made
