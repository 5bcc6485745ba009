"""The page of a case, the same for every agency in it: what it reads, and what its template `case.html` gets.

file = await desk.ask(lambda reader: case_file(reader, case))          # None: no such case here
return desk.pages.render(request, "intake/report.html", **case_context(desk, request, file))
"""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from markupsafe import Markup

from shared.access.roles import Act
from shared.casework.case_reader import knows_person
from shared.casework.profile import DECISIONS, Profile
from shared.config.i18n import N_
from shared.config.legal_clocks import ClockStanding, ClockState
from shared.processing.parking_causes import cause
from shared.protocol.came_back import to_be_seen
from shared.protocol.case import Case, Handoff
from shared.protocol.case_file import Group
from shared.protocol.grants import each
from shared.protocol.next_moves import Move, moves
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind, Urgency
from shared.web.case.case_file import CaseFile
from shared.web.case.case_tabs import CaseTab, chosen, links
from shared.web.case.job_way import job_way
from shared.web.case.person_view import box, close_words
from shared.web.case.uncounted import in_case
from shared.web.case.words_view import threads
from shared.web.drawing.drawings import DrawnTask, Lane, Pass, case_path, case_path_head, case_path_rows
from shared.web.http.desk import Desk
from shared.web.http.form_ids import new_id
from shared.web.http.speaking import page_context, speaker, today
from shared.web.text import labels as words
from shared.web.text import message_words
from shared.web.text.case_reference import reference
from shared.web.text.next_steps import called_to, headline
from shared.web.text.phrases import Speaker, Words
from shared.web.text.timeline import timeline


def moment_of(desk: Desk, file: CaseFile) -> int:
    """Now; of a simulated case in which nothing is due, where our own clock is real, the time of its last record: its story has ended."""
    now, simulated = desk.instance.clock.now()
    over = file.case.simulated and not simulated and not any(move.by for move in moves(file.case))
    return file.records[-1].at if over and file.records else now


def case_context(desk: Desk, request: Request, file: CaseFile) -> dict[str, Any]:
    """What `case.html` and the templates that extend it get."""
    case, to, tab = file.case, speaker(desk, request, moment_of(desk, file)), chosen(request)
    next_moves = moves(case)
    talk = words_of(desk, request, file, to)
    return page_context(desk, request, to) | talk | behind(desk, request, file, tab, to) | {
        "tabs": links(f"{desk.cases}/{case.id}", tab, talk["threads"], to.say.translate), "case_href": f"{desk.cases}/{case.id}",
        "case": case, "ref": reference(case.id), "shown": file.shown, "parked": cause(file.parked) if file.parked else None,
        "lacks": file.lacks, "uncounted": in_case(desk, request, file.uncounted, case, to), "headline": headline(case, to.say),
        "danger": danger(desk, case), "clocks": clocks(desk, case, to),
        "entries": [(m, each(m)) for m in case.members], "moves": next_moves,
        "ways": [_way(desk, case.id, move) for move in next_moves],
        "handoffs": ordered(case), "tasks": sorted(case.tasks.values(), key=lambda t: (t.state not in OPEN_TASK, t.due)),
        "knows": knows_person(case, desk.agency),
        "status_decisions": status_decisions(case, file.profile),
        "facts": facts(file.profile, to.say), "differs": any(r.differs for r in file.records),
        "card_href": f"{desk.cases}/{case.id}/card" if desk.may(request, Act.DECIDE) else "",
        "letter_href": f"{desk.cases}/{case.id}/letter" if desk.may(request, Act.EXPORT) and case.closed_at is None else "",
        "access_href": f"/access/{desk.instance.service.name}/{case.id}" if desk.may(request, Act.READ_ACCESS) else "",
        "assignment_href": f"/assignments/{desk.instance.service.name}/{case.id}" if desk.assignment else "",
        "person": box(file.person, to, today(desk)) if knows_person(case, desk.agency) and case.protocol > FIRST else None,
        "close_ones": close_words(file.person, to) if knows_person(case, desk.agency) else [],
        "person_href": f"{desk.cases}/{case.id}/person",
        "rights_href": f"{desk.cases}/{case.id}/rights", "waits_href": f"{desk.cases}/{case.id}/waits",
        "documents_href": f"{desk.cases}/{case.id}/documents" if desk.instance.documents else "",
        "account_href": f"{desk.cases}/{case.id}/account" if has_account(desk, file) else "",
        "restricted": file.restricted, "restricted_href": f"/restricted/{desk.instance.service.name}/{case.id}",
        "keeping": file.keeping, "keeping_href": f"{desk.cases}/{case.id}/keeping",
        "own": file.own, "own_href": f"{desk.cases}/{case.id}/own", "officers": desk.guard.seen(),
        "joined_late": bool(file.records) and file.records[0].type != "case.reported.v1",
    }  # fmt: skip


