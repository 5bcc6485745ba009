"""The rapporteur's tables recounted from a lead's journal by plain loops over its events: no fold, no record, no code of reporting.

A row of the journal is (type, case, author, at, body) of what counted, in the order of the log; `body` is the core's facts, and what the
lead may keep of the sections.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

Line = tuple[str, str, str, int, str]
HOUR = 3_600_000
YES = {"accepted", "acting", "completed"}
NOT_THEIRS = {"revoked", "ended", "called"}
THREE_DAYS = 3 * 86_400_000
"""Until the first decision, by the only clock of the small country (ms)."""


def quarter(at: int) -> str:
    when = datetime.fromtimestamp(at / 1000, UTC)
    return f"{when.year}-Q{(when.month + 2) // 3}"


@dataclass
class Asked:
    """A hand-off, as its events tell it."""

    giver: str
    to: str
    need: str
    at: int
    first_in_case: bool
    seen: int | None = None
    accepted: int | None = None
    acted: int | None = None
    ended: int | None = None
    outcome: str = "requested"
    code: str = ""
    overdue: bool = False
    run: int = 0
    again: bool = False

    def bounced(self) -> bool:
        return self.outcome in ("declined", "returned", "expired", "called") and self.acted is None and self.code != "C14"


@dataclass
class Person:
    """A case."""

    at: int
    reporter: str
    said: dict
    asked: dict[str, Asked] = field(default_factory=dict)
    decisions: list = field(default_factory=list)
    actions: list = field(default_factory=list)
    closed: tuple | None = None
    members: int = 0
    bases: list = field(default_factory=list)
    """When the basis was changed, and to what."""
    delays: list = field(default_factory=list)
    talks: list = field(default_factory=list)
    """Interviews: who held them, what about, whether together."""
    tasks: dict[str, list] = field(default_factory=dict)
    """Owner, need, from when, until when."""
    after: dict[str, list] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    """Task → the hand-off that it came from."""
    stated: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Id of a statement → field and value; None where something took its place."""


def lives(lines: Iterable[Line]) -> list[Person]:
    """The cases of a journal."""
    found: dict[str, Person] = {}
    for type_, case, author, at, body in lines:
        said = json.loads(body)
        facts = said.get("D0", {})
        if type_ == "case.reported.v1":
            one = found[case] = Person(at, author.partition(".")[2], {**said.get("D1", {}), **said.get("D2", {}), **facts})
            one.asked[facts["handoff"]] = Asked(one.reporter, facts["lead"], "identification", at, True)
            one.members = len(facts["roster"])
            continue
        if case in found:
            _happens(found[case], type_, author, at, {**{k: v for part in said.values() for k, v in part.items()}, **facts})
    return list(found.values())


def _happens(one: Person, type_: str, author: str, at: int, facts: dict) -> None:
    who = author.partition(".")[2]
    handoff = one.asked.get(facts.get("handoff", "") if isinstance(facts.get("handoff", ""), str) else "")
    match type_.removesuffix(".v1"):
        case "statement.made":
            _states(one, facts)
        case "roster.set":
            one.members = max(one.members, len(facts["members"]))
        case "handoff.requested":
            one.asked[facts["handoff"]] = Asked(who, facts["to"], facts["need"], at, False)
        case "handoff.acknowledged":
            handoff.seen = facts["seen_at"]
        case "handoff.accepted":
            handoff.outcome, handoff.accepted = "accepted", at
        case "handoff.overdue":
            handoff.overdue = True
        case "handoff.declined" | "handoff.returned" | "handoff.expired" | "handoff.revoked" | "handoff.completed":
            _ends(one, handoff, type_.split(".")[1], at, facts.get("code") or "")
        case "action.taken":
            handoff.acted = at if handoff.acted is None else handoff.acted
            one.actions.append((at, facts["action"], handoff.need, handoff.to))
            if facts["action"] == "interview_held":
                one.talks.append((handoff.to, facts.get("topics"), facts.get("together", False)))
        case "basis.changed":
            one.bases.append((at, facts["basis"]))
        case "delay.explained":
            one.delays.append((at, "handoff" if facts.get("handoff") else "task" if facts.get("task") else "clock", facts["code"]))
        case "status.decided":
            one.decisions.append((at, facts["stage"], facts.get("positive")))
            for held in one.asked.values():
                if held.need == "identification" and held.accepted and held.ended is None and held.acted is None:
                    held.acted = at
        case "joint-action.started" | "task.planned":
            for task in facts.get("tasks") or [facts["planned"]]:
                one.tasks[task["task"]] = [task["owner"], task["need"], at, None]
                one.after[task["task"]] = task.get("after") or []
                one.carried[task["task"]] = task.get("handoff") or ""
        case "task.begun":
            one.begun[facts["task"]] = at
        case "task.completed" | "task.dropped":
            one.tasks[facts["task"]][3] = at
            if type_.startswith("task.completed") and facts["outcome"] == "done":
                _is_done(one, facts["task"], at)
        case "case.closed":
            one.closed = (at, facts["reason"])
            for task in one.tasks.values():
                task[3] = task[3] or at
            for held in one.asked.values():
                if held.ended is None:
                    _ends(one, held, "ended", at, "")
        case "case.reopened":
            one.closed = None
        case _:
            pass


