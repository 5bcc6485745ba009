"""The forms of a page as a browser without JavaScript reads and sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

WRITTEN = "text", "search", "tel", "email", "number", "url", "date", "time"


@dataclass
class PageForm:
    """One form: where it is sent, what stands in it, and which of its fields somebody writes in."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    written: list[str] = field(default_factory=list[str])
    choices: dict[str, str] = field(default_factory=dict[str, str])
    """The first answer to each question of which none is chosen."""
    multipart: bool = False

    def filled(self, said: Mapping[str, Any], words: str = "") -> dict[str, list[str]]:
        """What is sent where somebody answers so, each further question by its first answer, and writes these words in what is left."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        for name, value in self.choices.items():
            sent.setdefault(name, [value])
        for name in self.written:
            if words and not "".join(sent.get(name, [])):
                sent[name] = [words]
        for name, value in said.items():
            given: Sequence[str] = [value] if isinstance(value, str) else value
            sent[name] = [*given]
        return {name: values for name, values in sent.items() if values}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside: PageForm | None = None
        self.area = self.select = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method") == "post":
            self.inside = PageForm(has.get("action", ""), multipart="enctype" in has)
            self.forms.append(self.inside)
        if self.inside is None:
            return
        name, value = has.get("name", ""), has.get("value", "")
        if tag == "input":
            self._input(has.get("type", "text"), name, value, chosen="checked" in has)
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in has or (value and self.select not in self.inside.choices)):
            self.inside.choices[self.select] = value
        elif tag == "button" and name:
            self.inside.choices.setdefault(name, value)

    def _input(self, kind: str, name: str, value: str, *, chosen: bool) -> None:
        assert self.inside is not None
        if kind == "hidden" or (kind in ("radio", "checkbox") and chosen):
            self.inside.fields.append((name, value))
        elif kind == "radio":
            self.inside.choices.setdefault(name, value)
        elif kind in WRITTEN:
            self.inside.written.append(name)
            if value:
                self.inside.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "textarea" and self.inside and self.area:
            self.inside.written.append(self.area)
            if said := self.text.strip("\n"):
                self.inside.fields.append((self.area, said))
            self.area = ""
        elif tag == "select":
            self.select = ""


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page that are posted."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, action: str) -> PageForm:
    """The first form of a page that is sent there: to exactly this address, or to one that ends so."""
    found = [one for one in forms_of(page) if one.action.partition("#")[0] == action] or [
        one for one in forms_of(page) if one.action.partition("#")[0].endswith(action)
    ]
    assert found, (action, [one.action for one in forms_of(page)])
    return found[0]
