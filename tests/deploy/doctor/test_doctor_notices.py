"""The doctor says when notices cannot be sent, and how many wait."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from deploy.doctor.notices import notices
from deploy.installation.patient import Patient
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.store.database import engine_for
from tests.deploy.doctor.patients import GREEN, RED, YELLOW, made, patient, states
from tests.shared.messaging.notice_servers import Mailbox, mail_server

MAIL = {"smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": "desk@agency.example"}


@pytest.fixture
def examined(tmp_path) -> Any:
    def with_settings(**more: Any) -> Patient:
        return patient(Bus("127.0.0.1:9", None), tmp_path, **more)

    return with_settings


def test_the_doctor_says_what_keeps_notices_from_being_sent(examined) -> None:
    assert states(notices(examined())) == [YELLOW]
    assert states(notices(examined(smtp="mail"))) == [RED]
    assert states(notices(examined(smtp="127.0.0.1:9", **MAIL))) == [RED]
    with mail_server(Mailbox()) as at:
        one = examined(smtp=at, **MAIL)
        assert states(notices(one)) == [GREEN]
        made(one)
        assert states(notices(one)) == [GREEN] * (1 + len(one.services))
        for age, state in ((60_000, GREEN), (3_600_000, RED)):
            url = next(url for kind, url in one.instances() if kind.name == "referral")
            with Session(engine_for(url)) as session:
                row = f"insert into noticemessage values ('m{age}', '', 'mail', 'notice', {wall() - age}, 0, null, 1, false)"
                session.connection().execute(text(row))
                session.commit()
            assert states(notices(one), "notices of referral") == [state]
        said = next(line.said for line in notices(one) if line.what == "notices of referral")
        assert said == "0 wait for their hour, 2 on their way, the oldest for 60 minutes"
