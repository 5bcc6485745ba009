"""What a case adds to the measures of hand-offs: what was agreed to waits for no answer, and what cannot be known is not said."""

from collections import Counter
from typing import Any

from services.reporting.rules.gate.releases import release
from services.reporting.rules.gate.table_gate import Moment, protect
from services.reporting.rules.latency.timings import end_of
from services.reporting.rules.tables.catalogue import BY_ID, added
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.figures import RELEASED
from services.reporting.rules.tables.table_cases import counted_case
from services.reporting.rules.tables.table_rows import rows
from shared.config.calendar import HOUR
from shared.config.country_tables import Publication
from shared.protocol.statistics import Counted, shaped

WHOM = {"simulated": False, "month": "2026-05", "giver": "rs-lead", "receiver": "rs-ngo", "need": "legal"}
CASE = "c" * 32


def stage(name: str, ms: int = 0, **said: Any) -> Counted:
    whole = {"kind": "stage", "stage": name, "ms": ms, "since": ms, "machine": False, "outcome": "requested", "late": False, "case": CASE}
    return shaped("stage", {**whole, **WHOM, **said})


def ended(outcome: str, **said: Any) -> Counted:
    whole = {"kind": "handoff", "outcome": outcome, "late": False, "bounced": False, "ended": 9 * HOUR, "case": CASE}
    return shaped("handoff", {**whole, **WHOM, **said})


PERSON = shaped("referral", {
    "kind": "referral", "simulated": False, "case": CASE, "quarter": "2026-Q2", "month": "2026-05", "basis": "consent", "nationality": "",
    "first_responder": "x", "first_responder_type": "ngo", "exploitation_type": "SEX", "age_at_exploitation": "child", "gender": "male",
})  # fmt: skip


def course(*said: Counted) -> Course:
    return Course(tuple(KeptFact(f"{n}", one, "2026-05") for n, one in enumerate(said)))


def of(id: str, *said: Counted) -> list[tuple[tuple[str, ...], int]]:
    """What a case adds to a table: values without their period."""
    return sorted((values, n) for (table, _, values), n in added(course(*said)).items() if table == id)


def kinds(id: str, *said: Counted) -> dict[str, int]:
    """How many came, waited until their end, are open."""
    found: dict[str, int] = {}
    for values, n in of(id, *said):
        found[values[1]] = found.get(values[1], 0) + n
    return found


BORN = stage("requested", outcome="accepted")
"""What was agreed to in the place of something else: held from its first moment."""


def test_what_was_agreed_to_waits_for_no_answer_and_for_what_is_done() -> None:
    assert [kinds(id, BORN) for id in ("M1", "M2", "M3")] == [{}, {}, {"open": 1}]
    assert [of(id, BORN) for id in ("M4", "M14")] == [[], []], "no clock ran"
    done = stage("first_action", 3 * HOUR, outcome="acting"), ended("completed", accepted=0, acted=3 * HOUR)
    assert [kinds(id, BORN, *done) for id in ("M1", "M2", "M3")] == [{}, {}, {"ended": 1}]


def test_beside_it_a_request_that_is_alike_waits() -> None:
    asked, answered = stage("requested"), stage("answered", HOUR, outcome="accepted")
    assert [kinds(id, BORN, asked) for id in ("M1", "M2", "M3")] == [{"open": 1}, {"open": 1}, {"open": 2}]
    assert kinds("M2", BORN, asked, answered) == {"ended": 1}


def test_guardianship_that_was_agreed_to_is_taken_on() -> None:
    born = stage("requested", outcome="accepted", need="guardianship")
    assert of("T14", PERSON, born) == [(("yes",), 1)]
    assert of("T14", PERSON, stage("requested", need="guardianship")) == [(("no",), 1)]


def test_a_span_of_no_length_tells_of_nobody_s_time_to_answer() -> None:
    assert end_of("answered", "accepted", late=False, ms=1) is None
    assert end_of("answered", "accepted", late=False, ms=HOUR)


def test_of_hand_offs_of_a_former_release_nobody_knows_whether_they_are_open_or_late() -> None:
    before = stage("requested", since=None)
    assert [of(id, before) for id in ("M1", "M2", "M3", "M4", "M14")] == [[], [], [], [], []]
    answered = stage("answered", HOUR, since=None, outcome="accepted")
    assert kinds("M2", before, answered) == {"ended": 1}, "what has ended has"
    assert kinds("M2", before, answered, stage("requested")) == {"ended": 1, "open": 1}, "and is no other's answer"


