"""Every way to park has its words, who can mend it, and how."""

import pytest
from sqlalchemy.exc import IntegrityError

from shared.processing.parking_causes import CAUSES, COULD_NOT_APPLY, ProtocolUnknown, cause, cause_of
from tests.shared.land import COUNTRY


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_says_what_happened_who_can_mend_it_and_how(code: str) -> None:
    one = cause(code)
    assert one.code == code
    assert all(text.endswith(".") for text in (one.words, one.how))
    assert one.who


def test_every_failure_has_a_cause() -> None:
    with pytest.raises(KeyError) as unlisted:
        COUNTRY.agency("rs-nowhere")
    failures = (ZeroDivisionError(), IntegrityError("s", {}, Exception()), unlisted.value, ProtocolUnknown())
    assert [cause_of(error).code for error in failures] == ["could-not-apply", "database-refused", "not-listed", "newer-protocol"]
    assert cause("what a newer version wrote") is COULD_NOT_APPLY
