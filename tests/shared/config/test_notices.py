"""When somebody is told, and which settings of notices are fit to be used."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.config.notice_ways import Unfit
from shared.config.notices import MAIL, Channel, NoticeWish, Pace, QuietHours, quiet_hours, told_at
from shared.config.settings import Settings, UnfitSettings

BELGRADE = ZoneInfo("Europe/Belgrade")
DIGEST = (time(7, 30), time(13, 0))
NIGHT = QuietHours(time(20), time(7))


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> int:
    """In Belgrade, 2026."""
    return int(datetime(2026, month, day, hour, minute, tzinfo=BELGRADE).timestamp()) * 1000


def told(when: int, pace: Pace, quiet: QuietHours = NIGHT, *, danger: bool = False) -> int | None:
    return told_at(when, NoticeWish(pace, quiet, "sr"), DIGEST, BELGRADE, danger=danger)


@pytest.mark.parametrize("pace", list(Pace))
@pytest.mark.parametrize("hour", [3, 12, 23])
def test_danger_waits_for_nothing(pace: Pace, hour: int) -> None:
    assert told(at(1, hour), pace, danger=True) == at(1, hour)


def test_what_is_no_danger_waits_for_the_end_of_the_quiet_hours() -> None:
    assert told(at(1, 12), Pace.AT_ONCE) == at(1, 12)
    assert told(at(1, 20), Pace.AT_ONCE) == at(2, 7)
    assert told(at(1, 19, 59), Pace.AT_ONCE) == at(1, 19, 59)
    assert told(at(2, 6, 59), Pace.AT_ONCE) == at(2, 7)
    assert told(at(2, 7), Pace.AT_ONCE) == at(2, 7)
    noon = QuietHours(time(11), time(14))
    assert told(at(1, 12), Pace.AT_ONCE, noon) == at(1, 14)
    assert told(at(1, 12), Pace.DIGEST, noon) == at(1, 14), "a digest within the quiet hours waits for their end"
    assert told(at(1, 12), Pace.AT_ONCE, QuietHours(time(9), time(9))) == at(1, 12), "the same time twice is none"
    assert told(at(1, 12), Pace.DANGER) is None


def test_a_digest_goes_out_at_the_next_of_its_times() -> None:
    assert told(at(1, 7), Pace.DIGEST) == at(1, 7, 30)
    assert told(at(1, 7, 30), Pace.DIGEST) == at(1, 13)
    assert told(at(1, 13, 1), Pace.DIGEST) == at(2, 7, 30)


def test_clocks_that_jump_lose_and_repeat_no_notice() -> None:
    two = QuietHours(time(1), time(2, 30))
    assert told(at(29, 1, 30, month=3), Pace.AT_ONCE, two) == at(29, 3, 30, month=3), "2:30 is not shown that night"
    autumn = int(datetime(2026, 10, 25, 0, 45, tzinfo=UTC).timestamp()) * 1000  # 2:45, for the first time
    assert told(autumn, Pace.AT_ONCE, QuietHours(time(22), time(2, 30))) == autumn
    assert told(at(24, 23, month=10), Pace.AT_ONCE) == at(25, 7, month=10)


@pytest.mark.parametrize(
    ("words", "fits"), [("20:00-07:00", True), ("00:00-00:00", True), ("24:00-07:00", False), ("20-7", False), ("", False)]
)
def test_quiet_hours_are_read_or_refused(words: str, fits: bool) -> None:
    assert (quiet_hours(words) is not None) is fits


@pytest.mark.parametrize(
    "address", ["a", "a@b", "a b@c.example", "a@c.example\nBcc: x@y.example", "@c.example", "<a@c.example>", "a@-c.example"]
)
def test_what_is_no_address_is_none(address: str) -> None:
    assert not MAIL.fullmatch(address)


def secret(folder: Path, words: str, mode: int = 0o600) -> Path:
    file = folder / f"secret-{mode:o}-{len(words)}"
    file.write_text(words)
    file.chmod(mode)
    return file


def test_settings_that_would_tell_nobody_or_tell_too_much_are_refused(tmp_path) -> None:
    mail = {"smtp": "mail.example.org:587", "notice_from": "nrm@example.org", "notice_desk": "desk@example.org"}
    hook = {
        "notice_hook": "https://gw.example.org/n",
        "notice_desk_phone": "+381600000001",
        "notice_hook_secret": secret(tmp_path, "s" * 40),
    }
    password = {"smtp_user": "nrm", "smtp_password": secret(tmp_path, "quite secret")}
    made = Settings(agency="x", country=Path("serbia"))
    assert made.notices_said().ways(BELGRADE, "sr") is None
    ways = Settings(agency="x", country=Path("serbia"), **mail, **hook, **password).notices_said().ways(BELGRADE, "sr")
    assert ways is not None
    assert ways.channels == set(Channel)
    assert ways.desk == {Channel.MAIL: "desk@example.org", Channel.HOOK: "+381600000001"}
    assert "secret" not in repr(ways)
    assert "desk@" not in repr(ways)
    for wrong, named in (
        (mail | {"smtp": "mail.example.org"}, "NRM_SMTP "), (mail | {"notice_from": "nrm"}, "NRM_NOTICE_FROM"),
        (mail | {"notice_desk": ""}, "NRM_NOTICE_DESK"), (mail | {"notice_desk": "a@b\nc"}, "NRM_NOTICE_DESK"),
        (mail | {"smtp_user": "nrm"}, "NRM_SMTP_PASSWORD"), (mail | password | {"smtp_tls": "none"}, "clear"),
        (mail | password | {"smtp_password": secret(tmp_path, "p", 0o644)}, "others"),
        (mail | {"smtp_ca": tmp_path / "none"}, "NRM_SMTP_CA"),
        (mail | {"notice_quiet": "night"}, "NRM_NOTICE_QUIET"), (mail | {"notice_digest": "7 13"}, "NRM_NOTICE_DIGEST"),
        (hook | {"notice_hook_secret": None}, "NRM_NOTICE_HOOK_SECRET"), (hook | {"notice_hook_secret": secret(tmp_path, "short")}, "32"),
        (hook | {"notice_desk_phone": "060"}, "NRM_NOTICE_DESK_PHONE"), (hook | {"notice_hook": "ftp://x"}, "NRM_NOTICE_HOOK"),
    ):  # fmt: skip
        unfit = Settings(agency="x", country=Path("serbia"), **wrong)
        with pytest.raises(Unfit, match=named):
            unfit.notices_said().ways(BELGRADE, "sr")
        with pytest.raises(UnfitSettings, match=named):
            unfit.must_be_fit()


def test_nothing_leaves_in_the_clear_in_production(tmp_path) -> None:
    mail = {"smtp": "mail.example.org:25", "smtp_tls": "none", "notice_from": "nrm@example.org", "notice_desk": "desk@example.org"}
    hook = {
        "notice_hook": "http://gw.example.org/n",
        "notice_desk_phone": "+381600000001",
        "notice_hook_secret": secret(tmp_path, "s" * 40),
    }
    for said, allowed in (
        (mail, False),
        (hook, False),
        (mail | {"smtp": "127.0.0.1:25"}, True),
        (hook | {"notice_hook": "http://127.0.0.1:1/"}, True),
    ):
        made = Settings(agency="x", country=Path("serbia"), env="production", **said)
        if allowed:
            assert made.notices_said().ways(BELGRADE, "sr")
        else:
            with pytest.raises(Unfit, match="production"):
                made.notices_said().ways(BELGRADE, "sr")
