"""The commands of `./nrm agency` that change who is listed, and with which keys."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.options import EIGHT, NEAR, BusAddress, CountryFile, Patience, Tls, console
from deploy.installation.envfile import EnvFile
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.i18n import N_

if TYPE_CHECKING:
    from shared.crypto.directory import Directory

CoordinatorFolder = Annotated[Path, typer.Option("--coordinator", help="The coordinator's folder, with root.key and directory.json.")]
Partitions = Annotated[int, typer.Option(help="Partitions of the case topic.", envvar="NRM_PARTITIONS")]
FOUR = 4


def say(text: str) -> None:
    """A line of any length, as it is."""
    console.print(text, markup=False, soft_wrap=True)


def confirmed(file: Path, *, yes: bool) -> None:
    """Nobody is let in before a request was compared with what its maker reads out. Raises Abort, Trouble."""
    from deploy.directory.request import fingerprint

    say(
        translate(
            "compare %(file)s by phone, on a number that you knew before: %(fingerprint)s", file=file.name, fingerprint=fingerprint(file)
        )
    )
    if not yes:
        typer.confirm(translate("Is it what they say?"), abort=True)


def coordinate(coordinator: CoordinatorFolder, country: CountryFile = Path("serbia")) -> None:
    """For the coordinator: make the root key, a directory that lists nobody yet, and a request to the operator of the bus."""
    from deploy.directory.coordinator import Coordinator
    from deploy.directory.request import fingerprint
    from deploy.installation.coordinator_folder import found

    for step in found(coordinator, country):
        say(str(step))
    csr = coordinator / "request.csr"
    say(translate("the root key, which every agency is told by phone, never by mail: %(pin)s", pin=Coordinator(coordinator).pin))
    words = N_("send %(file)s to the operator of the bus, compare by phone %(fingerprint)s; lay cert.pem and ca.pem beside it")
    say(translate("next:") + f"\n  1. {translate(words, file=csr, fingerprint=fingerprint(csr))}")
    say(f"  2. ./nrm agency announce --coordinator {coordinator} --bus HOST:PORT,… --tls {coordinator}")


def check(env_file: EnvFile = None) -> None:
    """Look at this agency's keys and the directory it knows: whether others can seal for it, and how long all of it holds."""
    from deploy.doctor.command import run_sealing

    raise typer.Exit(run_sealing(console))


KeepKeys = Annotated[
    bool, typer.Option("--keep-keys", help="No new keys: the same ones asked for again, to say what an upgraded release reads.")
]


def rotate(keep_keys: KeepKeys = False, env_file: EnvFile = None) -> None:
    """Make new keys for each instance, and a request for the coordinator that the former keys sign. The old ones stay and open."""
    from deploy.installation.rotation import rotate

    file, fingerprint = rotate(anew=not keep_keys)
    say(translate("wrote %(file)s: send it to the coordinator, and compare by phone: %(fingerprint)s", file=file, fingerprint=fingerprint))
    if not keep_keys:
        say(translate("the running services take the new keys up as soon as the directory lists them"))


def listing(coordinator: CoordinatorFolder) -> None:
    """For the coordinator: who is listed, with which protocol, and who holds the country back at an older one."""
    from deploy.directory.coordinator import Coordinator
    from deploy.directory.overview import overview

    for line in overview(Coordinator(coordinator).directory()):
        say(line)


def prune(patience: Patience = EIGHT, env_file: EnvFile = None) -> None:
    """Destroy former private keys that nothing on the bus needs any more. Good for cron, daily; then copy the keys anew."""
    from deploy.backup.prune_keys import prune
    from deploy.installation.installed import installed

    for sentence in prune(installed(patience)):
        say(sentence)


def revoke(
    name: Annotated[str, typer.Argument(help="Id of an agency, or of one of its instances.")],
    coordinator: CoordinatorFolder,
    bus: BusAddress = NEAR,
    tls: Tls = None,
    partitions: Partitions = FOUR,
) -> None:
    """For the coordinator: from now on nothing counts that is signed with these keys, and nothing is sealed for them."""
    from deploy.directory import changes

    version = _changed(coordinator, lambda directory, now: changes.revoked(directory, name, now), bus, tls, partitions)
    say(translate("%(name)s is revoked; directory %(version)s is in force", name=name, version=version))


