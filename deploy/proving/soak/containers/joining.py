"""An agency that joins the containers' country with a compose file of its own, by the commands that its people and the coordinator use."""

import json
import shutil
from pathlib import Path

from deploy.installation import envfile
from deploy.installation.folder import InstallationPlan, init
from deploy.oracle import Rows
from deploy.process.file_names import COMPOSE, ENV, REQUEST
from deploy.proving.soak.containers.engine import Project
from deploy.proving.soak.containers.land import NAME, TOOLS, Land
from deploy.verify.ledger import read_file
from shared.crypto import keyring
from shared.crypto.directory import ListedAgency
from shared.crypto.keyring import Keyring
from shared.protocol.vocabulary import AgencyKind

ID = "rs-ngo-soak"
LISTED = ListedAgency(id=ID, name="Invented organisation that joins", kind=AgencyKind.NGO, services=("intake", "assistance"))
BUS, PORT = "kafka:9092", 8021
COUNTRY = Path("serbia")
HANDED = "/handed"
"""Where the coordinator's container finds the request, and leaves the directory."""


class Joining:
    """The agency's folder, and its containers."""

    def __init__(self, folder: Path, land: Land) -> None:
        self.folder, self.land = folder / ID, land
        self.second, self.handed = folder / "second" / "nrm", folder / "handed"
        self.project = Project(f"nrm-{ID}", (self.folder / COMPOSE, self.folder / "network.yml"))

    @property
    def addresses(self) -> dict[str, str]:
        """Instance → where its pages are."""
        return {f"{service}.{ID}": f"http://127.0.0.1:{PORT + n}" for n, service in enumerate(self._services())}

    def _services(self) -> list[str]:
        return sorted(LISTED.services, key=["intake", "assistance"].index)

    def join(self, pin: str) -> None:
        """Make the folder, be listed by the coordinator, start. Raises Trouble."""
        plan = InstallationPlan(ID, COUNTRY, BUS, self.folder, PORT, pin, LISTED)
        init(plan)
        self._edit_settings()
        init(plan)
        self._be_listed()
        on_the_bus = {name: {"networks": ["default", "bus"]} for name in LISTED.services}
        network = {"services": on_the_bus, "networks": {"bus": {"external": True, "name": f"{NAME}_inner"}}}
        (self.folder / "network.yml").write_text(json.dumps(network), encoding="utf-8")
        self.up()

    def _edit_settings(self) -> None:
        """The bus of the compose file is in the clear; and the keystore is to have a second place, outside the agency's folder."""
        self.second.mkdir(parents=True)
        env = self.folder / ENV
        settings = envfile.values(env) | {"NRM_KEYSTORE_COPY": str(self.second)}
        del settings["NRM_TLS"]
        env.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
        (self.folder / COMPOSE).unlink()  # it is made anew, with what the settings name now

    def _be_listed(self) -> None:
        self.handed.mkdir()
        self.handed.chmod(0o777)  # the container's user is another one; what is handed over is public
        shutil.copy(self.folder / "keys" / REQUEST, self.handed)
        self.land.project.once(
            TOOLS, "agency", "admit", ID, "--yes", "--request", f"{HANDED}/{REQUEST}", "--coordinator", "/data/together", "--bus", BUS,
            "--to", HANDED, more=["--volume", f"{self.handed}:{HANDED}"],
        )  # fmt: skip
        shutil.copy(self.handed / "directory.json", self.folder / "keys")

    def up(self) -> None:
        """Start, and wait until it is healthy. Raises Trouble."""
        self.project.up()

    def check(self) -> None:
        """`./nrm agency check` and a backup in a container, with the settings of the folder. Raises Trouble."""
        env = ["--env-file", str(self.folder / ENV)]
        self.project.once("intake", "agency", "check", *env)
        self.project.once("intake", "agency", "backup", "--to", str(self.folder / "data" / "backup"), *env)

    def rings(self) -> list[Keyring]:
        """Its instances' keys."""
        return [keyring.read(self.folder / "keys", f"{service}.{ID}") for service in LISTED.services]

    def rows(self) -> dict[str, Rows]:
        """What its databases hold."""
        return {file.stem: read_file(file) for file in sorted((self.folder / "data").glob("*.db"))}

    def second_place(self) -> list[str]:
        """What is wrong with the second place of its keystores: there each must be, byte for byte."""
        kept = sorted((self.folder / "data" / "keystore").glob("*.keystore"))
        behind = [file.name for file in kept if not _same(file, self.second / file.name)]
        said = [f"the second place of {name} is behind" for name in behind]
        return said or ([] if len(kept) == len(LISTED.services) else [f"{ID} has {len(kept)} keystores"])


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