def _is_done(one: Person, task: str, at: int) -> None:
    """A task of a hand-off is something done there; with the last of its tasks it is completed."""
    owner, need, _, _ = one.tasks[task]
    one.actions.append((at, "plan_task_done", need, owner))
    carried = one.asked.get(one.carried[task])
    if carried and carried.ended is None:
        carried.acted = at if carried.acted is None else carried.acted
        if all(one.tasks[id][3] is not None for id, of in one.carried.items() if of == one.carried[task]):
            _ends(one, carried, "completed", at, "")


def _states(one: Person, facts: dict) -> None:
    """What is said of the person, by id; what took its place, or that nothing did."""
    for said in (said for section in facts.values() for said in section["statements"]):
        if "supersedes" in said:
            one.stated[said["supersedes"]] = ("", "")
        one.stated.setdefault(said["id"], ("", "") if said.get("withdrawn") else (said["field"], said["value"]))


def _count_stated(found, one: Person, when: str) -> None:
    there = [both for both in one.stated.values() if both[0]]
    countries = {"home" if value == "RS" else "abroad" for name, value in there if name == "exploitation_country"}
    found["T5"][when, ("both" if len(countries) > 1 else next(iter(countries), "not_said"),)] += 1
    for region in {value for name, value in there if name == "exploitation_region" and value in ("RS11", "RS12")} or {"not_said"}:
        found["T5b"][when, (region,)] += 1
    many = max((int(value) for name, value in there if name == "dependants"), default=None)
    found["T12b"][when, ("not_said" if many is None else str(many) if many < 3 else "3-4" if many < 5 else "5+",)] += 1
    for table, name in (("T10", "granted"), ("T17", "compensation"), ("T18", "milestone")):
        first: dict[str, str] = {}
        for day, _, what in sorted(value.partition(" ") for stated, value in there if stated == name):
            first.setdefault(what, day)
        for what, day in first.items():
            found[table][f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}", tuple(what.split())] += 1


def _ends(one: Person, handoff: Asked, outcome: str, at: int, code: str) -> None:
    handoff.outcome, handoff.ended, handoff.code = outcome, at, code
    last, run, again = "", 0, False
    for other in one.asked.values():
        if other.need != handoff.need:
            continue
        if other is handoff:
            handoff.again = again
        again = other.acted is None and (again or other.to == handoff.to)
        if other.acted is not None:
            run, last = 0, ""
        elif other.bounced():
            run, last = run + (other.to != last), other.to
    handoff.run = run


def tables(lines: Iterable[Line], kinds: dict[str, str], names: dict[str, str], now: int) -> dict[str, Counter]:
    """Table → (period, values) → how many; of times the times themselves, as (ended, waiting) lists."""
    found: dict[str, Counter] = defaultdict(Counter)
    for one in lives(lines):
        _count_person(found, one, kinds, names)
        for handoff in one.asked.values():
            _count_handoff(found, handoff)
        _count_course(found, one, kinds)
    return found


