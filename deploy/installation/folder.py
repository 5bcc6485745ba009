"""`./nrm agency init`: an agency's folder with settings, keys, requests, country file, units and compose file."""

import getpass
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from deploy.brokers import certificates
from deploy.brokers.properties import HOST
from deploy.directory import listing, request
from deploy.installation import envfile
from deploy.installation.compose_file import Composed, compose
from deploy.installation.units import unit
from deploy.language_choice import translate
from deploy.process.composition import chosen
from deploy.process.country_file import country_file, country_of
from deploy.process.file_names import COMPOSE, CSR, ENV, KEY, REQUEST
from deploy.trouble import Trouble
from shared.config.country import Agency
from shared.config.release import VERSION
from shared.crypto import keyring
from shared.crypto.directory import ListedAgency
from shared.crypto.directory_state import pinned

ROOT = Path(__file__).resolve().parent.parent.parent
NEAR = (HOST, "localhost", "[::1]")


@dataclass(frozen=True)
class InstallationPlan:
    """What an agency wishes for its installation."""

    agency: str
    country: Path
    bus: str
    folder: Path
    port: int = 8000
    root: str = ""
    """The coordinator's public root, 64 hex digits."""
    described: ListedAgency | None = None
    """What the agency is, where the country file does not list it yet."""
    databases: str = ""
    """URL of its PostgreSQL with `{service}` in it; SQLite while empty."""
    tls: bool | None = None
    """Whether the bus speaks TLS; where nothing is set, one elsewhere does, and one on this machine alone does not."""

    @property
    def guarded(self) -> bool:
        """Whether the bus is spoken to by TLS."""
        near = all(address.rpartition(":")[0] in NEAR for address in self.bus.split(","))
        return not near if self.tls is None else self.tls


@dataclass(frozen=True)
class FileStep:
    """One file: what became of it."""

    path: Path
    made: bool
    differs: str = ""
    """What a file that was kept does not say, though it was asked."""

    def __str__(self) -> str:
        return f"{translate('wrote') if self.made else translate('kept ')}  {self.path}{self.differs}"


def init(plan: InstallationPlan) -> list[FileStep]:
    """Make what is missing in the folder; what is there stays as it is, keys above all. Raises Trouble."""
    agency = _agency(plan)
    folder = plan.folder.resolve()
    _must_be_ours(folder, agency.id)
    for inner in (folder, folder / "keys", folder / "data", folder / "systemd"):
        inner.mkdir(parents=True, exist_ok=True, mode=0o700)
    return list(_steps(plan, agency, folder))


def _steps(plan: InstallationPlan, agency: Agency, folder: Path) -> Iterator[FileStep]:
    services = chosen(agency, ())
    source = country_file(plan.country)
    yield write(folder / "country.toml", source.read_bytes())
    had = (folder / "keys" / KEY).exists()
    asked = certificates.request(agency.id, folder / "keys" / KEY)
    yield FileStep(folder / "keys" / KEY, made=not had)
    yield write(folder / "keys" / CSR, asked)
    yield from _sealing(agency, folder / "keys")
    yield _environment(plan, folder)
    yield _composed(plan, agency.id, services, folder)
    for n, service in enumerate(services):
        text = unit(service, agency.id, folder, ROOT, getpass.getuser(), plan.port + n)
        yield write(folder / "systemd" / f"nrm-{service}.service", text.encode())


def _composed(plan: InstallationPlan, agency: str, services: Sequence[str], folder: Path) -> FileStep:
    """The compose file that fits the settings in force, which may have been edited since they were written."""
    file, owner, values = folder / COMPOSE, folder.stat(), envfile.values(folder / ENV)
    port = int(values.get("NRM_PORT") or plan.port)
    of = Composed(agency, services, folder / ENV, ROOT, f"{owner.st_uid}:{owner.st_gid}", port, VERSION)
    text = compose(of, values).encode()
    if file.exists() and file.read_bytes() != text:
        return FileStep(file, made=False, differs=translate(": the settings now ask for another one; remove it and run this again"))
    return write(file, text)


