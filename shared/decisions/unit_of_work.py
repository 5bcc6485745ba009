"""One transaction's work: what it reads of cases, what it has to write, and what the instance may know once it is committed."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Row
from sqlmodel import Session

from shared.config.clock import wall
from shared.decisions import jobs
from shared.decisions.audit import AuditLine
from shared.decisions.notices import tell
from shared.decisions.send_queue import hands_over, overtaken, overtakes, restated
from shared.decisions.state import State
from shared.decisions.work_list import duties
from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.clocks import clocks
from shared.protocol.core import decision_key
from shared.protocol.fold import fold
from shared.protocol.following import View
from shared.records.codec import Decided, Sections, to_json
from shared.store import at_rest, chain, statements
from shared.store.database import insert, insert_new, upsert
from shared.store.outbox import StatisticBatch
from shared.store.tables import CaseView, Duty, Journal, Outbox, Parked, Span, Statistic
from shared.store.view_cache import dump_view, load_view

T = TypeVar("T")


class Transact(Protocol):
    """Runs a job in one transaction of the instance, in its writer thread, and gives what the job gives."""

    def __call__(self, job: "Callable[[UnitOfWork], T]", /) -> T:
        """Do it now."""
        ...


@dataclass(frozen=True, slots=True)
class Authored:
    """A decision of this instance, and the officer who made it; empty where it follows by itself."""

    decided: Decided
    officer: str


@dataclass(frozen=True, slots=True)
class StaleEcho:
    """An own decision that came back from the log and does not count there, because a roster went before it: it goes again."""

    case: str
    key: str


@dataclass
class UnitOfWork:
    """Collects rows and writes them in bulk. Nothing outside the transaction changes before the commit."""

    instance: State
    session: Session
    fills: bool = False
    """Only the writer thread may fill the cache: a reader could put back what has changed meanwhile."""
    views: dict[str, View] = field(default_factory=dict[str, View])
    said: list[Authored] = field(default_factory=list[Authored])
    spoken: dict[str, list[Decided]] = field(default_factory=dict[str, list[Decided]])
    """The same decisions by case: polls and imports say thousands in one transaction."""
    written: list[Authored] = field(default_factory=list[Authored])
    """What was said, and is written already behind a savepoint."""
    restated: list[Decided] = field(default_factory=list[Decided])
    """Waiting rosters, changed to contain what a later one does, which goes before them."""
    revived: list[Decided] = field(default_factory=list[Decided])
    """Own decisions of a former log that go once more, before what was decided later; written already."""
    echoes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """case → own keys that are settled on the log, with the verdict"""
    stale: list[StaleEcho] = field(default_factory=list[StaleEcho])
    left: set[str] = field(default_factory=set[str])
    """Cases that this instance left, whether or not it has come back since."""
    ended: set[str] = field(default_factory=set[str])
    """Those of them whose waiting rows have ended behind a savepoint already: what was said after coming back waits."""
    removed: set[str] = field(default_factory=set[str])
    """Keys of decisions that this transaction made before it left their case."""
    journal: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    journal_of: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """The same by case."""
    remarked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    statistics: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    spans: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    parked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    freed: set[str] = field(default_factory=set[str])
    """Cases whose parked records have all been applied now."""
    batched: tuple[int, list[StatisticBatch]] | None = None
    """The fixed time at which this transaction looks for batches, and those that it finds."""
    audits: list[AuditLine] = field(default_factory=list[AuditLine])
    known: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    """Decision key → its case, None where it was never made; as far as it was looked up for many at once."""
    receipts: dict[str, Row[Any] | None] = field(default_factory=dict[str, "Row[Any] | None"])
    """Form → its receipt, None where it recorded nothing; as far as it was looked up for many at once."""
    telling: set[str] = field(default_factory=set[str])
    """Cases of which this poll will probably ask what was disclosed of the person: those whose roster changes."""
    told: dict[str, list[Sections]] = field(default_factory=dict[str, list[Sections]])
    """Case → what the database has of that, as far as it was asked: for all of `telling` at once."""
    shown: dict[str, Case | None] = field(default_factory=dict[str, Case | None])
    """The picture of each changed case before this transaction."""

    @property
    def parked_cases(self) -> set[str]:
        """The cases that have a parked record, as this transaction has it."""
        return (self.instance.parked - self.freed) | {row["case"] for row in self.parked}

    def view(self, case: str) -> View:
        """The view of a case, as this transaction has it."""
        known = self.views.get(case) or self.instance.cache.get(case)
        if known is None:
            text = self.session.connection().execute(statements.VIEW, {"case": case}).scalar()
            known = load_view(text) if text else View()
            if self.fills:
                self.instance.cache.put(case, known)
        return known

    def load(self, cases: set[str]) -> None:
        """Bring the views of many cases at once."""
        missing = sorted(c for c in cases if c not in self.views and c not in self.instance.cache)
        rows: Any = statements.VIEWS(self.session.connection(), missing) if missing else ()
        for case, text in rows:
            self.instance.cache.put(case, load_view(text))
        for case in missing:
            if case not in self.instance.cache:
                self.instance.cache.put(case, View())

    def see(self, case: str, view: View) -> None:
        """Note the new view of a case."""
        self.shown.setdefault(case, self.view(case).case)
        self.views[case] = view
        if view.left:
            self.left.add(case)
            self.ended.discard(case)
            ours = {one.decided.key for one in (*self.written, *self.said) if one.decided.case == case}
            self.removed |= ours - self.echoes.get(case, {}).keys()

    def pending(self, case: str) -> list[Decided]:
        """Own decisions that are not on the log yet, in order."""
        settled = self.echoes.get(case, {})
        rows = [] if case in self.left else self.instance.outgoing.of(case)
        revived = [d for d in self.revived if d.case == case]
        earlier = (one.decided for one in self.written if one.decided.case == case)
        return [r for r in (*revived, *rows, *earlier, *self.spoken.get(case, ())) if r.key not in settled and r.key not in self.removed]

    def picture(self, case: str, *, as_lead: bool = False) -> Case | None:
        """The picture plus this instance's own decisions that are not on the log yet. `as_lead`: up to that by which it hands the lead
        over, for what the lead must say before."""
        view = self.view(case)
        if view.since is not None:
            return None  # the lead's checkpoint will say what of ours still stands
        picture = view.case if view.member else None
        for row in self.pending(case):
            if as_lead and hands_over(row):
                break
            picture = fold(picture, row.core(self.instance.me, picture)).case
        return picture

    def known_key(self, key: str) -> str | None:
        """The case of a decision that this instance has made already, here or as the log tells."""
        here = next((one.decided.case for one in self.written if one.decided.key == key), None) or self.known.get(key)
        if here is None and key not in self.known:
            here = self.session.connection().execute(statements.DECIDED, {"key": key}).scalar()
        return here

    def receipt(self, form: str) -> Row[Any] | None:
        """What was recorded under this form (a row of `FormReceipt`); None where nothing was."""
        if form in self.receipts:
            return self.receipts[form]
        return statements.RECEIPTS(self.session.connection(), [form]).first()

    def foresee(self, forms: set[str], keys: set[str], cases: set[str]) -> None:
        """Look up at once what many decisions would each look up: whether they are made already, and the pictures of their cases."""
        known = statements.RECEIPTS(self.session.connection(), list(forms))
        self.receipts |= dict.fromkeys(forms) | {row.form: row for row in known}
        self.load(cases)
        self.known |= dict.fromkeys(keys)
        found = self.session.connection().execute(statements.DECIDED_MANY, {"keys": list(keys)})
        self.known |= {key: case for key, case in found}

    def write_down(self, row: dict[str, Any]) -> None:
        """A row for the journal; its body is still the sections as they are read."""
        self.journal[row["event"]] = row
        self.journal_of.setdefault(row["case"], []).append(row)

    def say(self, decided: Decided, officer: str = "") -> None:
        """Put a decision into the outbox."""
        keys = self.instance.keystore
        if keys:
            decided = decided.without(keys.gone(decided.case))
        if overtakes(decided):
            self.restated += [overtaken(row, decided) for row in self.pending(decided.case) if restated(row)]
        self.said.append(Authored(decided, officer))
        self.spoken.setdefault(decided.case, []).append(decided)
        self.known[decided.key] = decided.case

    def count(self, key: str, record: dict[str, Any], case: str, *, personal: bool = False) -> None:
        """Author a statistical record: from its id nobody learns which decision it counts, and the same decision gives the same id.

        `personal`: it repeats something of the case's person, and lies in the table closed under the case's key.
        """
        name = self.derived(key).hex()[:32]
        row = {"record": name, "body": to_json({"id": name, **record}), "done": False, "case": case, "batch": ""}
        self.statistics.append({**row, "of": case if personal else ""})

    def derived(self, words: str) -> bytes:
        """32 bytes that nobody else can guess, and that these words give again here: what ids of this instance are made of."""
        return hmac.new(self.instance.secret, words.encode(), hashlib.sha256).digest()

    def key(self, cause: str, ordinal: int) -> str:
        """The key of the n-th decision that follows from this cause here."""
        return decision_key(self.instance.me, cause, ordinal)

    def flush(self) -> None:
        """Write all rows, in bulk."""
        connection = self.session.connection()
        keys = self.instance.keystore
        insert(connection, Journal, [at_rest.journal_row(keys, row) for row in self.journal.values()])
        for verdict, events in _by_verdict((row["e"], row["v"]) for row in self.remarked).items():
            statements.REMARK(connection, events, v=verdict)
        self._flush_pictures()
        self._flush_outbox()
        changed = {*self.views, *self.spoken, *self.echoes, *(d.case for d in self.revived)}
        by_officers = {one.decided.case for one in (*self.written, *self.said) if one.officer}
        self.list_jobs(changed, ours=by_officers - self.views.keys())
        insert_new(connection, Statistic, [at_rest.statistic_row(keys, row) for row in self.statistics])
        insert_new(connection, Span, self.spans)
        insert_new(connection, Parked, [at_rest.parked_row(keys, row) for row in self.parked])
        chain.append(connection, [asdict(line) for line in self.audits])

    def _flush_pictures(self) -> None:
        now, me = self.instance.clock.now()[0], self.instance.me
        pictures: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        for case, view in self.views.items():
            picture = None if view.left else view.case
            watched = clocks(picture, me) if picture and view.member else ()
            pictures.append({
                "case": case, "view": dump_view(view), "opened_at": view.case.opened_at if view.case else now, "changed_at": now,
                "clock_at": min((c.at for c in watched), default=None), "joint": bool(picture and picture.joint),
                "closed": bool(picture is None or picture.closed_at), "awaits": view.since is not None,
                "lead": view.case.lead if view.case else "",
            })  # fmt: skip
            rows += duties(self.shown.get(case), view.case, now, left=view.left)
        connection = self.session.connection()
        upsert(connection, CaseView, pictures, ("case",))
        upsert(connection, Duty, rows, ("case", "id"), keep=("applied_at",))

    def list_jobs(self, cases: Collection[str], ours: Collection[str] = ()) -> None:
        """Bring the jobs of these cases in step with what lists show of them; in `ours` an officer here has just decided something."""
        now, told = self.instance.clock.now()[0], {case: self._listed(case) for case in cases}
        connection = self.session.connection()
        news = jobs.keep_in_step(connection, told, self.instance.country.moves_in, now, ours, self.instance.tells)
        tell(connection, [row for row in news if row["who"] == self.agency and self.instance.tells(row)], now)

    def _listed(self, case: str) -> Case | None:
        """A case as lists show it: with own decisions that wait; None once we have left it."""
        view = self.view(case)
        if view.since is not None:
            return view.case
        return None if view.left or (view.case is not None and not view.member) else self.picture(case)

    def _flush_outbox(self) -> None:
        """What came back has ended with its verdict; what waited in a case that was left, with leaving; what is said since then waits."""
        connection = self.session.connection()
        if gone := sorted(self.left - self.ended):
            back = [key for case in gone for key in self.echoes.get(case, ())]
            connection.execute(statements.REMOVED, {"cases": gone, "back": back})
        insert(connection, Outbox, [self._outbox_row(one) for one in self.said])
        if self.restated:
            connection.execute(statements.RESTATE, [{"k": row.key, "p": self._closed(row)} for row in self.restated])
        for verdict, keys in _by_verdict(pair for echoed in self.echoes.values() for pair in echoed.items()).items():
            statements.DONE(connection, keys, v=verdict)

    def echo(self, case: str, key: str, verdict: Verdict) -> None:
        """An own decision has come back."""
        if verdict is Verdict.STALE:
            self.stale.append(StaleEcho(case, key))
        else:
            self.echoes.setdefault(case, {}).setdefault(key, verdict.value)

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return agency_of(self.instance.me)

    def _outbox_row(self, one: Authored) -> dict[str, Any]:
        decided = one.decided
        return {
            "key": decided.key, "case": decided.case, "type": decided.type, "cause": decided.cause, "ordinal": decided.ordinal,
            "at": decided.at, "decided_at": wall(), "simulated": decided.simulated, "officer": one.officer, "turn": decided.turn.value,
            "parts": self._closed(decided), "state": "removed" if decided.key in self.removed else "waiting", "verdict": None,
        }  # fmt: skip

    def _closed(self, decided: Decided) -> str:
        return at_rest.closed(self.instance.keystore, at_rest.OUTBOX, decided.key, decided.case, decided.parts)


def _by_verdict(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The same in few statements: a verdict and all that have it."""
    found: dict[str, list[str]] = {}
    for id, verdict in pairs:
        found.setdefault(verdict, []).append(id)
    return found
