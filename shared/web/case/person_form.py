"""The form of one group of a case file: its inputs, and what an officer's answers state, correct or take back. Pure.

What stands on file is in the form already: changed it is corrected, emptied it is taken back, untouched it says nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.casework.person_file import OnFile, Said
from shared.casework.stating import NewStatement
from shared.privacy.file_values import WRONG, Unclear, against_age, birth_of, day_of, step_of, value_of, without_names
from shared.protocol.case_file import FIELDS, About, Field, Group, Kind
from shared.protocol.step_authors import codes_of, step
from shared.protocol.vocabulary import AgeBand, AgencyKind, Source

DATES = frozenset({Kind.DATE, Kind.BIRTH})
PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: ("day", "month", "year"), Kind.BIRTH: ("day", "month", "year", "estimated", "unknown"),
    Kind.PHONE: ("", "use"), Kind.EMAIL: ("", "use"), Kind.STEP: ("", "detail", "on-day", "on-month", "on-year"),
}  # fmt: skip
"""Kind → the parts that its input asks for; the whole where there is none."""
DAY = ("day", "month", "year")
NAMELESS, NOBODY = frozenset({"short_account"}), "nobody"
"""Fields in whose words nobody is to be named, and the box by which whoever typed them says that nobody is."""
CALL_BACK, DURESS = "call_back", "duress"
"""A box among the safety alerts that looks like the others, and what it states: a mark that the lead alone sees. No page of whoever set it
shows it again, since somebody may be watching."""
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """One thing that the form asks: a field, and what it corrects if anything."""

    name: str
    field: Field
    was: tuple[Said, ...] = ()
    """What stands: of a list of boxes all that is ticked, of any other input one or none."""
    late: bool = False
    """Whether the sent form had it empty, and somebody has stated it since."""

    @property
    def boxes(self) -> bool:
        """Whether it is a list of codes of which several may be ticked."""
        return self.field.kind is Kind.CODE and self.field.many

    @property
    def nameless(self) -> bool:
        """Whether nobody is to be named in it."""
        return self.field.name in NAMELESS

    def named(self, part: str) -> str:
        """What the form calls a part of it."""
        return f"{self.name}-{part}" if part else self.name

    def names(self) -> tuple[str, ...]:
        """All that the form sends for it: of boxes also which codes stood when it was made."""
        if self.boxes:
            return (self.name, self.named("stood"))
        parts = ("", NOBODY) if self.nameless else PARTS.get(self.field.kind, ("",))
        return tuple(self.named(part) for part in parts)


@dataclass(frozen=True)
class Known:
    """What answers are read by: the day, the country whose numbers lack a code, and the age that was reported."""

    today: date
    region: str
    age: AgeBand = AgeBand.UNKNOWN
    names: tuple[str, ...] = ()
    """Those that are on file."""


def inputs(group: Group, about: str, file: Sequence[OnFile]) -> list[Input]:
    """What the form of a group asks about one subject: what stands, each by itself, and an empty place where more may be said."""
    present = {one.field: one.present for one in file if one.about == about}
    whom = about.partition(":")[0]
    asked = [field for field in FIELDS.values() if field.group is group and field.about == whom]
    return [one for field in asked for one in _of_field(field, present.get(field.name, ()))]


def askable(asked: Sequence[Input], kind: AgencyKind, *, regions: bool) -> list[Input]:
    """Those that an agency of this kind is asked: steps that it takes, or acts in for the person; of regions where there are any."""
    steps = (one for one in asked if one.field.kind is not Kind.STEP or codes_of(one.field, kind))
    return [one for one in steps if one.field.kind is not Kind.REGION or regions or one.was]


def _of_field(field: Field, said: Sequence[Said]) -> Iterator[Input]:
    if field.kind is Kind.CODE and field.many:
        yield Input(field.name, field, tuple(said))
        return
    yield from (Input(f"{field.name}-{one.id}", field, (one,)) for one in said)
    if field.many or not said:
        yield Input(field.name, field)


def with_stale(asked: Sequence[Input], file: Sequence[OnFile], about: str, sent: Collection[str]) -> list[Input]:
    """These, and those that a form still asked whose statement does not stand any more: what was typed there is answered, not lost."""
    fields, names = {one.field.name for one in asked}, {one.name for one in asked}
    former = [(on.field, said) for on in file if on.about == about and on.field in fields for said in on.before]
    stale = [Input(f"{field}-{said.id}", FIELDS[field], (said,)) for field, said in former]
    return [*asked, *(one for one in stale if one.name not in names and any(name in sent for name in one.names()))]


def as_sent(asked: Sequence[Input], sent: Collection[str]) -> list[Input]:
    """Those of these inputs that the sent form had. What was stated since the form was made is not emptied by somebody who never saw it,
    and what they typed in its place is answered, not lost."""
    seen = [one for one in asked if not one.was or one.boxes or any(name in sent for name in one.names())]
    names, unseen = {one.name for one in asked}, [one for one in asked if one not in seen and not one.field.many]
    late = (Input(one.field.name, one.field, one.was, late=True) for one in unseen if one.field.name not in names)
    return [*seen, *(one for one in late if any(name in sent for name in one.names()))]


def answers_model(asked: Sequence[Input]) -> type[BaseModel]:
    """The form's answers as a model: texts, and lists of ticked boxes."""
    fields: dict[str, Any] = {"source": (str, "")}
    for one in asked:
        fields |= {name: (tuple[str, ...], ()) if one.boxes and name == one.name else (str, "") for name in one.names()}
    return create_model("PersonAnswers", **fields)