def _sealing(agency: Agency, keys: Path) -> Iterator[FileStep]:
    """Keys for each instance, and the request to list them; the request fits to the keys that are there."""
    names = listing.instances_of([agency])
    for name in names:
        file = keyring.place(keys, name)
        had = file.exists()
        if not had:
            keyring.write(keys, keyring.new(name))
        yield FileStep(file, made=not had)
    if names:
        yield write(keys / REQUEST, request.written(listing.listed(agency), [keyring.read(keys, name) for name in names]))


def _environment(plan: InstallationPlan, folder: Path) -> FileStep:
    """The settings. A file that is kept may differ from what was asked now: the answer says so."""
    asked, file = _settings(plan, folder), folder / ENV
    made, there = write(file, envfile.written(asked).encode(), mode=0o600), envfile.values(file)
    other = [name for name, value in ((f"{envfile.PREFIX}{n.upper()}", v) for n, v in asked.items()) if there.get(name) != value]
    return replace(
        made, differs=translate(": it differs in %(other)s from what was asked now; edit it there", other=", ".join(other)) if other else ""
    )


def _settings(plan: InstallationPlan, folder: Path) -> dict[str, str]:
    chosen = {
        "agency": plan.agency, "country": f"{folder}/country.toml", "bus": plan.bus, "data": f"{folder}/data", "port": str(plan.port),
        "keys": f"{folder}/keys",
    }  # fmt: skip
    if plan.root:
        chosen["root"] = plan.root
    if plan.guarded:
        chosen["tls"] = f"{folder}/keys"
    return chosen | ({"databases": plan.databases} if plan.databases else {})


def _agency(plan: InstallationPlan) -> Agency:
    country = country_of(plan.country)
    _must_fit(plan)
    if plan.described and not country.knows(plan.agency):
        return plan.described.as_agency()
    if not country.knows(plan.agency):
        raise Trouble(
            "%(country)s has no agency %(agency)s; it has %(there)s. An agency that its file does not list yet gives --name and --kind.",
            country=country.name,
            agency=plan.agency,
            there=", ".join(a.id for a in country.agencies),
        )
    return country.agency(plan.agency)


def _must_fit(plan: InstallationPlan) -> None:
    """What was typed, before anything is made of it."""
    if any(not address.rpartition(":")[2].isdigit() for address in plan.bus.split(",")):
        raise Trouble("%(bus)s is no address of a bus; give HOST:PORT, several separated by commas (--bus).", bus=plan.bus)
    try:
        if plan.root:
            pinned(plan.root)
    except ValueError:
        raise Trouble("That is not the coordinator's root key, which has 64 hex digits and is told by phone (--root).") from None
    try:
        if plan.databases:
            make_url(plan.databases)
    except ArgumentError:
        raise Trouble("That is no URL such as postgresql+psycopg://USER:PASSWORD@HOST/{service} (--databases).") from None
    if plan.databases and "{service}" not in plan.databases:
        raise Trouble("Each service has a database of its own: put {service} where the URL names it (--databases).")


def _must_be_ours(folder: Path, agency: str) -> None:
    env = folder / ENV
    other = envfile.values(env).get("NRM_AGENCY") if env.exists() else agency
    if other != agency:
        raise Trouble(
            "%(folder)s is the folder of %(other)s; give %(agency)s another one (--folder).", folder=folder, other=other, agency=agency
        )


def write(path: Path, text: bytes, mode: int = 0o644) -> FileStep:
    """A file, whole or not at all, readable as `mode` says from its first moment; one that is there stays."""
    if path.exists():
        return FileStep(path, made=False)
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)
    half.touch(mode=mode)
    half.write_bytes(text)
    half.rename(path)
    return FileStep(path, made=True)
