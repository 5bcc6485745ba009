"""The account for the person, as a paper in plain words and as data for programs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from shared.casework.acts import ActDone
from shared.casework.kept_for_proceedings import Keeping
from shared.casework.person_file import Said
from shared.casework.person_requests import RightAsked
from shared.casework.written_words import WrittenWords
from shared.config.i18n import N_
from shared.privacy.account import AskedForPerson, Passed, PersonAccount, SeenBy
from shared.privacy.consent import LegalBasis
from shared.protocol.case_file import FIELDS
from shared.web.case.case_page import facts
from shared.web.case.document_lines import document_data, document_lines
from shared.web.case.person_view import in_words
from shared.web.case.words_view import fields_of
from shared.web.http.paper import Paper, PaperPart, PaperRow, other_scripts
from shared.web.text import file_words, labels, rights_words
from shared.web.text.phrases import Speaker

TITLE, LETTER = N_("What is kept of you"), N_("The answer to your request")
NAMELESS = N_("An agency that this paper does not name")
MARK = N_("For you alone · %(mark)s")
FOOT = N_("Handed over in person. Keep it where nobody else finds it, or ask us to keep it for you. %(mark)s")


@dataclass(frozen=True, slots=True)
class PaperCopy:
    """What marks a copy: when it was released, by which of its words it is known again, and its language."""

    at: int
    mark: str
    language: str


def paper(found: PersonAccount, to: Speaker, copy: PaperCopy) -> Paper:
    """The account on paper."""
    say = to.say.translate
    intro = [say(INTRO) % {"agency": name(found.agency, to), "when": to.when(copy.at)}]
    intro += [to.say.of(rights_words.OMISSIONS, one) for one in found.omissions]
    parts = (
        PaperPart(say(N_("What was reported")), rows=tuple(_row(label, said) for label, said in facts(_profile(found), to.say))),
        PaperPart(say(N_("What was stated of you, who said it and when")), rows=tuple(_statements(found.statements, to))),
        PaperPart(say(N_("Documents")), rows=tuple(
            PaperRow(to.say.of(file_words.FIELDS, one.said.field), (line(one.said, to), *document_lines(one, to, copy.mark)))
            for one in found.documents
        )),
        PaperPart(say(N_("What you told, and messages about you")), rows=tuple(
            PaperRow(to.say.of(rights_words.WRITTEN, one.kind), text(one, to)) for one in found.written
        )),
        PaperPart(say(N_("What this agency notes for itself")), rows=tuple(_own(found, to))),
        PaperPart(say(N_("On which ground your data is used")), rows=tuple(_basis(one, to) for one in found.bases)),
        PaperPart(say(N_("Which agencies may read something of it now")), rows=tuple(
            PaperRow(name(one.agency, to), (_for(one.purpose, one.basis, to), *_classes(one.classes, to))) for one in found.told
        )),
        PaperPart(say(N_("Who was asked to help")), rows=tuple(_passed(one, to) for one in (*found.handoffs, *found.tasks))),
        PaperPart(say(N_("What was done for you")), rows=tuple(_done(one, to) for one in found.acts)),
        PaperPart(say(N_("Decisions on your status")), rows=tuple(
            PaperRow(to.say.of(labels.STAGES, one.stage), (to.when(one.at),)) for one in found.decisions
        )),
        PaperPart(say(N_("What you asked of us, and copies that were made")), rows=tuple(_asked(one, to) for one in found.requests)),
        PaperPart(say(N_("Which other agencies we asked for you, and what they answered")), rows=tuple(
            _asked_for(one, to) for one in found.others
        )),
        *([PaperPart(say(N_("What is kept for proceedings, though you took your consent back")), rows=tuple(
            _kept_for(one, to) for one in found.kept_for
        ))] if found.kept_for else []),
        PaperPart(say(N_("Who in this agency has seen it")), (say(SEEN_HOW),), tuple(_seen(found.seen, to))),
        PaperPart(say(N_("How long it is kept after your case has ended")), rows=tuple(
            PaperRow(to.say.of(labels.CLASSES, code), (say(N_("%(days)s days")) % {"days": days},))
            for code, days in found.retention.items()
        )),
    )  # fmt: skip
    filled = [part if part.rows else PaperPart(part.heading, (say(N_("Nothing.")),)) for part in parts]
    return _made(say(TITLE), intro, [*filled, _rights(to)], to, copy)


INTRO = N_("This is what %(agency)s keeps of you, as it was on %(when)s. Other agencies keep their own: ask each of them.")
SEEN_HOW = N_("By role, purpose and time. Officers are not named.")
SILENT = N_("%(agency)s neither confirms nor denies that it keeps anything of you that serves criminal proceedings.")
NO_COPY = N_("%(agency)s gives you no copy. The reason: %(reason)s.")


def letter(answer: str, refusal: str, agency: str, to: Speaker, copy: PaperCopy) -> Paper:
    """An answer that gives nothing, and says where one can complain."""
    words = SILENT if answer == "silent" else NO_COPY
    said = to.say.translate(words)
    words = said % {"agency": name(agency, to), "reason": to.say.of(rights_words.REFUSALS, refusal)}
    return _made(to.say.translate(LETTER), [words], [_rights(to)], to, copy)


def _made(title: str, intro: list[str], parts: list[PaperPart], to: Speaker, copy: PaperCopy) -> Paper:
    say = to.say.translate
    made = Paper(title, copy.language, say(MARK) % {"mark": copy.mark}, say(FOOT) % {"mark": copy.mark}, tuple(intro), parts)
    if not other_scripts(made):
        return made
    more = say(N_("Some of it is written in letters that this paper may not be able to show. The copy for programs has them."))
    return Paper(made.title, made.language, made.mark, made.foot, (*made.intro, more), made.parts)


def _rights(to: Speaker) -> PaperPart:
    return PaperPart(to.say.translate(N_("Your rights")), tuple(to.say.translate(line) for line in rights_words.YOUR_RIGHTS))


def name(agency: str, to: Speaker) -> str:
    """An agency's name, where a paper may have it."""
    return to.name(agency) if agency else to.say.translate(NAMELESS)


