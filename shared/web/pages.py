"""The frame of every page: templates, language, navigation, and a form's errors.

    pages = Pages(here / "templates", frame=frame_of, zone=country.zone)    # frame_of(request) -> Frame; asked once for each page
    install(app, pages)                                                          # shared.web.middleware: headers, guards, errors, /static
    return pages.render(request, "offer.html", status=422, errors=form_errors(error, labels, pages.gettext(request)), ...)

A template says `{% extends "base.html" %}` and fills the blocks `title` (plain text, nothing personal) and `content`; if it likes also
`beforeContent` (a back link), `scripts` (modules, with `nonce="{{ csp_nonce }}"`) and `footerContent`. Beside its own context it finds
`frame`, `lang`, `languages`, `path`, `csp_nonce`, `request`, `errors` (a FormErrors, empty where there is none) and `sent` ("again" where a
form had recorded the same before), the functions `_()` and `new_id()` (the id of one more form), and the filters `when` (aware datetime, or
ms UTC), `lasted` (seconds) and `ms` (seconds, shown as milliseconds). An unknown name is an error.
Macros for forms, tags, tables and pictures: `templates/macros.html`. A language is added in LANGUAGES, with its catalogue below `locale/`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Template

from shared.config.codes import country_name
from shared.config.i18n import N_
from shared.web.drawing.drawings import WORDS
from shared.web.form_ids import new_id
from shared.web.forms import NO_ERRORS, Explained, FormErrors, Translate, form_errors
from shared.web.text.case_reference import reference
from shared.web.text.durations import lasted

__all__ = [
    "Explained", "FormErrors", "Frame", "Language", "NavItem", "Pages", "environment", "form_errors", "lasted", "ms", "wants_html", "when",
]  # fmt: skip

HERE = Path(__file__).parent


# --- language -------------------------------------------------------------------------------------------------------------------------


class Language(NamedTuple):
    """A language of the pages: its tag in HTML, Babel's name of it (the folder below `locale/`), and what its speakers call it."""

    tag: str
    locale: str
    name: str


LANGUAGES = (Language("en", "en_GB", "English"),)  # sr-Cyrl, sr-Latn and fi join here, each with locale/<locale>/LC_MESSAGES/nrm.mo


MOST_ASKED = 20
"""Languages of a header that are looked at."""


def translations(language: Language) -> NullTranslations:
    """The catalogue of a language; texts stay as they are where there is none."""
    return Translations.load(HERE / "locale", [language.locale], domain="nrm")


def _asked_for(header: str) -> list[str]:
    """The tags of an Accept-Language header, most wanted first."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.strip().lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(ranked, key=lambda each: each[0]) if tag]


def choose_language(request: Request, languages: Sequence[Language] = LANGUAGES) -> Language:
    """What the person chose (cookie `lang`), else what the browser asks for, else the first."""
    asked = [request.cookies.get("lang", ""), *_asked_for(request.headers.get("accept-language", ""))[:MOST_ASKED]]
    return next((found for tag in asked if (found := _spoken(tag, languages))), languages[0])


def _spoken(tag: str, languages: Sequence[Language]) -> Language | None:
    """Ours for a tag, in its script, or the one of its country: sr-Latn-RS and sr-ME find sr-Latn, sr the first Serbian one."""
    ours = [(one, Locale.parse(one.locale)) for one in languages if one.tag.partition("-")[0] == tag.partition("-")[0].lower()]
    try:
        script = Locale.parse(tag, sep="-").script if ours else None
    except (ValueError, UnknownLocaleError):
        return None
    fitting = [one for one, locale in ours if script in (None, locale.script)]
    return next(iter([*fitting, *(one for one, _ in ours)]), None)


# --- what surrounds a page ------------------------------------------------------------------------------------------------------------


class NavItem(NamedTuple):
    """One entry of the service navigation."""

    text: str
    href: str


@dataclass(frozen=True)
class Frame:
    """What surrounds a page: whose system it is, who is at the desk, where one can go, and whether the data are made up."""

    service_name: str = "Joint action"
    home: str = "/"
    nav: Sequence[NavItem] = ()
    agency: str = ""
    officer: str = ""
    role: str = ""
    change_href: str = ""  # where the demo lets one become somebody else; empty in production
    may_leave: bool = False
    """Whether there is a session to end."""
    simulated: bool = False
    alarms: Sequence[NavItem] = ()
    """What everybody at this agency must know at once, on every page, with where to read more."""
    breaks: Sequence[str] = ()
    """What keeps work from going on as usual, and ends by itself."""

    def current(self, path: str) -> str:
        """The href of the entry that a path belongs to: the longest one it begins with."""
        below = [item.href for item in self.nav if path == item.href or path.startswith(item.href.rstrip("/") + "/")]
        return max(below, key=len, default="")


# --- environment and rendering --------------------------------------------------------------------------------------------------------


class _Govuk(BaseLoader):
    """GOV.UK's macros test parameters nobody gave, so they run in a lenient environment of their own; ours stays strict."""

    lenient = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:
        """Find the template there, whoever asks."""
        return self.lenient.get_template(name)