def behind(desk: Desk, request: Request, file: CaseFile, tab: CaseTab, to: Speaker) -> dict[str, Any]:
    """Which tab is shown, and what is drawn for that one alone."""
    case, found = file.case, dict[str, Any](tab=tab, phones=phones(desk, request, file))
    if tab is CaseTab.WAY:
        svg, rows = _path(desk, request, case, to)
        found |= {
            "path_svg": svg,
            "path_head": case_path_head(desk.pages.words(request)),
            "path_rows": rows,
            "to_be_seen": to_be_seen(case),
        }
    if tab is CaseTab.HISTORY:
        found["lines"] = timeline(file.records, file.pending, desk.instance.me, case, to)
    return found


def _way(desk: Desk, case: str, move: Move) -> str:
    """The page where this agency does it; nothing where another must, or where it is done on the page of the case itself."""
    way = job_way(desk, case, move)
    return "" if move.who != desk.agency or way == f"{desk.cases}/{case}" else way


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock of the country's rules in words: what it is about, how it stands, whether that is bad, and where the rule is written."""

    text: str
    stands: str
    bad: bool
    running: bool
    source: str
    paused: int | None = None
    """Until when it stands still now."""


def clocks(desk: Desk, case: Case, to: Speaker) -> list[ClockShown]:
    """How the clocks of the country stand in a case; of a side case its main case says it."""
    return [clock_shown(one, to) for one in (() if case.is_side else desk.country.clocks_in(case, to.now))]


def clock_shown(one: ClockStanding, to: Speaker) -> ClockShown:
    """A clock in words, and while it is paused until when."""
    stands = to.say.of(words.CLOCK_STATES, f"{one.rule.kind} {one.state}") % {"when": to.when(one.at)}
    bad = one.state in (ClockState.LATE, ClockState.BROKEN)
    running = one.state in (ClockState.RUNS, ClockState.LATE)
    paused = next((pause.until for pause in one.pauses if pause.since <= to.now < pause.until), None)
    return ClockShown(to.say.of(words.CLOCKS, one.rule.name), stands, bad, running, to.source(one.rule), paused)


CALLS_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class DeskPhone:
    """Whom one may call about a case, and the form that says that one has; `action` is empty where nothing can be noted."""

    agency: str
    phone: str
    action: str
    form: str


def phones(desk: Desk, request: Request, file: CaseFile) -> list[DeskPhone]:
    """The desks of the other agencies that must move next, as far as a number is known: the first that must, first."""
    agencies = dict.fromkeys(move.who for move in moves(file.case) if move.who != desk.agency)
    known = [(agency, number) for agency in agencies if (number := desk.country.phone_of(agency))][:CALLS_AT_MOST]
    able = file.shown.member and not file.parked and desk.may(request, Act.DECIDE)
    action = f"{desk.cases}/{file.case.id}/called" if able else ""
    return [DeskPhone(agency, number, action, new_id(request)) for agency, number in known]


def words_of(desk: Desk, request: Request, file: CaseFile, to: Speaker) -> dict[str, Any]:
    """What pages get that show the words on hand-offs."""
    case, knows = file.case, knows_person(file.case, desk.agency)
    able = knows and file.shown.member and not file.parked and not case.closed_at and case.protocol > FIRST
    found = threads(case, file.messages if knows else (), desk.agency, may_say=able and desk.may(request, Act.DECIDE), to=to)
    return {
        "threads": found.messages, "speaks": found.speaks, "silent": found.silent, "words_href": f"{desk.cases}/{case.id}/words",
        "spoken": message_words, "supports": found.supports,
    }  # fmt: skip


def has_account(desk: Desk, file: CaseFile) -> bool:
    """Whether there is a page of the account: the agency may keep one, or was given one."""
    return desk.country.holds_accounts(desk.agency) or any(one.group is Group.ACCOUNT for one in file.person)


def danger(desk: Desk, case: Case) -> dict[str, Any] | None:
    """While somebody is in danger now: whom officers call first, and who was called to safety here. None in any other case."""
    if case.urgency is not Urgency.DANGER or case.closed_at is not None:
        return None
    return {"number": desk.country.emergency.number, "called": called_to(case, desk.country.at_once(case.urgency)), "side": case.is_side}


