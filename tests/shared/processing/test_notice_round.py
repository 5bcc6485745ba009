"""Which messages are tried now, where the machine's clock was wrong."""

import pytest

from shared.config.calendar import DAY
from shared.config.clock import wall
from shared.config.notices import Channel
from shared.decisions.notice_addresses import NOTICE, new_message
from shared.processing.notice_round import LONGEST_PAUSE, waiting_messages, waits_on
from tests.shared.houses import House
from tests.shared.land import LEAD_ME


def test_what_could_not_be_told_while_the_clock_was_ahead_does_not_wait_until_that_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, now = house[LEAD_ME], wall()

    def tried(at: int) -> list[str]:
        monkeypatch.setattr("shared.processing.notice_round.wall", lambda: at)
        return lead.transact(lambda work: [one.id for one in waiting_messages(work.session)])

    planned = lead.transact(lambda work: new_message(work, "o1", Channel.MAIL, NOTICE, now + DAY))
    late = lead.transact(lambda work: new_message(work, "o2", Channel.MAIL, NOTICE, now + 2 * DAY))
    assert tried(now + 2 * DAY) == [planned, late]
    lead.transact(lambda work: waits_on(work, late))
    assert tried(now + 2 * DAY) == [planned]
    assert tried(now) == [late], "what has its hour waits for it"
    assert tried(now + 2 * DAY + LONGEST_PAUSE) == [planned, late]
