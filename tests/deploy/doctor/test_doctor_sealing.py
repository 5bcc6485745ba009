"""The doctor and `agency check`: root, directory and keys, one thing wrong at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.directory import changes
from deploy.directory.ceremony import Ceremony
from deploy.directory.coordinator import Coordinator
from deploy.doctor.finding import Finding
from deploy.doctor.sealing import sealing
from deploy.installation.patient import Patient
from shared.config.kafka import Bus
from shared.crypto import keyring
from shared.crypto.directory import DAY, Directory
from shared.crypto.protocols_read import with_reads
from shared.protocol.versions import NEWEST
from tests.deploy.doctor.patients import GREEN, LEAD, RED, SERBIA, YELLOW, patient, states

HERE = "127.0.0.1:1"


class Installed:
    """An agency of a land whose coordinator is at hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys = folder, folder / "keys"
        self.ceremony = Ceremony(folder / "coordinator", self.keys, SERBIA)
        self.ceremony.directory()
        self.coordinator = Coordinator(folder / "coordinator")
        self.hand_out()

    def hand_out(self) -> None:
        """The directory lies where the agency's processes keep it."""
        for name in ("json", "reads"):
            (self.folder / f"directory.{LEAD}.{name}").write_bytes((self.folder / "coordinator" / f"directory.{name}").read_bytes())

    def change(self, to: Callable[[Directory, int], Directory]) -> None:
        """The coordinator changes something, and the agency hears of it."""
        self.coordinator.change(to)
        self.hand_out()

    def patient(self, **more: object) -> Patient:
        """The agency as the doctor sees it."""
        return patient(Bus(HERE), self.folder, root=self.coordinator.pin, keys=self.keys, **more)

    def found(self, **more: object) -> list[Finding]:
        """What is found."""
        return list(sealing(self.patient(**more)))


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_all_is_green_where_keys_are_listed(installed: Installed) -> None:
    found = installed.found()
    assert {f.state for f in found} == {GREEN}
    assert len(states(found, "keys of ")) == 3


@pytest.mark.parametrize(("behind", "to_do"), [(f"referral.{LEAD}", "./nrm agency rotate --keep-keys"), ("intake.rs-ir", "upgraded")])
def test_who_holds_the_country_back_is_named_with_what_to_do(installed: Installed, behind: str, to_do: str) -> None:
    installed.change(lambda known, now: with_reads(known, {i.id: 1 if i.id == behind else NEWEST for i in known.instances}))
    (found,) = [one for one in installed.found() if one.what == "protocol"]
    assert (found.state, found.said) == (YELLOW, f"cases are opened under protocol 1: {behind} does not read {NEWEST} yet")
    assert to_do in found.do


def test_unsealed_is_red(installed: Installed) -> None:
    assert states(installed.found(sealed=False)) == [RED]


@pytest.mark.parametrize("root", ["", "00", "x" * 64, "0" * 64])
def test_another_root_or_none_is_red(installed: Installed, root: str) -> None:
    (found,) = sealing(patient(Bus(HERE), installed.folder, root=root, keys=installed.keys))
    assert (found.what, found.state) == ("root", RED)


@pytest.mark.parametrize(("left", "state"), [(8 * DAY, GREEN), (6 * DAY, YELLOW), (-DAY, RED), (-20 * DAY, RED)])
def test_how_long_the_directory_holds(installed: Installed, left: int, state: object) -> None:
    installed.change(lambda d, now: changes.prolonged(d, now).model_copy(update={"expires": now + left}))
    assert states(installed.found(), "directory") == [state]


def test_no_directory_yet_is_yellow(installed: Installed) -> None:
    (installed.folder / f"directory.{LEAD}.json").unlink()
    assert states(installed.found(), "directory") == [YELLOW]


def test_keys_that_others_can_read_are_red(installed: Installed) -> None:
    keyring.place(installed.keys, f"referral.{LEAD}").chmod(0o640)
    assert states(installed.found(), f"keys of referral.{LEAD}") == [RED]


def test_new_keys_that_are_not_listed_yet_are_yellow_and_revoked_ones_too(installed: Installed) -> None:
    keyring.write(installed.keys, keyring.renewed(keyring.read(installed.keys, f"referral.{LEAD}")))
    assert states(installed.found(), f"keys of referral.{LEAD}") == [YELLOW]
    installed.change(lambda d, now: changes.revoked(d, f"assistance.{LEAD}", now))
    assert states(installed.found(), f"keys of assistance.{LEAD}") == [YELLOW]


def test_an_instance_that_is_not_listed_is_red(installed: Installed) -> None:
    without = lambda d, now: changes.prolonged(d, now).model_copy(  # noqa: E731
        update={"instances": tuple(i for i in d.instances if i.id != f"intake.{LEAD}")}
    )
    installed.change(without)
    assert states(installed.found(), f"keys of intake.{LEAD}") == [RED]
