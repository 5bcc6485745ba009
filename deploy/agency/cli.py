"""The commands of `./nrm agency`, and those beside it for who looks after an installation: `doctor`, `upgrade`."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.agency.envfile import EnvFile
from deploy.coordinator import commands
from deploy.options import Tls
from deploy.trouble import Trouble
from shared.protocol.vocabulary import AgencyKind

app = typer.Typer(help="An agency's own installation: make it, admit it, back it up, restore it.", no_args_is_help=True)
console = Console(highlight=False)
CountryFile = Annotated[Path, typer.Option(help="Country file, or name of one in the project.", envvar="NRM_COUNTRY")]


for command in (commands.check, commands.rotate, commands.prune, commands.revoke, commands.leave, commands.announce):
    app.command()(command)


@app.command()
def init(
    agency: Annotated[str, typer.Argument(help="Id of the agency, as its country file has it.")],
    bus: Annotated[str, typer.Option(help="Kafka's addresses, HOST:PORT, several separated by commas.")],
    country: CountryFile = Path("serbia"),
    folder: Annotated[Path | None, typer.Option(help="The agency's folder.", show_default="its id, here")] = None,
    port: Annotated[int, typer.Option(help="Port of its first service's pages; the others follow.")] = 8000,
    root: Annotated[str, typer.Option(help="The coordinator's root key, 64 hex digits, as told by phone.")] = "",
    name: Annotated[str, typer.Option(help="Its name, where the country file does not list it yet.")] = "",
    kind: Annotated[AgencyKind, typer.Option(help="Its kind, where the country file does not list it yet.")] = AgencyKind.NGO,
    databases: Annotated[str, typer.Option(help="URL of its PostgreSQL, with {service} in it; SQLite without.")] = "",
) -> None:
    """Write settings, key, signing request, systemd units and a compose file. What is there already stays as it is."""
    from deploy.agency.folder import CSR, ENV, REQUEST, Plan, init
    from deploy.coordinator.request import fingerprint
    from shared.runtime.sealed.directory import Listed

    described = Listed(id=agency, name=name, kind=kind, services=("intake", "assistance")) if name else None
    plan = Plan(agency, country, bus, folder or Path(agency), port, root, described, databases)
    for step in init(plan):
        console.print(str(step), markup=False, soft_wrap=True)
    if os.getuid() == 0:
        console.print("note: made by root, so units and containers run as root; better make a user of its own and run this as that user")
    place = plan.folder
    steps = [f"./nrm doctor --env-file {place / ENV}", f"./nrm serve --env-file {place / ENV}"]
    asked = place / "keys" / REQUEST
    if asked.exists():
        words = f"send {asked} to the coordinator, compare by phone {fingerprint(asked)}"
        steps.insert(0, f"{words}; lay the directory.json that comes back beside it, and set NRM_ROOT to what you are told by phone")
    if not plan.near:
        steps.insert(0, f"send {place / 'keys' / CSR} to the operator of the bus; lay the cert.pem and ca.pem that come back beside it")
    console.print("next:", *(f"\n  {n}. {step}" for n, step in enumerate(steps, 1)), sep="", markup=False, soft_wrap=True)


@app.command()
def admit(
    agency: Annotated[str, typer.Argument(help="Id of the agency.")],
    csr: Annotated[Path | None, typer.Option(help="Its signing request, as `agency init` wrote it.")] = None,
    cluster: Annotated[Path | None, typer.Option(help="Folder of the cluster, with the authority in `certificates`.")] = None,
    request: Annotated[Path | None, typer.Option(help="Its request to be listed, as `agency init` or `rotate` wrote it.")] = None,
    coordinator: Annotated[Path | None, typer.Option(help="The coordinator's folder, with root.key and directory.json.")] = None,
    partitions: commands.Partitions = commands.FOUR,
    yes: Annotated[bool, typer.Option("--yes", help="The fingerprint was compared: do not ask.")] = False,
    country: CountryFile = Path("serbia"),
    tls: Tls = None,
    bus: Annotated[str | None, typer.Option(help="The brokers' addresses.", show_default="as the folder says")] = None,
    to: Annotated[Path | None, typer.Option(help="Where the two certificates go.", show_default="in the cluster's folder")] = None,
) -> None:
    """For the operator of the bus (--csr, --cluster): let an agency in. For the coordinator (--request, --coordinator): list its keys."""
    from deploy.agency.admission import admit
    from deploy.coordinator.commands import list_agency
    from deploy.coordinator.request import read

    if not (csr and cluster) and not (request and coordinator):
        raise Trouble("Give --csr and --cluster to let it onto the bus, --request and --coordinator to list its keys, or all four.")
    if csr and cluster:
        listed = read(request, None).agency.as_agency() if request else None
        folder = admit(agency, csr, cluster, country, bus, to, listed)
        console.print(f"{agency} may use the bus; send it cert.pem and ca.pem of {folder}", markup=False, soft_wrap=True)
    if request and coordinator:
        list_agency(agency, request, coordinator, bus, tls, to or coordinator / "admitted" / agency, cluster, partitions, yes=yes)


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="Folder that keeps the backups; each is a folder in it.")],
    env_file: EnvFile = None,
) -> None:
    """Copy the databases while the services run. Settings and keys are not in it, and without its keystore nobody can read it."""
    from deploy.agency.backup import backup
    from deploy.agency.installed import installed

    here = installed()
    place = backup(here.settings.agency, here.urls(), to)
    console.print(f"{place}\nnow copy the keystore elsewhere: ./nrm agency keystore --to DIR", markup=False, soft_wrap=True)
    console.print(f"and see that both can be restored: ./nrm agency rehearse {place} --keystore DIR/…", markup=False, soft_wrap=True)


@app.command()
def restore(
    place: Annotated[Path, typer.Argument(help="A backup's folder.")],
    replace: Annotated[bool, typer.Option("--replace", help="Over databases that are there; these are kept aside.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Put a backup's databases in their place, the services being stopped. Started again they learn the rest from the log."""
    from deploy.agency.installed import installed
    from deploy.agency.restore import restore

    here = installed()
    for sentence in restore(here.settings.agency, here.urls(), place, replace=replace):
        console.print(sentence, markup=False, soft_wrap=True)
    console.print("start the services: they first read from the log what they had said themselves, then go on")