def ordered(case: Case) -> list[Handoff]:
    """Hand-offs in the order of the picture, so that their numbers agree."""
    return sorted(case.handoffs.values(), key=lambda h: h.requested_at)


@dataclass(frozen=True)
class DecisionShown:
    """A decision on status: when, what it said as far as this agency may know, and the moment of the one that took its place."""

    key: str
    stage: str
    at: int
    positive: bool | None
    ground: str
    superseded_at: int | None


def status_decisions(case: Case, profile: Profile) -> list[DecisionShown]:
    """All decisions on status, the earlier ones too; of a case of protocol 1 those that the picture has."""
    told, by = profile["D2"].get(DECISIONS, {}), {one.supersedes: one.at for one in case.decisions if one.supersedes}
    if not case.decisions:
        found = {said: (case.statuses[stage], stage) for stage, said in zip(case.statuses, told, strict=False)}
        unknown = {f"{stage}": (at, stage) for stage, at in list(case.statuses.items())[len(found) :]}
        return [_decision(key, stage, at, told.get(key, {}), None) for key, (at, stage) in (found | unknown).items()]
    return [_decision(one.key, one.stage, one.at, told.get(one.key, {}), by.get(one.key)) for one in case.decisions]


def _decision(key: str, stage: str, at: int, said: dict[str, Any], superseded_at: int | None) -> DecisionShown:
    return DecisionShown(key, stage, at, said.get("positive"), said.get("ground") or "", superseded_at)


def facts(profile: Profile, say: Words) -> list[tuple[str, str | list[str]]]:
    """What was disclosed to this agency of the person: label and words. Only what was answered."""
    told: dict[str, Any] = {k: v for section in profile.values() for k, v in section.items()}
    found: list[tuple[str, str | list[str]]] = []
    for name, (label, table) in FACTS.items():
        value: Any = told.get(name)
        if value not in (None, "", [], ()):
            several: list[str] | None = [say.of(table, code) for code in value] if type(value) in (list, tuple) else None
            one = say.country(value) if name == "nationality" else say.of(table, value)
            found.append((say.translate(label), several or one))
    return found


FACTS: dict[str, tuple[str, dict[str, str]]] = {
    "age": (N_("Age"), words.AGES), "sex": (N_("Sex"), words.SEXES), "language": (N_("Language"), words.LANGUAGES),
    "interpreter": (N_("Interpreter needed"), words.YES_NO), "nationality": (N_("Nationality"), {}),
    "forms": (N_("Forms of exploitation"), words.FORMS), "indicators": (N_("Signs"), words.INDICATORS),
    "positive": (N_("Decision on status"), words.POSITIVE),
}  # fmt: skip
"""Field → label and the words of its codes, in the order of the page."""


def asked_words(case: Case, handoff: Handoff, say: Words) -> str:
    """What a hand-off asks for: a need, or advice about it."""
    if handoff.kind is HandoffKind.TRANSFER:
        return say.of(words.KINDS, handoff.kind)
    need = say.need(handoff.need)
    return say.translate("advice on %(need)s") % {"need": need} if case.merely_advises(handoff) else need


def _path(desk: Desk, request: Request, case: Case, to: Speaker) -> tuple[Markup, list[list[str]]]:
    labels = desk.pages.words(request)
    passes = [
        Pass(
            h.giver, h.to, asked_words(case, h, to.say), h.state, h.requested_at, h.answer_by, h.answered_at, h.ended_at,
            case.merely_advises(h),
        )
        for h in ordered(case)
    ]  # fmt: skip
    tasks = [DrawnTask(t.owner, to.say.need(t.need), t.state, t.planned_at, t.due, t.ended_at) for t in case.tasks.values()]
    agencies = dict.fromkeys((case.reporter, case.lead, *(h.to for h in ordered(case)), *(m.agency for m in case.members)))
    lanes = [Lane(a, to.name(a)) for a in agencies]
    started = case.joint.started_at if case.joint else None
    joint = (started, case.joint.ended_at) if case.joint and started is not None else None
    now = case.closed_at or to.now
    title = to.say.translate("The way of case %(case)s across its agencies") % {"case": reference(case.id)}
    svg = case_path(lanes, passes, tasks, now, title, labels, joint, case.simulated)
    return svg, case_path_rows(lanes, passes, tasks, now, labels, to.when)
