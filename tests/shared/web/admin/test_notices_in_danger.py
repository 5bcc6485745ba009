"""In danger what nobody does is told again: to whose the case is, and to the desk on duty besides (docs/domain.md, section 1.7)."""

import re
from pathlib import Path

import pytest

from shared.config.calendar import MINUTE
from tests.browser.desks import Town, words
from tests.shared.messaging.notice_servers import Mailbox
from tests.shared.web.admin.told_town import DESK, clinic, has_address, reported, send, sender, told_town


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


POLICE = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_pu_bg": "pavle"}
ALWAYS = {"byday": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], "begins": "08:00", "ends": "08:00"}


def as_officer(made: Town, officer: str) -> None:
    made.at["rs-pu-bg"].client.cookies.set("nrm_officer_rs-pu-bg", officer)


def pavle_on_duty(made: Town, box: Mailbox, **turn: object) -> None:
    """Both officers of the police have addresses; one has the turn."""
    police = made.at["rs-pu-bg"]
    has_address(police, box, "pavle@agency.example")
    as_officer(made, "petra")
    has_address(police, box, "petra@agency.example")
    assert police.post("/duty", form_id="turn", officer="pavle", **ALWAYS | turn).status_code == 303
    box.to.clear()


def test_in_danger_who_is_on_duty_is_told_by_name_beside_the_desk(tmp_path: Path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box, office=POLICE) as made:
        police = made.at["rs-pu-bg"]
        pavle_on_duty(made, box)
        case = reported(made, "r", danger="true", needs=["safety"])
        send(police)
        assert sorted(box.to) == sorted([DESK, "pavle@agency.example"]), "nobody has the case"
        police.post(f"/assignments/assistance/{case}/take")
        box.to.clear()
        made.clock.at += 31 * MINUTE
        send(police)
        assert sorted(box.to) == sorted([DESK, "pavle@agency.example", "petra@agency.example"]), "it is left undone"
        send(police)
        assert len(box.to) == 3, "once each"
        box.to.clear()
        made.clock.at += 5 * MINUTE
        reported(made, "q", needs=["safety"])
        send(police)
        assert box.to == [DESK], "where nobody is in danger, nobody is called from their bed"


def test_whose_turn_is_over_is_not_told_and_the_supervisor_sees_who_could_not_be(tmp_path: Path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box, office=POLICE) as made:
        police = made.at["rs-pu-bg"]
        pavle_on_duty(made, box)
        said = words(police.get("/duty"))
        assert "They are told of danger by name" in said
        assert "No message reaches" not in said
        assert police.post("/notices/mail/forget").status_code == 303
        assert police.post("/duty", form_id="other", officer="petra", **ALWAYS).status_code == 303
        said = words(police.get("/duty"))
        assert "No message reaches Petra Invented" in said, "her address is gone"
        for turn in re.findall(r'name="turn" value="([0-9a-f]+)"', police.get("/duty")):
            police.post("/duty/end", turn=turn)
        box.to.clear()
        reported(made, "r", danger="true", needs=["safety"])
        send(police)
        assert box.to == [DESK]


def test_danger_that_a_partner_reports_is_told_to_who_is_on_duty_though_the_desks_mailbox_takes_nothing(tmp_path: Path) -> None:
    box, said = Mailbox(), {"kind": "school", "words": "she may not leave", "place": "Niš", "contact": "school"}
    with told_town(tmp_path, box, partners=True) as made:
        ines = made.at["rs-ir"]
        has_address(ines, box, "ines@agency.example")
        assert ines.post("/duty", form_id="turn", officer="ines", **ALWAYS).status_code == 303  # no round has seen it yet
        box.to.clear()
        ines.post("/partner", form_id="p" * 32, danger="true", **said)
        send(ines)
        assert sorted(box.to) == sorted([DESK, "ines@agency.example"])
        box.to.clear()
        box.fault = "busy"
        for instance in made.instances:
            instance.transact(lambda work: work.session.connection().exec_driver_sql("update noticemessage set made_at = 0") and None)
        ines.post("/partner", form_id="q" * 32, danger="false", **said)
        send(ines)
        assert box.to == []
        box.fault = ""
        ines.post("/partner", form_id="r" * 32, danger="true", **said)
        send(ines)
        assert box.to == ["ines@agency.example"], "what waits for the desk is tried later, and keeps nobody else waiting"


def test_what_a_partner_reports_is_kept_while_nobody_can_read_who_is_on_duty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with told_town(tmp_path, Mailbox(), partners=True) as made:
        ines = made.at["rs-ir"]
        monkeypatch.setattr(sender(ines), "rota", None)
        said = {"kind": "school", "words": "she may not leave", "place": "Niš", "contact": "school"}
        assert ines.post("/partner", form_id="p" * 32, danger="true", **said).status_code == 200
        assert "/take-up" in ines.get("/partner-reports")