def prefilled(asked: Sequence[Input]) -> dict[str, Any]:
    """What stands, as the form shows it."""
    values: dict[str, Any] = {}
    for one in asked:
        if one.boxes:
            values |= {one.name: [said.value for said in one.was], one.named("stood"): " ".join(said.value for said in one.was)}
        elif one.was:
            values |= {one.named(part): text for part, text in _parts(one.field.kind, one.was[0].value).items()}
    return values


def _parts(kind: Kind, value: str) -> dict[str, str]:
    if kind in (Kind.PHONE, Kind.EMAIL):
        number, _, use = value.rpartition(" ")
        return {"": number, "use": use}
    if kind is Kind.STEP:
        day, code, detail = step(value)
        return {"": code, "detail": detail} | {f"on-{part}": text for part, text in _parts(Kind.DATE, day).items()}
    if kind not in DATES:
        return {"": value}
    if value == "XXXX":
        return {"unknown": "true"}
    year, month, day = (*value.rstrip("~").split("-"), "", "")[:3]
    found = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    return found | ({"estimated": "true"} if value.endswith("~") else {})


def statements(asked: Sequence[Input], answers: Answers, known: Known, about: str) -> list[NewStatement]:
    """What these answers state. Raises ValidationError with everything that is wrong, each at its input."""
    wrong: list[InitErrorDetails] = []
    source = answers.get("source", "")
    if source not in set(Source):
        wrong.append(_at("source", "missing"))
    found: list[NewStatement] = []
    for one in asked:
        try:
            found += _changes(one, answers, known, about, Source(source) if source in set(Source) else Source.SAID)
        except Unclear as unclear:
            wrong.append(_at(one.name, unclear.code, unclear.limit))
    if not wrong and not found:
        wrong.append(_at("source", "nothing"))
    if wrong:
        raise ValidationError.from_exception_data("person", wrong)
    return found


def _at(name: str, code: str, limit: int | str = 0) -> InitErrorDetails:
    kind: Any = "missing" if code == "missing" else f"file-{code}"
    words: Any = WRONG.get(code, code)
    return {"type": PydanticCustomError(kind, words, {"limit": limit}), "loc": (name,), "input": None}


def _changes(one: Input, answers: Answers, known: Known, about: str, source: Source) -> list[NewStatement]:
    said: dict[str, Any] = {"field": one.field.name, "about": about, "source": source}
    if one.boxes:
        ticked, stood = list(answers.get(one.name, ())), str(answers.get(one.named("stood"), "")).split()
        gone = [was for was in one.was if was.value in stood and was.value not in ticked]
        silent = [NewStatement(field=DURESS, value="yes", source=source)] if one.field.name == "alert" and CALL_BACK in ticked else []
        new = [value_of(one.field, code) for code in ticked if code not in (*stood, *(was.value for was in one.was), CALL_BACK)]
        return [*_taken_back(gone, said), *(NewStatement(value=value, **said) for value in new), *silent]
    value = _value(one, answers, known)
    if one.late and value and value != one.was[0].value:
        raise Unclear("meanwhile")
    if one.late:
        return []
    if not one.was:
        return [NewStatement(value=value, **said)] if value else []
    if not value:
        return _taken_back(one.was, said)
    return [NewStatement(value=value, supersedes=one.was[0].id, **said)] if value != one.was[0].value else []


def _taken_back(those: Sequence[Said], said: dict[str, Any]) -> list[NewStatement]:
    return [NewStatement(supersedes=one.id, withdrawn=True, **said) for one in those]


def _value(one: Input, answers: Answers, known: Known) -> str:
    told = {part: str(answers.get(one.named(part), "")) for part in PARTS.get(one.field.kind, ("",))}
    if one.field.kind is Kind.DATE:
        return day_of(told["day"], told["month"], told["year"])
    if one.field.kind is Kind.STEP:
        return step_of(one.field, told[""], told["detail"], day_of(*(told[f"on-{part}"] for part in DAY)), known.today)
    if one.field.kind is not Kind.BIRTH:
        value = value_of(one.field, told[""], told.get("use", ""), known.region)
        asks = one.nameless and not any(said.value == value for said in one.was)
        return without_names(value, known.names, nobody=bool(answers.get(one.named(NOBODY)))) if asks else value
    born = birth_of(
        told["day"], told["month"], told["year"], known.today, estimated=bool(told["estimated"]), unknown=bool(told["unknown"])
    )  # fmt: skip
    if born and one.field.about is About.PERSON and (code := against_age(born, known.age, known.today)):
        raise Unclear(code)
    return born