def _profile(found: PersonAccount) -> dict[str, dict[str, Any]]:
    return {"D1": {}, "D2": {}} | found.facts


def _row(label: str, said: str | list[str]) -> PaperRow:
    return PaperRow(label, (said,) if isinstance(said, str) else tuple(said))


def _statements(statements: Iterable[Said], to: Speaker) -> Iterable[PaperRow]:
    fields: dict[str, list[Said]] = {}
    for said in statements:
        fields.setdefault(said.field, []).append(said)
    for one in sorted(fields, key=list(FIELDS).index):
        group = to.say.of(file_words.GROUPS, FIELDS[one].group)
        yield PaperRow(f"{group}: {to.say.of(file_words.FIELDS, one)}", tuple(line(said, to) for said in reversed(fields[one])))


def line(said: Said, to: Speaker) -> str:
    """A statement in a line: the value, who said it, when, how they knew, and whether it still stands."""
    value = to.say.translate(file_words.TAKEN_BACK) if said.withdrawn else in_words(FIELDS[said.field], said.value, to)
    stands = "" if said.stands or said.withdrawn else f" ({to.say.translate(N_('corrected since'))})"
    return f"{value}{stands} – {name(said.by, to)}, {to.when(said.said_at)}. {to.say.of(file_words.SOURCES, said.source)}"


def text(one: WrittenWords, to: Speaker) -> tuple[str, ...]:
    """A text line by line: what its fields say, its words, who wrote it and when."""
    fields = fields_of(one.said, to) if one.said else []
    by = f"{name(one.by, to)}, {to.when(one.at)}"
    return (*(f"{label}: {said}" for label, said in fields), f"{one.words} – {by}" if one.words else by)


def written_data(one: WrittenWords) -> dict[str, Any]:
    """The same for programs; `said` are the fields of an arrangement or a request for support."""
    fields = one.said.model_dump(mode="json", exclude_defaults=True, exclude={"words"}) if one.said else {}
    return {"kind": one.kind, "by": one.by, "at": one.at, "words": one.words} | ({"said": fields} if fields else {})


def _own(found: PersonAccount, to: Speaker) -> Iterable[PaperRow]:
    say = to.say.translate
    named = ((say(N_("Reference")), found.reference), (say(N_("Label")), found.label))
    yield from (PaperRow(label, (said,)) for label, said in named if said)
    for note in found.notes:
        yield PaperRow(to.when(note.at), (note.words, *([say(N_("corrected since"))] if note.corrected_by else [])))


def _basis(one: LegalBasis, to: Speaker) -> PaperRow:
    say = to.say.translate
    whom = name(one.recipient, to) if one.recipient else say(N_("Every agency that is asked for this"))
    lines = [f"{to.say.of(labels.BASIS, one.basis)}, {to.when(one.given_at)}", *_classes(sorted(c.value for c in one.classes), to)]
    if one.until is not None:
        lines.append(f"{say(N_('until'))} {to.when(one.until)}")
    if one.ended_at is not None:
        lines.append(f"{say(N_('ended'))} {to.when(one.ended_at)}")
    purpose = f": {to.say.need(one.purpose)}" if one.purpose else ""
    return PaperRow(f"{whom}{purpose}", tuple([*lines, *([one.words] if one.words else [])]))


def _for(purpose: str, basis: str, to: Speaker) -> str:
    return f"{to.say.need(purpose)} – {to.say.of(labels.BASIS, basis)}"


def _classes(codes: Iterable[str], to: Speaker) -> tuple[str, ...]:
    said = ", ".join(to.say.of(labels.CLASSES, code) for code in codes if code not in ("D0", "D9"))
    return (said,) if said else ()


