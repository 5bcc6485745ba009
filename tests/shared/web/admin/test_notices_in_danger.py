"""In danger what nobody does is told again: to whose the case is, and to the desk on duty besides (docs/domain.md, section 1.7)."""

from pathlib import Path

from shared.config.calendar import MINUTE
from tests.browser.desks import words
from tests.shared.messaging.notice_servers import Mailbox
from tests.shared.web.admin.told_town import DESK, clinic, has_address, reported, send, told_town


def test_a_request_in_danger_that_its_officer_leaves_is_told_again_to_them_and_to_the_desk_once(tmp_path: Path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        has_address(zora, box)
        case = reported(made, "r", danger="true", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")
        send(zora)
        box.to.clear()
        made.clock.at += 29 * MINUTE
        send(zora)
        assert box.to == [], "it is not time yet"
        made.clock.at += 2 * MINUTE
        send(zora)
        assert sorted(box.to) == sorted([DESK, "zora@agency.example"]), "half an hour of the two hours has gone"
        send(zora)
        assert len(box.to) == 2, "once"
        row = words(zora.get("/today?whose=agency"))
        assert "Not done yet: a reminder" in row
        assert clinic(made).country.ladder.steps[0].in_danger == 25


def test_where_nobody_is_in_danger_nobody_is_told_again(tmp_path: Path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        reported(made, "r", needs=["health"])
        send(zora)
        box.to.clear()
        made.clock.at += 40 * 60 * MINUTE
        send(zora)
        assert box.to == []
