"""A case file as pages show it: each value in words, with who said it, when and how they know, and what it was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.casework.conflicts import close_ones
from shared.casework.person_file import OnFile, Said
from shared.protocol.case_file import FIELDS, About, Field, Group, Kind
from shared.protocol.documents import name_of
from shared.protocol.step_authors import step
from shared.web.text import file_words
from shared.web.text.phrases import Speaker

CHECK_EVERY = 14
"""Days after which safe contact is to be checked with the person anew (a proposal)."""
MOST_SUBJECTS = 99


@dataclass(frozen=True)
class Line:
    """One statement in words."""

    text: str
    by: str
    at: int
    source: str
    withdrawn: bool
    waiting: bool
    own_words: bool
    """Whether somebody typed it."""


@dataclass(frozen=True)
class Row:
    """A field of one subject."""

    label: str
    present: list[Line]
    before: list[Line]
    several: bool
    """Whether the field holds several at once; if not, several values differ."""


@dataclass(frozen=True)
class Subject:
    """One of those whom a group speaks of."""

    about: str
    label: str
    rows: list[Row]


@dataclass(frozen=True)
class GroupShown:
    """A group with what is on file in it, and whom else its form could speak of."""

    group: Group
    label: str
    subjects: list[Subject]
    others: list[tuple[str, str]]
    """(subject, label) of each form that would begin something."""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    id: str
    heading: str
    groups: list[GroupShown]


@dataclass(frozen=True)
class Box:
    """Whom a case is about, in short: what must be known before anybody calls."""

    name: str
    called: str
    reach: list[str]
    alerts: list[str]
    say: str
    doctor: str
    checked: str
    """The day on which safe contact was last checked with the person."""
    old: bool
    """Whether that is long ago, or never was."""
    empty: bool


def sections(file: Sequence[OnFile], to: Speaker) -> list[Section]:
    """The parts of the page, in order."""
    return [
        Section(id, to.say.translate(heading), [_group(group, file, to) for group in groups]) for id, heading, groups in file_words.SECTIONS
    ]


def _group(group: Group, file: Sequence[OnFile], to: Speaker) -> GroupShown:
    of_group = [one for one in file if one.group is group]
    abouts = list(dict.fromkeys(one.about for one in of_group))
    subjects = [Subject(about, whom(about, to), [_row(one, to) for one in of_group if one.about == about]) for about in abouts]
    kinds = dict.fromkeys(one.about for one in FIELDS.values() if one.group is group)
    others = [about for kind in kinds for about in _open_to(kind, file) if about not in abouts]
    return GroupShown(group, to.say.translate(file_words.GROUPS[group]), subjects, [(about, whom(about, to)) for about in others])


def _open_to(kind: About, file: Sequence[OnFile]) -> list[str]:
    """The person; or those of a kind who are on file, and the next number."""
    if kind is About.PERSON:
        return [kind.value]
    used = sorted({int(one.about.partition(":")[2]) for one in file if one.about.partition(":")[0] == kind})
    return [f"{kind.value}:{n}" for n in (*used, max(used, default=0) + 1) if n <= MOST_SUBJECTS]


def whom(about: str, to: Speaker) -> str:
    """Whom a statement speaks of, in words."""
    kind, _, n = about.partition(":")
    return to.say.of(file_words.SUBJECTS, kind) % {"n": n}


def _row(one: OnFile, to: Speaker) -> Row:
    asked = FIELDS[one.field]
    label = to.say.translate(file_words.FIELDS[one.field])
    return Row(label, [_line(asked, said, to) for said in one.present], [_line(asked, said, to) for said in one.before], asked.many)


def _line(asked: Field, said: Said, to: Speaker) -> Line:
    typed = asked.kind in (Kind.LINE, Kind.TEXT)
    text = to.say.translate(file_words.TAKEN_BACK) if said.withdrawn else in_words(asked, said.value, to)
    source = to.say.of(file_words.SOURCES, said.source)
    return Line(text, to.name(said.by), said.said_at, source, said.withdrawn, said.waiting, typed and not said.withdrawn)


def close_words(file: Sequence[OnFile], to: Speaker) -> list[Line]:
    """What the file says of suspects who are close to staff of an agency, in words."""
    return [_line(FIELDS[said.field], said, to) for said in close_ones(file)]


def in_words(asked: Field, value: str, to: Speaker) -> str:
    """A value as one reads it."""
    if asked.kind in (Kind.DATE, Kind.BIRTH):
        return to.day(value)
    if asked.kind in (Kind.PHONE, Kind.EMAIL):
        number, _, use = value.rpartition(" ")
        return f"{number} ({to.say.of(file_words.NUMBER_USES, use)})"
    if asked.kind is Kind.STEP:
        day, code, detail = step(value)
        more = [to.say.of(file_words.words_of(asked.details), detail)] if detail else []
        return ", ".join([to.say.of(file_words.words_of(asked.codes), code), *more, to.day(day)])
    if asked.kind is Kind.REGION:
        return region_name(value, to)
    if asked.kind is Kind.DOCUMENT:
        return name_of(value)
    if asked.kind is Kind.LANGUAGE:
        return to.say.language(value)
    if asked.kind is Kind.COUNTRY:
        return to.say.country(value)
    return to.say.of(file_words.words_of(asked.codes), value) if asked.codes else value


def region_name(code: str, to: Speaker) -> str:
    """A statistical region as the country file names it, in the reader's language where it has that; else its code."""
    found = to.country.region(code)
    return to.language.name_in(found.names, found.name) if found else code


def box(file: Sequence[OnFile], to: Speaker, today: date) -> Box:
    """The short of it."""
    raw = {one.field: [said.value for said in one.present] for one in file if one.about == About.PERSON}

    def words(name: str) -> list[str]:
        return [in_words(FIELDS[name], value, to) for value in raw.get(name, ())]

    def one(name: str) -> str:
        return " / ".join(words(name))

    name = " ".join(part for part in (one("given_names"), one("family_name")) if part)
    latin = " ".join(part for part in (one("given_names_latin"), one("family_name_latin")) if part)
    reach = [", ".join(words(part)) for part in ("safe_way", "safe_time", "safe_caller") if raw.get(part)]
    day = max(raw.get("safe_checked", ()), default="")
    old = not day or (today - date.fromisoformat(day)).days > CHECK_EVERY
    shown = f"{name} ({latin})" if name and latin and latin != name else name or latin
    return Box(
        shown, one("called"), reach, words("alert"), one("safe_say"), one("health_need") if raw.get("health_need") != ["no"] else "",
        to.day(day) if day else "", old, not any(raw.values()),
    )  # fmt: skip
