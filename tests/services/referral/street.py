"""Reporter, lead, police and a shelter, sealed, on files: what side cases and withdrawals are tried on."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deploy.proving.land_keys import seals
from services.assistance.handlers import handoffs as a
from services.referral.handlers.cases import ask_confidential
from services.referral.handlers.consent import AddAgency
from shared.config.country import Agency, Country
from shared.crypto.keystore import Keystore
from shared.processing.instance import Instance
from shared.protocol.case import Case, HandoffState
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Need
from shared.records.sealer import Sealer
from tests.shared.bus import START, SimulatedRecord, Topic
from tests.shared.land import (
    COUNTRY,
    INTAKE_ME,
    LEAD_ME,
    POLICE_ME,
    SERVICES,
    Hand,
    agree,
    database,
    decide,
    report,
    rows,
    settle,
    sure,
    templates,
)

HOUSE = Agency(id="rs-house-7", name="House Seven", kind="shelter", confidential=True)  # pyright: ignore[reportArgumentType]
LAND = COUNTRY.model_copy(update={"agencies": (*COUNTRY.agencies, HOUSE)})
SHELTER_ME, TOLD = f"assistance.{HOUSE.id}", "confidential:shelter"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a street stands on: keys, files and log; and what it knows of its cases."""

    seals: dict[str, Sealer]
    folder: Path | None = None
    log: Sequence[SimulatedRecord] = ()
    main: str = ""
    side: str = ""
    at: int = START


def reported(street: "Street") -> None:
    """A case of which everybody has read whom it concerns."""
    street.main = report(street.instances[INTAKE_ME], needs=("investigation",), note="Canary note of the reporter")
    street.settle()


def asked(street: "Street") -> None:
    """Of that case the lead has asked the shelter."""
    reported(street)
    street.ask()


class Street:
    """Reporter, lead, police and a shelter, sealed, on files; `keyed`: what they were told is closed at rest.

    What was `played` before is played once for all tests of a process that begin there, and copied for each of them.
    """

    def __init__(
        self, folder: Path, land: Country = LAND, *, keyed: bool = False, protocol: int = NEWEST,
        played: Callable[["Street"], object] | None = reported,
    ) -> None:  # fmt: skip
        self.keyed, self.protocol, self.folder, self.land = keyed, protocol, folder, land
        self.topic, self.clock = Topic(), Hand()
        began = _begun(land, keyed, protocol, played) if played else Beginning(seals(land))
        self.seals = {me: replace(seal) for me, seal in began.seals.items()}
        self.main, self.side, self.clock.at = began.main, began.side, began.at
        for record in began.log:
            self.topic.land(record.key, record.value, record.timestamp, record.partition)
        if began.folder:
            shutil.copytree(began.folder, folder, dirs_exist_ok=True)
        self.instances = {me: self.open(me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME, SHELTER_ME)}

    def close(self) -> None:
        for instance in self.instances.values():
            instance.close()

    def open(self, me: str, name: str = "") -> Instance:
        service, _, agency = me.partition(".")
        path = self.folder / f"{name or me}.db"
        if not path.exists():
            database(self.folder, templates(), SERVICES[service], name or me)
        keys = Keystore(me, self.folder / "keystore", self.folder / "keys") if self.keyed else None
        url = f"sqlite:///{path}"
        instance = Instance(
            SERVICES[service], agency, self.land, url, self.clock, seal=self.seals[me], keystore=keys, protocol=self.protocol
        )
        instance.catches_up()
        return instance

    def settle(self) -> None:
        settle(self.topic, *self.instances.values())

    def rest(self) -> None:
        """Everything is read, and everybody has done what is to do between polls."""
        for _ in range(3):
            self.settle()
            for instance in self.instances.values():
                instance.idle(clocks=False)

    def ask(self) -> str:
        """The lead asks the shelter, as the person agreed; the side case."""
        self.agree(HOUSE.id, Need.HOUSING)
        asked = AddAgency(case=self.main, agency=HOUSE.id, need=Need.HOUSING)
        decide(self.instances[LEAD_ME], ask_confidential, asked, "ask the shelter")
        self.settle()
        ((self.side,),) = rows(self.instances[SHELTER_ME], 'select "case" from picture')
        return self.side

    def agree(self, agency: str, need: Need, form: str = "", **said: Any) -> None:
        """The lead records that the person agrees."""
        agree(self.instances[LEAD_ME], self.main, agency, need, form, **said)

    def of(self, me: str, case: str) -> a.OfHandoff:
        """The housing hand-off of a case."""
        found = next(h for h in sure(self.instances[me], case).handoffs.values() if h.need is Need.HOUSING)
        return a.OfHandoff(case=case, handoff=found.id)

    def told(self) -> Case:
        """The main case as the police see it."""
        return sure(self.instances[POLICE_ME], self.main)

    def state(self) -> HandoffState:
        """How the housing stands there."""
        return next(h for h in self.told().handoffs.values() if h.to == TOLD).state


BEGUN: dict[object, Beginning] = {}


def _begun(land: Country, keyed: bool, protocol: int, played: Callable[[Street], object]) -> Beginning:
    """Where streets begin of which so much was played."""
    like = (land.model_dump_json(warnings=False), keyed, protocol, played)
    if like not in BEGUN:
        folder = Path(tempfile.mkdtemp(prefix="nrm-street-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        street = Street(folder, land, keyed=keyed, protocol=protocol, played=None)
        played(street)
        street.close()
        BEGUN[like] = Beginning(street.seals, folder, street.topic.all(), street.main, street.side, street.clock.at)
    return BEGUN[like]
