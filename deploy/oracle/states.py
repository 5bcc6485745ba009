"""Hand-offs and tasks walked anew through what counted, by the oracle's own tables: which steps were allowed, and where they lead."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from deploy.oracle import answers, leads
from deploy.oracle.law import CaseLaw
from deploy.oracle.leads import names_a_lead
from deploy.oracle.moves import (
    ASKED,
    BACK,
    BY_ADDRESSEE,
    BY_GIVER,
    BY_LEAD,
    CLOCKS,
    HELD,
    IN_A_CLOSED_CASE,
    MOVES,
    OF_ADVICE,
    OPEN,
    TASKS,
)  # fmt: skip
from deploy.oracle.records import SAYS_NOTHING, Said
from deploy.oracle.rows import Row, agency_of
from deploy.oracle.sentence import Sentence
from deploy.oracle.waits import Waits


@dataclass
class Walk:
    """A case's hand-offs and tasks as far as it was walked."""

    law: CaseLaw
    handoffs: dict[str, Row] = field(default_factory=dict[str, Row])
    tasks: dict[str, Row] = field(default_factory=dict[str, Row])
    closed: bool = False
    paused: bool = False
    lead: str = ""
    """Who leads, as far as it was walked."""
    waits: Waits = field(default_factory=Waits)

    def __post_init__(self) -> None:
        """It begins with who leads at the opening."""
        self.lead = self.law.opening.facts["lead"]

    def forbids(self, said: Said) -> str:
        """Why this record cannot count here; "" where nothing that the oracle knows stands against it."""
        f, lead = said.facts, f"referral.{self.lead}"
        if said.agency not in self.law.before(said.place):
            return Sentence("its author was not in the case")
        if self.closed and said.type not in IN_A_CLOSED_CASE:
            return Sentence("the case is closed")
        if said.type in BY_LEAD and said.author != lead:
            return Sentence("only the lead may say it")
        if names_a_lead(said):
            return leads.forbids_change(said, self.handoffs.values(), self.law.before(said.place), self._case())
        if said.type == "basis.changed.v1" and (f["basis"] == "consultation" or not self.of_2):
            return Sentence("no case goes on that basis, or it is of protocol 1")
        if said.type in ("clock.paused.v1", "delay.explained.v1") and (why := self._forbids_word(said)):
            return why
        if said.type in SAYS_NOTHING and (f or not self.of_2):
            return Sentence("its core says something, or the case is of protocol 1")
        if said.type == "case.reopened.v1" and not (self.closed and self.of_2):
            return Sentence("the case is not closed, or is of protocol 1")
        if said.type == "case.closed.v1" and self.of_2 and (unanswered := self._unanswered(f)):
            return Sentence("%(what)s is open and has no answer", what=unanswered)
        if said.type in MOVES or said.type in CLOCKS:
            return self._forbids_move(said, self.handoffs.get(f.get("handoff", "")), lead)
        if said.type in TASKS:
            task = self.tasks.get(f.get("task", ""))
            dropping = said.type == "task.dropped.v1" and said.author == lead
            if task is None or task["state"] not in TASKS[said.type][0] or (not _speaks(said, task["owner"], lead) and not dropping):
                return Sentence("the task's state or owner does not allow it")
        if said.type == "handoff.requested.v1" and self.of_2 and ("question" in f) is not (f.get("kind") == "consultation"):
            return Sentence("a consultation has a question, and nothing else has")
        if said.type == "handoff.requested.v1":
            taken = Sentence("the hand-off is there already") if f.get("handoff") in self.handoffs else ""
            return taken or leads.forbids_request(said, self.handoffs.values(), self._case())
        return ""

    def _case(self) -> Row:
        """What the rules of handing over look at beside the hand-offs."""
        state = {"lead": self.lead, "of_2": self.of_2, "closed": self.closed, "paused": self.paused}
        return state | {"side": self._side, "opener": self.law.opening.author}

    @property
    def _side(self) -> bool:
        return self.law.opening.author == f"referral.{self.law.opening.facts['lead']}"

    def _forbids_word(self, said: Said) -> str:
        """Why nobody may pause a clock so, or say of this that it waits."""
        f = said.facts
        if not self.of_2:
            return Sentence("the case is of protocol 1")
        if said.type == "clock.paused.v1":
            within = said.at <= f["until"] <= said.at + 366 * 86_400_000
            return (
                ""
                if within and self.law.opening.facts["urgency"] != "danger"
                else Sentence("no clock may stand still so long, or in danger")
            )
        about = [name for name in ("handoff", "task", "clock") if f.get(name) is not None]
        if len(about) != 1:
            return Sentence("it is about one thing")
        mover = self._mover(about[0], f[about[0]], self.law.before(said.place))
        return "" if mover and _speaks(said, mover, f"referral.{self.lead}") else Sentence("its author is not the one who must move")

    def _mover(self, about: str, id: str, there: Collection[str]) -> str:
        """Who must move in a hand-off, a task or a clock, of those who are in the case; "" where nobody must."""
        if about == "clock":
            return self.lead
        if about == "task":
            task = self.tasks.get(id)
            return task["owner"] if task and task["state"] in OPEN else ""
        h = self.handoffs.get(id)
        if h is None:
            return ""
        without = h["state"] in BACK or (h["state"] == "completed" and h["outcome"] == "not_possible" and not h["advice"])
        transfer = h["kind"] == leads.TRANSFER
        if h["state"] in ("info_requested", "offered") or (without and not h["given_up"] and not transfer):
            return self._asker(h, there)
        if transfer and h["state"] in HELD and h["to"] != self.lead:
            return self.lead
        return h["to"] if h["state"] in (*ASKED, *HELD) else ""

    @property
    def of_2(self) -> bool:
        """Whether the case is of protocol 2. Under 1 beginning a task is an action, and so is ending one however it ended."""
        return self.law.opening.facts.get("protocol") == 2

    def _unanswered(self, f: Row) -> str:
        """What is open of agencies other than the lead, and is not among the answers of a closing; "" where nothing is."""
        told, lead = {h["handoff"] for h in f.get("handoffs", ())}, self.lead
        waits = {h["id"] for h in self.handoffs.values() if h["state"] in (*ASKED, *HELD) and h["to"] != lead and not h["advice"]}
        told_tasks = {t["task"] for t in f.get("tasks", ())}
        works = {id for id, t in self.tasks.items() if t["state"] in OPEN and t["owner"] != lead and t["handoff"] not in waits}
        return next(iter(sorted((waits - told) | (works - told_tasks))), "")

    def _forbids_move(self, said: Said, handoff: Row | None, lead: str) -> str:
        if handoff is None:
            return Sentence("there is no such hand-off")
        if self._gives_up(said, handoff):
            return "" if said.agency in self._asks(said, handoff) else Sentence("only the requester may say it")
        desk = handoff["kind"] != leads.TRANSFER or said.author == f"referral.{handoff['to']}"
        if said.type in BY_ADDRESSEE and (not desk or not _speaks(said, handoff["to"], lead) or said.author.startswith("intake.")):
            return Sentence("only the asked agency may say it")
        if (
            (said.type in BY_GIVER or said.type in CLOCKS)
            and said.agency not in self._asks(said, handoff)
            and not self._undelivered(said, handoff)
            and (said.type in BY_GIVER or said.author != lead)
        ):
            return Sentence("only the requester may say it")
        if said.type in CLOCKS and said.at < (handoff["answer_by"] if "overdue" in said.type else answers.lapses(handoff)):
            return Sentence("the deadline had not passed")
        if handoff["advice"] if said.type not in OF_ADVICE else (said.type == "handoff.advised.v1" and not handoff["advice"]):
            return Sentence("advice is asked for and given, nothing else")
        if why := leads.forbids_answer(said, handoff, self.lead):
            return why
        if said.type in answers.MOVES and (why := self._forbids_answer(said, handoff)):
            return why
        if handoff["state"] not in (answers.UNANSWERED if said.type == "handoff.overdue.v1" else MOVES[said.type][0]):
            return Sentence("the hand-off is %(state)s", state=handoff["state"])
        return Sentence("it is overdue already") if said.type == "handoff.overdue.v1" and handoff["overdue"] else ""

    def _forbids_answer(self, said: Said, handoff: Row) -> str:
        if not self.of_2:
            return Sentence("the case is of protocol 1")
        opened = self.law.opening
        basis = self.based[0] if self.based else opened.facts["basis"]
        case = {"urgency": opened.facts["urgency"], "basis": basis, "side": self._side}
        return answers.forbids(said, handoff, set(self.handoffs), case)

    def _undelivered(self, said: Said, handoff: Row) -> bool:
        """Under protocol 2 the lead ends what was asked of who is not in the case; it comes back."""
        lead_says = said.type == "handoff.revoked.v1" and said.author == f"referral.{self.lead}"
        return lead_says and self.of_2 and handoff["to"] not in self.law.before(said.place)

    def _by_former(self, handoff: Row) -> bool:
        return leads.by_former(handoff, self.lead, self.handoffs.values())

    def _asker(self, handoff: Row, there: Collection[str]) -> str:
        """Who speaks for the requester: itself; under protocol 2 the lead's agency, once that has left, or leads no more."""
        gone = handoff["giver"] not in there or handoff["state"] == "called" or self._by_former(handoff)
        return self.lead if self.of_2 and gone else handoff["giver"]

    def _asks(self, said: Said, handoff: Row) -> tuple[str, ...]:
        """Who may say what a requester says; of a deadline, whoever asked."""
        own = () if self.of_2 and self._by_former(handoff) else (handoff["giver"],)
        return own if said.type in CLOCKS else (*own, self._asker(handoff, self.law.before(said.place)))

    def _gives_up(self, said: Said, handoff: Row) -> bool:
        """Under protocol 2 who asked says once, of a request that ended without help, that nothing more is asked for."""
        helped = handoff["advice"] or handoff["outcome"] in ("done", "partly")
        ended = handoff["state"] in BACK or (handoff["state"] == "completed" and not helped)
        open_still = ended and not handoff["given_up"] and handoff["kind"] != leads.TRANSFER
        return said.type == "handoff.revoked.v1" and self.of_2 and open_still

    def count(self, said: Said) -> None:
        """This record counted: what it does."""
        f = said.facts
        if said.type in MOVES and self._gives_up(said, self.handoffs[f["handoff"]]):
            self.handoffs[f["handoff"]]["given_up"] = True
        elif said.type in MOVES:
            back = self._undelivered(said, self.handoffs[f["handoff"]])
            answers.resumes(said, self.handoffs[f["handoff"]])
            self._move(f, "returned" if back else MOVES[said.type][1])
            if said.type in answers.MOVES and (made := answers.count(said, self.handoffs[f["handoff"]])):
                self._made(said, self.handoffs[f["handoff"]], made)
        elif said.type in TASKS:
            self._task(f, TASKS[said.type][1])
        elif said.type in ENTERS:
            ENTERS[said.type](self, said)
        there = self.law.after(said.place)
        self.waits.count(said, lambda about, id: self._mover(about, id, there))

    def _move(self, f: Row, state: str) -> None:
        handoff = self.handoffs[f["handoff"]]
        handoff["state"], handoff["acted"] = state, handoff["acted"] or state == "acting"
        handoff["taken"] = handoff["taken"] or state == "accepted"
        handoff["outcome"] = f.get("outcome", "") if state == "completed" else handoff["outcome"]
        handoff["code"] = f.get("code", "") if state in ("declined", "returned", "forwarded") else handoff["code"]

    def _made(self, said: Said, before: Row, made: Row) -> None:
        """One hand-off more, which came of another, with as much time as that had, without what an offer stood."""
        times = {name: said.at + before[name] - before["asked_at"] - before["stood"] for name in ("answer_by", "lapse_at")}
        enough = made["state"] == "requested" and not self.joint and self._bounces(made["need"]) >= self._most
        fresh = {
            "acted": False, "code": "", "outcome": "", "given_up": False, "advice": False, "overdue": False, "offer": None,
            "kind": before["kind"], "stood": 0,
        }  # fmt: skip
        state = "called" if enough else made["state"]
        self.handoffs[made["id"]] = {
            **fresh,
            **made,
            **times,
            "by": said.author,
            "asked_at": said.at,
            "taken": state == "accepted",
            "state": state,
        }

    @property
    def _most(self) -> int:
        """After how many bounces of a need one more request for it is a call."""
        return self.law.opening.facts.get("pingpong", 3) - 1

    def _task(self, f: Row, state: str) -> None:
        task = self.tasks[f["task"]]
        task["state"], task["begun"] = state, task["begun"] or state != "dropped"
        handoff = self.handoffs.get(task["handoff"] or "")
        if handoff is None or handoff["state"] not in HELD:
            return
        done = state == "completed" and f.get("outcome", "done") != "not_possible"
        if done or (not self.of_2 and state != "dropped"):
            handoff["state"], handoff["acted"] = "acting", True
        carried = [t["state"] for t in self.tasks.values() if t["handoff"] == handoff["id"]]
        if "completed" in carried and not any(s in OPEN for s in carried):
            handoff["state"] = "completed"

    def _report(self, said: Said) -> None:
        f = said.facts
        self._ask(said, f.get("to") or f["lead"], f.get("need", "identification"), "requested")

    def _request(self, said: Said) -> None:
        f = said.facts
        counts = f.get("kind", "referral") not in ("joint_task", "consultation", leads.TRANSFER) and not self.joint
        enough = counts and self._bounces(f["need"]) >= self._most
        self._ask(said, f["to"], f["need"], "called" if enough else "requested")

    def _ask(self, said: Said, to: str, need: str, state: str) -> None:
        f = said.facts
        self.handoffs[f["handoff"]] = {
            "id": f["handoff"], "by": said.author,
            "giver": said.agency, "to": to, "need": need, "state": state, "acted": False, "taken": False,
            "code": "", "outcome": "",
            "given_up": False, "advice": self.of_2 and f.get("kind") == "consultation",
            "overdue": False, "answer_by": f["answer_by"], "lapse_at": f["lapse_at"], "asked_at": said.at, "offer": None,
            "kind": f.get("kind", "referral"), "stood": 0,
        }  # fmt: skip

    def _bounces(self, need: str) -> int:
        run, last, each = 0, "", not self.of_2
        for h in (h for h in self.handoffs.values() if h["need"] == need and not h["advice"] and h["kind"] != leads.TRANSFER):
            left = (h["state"] == "returned" and not h["code"]) or answers.answered_otherwise(h)
            back = h["state"] in (*BACK, "forwarded") and h["code"] != "C14" and not left
            if h["acted"]:
                run, last = 0, ""
            elif back:
                run, last = run + (each or h["to"] != last), h["to"]
        return run

    based: tuple[str, list[str]] | None = None
    """Basis and needs that the lead named last; None: the opening's."""

    def _based(self, said: Said) -> None:
        self.based = said.facts["basis"], list(said.facts["needs"])

    joint: bool = False
    """Whether a joint action is called or under way."""

    def _call(self, said: Said) -> None:
        self.joint = True

    def _start(self, said: Said) -> None:
        self.joint = True
        for planned in said.facts["tasks"]:
            self._plan(planned)

    def _end_joint(self, said: Said) -> None:
        self.joint = False

    def _planned(self, said: Said) -> None:
        self._plan(said.facts["planned"])

    def _plan(self, planned: Row) -> None:
        self.tasks[planned["task"]] = {"owner": planned["owner"], "handoff": planned.get("handoff"), "state": "planned", "begun": False}

    def _overdue(self, said: Said) -> None:
        self.handoffs[said.facts["handoff"]]["overdue"] = True

    def _roster(self, said: Said) -> None:
        there = {m["agency"] for m in said.facts["members"]}
        said_paused = said.facts.get("paused")
        self.paused = self.paused if said_paused is None else said_paused
        if names_a_lead(said):
            leads.passes(self.handoffs.values(), self.lead)
            self.lead = said.facts["lead"]
        for h in self.handoffs.values():
            if h["to"] in self.law.before(said.place) and h["to"] not in there and h["state"] in (*ASKED, *HELD):
                h["state"] = "returned"
        for t in self.tasks.values():
            if t["owner"] in self.law.before(said.place) and t["owner"] not in there and t["state"] in OPEN:
                t["state"] = "dropped"

    def _decide(self, said: Said) -> None:
        for h in self.handoffs.values():
            if self.of_2 and h["need"] == "identification" and h["to"] == self.lead and h["state"] in HELD:
                h["state"], h["acted"] = "acting", True

    def _close(self, said: Said) -> None:
        self.closed = True
        if not self.of_2:
            for h in self.handoffs.values():
                h["state"] = "revoked" if h["state"] in ASKED else h["state"]
            return
        told = {h["handoff"]: h["ending"] for h in said.facts.get("handoffs", ())}
        told_tasks = {t["task"]: t["ending"] for t in said.facts.get("tasks", ())}
        for id, t in self.tasks.items():
            if t["state"] in OPEN:
                t["state"], t["ending"] = "ended", told_tasks.get(id) or told.get(t["handoff"] or "")
        for h in self.handoffs.values():
            if h["state"] in (*ASKED, *HELD):
                h["state"], h["ending"] = "ended", told.get(h["id"])

    def _reopen(self, said: Said) -> None:
        """What was taken on, and ended unfinished by the closing, is its agency's again; what nobody had answered is not."""
        self.closed, there = False, self.law.before(said.place)
        for h in self.handoffs.values():
            again = h["kind"] != leads.TRANSFER or h["to"] == self.lead
            if h["state"] == "ended" and h["taken"] and h["ending"] != "done" and h["to"] in there and again:
                h["state"] = "acting" if h["acted"] else "accepted"
        for t in self.tasks.values():
            if t["state"] == "ended" and t["ending"] != "done" and t["owner"] in there:
                t["state"] = "begun" if t["begun"] else "planned"

    def differs(self, picture: dict[str, Any]) -> list[str]:
        """What a picture says otherwise: members, hand-offs, tasks."""
        members = {m["agency"]: m for m in picture["members"]}
        states = {h["id"]: (h["state"], h["giver"], h["to"], h["overdue"]) for h in picture["handoffs"].values()}
        walked = {id: (h["state"], h["giver"], h["to"], h["overdue"]) for id, h in self.handoffs.items()}
        tasks = {t["id"]: (t["state"], t["owner"]) for t in picture["tasks"].values()}
        opened = self.law.opening.facts
        said = {
            "version": picture["version"] == len(self.law.versions), "members": members == self.law.now,
            "handoffs": states == walked, "tasks": tasks == {id: (t["state"], t["owner"]) for id, t in self.tasks.items()},
            "settled": list(picture["settled"]) == list(self.law.settled), "closed_at": (picture["closed_at"] is not None) == self.closed,
            "opened_by": agency_of(picture["opened_by"]) == self.law.opening.agency and picture["lead"] == self.law.lead == self.lead,
            "basis": (picture["basis"], picture["needs"]) == (self.based or (opened["basis"], list(opened.get("needs", ())))),
        }  # fmt: skip
        return [name for name, same in said.items() if not same] + self.waits.differs(picture)


ENTERS: dict[str, Callable[[Walk, Said], None]] = {
    "case.reported.v1": Walk._report, "handoff.requested.v1": Walk._request, "handoff.overdue.v1": Walk._overdue,  # pyright: ignore
    "joint-action.called.v1": Walk._call, "joint-action.started.v1": Walk._start, "joint-action.completed.v1": Walk._end_joint,  # pyright: ignore
    "task.planned.v1": Walk._planned, "roster.set.v1": Walk._roster, "case.closed.v1": Walk._close,  # pyright: ignore
    "status.decided.v1": Walk._decide,  # pyright: ignore
    "basis.changed.v1": Walk._based,  # pyright: ignore
    "case.reopened.v1": Walk._reopen,  # pyright: ignore
}  # fmt: skip


def _speaks(said: Said, agency: str, lead: str) -> bool:
    """Whether the author may act for an agency: its own, or for one that is named by its kind alone the lead."""
    return said.author == lead if agency.startswith("confidential:") else said.agency == agency