def when(moment: datetime | int | None, locale: str = "en_GB", zone: tzinfo = UTC) -> str:
    """Local date and time of an aware datetime or of milliseconds UTC; a dash where there is none yet."""
    if moment is None:
        return "–"
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment / 1000, UTC)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    there = moment.astimezone(zone)
    return f"{format_date(there, 'medium', locale=locale)}, {format_time(there.time(), 'short', locale=locale)}"


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


@cache
def environment(*template_dirs: Path, language: Language = LANGUAGES[0], zone: tzinfo = UTC) -> Environment:
    """A strict, escaping Jinja environment in one language; first folders win, the shared one comes last.

    The same for all who ask for the same, because a template is compiled once for each: a quarter of a second at an office's first page.
    """
    folders = FileSystemLoader([*template_dirs, HERE / "templates"])
    made = Environment(
        loader=ChoiceLoader([folders, _Govuk()]), undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    catalogue = translations(language)
    install_translations: Callable[..., None] = getattr(made, "install_gettext_translations")  # noqa: B009 (added by the extension)
    install_translations(catalogue, newstyle=True)
    made.filters["when"] = partial(when, locale=language.locale, zone=zone)
    made.filters["lasted"] = partial(lasted, translate=catalogue.gettext)
    made.filters["reference"] = reference
    made.filters["ms"] = partial(ms, locale=language.locale)
    return made


class Pages:
    """Renders templates for a request: its language, its frame, its nonce."""

    def __init__(self, *template_dirs: Path, frame: Callable[[Request], Frame] = lambda request: Frame(), zone: str = "UTC") -> None:
        """Templates are looked for in the given folders, then in the shared one."""
        self.frame, self.zone = frame, ZoneInfo(zone)
        self.environments = {one.tag: environment(*template_dirs, language=one, zone=self.zone) for one in LANGUAGES}
        self.catalogues = {one.tag: translations(one) for one in LANGUAGES}

    def gettext(self, request: Request) -> Translate:
        """The translating function of a request's language."""
        return self.catalogues[choose_language(request).tag].gettext

    def country(self, request: Request) -> Callable[[str], str]:
        """The names of countries in a request's language."""
        return partial(country_name, locale=Locale.parse(choose_language(request).locale))

    def when(self, request: Request) -> Callable[[datetime | int | None], str]:
        """The filter `when` for use outside templates: the moments of a picture's twin."""
        return partial(when, locale=choose_language(request).locale, zone=self.zone)

    def day(self, request: Request) -> Callable[[str], str]:
        """Days of a case file in a request's language."""
        return partial(day, translate=self.gettext(request), locale=choose_language(request).locale)

    def words(self, request: Request) -> dict[str, str]:
        """The words of the pictures in a request's language: their `labels`."""
        translate = self.gettext(request)
        return {word: translate(word) for word in WORDS}

    def render(self, request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """A page as an answer."""
        language = choose_language(request)
        around = {
            "request": request, "path": request.url.path, "lang": language.tag, "languages": LANGUAGES,
            "csp_nonce": getattr(request.state, "csp_nonce", ""), "errors": NO_ERRORS,
            "new_id": partial(new_id, request), "sent": request.query_params.get("sent", ""),
        }  # fmt: skip
        if "frame" not in context:
            around["frame"] = self.frame(request)
        return HTMLResponse(self.environments[language.tag].get_template(template).render(around | context), status)


API = re.compile(r"^(/[^/]+)?/api(/|$)")  # /api/..., or /referral/api/... where a process serves several services


def wants_html(request: Request) -> bool:
    """Whether an answer should be a page: not below /api, and not to somebody who asks for JSON only."""
    accept = request.headers.get("accept", "")
    return not API.match(request.url.path) and ("text/html" in accept or "json" not in accept)
