"""The frame of every page: templates, language, navigation, and a form's errors.

    pages = Pages(here / "templates", frame=frame_of, zone=country.zone)    # frame_of(request) -> Frame; asked once for each page
    install(app, pages)                                                     # shared.web.http.middleware: headers, guards, errors, /static
    return pages.render(request, "offer.html", status=422, errors=form_errors(error, labels, pages.gettext(request)), ...)

A template says `{% extends "base.html" %}` and fills the blocks `title` (plain text, nothing personal) and `content`; if it likes also
`beforeContent` (a back link), `scripts` (modules, with `nonce="{{ csp_nonce }}"`) and `footerContent`. Beside its own context it finds
`frame`, `lang`, `language`, `languages`, `path`, `csp_nonce`, `request`, `errors` (a FormErrors, empty where there is none) and `sent`
("again" where a form had recorded the same before), the functions `_()` and `new_id()` (the id of one more form), and the
filters `when` (aware datetime, or ms UTC), `lasted` (seconds), `number` and `ms` (seconds, shown as milliseconds). An unknown name is an
error.
Macros for forms, tags, tables and pictures: `templates/macros.html`. Languages: `text/languages.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from shared.config.codes import country_name, language_name
from shared.web.drawing.drawings import WORDS
from shared.web.http.environment import day, environment, ms, number, when
from shared.web.http.form_ids import new_id
from shared.web.http.forms import NO_ERRORS, Explained, FormErrors, Translate, form_errors
from shared.web.text.durations import lasted
from shared.web.text.languages import LANGUAGES, Language, chosen, translations

__all__ = [
    "Explained", "FormErrors", "Frame", "Language", "NavItem", "Pages", "environment", "form_errors", "lasted", "ms", "wants_html", "when",
]  # fmt: skip

# --- language -------------------------------------------------------------------------------------------------------------------------


REMEMBERED = "lang"
"""The cookie with the language that somebody chose."""


def choose_language(request: Request, languages: Sequence[Language] = LANGUAGES) -> Language:
    """What the person chose, else what the browser asks for, else the first."""
    return chosen(request.cookies.get(REMEMBERED, ""), request.headers.get("accept-language", ""), languages)


# --- what surrounds a page ------------------------------------------------------------------------------------------------------------


LEFT = "/left"
"""An empty page, which anybody may see."""


class NavItem(NamedTuple):
    """One entry of the service navigation."""

    text: str
    href: str
    rare: bool = False
    """Whether it is looked at now and then, and nothing waits behind it that no other page tells of."""


SHORT = 8
"""Entries that stand side by side in the navigation; of a longer one the rare ones are folded."""


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
    at: int = 0
    """When the page was asked for (ms UTC)."""
    alarms: Sequence[NavItem] = ()
    """What everybody at this agency must know at once, on every page, with where to read more."""
    breaks: Sequence[str] = ()
    """What keeps work from going on as usual, and ends by itself."""
    leaves: bool = False
    """Whether "Leave now" stands on it; for an officer it is a key, too, which nobody else is told of and presses by chance."""
    leave_to: str = LEFT
    """Where "Leave now" leads."""
    emergency: str = ""
    """Whom one calls in danger; empty where the country names no number."""
    lead: tuple[str, str] = ("", "")
    """The agency that leads cases and its telephone, for what cannot wait for these pages; empty for who is not signed in."""
    blank_minutes: int = 4
    """Minutes after which a page hides what it shows while nobody uses it."""

    @property
    def folded(self) -> Sequence[NavItem]:
        """The entries of a long navigation that stand behind the others: none where that would hide one alone."""
        rare = [item for item in self.nav if item.rare]
        return rare if len(self.nav) > SHORT and len(rare) > 1 else ()

    def current(self, path: str) -> str:
        """The href of the entry that a path belongs to: the longest one it begins with."""
        below = [item.href for item in self.nav if path == item.href or path.startswith(item.href.rstrip("/") + "/")]
        return max(below, key=len, default="")


# --- rendering --------------------------------------------------------------------------------------------------------------------------


class Pages:
    """Renders templates for a request: its language, its frame, its nonce."""

    def __init__(
        self, *template_dirs: Path, frame: Callable[[Request], Frame] = lambda request: Frame(), zone: str = "UTC",
        languages: Sequence[Language] = LANGUAGES,
    ) -> None:  # fmt: skip
        """Templates are looked for in the given folders, then in the shared one."""
        self.template_dirs, self.frame, self.zone, self.languages = template_dirs, frame, ZoneInfo(zone), languages

    def environment(self, language: Language) -> Environment:
        """What renders in a language; made when somebody first asks for it."""
        return environment(*self.template_dirs, language=language, zone=self.zone)

    def language(self, request: Request) -> Language:
        """The language of a request's page."""
        return choose_language(request, self.languages)

    def gettext(self, request: Request) -> Translate:
        """The translating function of a request's language."""
        return translations(self.language(request)).gettext

    def country(self, request: Request) -> Callable[[str], str]:
        """The names of countries in a request's language."""
        return partial(country_name, locale=Locale.parse(self.language(request).locale))

    def tongue(self, request: Request) -> Callable[[str], str]:
        """The names of languages in a request's language."""
        return partial(language_name, locale=Locale.parse(self.language(request).locale))

    def when(self, request: Request) -> Callable[[datetime | int | None], str]:
        """The filter `when` for use outside templates: the moments of a picture's twin."""
        return partial(when, locale=self.language(request).locale, zone=self.zone)

    def day(self, request: Request) -> Callable[[str], str]:
        """Days of a case file in a request's language."""
        return partial(day, translate=self.gettext(request), locale=self.language(request).locale)

    def number(self, request: Request) -> Callable[[float], str]:
        """The filter `number` for use outside templates."""
        return partial(number, locale=self.language(request).locale)

    def words(self, request: Request) -> dict[str, str]:
        """The words of the pictures in a request's language: their `labels`."""
        translate = self.gettext(request)
        return {word: translate(word) for word in WORDS}

    def render(self, request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """A page as an answer."""
        language = self.language(request)
        around = {
            "request": request, "path": request.url.path, "lang": language.tag, "language": language, "languages": self.languages,
            "csp_nonce": getattr(request.state, "csp_nonce", ""), "errors": NO_ERRORS,
            "new_id": partial(new_id, request), "forms": list[str](), "back_here": address_of(request, status),
            "sent": request.query_params.get("sent", ""),
        }  # fmt: skip
        if "frame" not in context:
            around["frame"] = self.frame(request)
        return HTMLResponse(self.environment(language).get_template(template).render(around | context), status)


def address_of(request: Request, status: int = 200) -> str:
    """Where this page is found again: of what answers a form, the page that the form was on. Of an error nothing is repeated."""
    if request.method == "GET":
        asked = urlencode(request.query_params.multi_items())
        return "/" if status >= 400 else request.url.path + (f"?{asked}" if asked else "")
    came = urlsplit(request.headers.get("referer", ""))
    return came.path if came.netloc == request.headers.get("host") and came.path else "/"


API = re.compile(r"^(/[^/]+)?/api(/|$)")  # /api/..., or /referral/api/... where a process serves several services


def wants_html(request: Request) -> bool:
    """Whether an answer should be a page: not below /api, and not to somebody who asks for JSON only."""
    accept = request.headers.get("accept", "")
    return not API.match(request.url.path) and ("text/html" in accept or "json" not in accept)
