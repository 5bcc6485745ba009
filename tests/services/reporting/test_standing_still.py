"""What stands still stays on its page while who said it is silent, marked as old; and how keys and directory of each agency stand."""

import re
from pathlib import Path

from deploy.brokers.certificates import Authority
from services.reporting.metrics import desk_metrics
from services.reporting.queries import open_handoffs
from services.reporting.queries.open_handoffs import StandsStill
from services.reporting.rules.latency.listed_keys import ListedKeys, keys_of
from services.reporting.service import PAGES
from shared.config.calendar import DAY, HOUR
from shared.crypto import keyring
from shared.crypto.directory import Directory, issue
from shared.crypto.directory_state import Listing
from shared.crypto.protocols_read import state
from shared.observability.beat import statement
from shared.observability.open_statement import Stalled, machine_time
from shared.records.sealer import Sealer
from shared.web.admin.application import office
from tests.services.reporting.life import WATCHED, settings
from tests.services.reporting.operators import signed_in
from tests.services.reporting.test_absences import AWAY, LEAD, OTHER, Desk, desk  # noqa: F401  a desk to which they say it
from tests.shared.crypto.directories import PUBLIC_ROOT, ROOT, directory, key


def stands(trace: str) -> Stalled:
    return Stalled(trace=trace * 32, clock="decide_status", code="silent", simulated=False)


def still(desk: Desk) -> dict[str, bool]:  # noqa: F811
    """First letter of each trace that is shown, and whether it was said before a silence."""
    at = machine_time()

    def found(work) -> list[StandsStill]:
        return open_handoffs.stalled(work.session, desk.instance.country, at)

    return {one.trace[0]: one.old(at) for one in desk.instance.transact(found)}


def test_what_a_silent_lead_said_stays_and_is_marked_beside_what_the_others_say(desk: Desk) -> None:  # noqa: F811
    desk.says(AWAY, stalled=[stands("a")])
    desk.passes(HOUR)
    desk.says(OTHER, stalled=[stands("c")])
    desk.passes(1)
    desk.says(LEAD, stalled=[stands("b")])
    assert still(desk) == {"b": False}, "while the lead is heard it says all there is"
    desk.passes(HOUR)
    assert still(desk) == {"b": True}, "who was silent before the lead says nothing that it did not know"
    desk.says(OTHER, stalled=[stands("b"), stands("d")])
    assert still(desk) == {"b": False, "d": False}
    desk.passes(HOUR)
    assert still(desk) == {"b": True, "d": True}, "and what came since stays, too"
    desk.says(LEAD)
    assert still(desk) == {}


def test_the_page_says_when_it_was_said(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    desk.says(LEAD, stalled=[stands("b")])
    client = signed_in(office(settings(tmp_path, "rs-koord"), [PAGES], [desk.instance]))
    assert "not since" not in client.get("/operations/stalled").text
    desk.passes(HOUR)
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/operations/stalled").text).split())
    assert "b" * 32 in page
    assert re.search(r"said \S.{5,40}, not since", page)
    assert "this is what it said last, and what the other agencies know" in page


def listed(now: int) -> Directory:
    """The third version: the police's keys were replaced, the NGO's revoked, the lead's are those of the first."""
    instances = {
        f"assistance.{AWAY}": (key(1, until=now + DAY), key(2, since=3), key(3, "sign", until=now - 1), key(4, "sign", since=2)),
        f"intake.{AWAY}": (key(5, until=now + HOUR), key(6, since=3)),
        f"assistance.{OTHER}": (key(7, ended=2),),
        f"referral.{LEAD}": (key(8),),
    }
    return directory(instances, 3, now, country=WATCHED.id)


def test_keys_of_an_agency_are_those_of_all_its_instances() -> None:
    now = machine_time()
    found = listed(now)
    assert keys_of(found, AWAY, now) == ListedKeys(since=2, former_end=now + DAY, revoked=False)
    assert keys_of(found, AWAY, now + DAY) == ListedKeys(since=2, former_end=None, revoked=False)
    assert keys_of(found, OTHER, now) == ListedKeys(since=1, former_end=None, revoked=True)
    assert keys_of(found, LEAD, now) == ListedKeys(since=1, former_end=None, revoked=False)
    assert keys_of(found, "rs-nobody", now) is None
    assert keys_of(None, AWAY, now) is None


def test_the_desk_says_how_keys_and_directory_of_each_agency_stand(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    now = machine_time()
    known = Listing(WATCHED.id, PUBLIC_ROOT)
    known.offer(issue(listed(now), ROOT), state(listed(now), ROOT))
    desk.instance.seal = Sealer(keyring.new(desk.instance.me), known)
    desk.says(LEAD, directory=3, directory_ends=now + 20 * DAY, certificate_ends=now + 31 * DAY)
    desk.says(AWAY, directory=2, directory_ends=now + 3 * DAY, certificate_ends=now + 29 * DAY)
    desk.says(OTHER, directory=1, directory_ends=now - DAY, certificate_ends=now - DAY)
    client = signed_in(office(settings(tmp_path, "rs-koord"), [PAGES], [desk.instance]))
    for path in ("/operations", "/operations/agencies"):
        page = client.get(path).text
        lines = {" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)}
        (police,) = [line for line in lines if " version 2 " in line]
        assert re.search(r"version 2 until .+ of version 2 former ones until .+ certificate until ", police), police
        (ngo,) = [line for line in lines if " version 1 ended" in line]
        assert ngo.endswith("version 1 ended revoked certificate ended"), ngo
        (lead,) = [line for line in lines if " version 3 " in line]
        assert re.search(r" of version 1 certificate until .+", lead), lead
        assert len(re.findall(r"--yellow[^>]*>\s*certificate until", page)) == 1, "it is time to ask for a new one"
        assert len(re.findall(r"--yellow[^>]*>\s*version \d", page)) == 2, "a directory that is not the newest is marked"


def test_an_agency_says_until_when_the_bus_believes_it_and_an_alarm_can_be_made_of_it(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    authority = Authority(tmp_path / "authority")
    file, now = authority.issue(AWAY) / "cert.pem", machine_time()
    said = statement(desk.instance, {}, certificate=file)
    assert 396 * DAY < said.certificate_ends - now <= 397 * DAY
    file.write_bytes(b"half of it")
    assert statement(desk.instance, {}, certificate=file).certificate_ends == 0, "as of who has none, and the doctor says why"
    desk.says(AWAY, certificate_ends=now + DAY, directory_ends=now - DAY)
    desk.says(OTHER)
    metrics = desk.instance.transact(lambda work: list(desk_metrics(work.session, desk.instance)))
    told = {(one.name, one.labels.get("agency")): one.value for metric in metrics for one in metric.samples}
    assert abs(told["nrm_agency_certificate_seconds", AWAY] - DAY / 1000) < 60
    assert abs(told["nrm_agency_directory_seconds", AWAY] + DAY / 1000) < 60
    assert ("nrm_agency_certificate_seconds", OTHER) not in told, "who says nothing of it is no alarm"
