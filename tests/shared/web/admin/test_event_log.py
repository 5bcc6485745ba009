"""What the page of the log, /health and the metrics say of a directory that was not to be trusted."""

from shared.crypto import keyring
from shared.crypto.directory import issue
from shared.crypto.directory_state import Listing
from shared.records.sealer import Sealer
from shared.web.text.messages import DISTRUSTED
from tests.browser.desks import words
from tests.shared.crypto.directories import COUNTRY, PUBLIC_ROOT, ROOT, directory
from tests.shared.wards import Ward


def test_two_directories_of_one_version_are_told_wherever_somebody_looks(ward: Ward) -> None:
    door, client = ward.door, ward.clinic.client
    door.seal = Sealer(keyring.new(door.me), Listing(COUNTRY, PUBLIC_ROOT))
    listing = door.seal.listing
    assert listing.offer(issue(directory(), ROOT))
    for other, code, number in ((directory(expires=directory().expires + 1), "fork", "1.0"), (directory(version=2), "", "0.0")):
        listing.offer(issue(other, ROOT))
        (instance,) = [one for one in client.get("/health").json()["instances"] if one["instance"] == door.me]
        assert instance["directory"] == code
        assert f'nrm_directory_distrusted{{service="assistance"}} {number}' in client.get("/metrics").text
        assert (DISTRUSTED["fork"] in words(ward.clinic.get("/operations/log"))) is bool(code)
