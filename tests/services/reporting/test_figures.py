from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from sqlmodel import Session

from services.reporting.ingest import facts, journal
from services.reporting.queries import referrals
from services.reporting.rules.tables import figures
from services.reporting.service import SERVICE
from shared.config.clock import WallClock
from shared.config.country import Country
from shared.processing.instance import Instance
from tests.shared.bus import START
from tests.shared.counted import record_id

NOBODY = Country(id="none", name="", lead="", agencies=())


@dataclass
class Lying:
    """A record on the statistics topic."""

    partition: int
    offset: int
    value: bytes | None
    timestamp: int = START
    key: bytes | None = None


@dataclass
class Taken:
    record: Lying
    opened: str = ""
    directory: int = 0


def referral(record: str, **values: str) -> bytes:
    usual = {"quarter": "2023-Q1", "first_responder_type": "Police", "first_responder": "P", "exploitation_type": "Labour"}
    rest = {"age_at_exploitation": "Adult (18 or over)", "gender": "Male", "nationality": "UK", "basis": "consent", "kind": "referral"}
    return orjson.dumps({"id": record_id(record), "simulated": True, **usual, **rest, **values})


def instance(tmp_path: Path) -> Instance:
    return Instance(SERVICE, "rapporteur", NOBODY, f"sqlite:///{tmp_path}/reporting.rapporteur.db", WallClock())


def give(reporting: Instance, *values: bytes) -> None:
    first = reporting.positions.next(0)
    assert reporting.take([Taken(Lying(0, first + n, value)) for n, value in enumerate(values)])  # pyright: ignore[reportArgumentType]


def by(reporting: Instance, *columns: str) -> dict[tuple[str, ...], int]:
    with Session(reporting.engine) as session:
        return dict(referrals.referrals(session, columns, simulated=True))


def test_a_record_is_one_fact_however_often_it_comes(tmp_path: Path) -> None:
    reporting = instance(tmp_path)
    give(reporting, referral("a"), referral("b"), referral("a"))
    give(reporting, referral("b"))
    assert by(reporting) == {(): 2}


def test_printed_values_are_counted_byte_for_byte(tmp_path: Path) -> None:
    reporting = instance(tmp_path)
    give(reporting, referral("a", nationality="Congolese Drc "), referral("b", nationality="Congolese Drc"), referral("c", gender="Other"))
    assert by(reporting, "nationality") == {("Congolese Drc ",): 1, ("Congolese Drc",): 1, ("UK",): 1}
    assert by(reporting, "gender", "quarter") == {("Male", "2023-Q1"): 2, ("Other", "2023-Q1"): 1}


def test_what_is_no_record_is_set_aside_and_the_rest_counts(tmp_path: Path) -> None:
    reporting = instance(tmp_path)
    give(reporting, b"[1]", referral("a"), b"\xff", b"{}")
    assert by(reporting) == {(): 1}


def test_figures_are_made_again_of_the_journal_and_the_log_adds_nothing(tmp_path: Path) -> None:
    reporting = instance(tmp_path)
    give(reporting, referral("a"), referral("b"))
    for _ in range(2):
        with Session(reporting.engine) as session, session.begin():
            assert journal.rebuild(session, None) == 2
        assert by(reporting, "quarter") == {("2023-Q1",): 2}
    with Session(reporting.engine) as session, session.begin():
        facts.empty(session)
    give(reporting, referral("a"), referral("b"))
    assert by(reporting, "quarter") == {}, "what came before is known, though its fact is gone"


def test_the_dimensions_that_are_asked_for() -> None:
    assert figures.dimensions("quarter, gender,quarter") == ("quarter", "gender")
    assert figures.dimensions("") == ()
    with pytest.raises(figures.UnknownDimension, match="not counted by shoe_size; choose from quarter,"):
        figures.dimensions("quarter,shoe_size")


def test_rows_are_in_order_and_the_same_values_are_one_row() -> None:
    cells = [(("b", "x"), 1), (("a", "y"), 2), (("b", "x"), 3)]
    assert figures.rows(("gender", "quarter"), cells) == [
        {"gender": "a", "quarter": "y", "people": 2}, {"gender": "b", "quarter": "x", "people": 4},
    ]  # fmt: skip
    assert figures.rows((), [((), 7)]) == [{"people": 7}]
