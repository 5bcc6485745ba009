"""What somebody could try with keys, requests and directories, each tried once and refused."""

import pytest
from pydantic import ValidationError

from deploy.directory import changes, request
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto import keyring
from shared.crypto.directory import DAY, Key, ListedAgency
from shared.crypto.primitives import text
from shared.records.sealer import NotNow, Sealer
from tests.shared.crypto.directories import AGENCY, ME, directory
from tests.shared.crypto.land import AT, CASE, ROSTER, Land, decided, keys, supplied
from tests.shared.protocol.cases import REPORTING, START

IDENTITY = b"\x01" + bytes(31)


@pytest.mark.parametrize("public", [IDENTITY, bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f"], ids=["order 1", "order 4", "order 2"])
def test_a_signing_key_of_low_order_is_not_listed(public):
    with pytest.raises(ValidationError):
        Key(use="sign", public=text(public), since=1)


LISTED = directory({ME: keys(keyring.new(ME))})


def test_a_request_without_instances_is_refused(tmp_path):
    file = tmp_path / "r"
    file.write_bytes(request.written(AGENCY.model_copy(update={"name": "Anybody"}), []))
    with pytest.raises(Trouble):
        request.read(file, LISTED)


@pytest.mark.parametrize("instance", ["referral.rs-police", "anything.rs-police"])
def test_a_request_for_one_more_instance_of_a_listed_agency_is_signed_by_that_agency(tmp_path, instance):
    file = tmp_path / "r"
    file.write_bytes(request.written(AGENCY, [keyring.new(instance)]))
    with pytest.raises(Trouble):
        request.read(file, LISTED)


def test_rotating_twice_before_it_is_listed_is_still_signed_with_the_listed_key(tmp_path):
    ring, file = keyring.new(ME), tmp_path / "r"
    file.write_bytes(request.written(AGENCY, [keyring.renewed(keyring.renewed(ring))]))
    assert request.read(file, directory({ME: keys(ring)}))


def test_a_key_whose_time_is_over_is_no_former_key(tmp_path):
    old, new, file = keyring.new(ME), keyring.new(ME), tmp_path / "r"
    known = directory({ME: (*keys(old, until=wall() - 300 * DAY), *keys(new, since=1))})
    file.write_bytes(request.written(AGENCY, [keyring.renewed(old)]))
    with pytest.raises(Trouble):
        request.read(file, known)


def test_an_instance_that_could_not_open_its_own_echo_waits(tmp_path):
    land = Land()
    seal = Sealer(land.rings[REPORTING], land.listing, tmp_path)  # its file cannot be read
    old, new = land.rings[REPORTING], keyring.renewed(land.rings[REPORTING])
    land.listed[REPORTING] = (*keys(old, until=wall() + 7 * DAY), *keys(new, since=2))
    land.publish()
    try:
        value = seal.complete(decided(supplied()), ROSTER, 1, START)[1]
    except NotNow:
        return
    assert seal.open(value, CASE, 1, AT) is not None


def test_a_change_of_a_directory_in_which_somebody_has_looked_answers_as_it_says():
    known = directory({ME: keys(keyring.new(ME))})
    assert known.sealed_for(ME, known.issued)
    second = changes.revoked(known, ME, known.issued)
    assert second.sealed_for(ME, known.issued) is None
    assert second.signed_by(ME, 2, known.issued) == []


@pytest.mark.parametrize("id", ["RS Legal", "x", "rs_legal", ""])
def test_a_directory_lists_only_agencies_that_a_country_can_have(id):
    with pytest.raises(ValidationError):
        ListedAgency(id=id, name="Legal", kind=AGENCY.kind, services=("intake",))


def test_an_agency_that_has_no_instances_can_be_revoked():
    known = directory(agencies=(AGENCY,))
    assert changes.revoked(known, AGENCY.id, known.issued).agencies[0].leaving


def test_an_agency_that_is_listed_may_ask_for_one_more_instance(tmp_path):
    ring, file = keyring.new(ME), tmp_path / "r"
    file.write_bytes(request.written(AGENCY, [ring, keyring.new("intake.rs-police")]))
    assert request.read(file, directory({ME: keys(ring)}))