@app.command()
def rehearse(
    place: Annotated[Path, typer.Argument(help="A backup's folder.")],
    keystore: Annotated[Path | None, typer.Option(help="A copy of the keystore: whether it opens what the databases hold.")] = None,
    env_file: EnvFile = None,
) -> None:
    """Restore a backup into a scratch place and look whether it opens, migrates and holds together. Touches nothing that runs."""
    from deploy.agency.installed import scratch_server
    from deploy.agency.rehearsal import rehearse, report

    raise typer.Exit(report(place, rehearse(place, scratch_server(), keystore), console, keystore))


@app.command()
def keystore(
    to: Annotated[Path | None, typer.Option(help="Folder of another custodian than the databases'; the last two copies stay.")] = None,
    lost: Annotated[bool, typer.Option("--lost", help="The keystore is lost for good: go on without what it opened.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Copy the keystore and its master key while the services run, after the databases. Never beside their backups."""
    from deploy.agency.installed import installed
    from deploy.agency.keystores import give_up, keep

    here = installed()
    if lost:
        typer.confirm("What the databases hold of people was closed under that keystore and stays closed for ever. Go on?", abort=True)
        console.print(give_up(here.urls()), soft_wrap=True)
    elif to is None:
        raise typer.BadParameter("say where the copy goes (--to)")
    else:
        console.print(str(keep(here.settings, list(here.urls()), to)), markup=False, soft_wrap=True)


Case = Annotated[str, typer.Argument(metavar="CASE", help="The full id of a case.")]
Officer = Annotated[str, typer.Option("--by", help="Id of the officer who decides this.")]
Reason = Annotated[str, typer.Option(help="Why; a digest of it stays on the record. Name no person.")]


@app.command()
def erase(
    case: Case,
    by: Officer,
    reason: Reason,
    classes: Annotated[
        list[str] | None, typer.Option("--class", help="This data class alone (D1, D2, …); may be named several times.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the consequences are understood.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Destroy what this agency keeps of the person of a case, for good; its bare course stays. Asked again it says how far that is."""
    from deploy.agency.erasure import CONSEQUENCES, erase
    from deploy.agency.installed import installed

    here = installed()
    for line in CONSEQUENCES:
        console.print(f"- {line}", soft_wrap=True)
    if not yes:
        typer.confirm(f"Erase {case}?", abort=True)
    for sentence in erase(here.settings, here.urls(), case, by, reason, classes or ()):
        console.print(sentence, markup=False, soft_wrap=True)


@app.command()
def hold(case: Case, by: Officer, reason: Reason, env_file: EnvFile = None) -> None:
    """A legal hold: the case is not erased here until it is released. It counts at once."""
    from deploy.agency.erasure import hold
    from deploy.agency.installed import installed

    here = installed()
    console.print(hold(here.settings, here.urls(), case, by, reason), markup=False, soft_wrap=True)


@app.command()
def release(case: Case, by: Officer, reason: Reason, env_file: EnvFile = None) -> None:
    """End a legal hold."""
    from deploy.agency.erasure import release
    from deploy.agency.installed import installed

    here = installed()
    console.print(release(here.settings, here.urls(), case, by, reason), markup=False, soft_wrap=True)


def doctor(env_file: EnvFile = None) -> None:
    """Look at everything that an agency's installation needs: green, yellow, red, and what to do. Fails when anything is red."""
    from deploy.doctor.command import run

    raise typer.Exit(run(console))


def upgrade(
    revision: Annotated[str, typer.Option("--from", help="The older release, as git names it.")],
    cases: Annotated[int, typer.Option(help="Cases to play meanwhile.")] = 40,
    keep: Annotated[Path | None, typer.Option(help="Where to leave databases and Kafka's data; nothing is left without it.")] = None,
) -> None:
    """Run half of the agencies on an older release, upgrade one after the other while cases are played, then account for every decision."""
    from deploy.upgrade import run

    raise typer.Exit(run(revision, cases, keep, console))