def test_a_record_whose_case_nobody_knows_says_no_more_than_it_can_know() -> None:
    unknown = {"case": ""}
    asked = stage("requested", **unknown)
    assert [of(id, asked) for id in ("M1", "M2", "M3", "M4", "M14")] == [[], [], [], [], []]
    person = PERSON.model_copy(update=unknown)
    assert [of(id, person) for id in ("T1", "T9", "T14", "M9", "M11", "M12", "M18")] == [[]] * 7
    assert of("T2", person) == [(("male", "child"), 1)], "what it says itself is counted"
    action = {**WHOM, **unknown, "kind": "action", "action": "interview_held", "agency": "rs-ngo", "ms": 1}
    assert [of(id, shaped("action", action)) for id in ("T11", "T12")] == [[], []], "whether it is the first"
    assert kinds("M2", stage("answered", HOUR, outcome="accepted", **unknown)) == {"ended": 1}


def test_a_hand_off_that_a_closing_ended_and_that_went_on_is_one() -> None:
    held = {"accepted": HOUR, "seen": HOUR}
    closed, last = ended("ended", **held), ended("completed", **held, acted=20 * HOUR).model_copy(update={"ended": 30 * HOUR})
    assert of("T16", closed, last) == [(("legal", "completed"), 1)]
    assert of("T16", closed) == [(("legal", "ended"), 1)]
    other = last.model_copy(update={"accepted": 2 * HOUR})
    assert of("T16", closed, other) == [(("legal", "completed"), 1), (("legal", "ended"), 1)], "another that is alike"
    unanswered = ended("ended"), ended("ended")
    assert of("T16", *unanswered) == [(("legal", "ended"), 2)], "nobody took these on, so none went on"
    twice = closed, closed.model_copy(update={"ended": 12 * HOUR}), last
    assert of("T16", *twice) == [(("legal", "completed"), 1)], "closed, reopened and closed again"
    assert of("T16", closed, ended("ended", **held)) == [(("legal", "ended"), 2)], "two that ended with one closing"
    both = closed, ended("ended", **held), last
    assert of("T16", *both) == [(("legal", "completed"), 1), (("legal", "ended"), 1)], "one of them went on"


def test_a_lapsed_offer_is_not_that_nobody_answered() -> None:
    lapsed, silent = ended("expired", bounced=False), ended("expired", bounced=True, run=1)
    assert of("M5", lapsed, silent) == [(("legal", "no"), 1), (("legal", "yes"), 1)]
    assert of("M6", lapsed, silent) == [(("rs-ngo", "expired"), 1)], "the agency had answered"


def in_days(n: int, *said: dict[str, Any]) -> list[Course]:
    """So many cases with such records beside the report."""
    return [course(PERSON, *(shaped(str(one["kind"]), {"case": CASE, "simulated": False, "month": "2026-06", **one}) for one in said))] * n


def test_of_a_quarter_in_which_some_ended_after_nobody_knows_how_long_nothing_is_said() -> None:
    """Else those that are open still, the long ones, would count alone."""
    decision = {"kind": "decision", "stage": "conclusive_grounds", "positive": True, "maker": "government", "ms": 9 * HOUR, "late": False}
    earlier = {"quarter": "2026-Q1", "month": "2026-02"}
    before, since = in_days(30, decision), in_days(20, {**decision, "working_days": 3})
    for cases, said in ((since + in_days(12), True), (since + in_days(12) + before, False)):
        cells = Counter[tuple[str, tuple[str, ...]]]()
        for one in cases:
            cells.update({key[1:]: n for key, n in added(one).items() if key[0] == "M12b"})
        lines = rows(BY_ID["M12b"], [(*key, n) for key, n in cells.items()], 0, lambda _: 0)
        assert [(line.n, line.open) for line in lines if line.values == ("conclusive_grounds",)] == ([(20, 12)] if said else [])
        told = [*cases, *[Course(tuple(one._replace(said=one.said.model_copy(update=earlier)) for one in each.records)) for each in since]]
        counted = [("2026-Q1", "one", "x", 20), ("2026-Q2", "one", "x", len(cases))]
        figures = release(dict.fromkeys(RELEASED, counted), {}, [], Publication())
        figures = protect([counted_case(one) for one in told], figures, {}, Publication(), Moment(0, lambda _table, _month: 0))
        (out,) = (one for one in figures.counted if one.id == "M12b")
        shown = {(line.period, *line.values): (line.n, line.open) for line in out.lines()}
        assert shown["2026-Q2", "conclusive_grounds"] == ((20, 12) if said else (None, None))
        assert shown["2026-Q1", "conclusive_grounds"] == (20, 0)
    timeless = {name: said for name, said in decision.items() if name != "ms"}
    (one,) = in_days(1, timeless)
    assert ("M12", "2026-Q2", ("conclusive_grounds", "unsaid", "")) in added(one), "of a decision without its time, too"