def _passed(one: Passed, to: Speaker) -> PaperRow:
    whom = name(one.to, to) if one.giver == one.to else f"{name(one.giver, to)} → {name(one.to, to)}"
    ended = f" – {to.when(one.ended_at)}" if one.ended_at else ""
    return PaperRow(f"{to.say.need(one.need)}: {whom}", (f"{to.say.state(one.state)}, {to.when(one.at)}{ended}",))


def _done(one: ActDone, to: Speaker) -> PaperRow:
    together = [to.say.translate(N_("together with another agency"))] if one.together else []
    about = [to.say.of(labels.TOPICS, topic) for topic in one.topics]
    return PaperRow(f"{to.say.of(labels.ACTIONS, one.action)}: {name(one.by, to)}", (to.when(one.at), *about, *together))


def _asked(one: RightAsked, to: Speaker) -> PaperRow:
    return PaperRow(to.say.of(rights_words.KINDS, one.kind), (to.when(one.at),))


def _asked_for(one: AskedForPerson, to: Speaker) -> PaperRow:
    say = to.say.translate
    groups = ", ".join(to.say.of(file_words.GROUPS, group) for group in one.groups)
    lines = [f"{to.say.of(rights_words.KINDS, one.kind)}{f' ({groups})' if groups else ''}: {to.when(one.at)}"]
    if one.answer and one.answered_at is not None:
        lines.append(f"{to.say.of(rights_words.OTHERS, one.answer)}, {to.when(one.answered_at)}")
    elif one.ended_at is not None:
        lines.append(say(N_("was told that it has ended.")))
    else:
        lines.append(say(N_("waits for its answer until %(when)s.")) % {"when": to.when(one.due)})
    if one.reason:
        told = {"reason": to.say.of(rights_words.REASONS, one.reason), "law": one.law}
        lines.append(say(N_("Refused: %(reason)s. By which law: %(law)s.")) % told)
    return PaperRow(name(one.agency, to), tuple([*lines, *([one.words] if one.words else [])]))


def _kept_for(one: Keeping, to: Speaker) -> PaperRow:
    say = to.say.translate
    named = f"{one.number}, {one.authority}" if one.number else say(N_("The agency has not said yet which proceedings."))
    return PaperRow(", ".join(_classes(one.classes, to)), (say(N_("since %(when)s")) % {"when": to.when(one.at)}, named))


def _seen(readings: Iterable[SeenBy], to: Speaker) -> Iterable[PaperRow]:
    """Day by day: as what, what for, and the times."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in readings:
        day, _, time = to.when(one.at).rpartition(", ")
        as_what = to.say.of(rights_words.CAPACITIES, one.capacity)
        known = days.setdefault((day, " – ".join([as_what, *map(to.say.need, one.purposes)])), [])
        known += [time] if time not in known else []
    for (day, as_what), times in days.items():
        yield PaperRow(day, (f"{as_what}: {', '.join(times)}",))


def data(found: PersonAccount, copy: PaperCopy) -> dict[str, Any]:
    """The account for programs: codes of the protocol, moments in ms UTC."""
    return {
        "mark": copy.mark, "at": copy.at, "agency": found.agency, "case_opened_at": found.opened_at, "left_out": list(found.omissions),
        "reported": found.facts, "statements": [_statement(said) for said in found.statements],
        "documents": [document_data(one, copy.mark) for one in found.documents],
        "written": [written_data(one) for one in found.written],
        "own": {
            "reference": found.reference, "label": found.label,
            "notes": [{"at": note.at, "note": note.words, "corrected": bool(note.corrected_by)} for note in found.notes],
        },
        "legal_bases": [_base(one) for one in found.bases], "may_read": [asdict(one) for one in found.told],
        "handoffs": [asdict(one) for one in found.handoffs], "tasks": [asdict(one) for one in found.tasks],
        "done": [asdict(one) for one in found.acts],
        "status_decisions": [{"stage": one.stage, "at": one.at} for one in found.decisions],
        "requests": [{"kind": one.kind, "at": one.at} for one in found.requests],
        "asked_of_others": [asdict(one) for one in found.others],
        "seen": [{"at": one.at, "as": one.capacity, "purposes": list(one.purposes)} for one in found.seen],
        "kept_for_proceedings": [
            {"classes": list(one.classes), "since": one.at, "number": one.number, "authority": one.authority} for one in found.kept_for
        ],
        "kept_for_days": found.retention,
    }  # fmt: skip


def _statement(said: Said) -> dict[str, Any]:
    return {
        "id": said.id, "field": said.field, "value": said.shown, "source": said.source, "at": said.said_at, "by": said.by,
        "supersedes": said.supersedes, "withdrawn": said.withdrawn, "stands": said.stands,
    }  # fmt: skip


def _base(one: LegalBasis) -> dict[str, Any]:
    return {
        "agency": one.recipient, "purpose": one.purpose, "classes": sorted(one.classes), "basis": one.basis, "at": one.given_at,
        "until": one.until, "ended_at": one.ended_at, "words": one.words, "left_out": sorted(one.but),
    }  # fmt: skip