def _count_person(found, one: Person, kinds, names) -> None:
    when, kind = quarter(one.at), kinds[one.reporter]
    said = one.said
    forms, age, sex = ",".join(sorted(said.get("forms", ()))) or "UNK", said.get("age", "unknown"), said.get("sex", "unknown")
    answers = {stage: positive for _, stage, positive in one.decisions}
    last = answers.get("conclusive_grounds", answers.get("reasonable_grounds"))
    standing = "not_identified" if last is False else "identified" if answers.get("conclusive_grounds") else "undecided"
    found["T1"][when[:4], (kind, standing)] += 1
    found["T1b"][when[:4], (standing, sex, age)] += 1
    found["T1d"][when[:4], (standing, said.get("nationality", ""))] += 1
    found["T2"][when, (sex, age)] += 1
    found["T3"][when, (said.get("nationality", ""),)] += 1
    found["T4"][when, ("set", forms)] += 1
    for form in forms.split(","):
        found["T4"][when, ("each", form)] += 1
        found["T1c"][when[:4], (standing, form)] += 1
    found["T6"][when, (kind, forms)] += 1
    found["T7"][when, (names[one.reporter],)] += 1
    found["T13"][when, (said["basis"],)] += 1
    found["T15"].update({(when, (forms,)): 1} if kind == "labour_inspectorate" else {})
    said_of = {"first_responder_type": kind, "exploitation_type": forms, "age_at_exploitation": age, "gender": sex,
               "nationality": said.get("nationality", "")}  # fmt: skip
    for name, value in said_of.items():
        found["T19"][when, (name, "yes" if value in ("", "unknown", "UNK") else "no")] += 1
    stages = {stage: (at, positive) for at, stage, positive in one.decisions}
    for stage, (at, positive) in stages.items():
        answer = "positive" if positive else "negative" if positive is False else "not_said"
        found["T8"][quarter(at), (stage, answer, age)] += 1
    if first := [at for at, stage, _ in one.decisions if stage == "reasonable_grounds"][:1]:
        found["M14"][quarter(first[0]), ("reasonable_grounds", "yes" if first[0] - one.at > THREE_DAYS else "no")] += 1
    for at, stage, _ in one.decisions:
        if stages[stage][0] != at:
            found["T20"][quarter(at), ("decision", "corrected")] += 1
    if age in ("child", "unsure"):
        guarded = any(h.need == "guardianship" and h.accepted is not None for h in one.asked.values())
        found["T14"][when, ("yes" if guarded else "no",)] += 1
    found["M19"][when, (str(one.members),)] += 1
    _count_stated(found, one, when)


def _count_handoff(found, one: Asked) -> None:
    when = quarter(one.at)
    found["M4"][when, (one.need, "yes" if one.overdue else "no")] += 1
    found["M14"][when, ("answer", "yes" if one.overdue else "no")] += 1
    if one.ended is None:
        return
    found["T16"][when, (one.need, one.outcome)] += 1
    if one.outcome not in NOT_THEIRS:
        found["M5"][when, (one.need, "yes" if one.outcome == "expired" else "no")] += 1
        found["M7"][when, (one.need, "yes" if one.bounced() else "no")] += 1
        if one.code != "C14":
            found["M6"][when, (one.to, one.code or one.outcome)] += 1


def _count_course(found, one: Person, kinds) -> None:
    when = quarter(one.at)
    ended = [h for h in one.asked.values() if h.ended is not None]
    if ended:
        bounced = 100 * sum(h.bounced() for h in ended) / len(ended)
        band = "0" if bounced == 0 else "100" if bounced == 100 else "1-49" if bounced < 50 else "50-99"
        found["M8"][when, ("bounced", band)] += 1
        found["M8"][when, ("longest_run", str(max(h.run for h in ended)))] += 1
        found["M8"][when, ("asked_again", str(sum(h.again for h in ended)))] += 1
    first: dict[str, int] = {}
    for at, _, need, _ in one.actions:
        first.setdefault(need, at)
    for need, at in first.items():
        found["T11"][quarter(at), (need,)] += 1
    if one.actions:
        found["T12"][quarter(one.actions[0][0]), ("new",)] += 1
        found["T12c"][quarter(one.actions[0][0]), ()] += 1
        if one.closed:
            found["T12"][quarter(one.closed[0]), ("closed",)] += 1
            found["T12c"][quarter(max(one.closed[0], one.actions[0][0])), ()] -= 1
    _count_talks(found, one, when)
    if one.closed:
        found["M17"][quarter(one.closed[0]), ("yes" if one.closed[1] == "person_left" else "no",)] += 1
        needs = set(one.said.get("needs", ())) - {"identification"}
        planned = needs & {need for _, need, _, _ in one.tasks.values()}
        found["M16"][quarter(one.closed[0]), ("yes",)] += len(planned)
        found["M16"][quarter(one.closed[0]), ("no",)] += len(needs - planned)
        together, whole = round(_joint(one) / HOUR), round((one.closed[0] - one.at) / HOUR)
        found["M15"][quarter(one.closed[0]), ("yes",)] += together
        found["M15"][quarter(one.closed[0]), ("no",)] += whole - together
        for many, hours in _hours_at_work(one).items():
            found["M15b"][quarter(one.closed[0]), (many,)] += hours
        for task, at in one.begun.items():
            found["M15c"][quarter(one.closed[0]), ("yes" if _waited(one, task, at) else "no",)] += 1
    if "consent" in [one.said["basis"], *(basis for _, basis in one.bases)]:
        found["M18"][when, ("yes" if one.bases and one.bases[-1][1] == "none" else "no",)] += 1
    for at, about, code in one.delays:
        found["M14b"][quarter(at), (about, code)] += 1
    unowned = nobodys(one, one.closed[0]) if one.closed else 0
    round_ = any(h.run > 1 or h.again for h in ended) or unowned > 72 * HOUR
    found["M9"][when, ("yes" if round_ else "no",)] += 1
    _count_way(found, one, kinds)


