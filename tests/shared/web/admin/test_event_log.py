"""What the page of the log, /health and the metrics say of a directory that was not to be trusted."""

from shared.crypto import keyring
from shared.crypto.directory import issue
from shared.crypto.directory_state import Listing
from shared.crypto.protocols_read import state, with_reads
from shared.protocol.versions import NEWEST
from shared.records.sealer import Sealer
from shared.web.text.messages import DISTRUSTED
from tests.browser.desks import words
from tests.shared.crypto.directories import COUNTRY, ME, PUBLIC_ROOT, ROOT, directory, key
from tests.shared.wards import Ward


def test_two_directories_of_one_version_are_told_wherever_somebody_looks(ward: Ward) -> None:
    instance, client = ward.instance, ward.clinic.client
    instance.seal = Sealer(keyring.new(instance.me), Listing(COUNTRY, PUBLIC_ROOT))
    listing = instance.seal.listing
    assert listing.offer(issue(directory(), ROOT))
    for other, code, number in ((directory(expires=directory().expires + 1), "fork", "1.0"), (directory(version=2), "", "0.0")):
        listing.offer(issue(other, ROOT))
        (told,) = [one for one in client.get("/health").json()["instances"] if one["instance"] == ward.instance.me]
        assert told["directory"] == code
        assert f'nrm_directory_distrusted{{service="assistance"}} {number}' in client.get("/metrics").text
        assert (DISTRUSTED["fork"] in words(ward.clinic.get("/operations/log"))) is bool(code)


def test_who_holds_the_country_back_at_the_older_protocol_is_named(ward: Ward) -> None:
    instance = ward.instance
    instance.seal = Sealer(keyring.new(instance.me), Listing(COUNTRY, PUBLIC_ROOT))
    listed = directory({ME: (key(1),), "assistance.rs-ngo": (key(2),)})
    for version, reads, behind in ((1, {ME: NEWEST}, True), (2, {ME: NEWEST, "assistance.rs-ngo": NEWEST}, False)):
        now = with_reads(listed.model_copy(update={"version": version}), reads)
        assert instance.seal.listing.offer(issue(now, ROOT), state(now, ROOT))
        page = words(ward.clinic.get("/operations/log"))
        assert ("coordinator was not told of it: assistance.rs-ngo. Nothing is lost by that." in page) is behind