def leave(
    agency: Annotated[str, typer.Argument(help="Id of the agency.")],
    coordinator: CoordinatorFolder,
    bus: BusAddress = NEAR,
    tls: Tls = None,
    partitions: Partitions = FOUR,
) -> None:
    """For the coordinator: an agency leaves. Leads take it off their cases, and what it still had comes back to those who asked."""
    from deploy.directory import changes

    version = _changed(coordinator, lambda directory, now: changes.left(directory, agency, now), bus, tls, partitions)
    say(translate("%(agency)s is leaving; directory %(version)s is in force", agency=agency, version=version))
    say(
        translate(
            "when its work list is empty: ./nrm agency revoke %(agency)s --coordinator %(coordinator)s",
            agency=agency,
            coordinator=coordinator,
        )
    )


def _changed(folder: Path, to: "Callable[[Directory, int], Directory]", bus: str, tls: Path | None, partitions: int) -> int:
    """The version that holds after a change. Raises Trouble."""
    from deploy.brokers.identity import proven
    from deploy.directory.coordinator import Coordinator
    from shared.config.kafka import Bus

    here, way = Coordinator(folder), proven(Bus(bus, tls))
    here.must_be_its_log(way)
    here.change(to)
    return here.announce(way, partitions).version


def announce(
    coordinator: CoordinatorFolder,
    bus: BusAddress = NEAR,
    tls: Tls = None,
    partitions: Partitions = FOUR,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Replace another root's directory: everybody was told the new root by phone.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the other root's directory is to be replaced.")] = False,
) -> None:
    """For the coordinator: put the newest directory in force (again), for a longer while where it ends soon. Good for cron, weekly."""
    from datetime import UTC, datetime

    from deploy.brokers.identity import proven
    from deploy.directory.coordinator import Coordinator
    from shared.config.kafka import Bus

    if take_over and not yes:
        typer.confirm(
            translate("No agency that trusts the former root believes anything from then on. Was everybody told the new one?"), abort=True
        )
    now = Coordinator(coordinator).announce(proven(Bus(bus, tls)), partitions, take_over=take_over)
    say(
        translate(
            "directory %(version)s is in force, and holds until %(until)s UTC",
            version=now.version,
            until=f"{datetime.fromtimestamp(now.expires / 1000, UTC):%Y-%m-%d %H:%M}",
        )
    )


def list_agency(
    agency: str, request: Path, coordinator: Path, bus: str | None, tls: Path | None, to: Path, cluster: Path | None, partitions: int, *,
    yes: bool,
) -> None:  # fmt: skip
    """List an agency as its request asks, put that in force, and lay the directory beside its certificates. Raises Trouble."""
    from deploy.brokers.identity import proven
    from deploy.directory import changes
    from deploy.directory.coordinator import DIRECTORY, Coordinator
    from deploy.directory.overview import in_words
    from deploy.directory.request import read
    from deploy.installation.admission import operator_of
    from deploy.installation.coordinator_folder import described
    from shared.config.kafka import Bus

    here = Coordinator(coordinator)
    asked = read(request, here.directory())
    if asked.agency.id != agency:
        raise Trouble("%(request)s is the request of %(agency)s, not of %(other)s.", request=request, agency=asked.agency.id, other=agency)
    asked = described(asked, coordinator)
    way = operator_of(cluster, bus) if cluster else proven(Bus(bus or NEAR, tls))
    here.must_be_its_log(way)
    say(
        translate(
            "to be listed: %(agency)s, “%(name)s”, %(kind)s, runs %(services)s",
            agency=agency,
            name=asked.agency.name,
            kind=asked.agency.kind.value,
            services=", ".join(asked.agency.services),
        )
    )
    confirmed(request, yes=yes)
    here.change(lambda directory, now: changes.admitted(directory, asked, now))
    version = here.announce(way, partitions).version
    to.mkdir(parents=True, exist_ok=True)
    (to / DIRECTORY).write_bytes((coordinator / DIRECTORY).read_bytes())
    say(translate("%(agency)s is listed; directory %(version)s is in force", agency=agency, version=version))
    say(translate("send it %(directory)s, and tell it the root by phone: %(pin)s", directory=to / DIRECTORY, pin=here.pin))
    say(in_words(here.directory()))