def _count_talks(found, one: Person, when: str) -> None:
    """Interviews on what happened; of whom one is known of which nobody says what about, nobody knows what came twice."""
    held = [(who, topics, both) for who, topics, both in one.talks if topics != ["welfare"]]
    if not held:
        return
    agencies = len({who for who, _, _ in held})
    found["M13"][when, (str(len(held)) if len(held) < 3 else "3+", str(agencies) if agencies < 3 else "3+")] += 1
    if any(topics is None for _, topics, _ in held):
        return
    found["M13c"][when, ("yes" if [both for _, _, both in held] == [True] else "no",)] += 1
    every = [topic for _, topics, _ in held for topic in topics if topic != "welfare"]
    for topic in set(every):
        found["M13b"][when, (topic, "yes" if every.count(topic) > 1 else "no")] += 1


def _count_way(found, one: Person, kinds) -> None:
    """Who met, identified and helped somebody, and where nobody did."""
    when, answers = quarter(one.at), {stage: positive for _, stage, positive in one.decisions}
    last = answers.get("conclusive_grounds", answers.get("reasonable_grounds"))
    by = "not_identified" if last is False else "undecided"
    if answers.get("conclusive_grounds"):
        by = kinds[next(iter(one.asked.values())).to]
    helped = [need for _, action, need, _ in sorted(one.actions) if action not in ("interview_held", "status_decision")]
    found["M20"][when, (kinds[one.reporter], by, helped[0] if helped else "none")] += 1
    asked = any(h.need != "identification" for h in one.asked.values())
    alone = by not in ("not_identified", "undecided") and not asked and not helped
    found["M21"][when, ("yes" if alone else "no",)] += 1
    for need in {h.need for h in one.asked.values() if h.ended is not None and h.bounced()}:
        same = [h for h in one.asked.values() if h.need == need]
        left = all(h.ended is not None and h.accepted is None and h.acted is None for h in same)
        left = left and need not in {n for _, _, n, _ in one.actions}
        first = min(h.at for h in same if h.ended is not None and h.bounced())
        found["M22"][quarter(first), (need, "yes" if left else "no")] += 1


def _hours_at_work(one: Person) -> Counter:
    """Hours in which so many owners had an open task."""
    moments = sorted({at for _, _, start, end in one.tasks.values() for at in (start, end)})
    found = Counter()
    for a, b in zip(moments, moments[1:], strict=False):
        if owners := len({who for who, _, start, end in one.tasks.values() if start <= a and b <= end}):
            found[str(owners) if owners < 4 else "4+"] += b - a
    return Counter({many: round(ms / HOUR) for many, ms in found.items()})


def _waited(one: Person, task: str, begun: int) -> bool:
    """Whether a task began only after another owner's, which was open when it was planned; no declared one is looked through here."""
    owner, _, planned, _ = one.tasks[task]
    others = ((id, who, start, end) for id, (who, _, start, end) in one.tasks.items() if who != owner and id not in one.after[task])
    return any(end is not None and start <= planned < end <= begun for _, _, start, end in others)


def _joint(one: Person) -> int:
    """How long two owners or more had an open task (ms)."""
    moments = sorted({at for _, _, start, end in one.tasks.values() for at in (start, end)})
    gaps = zip(moments, moments[1:], strict=False)
    return sum(b - a for a, b in gaps if len({who for who, _, start, end in one.tasks.values() if start <= a and b <= end}) > 1)


def nobodys(one: Person, until: int) -> int:
    """Hours counted one by one: in which nobody had taken the person on (ms)."""
    held = [(h.accepted, h.ended or until) for h in one.asked.values() if h.accepted is not None]
    moments = sorted({one.at, until, *(at for span in held for at in span)})
    gaps = zip(moments, moments[1:], strict=False)
    return sum(b - a for a, b in gaps if a >= one.at and b <= until and not any(start <= a and b <= end for start, end in held))
